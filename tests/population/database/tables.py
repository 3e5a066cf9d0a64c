"""Invented people in a table, the question that is put to them, and what is read and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from psycopg import sql
from tests.population.people import invent

from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import Column, Layout, layout_of
from xianjie.population.database.assessing import Done, Place, assess_table
from xianjie.population.database.sources import Asking, name_of
from xianjie.population.job.asked import Asked, Mapped, asking
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.running import Tell, run_parts
from xianjie.vocabulary import FactType

AS_OF = dt.date(2025, 8, 1).toordinal()
EPOCH = dt.date(1970, 1, 1).toordinal()
REGIONS = ("jinhua", "tianjin")


@dataclass(frozen=True)
class Hearing:
    """Who hears of a run: of rows read, and of parts done."""

    read: Callable[[int], None] = lambda _: None
    part: Callable[[Receipt], None] = lambda _: None

    def reading(self, name: str) -> None:
        """Nothing is done."""

    def begin(self, rows: int, done: int) -> None:
        """Nothing is done."""

    def again(self, names: Sequence[str]) -> None:
        """Nothing is done."""


def question(mapped: Mapped | None = None, regions: Sequence[str] = REGIONS) -> Asked:
    """Ask for eligibility."""
    found = discover()
    engine = Engine(found.load(list(regions)), found.vocabulary)
    try:
        return asking(engine, regions, AS_OF, ["eligibility"], mapped=mapped)
    finally:
        engine.close()


@cache
def layout() -> Layout:
    """Lay out what the question reads."""
    found = discover()
    engine = Engine(found.load(list(REGIONS)), found.vocabulary)
    try:
        return layout_of(answering_policies(engine, REGIONS, AS_OF).values())
    finally:
        engine.close()


SQL = {
    FactType.BOOL: "boolean",
    FactType.ENUM: "text",
    FactType.SET: "text[]",
    FactType.EVENT: "date",
    FactType.INT: "integer",
    FactType.MONEY: "numeric(18,2)",
    FactType.NUMBER: "numeric",
}


BESIDE: dict[pl.DataType, str] = {pl.Boolean(): "boolean", pl.String(): "text"}


def people(count: int, seed: int = 1) -> pl.DataFrame:
    """Invent rows as a register has them: words as text, days as dates, money exact, with an id of their own."""
    drawn = invent(layout(), [], count, seed, AS_OF).frame
    columns = [raw(drawn[column.name], column) for column in layout().columns]
    return pl.DataFrame([pl.Series("id", range(10, 10 + 3 * count, 3), pl.Int64), *columns])


def raw(held: pl.Series, column: Column) -> pl.Series:
    match column.spec.type:
        case FactType.ENUM:
            return held.replace_strict(dict(enumerate(column.words)), default=None, return_dtype=pl.String)
        case FactType.EVENT:
            return held.map_elements(lambda day: dt.date.fromordinal(day) if day else None, pl.Date)
        case FactType.SET:
            return held.map_elements(
                lambda bits: [word for word in column.words if bits & column.bit(word)], pl.List(pl.String)
            )
        case FactType.MONEY:
            return (held.cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2)).alias(held.name)
        case _:
            return held


def create(url: str, frame: pl.DataFrame, table: str = "people", key: str | None = "id") -> None:
    """Put a frame into a new table."""
    name = name_of(table).identifier
    types = {column.name: SQL[column.spec.type] for column in layout().columns}
    columns = [
        sql.SQL("{} {}").format(
            sql.Identifier(column), sql.SQL(types.get(column, BESIDE.get(frame.schema[column], "bigint")))
        )
        for column in frame.columns
    ]
    if key:
        columns.append(sql.SQL("PRIMARY KEY ({})").format(sql.Identifier(key)))
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            for row in frame.iter_rows():
                copy.write_row(row)


def one_by_one(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
    """Answer parts in this process."""
    run_parts(asked, parts, out, 1, tell)


def run(url: str, out: Path, **given: Any) -> Done:
    """Assess the table `people` and write its answers to `answers`."""
    settings: dict[str, Any] = {
        "asked": question(),
        "asking": Asking(name_of("people")),
        "place": Place(url, name_of("answers")),
        "telling": Hearing(),
        "run": one_by_one,
        "most": 1000,
        **given,
    }
    return assess_table(out=out, address=url, **settings)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Ask the database."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def execute(url: str, *statements: str) -> None:
    """Have the database do something."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
