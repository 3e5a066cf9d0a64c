"""Put cases to a policy and to its revision, and count who gains, who loses, and through which clause."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xianjie.cases import Case
from xianjie.engine.verdicts import Verdicts
from xianjie.errors import InputError, Place, Problem
from xianjie.policy.prepared import Policy
from xianjie.revision.impact_classes import CHANGES, PARTS, Change, Part
from xianjie.revision.impact_entries import Entries, Row

EXAMPLES = 3
"""How many cases are named beside each row."""
DAYS_KEPT = 32
"""For how many days at once both policies are kept compiled, where cases bring dates of their own."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A row with the number of entries that it befell, the number of cases, and the labels of the first few."""

    row: Row
    entries: int
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How the entries of one part fared."""

    part: Part
    entries: int
    counts: Mapping[Change, int]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a revision does to a number of cases.

    `changed` counts the cases in which anything did. `rows` leaves out what is unchanged, `totals` the parts that no
    case has. `listed` tells, up to a number asked for, which case was changed how; `left_off` counts what went beyond.
    """

    old: Policy
    new: Policy
    as_of: int | None
    new_as_of: int | None
    cases: int
    changed: int
    totals: tuple[Total, ...]
    rows: tuple[Counted, ...]
    listed: tuple[tuple[str, Row], ...]
    left_off: int


def impact(
    old: Policy,
    new: Policy,
    cases: Iterable[Case],
    as_of: int | None,
    new_as_of: int | None = None,
    examples: int = EXAMPLES,
    listed: int = 0,
) -> Impact:
    """Compare the answers of two policies, case by case, in every part that a case has records for.

    `as_of` (an ordinal) is the date of all cases; None: each case's own. `new_as_of`, where given, is the date for the
    revision. `examples` cases are named beside each row, and `listed` changes are kept one by one. Cases without a
    label are named by their number, from 1. Raises InputError for a case without any date.
    """
    entries, days, tallies = Entries(old, new), _Days(old, new), _Tallies(examples, listed)
    number = changed = 0
    for number, case in enumerate(cases, 1):
        day = as_of if as_of is not None else case.as_of
        if day is None:
            raise InputError(
                Problem(
                    "as-of-missing",
                    "须给出判定日期（as_of）",
                    "the date of evaluation (as_of) is needed",
                    Place(path="as_of"),
                )
            )
        rows = entries.changed(case, *days.at(day, day if new_as_of is None else new_as_of))
        if rows:
            changed += 1
            tallies.add(number, case.label or f"#{number}", rows)
    return Impact(
        old,
        new,
        as_of,
        new_as_of,
        number,
        changed,
        tallies.totals(entries.unchanged),
        tallies.rows(),
        tuple(tallies.listed),
        tallies.left_off,
    )


class _Days:
    """Both policies, compiled for a day when it is first asked for."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.kept: OrderedDict[tuple[int, int], tuple[Verdicts, Verdicts]] = OrderedDict()

    def at(self, day: int, new_day: int) -> tuple[Verdicts, Verdicts]:
        found = self.kept.get((day, new_day))
        if found is None:
            found = self.kept[day, new_day] = Verdicts(self.old, day), Verdicts(self.new, new_day)
            if len(self.kept) > DAYS_KEPT:
                self.kept.popitem(last=False)
        return found


@dataclass(slots=True)
class _Tally:
    """What was counted of a row so far; `last` is the number of the case that it befell last."""

    entries: int = 0
    cases: int = 0
    last: int = 0
    examples: list[str] = field(default_factory=list)


class _Tallies:
    def __init__(self, examples: int, listed: int) -> None:
        self.most, self.room, self.left_off = examples, listed, 0
        self.by_row: dict[Row, _Tally] = {}
        self.listed: list[tuple[str, Row]] = []

    def add(self, number: int, label: str, rows: Iterable[Row]) -> None:
        for row in rows:
            tally = self.by_row.get(row)
            if tally is None:
                tally = self.by_row[row] = _Tally()
            tally.entries += 1
            if tally.last == number:
                continue  # the same kind of change befell two entries of one case
            tally.last = number
            tally.cases += 1
            if len(tally.examples) < self.most:
                tally.examples.append(label)
            if len(self.listed) < self.room:
                self.listed.append((label, row))
            else:
                self.left_off += 1

    def totals(self, unchanged: Mapping[Part, int]) -> tuple[Total, ...]:
        counts: dict[Part, Counter[Change]] = {part: Counter() for part in PARTS}
        for row, tally in self.by_row.items():
            counts[row.part][row.change] += tally.entries
        for part, number in unchanged.items():
            counts[part]["unchanged"] += number
        return tuple(
            Total(part, found.total(), {change: found[change] for change in CHANGES})
            for part, found in counts.items()
            if found.total()
        )

    def rows(self) -> tuple[Counted, ...]:
        """Order by part and change, then the most cases first."""

        def order(one: Counted) -> tuple[object, ...]:
            row = one.row
            return PARTS.index(row.part), CHANGES.index(row.change), -one.cases, row.name, row.rule or ""

        counted = (Counted(row, t.entries, t.cases, tuple(t.examples)) for row, t in self.by_row.items())
        return tuple(sorted(counted, key=order))
