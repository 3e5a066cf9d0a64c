"""The values of one column: plain ones read many at a time, what is left one by one, each different value once.

A value means what the same cell of a table means (`cases.cells`, then `cases.read`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import polars as pl

from xianjie.cases.cells import read_fact
from xianjie.cases.read import read_case
from xianjie.cases.shape import LONGEST_WORD, MOST_MONEY, MOST_WORDS
from xianjie.errors import InputError
from xianjie.language.calendar import NEVER
from xianjie.population.compiler.columns import EPOCH, EXACT, Column, Held, row_of
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS

TEXT = (pl.String, pl.Categorical, pl.Enum)

_MOST_EXACT = 10**15
"""Below so many fen a floating-point number of yuan has one shortest decimal form."""

_WORDS = 100
"""An Enum of more words than this is not looked through beforehand."""

Words = Mapping[str, str]
"""For a word (or number, or truth) of the data the word that is meant."""


class Values(NamedTuple):
    """A column as it is read: its values, null where unknown; where `faulty`, pairs of a `value` and a `fault`.

    A column of which every value can be read has no faults.
    """

    read: pl.Expr
    faulty: bool


def values_of(
    source: str, dtype: pl.DataType, column: Column, vocabulary: Vocabulary, words: Words, coded: bool = False
) -> Values:
    """Read the column `source`, which is of a type that can hold the fact.

    A fault is marked by `true`, or where `coded` by its code: a text for each row takes longer than all the rest.
    """
    raw = pl.col(source)
    if isinstance(dtype, pl.Null):
        return Values(pl.lit(None, column.dtype), False)
    if column.spec.type is FactType.BOOL and isinstance(dtype, pl.Boolean) and not words:
        return Values(raw, False)
    if isinstance(dtype, pl.Enum) and len(dtype.categories) <= _WORDS:
        read = [read_value(meant(word, words), column, vocabulary) for word in dtype.categories]
        if all(fault is None for _, fault in read):
            return Values(_looked_up(raw.to_physical(), [value for value, _ in read], column), False)
    pairs = raw.map_batches(
        partial(_read, column=column, vocabulary=vocabulary, words=words, coded=coded),
        return_dtype=pl.Struct({"value": column.dtype, "fault": pl.String() if coded else pl.Boolean()}),
        is_elementwise=True,
    )
    return Values(pairs, True)


def _looked_up(codes: pl.Expr, values: list[Held | None], column: Column) -> pl.Expr:
    if values == list(range(len(values))):
        return codes.cast(column.dtype)
    return codes.replace_strict(list(range(len(values))), pl.Series(values, dtype=column.dtype), default=None)


def _read(raw: pl.Series, column: Column, vocabulary: Vocabulary, words: Words, coded: bool) -> pl.Series:
    """Read one column; gives pairs of the value (null: unknown) and the fault (null: none)."""
    by = _by_word if isinstance(raw.dtype, pl.Categorical | pl.Enum) else _by_value
    values, faults = by(raw, column, vocabulary, words)
    if faults is None:
        faults = _nulls(len(raw), pl.String() if coded else pl.Boolean())
    elif not coded:
        faults = pl.select(pl.when(faults.is_not_null()).then(True)).to_series()
    return pl.DataFrame([values.alias("value"), faults.alias("fault")]).to_struct(raw.name)


Many = tuple[pl.Series, pl.Series | None]
"""Values and the codes of their faults (null: none), or None where there is no fault."""


def _by_value(raw: pl.Series, column: Column, vocabulary: Vocabulary, words: Words) -> Many:
    """Read a column many at a time, and what is left one by one."""
    values = _plain(raw, column) if not words else _nulls(len(raw), column.dtype)
    if values.null_count() == raw.null_count():
        return values, None
    left = raw.is_not_null() & values.is_null()
    looked_at, wrong = _one_by_one(raw.filter(left), column, vocabulary, words)
    places = left.arg_true()
    return values.scatter(places, looked_at), _nulls(len(raw), pl.String()).scatter(places, wrong)


def _by_word(raw: pl.Series, column: Column, vocabulary: Vocabulary, words: Words) -> Many:
    """Read a column that is coded already: each word once, and the rest by the codes."""
    codes = raw.to_physical().cast(pl.UInt32)
    last = codes.max()
    if not isinstance(last, int):
        return _nulls(len(raw), column.dtype), None
    beyond = last + 1  # nulls stand there
    known = codes.fill_null(beyond)
    # for each code a row that has it: a hash table of the codes takes twice as long
    rows = _nulls(beyond + 1, pl.UInt32()).scatter(known, pl.int_range(len(raw), dtype=pl.UInt32, eager=True))
    places = rows.head(beyond).is_not_null().arg_true()
    read = [read_value(meant(word, words), column, vocabulary) for word in raw.gather(rows.gather(places)).to_list()]

    def spread(found: pl.Series) -> pl.Series:
        return _nulls(beyond + 1, found.dtype).scatter(places, found).gather(known)

    values, faults = _pair(read, column)
    return spread(values), spread(faults) if faults.null_count() < len(faults) else None


def _nulls(count: int, dtype: pl.DataType) -> pl.Series:
    return pl.repeat(None, count, dtype=dtype, eager=True)


# Many at a time ------------------------------------------------------------------


def _plain(raw: pl.Series, column: Column) -> pl.Series:
    """Read what can be read many at a time; null where it is unknown or has to be looked at."""
    expression = _expression(raw, column)
    if expression is None:
        return _nulls(len(raw), column.dtype)
    return pl.DataFrame({"raw": raw}).select(expression.cast(column.dtype).alias("value"))["value"]


def _expression(raw: pl.Series, column: Column) -> pl.Expr | None:
    kind, dtype, name = column.spec.type, raw.dtype, pl.col("raw")
    match kind:
        case FactType.BOOL if dtype == pl.Boolean:
            return name
        case FactType.BOOL if dtype == pl.String:
            yes, no = name.is_in(["是", "true"]), name.is_in(["否", "false"])
            return pl.when(yes).then(True).when(no).then(False).otherwise(None)
        case FactType.ENUM if dtype == pl.String:
            return _word(name, column)
        case FactType.EVENT if dtype == pl.Date:
            return _day(name, column)
        case FactType.EVENT if isinstance(dtype, pl.Datetime):
            return _day(name.dt.date(), column)
        case FactType.EVENT if dtype == pl.String:
            written = pl.when(name.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(name)
            day = _day(written.str.to_date("%Y-%m-%d", strict=False), column)
            return pl.when(name.is_in(["never", "从未"])).then(NEVER).otherwise(day)
        case FactType.INT if dtype.is_integer():
            return _inside(name, column.least, column.most)
        case FactType.INT if dtype == pl.String:
            digits = pl.when(name.str.contains(r"^[0-9]{1,10}$")).then(name)
            return _inside(digits.cast(pl.Int64, strict=False), column.least, column.most)
        case FactType.MONEY if dtype.is_integer():
            return _inside(name, 0, MOST_MONEY).cast(pl.Int64) * 100
        case FactType.MONEY if isinstance(dtype, pl.Decimal):
            return _fen(name, dtype.scale, column.most)
        case FactType.MONEY if dtype == pl.Float64:
            small = name.is_finite() & name.is_between(0, _MOST_EXACT / 100, closed="left")
            fen = (pl.when(small).then(name).otherwise(None) * 100).round().cast(pl.Int64)
            # rounded, since Polars divides by a number as it multiplies by its reciprocal, which can miss by a last bit
            return pl.when((fen / 100).round(2) == name).then(fen).otherwise(None)
        case FactType.MONEY if dtype == pl.String:
            plain = name.str.contains(r"^[0-9]{1,13}(?:\.[0-9]{1,2})?$")
            whole = name.str.extract(r"^([0-9]+)").cast(pl.Int64, strict=False) * 100
            part = name.str.extract(r"\.([0-9]+)$").fill_null("0").str.pad_end(2, "0").cast(pl.Int64, strict=False)
            return pl.when(plain).then(whole + part).otherwise(None)
        case FactType.NUMBER if dtype.is_integer():
            return _inside(name, column.least, column.most).cast(EXACT)
        case FactType.SET if isinstance(dtype, pl.List):
            return _bits(raw, name, column)
        case _:
            return None


def _inside(number: pl.Expr, least: int, most: int) -> pl.Expr:
    return pl.when(number.is_between(least, most)).then(number).otherwise(None)


def _day(date: pl.Expr, column: Column) -> pl.Expr:
    return _inside(date.to_physical() + EPOCH, 1, column.most)


def _fen(number: pl.Expr, scale: int, most: int) -> pl.Expr:
    """Give the fen of a decimal that has no finer part, by its whole number of smallest units."""
    units = number.to_physical()
    if scale <= 2:
        factor: int = 10 ** (2 - scale)
        return _inside(units, 0, most // factor).cast(pl.Int64) * factor
    finer: int = 10 ** (scale - 2)
    if most * finer >= 1 << 127:
        return pl.lit(None, pl.Int64)
    whole = units.is_between(pl.lit(0, pl.Int128), pl.lit(most * finer, pl.Int128)) & (
        units % pl.lit(finer, pl.Int128) == 0
    )
    return pl.when(whole).then(units // pl.lit(finer, pl.Int128)).otherwise(None).cast(pl.Int64)


def _word(text: pl.Expr, column: Column) -> pl.Expr:
    """Give the code of an enum's id or term: the ids come first and then the terms, so the rest is the code."""
    ids, count = column.words, len(column.words)
    terms = [column.spec.words[word][0] for word in ids]
    if len({*ids, *terms}) < 2 * count:
        terms = []
    code: pl.Expr = text.cast(pl.Enum([*ids, *terms]), strict=False).to_physical() % count
    return code


def _bits(raw: pl.Series, lists: pl.Expr, column: Column) -> pl.Expr:
    """Give the bits of lists of plain words; null where a word is not plain, so that the list is looked at."""
    out = (lists.list.len() > 0).cast(column.dtype) * column.bit(None)
    for word in column.words:
        out = out | (lists.list.contains(word).cast(column.dtype) * column.bit(word))
    held = raw.filter(raw.list.len() > 0)
    short = lists.list.len() <= MOST_WORDS
    if held.explode().to_frame("word").select(_plain_word(pl.col("word")).all()).item():
        return pl.when(short).then(out)
    return pl.when(short & lists.list.eval(_plain_word(pl.element())).list.all()).then(out)


def _plain_word(word: pl.Expr) -> pl.Expr:
    plain = word.str.contains(r"^[^\x00-\x1f0-9\x{ff10}-\x{ff19}]+$") & (word.str.len_chars() <= LONGEST_WORD)
    return plain.fill_null(False)


# One by one ----------------------------------------------------------------------


def _one_by_one(raw: pl.Series, column: Column, vocabulary: Vocabulary, words: Words) -> tuple[pl.Series, pl.Series]:
    """Read each different value once; gives values and faults."""
    if isinstance(raw.dtype, pl.Date | pl.Datetime):  # only those are left that Python has no date for
        return _pair([(None, "date-impossible")] * len(raw), column)
    if isinstance(raw.dtype, pl.List):  # Polars does not tell lists apart
        return _pair([read_value(item, column, vocabulary) for item in raw.to_list()], column)
    different = raw.unique()
    read = [read_value(meant(item, words), column, vocabulary) for item in different.to_list()]
    values, faults = _pair(read, column)
    return raw.replace_strict(different, values), raw.replace_strict(different, faults)


def _pair(read: list[tuple[Held | None, str | None]], column: Column) -> tuple[pl.Series, pl.Series]:
    values = pl.Series([value for value, _ in read], dtype=column.dtype)
    return values, pl.Series([fault for _, fault in read], dtype=pl.String)


def meant(item: object, words: Words) -> object:
    """Give what a value of the data is said to mean; itself where nothing is said. Numbers go without `.0`."""
    if not words:
        return item
    if isinstance(item, bool):
        written = "true" if item else "false"
    elif isinstance(item, float) and item.is_integer():
        written = str(int(item))
    else:
        written = str(item).strip()
    return words.get(written, item)


def given_value(raw: object, spec: FactSpec) -> object:
    """Give a value as a case has it, not checked yet; None where it is unknown. Raises InputError without a place."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, Decimal):
        raw = f"{raw:f}"
    return read_fact(raw, spec) if isinstance(raw, str | int | float | dt.date) else raw


def read_value(raw: object, column: Column, vocabulary: Vocabulary) -> tuple[Held | None, str | None]:
    """Read one value: how it is held (None: unknown), and the code of its fault (None: none)."""
    spec = column.spec
    try:
        given = given_value(raw, spec)
        if given is None:
            return None, None
        record = {spec.short: given}
        several = LISTS.get(spec.record)
        case = read_case({several: [record]} if several else {spec.record: record}, vocabulary)
        return column.code(row_of(case)[spec.name]), None
    except InputError as error:
        return None, error.problems[0].code
