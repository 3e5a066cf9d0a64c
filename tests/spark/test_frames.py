"""A DataFrame answered is the file answered: same rows, same columns, same faults, whatever Spark calls the types."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyspark.sql import DataFrame, SparkSession, functions
from tests.spark.data import invented

from xianjie.errors import InputError
from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part, parts_of
from xianjie.population.job.running import run_parts
from xianjie.population.spark.frames import assess_dataframe
from xianjie.population.spark.tables import signed


def polars_of(frame: DataFrame) -> pl.DataFrame:
    found = pl.from_arrow(frame.toArrow())
    assert isinstance(found, pl.DataFrame)
    return found


def answered(asked: Asked, frame: DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give answers and rejects, in the order of the cases."""
    found = assess_dataframe(frame, asked)
    return polars_of(found.answers).sort("case"), polars_of(found.rejects).sort("case", "column", "code")


def of_files(out: Path, names: list[str], cases: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give what the file path made of the same rows, its numbers as Spark holds them, its rejects under their case."""
    answers = pl.read_parquet([out / "answers" / f"{name}.parquet" for name in names])
    rejects = pl.read_parquet([path for name in names if (path := out / "rejects" / f"{name}.parquet").exists()])
    beside = cases.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return (
        signed(answers.drop("row")).sort("case"),
        rejects.join(beside, on="row").select(*cases.columns, "column", "code").sort("case", "column", "code"),
    )


def test_a_data_frame_gives_what_its_file_gives(
    spark: SparkSession, asked: Asked, parts: list[Part], one_machine: Path
) -> None:
    path = parts[0].path
    names = [part.name for part in parts if part.path == path]
    cases = pl.read_parquet(path, columns=["case", "division"])
    answers, rejects = answered(asked, spark.read.parquet(path).repartition(3))
    wanted, faults = of_files(one_machine, names, cases)
    assert len(wanted) > 40_000
    assert len(faults) > 100
    assert_frame_equal(answers, wanted)
    assert_frame_equal(rejects, faults)


def typed(path: Path) -> pl.DataFrame:
    """Give an invented population with dates, money and sets as tables hold them; `never` is then not known."""
    rows = pl.read_parquet(path).head(2_000)
    dates = [name for name in rows.columns if name.endswith(("_date", "_submitted", "_refused"))]
    programmes = pl.col("aid.special_programmes")
    return rows.with_columns(
        *(pl.col(name).str.to_date(strict=False) for name in dates),
        pl.col("household.annual_income").cast(pl.Decimal(14, 2), strict=False),
        pl.col("household.size").cast(pl.Int8, strict=False),
        pl.when(programmes == "无").then([]).otherwise(programmes.str.split("、")).alias("aid.special_programmes"),
    )


def test_every_type_of_spark_that_holds_a_fact_holds_the_same(
    spark: SparkSession, asked: Asked, tmp_path: Path
) -> None:
    (path,) = invented(tmp_path, 2_000, 1, dirty=0)
    rows = typed(path)
    rows.write_parquet(tmp_path / "typed.parquet")
    (part,) = parts_of([tmp_path / "typed.parquet"], 10_000)
    run_parts(asked, [part], tmp_path, 1, lambda _: None)
    wanted = pl.read_parquet(tmp_path / "answers" / f"{part.name}.parquet")
    wanted = signed(wanted.drop("row")).sort("case")
    assert wanted["case"].len() > 1_900

    frame = spark.read.parquet(part.path)
    kinds = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    assert kinds["household.annual_income"] == "decimal(14,2)"
    assert kinds["aid.special_programmes"] == "array<string>"
    assert kinds["aid.exit_date"] == "date"
    assert kinds["household.size"] == "tinyint"

    spark.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
    others = {
        "household.annual_income": ["decimal(38,18)", "double", "string"],
        "household.size": ["smallint", "int", "bigint", "double", "string", "decimal(10,0)"],
        "aid.exit_date": ["timestamp", "timestamp_ntz", "string"],
        "person.orphan": ["string"],
    }
    for step in range(max(map(len, others.values()))):
        cast = {name: kinds[step] for name, kinds in others.items() if step < len(kinds)}
        moved = frame.withColumns({name: functions.col(f"`{name}`").cast(kind) for name, kind in cast.items()})
        answers, rejects = answered(asked, moved)
        assert_frame_equal(answers, wanted)
        assert len(rejects) == 0, cast


def test_what_a_data_frame_lacks_or_cannot_hold_is_told_before_a_row_is_read(
    spark: SparkSession, asked: Asked, parts: list[Part]
) -> None:
    frame = spark.read.parquet(parts[0].path)
    amiss = frame.drop("person.orphan", "case").withColumn("household.size", functions.create_map())
    with pytest.raises(InputError) as caught:
        assess_dataframe(amiss, asked)
    assert {(problem.code, problem.place.path) for problem in caught.value.problems} == {
        ("column-missing", "person.orphan"),
        ("column-missing", "case"),
        ("column-type", "household.size"),
    }
    doubled = frame.select("*", functions.lit(1).alias("case"))
    with pytest.raises(InputError) as caught:
        assess_dataframe(doubled, asked)
    assert [problem.code for problem in caught.value.problems] == ["header-doubled"]


def test_columns_that_go_along_may_be_of_any_type_and_none_may(
    spark: SparkSession, asked: Asked, parts: list[Part]
) -> None:
    frame = spark.read.parquet(parts[0].path).limit(500)
    made = frame.withColumn("case", functions.struct("division", functions.array(functions.lit(1)).alias("a.b")))
    found = assess_dataframe(made, asked).answers
    assert found.schema["case"].dataType == made.schema["case"].dataType
    assert found.select("case.division").distinct().count() > 1
    alone = assess_dataframe(frame, replace(asked, mapped=replace(asked.mapped, keep=()))).answers
    assert alone.columns == found.columns[2:]
    assert alone.count() == found.count() > 450


def test_an_empty_data_frame_has_no_answers_and_all_the_columns(
    spark: SparkSession, asked: Asked, parts: list[Part]
) -> None:
    frame = spark.read.parquet(parts[0].path)
    answers, rejects = answered(asked, frame.limit(0))
    assert len(answers) == len(rejects) == 0
    assert answers.columns[:2] == ["case", "division"]
    assert rejects.columns == ["case", "division", "column", "code"]


def test_answers_in_words_are_those_of_the_file(
    spark: SparkSession, asked: Asked, parts: list[Part], tmp_path: Path
) -> None:
    worded = replace(asked, form="words")
    pl.read_parquet(parts[0].path).head(3_000).write_parquet(tmp_path / "some.parquet")
    (part,) = parts_of([tmp_path / "some.parquet"], 10_000)
    run_parts(worded, [part], tmp_path, 1, lambda _: None)
    wanted = pl.read_parquet(tmp_path / "answers" / f"{part.name}.parquet").drop("row").sort("case")
    answers, _ = answered(worded, spark.read.parquet(part.path))
    assert_frame_equal(answers, signed(wanted))
    assert any("|" in text for text in answers[f"{asked.regions[0]}.eligibility.missing"].to_list())
