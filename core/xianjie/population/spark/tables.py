"""Arrow tables answered, and the types of Spark beside those of Polars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
import pyarrow
from pyspark.sql import types

from xianjie.population.job.asked import Asked, compiled_for, read_facts
from xianjie.population.reading import ROW, Read
from xianjie.population.wording import in_words

FAULT = ("column", "code")
"""The columns of a reject behind the kept ones."""

_SIGNED: dict[pl.DataType, pl.DataType] = {
    pl.UInt8(): pl.Int16(),
    pl.UInt16(): pl.Int32(),
    pl.UInt32(): pl.Int64(),
    pl.UInt64(): pl.Int64(),
}
"""How Spark, which knows no unsigned numbers, holds the answer's; 64 bits are the same bits, read as signed."""

_PLAIN: dict[str, pl.DataType] = {
    "boolean": pl.Boolean(),
    "tinyint": pl.Int8(),
    "smallint": pl.Int16(),
    "int": pl.Int32(),
    "bigint": pl.Int64(),
    "float": pl.Float32(),
    "double": pl.Float64(),
    "string": pl.String(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
    "timestamp_ntz": pl.Datetime("us"),
    "void": pl.Null(),
}


def dtype_of(kind: types.DataType) -> pl.DataType:
    """Say how a column of Spark comes here; what can hold no fact comes as bytes."""
    match kind:
        case types.DecimalType():
            return pl.Decimal(kind.precision, kind.scale)
        case types.ArrayType():
            return pl.List(dtype_of(kind.elementType))
        case types.StringType() | types.CharType() | types.VarcharType():
            return pl.String()
    return _PLAIN.get(kind.simpleString(), pl.Binary())


def spark_type(dtype: pl.DataType) -> types.DataType:
    """Say as what Spark holds a column of an answer that `signed` has written."""
    match dtype:
        case pl.Boolean():
            return types.BooleanType()
        case pl.Int8():
            return types.ByteType()
        case pl.Int16():
            return types.ShortType()
        case pl.Int32():
            return types.IntegerType()
        case pl.Int64():
            return types.LongType()
        case _:
            return types.StringType()


def signed(answers: pl.DataFrame) -> pl.DataFrame:
    """Write the columns of an answer as Spark can hold them."""
    found = answers.schema
    return answers.with_columns(
        pl.col(name).reinterpret(signed=True) if dtype == pl.UInt64 else pl.col(name).cast(_SIGNED[dtype])
        for name, dtype in found.items()
        if dtype in _SIGNED
    )


def answers_of(read: Read, asked: Asked) -> pl.DataFrame:
    """Answer rows that were read: their numbers, then what Spark can hold of the answer, in words if it is asked so."""
    compiled = compiled_for(asked.text)
    rows = compiled.answered(read.good(), [ROW], asked.leaving_out)
    return signed(rows if asked.form == "packed" else in_words(rows, compiled))


def answered_table(
    table: pyarrow.Table, asked_text: str, columns: Sequence[str], kept: Sequence[str], rejected: bool
) -> Iterator[pyarrow.RecordBatch]:
    """Answer a table, or give its faults; the kept columns come back as they are, whatever their types."""
    asked = Asked.read(asked_text)
    facts = pl.from_arrow(table.select(range(len(columns))).rename_columns(list(columns)))
    assert isinstance(facts, pl.DataFrame)
    read = read_facts(facts.lazy(), asked)
    found = read.rejects.collect() if rejected else answers_of(read, asked)
    taken = table.select(range(len(columns), table.num_columns)).take(found[ROW].to_arrow())
    beside = found.drop(ROW).to_arrow(compat_level=pl.CompatLevel.oldest())
    arrays = [
        column.cast(pyarrow.string()) if pyarrow.types.is_large_string(column.type) else column
        for column in beside.columns
    ]
    whole = pyarrow.Table.from_arrays([*taken.columns, *arrays], [*kept, *beside.column_names])
    yield from whole.combine_chunks().to_batches()
