"""A ledger as columns: whether it is up to date, when it is due next, and whether its last update was complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import polars as pl

from xianjie.engine.answer import LedgerStatus
from xianjie.engine.inquiry import Settings
from xianjie.language import ir, nodes
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, NEVER
from xianjie.policy.model import LedgerRule
from xianjie.policy.prepared import Line, Policy
from xianjie.population.compiler.amounts import Amount, Due
from xianjie.population.compiler.calendars import due_by
from xianjie.population.compiler.columns import LEDGER_BLOCK
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.duties import DutyColumns, Under, duty_columns, placed, recorded
from xianjie.population.compiler.duties import Line as Place
from xianjie.population.compiler.fields import NOTHING, Choice, Field, choice_of, field_of, figure_of
from xianjie.population.compiler.settling import Outcome, either, settle, where
from xianjie.population.compiler.terms import NO, Terms
from xianjie.vocabulary.terms import CONDITIONS, UNMET

STATUSES = (NOTHING, *get_args(LedgerStatus))
"""The status by its code."""

TIMED = ("overdue", "due_today", "due_soon", "fresh")
COMPLIANCE = (NOTHING, "full", "partial", "unknown")
UPDATED = "ledger.last_updated"


@dataclass(frozen=True, slots=True)
class _Ledger:
    """A rule on ledgers: where it decides, what holds whatever the reading, and what a full update takes.

    `never`: the ledger was never established; `no_help`: nothing has called for an update; `dated`: there is a date of
    update to go by.
    """

    line: Line
    rule: LedgerRule
    here: int
    never: int
    no_help: int
    dated: int
    required: Mapping[str, nodes.Condition]


def ledger_columns(
    policy: Policy, conditions: Conditions, chosen: Mapping[str, str], settings: Settings, prefix: str
) -> DutyColumns:
    """Compile a policy's ledgers; `conditions` know a ledger's facts, `prefix` is the name of the status."""
    terms, as_of = conditions.terms, conditions.frame.as_of
    block = policy.blocks.get(LEDGER_BLOCK)
    nodes_at = [node for _, node in block.conditions] if block else []
    rules = [_rule(line) for line in policy.ledgers]
    places = placed(
        terms, "ledger", [Place(rule.ledgers, rule.levels, bool(rule.interval or rule.cadence)) for rule in rules]
    )
    ledgers = [
        _ledger(conditions, line, here, nodes_at) for line, here in zip(policy.ledgers, places.here, strict=True)
    ]
    ruled: list[Under] = []
    due: dict[Amount, list[int]] = {}
    for ledger in ledgers:
        line, rule = ledger.line, ledger.rule
        cycles = [reading.options.get(str(rule.counting), "") for reading in line.readings.all]
        outcomes = [_outcome(terms, policy, ledger, cycle, as_of, settings.due_soon_days) for cycle in cycles]
        settled = settle(terms, line.readings, outcomes, chosen, lambda status: status == "overdue")
        ruled.append(Under(rule, line.clause, line.readings, ledger.here, outcomes, settled))
        if rule.interval is not None:
            told = terms.all_of((ledger.here, terms.any_of(settled.decided.values())))
            due.setdefault(Due(UPDATED, rule.interval, cycles[settled.main]), []).append(told)
    return duty_columns(
        terms,
        policy,
        "ledger",
        prefix,
        STATUSES,
        places.lacking,
        ruled,
        (_compliance(terms, conditions, ledgers, prefix), _condition(terms, ledgers, prefix)),
        _fields(terms, conditions, ledgers, prefix),
        [figure_of(f"{prefix}_due", pl.Int32(), terms, due)],
    )


def _rule(line: Line) -> LedgerRule:
    assert isinstance(line.rule, LedgerRule)
    return line.rule


def _ledger(conditions: Conditions, line: Line, here: int, nodes_at: Sequence[nodes.Condition]) -> _Ledger:
    terms, rule, places = conditions.terms, _rule(line), line.places[0]
    unmade = terms.fails(terms.atom(ir.Flag("ledger.established")))
    return _Ledger(
        line,
        rule,
        here,
        terms.any_of((unmade, terms.is_number(UPDATED, "==", NEVER))),
        terms.fails(conditions.value(nodes_at[places["trigger"]])) if "trigger" in places else NO,
        terms.is_between(UPDATED, FIRST_DAY, conditions.frame.as_of),
        {key: nodes_at[places[f"requires.{key}"]] for key in UNMET if key in rule.requires},
    )


def _outcome(terms: Terms, policy: Policy, ledger: _Ledger, cycle: str, as_of: int, soon: int) -> Outcome:
    rule, begun = ledger.rule, terms.opposite(ledger.never)
    if rule.interval is None:
        status = policy.silence if rule.cadence is None else "no_fixed_interval"
        return Outcome({status: begun}, ledger.never, {})
    undated = terms.opposite(ledger.dated)
    windows = _windows(terms, rule.interval, cycle, as_of, soon)
    decided = {status: terms.all_of((begun, window)) for status, window in windows.items()}
    return Outcome(decided, terms.any_of((ledger.never, undated)), {UPDATED: terms.all_of((begun, undated))})


def _windows(terms: Terms, period: str, cycle: str, as_of: int, soon: int) -> dict[str, int]:
    """Tell by the day of the last update when the next is due: an earlier update is never due later."""
    limits = [due_by(day, period, cycle, as_of) for day in (as_of - 1, as_of, min(as_of + soon, LAST_DAY))]
    out, first = {}, FIRST_DAY
    for status, last in zip(TIMED, (*limits, as_of), strict=True):
        out[status] = terms.is_between(UPDATED, first, last)
        first = last + 1
    return out


def _matters(terms: Terms, ledger: _Ledger) -> int:
    """Tell where it matters what a full update takes."""
    return terms.all_of((ledger.here, terms.opposite(ledger.never), terms.opposite(ledger.no_help)))


def _compliance(terms: Terms, conditions: Conditions, ledgers: Sequence[_Ledger], prefix: str) -> Choice:
    full, partial = [], []
    for ledger in ledgers:
        values = [conditions.value(node) for node in ledger.required.values()]
        if values:
            here = _matters(terms, ledger)
            partial.append(terms.all_of((here, terms.any_of(terms.fails(value) for value in values))))
            full.append(terms.all_of((here, *(terms.holds(value) for value in values))))
    nothing = terms.opposite(recorded(terms, "ledger"))
    cases = {NOTHING: nothing, "partial": terms.any_of(partial), "full": terms.any_of(full)}
    return choice_of(f"{prefix}_compliance", cases, COMPLIANCE, "unknown")


def _condition(terms: Terms, ledgers: Sequence[_Ledger], prefix: str) -> Choice:
    cases = {
        "never_established": terms.any_of(terms.all_of((ledger.here, ledger.never)) for ledger in ledgers),
        "no_assistance_given": terms.any_of(terms.all_of((ledger.here, ledger.no_help)) for ledger in ledgers),
    }
    return choice_of(f"{prefix}_condition", cases, (NOTHING, *CONDITIONS), NOTHING)


def _fields(terms: Terms, conditions: Conditions, ledgers: Sequence[_Ledger], prefix: str) -> tuple[Field, Field]:
    unmet: dict[str, list[int]] = {key: [] for key in UNMET}
    missing: list[dict[str, int]] = []
    for ledger in ledgers:
        here = _matters(terms, ledger)
        for key, node in ledger.required.items():
            unmet[key].append(terms.all_of((here, terms.fails(conditions.value(node)))))
            missing.append(where(terms, here, conditions.missing(node)))
    return (
        field_of(f"{prefix}_unmet", {(key,): terms.any_of(truths) for key, truths in unmet.items()}),
        field_of(f"{prefix}_compliance_missing", {(name,): truth for name, truth in either(terms, missing).items()}),
    )
