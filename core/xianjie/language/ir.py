"""The exact integer form that conditions are lowered to, so that every calculating back end stays short.

Money is in fen, days are ordinals, enum words stay words; parameters and windows are folded at `as_of`; numbers are
cross-multiplied, never divided. Equal parts are the same object, so that a back end can share them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal as OneOf
from typing import assert_never

from xianjie.language import nodes
from xianjie.language.calendar import FIRST_DAY, window_start

LinearOp = OneOf["<", "<=", ">", ">=", "==", "!="]
Monomial = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A truth that needs no fact."""

    value: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class OneOfWords:
    """An enum fact is one of the words."""

    fact: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasWord:
    """A set fact holds the word; with None, holds anything at all."""

    fact: str
    word: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The fact is known."""

    fact: str


@dataclass(frozen=True, slots=True)
class Linear:
    """`sum(coefficient × product of facts) op constant`, all integers.

    `needs` lists every fact that the source names: while one is unknown the comparison is, even where terms cancel.
    """

    op: LinearOp
    terms: tuple[tuple[int, Monomial], ...]
    constant: int
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """Kleene not."""

    operand: Ir


@dataclass(frozen=True, slots=True)
class All:
    """Kleene and."""

    operands: tuple[Ir, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Kleene or."""

    operands: tuple[Ir, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A definition, lowered once under its own name."""

    name: str


Ir = Constant | Flag | OneOfWords | HasWord | Recorded | Linear | Negation | All | Any | Named
Polynomial = dict[Monomial, Fraction]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a condition is read in: the date, the parameters' values on that date, and the facts that are events.

    `parameters` are in fen where they are money.
    """

    as_of: int
    parameters: dict[str, Fraction]
    events: frozenset[str]


def polynomial(node: nodes.Quantity, frame: Frame) -> Polynomial:
    """Expand a quantity into monomials with exact coefficients."""
    match node:
        case nodes.Number(value):
            return {(): value}
        case nodes.Day(ordinal):
            return {(): Fraction(ordinal)}
        case nodes.AsOf():
            return {(): Fraction(frame.as_of)}
        case nodes.Fact(name):
            return {(name,): Fraction(1)}
        case nodes.Parameter(name):
            return {(): frame.parameters[name]}
        case nodes.Arithmetic(op, left, right):
            a, b = polynomial(left, frame), polynomial(right, frame)
            out: Polynomial = {}
            if op == "*":
                for key, value in a.items():
                    for other, factor in b.items():
                        product = tuple(sorted(key + other))
                        out[product] = out.get(product, Fraction(0)) + value * factor
            else:
                sign = 1 if op == "+" else -1
                for key, value in a.items():
                    out[key] = out.get(key, Fraction(0)) + value
                for key, value in b.items():
                    out[key] = out.get(key, Fraction(0)) + sign * value
            return out
        case _:
            assert_never(node)


def lower(node: nodes.Condition, frame: Frame) -> Ir:
    """Lower a condition at one date; definitions stay named."""
    match node:
        case nodes.Truth(value):
            return Constant(value)
        case nodes.Fact(name):
            return Flag(name)
        case nodes.Member(fact, words):
            return OneOfWords(fact.name, tuple(sorted(set(words))))
        case nodes.Contains(fact, word):
            return HasWord(fact.name, word)
        case nodes.NotEmpty(fact):
            return HasWord(fact.name, None)
        case nodes.Known(fact):
            return Recorded(fact.name)
        case nodes.Happened(fact):
            return All((_day(">=", fact.name, FIRST_DAY), _day("<=", fact.name, frame.as_of)))
        case nodes.Within(fact, amount, unit, last_day_inside):
            length = amount.value if isinstance(amount, nodes.Number) else frame.parameters[amount.name]
            start = window_start(frame.as_of, int(length), unit, last_day_inside)
            return All((_day(">=", fact.name, start), _day("<=", fact.name, frame.as_of)))
        case nodes.Compare():
            return _compare(node, frame)
        case nodes.Not(operand):
            return Negation(lower(operand, frame))
        case nodes.And(operands):
            return All(tuple(lower(operand, frame) for operand in operands))
        case nodes.Or(operands):
            return Any(tuple(lower(operand, frame) for operand in operands))
        case nodes.Definition(name):
            return Named(name)
        case _:
            assert_never(node)


def _day(op: LinearOp, fact: str, ordinal: int) -> Linear:
    return Linear(op, ((1, (fact,)),), ordinal, (fact,))


def _compare(node: nodes.Compare, frame: Frame) -> Ir:
    needs = nodes.facts_of(node)
    out = polynomial(nodes.Arithmetic("-", node.left, node.right), frame)
    constant = -out.pop((), Fraction(0))
    out = {key: value for key, value in out.items() if value}
    scale = lcm(constant.denominator, *(value.denominator for value in out.values()))
    terms = tuple((int(value * scale), key) for key, value in sorted(out.items()))
    linear = Linear(node.op, terms, int(constant * scale), needs)
    events = [name for name in needs if name in frame.events]
    if not events:
        return linear
    # A day that never came is before every day as a number, so say first that each day came.
    return All((*(_day(">=", name, FIRST_DAY) for name in events), linear))
