"""The closed union of nodes that a policy's conditions are made of. Frozen, hashable, and never executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal as OneOf

CompareOp = OneOf["<", "<=", ">", ">=", "==", "!="]
ArithmeticOp = OneOf["+", "-", "*"]
Unit = OneOf["years", "months", "days"]


@dataclass(frozen=True, slots=True)
class Truth:
    """A literal `True` or `False`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number: a count, a coefficient, or money already in fen."""

    value: Fraction
    money: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day as a proleptic Gregorian ordinal."""

    ordinal: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """The date of the evaluation."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the vocabulary, by its name (`aid.received`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named, dated number of the policy."""

    name: str
    money: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An exact sum, difference or product."""

    op: ArithmeticOp
    left: Quantity
    right: Quantity


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison of two numbers or two days. With a day that never came it is false."""

    op: CompareOp
    left: Quantity
    right: Quantity


@dataclass(frozen=True, slots=True)
class Member:
    """An enum fact equals one of the words."""

    fact: Fact
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """A set fact holds the word."""

    fact: Fact
    word: str


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """A set fact holds anything at all."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Within:
    """An event lies at most so long before the date of the evaluation, and not after it.

    The period ends on the corresponding day, or on the month's last (`last_day_inside` says whether that day counts).
    """

    fact: Fact
    amount: Number | Parameter
    unit: Unit
    last_day_inside: bool = True


@dataclass(frozen=True, slots=True)
class Happened:
    """An event lies on or before the date of the evaluation."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody recorded the fact. Itself never unknown."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Definition:
    """A named condition of the same policy."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All of them (Kleene)."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them (Kleene)."""

    operands: tuple[Condition, ...]


Quantity = Number | Day | AsOf | Fact | Parameter | Arithmetic
Atom = Truth | Fact | Compare | Member | Contains | NotEmpty | Within | Happened | Known
Condition = Atom | Definition | Not | And | Or
Node = Condition | Quantity


def facts_of(node: Node) -> tuple[str, ...]:
    """List the facts that a node names itself, in the order of the text, each once; definitions are not entered."""
    names: dict[str, None] = {}

    def walk(part: Node) -> None:
        match part:
            case Fact(name):
                names[name] = None
            case Arithmetic(_, left, right) | Compare(_, left, right):
                walk(left)
                walk(right)
            case Member(fact) | Contains(fact) | NotEmpty(fact) | Within(fact) | Happened(fact) | Known(fact):
                walk(fact)
            case Not(operand):
                walk(operand)
            case And(operands) | Or(operands):
                for operand in operands:
                    walk(operand)
            case Truth() | Number() | Day() | AsOf() | Parameter() | Definition():
                pass

    walk(node)
    return tuple(names)


def definitions_of(node: Condition) -> tuple[str, ...]:
    """List the definitions that a condition names itself, in the order of the text, each once."""
    names: dict[str, None] = {}

    def walk(part: Condition) -> None:
        match part:
            case Definition(name):
                names[name] = None
            case Not(operand):
                walk(operand)
            case And(operands) | Or(operands):
                for operand in operands:
                    walk(operand)
            case _:
                pass

    walk(node)
    return tuple(names)


def parameters_of(node: Node) -> tuple[str, ...]:
    """List the parameters that a node names itself, in the order of the text, each once."""
    names: dict[str, None] = {}

    def walk(part: Node) -> None:
        match part:
            case Parameter(name):
                names[name] = None
            case Arithmetic(_, left, right) | Compare(_, left, right):
                walk(left)
                walk(right)
            case Within(_, amount):
                walk(amount)
            case Not(operand):
                walk(operand)
            case And(operands) | Or(operands):
                for operand in operands:
                    walk(operand)
            case _:
                pass

    walk(node)
    return tuple(names)


def atoms_of(conditions: Iterable[Condition], definitions: Mapping[str, Condition]) -> tuple[Condition, ...]:
    """List the atoms of conditions, definitions entered, in the order of the text, each once."""
    found: dict[Condition, None] = {}

    def walk(node: Condition) -> None:
        match node:
            case Definition(name):
                walk(definitions[name])
            case Not(operand):
                walk(operand)
            case And(operands) | Or(operands):
                for operand in operands:
                    walk(operand)
            case _:
                found[node] = None

    for condition in conditions:
        walk(condition)
    return tuple(found)
