"""Comparisons of sums over columns, in whole numbers that cannot run over."""

from __future__ import annotations

import operator
from functools import reduce
from math import gcd, prod

import polars as pl

from xianjie.errors import PolicyError, Problem
from xianjie.language import ir
from xianjie.language.evaluate import OPERATORS
from xianjie.population.compiler.columns import Layout

_MIRRORED: dict[ir.LinearOp, ir.LinearOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def comparison(linear: ir.Linear, layout: Layout) -> pl.Expr:
    """Write a comparison: null while one of the facts it needs is, even where terms cancel.

    Raises PolicyError where its numbers do not go into 128 bits.
    """
    expression, read = _compared(linear, layout)
    aside = [name for name in linear.needs if name not in read]
    if not aside:
        return expression
    known = reduce(operator.and_, [pl.col(name).is_not_null() for name in aside])
    # null & true and null & false differ, so the comparison is put where its facts are known, and null elsewhere
    return pl.when(known).then(expression).otherwise(pl.lit(None, pl.Boolean))


def _compared(linear: ir.Linear, layout: Layout) -> tuple[pl.Expr, set[str]]:
    read = {name for _, monomial in linear.terms for name in monomial}
    if not linear.terms:
        return pl.lit(bool(OPERATORS[linear.op](0, linear.constant))), read
    terms, constant, op = linear.terms, linear.constant, linear.op
    if len(terms) == 1 and len(terms[0][1]) == 1:
        return _bound(terms[0][0], layout.column(terms[0][1][0]).dtype, terms[0][1][0], op, constant), read
    common = gcd(constant, *(coefficient for coefficient, _ in terms))
    terms = tuple((coefficient // common, monomial) for coefficient, monomial in terms)
    constant //= common
    largest = sum(abs(coefficient) * prod(layout.column(name).most for name in names) for coefficient, names in terms)
    bits = max(largest, abs(constant)).bit_length()
    if bits > 127:
        raise PolicyError(
            Problem(
                "number-too-large",
                "条件里的数字过大，不能成批计算",
                "the numbers of a condition are too large to be worked out in bulk",
            )
        )
    dtype = pl.Int64() if bits < 64 else pl.Int128()

    def product(coefficient: int, names: ir.Monomial) -> pl.Expr:
        factors = [pl.col(name).cast(dtype) for name in names]
        return reduce(operator.mul, factors if coefficient == 1 else [*factors, pl.lit(coefficient, dtype)])

    total = reduce(operator.add, [product(*term) for term in terms])
    return _compare(op, total, pl.lit(constant, dtype)), read


def _bound(coefficient: int, dtype: pl.DataType, name: str, op: ir.LinearOp, constant: int) -> pl.Expr:
    """Write `coefficient × fact op constant` as a bound of the fact itself, so that nothing is multiplied."""
    if coefficient < 0:
        coefficient, constant, op = -coefficient, -constant, _MIRRORED[op]
    whole, left = divmod(constant, coefficient)
    if left and op in ("==", "!="):
        return _known(name, op == "!=")
    if left and op in ("<", ">="):
        whole += 1  # below 7/2 is below 4, from 7/2 on is from 4 on
    low, high = range_of(dtype)
    if not low <= whole <= high:
        return _known(name, op in (("<", "<=", "!=") if whole > high else (">", ">=", "!=")))
    return _compare(op, pl.col(name), pl.lit(whole, dtype))


def _compare(op: ir.LinearOp, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    out: pl.Expr = OPERATORS[op](left, right)
    return out


def _known(name: str, value: bool) -> pl.Expr:
    """Give one truth wherever the fact is known."""
    return pl.when(pl.col(name).is_not_null()).then(pl.lit(value)).otherwise(pl.lit(None, pl.Boolean))


def range_of(dtype: pl.DataType) -> tuple[int, int]:
    """Give the smallest and the largest number that a column of numbers or days can hold."""
    bits = 31 if dtype == pl.Int32 else 63
    return -(1 << bits), (1 << bits) - 1
