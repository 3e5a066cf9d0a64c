"""A population in a DataFrame of Spark, answered into a DataFrame, for data that lives in Spark's tables.

Its rows go from the JVM to Python and back, so files are answered faster part by part (`scheduling`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pyspark.sql import Column, DataFrame, types
from pyspark.sql import functions as spark

from xianjie.errors import InputError, Place, Problem
from xianjie.population.job.asked import Asked, compiled_for, read_facts
from xianjie.population.reading import ROW
from xianjie.population.spark.batches import mapping
from xianjie.population.spark.tables import FAULT, answers_of, dtype_of, spark_type


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers and rejects, neither worked out yet; each goes over the data when it is asked for.

    `answers` has the columns that go along (`Mapped.keep`), then `region.dimension.field`, packed or in words as is
    asked; `rejects` those that go along, then column and code, a row for each fault. A DataFrame has no order, so rows
    are not numbered.
    """

    answers: DataFrame
    rejects: DataFrame


def assess_dataframe(frame: DataFrame, asked: Asked) -> Answered:
    """Answer every row of a DataFrame, as `Asked.mapped` says which column holds what.

    Timestamps are read as the session's time zone has them. Raises InputError, before any row is read, for columns
    that are missing or of a type that cannot hold their fact; an executor with other policies fails its task.
    """
    mapped = asked.mapped
    names = compiled_for(asked.text).layout.names
    facts = list(dict.fromkeys(mapped.sources.get(name, name) for name in names if name not in mapped.unrecorded))
    kept = list(mapped.keep)
    for name in {*facts, *kept}:
        if frame.columns.count(name) > 1:
            raise InputError(
                Problem("header-doubled", "有两列同名", "two columns have the same name", Place(path=name))
            )
    kinds = {field.name: field.dataType for field in frame.schema.fields}
    empty = pl.LazyFrame(schema={name: dtype_of(kind) for name, kind in kinds.items()})
    schema = answers_of(read_facts(empty, asked, kept), asked).drop(ROW).schema

    chosen = [_fact(name, kinds[name]).alias(f"fact{number}") for number, name in enumerate(facts)]
    chosen += [spark.col(_quoted(name)).alias(f"kept{number}") for number, name in enumerate(kept)]
    narrow = frame.select(*chosen)
    along = [types.StructField(name, kinds[name]) for name in kept]
    answer = [types.StructField(name, spark_type(dtype)) for name, dtype in schema.items()]
    fault = [types.StructField(name, types.StringType()) for name in FAULT]
    return Answered(
        narrow.mapInArrow(mapping(asked.text, facts, kept, rejected=False), types.StructType([*along, *answer])),
        narrow.mapInArrow(mapping(asked.text, facts, kept, rejected=True), types.StructType([*along, *fault])),
    )


def _quoted(name: str) -> str:
    """Write a column's name so that Spark takes its dots for letters."""
    return "`" + name.replace("`", "``") + "`"


def _fact(name: str, kind: types.DataType) -> Column:
    """Take a column; of a timestamp the day and hour that its session shows, not those in UTC."""
    column = spark.col(_quoted(name))
    return column.cast("timestamp_ntz") if isinstance(kind, types.TimestampType) else column
