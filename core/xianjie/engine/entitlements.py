"""Incentives and services: for whom an instrument or a kind of help is meant, and whether its circumstances hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xianjie.engine.inquiry import Entry, Inquiry, joined_why
from xianjie.engine.readings import Outcome, Settled, settle
from xianjie.engine.stated import silence, stated
from xianjie.language import nodes
from xianjie.language.explain import Finding
from xianjie.policy.model import IncentiveRule, ServiceRule
from xianjie.policy.prepared import Block, Line
from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES


def incentives(inquiry: Inquiry) -> list[Entry]:
    """Answer every instrument known to the contract, in its order; each rule for one is an entry of its own."""
    ruled: dict[str, list[Entry]] = {}
    findings = inquiry.findings("incentives")
    for line in inquiry.policy.incentives:
        assert isinstance(line.rule, IncentiveRule)
        settled = settled_line(inquiry, line, findings, "incentives")
        for instrument in line.rule.instruments:
            ruled.setdefault(instrument, []).append(_entry("instrument", instrument, line, settled))
    return [
        entry
        for instrument in INSTRUMENTS
        for entry in ruled.get(instrument) or [_silent(inquiry, "instrument", instrument)]
    ]


def services(inquiry: Inquiry) -> list[Entry]:
    """Answer every kind of help known to the contract, in its order."""
    ruled: dict[str, list[Entry]] = {}
    findings = inquiry.findings("services")
    for line in inquiry.policy.services:
        assert isinstance(line.rule, ServiceRule)
        settled = settled_line(inquiry, line, findings, "services")
        ruled.setdefault(line.rule.service, []).append(_entry("service", line.rule.service, line, settled))
    return [entry for service in SERVICES for entry in ruled.get(service) or [_silent(inquiry, "service", service)]]


def settled_line(inquiry: Inquiry, line: Line, findings: Sequence[Finding], block: str) -> Settled:
    """Settle one rule of a block (`services`, `incentives`) by its findings."""
    outcomes = [_outcome(inquiry, line, findings, places, inquiry.policy.blocks[block]) for places in line.places]
    return settle(line.readings, outcomes, inquiry.chosen)


def _outcome(
    inquiry: Inquiry, line: Line, findings: Sequence[Finding], places: Mapping[str, int], block: Block
) -> Outcome:
    who, circumstance = findings[places["beneficiary"]], findings[places["when"]]
    parts = [("beneficiary", who.why), ("circumstance", circumstance.why)]
    if isinstance(block.conditions[places["when"]][1], nodes.Truth) or who.value is False:
        parts = parts[:1]
    elif isinstance(block.conditions[places["beneficiary"]][1], nodes.Truth):
        parts = parts[1:]
    values = (who.value, circumstance.value)
    # an absent circumstance decides nothing while it is open whether the instrument is for them at all
    value = circumstance.value if who.value is True else who.value
    why = joined_why(line.rule.id, "all", value, parts, inquiry.lang)
    match values:
        case (False, _):
            return Outcome("does_not_apply", (), why)
        case (True, True):
            return Outcome("applies", (), why)
        case (True, False):
            return Outcome("condition_not_met", (), why)
        case _:
            return Outcome("undetermined", tuple(dict.fromkeys((*who.missing, *circumstance.missing))), why)


def _entry(key: str, name: str, line: Line, settled: Settled) -> Entry:
    return {key: name, "qualifier": line.rule.qualifier, **stated(line.rule, line.clause, settled)}


def _silent(inquiry: Inquiry, key: str, name: str) -> Entry:
    return {key: name, "qualifier": None, **silence(inquiry)}
