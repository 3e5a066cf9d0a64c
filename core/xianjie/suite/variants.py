"""Make a policy with one thing changed, at the prepared level: a condition, a definition, a rule, a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from xianjie.language import nodes
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Block, GroupLine, Line, Policy, Readings, ReferralLine
from xianjie.suite.forms import Place

T = TypeVar("T")


def with_conditions(policy: Policy, changed: Mapping[Place, nodes.Condition]) -> Policy:
    """Put other conditions at some places."""
    blocks = dict(policy.blocks)
    for block in {name for name, _ in changed}:
        conditions = tuple(
            (rule, changed.get((block, number), node))
            for number, (rule, node) in enumerate(policy.blocks[block].conditions)
        )
        blocks[block] = Block(block, conditions)
    return replace(policy, blocks=blocks)


def with_definitions(policy: Policy, changed: Mapping[str, nodes.Condition]) -> Policy:
    """Give some definitions another meaning."""
    return replace(policy, definitions={**policy.definitions, **changed})


def with_parameter(policy: Policy, name: str, number: int, value: Any) -> Policy:
    """Give a parameter another value in place of one of its dated ones."""
    model = policy.file.parameters[name]
    values = list(model.values)
    values[number] = values[number].model_copy(update={"value": value})
    parameters = {**policy.file.parameters, name: model.model_copy(update={"values": values})}
    return replace(policy, file=policy.file.model_copy(update={"parameters": parameters}))


def with_rule(policy: Policy, rule: AnyRule, **update: object) -> Policy:
    """Change fields of a rule wherever the policy keeps it."""
    new = rule.model_copy(update=update)

    def swap(found: Any) -> Any:
        return new if found is rule else found

    return _through(
        policy,
        line=lambda line: replace(line, rule=swap(line.rule)),
        group=lambda line: replace(
            line, rules=tuple((name, swap(model), clause) for name, model, clause in line.rules)
        ),
        route=lambda route: replace(route, rule=swap(route.rule)),
        listed=lambda entry: (swap(entry[0]), *entry[1:]),
    )


def with_clause(policy: Policy, rule: AnyRule, clause: str) -> Policy:
    """Let a rule cite another clause."""

    def cited(model: object, before: str) -> str:
        return clause if model is rule else before

    return _through(
        policy,
        line=lambda line: replace(line, clause=cited(line.rule, line.clause)),
        group=lambda line: replace(
            line, rules=tuple((name, model, cited(model, before)) for name, model, before in line.rules)
        ),
        route=lambda route: replace(route, clause=cited(route.rule, route.clause)),
        listed=lambda entry: (entry[0], cited(entry[0], entry[1]), *entry[2:]),
    )


def with_route(policy: Policy, direction: str, **update: Any) -> Policy:
    """Change what a direction of referral is made of."""
    route = replace(policy.referrals[direction], **update)
    return replace(policy, referrals={**policy.referrals, direction: route})


def without_rule(policy: Policy, rule: AnyRule) -> Policy:
    """Leave a rule out, as if the document did not hold it."""

    def kept(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(line for line in lines if line.rule is not rule)

    return replace(
        policy,
        advice=kept(policy.advice),
        services=kept(policy.services),
        incentives=kept(policy.incentives),
        referrals={name: route for name, route in policy.referrals.items() if route.rule is not rule},
        simplifications=kept(policy.simplifications),
        referral_duties=kept(policy.referral_duties),
        ledgers=kept(policy.ledgers),
        counts=tuple(entry for entry in policy.counts if entry[0] is not rule),
        targets=tuple(entry for entry in policy.targets if entry[0] is not rule),
    )


def with_readings(policy: Policy, axis: str, differ: str | None, recommended: str | None) -> Policy:
    """Change what follows where the readings of a set differ, or which of them is recommended."""

    def order(readings: Readings) -> list[int]:
        numbers = range(len(readings.all))
        if recommended is None or not any(axis in reading.options for reading in readings.all):
            return list(numbers)
        return sorted(numbers, key=lambda number: readings.all[number].options[axis] != recommended)

    def changed(readings: Readings) -> Readings:
        if axis not in readings.differ:
            return readings
        every = [readings.all[number] for number in order(readings)]
        if recommended is not None:
            every = [replace(reading, recommended=number == 0) for number, reading in enumerate(every)]
        return Readings(tuple(every), {**readings.differ, axis: differ or readings.differ[axis]})

    def line(found: Line) -> Line:
        places = tuple(found.places[number] for number in order(found.readings))
        return replace(found, readings=changed(found.readings), places=places)

    def group(found: GroupLine) -> GroupLine:
        places = tuple(found.places[number] for number in order(found.readings))
        return replace(found, readings=changed(found.readings), places=places)

    def listed(entry: Any) -> Any:
        rule, clause, held = entry
        if isinstance(held, Readings):
            return rule, clause, changed(held)
        return rule, clause, {item: changed(readings) for item, readings in held.items()}

    return _through(policy, line=line, group=group, route=lambda route: route, listed=listed)


def _through(
    policy: Policy,
    *,
    line: Callable[[Line], Line],
    group: Callable[[GroupLine], GroupLine],
    route: Callable[[ReferralLine], ReferralLine],
    listed: Callable[[Any], Any],
) -> Policy:
    """Change every line of a policy."""

    def routed(found: ReferralLine) -> ReferralLine:
        trigger = None if found.trigger is None else line(found.trigger)
        return route(replace(found, trigger=trigger))

    return replace(
        policy,
        groups=tuple(map(group, policy.groups)),
        advice=tuple(map(line, policy.advice)),
        services=tuple(map(line, policy.services)),
        incentives=tuple(map(line, policy.incentives)),
        referrals={name: routed(found) for name, found in policy.referrals.items()},
        simplifications=tuple(map(line, policy.simplifications)),
        referral_duties=tuple(map(line, policy.referral_duties)),
        ledgers=tuple(map(line, policy.ledgers)),
        counts=tuple(map(listed, policy.counts)),
        targets=tuple(map(listed, policy.targets)),
    )
