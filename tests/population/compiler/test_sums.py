"""Comparisons in columns are exact: on limits, past 64 bits, with fractions, and while a fact is unknown."""

from __future__ import annotations

import operator
from dataclasses import replace
from math import prod

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.errors import PolicyError
from xianjie.language import ir
from xianjie.population.compiler.columns import facts_frame, laid_out
from xianjie.population.compiler.sums import comparison
from xianjie.vocabulary import BASE, Vocabulary

OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NAMES = ("household.annual_income", "household.size", "duty.count")
WIDE = Vocabulary(replace(spec, most=None) for spec in BASE.facts)
"""Facts without upper bounds of their own, so that sums go to the edge."""
LAYOUT = laid_out({**{name: set() for name in NAMES}, "aid.exit_date": set()}, WIDE)
OPS = st.sampled_from(sorted(OPERATORS))
MONEY = st.sampled_from([None, 0, 1, 9_999_999, 10_000_000, 10**17]) | st.integers(0, 10**17)
COUNTS = st.sampled_from([None, 1, 2, 3, 7, 10**9])


def decided(linear: ir.Linear, rows: list[dict[str, int]]) -> list[bool | None]:
    frame = facts_frame(rows, LAYOUT)
    return frame.select(comparison(linear, LAYOUT).alias("out"))["out"].to_list()


def exactly(linear: ir.Linear, row: dict[str, int]) -> bool | None:
    if any(name not in row for name in linear.needs):
        return None
    total = sum(coefficient * prod(row[name] for name in names) for coefficient, names in linear.terms)
    return bool(OPERATORS[linear.op](total, linear.constant))


@given(
    OPS,
    st.sampled_from([-30_000, -7, -1, 1, 3, 10_000]),
    st.integers(-(10**20), 10**20) | st.integers(-40, 40),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_a_multiple_of_one_fact(op: ir.LinearOp, coefficient: int, constant: int, data: st.DataObject) -> None:
    linear = ir.Linear(op, ((coefficient, (NAMES[0],)),), constant, (NAMES[0],))
    edge = constant // coefficient
    near = [edge + step for step in (-1, 0, 1) if 0 <= edge + step <= 10**17]
    rows = [{}, *({NAMES[0]: value} for value in near), {NAMES[0]: data.draw(st.integers(0, 10**17))}]
    assert decided(linear, rows) == [exactly(linear, row) for row in rows]


@given(
    OPS,
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**26), 10**26),
    MONEY,
    COUNTS,
    COUNTS,
)
@settings(max_examples=60, deadline=None)
def test_sums_and_products_past_64_bits(
    op: ir.LinearOp, one: int, two: int, constant: int, money: int | None, size: int | None, count: int | None
) -> None:
    terms = ((one or 1, (NAMES[0], NAMES[1])), (two or 1, (NAMES[2], NAMES[2])))
    row = {name: value for name, value in zip(NAMES, (money, size, count), strict=True) if value is not None}
    edge = sum(coefficient * prod(row.get(name, 1) for name in names) for coefficient, names in terms)
    for limit in (constant, edge - 1, edge, edge + 1):
        linear = ir.Linear(op, terms, limit, NAMES)
        assert decided(linear, [row]) == [exactly(linear, row)]


@pytest.mark.parametrize("coefficient", [92, 93, 99, 184, 185, 10_001])
def test_sums_about_the_edge_of_64_bits(coefficient: int) -> None:
    terms = ((coefficient, (NAMES[0],)), (7, (NAMES[1],)))
    rows = [{NAMES[0]: 10**17, NAMES[1]: 2}, {NAMES[0]: 10**17 - 1, NAMES[1]: 10**9}, {NAMES[0]: 0, NAMES[1]: 1}]
    for limit in (coefficient * 10**17 + 14, 2**63 - 1, 2**63, 5):
        for op in ("<", "<=", ">", "=="):
            linear = ir.Linear(op, terms, limit, NAMES[:2])
            assert decided(linear, rows) == [exactly(linear, row) for row in rows]


def test_a_fact_that_cancels_out_is_still_needed() -> None:
    linear = ir.Linear("<", (), 1, (NAMES[0],))
    assert decided(linear, [{}, {NAMES[0]: 5}]) == [None, True]
    beside = ir.Linear("<", ((1, (NAMES[1],)),), 3, (NAMES[0], NAMES[1]))
    assert decided(beside, [{NAMES[1]: 2}, {NAMES[0]: 5, NAMES[1]: 2}, {NAMES[0]: 5, NAMES[1]: 3}]) == [
        None,
        True,
        False,
    ]


def test_a_limit_beyond_the_column_holds_for_all_that_is_known() -> None:
    day = "aid.exit_date"
    for op, constant, wanted in (("<", 2**40, True), (">", 2**40, False), (">", -(2**40), True), ("==", 2**40, False)):
        linear = ir.Linear(op, ((1, (day,)),), constant, (day,))  # type: ignore[arg-type]
        assert decided(linear, [{}, {day: 7}]) == [None, wanted]


def test_numbers_that_go_into_no_column_are_refused() -> None:
    linear = ir.Linear("<", ((10**30, (NAMES[0], NAMES[1])),), 7, NAMES[:2])
    with pytest.raises(PolicyError, match="number-too-large"):
        comparison(linear, LAYOUT)
    assert isinstance(comparison(ir.Linear("<", ((10**3, NAMES[:2]),), 7, NAMES[:2]), LAYOUT), pl.Expr)
