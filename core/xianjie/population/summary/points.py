"""Tables of what is told rule by rule and point by point: how rules stand, what is missing, where readings disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xianjie.population.summary.cells import (
    CHOICES,
    PEOPLE,
    REGION,
    Cell,
    Table,
    called,
    each,
    every_choice,
    point_called,
    rule_called,
    word,
    words_of,
)
from xianjie.population.summary.gathered import Pair, Side, Summary
from xianjie.population.summary.guarding import MISSING, POINTS, UNMET
from xianjie.vocabulary.terms import DIMENSIONS

Counts = Mapping[str, int | None]

_NO_POINT = ("none", "-")
_DISAGREE: Mapping[str, Pair] = {
    "ambiguous": ("文本有歧义，结论不同", "the text is ambiguous, statuses differ"),
    "recommended": ("按推荐的读法定了结论，别的读法不同", "decided as recommended, another reading says otherwise"),
}
"""What follows where readings disagree."""


def pointed(summary: Summary) -> Iterator[Table]:
    """Count people by which of many points holds of them: a rule, a step."""
    for dimension, choice in every_choice(summary):
        if choice.endswith(POINTS):
            rows = [
                (side.label, point_called(summary, side, name), count)
                for side in summary.sides
                for name, count in summary.statuses(side.name, dimension, choice).items()
                if name not in _NO_POINT
            ]
            heads = (REGION, ("内容", "point"), PEOPLE)
            yield Table(f"{dimension}-{choice}", called(dimension, choice), heads, tuple(rows))


def ruled(summary: Summary) -> Iterator[Table]:
    """Count people by the status of each rule on services and incentives."""
    for dimension in summary.dimensions:
        listed = list(each(summary, dimension, "statuses"))
        words = words_of(counts for _, found in listed for counts in found.values())
        rows = [
            (side.label, rule_called(side, rule), *(counts.get(one, 0) for one in words))
            for side, found in listed
            for rule, counts in found.items()
        ]
        heads = (REGION, ("规则", "rule"), *(word(one) for one in words))
        yield Table(dimension, DIMENSIONS.get(dimension, (dimension, dimension)), heads, tuple(rows))


def lacking(summary: Summary) -> Iterator[Table]:
    """Count the facts for want of which a rule, or a kind of record, cannot be decided.

    Those of which nothing is told are only counted; a region's rules stand in the document's order, and of each rule
    the facts that most lack come first.
    """
    for dimension in summary.dimensions:
        rows: list[tuple[Cell, ...]] = []
        untold = 0
        for side, about, counts in _lacking(summary, dimension):
            untold += sum(count is None for count in counts.values())
            told = [(name, count) for name, count in counts.items() if count]
            # what is not told must not show by its place either
            for name, count in sorted(told, key=lambda one: (-one[1], one[0])):
                rows.append((side.label, about, point_called(summary, side, name), count))
        notes = [
            (
                "这一条规则（或这一项记录）无法判定，而补记这一项仍可能改变它的人数；其中有的还缺别的，各行不能相加。",
                "People for whom this rule or record cannot be decided and this may still matter; rows do not add up.",
            )
        ]
        if untold:
            notes.append((f"另有 {untold} 项只涉及很少的人，不列。", f"{untold} more, of few people, are held back."))
        heads = (REGION, ("规则或项目", "rule or item"), ("缺少的事实", "missing fact"), PEOPLE)
        yield Table(f"{dimension}-lacking", called(dimension, "lacking"), heads, tuple(rows), tuple(notes))


def _lacking(summary: Summary, dimension: str) -> Iterator[tuple[Side, Pair, Counts]]:
    for side, found in each(summary, dimension, "missing") if dimension != "eligibility" else ():
        for rule, counts in found.items():
            yield side, rule_called(side, rule), counts
    for side, found in each(summary, dimension, "fields"):
        for field, counts in found.items():
            if field.endswith(MISSING):
                about: dict[str, dict[str, int | None]] = {}
                for meaning, count in counts.items():
                    rule, _, fact = meaning.rpartition("/")
                    about.setdefault(rule, {})[fact] = count
                choice = field.removesuffix(MISSING).rstrip("_") or "status"
                for rule, facts in about.items():
                    yield side, rule_called(side, rule) if rule else CHOICES[choice], facts


def unmet(summary: Summary) -> Iterator[Table]:
    """Count what of a ledger is not met."""
    for dimension in summary.dimensions:
        rows = [
            (side.label, point_called(summary, side, name), count)
            for side, found in each(summary, dimension, "fields")
            for field, counts in found.items()
            if field.endswith(UNMET)
            for name, count in counts.items()
            if count != 0
        ]
        heads = (REGION, ("没有做到", "not met"), PEOPLE)
        yield Table(f"{dimension}-unmet", called(dimension, "unmet"), heads, tuple(rows))


def readings(summary: Summary) -> Iterator[Table]:
    """Count the people for whom the readings of a rule disagree, and say which readings those are."""
    for dimension in summary.dimensions:
        rows = [
            (side.label, about, (f"{how[0]}：{names[0]}", f"{how[1]}: {names[1]}"), count)
            for side in summary.sides
            for key, about, kind, count in _disagreeing(summary, side, dimension)
            if count != 0 and (names := side.read_as(dimension, key, kind)) is not None
            for how in [_DISAGREE[kind]]
        ]
        note = (
            "读法不一致的人数。设置里选定了读法的，不算不一致；一个人可在几行里，各行不能相加。",
            "People for whom readings disagree; one that the settings chose disagrees with none. Rows do not add up.",
        )
        heads = (REGION, ("对象、规则或项目", "group, rule or item"), ("哪些读法", "which readings"), PEOPLE)
        yield Table(f"{dimension}-readings", called(dimension, "readings"), heads, tuple(rows), (note,))


def _disagreeing(summary: Summary, side: Side, dimension: str) -> Iterator[tuple[str, Pair, str, int | None]]:
    """List what can be read in several ways: its key among a side's readings, what it is called, how many disagree."""
    part = summary.tally["parts"].get(side.name, {}).get(dimension, {})
    flagged = part.get("flagged", {})
    for group, _, zh, en in side.groups if dimension == "eligibility" else ():
        yield group, (zh, en), "ambiguous", part.get("groups", {}).get(group, {}).get("ambiguous", 0)
        yield group, (zh, en), "recommended", flagged.get("groups", {}).get(group, 0)
    for rule, counts in part.get("statuses", {}).items():
        yield rule, rule_called(side, rule), "ambiguous", counts.get("ambiguous", 0)
        yield rule, rule_called(side, rule), "recommended", flagged.get(rule, 0)
    fields = part.get("fields", {})
    for choice, counts in part.get("choices", {}).items() if fields else ():
        if choice in CHOICES:
            yield choice, CHOICES[choice], "ambiguous", counts.get("ambiguous", 0)
    for field, counts in fields.items():
        if field.endswith("flagged"):
            for rule, count in counts.items():
                choice = field.removesuffix("_flagged")
                yield rule or choice, rule_called(side, rule) if rule else CHOICES[choice], "recommended", count
