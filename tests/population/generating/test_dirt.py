"""Every dirty row is found by reading, as the truth beside says, and no clean one is."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from xianjie.population.compiler.columns import laid_out
from xianjie.population.generating.dirt import truth
from xianjie.population.generating.inventing import TABLES, Invention, drawn, rows_of
from xianjie.population.reading import read_columns
from xianjie.vocabulary import BASE

AS_OF = dt.date(2025, 8, 1).toordinal()


def told(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.select("row", "column", "code").iter_rows())


@pytest.mark.parametrize("in_chinese", [False, True])
@pytest.mark.parametrize("tables", [*((table,) for table in TABLES), tuple(TABLES)])
def test_reading_finds_the_faults_that_were_made(tables: tuple[str, ...], in_chinese: bool) -> None:
    of = Invention(3_000, 5, AS_OF, tables, dirty=0.2, unknown=0.1, in_chinese=in_chinese)
    layout = laid_out({spec.name: set() for spec in of.specs}, BASE)
    read = read_columns(rows_of(of), layout, AS_OF)
    rows, rejects = pl.collect_all([read.rows, read.rejects])
    made = truth(drawn(of), of.faults).collect()
    assert told(rejects) == told(made)
    assert len(rows) == 3_000 - len(made)
    assert set(made.select("column", "code").iter_rows()) == {(fault.column, fault.code) for fault in of.faults}
    assert len(made) == pytest.approx(600, rel=0.2)


def test_every_type_of_fact_has_its_faults() -> None:
    of = Invention(1, 5, AS_OF, tuple(TABLES), dirty=0.2)
    codes = {fault.code for fault in of.faults}
    assert codes == {
        "cell-truth",
        "type-int",
        "number-too-small",
        "number-too-large",
        "cell-money",
        "money-negative",
        "money-fen",
        "type-number",
        "date-impossible",
        "type-date",
        "word-unknown",
        "set-none",
        "facts-contradict",
    }


def test_a_population_without_dirt_has_its_own_types() -> None:
    clean = rows_of(Invention(100, 5, AS_OF)).collect_schema()
    dirty = rows_of(Invention(100, 5, AS_OF, dirty=0.1)).collect_schema()
    assert (clean["household.annual_income"], dirty["household.annual_income"]) == (pl.Float64(), pl.String())
    assert (clean["person.orphan"], dirty["person.orphan"]) == (pl.Boolean(), pl.Boolean())
