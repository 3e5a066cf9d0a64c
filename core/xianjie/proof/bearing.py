"""The rules of a policy on which a point hangs, and the unrecorded facts that each of them still wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xianjie.language import nodes
from xianjie.language.evaluate import Value, World, missing
from xianjie.policy.prepared import GroupLine, Line, Policy


@dataclass(frozen=True, slots=True)
class Bearing:
    """A rule with its force and clause, and the facts without which it is open."""

    rule: str
    force: str
    clause: str
    wants: tuple[str, ...]


def bearings(policy: Policy, key: str, facts: Mapping[str, Value], as_of: int) -> tuple[Bearing, ...]:
    """List the rules that a point hangs on and that are open, in the document's order."""
    world = World(facts, as_of, policy.parameters_at(as_of), policy.definitions, policy.vocabulary.events)
    out: dict[str, Bearing] = {}
    for rule, force, clause, conditions, more in _rules(policy, key):
        wants = dict.fromkeys(name for node in conditions for name in missing(node, world))
        wants.update((name, None) for name in more if name not in facts)
        if wants and rule in out:
            wants = dict.fromkeys((*out[rule].wants, *wants))
        if wants:
            out[rule] = Bearing(rule, force, clause, tuple(wants))
    return tuple(out.values())


_Rule = tuple[str, str, str, list[nodes.Condition], tuple[str, ...]]
"""A rule, its force, its clause, its conditions, and facts that it asks for beside them."""


def _rules(policy: Policy, key: str) -> Iterator[_Rule]:
    kind, _, name = key.partition(".")
    name, _, rule = name.partition("/")
    match kind:
        case "eligibility":
            gives = "coverage" if any(line.group.gives == "coverage" for line in policy.groups) else "priority"
            yield from _of_groups(policy, [line for line in policy.groups if line.group.gives == gives])
        case "coverage" | "priority":
            yield from _of_groups(policy, [line for line in policy.groups if line.group.gives == kind])
        case "group":
            yield from _of_groups(policy, [line for line in policy.groups if line.group.id == name])
        case "service":
            lines = [line for line in policy.services if getattr(line.rule, "service", None) == name]
            yield from _of_lines(policy, "services", lines, rule)
        case "instrument":
            lines = [line for line in policy.incentives if name in getattr(line.rule, "instruments", ())]
            yield from _of_lines(policy, "incentives", lines, rule)
        case "referral":
            yield from _of_referral(policy, name)
        case "simplification":
            yield from _of_lines(policy, "referral.forward", policy.simplifications[:1])
        case "accompanying":
            lines = [line for line in policy.referral_duties if line.rule.id == name]
            for line in lines:
                yield from _of_lines(policy, f"referral.{getattr(line.rule, 'direction', '')}", [line])
        case _:
            raise LookupError(key)


def _of_groups(policy: Policy, lines: Sequence[GroupLine]) -> Iterator[_Rule]:
    for line in lines:
        for rule, model, clause in line.rules:
            places = [reading[rule] for reading in line.places]
            yield rule, model.force, clause, _conditions(policy, "eligibility", places), ()


def _of_lines(policy: Policy, block: str, lines: Sequence[Line], rule: str = "") -> Iterator[_Rule]:
    for line in lines:
        if rule in ("", line.rule.id):
            places = [place for reading in line.places for place in reading.values()]
            yield line.rule.id, line.rule.force, line.clause, _conditions(policy, block, places), ()


def _of_referral(policy: Policy, direction: str) -> Iterator[_Rule]:
    line = policy.referrals.get(direction)
    if line is None or line.rule.mechanism_only:
        return
    places = [place for reading in line.trigger.places for place in reading.values()] if line.trigger else []
    places += [place for _, place in line.gates]
    conditions = _conditions(policy, f"referral.{direction}", places)
    yield line.rule.id, line.rule.force, line.clause, conditions, ("referral.initiator",)


def _conditions(policy: Policy, block: str, places: Iterable[int]) -> list[nodes.Condition]:
    return [policy.blocks[block].conditions[place][1] for place in places]
