"""What the columns of an answer are called in a table, what each code and bit in them means, and the view in words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from psycopg import sql

from xianjie.population.compiler.eligibility import BITS
from xianjie.population.compiler.entitlements import STATUSES
from xianjie.population.compiler.fields import Choice, Field, Figure, Meaning, columns_of
from xianjie.population.compiler.policies import Compiled
from xianjie.population.compiler.referral import OWED

LONGEST = 63
"""Bytes of a name in PostgreSQL; what is longer it would cut off without a word."""

WHOLE = "*"
"""Tells that a bit is about the whole answer, beside bits that are about one group or rule."""

_DIGEST = 8
_CODES: Mapping[str, Mapping[int, str]] = {
    "groups": {sum(1 << bit for bit in bits): word for word, bits in BITS.items()},
    "statuses": dict(enumerate(STATUSES)),
    "accompanying": dict(enumerate(OWED)),
}
"""By the field: what the bits of one thing come to, as a code; the view tells it in words."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one code, or one bit (from 0), of a column means; neither: the column holds a number or a day's ordinal."""

    column: str
    code: int | None
    bit: int | None
    answer: str
    meaning: str


@dataclass(frozen=True)
class Naming:
    """The columns of answers as a table has them: `named` by the answer's own names; `taken` are the key's and others.

    `lines` is the legend, `shown` the view's columns with what they are worked out from.
    """

    named: Mapping[str, str]
    lines: tuple[Line, ...]
    shown: Mapping[str, sql.Composable]


def naming_of(compiled: Compiled, leaving_out: Collection[str], taken: Sequence[str]) -> Naming:
    """Name the columns of an answer; none is called as those that are taken."""
    named: dict[str, str] = {}
    lines: list[Line] = []
    shown: dict[str, sql.Composable] = {}
    used = {*taken}
    for parts in compiled.parts.values():
        for part in parts.values():
            for item in columns_of(part, leaving_out):
                for column in item.columns:
                    named[column] = _free(column, used)
                if isinstance(item, Choice):
                    lines += [
                        Line(named[item.name], code, None, item.name, word) for code, word in enumerate(item.words)
                    ]
                elif isinstance(item, Field):
                    lines += _bits(item, named)
                else:
                    lines += [Line(named[column], None, None, item.name, "") for column in item.columns]
                words = _in_words(item, named) if isinstance(item, Choice | Field) else None
                if words is not None:
                    shown[named.get(item.name) or _free(item.name, used)] = words
                elif isinstance(item, Figure):
                    shown |= {named[column]: _figure(item, named[column]) for column in item.columns}
    return Naming(named, tuple(lines), shown)


def sql_type(dtype: pl.DataType) -> str:
    """Name the type of a table's column that holds a column of an answer; 64 bits are held as a signed number."""
    if isinstance(dtype, pl.Decimal):
        return "numeric"
    if dtype in (pl.UInt8(), pl.Int8(), pl.Int16()):
        return "smallint"
    return "integer" if dtype in (pl.UInt16(), pl.Int32()) else "bigint"


def _figure(item: Figure, name: str) -> sql.Composable:
    """Show a number as it is, a day, which is held as its ordinal, as a date."""
    if item.dtype != pl.Int32():
        return sql.Identifier(name)
    return sql.SQL("DATE '0001-01-01' + ({} - 1)").format(sql.Identifier(name))


def _free(name: str, used: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9_]", "_", name.lower().replace("+", "_supposed"))
    if len(plain) > LONGEST or plain in used:
        digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
        plain = f"{plain[: LONGEST - _DIGEST - 1]}_{digest}"
    used.add(plain)
    return plain


def _bits(field: Field, named: Mapping[str, str]) -> Iterator[Line]:
    for meaning in field.meanings:
        place = field.bit(meaning)
        assert place is not None
        column, mask = place
        yield Line(named[column], None, mask.bit_length() - 1, field.name, _told(meaning))


def _in_words(item: Choice | Field, named: Mapping[str, str]) -> sql.Composable | None:
    """Write an item in words: text, a list of names, a truth, or an object by names; None where it is left out."""
    if isinstance(item, Choice):
        return _word(sql.Identifier(named[item.name]), item.words)
    if not item.meanings:
        return None
    kind = item.name.rpartition(".")[2]
    if item.meanings == ((),):
        return _bit(item, (), named)
    if all(isinstance(part, str) for meaning in item.meanings for part in meaning):
        names = [
            sql.SQL("CASE WHEN {} THEN {} END").format(_bit(item, meaning, named), sql.Literal(_told(meaning)))
            for meaning in item.meanings
        ]
        return sql.SQL("array_remove(ARRAY[{}], NULL)").format(sql.SQL(", ").join(names))
    if kind not in _CODES:
        return None
    things = list(dict.fromkeys(meaning[:-1] for meaning in item.meanings))
    words = [_CODES[kind].get(code, "") for code in range(max(_CODES[kind]) + 1)]
    codes = [_word(_code(item, thing, named), words) for thing in things]
    return sql.SQL("jsonb_object(ARRAY[{}]::text[], ARRAY[{}]::text[])").format(
        sql.SQL(", ").join(sql.Literal(_told(thing)) for thing in things), sql.SQL(", ").join(codes)
    )


def _told(meaning: Meaning) -> str:
    return " ".join(map(str, meaning)) or WHOLE


def _word(code: sql.Composable, words: Sequence[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Literal, words))
    return sql.SQL("(ARRAY[{}]::text[])[({}) + 1]").format(listed, code)


def _bit(field: Field, meaning: Meaning, named: Mapping[str, str]) -> sql.Composable:
    place = field.bit(meaning)
    if place is None:
        return sql.SQL("false")
    column, mask = place
    signed = mask - (1 << 64) if mask == 1 << 63 else mask
    return sql.SQL("({}::bigint & {}::bigint) <> 0").format(sql.Identifier(named[column]), sql.Literal(str(signed)))


def _code(field: Field, thing: Meaning, named: Mapping[str, str]) -> sql.Composed:
    terms = [
        sql.SQL("CASE WHEN {} THEN {} ELSE 0 END").format(_bit(field, (*thing, bit), named), sql.Literal(1 << bit))
        for bit in range(3)
    ]
    return sql.SQL(" + ").join(terms)
