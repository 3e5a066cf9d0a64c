"""What a summary's tables are made of: words, counts, and what everything in them is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.population.summary.gathered import Pair, Side, Summary
from xianjie.population.summary.guarding import POINTS
from xianjie.vocabulary import terms
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES

Cell = Pair | int | None
"""Words, a count, or a count that is not told."""

NOT_TOLD = "*"

CHOICES: Mapping[str, Pair] = {
    "status": ("结论", "status"),
    "ledger": ("台账状态", "ledgers"),
    "ledger_rule": ("台账所据规则", "rule on the ledger"),
    "ledger_condition": ("台账为何不算日子", "why a ledger has no date"),
    "ledger_compliance": ("台账是否合规", "ledgers that comply"),
    "count": ("职责次数", "counted duties"),
    "count_rule": ("次数所据规则", "rule on the count"),
    "target": ("年度目标", "yearly targets"),
    "target_rule": ("目标所据规则", "rule on the target"),
    "direction": ("方向", "direction"),
    "rule": ("所据规则", "rule"),
    "next_step": ("下一步", "next step"),
    "missing_step": ("缺的一步", "missing step"),
    "simplified": ("简化认定", "simplified"),
    "accompanying": ("随附事项", "what goes with it"),
    "lacking": ("缺少的事实", "missing facts"),
    "unmet": ("没有做到的", "what is not met"),
    "readings": ("读法不一致", "readings that disagree"),
}
_LAST = ("undetermined", "ambiguous", "not_stipulated", "not_reported", "none")
_ORDER = (*(status for status in STATUSES if status not in _LAST), "", *_LAST)
"""Statuses that are decided come first, then other words, and last those of which nothing can be said."""
_WORDS: Mapping[str, Pair] = {
    "none": ("没有相关记录", "nothing on record"),
    "unknown": ("无法确定", "unknown"),
    "full": ("全部做到", "full"),
    "partial": ("部分做到", "partial"),
    "forward": ("民政→慈善", "civil affairs to charity"),
    "reverse": ("慈善→民政", "charity to civil affairs"),
    "community_report": ("居(村)委→街镇", "residents' committee to township"),
    "": ("（未填）", "(none given)"),
}
_TABLES: Sequence[Mapping[str, Pair]] = [
    table for name, table in vars(terms).items() if name.isupper() and isinstance(table, Mapping)
]

REGION: Pair = ("地区", "region")
PEOPLE: Pair = ("人数", "people")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first columns are words, the others counts. `notes` say how to read it."""

    key: str
    title: Pair
    heads: tuple[Pair, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Pair, ...] = ()

    @property
    def labels(self) -> int:
        """Count the columns of words."""
        first = self.rows[0] if self.rows else ()
        return next((at for at, cell in enumerate(first) if not isinstance(cell, tuple)), len(first))


def word(status: str) -> Pair:
    """Say a status."""
    known: Pair | None = _WORDS.get(status) or STATUSES.get(status)
    return known or next((table[status] for table in _TABLES if status in table), (status, status))


def division_called(name: str) -> Pair:
    """Say a division; one that is not filled in has no name."""
    return _WORDS.get(name, (name, name))


def called(dimension: str, choice: str) -> Pair:
    """Call what is told of a dimension."""
    zh, en = DIMENSIONS.get(dimension, (dimension, dimension))
    more = CHOICES.get(choice, (choice, choice))
    return (zh, en) if choice == "status" else (f"{zh}·{more[0]}", f"{en}: {more[1]}")


def words_of(found: Iterable[Mapping[str, int | None]]) -> list[str]:
    """List the statuses that stand in lists of counts, in the order in which they are told."""
    there = {name for counts in found for name in counts}
    return sorted(there, key=lambda name: (_ORDER.index(name if name in _ORDER else ""), name))


def choices(summary: Summary) -> list[tuple[str, str]]:
    """List what is said in a status: dimension and name, in the order of the dimensions."""
    return [(dimension, choice) for dimension, choice in every_choice(summary) if not choice.endswith(POINTS)]


def every_choice(summary: Summary) -> list[tuple[str, str]]:
    """List what is said in one word, be it a status or one of many points."""
    there = {
        (dimension, choice)
        for dimension in summary.dimensions
        for parts in summary.tally["parts"].values()
        for choice in parts.get(dimension, {}).get("choices", {})
    }
    return [
        (dimension, choice) for dimension in summary.dimensions for choice in CHOICES if (dimension, choice) in there
    ]


def point_called(summary: Summary, side: Side, name: str) -> Pair:
    """Call a fact, a rule, a step."""
    return summary.facts.get(name) or (rule_called(side, name) if name in side.rules else word(name))


def shown(cell: Cell, lang: str) -> str:
    """Write a cell."""
    if isinstance(cell, tuple):
        return cell[lang != "zh"]
    return NOT_TOLD if cell is None else f"{cell:,}"


def each(summary: Summary, dimension: str, what: str) -> Iterator[tuple[Side, Mapping[str, Any]]]:
    """Go through what was counted of one kind, region by region."""
    for side in summary.sides:
        found = summary.tally["parts"].get(side.name, {}).get(dimension, {}).get(what)
        if found:
            yield side, found


def rule_called(side: Side, rule: str) -> Pair:
    """Call a rule by its clause and its name."""
    zh, en, clause = side.rules.get(rule, (rule, rule, ""))
    return (f"{clause} {zh}".strip(), f"{clause} {en}".strip())
