"""Incentives and services: for whom an instrument or a kind of help is meant, and whether its circumstances hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xianjie.engine.inquiry import Entry, Inquiry, joined_why
from xianjie.engine.readings import Outcome, Settled, settle
from xianjie.engine.stated import silence, stated
from xianjie.language import nodes
from xianjie.language.explain import Finding
from xianjie.policy.model import IncentiveRule, ServiceRule
from xianjie.policy.prepared import Block, Line, Policy
from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES


class Row(NamedTuple):
    """A place in a list: the instrument or the kind of help, and the rule on it; None where the document is silent."""

    name: str
    line: Line | None


def incentives(inquiry: Inquiry) -> list[Entry]:
    """Answer every instrument known to the contract, in its order; each rule for one is an entry of its own."""
    findings = inquiry.findings("incentives")
    return [incentive(row, inquiry, findings) for row in incentive_rows(inquiry.policy)]


def incentive_rows(policy: Policy) -> list[Row]:
    """List what is answered on incentives."""
    ruled: dict[str, list[Row]] = {}
    for line in policy.incentives:
        assert isinstance(line.rule, IncentiveRule)
        for instrument in line.rule.instruments:
            ruled.setdefault(instrument, []).append(Row(instrument, line))
    return [row for name in INSTRUMENTS for row in ruled.get(name, [Row(name, None)])]


def incentive(row: Row, inquiry: Inquiry, findings: Sequence[Finding]) -> Entry:
    """Answer one place of the list of incentives."""
    return _entry(inquiry, "incentives", "instrument", row, findings)


def services(inquiry: Inquiry) -> list[Entry]:
    """Answer every kind of help known to the contract, in its order."""
    findings = inquiry.findings("services")
    return [service(row, inquiry, findings) for row in service_rows(inquiry.policy)]


def service_rows(policy: Policy) -> list[Row]:
    """List what is answered on services."""
    ruled: dict[str, list[Row]] = {}
    for line in policy.services:
        assert isinstance(line.rule, ServiceRule)
        ruled.setdefault(line.rule.service, []).append(Row(line.rule.service, line))
    return [row for name in SERVICES for row in ruled.get(name, [Row(name, None)])]


def service(row: Row, inquiry: Inquiry, findings: Sequence[Finding]) -> Entry:
    """Answer one place of the list of services."""
    return _entry(inquiry, "services", "service", row, findings)


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


def _entry(inquiry: Inquiry, block: str, key: str, row: Row, findings: Sequence[Finding]) -> Entry:
    name, line = row
    if line is None:
        return {key: name, "qualifier": None, **silence(inquiry)}
    settled = settled_line(inquiry, line, findings, block)
    return {key: name, "qualifier": line.rule.qualifier, **stated(line.rule, line.clause, settled)}
