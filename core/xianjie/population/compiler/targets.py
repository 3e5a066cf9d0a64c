"""A yearly target as columns: reached or not, with exact figures.

What single years added is a mapping, which no column holds: only what one year added is known, as the value in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple, get_args

from xianjie.engine.answer import TargetStatus
from xianjie.policy.model import TargetItem, TargetRule
from xianjie.policy.prepared import Policy, Readings
from xianjie.population.compiler.amounts import Amount, Constant, Goal, Recorded, Short
from xianjie.population.compiler.columns import EXACT
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.duties import DutyColumns, Under, duty_columns, recorded
from xianjie.population.compiler.fields import NOTHING, figure_of
from xianjie.population.compiler.settling import Outcome, settle
from xianjie.population.compiler.terms import Reaches, Terms

STATUSES = (NOTHING, *get_args(TargetStatus))
"""The status by its code."""

ITEM, YEAR, VALUE, IN_YEAR = "target.item", "target.year", "target.value", "target.value_in_year"


class _Alike(NamedTuple):
    """Items and years that are compared in the same way: under one rule, by the same readings of the same kind."""

    rule: str
    cumulative: bool
    running: str | None
    first: bool
    several: tuple[str, ...]


class _Place(NamedTuple):
    rule: TargetRule
    clause: str
    item: TargetItem
    readings: Readings


def target_columns(policy: Policy, conditions: Conditions, chosen: Mapping[str, str], prefix: str) -> DutyColumns:
    """Compile a policy's targets; `prefix` is the name of the status."""
    terms, as_of = conditions.terms, conditions.frame.as_of
    lacking: dict[str, int] = {}
    if policy.targets:
        there = recorded(terms, "target")
        lacking = {name: terms.all_of((there, terms.unrecorded(name))) for name in (ITEM, YEAR)}
    places = _places(policy)
    goal = Goal(ITEM, YEAR, tuple((key, place.item.values[key[1]]) for key, place in places.items()))
    ruled: list[Under] = []
    figures: dict[str, dict[Amount, list[int]]] = {"required": {}, "actual": {}, "shortfall": {}}
    for alike, keys in _grouped(places).items():
        place = places[keys[0]]
        here = _at(terms, keys)
        countings = [reading.options.get(alike.running or "") for reading in place.readings.all]
        outcomes = [_outcome(terms, alike, counting, goal, as_of) for counting in countings]
        settled = settle(terms, place.readings, outcomes, chosen)
        ruled.append(Under(place.rule, place.clause, place.readings, here, outcomes, settled))
        figures["required"].setdefault(goal, []).append(here)
        told = terms.all_of((here, terms.opposite(settled.undetermined)))
        actual, known = _actual(terms, alike, countings[settled.main])
        figures["actual"].setdefault(actual, []).append(terms.all_of((told, known)))
        figures["shortfall"].setdefault(Short(goal, actual), []).append(terms.all_of((told, known)))
    return duty_columns(
        terms,
        policy,
        "target",
        prefix,
        STATUSES,
        lacking,
        ruled,
        figures=[figure_of(f"{prefix}_{name}", EXACT, terms, amounts) for name, amounts in figures.items()],
    )


def _places(policy: Policy) -> dict[tuple[int, int], _Place]:
    """Find what each item and year is compared with: the first that stands in the document."""
    out: dict[tuple[int, int], _Place] = {}
    for rule, clause, readings in policy.targets:
        for item in rule.items:
            for year in item.values:
                out.setdefault((item.item, year), _Place(rule, clause, item, readings[item.item]))
    return out


def _grouped(places: Mapping[tuple[int, int], _Place]) -> dict[_Alike, list[tuple[int, int]]]:
    out: dict[_Alike, list[tuple[int, int]]] = {}
    for key, (rule, _, item, readings) in places.items():
        first = item.running is not None and key[1] == min(item.values)
        several = tuple(reading.id for reading in readings.all)
        out.setdefault(_Alike(rule.id, item.cumulative, item.running, first, several), []).append(key)
    return out


def _at(terms: Terms, keys: list[tuple[int, int]]) -> int:
    """Tell whether a row is about one of these items and years."""
    items: dict[int, list[int]] = {}
    for item, year in keys:
        items.setdefault(item, []).append(year)
    alike: dict[tuple[int, ...], list[int]] = {}
    for item, years in items.items():
        alike.setdefault(tuple(sorted(years)), []).append(item)
    return terms.any_of(
        terms.all_of((_one_of(terms, ITEM, numbers), _one_of(terms, YEAR, years))) for years, numbers in alike.items()
    )


def _one_of(terms: Terms, fact: str, numbers: tuple[int, ...] | list[int]) -> int:
    """Tell whether a fact is one of the numbers, runs of them taken together."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return terms.any_of(terms.is_between(fact, low, high) for low, high in runs)


def _by_year(alike: _Alike, counting: str | None) -> bool:
    return counting == "yearly" or (counting is None and not alike.cumulative)


def _actual(terms: Terms, alike: _Alike, counting: str | None) -> tuple[Recorded, int]:
    """Give the figure that a reading compares, and where it is recorded."""
    if _by_year(alike, counting):
        return Recorded(IN_YEAR, VALUE), terms.any_of((terms.recorded(IN_YEAR), terms.recorded(VALUE)))
    if alike.first and counting == "running-total":
        # in the first year what it added is the total
        return Recorded(VALUE, IN_YEAR), terms.any_of((terms.recorded(IN_YEAR), terms.recorded(VALUE)))
    return Recorded(VALUE), terms.recorded(VALUE)


def _outcome(terms: Terms, alike: _Alike, counting: str | None, goal: Goal, as_of: int) -> Outcome:
    actual, known = _actual(terms, alike, counting)
    reached = terms.holds(terms.atom(Reaches(actual.fact, goal)))
    at_least = terms.holds(terms.atom(Reaches(VALUE if actual.fact == IN_YEAR else IN_YEAR, goal)))
    beside = terms.all_of((terms.unrecorded(actual.fact), at_least))
    if actual.otherwise is None:
        # what was added in one year is no more than the total, unless something was taken away
        beside = terms.all_of((beside, terms.holds(terms.atom(Reaches(IN_YEAR, Constant(0))))))
    met = terms.any_of((reached, beside))
    unmet = terms.all_of((known, terms.opposite(met)))
    is_open = terms.opposite(terms.any_of((met, known)))
    over = terms.is_number(YEAR, "<", dt.date.fromordinal(as_of).year)
    lacking = IN_YEAR if counting == "yearly" else VALUE
    decided = {
        "met": met,
        "not_met": terms.all_of((unmet, over)),
        "in_progress": terms.all_of((unmet, terms.opposite(over))),
    }
    return Outcome(decided, is_open, {lacking: is_open})
