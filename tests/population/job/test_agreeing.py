"""One row as it is kept, as it is answered now, and as the engine tells it: where the three differ, it is said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.population.job.data import AS_OF, as_text, assessed, people, question

from xianjie.api import installed_engine
from xianjie.errors import InputError
from xianjie.population.compiler.columns import DIMENSIONS
from xianjie.population.generating.inventing import TABLES, Invention
from xianjie.population.generating.writing import write_population
from xianjie.population.job.agreeing import asked_in_full, check_kept
from xianjie.population.job.asked import Mapped, asking, compiled_for
from xianjie.population.job.rows import Row, row_of_population

REGIONS = ("hubei", "jinhua", "tianjin")


def told(row: Row) -> Mapping[str, Mapping[str, Any]]:
    """Give the engine's answers, region by region."""
    case = asked_in_full(row.case, row.asked.dimensions)
    answer = installed_engine().assess(case, row.asked.regions, row.asked.as_of)
    regions: Mapping[str, Mapping[str, Any]] = answer["regions"]
    return regions


def checked(out: Path, number: int) -> None:
    row = row_of_population(out, number)
    check_kept(row, out, told(row))


def differing(out: Path, number: int) -> list[str | None]:
    with pytest.raises(InputError) as refused:
        checked(out, number)
    assert {problem.code for problem in refused.value.problems} == {"population-row-differs"}
    return [problem.place.path for problem in refused.value.problems]


def put(data: Path) -> Path:
    as_text(people(60)).write_csv(data) if data.suffix == ".csv" else people(60).write_parquet(data)
    return data


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("form", ["packed", "words", "csv"])
def test_one_changed_cell_is_found_and_named_without_its_value(form: str, name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assessed(put(tmp_path / name), out, question(form), most=25)
    checked(out, 37)
    path = next((out / "answers").glob("part-000001.*"))
    frame = pl.read_csv(path, infer_schema=False) if form == "csv" else pl.read_parquet(path)
    for column, cell, told in (
        ("tianjin.eligibility.missing", "aid.received|x" if form != "packed" else 0, "tianjin.eligibility"),
        ("id", "李某", "id"),
    ):
        here = pl.col("row").cast(pl.Int64) == 37
        before = frame.filter(here)[column].item()
        changed = (1 if before == 0 else cell) if form == "packed" and column != "id" else cell
        assert changed != before
        value = pl.when(here).then(pl.lit(changed, frame.schema[column])).otherwise(pl.col(column)).alias(column)
        other = frame.with_columns(value)
        other.write_csv(path) if form == "csv" else other.write_parquet(path)
        assert differing(out, 37) == [told]
        with pytest.raises(InputError) as refused:
            checked(out, 37)
        assert "李某" not in str(refused.value)
        checked(out, 38)


def test_every_column_counts_also_one_that_was_not_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assessed(put(tmp_path / "in.parquet"), out)
    path = out / "answers" / "part-000000.parquet"
    frame = pl.read_parquet(path)
    for name in frame.columns[3:]:
        here, cell = pl.col("row") == 7, pl.col(name)
        value = pl.when(here).then(cell ^ pl.lit(1, frame.schema[name])).otherwise(cell).alias(name)
        frame.with_columns(value).write_parquet(path)
        assert differing(out, 7) == ["tianjin.eligibility"], name
    for other in (
        frame.drop("tianjin.eligibility.status"),
        frame.with_columns(pl.lit(0).alias("tianjin.eligibility.x")),
    ):
        other.write_parquet(path)
        assert len(differing(out, 7)) == 1


@pytest.mark.parametrize("how", ["gone", "twice", "no file", "no parquet"])
def test_a_row_that_is_not_there_once_differs(how: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assessed(put(tmp_path / "in.parquet"), out)
    path = out / "answers" / "part-000000.parquet"
    frame = pl.read_parquet(path)
    match how:
        case "gone":
            frame.filter(pl.col("row") != 7).write_parquet(path)
        case "twice":
            pl.concat([frame, frame.filter(pl.col("row") == 7)]).write_parquet(path)
        case "no file":
            path.unlink()
        case _:
            path.write_bytes(b"PAR1 and no more")
    assert differing(out, 7) == ["tianjin.eligibility"]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer an invented population in every dimension, some fields left out; gives the folder of the answers."""
    folder = tmp_path_factory.mktemp("generated")
    write_population(Invention(300, 7, AS_OF, tuple(TABLES), unknown=0.15), folder / "in.parquet")
    leaving_out = ("group_missing", "readings")
    plain = asking(installed_engine(), REGIONS, AS_OF, DIMENSIONS)
    columns = pl.read_parquet_schema(folder / "in.parquet")
    without = tuple(name for name in compiled_for(plain.text).layout.names if name not in columns)
    mapped = Mapped(unrecorded=without, keep=("case",))
    asked = asking(installed_engine(), REGIONS, AS_OF, DIMENSIONS, mapped=mapped, leaving_out=leaving_out)
    assessed(folder / "in.parquet", folder / "out", asked)
    return folder / "out"


def test_rows_of_every_dimension_agree(generated: Path) -> None:
    dimensions = set()
    for number in range(0, 300, 25):
        row = row_of_population(generated, number)
        regions = told(row)
        check_kept(row, generated, regions)
        dimensions |= {name for answer in regions.values() for name, part in answer.items() if part}
    assert {*DIMENSIONS} <= dimensions


def spoil(tree: Any, *steps: str | int) -> Any:
    """Change one word of an answer, or leave out one of a list."""
    step, *rest = steps
    if not rest:
        assert tree[step] != "otherwise"
        changed: Any = "otherwise" if isinstance(tree[step], str) else tree[step][1:] or ["otherwise"]
    else:
        changed = spoil(tree[step], *rest)
    return [*tree[:step], changed, *tree[step + 1 :]] if isinstance(step, int) else {**tree, step: changed}


@pytest.mark.parametrize(
    "steps",
    [
        ("eligibility", "status"),
        ("eligibility", "groups", 1, "status"),
        ("eligibility", "groups"),
        ("eligibility", "missing"),
        ("services", 0, "status"),
        ("incentives", 3, "rule"),
        ("duties", 0, "status"),
        ("duties",),
        ("referral", "direction"),
    ],
)
def test_what_the_engine_says_otherwise_is_told(steps: tuple[str | int, ...], generated: Path) -> None:
    row = row_of_population(generated, 50)
    regions = {**told(row)}
    region = next(name for name in REGIONS if regions[name].get(str(steps[0])))
    regions[region] = spoil(regions[region], *steps)
    with pytest.raises(InputError) as refused:
        check_kept(row, generated, regions)
    assert [problem.place.path for problem in refused.value.problems] == [f"{region}.{steps[0]}"]


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_a_row_of_a_file_that_changed_since_is_not_read(name: str, tmp_path: Path) -> None:
    data, out = put(tmp_path / name), tmp_path / "out"
    assessed(data, out)
    os.utime(data, ns=(1, 1))
    checked(out, 7)
    as_text(people(61)).write_csv(data) if data.suffix == ".csv" else people(61).write_parquet(data)
    with pytest.raises(InputError, match="population-row]"):
        row_of_population(out, 7)
