"""A population invented, row by row from its seed: the facts of the tables asked for, in the contract's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from polars.io.plugins import register_io_source

from xianjie.language.calendar import NEVER, iso
from xianjie.population.generating import aid, households, persons, records, unknowns
from xianjie.population.generating.dirt import Fault, blots, faults_of, spoilt
from xianjie.population.generating.households import Layer
from xianjie.vocabulary import BASE, FactSpec, FactType, Vocabulary

TABLES: Mapping[str, tuple[str, ...]] = {
    "people": ("person", "household", "aid"),
    "referrals": ("referral",),
    "organisations": ("organisation", "area"),
    "ledgers": ("ledger",),
    "duties": ("duty",),
    "targets": ("target",),
}
"""What can be invented, and the records of a case that each table has."""

BATCH = 10_000 * households.BLOCK
"""Rows made at a time."""


@dataclass(frozen=True)
class Invention:
    """All that an invented population depends on: nothing of it is read anywhere else.

    `limits` are, by fact, numbers that policies compare it with (see `limits_of`), `unknown` and `dirty` shares from
    0 to below 1. `in_chinese`: all is text, as offices fill in sheets (是, 否, 从未, 最低生活保障). Several tables
    stand side by side in each row.
    """

    rows: int
    seed: int
    as_of: int
    tables: tuple[str, ...] = ("people",)
    divisions: int = 20
    unknown: float = 0.05
    dirty: float = 0.0
    limits: Mapping[str, Sequence[int]] = field(default_factory=dict)
    in_chinese: bool = False
    vocabulary: Vocabulary = BASE

    @cached_property
    def specs(self) -> tuple[FactSpec, ...]:
        """List the facts that are columns, in the vocabulary's order."""
        kept = {record for table in self.tables for record in TABLES[table]}
        return tuple(spec for spec in self.vocabulary.facts if spec.record in kept)

    @cached_property
    def faults(self) -> list[Fault]:
        """List the faults that dirty rows can have."""
        return faults_of(self.specs, iso(self.as_of)) if self.dirty else []


def rows_of(invention: Invention, first: int = 0, count: int | None = None) -> pl.LazyFrame:
    """Lay out rows from `first` on, as text and numbers that an export has: nothing is made yet.

    Columns: `case`, `household_ref` (people only), `division`, then the facts by name; null is unknown.
    """
    labels = {"case": pl.lit("P") + pl.col("·row").cast(pl.String)}
    if "people" in invention.tables:
        labels["household_ref"] = pl.lit("H") + pl.col("·first").cast(pl.String)
    labels["division"] = _worded(pl.col("·division"), households.division_codes(invention.divisions))
    struck = {column for fault in invention.faults for column, _ in fault.instead}
    facts = {spec.name: _written(spec, invention, spec.name in struck) for spec in invention.specs}
    columns = [expression.alias(name) for name, expression in (labels | facts).items()]
    return _batched(invention, first, count, columns)


def drawn(invention: Invention, first: int = 0, count: int | None = None) -> pl.LazyFrame:
    """Draw rows: every fact as it is held (fen, days, codes), none missing, beside what decides that it will be."""
    return _batched(invention, first, count, [pl.all()])


def _batched(invention: Invention, first: int, count: int | None, columns: Sequence[pl.Expr]) -> pl.LazyFrame:
    """Make rows batch by batch, each finished before the next is begun, so that no more than a few are ever held.

    A source that only numbered the rows would run ahead of what is made of them.
    """
    layers = _layers(invention)
    end = min(invention.rows, first + (invention.rows if count is None else count))

    def made(start: int, stop: int) -> pl.LazyFrame:
        frame = pl.LazyFrame({"·row": pl.int_range(start, stop, dtype=pl.UInt64, eager=True)})
        for layer in layers:
            frame = frame.with_columns(expression.alias(name) for name, expression in layer.items())
        return frame.select(columns)

    def batches(
        wanted: list[str] | None, predicate: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        stop = end if most is None else min(end, first + most)
        for start in range(first, stop, BATCH):
            batch = made(start, min(stop, start + BATCH))
            batch = batch if predicate is None else batch.filter(predicate)
            yield (batch if wanted is None else batch.select(wanted)).collect(engine="in-memory")

    return register_io_source(batches, schema=made(0, 1).collect_schema(), is_pure=True)


def _layers(invention: Invention) -> list[Layer]:
    days = aid.Days(invention.as_of, invention.limits)
    found = [
        *households.membership(invention.seed),
        *households.place(invention.divisions),
        *persons.condition(),
        *households.livelihood(invention.limits.get("household.annual_income", ())),
        *persons.classes(),
        *aid.course(days),
        *records.referrals(days),
        *records.organisations(),
        *records.ledgers(days),
        *unknowns.gaps(invention.seed, invention.divisions, invention.unknown),
        *blots(invention.faults, invention.dirty),
    ]
    known = {name for layer in found for name in layer}
    rest = [spec for spec in invention.specs if spec.name not in known]
    return [*found, records.others(rest, days, {})]


def _written(spec: FactSpec, invention: Invention, struck: bool) -> pl.Expr:
    """Write a fact as an export has it; as text where a fault can strike it, or all is in Chinese."""
    held, name, chinese = pl.col(spec.name), spec.name, invention.in_chinese
    if invention.unknown:
        held = pl.when(~unknowns.missing(name)).then(held)
    as_text = struck or chinese
    match spec.type:
        case FactType.BOOL:
            out = _worded(held.cast(pl.UInt8), ["否", "是"] if chinese else ["false", "true"]) if as_text else held
        case FactType.MONEY:
            out = (held / 100).round(2)
        case FactType.EVENT:
            out = _days_written(held, aid.Days(invention.as_of, invention.limits), "从未" if chinese else "never")
        case FactType.ENUM:
            out = _worded(held, [zh if chinese else word for word, (zh, _) in spec.words.items()])
        case FactType.SET:
            out = _worded(held, ["、".join(words) for words in aid.PROGRAMMES])
        case _:
            out = held
    if as_text:
        out = out.cast(pl.String)
    return spoilt(name, out, invention.faults) if struck else out


def _days_written(day: pl.Expr, days: aid.Days, never: str) -> pl.Expr:
    span = range(days.first, days.last + 1)
    place = pl.when(day == NEVER).then(0).otherwise(day - days.first + 1)
    return _worded(place, [never, *(iso(one) for one in span)])


def _worded(code: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """Write a code (from 0) as its word."""
    return code.cast(pl.UInt16).cat.to(pl.Enum(words)).cast(pl.String)
