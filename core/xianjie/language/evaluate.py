"""The meaning of a condition: what is true, what is false, what nobody knows. Every back end is held to this file.

Kleene's three values: `None` is unknown. A fact that nobody recorded is absent from `facts`; absent is never false.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from xianjie.language import nodes
from xianjie.language.calendar import NEVER, add_period

Value = bool | int | str | frozenset[str]
"""A recorded fact: a truth, a count, fen, a day's ordinal (0: never), a word, a set of words."""

OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class World:
    """All that a condition is decided on: the recorded facts, the date, and the policy's numbers and definitions.

    `as_of` is an ordinal; `parameters` hold their values on that date, money in fen; `events` name the dates.
    """

    facts: Mapping[str, Value]
    as_of: int
    parameters: Mapping[str, Fraction]
    definitions: Mapping[str, nodes.Condition]
    events: frozenset[str]


def evaluate(node: nodes.Condition, world: World) -> bool | None:
    """Decide a condition: True, False, or None where the recorded facts leave it open."""
    match node:
        case nodes.Truth(value):
            return value
        case nodes.Fact(name):
            return None if name not in world.facts else world.facts[name] is True
        case nodes.Member(fact, words):
            return None if fact.name not in world.facts else world.facts[fact.name] in words
        case nodes.Contains(fact, word):
            held = world.facts.get(fact.name)
            return None if not isinstance(held, frozenset) else word in held
        case nodes.NotEmpty(fact):
            held = world.facts.get(fact.name)
            return None if held is None else bool(held)
        case nodes.Known(fact):
            return fact.name in world.facts
        case nodes.Happened(fact):
            day = _day(fact, world)
            return None if day is None else NEVER < day <= world.as_of
        case nodes.Within(fact, amount, unit, last_day_inside):
            day = _day(fact, world)
            if day is None:
                return None
            if day == NEVER or day > world.as_of:
                return False
            end = add_period(day, int(quantity(amount, world) or 0), unit)
            return end >= world.as_of if last_day_inside else end > world.as_of
        case nodes.Compare(op, left, right):
            if any(world.facts.get(name) == NEVER for name in nodes.facts_of(node) if name in world.events):
                return False  # a day that never came is neither before nor after anything
            a, b = quantity(left, world), quantity(right, world)
            return None if a is None or b is None else bool(OPERATORS[op](a, b))
        case nodes.Definition(name):
            return evaluate(world.definitions[name], world)
        case nodes.Not(operand):
            return opposite(evaluate(operand, world))
        case nodes.And(operands):
            return all_of([evaluate(operand, world) for operand in operands])
        case nodes.Or(operands):
            return any_of([evaluate(operand, world) for operand in operands])
        case _:
            assert_never(node)


def all_of(values: Sequence[bool | None]) -> bool | None:
    """Kleene's *and*."""
    return False if False in values else None if None in values else True


def any_of(values: Sequence[bool | None]) -> bool | None:
    """Kleene's *or*."""
    return True if True in values else None if None in values else False


def opposite(value: bool | None) -> bool | None:
    """Kleene's *not*."""
    return None if value is None else not value


def quantity(node: nodes.Quantity, world: World) -> Fraction | int | None:
    """Work out a number, fen, or a day's ordinal; None while a fact in it is unknown."""
    match node:
        case nodes.Number(value):
            return value
        case nodes.Day(ordinal):
            return ordinal
        case nodes.AsOf():
            return world.as_of
        case nodes.Parameter(name):
            return world.parameters[name]
        case nodes.Fact(name):
            held = world.facts.get(name)
            return held if isinstance(held, int) else None
        case nodes.Arithmetic(op, left, right):
            a, b = quantity(left, world), quantity(right, world)
            if a is None or b is None:
                return None
            return a + b if op == "+" else a - b if op == "-" else a * b
        case _:
            assert_never(node)


def missing(node: nodes.Condition, world: World) -> tuple[str, ...]:
    """List the unknown facts in the parts that are still open and that no neighbour decides, in the text's order."""
    found: dict[str, None] = {}

    def walk(part: nodes.Condition) -> None:
        if evaluate(part, world) is not None:
            return
        match part:
            case nodes.Definition(name):
                walk(world.definitions[name])
            case nodes.Not(operand):
                walk(operand)
            case nodes.And(operands) | nodes.Or(operands):
                for operand in operands:
                    walk(operand)
            case _:
                found.update((name, None) for name in nodes.facts_of(part) if name not in world.facts)

    walk(node)
    return tuple(found)


def _day(fact: nodes.Fact, world: World) -> int | None:
    value = world.facts.get(fact.name)
    return value if isinstance(value, int) else None
