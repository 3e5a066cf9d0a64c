"""Duties of two policies side by side: every class of ledgers, counted duties and targets is gone through.

What a duty comes to changes only at certain days, counts and figures. Each such place and its neighbours stand for all
records between them, so that the list of records made here is complete for a pair of policies at one date.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.duties.cadence import due_date
from xianjie.engine.inquiry import Settings
from xianjie.language import nodes
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, iso
from xianjie.policy.model import LeastByReading, LedgerRule
from xianjie.policy.prepared import Policy
from xianjie.proof.difference import Cell
from xianjie.proof.points import Label
from xianjie.proof.solving import Found
from xianjie.proof.witness import Answering, Witness
from xianjie.vocabulary import FactSpec, FactType

LEVELS = (None, "province", "city", "county", "township")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """One recorded duty of a class: the point that it belongs to, and the record in the contract's shape."""

    key: str
    list: str
    record: Record


def duty_records(policies: Sequence[Policy], as_of: int) -> list[DutyRecord]:
    """Make a record of every class that the policies could tell apart at a date."""
    return [*_ledgers(policies, as_of), *_counts(policies, as_of), *_targets(policies)]


def duty_cells(left: Policy, right: Policy, as_of: int) -> list[Cell]:
    """Go through every class of records; give each pair of answers that some class gets, with its plainest record."""
    answering = Answering([left, right])
    found: dict[tuple[str, Label, Label], Cell] = {}
    for made in duty_records([left, right], as_of):
        record: Record = {"as_of": iso(as_of), made.list: [made.record]}
        case = read_case(record, left.vocabulary)
        answers = tuple(answering.answer(side, case, as_of) for side in (0, 1))
        here, there = (duty_label(answer["duties"][0]) for answer in answers)
        size = len(made.record)
        known = found.get((made.key, here, there))
        if known is None or known.witness is None or size < len(known.witness.record[made.list][0]):
            witness = Witness(record, {}, answers)
            found[made.key, here, there] = Cell(made.key, (here,), (there,), Found.SOME, witness, exact=True)
    return list(found.values())


def duty_label(entry: dict[str, Any]) -> Label:
    """Give what tells two answers to one duty apart: status, rule, force, clause, period and what is asked for."""
    if entry["rule"] is None:
        return (entry["status"],)
    asked = entry.get("required")
    unmet = "、".join(entry["unmet"])
    return (
        entry["status"],
        entry["rule"],
        entry["force"],
        entry["clause"],
        entry["interval"] or entry["cadence"] or "",
        "" if asked is None else str(asked),
        entry["compliance"],
        unmet,
        *(f"{reading['reading']}: {reading['status']}" for reading in entry["readings"]),
    )


# -- ledgers -----------------------------------------------------------------------------------------------------------


def _ledgers(policies: Sequence[Policy], as_of: int) -> Iterator[DutyRecord]:
    rules = [(policy, line) for policy in policies for line in policy.ledgers]
    kinds = dict.fromkeys(kind for _, line in rules if isinstance(line.rule, LedgerRule) for kind in line.rule.ledgers)
    days = sorted({as_of, as_of + 1, *(day for _, line in rules for day in _turns(line.rule, line.readings, as_of))})
    facts = list({spec.name: spec for policy in policies for spec in _asked_in(policy, "ledger")}.values())
    turns = [
        (kind, level)
        for kind in kinds
        for level in _levels([line.rule for _, line in rules if kind in getattr(line.rule, "ledgers", ())])
    ]
    for kind, level in turns:
        plain: Record = {"kind": kind, **({} if level is None else {"level": level})}
        key = f"ledger.{kind}"
        yield DutyRecord(key, "ledgers", plain)
        yield DutyRecord(key, "ledgers", {**plain, "established": False})
        yield DutyRecord(key, "ledgers", {**plain, "last_updated": "never"})
        for day in days:
            yield DutyRecord(key, "ledgers", {**plain, "last_updated": _day(day)})
        # what else a full update takes, on one that is fresh; two facts at a time, as far as a condition joins them
        fresh = {**plain, "last_updated": _day(as_of - 10)}
        for spec in facts:
            for value in _values_of(spec, as_of):
                yield DutyRecord(key, "ledgers", {**fresh, spec.short: value})
        for first, second in combinations(facts, 2):
            for one, other in product(_values_of(first, as_of), _values_of(second, as_of)):
                yield DutyRecord(key, "ledgers", {**fresh, first.short: one, second.short: other})


def _turns(rule: object, readings: Any, as_of: int) -> Iterator[int]:
    """Find the days of a last update from which the next turn is overdue, due today, due soon, or not yet."""
    if not isinstance(rule, LedgerRule) or rule.interval is None:
        return
    soon = Settings().due_soon_days
    cycles = {reading.options[str(rule.counting)] for reading in readings.all}
    for cycle in cycles:
        for due in (as_of, as_of + 1, as_of + soon + 1):
            first = _first(lambda day, cycle=cycle: due_date(day, str(rule.interval), cycle), due, as_of)  # type: ignore[misc]
            yield from (day for day in (first - 1, first) if 0 < day <= as_of)


def _first(rising: Callable[[int], int], wanted: int, as_of: int) -> int:
    """Find the first day of the last hundred years whose value is not below the one wanted."""
    start = max(FIRST_DAY, as_of - 36525)
    return start + bisect_left(range(as_of + 1 - start), wanted, key=lambda offset: rising(start + offset))


def _day(ordinal: int) -> str:
    """Write a day, one beyond the calendar's ends as the last there is."""
    return iso(max(FIRST_DAY, min(LAST_DAY, ordinal)))


def _asked_in(policy: Policy, block: str) -> list[FactSpec]:
    conditions = policy.blocks[block].conditions if block in policy.blocks else ()
    seen: dict[str, None] = {}
    queue = [node for _, node in conditions]
    while queue:
        node = queue.pop()
        seen.update(dict.fromkeys(nodes.facts_of(node)))
        queue += [policy.definitions[name] for name in nodes.definitions_of(node)]
    asked = [policy.vocabulary[name] for name in seen if name != "ledger.last_updated"]
    return [spec for spec in asked if spec.record == "ledger"]


def _values_of(spec: FactSpec, as_of: int) -> tuple[object, ...]:
    match spec.type:
        case FactType.BOOL:
            return True, False
        case FactType.EVENT:
            return ("never", *(_day(as_of + step) for step in (-11, -10, -9, 0, 1)))
        case FactType.ENUM:
            return tuple(spec.words)
        case _:
            return ()


def _levels(rules: Sequence[Any]) -> Sequence[str | None]:
    """List the levels that a kind's rules tell apart; where none does, one stands for all."""
    return LEVELS if any(rule.levels is not None for rule in rules) else (None, "county")


# -- counted duties and targets ----------------------------------------------------------------------------------------


def _counts(policies: Sequence[Policy], as_of: int) -> Iterator[DutyRecord]:
    rules = [rule for policy in policies for rule, _, _ in policy.counts]
    today = dt.date.fromordinal(as_of)
    standing = {rule.duty: [other for other in rules if other.duty == rule.duty] for rule in rules}
    for kind, level in [(kind, level) for kind, own in standing.items() for level in _levels(own)]:
        own = standing[kind]
        named = [year for rule in own for year in (rule.first_year, rule.last_year) if year is not None]
        first = policies[0].vocabulary["duty.year"].least or 1
        near = {today.year - 1, today.year, *(year + step for year in named for step in (-1, 0, 1))}
        years = sorted(year for year in near if year >= first)
        least = sorted({number for rule in own for number in _least(rule.at_least)})
        counts = sorted({0, *(number + step for number in least for step in (-1, 0, 1))})
        ends = [rule.deadline.toordinal() for rule in own if rule.deadline]
        days = sorted({as_of, *(end + step for end in ends for step in (0, 1))})
        plain: Record = {"kind": kind, **({} if level is None else {"level": level})}
        key = f"duty.{kind}"
        yield DutyRecord(key, "duties", plain)
        for year in years:
            yield DutyRecord(key, "duties", {**plain, "year": year})
            for count in counts:
                yield DutyRecord(key, "duties", {**plain, "year": year, "count": count})
                for day in days:
                    yield DutyRecord(key, "duties", {**plain, "year": year, "count": count, "last_done": _day(day)})
            for meetings in _meetings(max(counts)):
                yield DutyRecord(key, "duties", {**plain, "year": year, "count": len(meetings), "meetings": meetings})


def _least(at_least: int | LeastByReading | None) -> Iterable[int]:
    if isinstance(at_least, LeastByReading):
        return at_least.readings.values()
    return () if at_least is None else (at_least,)


def _meetings(most: int) -> Iterator[list[dict[str, bool]]]:
    whole = {"departments": True, "charities": True, "grassroots": True}
    without = {**whole, "grassroots": False}
    for number in range(1, most + 1):
        for complete in range(number + 1):
            yield [whole] * complete + [without] * (number - complete)


def _targets(policies: Sequence[Policy]) -> Iterator[DutyRecord]:
    items = [item for policy in policies for rule, _, _ in policy.targets for item in rule.items]
    for number in dict.fromkeys(item.item for item in items):
        values: dict[int, set[Decimal]] = {}
        for item in items:
            if item.item == number:
                for year, value in item.values.items():
                    values.setdefault(year, set()).add(value)
        for year in sorted({*values, min(values) - 1, max(values) + 1}):
            plain = {"item": number, "year": year}
            yield DutyRecord(f"target.{number}", "targets", plain)
            for figure in sorted({near for value in values.get(year, ()) for near in _near(value)}):
                if figure >= 0:
                    yield DutyRecord(f"target.{number}", "targets", {**plain, "value": str(figure)})
                    yield DutyRecord(f"target.{number}", "targets", {**plain, "value_in_year": str(figure)})


def _near(value: Decimal) -> tuple[Decimal, ...]:
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    return value - step, value, value + step
