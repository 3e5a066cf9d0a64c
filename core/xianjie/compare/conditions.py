"""Find the conditions of a policy's rules, opened, as they read where every fact is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from xianjie.language import nodes
from xianjie.language.write import expression
from xianjie.policy.model import AnyRule, CountRule, GroupRule, LeastByReading, LedgerRule, TargetRule
from xianjie.policy.prepared import Line, Policy, Readings

WIDEST = 300
"""How many nodes a condition may have once its definitions are opened; a larger one is not opened."""

MOST_READINGS = 16
"""How many ways to read a document's coverage are gone through."""

Slots = Mapping[str, nodes.Condition]
_PLAIN = Readings((), {})


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's conditions by what they are for (`when`, `beneficiary`, …), once for each of its readings.

    The recommended reading comes first. `axes` are the sets of readings on which the rule's meaning turns.
    """

    readings: tuple[Mapping[str, str], ...]
    slots: tuple[Slots, ...]
    axes: tuple[str, ...]

    @property
    def main(self) -> Slots:
        """Give the conditions under the recommended reading."""
        return self.slots[0] if self.slots else {}


def conditions_of(policy: Policy) -> dict[str, Found]:
    """Give what every rule asks, by the rule's id."""
    opening = _Opening(policy)
    out: dict[str, Found] = {}
    for group in policy.groups:
        for rule_id, rule, _ in group.rules:
            places = tuple({"when": place[rule_id]} for place in group.places)
            out[rule_id] = opening.found("eligibility", rule, group.readings, places)
    blocks = (
        (policy.advice, "eligibility"),
        (policy.services, "services"),
        (policy.incentives, "incentives"),
        (policy.simplifications, "referral.forward"),
        (policy.ledgers, "ledger"),
    )
    for lines, block in blocks:
        for line in lines:
            out[line.rule.id] = opening.line(block, line)
    for line in policy.referral_duties:
        out[line.rule.id] = opening.line(f"referral.{getattr(line.rule, 'direction', '')}", line)
    for referral in policy.referrals.values():
        block = f"referral.{referral.rule.direction}"
        gates = {f"gate.{gate.step}": opening.at(block, place) for gate, place in referral.gates}
        trigger = opening.line(block, referral.trigger) if referral.trigger else Found((), ({},), ())
        slots = tuple({**slots, **gates} for slots in trigger.slots)
        out[referral.rule.id] = Found(trigger.readings, slots, trigger.axes)
    for count, _, readings in policy.counts:
        out[count.id] = opening.found("", count, readings, tuple({} for _ in readings.all))
    for target, _, _ in policy.targets:
        out[target.id] = Found((), ({},), _axes(target, _PLAIN, ()))
    return out


@dataclass(frozen=True, slots=True)
class _Opening:
    """Open the conditions of one policy."""

    policy: Policy

    def line(self, block: str, line: Line) -> Found:
        return self.found(block, line.rule, line.readings, line.places)

    def found(self, block: str, rule: AnyRule, readings: Readings, places: tuple[Mapping[str, int], ...]) -> Found:
        slots = tuple({slot: self.at(block, place) for slot, place in one.items()} for one in places)
        return Found(tuple(reading.options for reading in readings.all), slots, _axes(rule, readings, places))

    def at(self, block: str, place: int) -> nodes.Condition:
        node = self.policy.blocks[block].conditions[place][1]
        return settled(self.opened(node) if self.size(node, {}) <= WIDEST else node)

    def size(self, node: nodes.Condition, known: dict[str, int]) -> int:
        """Count the nodes that an opened condition has, without opening it."""
        match node:
            case nodes.Definition(name):
                if name not in known:
                    known[name] = self.size(self.policy.definitions[name], known)
                return known[name]
            case nodes.Not(operand):
                return 1 + self.size(operand, known)
            case nodes.And(operands) | nodes.Or(operands):
                return 1 + sum(self.size(operand, known) for operand in operands)
            case _:
                return 1

    def opened(self, node: nodes.Condition) -> nodes.Condition:
        match node:
            case nodes.Definition(name):
                return self.opened(self.policy.definitions[name])
            case nodes.Not(operand):
                return nodes.Not(self.opened(operand))
            case nodes.And(operands):
                return nodes.And(tuple(self.opened(operand) for operand in operands))
            case nodes.Or(operands):
                return nodes.Or(tuple(self.opened(operand) for operand in operands))
            case _:
                return node


def _axes(rule: AnyRule, readings: Readings, places: tuple[Mapping[str, int], ...]) -> tuple[str, ...]:
    """List the sets of readings that alter what the rule asks, or how it counts."""
    out: dict[str, None] = {}
    for number, place in enumerate(places):
        for other in range(number):
            options, before = readings.all[number].options, readings.all[other].options
            differing = [axis for axis in options if options[axis] != before[axis]]
            if len(differing) == 1 and place != places[other]:
                out[differing[0]] = None
    match rule:
        case LedgerRule():
            out.update({rule.counting: None} if rule.counting else {})
        case CountRule():
            out.update({rule.at_least.by: None} if isinstance(rule.at_least, LeastByReading) else {})
            out.update({rule.parties: None} if rule.parties else {})
        case TargetRule():
            out.update({item.running: None for item in rule.items if item.running})
        case _:
            pass
    return tuple(out)


def settled(node: nodes.Condition) -> nodes.Condition:
    """Give an opened condition as it reads where every fact is recorded, flat, each part once.

    `known(…)` is an encoder's care for what nobody recorded; a reader of the document does not meet it.
    """
    match node:
        case nodes.Known():
            return nodes.Truth(True)
        case nodes.Not(operand):
            inner = settled(operand)
            match inner:
                case nodes.Truth(value):
                    return nodes.Truth(not value)
                case nodes.Not(again):
                    return again
                case _:
                    return nodes.Not(inner)
        case nodes.And(operands):
            return _flat(nodes.And, operands, absorbing=False)
        case nodes.Or(operands):
            return _flat(nodes.Or, operands, absorbing=True)
        case _:
            return node


def _flat(
    kind: type[nodes.And] | type[nodes.Or], operands: tuple[nodes.Condition, ...], absorbing: bool
) -> nodes.Condition:
    parts: dict[nodes.Condition, None] = {}
    for operand in operands:
        one = settled(operand)
        if isinstance(one, nodes.Truth):
            if one.value is absorbing:
                return one
            continue
        parts.update(dict.fromkeys(one.operands if isinstance(one, kind) else (one,)))
    if not parts:
        return nodes.Truth(not absorbing)
    return next(iter(parts)) if len(parts) == 1 else kind(tuple(parts))


def conjuncts(node: nodes.Condition) -> tuple[nodes.Condition, ...]:
    """List what a settled condition asks in every case: the parts of an `and`, or the condition itself."""
    if isinstance(node, nodes.And):
        return node.operands
    return () if node == nodes.Truth(True) else (node,)


def atoms_in(node: nodes.Condition) -> Iterator[nodes.Atom]:
    """Walk the atoms of an opened condition, in the order of the text."""
    match node:
        case nodes.Not(operand):
            yield from atoms_in(operand)
        case nodes.And(operands) | nodes.Or(operands):
            for operand in operands:
                yield from atoms_in(operand)
        case nodes.Definition():
            pass
        case _:
            yield node


def key(node: nodes.Condition, parameters: Mapping[str, Fraction]) -> str:
    """Write a settled condition so that two documents that ask the same give the same text.

    Neither the order of its parts counts nor the names of parameters, which stand by their values.
    """
    return expression(_plain(node, parameters))


def _plain(node: nodes.Condition, parameters: Mapping[str, Fraction]) -> nodes.Condition:
    match node:
        case nodes.And(operands):
            return nodes.And(tuple(sorted((_plain(one, parameters) for one in operands), key=expression)))
        case nodes.Or(operands):
            return nodes.Or(tuple(sorted((_plain(one, parameters) for one in operands), key=expression)))
        case nodes.Not(operand):
            return nodes.Not(_plain(operand, parameters))
        case nodes.Member(fact, words):
            return nodes.Member(fact, tuple(sorted(words)))
        case nodes.Within(fact, amount, unit, last_day_inside):
            return nodes.Within(fact, figure(amount, parameters), unit, last_day_inside)
        case nodes.Compare(op, left, right):
            return nodes.Compare(op, _quantity(left, parameters), _quantity(right, parameters))
        case _:
            return node


def figure(node: nodes.Number | nodes.Parameter, parameters: Mapping[str, Fraction]) -> nodes.Number:
    """Put a parameter in by its value."""
    return nodes.Number(parameters[node.name], node.money) if isinstance(node, nodes.Parameter) else node


def _quantity(node: nodes.Quantity, parameters: Mapping[str, Fraction]) -> nodes.Quantity:
    match node:
        case nodes.Parameter():
            return figure(node, parameters)
        case nodes.Arithmetic(op, left, right):
            return nodes.Arithmetic(op, _quantity(left, parameters), _quantity(right, parameters))
        case _:
            return node


def covered_by(policy: Policy, found: Mapping[str, Found]) -> Iterator[nodes.Condition]:
    """Join the conditions of all groups that give coverage, once for each way to read them; nothing without groups."""
    gives = {group.id: group.gives for group in policy.file.groups}
    rules = [rule for _, rule in policy.rules() if isinstance(rule, GroupRule) and gives[rule.group] == "coverage"]
    axes: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for options in found[rule.id].readings:
            for axis, option in options.items():
                axes[axis] = tuple(dict.fromkeys((*axes.get(axis, ()), option)))
    if not rules or prod(len(options) for options in axes.values()) > MOST_READINGS:
        return
    for chosen in product(*axes.values()):
        options = dict(zip(axes, chosen, strict=True))
        yield settled(nodes.Or(tuple(_under(found[rule.id], options) for rule in rules)))


def _under(found: Found, options: Mapping[str, str]) -> nodes.Condition:
    """Choose a rule's condition under given readings."""
    pairs = zip(found.readings, found.slots, strict=True)
    return next(slots["when"] for reading, slots in pairs if reading.items() <= options.items())
