"""Invent rows by the hundred thousand: flags, words, and dates and sums on, below and above every limit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from xianjie.cases import Case
from xianjie.engine.openness import Joint
from xianjie.language import ir
from xianjie.language.calendar import NEVER, add_period
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.columns import Column, Layout
from xianjie.vocabulary import FactType

SHARES = (0.0, 0.1, 0.3, 0.6)
"""Shares of unknown values; each thousand rows has one of these."""
LIKELY = (0.05, 0.3, 0.6)
BLOCK = 1_000
ALONE = frozenset({"aid"})
"""The records of a case that is asked for eligibility alone."""


@dataclass(frozen=True)
class People:
    """Rows, column by column: values as a case has them (None: unknown), and the same laid out in a frame."""

    values: dict[str, list[Value | None]]
    frame: pl.DataFrame

    def facts(self) -> Iterator[dict[str, Value]]:
        """Give each row's recorded facts."""
        names = tuple(self.values)
        for row in zip(*self.values.values(), strict=True):
            yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def case_of(facts: dict[str, Value], label: str | None = None, records: frozenset[str] = ALONE) -> Case:
    """Make a case of recorded facts."""
    return Case(label, None, None, facts, facts, records, (), (), (), (), {})


def invent(layout: Layout, policies: Sequence[Policy], count: int, seed: int, as_of: int) -> People:
    """Draw rows from a seed; limits are those that the policies' conditions have on the day."""
    draw = random.Random(seed)
    pools = {column.name: pool(column, limits(column.name, policies, as_of), as_of) for column in layout.columns}
    values: dict[str, list[Value | None]] = {name: [] for name in pools}
    for _ in range(0, count, BLOCK):
        unknown, likely = draw.choice(SHARES), draw.choice(LIKELY)
        for column in layout.columns:
            choices = pools[column.name]
            weights = [likely, 1 - likely] if column.spec.type is FactType.BOOL else [1.0] * len(choices)
            weights = [weight * (1 - unknown) / sum(weights) for weight in weights]
            values[column.name] += draw.choices([*choices, None], [*weights, unknown + 1e-9], k=BLOCK)
    values = {name: found[:count] for name, found in values.items()}
    return People(values, pl.DataFrame([laid(column, values[column.name]) for column in layout.columns]))


def laid(column: Column, values: Sequence[Value | None]) -> pl.Series:
    codes = {value: None if value is None else column.code(value) for value in set(values)}
    return pl.Series(column.name, [codes[value] for value in values], column.dtype)


def limits(fact: str, policies: Sequence[Policy], as_of: int) -> list[int]:
    """Find the numbers that a fact is compared with, as the conditions are lowered; for products, with small ones."""
    found: set[int] = set()

    def walk(part: ir.Ir) -> None:
        match part:
            case ir.Linear(_, terms, constant, needs) if fact in needs:
                for coefficient, monomial in terms:
                    if fact in monomial:
                        found.update(abs(int(Fraction(constant, coefficient))) // size for size in (1, 2, 3))
                others = [coefficient for coefficient, monomial in terms if fact not in monomial]
                mine = [coefficient for coefficient, monomial in terms if fact in monomial]
                found.update(abs(other * size // own) for other in others for own in mine for size in range(1, 7))
            case ir.Negation(operand):
                walk(operand)
            case ir.All(operands) | ir.Any(operands):
                for operand in operands:
                    walk(operand)

    for policy in policies:
        frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        nodes = [node for block in policy.blocks.values() for _, node in block.conditions]
        for atom in Joint(nodes, policy.definitions).atoms:
            walk(ir.lower(atom, frame))
    return sorted(found)


def pool(column: Column, edges: Sequence[int], as_of: int) -> list[Value]:
    """List the values that a fact takes."""
    near = sorted({edge + step for edge in edges for step in (-1, 0, 1)})
    match column.spec.type:
        case FactType.BOOL:
            return [True, False]
        case FactType.ENUM:
            return list(column.words)
        case FactType.SET:
            return [frozenset(), frozenset({"别的"}), *(frozenset({word}) for word in column.words)]
        case FactType.EVENT:
            ends = [add_period(as_of, -months, "months") for months in (1, 6, 12, 24)]
            days = {NEVER, as_of - 1, as_of, as_of + 1, as_of - 400, *ends, *near}
            return sorted(day for day in days if NEVER <= day <= column.most)
        case _:
            counts = {column.least, column.least + 1, 2, 3, 4, 5, 6, *near}
            return sorted(count for count in counts if column.least <= count <= column.most)
