"""A summary as tables of words and counts, from which the screen, the files and the pages are all made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from xianjie.engine.eligibility import MATCH
from xianjie.engine.wording import standing_words
from xianjie.population.summary.cells import (
    PEOPLE,
    REGION,
    Cell,
    Table,
    called,
    choices,
    division_called,
    each,
    rule_called,
    word,
    words_of,
)
from xianjie.population.summary.gathered import Pair, Side, Summary
from xianjie.population.summary.guarding import STANDINGS
from xianjie.population.summary.points import lacking, pointed, readings, ruled, unmet
from xianjie.vocabulary.terms import STATUSES


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two regions side by side: who is covered in both, in one of them alone, and in neither; None: not told."""

    one: Side
    other: Side
    both: int | None
    first: int | None
    second: int | None
    neither: int | None


def tables_of(summary: Summary, by_division: bool = False) -> list[Table]:
    """List the tables of a summary that have anything in them; the divisions only where they are asked for."""
    listed = [
        *statuses(summary),
        groups(summary),
        deciding(summary),
        missing(summary),
        crossings(summary),
        *(flow(summary, base.name, side.name) for base, side in summary.supposed),
        *ruled(summary),
        *pointed(summary),
        *lacking(summary),
        *unmet(summary),
        *readings(summary),
        *(divisions(summary) if by_division else ()),
    ]
    return [table for table in listed if table.rows]


def documents(summary: Summary) -> Table:
    """Say which documents answered, and what a reader must know of them."""
    rows: list[tuple[Cell, ...]] = []
    for side in summary.sides:
        policy = side.policy
        words = ["、".join(standing_of(side, "zh")), ", ".join(standing_of(side, "en"))]
        supposed = [[pair[at] for pair in policy["overlays"]] for at in (0, 1)]
        notes = tuple("；".join([*([word] if word else []), *more]) for word, more in zip(words, supposed, strict=True))
        number = policy["number"] or ""
        rows.append(
            (
                side.label,
                (policy["title"], policy["title"]),
                (number, number),
                (notes[0], notes[1]),
                (policy["sha256"][:12], policy["sha256"][:12]),
            )
        )
    heads = (REGION, ("文件", "document"), ("文号", "number"), ("须留意", "mind"), ("校验", "fingerprint"))
    return Table("documents", ("依据的文件", "documents"), heads, tuple(rows))


def standing_of(side: Side, lang: str) -> list[str]:
    """Say what a reader must know of the document that answered; nothing where it is issued and in force."""
    return standing_words({**side.policy, "overlay": None}, lang)


def statuses(summary: Summary) -> Iterator[Table]:
    """Count people by status, region by region: a table for each thing that is said in one word."""
    for dimension, choice in choices(summary):
        found = [(side, summary.statuses(side.name, dimension, choice)) for side in summary.sides]
        words = words_of(counts for _, counts in found)
        yield Table(
            f"{dimension}-{choice}",
            called(dimension, choice),
            (REGION, *(word(one) for one in words), ("合计", "all")),
            tuple(
                (side.label, *(counts.get(one, 0) for one in words), summary.rows) for side, counts in found if counts
            ),
        )


def groups(summary: Summary) -> Table:
    """Count how people stand to each group of each region."""
    heads = (REGION, ("对象", "group"), ("符合", "matched"), *(STATUSES[name] for name in STANDINGS[1:]))
    rows = [
        (side.label, (zh, en), *(found[id][name] for name in STANDINGS))
        for side, found in each(summary, "eligibility", "groups")
        for id, _, zh, en in side.groups
        if id in found
    ]
    note = ("一个人可以同时属于几类对象，各行不能相加。", "One person may be of several groups: rows do not add up.")
    return Table("groups", ("各类对象", "groups"), heads, tuple(rows), (note,))


def deciding(summary: Summary) -> Table:
    """Count, among those whom a group matches, by which rule; groups of a single rule are left out."""
    rows: list[tuple[Cell, ...]] = []
    for side, found in each(summary, "eligibility", "rules"):
        for id, _, zh, en in side.groups:
            rules = found.get(id, {})
            if len(rules) > 1:
                rows += [(side.label, (zh, en), rule_called(side, rule), count) for rule, count in rules.items()]
    heads = (REGION, ("对象", "group"), ("据以符合的规则", "rule that decided"), PEOPLE)
    return Table("rules", ("据以符合的规则", "rules that decided"), heads, tuple(rows))


def missing(summary: Summary) -> Table:
    """Rank the facts for want of which people cannot be decided; those of which nothing is told are only counted."""
    rows: list[tuple[Cell, ...]] = []
    untold = 0
    for side, found in each(summary, "eligibility", "missing"):
        listed = [(fact, found["alone"].get(fact, 0), count) for fact, count in found["lacking"].items()]
        told = [row for row in listed if row[1] or row[2]]
        untold += len(listed) - len(told)
        # what is not told must not show by its place either
        for fact, alone, count in sorted(told, key=lambda row: (-(row[1] or 0), -(row[2] or 0), row[0])):
            rows.append((side.label, summary.facts.get(fact, (fact, fact)), alone, count))
    heads = (REGION, ("事实", "fact"), ("只差这一项", "this alone"), ("缺这一项", "lacking it"))
    notes = [
        (
            "“只差这一项”：补记这一项，结论就能定下来（可能符合，也可能不符合）的人数。",
            "“This alone”: people who can be decided, one way or the other, once this is recorded.",
        ),
        (
            "“缺这一项”：无法判定，且这一项仍可能改变结论的人数；其中有的还缺别的，各行不能相加。",
            "“Lacking it”: people who cannot be decided and for whom this may still matter; rows do not add up.",
        ),
    ]
    if untold:
        notes.append((f"另有 {untold} 项只涉及很少的人，不列。", f"{untold} more facts, of few people, are held back."))
    return Table("missing", ("缺少的事实", "missing facts"), heads, tuple(rows), tuple(notes))


def divisions(summary: Summary) -> Iterator[Table]:
    """Count people by division and status."""
    found: Mapping[str, Any] = summary.tally.get("divisions", {})
    for dimension, choice in choices(summary):
        counted = [
            (name, side, entry["parts"].get(side.name, {}).get(dimension, {}).get(choice, {}))
            for name, entry in found.items()
            for side in summary.sides
            if summary.statuses(side.name, dimension, choice)
        ]
        words = words_of(counts for _, _, counts in counted)
        zh, en = called(dimension, choice)
        yield Table(
            f"divisions-{dimension}-{choice}",
            (f"{zh}，分区划", f"{en}, by division"),
            (("区划", "division"), REGION, *(word(one) for one in words), ("合计", "all")),
            tuple(
                (
                    division_called(name),
                    side.label,
                    *(counts.get(one, 0) for one in words),
                    found[name]["rows"],
                )
                for name, side, counts in counted
            ),
        )


def crossing(summary: Summary, one: str, other: str) -> Crossing:
    """Count who is covered in one region and in another."""
    sides = summary.side(one), summary.side(other)
    counts = [summary.statuses(side.name) for side in sides]
    words = [next((status for status in MATCH.values() if status in found), None) for found in counts]
    totals = [0 if status is None else found[status] for status, found in zip(words, counts, strict=True)]
    both: int | None = 0
    if words[0] is not None and words[1] is not None:
        both = summary.flow(one, other).get(words[0], {}).get(words[1], 0)
    first, second = (None if both is None or total is None else total - both for total in totals)
    known = summary.rows is not None and both is not None and first is not None and second is not None
    neither = (summary.rows or 0) - (both or 0) - (first or 0) - (second or 0) if known else None
    return Crossing(*sides, both, first, second, neither)


def crossings(summary: Summary) -> Table:
    """Count, for each two regions, who is covered in one and not in the other."""
    rows: list[tuple[Cell, ...]] = []
    for one, other in combinations([side for side in summary.sides if summary.statuses(side.name)], 2):
        found = crossing(summary, one.name, other.name)
        rows.append((one.label, other.label, found.both, found.first, found.second, found.neither))
    heads = (
        ("甲地", "A"),
        ("乙地", "B"),
        ("两地都符合", "in both"),
        ("只有甲符合", "in A alone"),
        ("只有乙符合", "in B alone"),
        ("两地都没有", "in neither"),
    )
    note = (
        "“符合”含属优先对象；没有列为符合的，可能是不符合，也可能无法判定、未规定或摘要未载。",
        "Coming first counts as covered. Who is not covered may be undecided there, or the document may be silent.",
    )
    return Table("crossings", ("两地之间", "between two regions"), heads, tuple(rows), (note,))


def flow(summary: Summary, one: str, other: str) -> Table:
    """Count how often each status in one region goes with each in another."""
    sides = summary.side(one), summary.side(other)
    found = summary.flow(one, other)
    across = words_of([summary.statuses(other)])
    (zh, en), (zh2, en2) = sides[0].label, sides[1].label
    return Table(
        f"flow-{one}-{other}",
        (f"{zh} → {zh2}", f"{en} → {en2}"),
        ((f"{zh} ＼ {zh2}", f"{en} \\ {en2}"), *(word(one) for one in across), ("合计", "all")),
        tuple(
            (word(here), *(found.get(here, {}).get(there, 0) for there in across), summary.statuses(one)[here])
            for here in words_of([summary.statuses(one)])
        ),
    )


def guard_note(summary: Summary) -> Pair | None:
    """Explain what is not told; None where all is."""
    least = summary.suppressed
    if least is None:
        return None
    return (
        f"* 少于 {least}，或为了不让别处少于 {least} 的数被推算出来而不列；合计照实。",
        f"* below {least}, or held back so that no count below {least} can be worked out; totals are as they are.",
    )
