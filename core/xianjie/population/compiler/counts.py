"""A counted duty as columns: done as many times a year as the document asks, or by its day.

The meetings behind a count are a list, which no column holds: where a reading needs them they are wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import polars as pl

from xianjie.engine.answer import DutyStatus
from xianjie.language.calendar import FIRST_DAY, NEVER
from xianjie.policy.model import CountRule, LeastByReading
from xianjie.policy.prepared import Policy, Reading
from xianjie.population.compiler.amounts import Amount, Constant, Recorded, Short
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.duties import DutyColumns, Line, Under, duty_columns, placed
from xianjie.population.compiler.fields import NOTHING, figure_of
from xianjie.population.compiler.settling import Outcome, settle, where
from xianjie.population.compiler.terms import NO, YES, SameYear, Terms

STATUSES = (NOTHING, *get_args(DutyStatus))
"""The status by its code."""

COUNT, DONE, YEAR, MEETINGS = "duty.count", "duty.last_done", "duty.year", "duty.meetings"


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one reading comes to: the number required (None: none is), and where the number done is known."""

    outcome: Outcome
    required: int | None
    known: int


def count_columns(policy: Policy, conditions: Conditions, chosen: Mapping[str, str], prefix: str) -> DutyColumns:
    """Compile a policy's counted duties; `prefix` is the name of the status."""
    terms, as_of = conditions.terms, conditions.frame.as_of
    rules = [rule for rule, _, _ in policy.counts]
    places = placed(
        terms,
        "duty",
        [Line((rule.duty,), rule.levels, bool(rule.at_least or rule.cadence)) for rule in rules],
    )
    lacking = dict(places.lacking)
    ruled: list[Under] = []
    figures: dict[str, dict[Amount, list[int]]] = {"required": {}, "actual": {}, "shortfall": {}}
    for (rule, clause, readings), placed_here in zip(policy.counts, places.here, strict=True):
        here = placed_here
        if rule.at_least is not None and rule.deadline is None:
            unknown = terms.all_of((here, terms.unrecorded(YEAR)))
            lacking[YEAR] = terms.any_of((lacking.get(YEAR, NO), unknown))
            here = terms.all_of((here, terms.recorded(YEAR)))
        if rule.first_year is not None:
            here = terms.all_of((here, terms.opposite(terms.is_number(YEAR, "<", rule.first_year))))
        if rule.last_year is not None:
            here = terms.all_of((here, terms.opposite(terms.is_number(YEAR, ">", rule.last_year))))
        counted = [_reading(terms, policy, rule, reading, as_of) for reading in readings.all]
        settled = settle(terms, readings, [one.outcome for one in counted], chosen)
        under = Under(rule, clause, readings, here, [one.outcome for one in counted], settled)
        ruled.append(under)
        if rule.at_least is not None:
            for name, amount, truth in _figures(terms, under, counted):
                figures[name].setdefault(amount, []).append(terms.all_of((here, truth)))
    return duty_columns(
        terms,
        policy,
        "duty",
        prefix,
        STATUSES,
        lacking,
        ruled,
        figures=[figure_of(f"{prefix}_{name}", pl.Int64(), terms, amounts) for name, amounts in figures.items()],
    )


def _reading(terms: Terms, policy: Policy, rule: CountRule, reading: Reading, as_of: int) -> _Counted:
    if rule.at_least is None:
        status = policy.silence if rule.cadence is None else "no_fixed_interval"
        return _Counted(Outcome({status: YES}, NO, {}), None, NO)
    required = rule.at_least
    if isinstance(required, LeastByReading):
        required = required.readings[reading.options[required.by]]
    together = rule.parties is not None and reading.options[rule.parties] == "all-parties-each"
    met, unmet, known, missing = (
        _complete_meetings(terms, required) if together else _counted(terms, rule, required, as_of)
    )
    over = (YES if as_of > rule.deadline.toordinal() else NO) if rule.deadline else _year_over(terms, as_of)
    is_open = terms.opposite(terms.any_of((met, unmet)))
    decided = {
        "met": met,
        "not_met": terms.all_of((unmet, over)),
        "in_progress": terms.all_of((unmet, terms.opposite(over))),
    }
    return _Counted(Outcome(decided, is_open, where(terms, is_open, missing)), required, known)


def _year_over(terms: Terms, as_of: int) -> int:
    return terms.is_number(YEAR, "<", dt.date.fromordinal(as_of).year)


def _counted(terms: Terms, rule: CountRule, required: int, as_of: int) -> tuple[int, int, int, dict[str, int]]:
    """Tell where the count is met, where it is not, where the number done is known, and what is missing elsewhere."""
    counted = terms.recorded(COUNT)
    never = terms.all_of((terms.opposite(counted), terms.is_number(DONE, "==", NEVER)))
    late, once = NO, []
    if rule.deadline is not None:
        end = rule.deadline.toordinal()
        late = terms.all_of((terms.is_number(COUNT, ">=", 1), terms.is_number(DONE, ">", end)))
        once.append(terms.is_between(DONE, FIRST_DAY, min(as_of, end)))
    else:
        this_year = terms.holds(terms.atom(SameYear(DONE, YEAR)))
        once.append(terms.all_of((this_year, terms.is_between(DONE, FIRST_DAY, as_of))))
    in_time = terms.opposite(late)
    met = [terms.all_of((in_time, terms.is_number(COUNT, ">=", required)))]
    if required == 1:
        met.append(terms.all_of((terms.opposite(counted), *once)))
    # of a count whose last came too late at least one is off
    most = terms.is_number(COUNT, "<=", required)
    few = terms.is_number(COUNT, "<", required)
    unmet = terms.any_of((never, terms.all_of((in_time, few)), terms.all_of((late, most))))
    known = terms.any_of((never, terms.all_of((in_time, counted)), terms.all_of((late, _only_one(terms)))))
    missing = {DONE: counted, COUNT: terms.opposite(counted)}
    return terms.any_of(met), unmet, known, missing


def _only_one(terms: Terms) -> int:
    return terms.is_number(COUNT, "==", 1)


def _complete_meetings(terms: Terms, required: int) -> tuple[int, int, int, dict[str, int]]:
    """Tell the same where only meetings count at which every party was present: of none is that recorded."""
    few = terms.is_number(COUNT, "<", required)
    none_held = terms.is_number(COUNT, "==", 0)
    return NO, few, none_held, {COUNT: terms.unrecorded(COUNT), MEETINGS: YES}


def _figures(terms: Terms, under: Under, counted: list[_Counted]) -> list[tuple[str, Amount, int]]:
    """Say what is required, done and lacking: by the reading that decides; where readings differ what they share."""
    settled = under.settled
    main, standing = counted[settled.main], [counted[number] for number in settled.standing]
    decided = terms.any_of(settled.decided.values())
    out: list[tuple[str, Amount, int]] = []
    left = settled.undetermined
    for one in standing:
        # of several that are open the first tells what is required
        out.append(("required", Constant(one.required or 0), terms.all_of((left, one.outcome.open))))
        left = terms.all_of((left, terms.opposite(one.outcome.open)))
    out.append(("required", Constant(main.required or 0), decided))
    if len({one.required for one in standing}) == 1:
        out.append(("required", Constant(main.required or 0), settled.ambiguous))
    known = terms.any_of(
        (terms.all_of((decided, main.known)), terms.all_of((settled.ambiguous, *(one.known for one in standing))))
    )
    # the number done is the count, but none where it was never done, or only once and too late
    none = terms.any_of((terms.unrecorded(COUNT), terms.all_of((_late(terms, under), _only_one(terms)))))
    for amount, truth in ((Constant(0), none), (Recorded(COUNT), terms.opposite(none))):
        out.append(("actual", amount, terms.all_of((known, truth))))
        out.append(
            ("shortfall", Short(Constant(main.required or 0), amount), terms.all_of((decided, main.known, truth)))
        )
    return out


def _late(terms: Terms, under: Under) -> int:
    rule = under.rule
    assert isinstance(rule, CountRule)
    if rule.deadline is None:
        return NO
    return terms.is_number(DONE, ">", rule.deadline.toordinal())
