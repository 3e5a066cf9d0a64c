"""How PostgreSQL's types are fetched as text and laid into columns, so that nothing is rounded and nothing guessed.

A column takes its narrow form (a day, a number) where every value of the part fits it, else it stays text: `infinity`,
years BC and the like then reach the reader of facts as they are written, and are put aside there with their reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from psycopg import sql

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_WHOLE = ("int2", "int4", "int8")
_FLOATING = ("float4", "float8")
_TEXT = ("text", "varchar", "bpchar", "name", "citext")
KEYS = (*_WHOLE, *_TEXT, "numeric", "uuid", "date")
"""The types that a key can be of: their order and their text are exact."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column is fetched (`{}` stands for it), the form that it takes, and the SQL type that holds the form."""

    fetched: str
    dtype: pl.DataType
    held: str
    laid: Callable[[pl.Series], pl.Series]

    def expression(self, column: sql.Composable) -> sql.Composed:
        """Write what is selected."""
        return sql.SQL(self.fetched).format(column)


def _same(values: pl.Series) -> pl.Series:
    return values


def _truth(values: pl.Series) -> pl.Series:
    return values == "true"


def _whole(values: pl.Series) -> pl.Series:
    return values.cast(pl.Int64)


def _floating(values: pl.Series) -> pl.Series:
    return values.cast(pl.Float64)


def _days(values: pl.Series) -> pl.Series:
    return values.str.to_date("%Y-%m-%d") if (values.str.contains(_DAY).all()) else values


def _listed(values: pl.Series) -> pl.Series:
    return values.str.json_decode(pl.List(pl.String))


TEXT = Kind("{}::text", pl.String(), "text", _same)
_UNREADABLE = Kind("{}::text", pl.Binary(), "text", _same)
"""Of a type that holds no fact: the check of columns refuses it."""

_MANY_SIDED = "CASE WHEN array_ndims({0}) > 1 THEN '[null]' ELSE to_json({0})::text END"
"""An array of arrays is no list of words: it comes as a list with a hole, which is put aside."""


def kind_of(type_name: str, category: str, element_category: str | None) -> Kind:
    """Say how a column is read that may hold a fact, by the names that pg_type has."""
    match type_name:
        case "bool":
            return Kind("{}::text", pl.Boolean(), "boolean", _truth)
        case "numeric" | "money":
            return Kind("trim_scale({}::numeric)::text", pl.String(), "numeric", _same)
        case "date" | "timestamp" | "timestamptz":
            return Kind("{}::date::text", pl.Date(), "date", _days)
        case _ if type_name in _WHOLE:
            return Kind("{}::text", pl.Int64(), "bigint", _whole)
        case _ if type_name in _FLOATING:
            return Kind("{}::text", pl.Float64(), "double precision", _floating)
        case _ if type_name in _TEXT or category == "E":
            return TEXT
        case _ if category == "A" and element_category in ("S", "E"):
            return Kind(_MANY_SIDED, pl.List(pl.String()), "jsonb", _listed)
        case _:
            return _UNREADABLE


def kept_kind(type_name: str, type_written: str) -> Kind:
    """Say how a column is read that only goes along, or is the key: as its text, whole numbers as numbers."""
    if type_name in _WHOLE:
        return Kind("{}::text", pl.Int64(), type_written, _whole)
    return Kind("{}::text", pl.String(), type_written, _same)
