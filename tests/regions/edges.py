"""The edges of a policy's numbers and dates, and the edges that a list of cases stands on.

A case is wanted on each edge, one below and one above. Each is named by a sentence, so that what is wanting can be
read: the place in the policy, and the side. A case counts only where its expectations look at the part of the answer
that is decided there; a definition that several parts use is one place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xianjie.engine.duties.cadence import due_date
from xianjie.language import nodes
from xianjie.language.calendar import NEVER, window_start
from xianjie.language.evaluate import Value, World, evaluate, quantity
from xianjie.policy.model import CountRule, LeastByReading, LedgerRule, TargetItem
from xianjie.policy.prepared import Policy
from xianjie.regression.model import RegressionCase

SIDES = {-1: "below", 0: "on", 1: "above"}
WHOLE = ("个", "家")
Edge = tuple[nodes.Condition, str]


def part_of(block: str) -> str:
    """Name the part of the answer that a block of conditions decides."""
    return {"ledger": "duties"}.get(block, block.split(".")[0])


def worlds(policy: Policy, block: str, one: RegressionCase) -> Iterator[World]:
    """Give the worlds in which a block is decided for a case; none where the case does not ask for that part."""
    direction = block.partition(".")[2]
    if not one.touches(part_of(block)) or (direction and one.case.facts.get("referral.direction") != direction):
        return
    records: Sequence[Mapping[str, Value]] = [{}] if block != "ledger" else [led.facts for led in one.case.ledgers]
    for record in records:
        facts = {**one.case.facts, **record}
        yield World(facts, one.as_of, policy.parameters_at(one.as_of), policy.definitions, policy.vocabulary.events)


def wanted(policy: Policy) -> set[str]:
    """Name every edge of the policy with each of its sides."""
    names = [_named(edge) for block in policy.blocks for edge in _edges(policy, block)]
    names += _duty_edges(policy)
    if policy.file.document.issued is not None:
        names.append("policy: the day of issue")
    return {f"{name}: {side}" for name in names for side in SIDES.values()}


def stood_on(policy: Policy, cases: Iterable[RegressionCase]) -> set[str]:
    """Name every side of every edge that some case stands on."""
    return {f"{name}: {SIDES[side]}" for one in cases for name, side in _stands(policy, one)}


def _stands(policy: Policy, one: RegressionCase) -> Iterator[tuple[str, int]]:
    for block in policy.blocks:
        for world in worlds(policy, block, one):
            for edge in _edges(policy, block):
                side = _side(edge, world)
                if side is not None:
                    yield _named(edge), side
    if one.touches("duties"):
        yield from _duty_sides(policy, one)
    issued = policy.file.document.issued
    if issued is not None and one.touches("policy"):
        yield from _near("policy: the day of issue", one.as_of - issued.toordinal())


# -- conditions --------------------------------------------------------------------------------------------------------


def atoms(node: nodes.Condition, definitions: Mapping[str, nodes.Condition]) -> Iterator[nodes.Condition]:
    """List the atoms of a condition, definitions entered."""
    match node:
        case nodes.Definition(name):
            yield from atoms(definitions[name], definitions)
        case nodes.Not(operand):
            yield from atoms(operand, definitions)
        case nodes.And(operands) | nodes.Or(operands):
            for operand in operands:
                yield from atoms(operand, definitions)
        case _:
            yield node


def _edges(policy: Policy, block: str) -> list[Edge]:
    found: dict[Edge, None] = {}
    for _, condition in policy.blocks[block].conditions:
        for atom in atoms(condition, policy.definitions):
            match atom:
                case nodes.Within():
                    found[atom, "start"] = None
                    found[atom, "day of evaluation"] = None
                case nodes.Happened():
                    found[atom, "day of evaluation"] = None
                case nodes.Compare():
                    found[atom, "difference"] = None
                case _:
                    pass
    return list(found)


def _named(edge: Edge) -> str:
    atom, where = edge
    facts = " ".join(nodes.facts_of(atom))
    match atom:
        case nodes.Within(_, amount, unit, inside):
            number = amount.name if isinstance(amount, nodes.Parameter) else str(amount.value)
            last = "" if where != "start" else ", last day inside" if inside else ", last day outside"
            return f"{facts} within {number} {unit}{last}, {where}"
        case nodes.Compare(op, _, _):
            return f"{facts} {op} {' '.join(nodes.parameters_of(atom))}, {where}"
        case _:
            return f"{facts}, {where}"


def _side(edge: Edge, world: World) -> int | None:
    """Tell on which side of an edge a world stands, if it stands next to it at all."""
    atom, where = edge
    match atom:
        case nodes.Within(fact, amount, unit, inside):
            day = world.facts.get(fact.name)
            years = quantity(amount, world)
            if not isinstance(day, int) or day == NEVER or years is None:
                return None
            start = window_start(world.as_of, int(years), unit, inside)
            return _sign(day - (start if where == "start" else world.as_of), Fraction(1))
        case nodes.Happened(fact):
            day = world.facts.get(fact.name)
            return _sign(day - world.as_of, Fraction(1)) if isinstance(day, int) and day != NEVER else None
        case nodes.Compare():
            difference = _difference(atom, world)
            return None if difference is None else _sign(difference, _unit(atom, world))
        case _:
            raise AssertionError(edge)


def _difference(atom: nodes.Compare, world: World) -> Fraction | None:
    if any(world.facts.get(name) == NEVER for name in nodes.facts_of(atom) if name in world.events):
        return None
    left, right = quantity(atom.left, world), quantity(atom.right, world)
    return None if left is None or right is None else Fraction(left) - Fraction(right)


def _unit(atom: nodes.Compare, world: World) -> Fraction:
    """Find the smallest step that a comparison can take: one fact moved by one fen, one day, one person."""
    steps = []
    for name in nodes.facts_of(atom):
        held = world.facts[name]
        assert isinstance(held, int)
        moved = World({**world.facts, name: held + 1}, world.as_of, world.parameters, world.definitions, world.events)
        here, there = _difference(atom, world), _difference(atom, moved)
        assert here is not None
        assert there is not None
        steps.append(abs(there - here))
    return min(step for step in steps if step)


def _sign(number: Fraction | int, unit: Fraction) -> int | None:
    difference = Fraction(number)
    if abs(difference) > unit:
        return None
    return (difference > 0) - (difference < 0)


def _near(name: str, difference: int) -> Iterator[tuple[str, int]]:
    if -1 <= difference <= 1:
        yield name, difference


# -- ledgers, counts, targets ------------------------------------------------------------------------------------------


def _cycles(policy: Policy, rule: LedgerRule) -> list[str]:
    return [option.id for option in policy.file.readings[str(rule.counting)].options]


def least_counts(rule: CountRule) -> list[int]:
    """List a count's least numbers, one for each reading."""
    if rule.at_least is None:
        return []
    return (
        sorted(set(rule.at_least.readings.values())) if isinstance(rule.at_least, LeastByReading) else [rule.at_least]
    )


def _duty_edges(policy: Policy) -> list[str]:
    names = []
    for line in policy.ledgers:
        assert isinstance(line.rule, LedgerRule)
        if line.rule.interval:
            names += [f"duties: {line.rule.id} due, {cycle}" for cycle in _cycles(policy, line.rule)]
            names.append(f"duties: {line.rule.id} due soon")
    for rule, _, _ in policy.counts:
        names += [f"duties: {rule.id} at least {number}" for number in least_counts(rule)]
        if rule.at_least is not None:
            names.append(f"duties: {rule.id} end of the period")
        if rule.deadline:
            names.append(f"duties: {rule.id} done by its day")
        names += [f"duties: {rule.id} year {year}" for year in (rule.first_year, rule.last_year) if year]
    for target, _, _ in policy.targets:
        for item in target.items:
            names += [f"duties: target {item.item} of {year}" for year in item.values]
        names += [f"duties: targets, end of {year}" for year in target.items[0].values]
    return names


def _duty_sides(policy: Policy, one: RegressionCase) -> Iterator[tuple[str, int]]:
    for ledger in one.case.ledgers:
        for line in policy.ledgers:
            assert isinstance(line.rule, LedgerRule)
            updated = ledger.facts.get("ledger.last_updated")
            if line.rule.interval and _is_under(line.rule, ledger.facts) and isinstance(updated, int) and updated:
                for cycle in _cycles(policy, line.rule):
                    left = due_date(updated, line.rule.interval, cycle) - one.as_of
                    yield from _near(f"duties: {line.rule.id} due, {cycle}", left)
                    yield from _near(f"duties: {line.rule.id} due soon", left - one.settings.due_soon_days)
    for duty in one.case.duties:
        for rule, _, _ in policy.counts:
            if duty.facts.get("duty.kind") == rule.duty and _has_level(rule.levels, duty.facts.get("duty.level")):
                yield from _count_sides(rule, duty.facts, one.as_of)
    for recorded in one.case.targets:
        for target, _, _ in policy.targets:
            for item in target.items:
                if item.item == recorded.item and recorded.year in item.values:
                    assert recorded.year is not None
                    yield from _target_sides(item, recorded.year, recorded.value, one.as_of)


def _is_under(rule: LedgerRule, facts: Mapping[str, Value]) -> bool:
    return facts.get("ledger.kind") in rule.ledgers and _has_level(rule.levels, facts.get("ledger.level"))


def _has_level(levels: Sequence[str] | None, level: object) -> bool:
    return levels is None or level in levels


def _count_sides(rule: CountRule, facts: Mapping[str, Value], as_of: int) -> Iterator[tuple[str, int]]:
    year, count, done = (facts.get(f"duty.{name}") for name in ("year", "count", "last_done"))
    for bound in (rule.first_year, rule.last_year):
        if bound and isinstance(year, int):
            yield from _near(f"duties: {rule.id} year {bound}", year - bound)
    if rule.deadline and isinstance(done, int) and done != NEVER:
        yield from _near(f"duties: {rule.id} done by its day", done - rule.deadline.toordinal())
    if not isinstance(count, int):
        return
    for number in least_counts(rule):
        yield from _near(f"duties: {rule.id} at least {number}", count - number)
    end = rule.deadline or (dt.date(year, 12, 31) if isinstance(year, int) else None)
    if end and count < min(least_counts(rule), default=0):
        yield from _near(f"duties: {rule.id} end of the period", as_of - end.toordinal())


def _target_sides(item: TargetItem, year: int, value: Decimal | None, as_of: int) -> Iterator[tuple[str, int]]:
    if value is None:
        return
    difference = Fraction(value) - Fraction(item.values[year])
    side = _sign(difference, Fraction(1) if item.unit in WHOLE else Fraction(1, 10))
    if side is not None:
        yield f"duties: target {item.item} of {year}", side
    if difference < 0:
        yield from _near(f"duties: targets, end of {year}", as_of - dt.date(year, 12, 31).toordinal())


# -- rules both ways, and readings that differ -------------------------------------------------------------------------


def conditions_seen(
    policy: Policy, cases: Sequence[RegressionCase]
) -> dict[tuple[str, str, nodes.Condition], set[bool | None]]:
    """Give, for each condition of each rule, the values that the cases give it; literal truths are left out."""
    seen: dict[tuple[str, str, nodes.Condition], set[bool | None]] = {}
    for block, held in policy.blocks.items():
        for rule, node in held.conditions:
            if not isinstance(node, nodes.Truth):
                values = {evaluate(node, world) for one in cases for world in worlds(policy, block, one)}
                seen[block, rule, node] = values
    return seen


def rules_read_differently(answer: object) -> Iterator[str]:
    """Name each rule, group or target of an answer whose readings come to different statuses."""
    if isinstance(answer, Mapping):
        readings: Any = answer.get("readings")
        if isinstance(readings, list) and len({entry["status"] for entry in readings}) > 1 and "force" in answer:
            yield f"target {answer['item']}" if answer.get("item") else str(answer.get("rule") or answer.get("id"))
        for value in answer.values():
            yield from rules_read_differently(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from rules_read_differently(value)


def rules_with_readings(policy: Policy) -> set[str]:
    """Name each rule, group or target of a policy that can be read in several ways."""
    names = {line.group.id for line in policy.groups if line.readings.several}
    lines = [*policy.services, *policy.incentives, *policy.simplifications, *policy.ledgers]
    lines += [line.trigger for line in policy.referrals.values() if line.trigger]
    names |= {line.rule.id for line in lines if line.readings.several}
    names |= {rule.id for rule, _, readings in policy.counts if readings.several}
    for _, _, items in policy.targets:
        names |= {f"target {item}" for item, readings in items.items() if readings.several}
    return names
