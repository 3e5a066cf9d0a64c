"""Where a policy's conditions stand: each with its rule and clause, and the point of the answer that it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xianjie.language import nodes
from xianjie.policy.model import IncentiveRule, LedgerRule, ReferralDutyRule, Rule, ServiceRule
from xianjie.policy.prepared import Line, Policy, Reading, Readings, ReferralLine
from xianjie.vocabulary.terms import STEPS, UNMET, term

Options = tuple[tuple[str, str], ...]
"""Readings that are settled on, as pairs of set and option."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a rule: its place in a block, what it is there for, and the point that it moves.

    `slot` is `when`, `beneficiary`, `scope`, `trigger`, `gate:…`, `requires.…` or `step:…`. `chosen` settles on the
    first reading that the condition belongs to; `reading` is that reading's id, empty where there is only one.
    """

    block: str
    place: int
    slot: str
    clause: str
    key: str
    chosen: Options
    reading: str
    rule: Rule = field(compare=False, repr=False)

    def condition(self, policy: Policy) -> nodes.Condition:
        """Give the condition as the block holds it."""
        return policy.blocks[self.block].conditions[self.place][1]


def parts_of(policy: Policy) -> list[Part]:
    """List the conditions of a policy, in the order of its dimensions; a condition stands once for each point."""
    found: dict[tuple[str, int, str], Part] = {}
    for part in _walk(policy):
        found.setdefault((part.block, part.place, part.key), part)
    return list(found.values())


def _walk(policy: Policy) -> Iterator[Part]:
    for group in policy.groups:
        rules = {rule: (model, clause) for rule, model, clause in group.rules}
        for reading, places in zip(group.readings.all, group.places, strict=True):
            for rule, place in places.items():
                model, clause = rules[rule]
                key = f"group.{group.group.id}"
                yield Part("eligibility", place, "when", clause, key, _options(reading), reading.id, model)
    for line in policy.advice:
        yield from _lines(line, "eligibility", f"advice.{line.rule.id}")
    for line in policy.services:
        assert isinstance(line.rule, ServiceRule)
        yield from _lines(line, "services", f"service.{line.rule.service}/{line.rule.id}")
    for line in policy.incentives:
        assert isinstance(line.rule, IncentiveRule)
        yield from _lines(line, "incentives", f"instrument.{line.rule.instruments[0]}/{line.rule.id}")
    for direction, route in policy.referrals.items():
        yield from _route(f"referral.{direction}", route)
    for line in policy.simplifications[:1]:
        yield from _lines(line, "referral.forward", "simplification")
    for line in policy.referral_duties:
        assert isinstance(line.rule, ReferralDutyRule)
        yield from _lines(line, f"referral.{line.rule.direction}", f"accompanying.{line.rule.id}")
    for line in policy.ledgers:
        assert isinstance(line.rule, LedgerRule)
        for slot, place in line.places[0].items():
            yield Part("ledger", place, slot, line.clause, f"ledger.{line.rule.id}/{slot}", (), "", line.rule)


def _options(reading: Reading) -> Options:
    return tuple(reading.options.items())


def _lines(line: Line, block: str, key: str) -> Iterator[Part]:
    for reading, places in zip(line.readings.all, line.places, strict=True):
        for slot, place in places.items():
            yield Part(block, place, slot, line.clause, key, _options(reading), reading.id, line.rule)


def _route(block: str, route: ReferralLine) -> Iterator[Part]:
    if route.rule.mechanism_only:
        return
    if route.trigger is not None:
        yield from _lines(route.trigger, block, block)
    for gate, place in route.gates:
        yield Part(block, place, f"gate:{gate.step}", route.clause, block, (), "", route.rule)
    for number, step in enumerate(route.steps):
        if step.guard is not None:
            slot = f"step:{number}"
            yield Part(block, step.guard, slot, route.clause, f"{block}/{slot}", (), "", route.rule)


def choices_of(policy: Policy) -> list[Mapping[str, str]]:
    """List the ways in which readings can be settled on, rule by rule, each once; first the way without a choice."""
    out: dict[Options, None] = {(): None}
    for part in parts_of(policy):
        out[part.chosen] = None
    return [dict(options) for options in out]


def readings_of(policy: Policy) -> dict[str, Readings]:
    """Give the readings of every point that hangs on conditions."""
    out = {f"group.{line.group.id}": line.readings for line in policy.groups}
    for line in policy.services:
        assert isinstance(line.rule, ServiceRule)
        out[f"service.{line.rule.service}/{line.rule.id}"] = line.readings
    for line in policy.incentives:
        assert isinstance(line.rule, IncentiveRule)
        out[f"instrument.{line.rule.instruments[0]}/{line.rule.id}"] = line.readings
    for direction, route in policy.referrals.items():
        if route.trigger is not None and not route.rule.mechanism_only:
            out[f"referral.{direction}"] = route.trigger.readings
    for line in policy.simplifications[:1]:
        out["simplification"] = line.readings
    for line in policy.referral_duties:
        out[f"accompanying.{line.rule.id}"] = line.readings
    return out


_SLOTS = {
    "when": "条件",
    "beneficiary": "对象",
    "scope": "适用范围",
    "trigger": "起因",
}


def slot_name(slot: str) -> str:
    """Name what a condition is there for."""
    head, _, rest = slot.replace(":", ".").partition(".")
    match head:
        case "gate":
            return f"关口“{term(STEPS, rest)}”"
        case "requires":
            return f"配套要求（缺则“{term(UNMET, rest)}”）"
        case "step":
            return f"第 {int(rest) + 1} 步的条件"
        case _:
            return _SLOTS[head]
