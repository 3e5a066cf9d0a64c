"""Columns as they come, in Parquet or CSV, read into the layout; every bad value is found, told, and its row put aside.

A value means what the same cell of a table means (`cases.cells`, then `cases.read`). Plain values are read many at a
time; what is left is read one by one, each different value once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from xianjie.cases.cells import read_fact
from xianjie.cases.read import read_case
from xianjie.cases.steps import DATED
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.language.calendar import NEVER
from xianjie.population.compiler.columns import Column, Layout
from xianjie.vocabulary import FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS

ROW = "row"
"""The column that numbers the rows, from 0."""

_EPOCH = dt.date(1970, 1, 1).toordinal()
_MOST_EXACT = 10**15
"""Below so many fen a floating-point number of yuan has one shortest decimal form."""

_TEXT = (pl.String, pl.Categorical, pl.Enum)


@dataclass(frozen=True, slots=True)
class Read:
    """Rows read: `rows` those without a fault, laid out; `rejects` a line for each fault: row, column, code.

    Neither is worked out yet. Collected together (`pl.collect_all`) they go over the data once.
    """

    rows: pl.LazyFrame
    rejects: pl.LazyFrame


def read_columns(
    frame: pl.LazyFrame,
    layout: Layout,
    as_of: int,
    sources: Mapping[str, str] | None = None,
    unrecorded: Collection[str] = (),
    keep: Sequence[str] = (),
) -> Read:
    """Read a frame's columns into a layout, as the cases stood on a day (an ordinal).

    `sources` gives by fact the column that holds it, where it is not called as the fact. Facts in `unrecorded` have no
    column and are unknown for everybody. The columns in `keep` go along. Raises InputError, before any row is read, for
    facts without a column that are not said to be unrecorded, and for columns of a type that cannot hold their fact.
    """
    named = {column.name: (sources or {}).get(column.name, column.name) for column in layout.columns}
    absent = {name for name in named if name in unrecorded}
    schema = frame.collect_schema()
    _check(schema, layout, named, absent, keep)
    numbered = frame.drop([ROW] if ROW in schema else []).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    both = numbered.select(
        ROW,
        *keep,
        *(
            pl.lit(None, column.dtype).alias(column.name)
            if column.name in absent
            else pl.col(named[column.name])
            .map_batches(
                partial(_read, column=column, vocabulary=layout.vocabulary),
                return_dtype=_pair(column),
                is_elementwise=True,
            )
            .alias(column.name)
            for column in layout.columns
        ),
    )
    present = [column.name for column in layout.columns if column.name not in absent]
    faults = {name: f"·{name}" for name in present}
    plain = both.with_columns(
        *(pl.col(name).struct.field("value").alias(name) for name in present),
        *(pl.col(name).struct.field("fault").alias(fault) for name, fault in faults.items()),
    )
    told = _dated(plain, layout, faults, as_of)
    good = pl.all_horizontal([pl.col(fault).is_null() for fault in faults.values()]) if faults else pl.lit(True)
    listed = pl.concat_list(
        [pl.struct(pl.lit(named[name]).alias("column"), pl.col(fault).alias("code")) for name, fault in faults.items()]
        or [pl.struct(pl.lit("").alias("column"), pl.lit(None, pl.String).alias("code"))]
    )
    rejects = (
        told.filter(~good)
        .select(ROW, listed.alias("fault"))
        .explode("fault")
        .unnest("fault")
        .filter(pl.col("code").is_not_null())
    )
    return Read(told.filter(good).select(ROW, *keep, *layout.names), rejects)


def _check(
    schema: Mapping[str, pl.DataType],
    layout: Layout,
    named: Mapping[str, str],
    absent: Collection[str],
    keep: Sequence[str],
) -> None:
    problems = []
    for name in (*(source for fact, source in named.items() if fact not in absent), *keep):
        if name not in schema:
            near = nearest(name, tuple(schema))
            problems.append(
                Problem(
                    "column-missing",
                    "数据里没有这一列" + (f"，是否为 {near}？" if near else ""),
                    "the data has no such column" + (f"; did you mean {near}?" if near else ""),
                    Place(path=name),
                )
            )
    if ROW in keep or any(source == ROW for fact, source in named.items() if fact not in absent):
        problems.append(
            Problem(
                "header-doubled",
                "行号一列也叫 row，请把这一列改名",
                "the rows' numbers are a column called row as well; rename this one",
                Place(path=ROW),
            )
        )
    for column in layout.columns:
        found = None if column.name in absent else schema.get(named[column.name])
        if found is not None and not _holds(column.spec.type, found):
            problems.append(
                Problem(
                    "column-type",
                    f"这一列的类型（{found}）放不下“{column.spec.zh}”",
                    f"a column of this type ({found}) cannot hold {column.name}",
                    Place(path=named[column.name]),
                )
            )
    if problems:
        raise InputError(problems)


def _holds(kind: FactType, dtype: pl.DataType) -> bool:
    """Tell whether a column of a type can hold a kind of fact at all."""
    if isinstance(dtype, (*_TEXT, pl.Null)):
        return True
    match kind:
        case FactType.BOOL:
            return isinstance(dtype, pl.Boolean)
        case FactType.EVENT:
            return isinstance(dtype, pl.Date | pl.Datetime)
        case FactType.SET:
            return isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.String)
        case FactType.ENUM:
            return False
        case _:
            return dtype.is_numeric()


def _pair(column: Column) -> pl.Struct:
    return pl.Struct({"value": column.dtype, "fault": pl.String()})


def _read(raw: pl.Series, column: Column, vocabulary: Vocabulary) -> pl.Series:
    """Read one column; gives pairs of the value (null: unknown) and the fault's code (null: none)."""
    if isinstance(raw.dtype, pl.Categorical | pl.Enum | pl.Decimal):
        raw = raw.cast(pl.String)
    values = _plain(raw, column)
    left = raw.is_not_null() & values.is_null()
    faults = pl.repeat(None, len(raw), dtype=pl.String, eager=True)
    if left.any():
        looked_at, wrong = _one_by_one(raw.filter(left), column, vocabulary)
        places = left.arg_true()
        values = values.scatter(places, looked_at)
        faults = faults.scatter(places, wrong)
    pairs = pl.DataFrame([values.alias("value"), faults.alias("fault")])
    return pairs.to_struct(raw.name)


def _plain(raw: pl.Series, column: Column) -> pl.Series:
    """Read what can be read many at a time; null where it is unknown or has to be looked at."""
    kind, dtype = column.spec.type, raw.dtype
    name = pl.col("raw")
    expression: pl.Expr | None = None
    if kind is FactType.BOOL and dtype == pl.Boolean:
        expression = name
    elif kind is FactType.EVENT and dtype == pl.Date:
        day = name.to_physical() + _EPOCH
        expression = pl.when(day.is_between(1, column.most).fill_null(False)).then(day).otherwise(None)
    elif kind in (FactType.INT, FactType.MONEY) and dtype.is_integer():
        factor = 100 if kind is FactType.MONEY else 1
        inside = name.is_between(column.least, column.most // factor).fill_null(False)
        expression = pl.when(inside).then(name).otherwise(None).cast(pl.Int64) * factor
    elif kind is FactType.MONEY and dtype == pl.Float64:
        small = (name.is_finite() & name.is_between(0, _MOST_EXACT / 100, closed="left")).fill_null(False)
        fen = (pl.when(small).then(name).otherwise(None) * 100).round().cast(pl.Int64)
        expression = pl.when((fen / 100 == name).fill_null(False)).then(fen).otherwise(None)
    elif kind is FactType.MONEY and dtype == pl.String:
        plain = name.str.contains(r"^[0-9]{1,13}(?:\.[0-9]{1,2})?$").fill_null(False)
        whole = name.str.extract(r"^([0-9]+)").cast(pl.Int64, strict=False) * 100
        part = name.str.extract(r"\.([0-9]+)$").fill_null("0").str.pad_end(2, "0").cast(pl.Int64, strict=False)
        expression = pl.when(plain).then(whole + part).otherwise(None)
    if expression is None:
        return pl.repeat(None, len(raw), dtype=column.dtype, eager=True)
    return pl.DataFrame({"raw": raw}).select(expression.cast(column.dtype).alias("value"))["value"]


def _one_by_one(raw: pl.Series, column: Column, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series]:
    """Read each different value once; gives values and faults."""
    if raw.dtype == pl.List:
        read = [read_value(item, column, vocabulary) for item in raw.to_list()]
        return pl.Series([one for one, _ in read], dtype=column.dtype), pl.Series(
            [two for _, two in read], dtype=pl.String
        )
    different = raw.unique()
    read = [read_value(item, column, vocabulary) for item in different.to_list()]
    values = pl.Series([value for value, _ in read], dtype=column.dtype)
    faults = pl.Series([fault for _, fault in read], dtype=pl.String)
    return raw.replace_strict(different, values), raw.replace_strict(different, faults)


def read_value(raw: object, column: Column, vocabulary: Vocabulary) -> tuple[int | bool | None, str | None]:
    """Read one value: how it is held (None: unknown), and the code of its fault (None: none)."""
    if isinstance(raw, str) and not raw.strip():
        return None, None
    spec = column.spec
    try:
        given = read_fact(raw, spec) if isinstance(raw, str | int | float | dt.date) else raw
        if given is None:
            return None, None
        record = {spec.short: given}
        several = LISTS.get(spec.record)
        case = read_case({several: [record]} if several else {spec.record: record}, vocabulary)
        if spec.type is FactType.NUMBER:
            return True, None
        facts = case.given if several is None else (case.ledgers or case.duties)[0].facts
        return column.code(facts[spec.name]), None
    except InputError as error:
        return None, error.problems[0].code


def _dated(frame: pl.LazyFrame, layout: Layout, faults: Mapping[str, str], as_of: int) -> pl.LazyFrame:
    """Let dates tell the flags beside them, find where they contradict each other, and take back what comes later."""
    for flag, day in DATED:
        if flag not in layout.names:
            continue
        happened = pl.col(day) != NEVER
        told = pl.coalesce(pl.col(flag), happened)
        at = faults.get(day) or faults.get(flag)
        if at is not None:
            wrong = (pl.col(flag) != happened).fill_null(False)
            frame = frame.with_columns(
                pl.when(wrong & pl.col(at).is_null()).then(pl.lit("facts-contradict")).otherwise(pl.col(at)).alias(at)
            )
        later = (pl.col(day) > as_of).fill_null(False)
        frame = frame.with_columns(pl.when(later).then(pl.lit(False)).otherwise(told).alias(flag))
    return frame
