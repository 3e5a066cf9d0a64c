"""Spark over the parts of a population gives, byte for byte, what one machine gives; what it refuses has a code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyspark.sql import SparkSession
from tests.spark.cluster import until
from tests.spark.data import prints, receipts

from xianjie.errors import InputError
from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.spark.scheduling import run_on_spark


def test_two_executors_give_what_one_machine_gives(
    spark: SparkSession, asked: Asked, parts: list[Part], one_machine: Path, tmp_path: Path
) -> None:
    heard: list[Receipt] = []
    run_on_spark(asked, parts, tmp_path, spark, heard.append)
    assert sorted(receipt.part.number for receipt in heard) == [part.number for part in parts]
    assert sorted(heard, key=lambda receipt: receipt.part.number) == receipts(tmp_path)
    assert prints(tmp_path) == prints(one_machine)
    assert 0 < sum(receipt.rejected for receipt in heard) < 10_000
    assert spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 3, "a driver and two executors"


def test_what_is_done_is_not_done_again(
    spark: SparkSession, asked: Asked, parts: list[Part], one_machine: Path, tmp_path: Path
) -> None:
    run_on_spark(asked, parts[:3], tmp_path, spark, lambda _: None)
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*.parquet")}
    assert len(before) >= 3
    heard: list[str] = []
    run_on_spark(asked, parts[:6], tmp_path, spark, lambda receipt: heard.append(receipt.part.name))
    assert sorted(heard) == [part.name for part in parts[:6]]
    assert {path: path.stat().st_ino for path in before} == before
    ours, theirs = prints(tmp_path), prints(one_machine)
    assert ours == {name: theirs[name] for name in ours}
    run_on_spark(asked, [], tmp_path, spark, lambda _: pytest.fail("there was nothing to do"))


def refused(spark: SparkSession, asked: Asked, parts: list[Part], out: Path) -> set[str]:
    """Give the codes that a run is refused with; nothing is then left running."""
    with pytest.raises(InputError) as caught:
        run_on_spark(asked, parts, out, spark, lambda _: None)
    assert not list(out.rglob(".spark-*"))
    until(lambda: not spark.sparkContext.statusTracker().getActiveJobsIds() or None, "the end of the jobs")
    return {problem.code for problem in caught.value.problems}


def test_an_executor_with_other_policies_refuses(
    spark: SparkSession, asked: Asked, parts: list[Part], tmp_path: Path
) -> None:
    other = replace(asked, policies={**asked.policies, asked.regions[0]: "0" * 64})
    assert refused(spark, other, parts, tmp_path) == {"population-policies-differ"}
    assert prints(tmp_path) == {}


def test_a_part_at_fault_is_told_and_the_others_are_answered(
    spark: SparkSession, asked: Asked, parts: list[Part], one_machine: Path, tmp_path: Path
) -> None:
    narrow, broken, out = tmp_path / "narrow.parquet", tmp_path / "broken.parquet", tmp_path / "out"
    pl.read_parquet(parts[0].path).drop("person.orphan").write_parquet(narrow)
    broken.write_bytes(b"PAR1 and nothing that follows it")
    amiss = [replace(parts[1], path=str(narrow), first=0), replace(parts[2], path=str(broken), first=0)]
    assert refused(spark, asked, [parts[0], *amiss, *parts[3:6]], out) == {"column-missing", "part-unreadable"}
    theirs = prints(one_machine)
    done = {name: found for name, found in theirs.items() if int(Path(name).stem[-6:]) in (0, 3, 4, 5)}
    assert prints(out) == done


def test_where_nothing_can_be_written_the_error_is_the_systems(
    spark: SparkSession, asked: Asked, parts: list[Part], tmp_path: Path
) -> None:
    (tmp_path / "answers").write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        run_on_spark(asked, parts[:1], tmp_path, spark, lambda _: None)


def test_what_spark_cannot_do_in_four_attempts_is_told(
    spark: SparkSession, asked: Asked, parts: list[Part], tmp_path: Path
) -> None:
    many: Any = "many"
    assert refused(spark, asked, [replace(parts[0], rows=many)], tmp_path) == {"spark-failed"}
