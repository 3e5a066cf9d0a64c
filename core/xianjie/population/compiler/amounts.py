"""Numbers and days that an answer gives as such, and how each is worked out of a row's columns."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import NamedTuple, assert_never

import polars as pl

from xianjie.population.compiler.calendars import due_days
from xianjie.population.compiler.columns import EXACT


class Constant(NamedTuple):
    """The same number for every row."""

    number: int


class Recorded(NamedTuple):
    """The number that a fact has, or where it has none that another has."""

    fact: str
    otherwise: str | None = None


class Due(NamedTuple):
    """The last day on which the next turn is still in time, by the day of the last one."""

    last: str
    period: str
    cycle: str


class Goal(NamedTuple):
    """The number that stands in a table for an item and a year; null where it has none."""

    item: str
    year: str
    table: tuple[tuple[tuple[int, int], Decimal], ...]


class Short(NamedTuple):
    """How much a number is below what is required; zero where it is not."""

    required: Constant | Goal
    actual: Constant | Recorded


Amount = Constant | Recorded | Due | Goal | Short


def expression(amount: Amount) -> pl.Expr:
    """Write an amount; null where what it rests on is not recorded."""
    match amount:
        case Constant(number):
            return pl.lit(number, pl.Int64)
        case Recorded(fact, None):
            return pl.col(fact)
        case Recorded(fact, otherwise):
            return pl.coalesce(fact, otherwise)
        case Due(last, period, cycle):
            days = partial(due_days, period=period, cycle=cycle)
            return pl.col(last).map_batches(days, return_dtype=pl.Int32(), is_elementwise=True)
        case Goal(item, year, table):
            # years have four digits, so that an item and a year make one number
            keys = pl.Series([number * _YEARS + when for (number, when), _ in table], dtype=pl.Int64)
            goals = pl.Series([goal for _, goal in table], dtype=EXACT)
            inside = pl.col(item).is_between(0, _ITEMS) & pl.col(year).is_between(0, _YEARS - 1)
            key = pl.when(inside.fill_null(False)).then(pl.col(item) * _YEARS + pl.col(year))
            return key.replace_strict(keys, goals, default=None, return_dtype=EXACT)
        case Short(required, actual):
            lacking = expression(required) - expression(actual)
            return lacking.clip(lower_bound=0)
        case _:
            assert_never(amount)


_YEARS = 10_000
_ITEMS = 10**9
