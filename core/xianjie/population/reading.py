"""Columns as they come, in Parquet or CSV, read into the layout; every bad value is found, told, and its row put aside.

What a value means is for `values` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xianjie.cases.steps import DATED
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.language.calendar import NEVER
from xianjie.population.compiler.columns import Layout
from xianjie.population.values import TEXT, Words, values_of
from xianjie.vocabulary import FactType

ROW = "row"
"""The column that numbers the rows, from 0."""

OWN = "·"
"""How the names begin of columns that are there while answers are worked out."""

GOOD = f"{OWN}good"
"""The column that says of a row that nothing in it is at fault."""

CONTRADICTION = "facts-contradict"

ESTABLISHED, UPDATED = "ledger.established", "ledger.last_updated"


@dataclass(frozen=True, slots=True)
class Read:
    """Rows read: `rows` those without a fault, laid out; `rejects` a line for each fault: row, column, code.

    Neither is worked out yet; each goes over the data when it is. `needs` names the columns that they are read from.
    """

    rows: pl.LazyFrame
    rejects: pl.LazyFrame
    needs: tuple[str, ...]

    def good(self) -> pl.DataFrame:
        """Work the rows out, all together: each column costs time of its own for every piece that Polars would make."""
        return self.rows.collect(engine="in-memory").rechunk()


def read_columns(
    frame: pl.LazyFrame,
    layout: Layout,
    as_of: int,
    sources: Mapping[str, str] | None = None,
    unrecorded: Collection[str] = (),
    keep: Sequence[str] = (),
    words: Mapping[str, Words] | None = None,
) -> Read:
    """Read a frame's columns into a layout, as the cases stood on a day (an ordinal).

    `sources` gives by fact the column that holds it, where it is not called as the fact. Facts in `unrecorded` have no
    column and are unknown for everybody. The columns in `keep` go along. `words` says by fact what values of the data
    mean, such as `1: 是`; such a column can be of any type. Raises InputError, before any row is read, for
    facts without a column that are not said to be unrecorded, and for columns of a type that cannot hold their fact.
    """
    named = {column.name: (sources or {}).get(column.name, column.name) for column in layout.columns}
    absent = {name for name in named if name in unrecorded}
    schema = frame.collect_schema()
    check_columns(schema, layout, sources or {}, unrecorded, keep, words or {})
    numbered = frame.drop([ROW] if ROW in schema else []).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))

    def told(coded: bool) -> tuple[pl.LazyFrame, Mapping[str, str]]:
        """Lay the columns out, and say which rows are good; gives by the columns of faults those of the data."""
        read = {
            column.name: values_of(
                named[column.name],
                schema[named[column.name]],
                column,
                layout.vocabulary,
                (words or {}).get(column.name, {}),
                coded,
            )
            for column in layout.columns
            if column.name not in absent
        }
        faults = {name: f"{OWN}{name}" for name, values in read.items() if values.faulty}
        plain = numbered.select(
            ROW,
            *keep,
            *(pl.lit(None, column.dtype).alias(column.name) for column in layout.columns if column.name in absent),
            *(values.read.alias(name) for name, values in read.items()),
        ).with_columns(
            *(pl.col(name).struct.field("value").alias(name) for name in faults),
            *(pl.col(name).struct.field("fault").alias(fault) for name, fault in faults.items()),
        )
        dated = _dated(plain, layout, faults, as_of, pl.lit(CONTRADICTION if coded else True))
        # a column of its own: Polars would go over all the data once for each fault
        good = pl.all_horizontal([pl.lit(True), *(pl.col(fault).is_null() for fault in faults.values())])
        return dated.with_columns(good.alias(GOOD)), {fault: named[name] for name, fault in faults.items()}

    marked, _ = told(coded=False)
    faulty, columns = told(coded=True)
    rejects = (
        faulty.filter(~pl.col(GOOD))
        .select(ROW, *columns)  # a column that goes along may be called `code` as well
        .unpivot(list(columns), index=ROW, variable_name="column", value_name="code")
        .filter(pl.col("code").is_not_null())
        .with_columns(
            pl.col("column").cast(pl.String).replace_strict(columns, default=None, return_dtype=pl.String),
            pl.col("code").cast(pl.String),
        )
    )
    needs = dict.fromkeys((*(source for fact, source in named.items() if fact not in absent), *keep))
    return Read(marked.filter(pl.col(GOOD)).select(ROW, *keep, *layout.names), rejects, tuple(needs))


def read_whole(frame: pl.LazyFrame, read: Callable[[pl.LazyFrame], Read]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read a frame at once, as `read` reads it: gives the rows without a fault, and the others' faults.

    The data is gone over once; what is at fault is looked for only in rows that are lacking.
    """
    # a frame without columns would have no rows
    needs = read(frame).needs or frame.collect_schema().names()[:1]
    raw = frame.select(needs).collect(engine="in-memory")
    whole = read(raw.lazy())
    good = whole.good()
    if len(good) == len(raw):
        return good, whole.rejects.clear().collect()
    lacking = pl.repeat(True, len(raw), eager=True).scatter(good[ROW], False)
    faults = read(raw.filter(lacking).lazy()).rejects.collect(engine="in-memory")
    return good, faults.with_columns(lacking.arg_true().gather(faults[ROW]).cast(pl.Int64).alias(ROW))


def taken(name: str) -> Problem:
    """Tell of a column that is to go along and has a name that something else is to have."""
    return Problem(
        "keep-taken",
        "这个列名留给结果或程序自己用，不能原样带出；请改名",
        "this name is an answer's, or one that the program keeps for itself: rename the column",
        Place(path=name),
    )


def check_columns(
    schema: Mapping[str, pl.DataType],
    layout: Layout,
    sources: Mapping[str, str],
    unrecorded: Collection[str] = (),
    keep: Sequence[str] = (),
    words: Mapping[str, Words] | None = None,
) -> None:
    """Refuse columns that are missing, or of a type that cannot hold their fact: InputError with all of them."""
    named = {column.name: sources.get(column.name, column.name) for column in layout.columns}
    absent = {name for name in named if name in unrecorded}
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
    problems += [
        Problem(
            "keep-fact",
            "这一列是一项事实的名称，不能同时原样带出；请改名",
            "this column is called as a fact and cannot go along as it is: rename it",
            Place(path=name),
        )
        for name in keep
        if name in named
    ]
    problems += [taken(name) for name in keep if name.startswith(OWN)]
    for column in layout.columns:
        found = None if column.name in absent else schema.get(named[column.name])
        if found is not None and column.name not in (words or {}) and not _holds(column.spec.type, found):
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
    if isinstance(dtype, (*TEXT, pl.Null)):
        return True
    match kind:
        case FactType.BOOL:
            return isinstance(dtype, pl.Boolean)
        case FactType.EVENT:
            # an instant is a day only once somebody says where: midnight in Beijing is the day before in UTC
            return isinstance(dtype, pl.Date) or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None)
        case FactType.SET:
            return isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.String)
        case FactType.ENUM:
            return False
        case _:
            return dtype.is_numeric()


def _dated(
    frame: pl.LazyFrame, layout: Layout, faults: Mapping[str, str], as_of: int, contradiction: pl.Expr
) -> pl.LazyFrame:
    """Let dates tell the flags beside them, find where they contradict each other, and take back what comes later.

    A ledger that was never established has no date of update.
    """
    for flag, day in DATED:
        if flag not in layout.names or day not in layout.names:
            continue
        happened = pl.col(day) != NEVER
        told = pl.coalesce(pl.col(flag), happened)
        at = faults.get(day) or faults.get(flag)
        if at is not None:
            wrong = (pl.col(flag) != happened).fill_null(False)
            frame = frame.with_columns(
                pl.when(wrong & pl.col(at).is_null()).then(contradiction).otherwise(pl.col(at)).alias(at)
            )
        later = (pl.col(day) > as_of).fill_null(False)
        frame = frame.with_columns(pl.when(later).then(pl.lit(False)).otherwise(told).alias(flag))
    at = faults.get(ESTABLISHED) or faults.get(UPDATED)
    if at is not None and {ESTABLISHED, UPDATED} <= set(layout.names):
        wrong = ((pl.col(UPDATED) != NEVER) & ~pl.col(ESTABLISHED)).fill_null(False)
        told = pl.when(wrong & pl.col(at).is_null()).then(contradiction).otherwise(pl.col(at))
        frame = frame.with_columns(told.alias(at))
    return frame
