"""Faults put into rows on request, one a row, of every kind that reading tells; and the truth about where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from xianjie.cases.steps import DATED
from xianjie.population.generating.households import PERSON, Layer
from xianjie.population.reading import ESTABLISHED, UPDATED
from xianjie.vocabulary import FactSpec, FactType

CLEAN = 255
"""The code of a row without a fault, in `·fault`."""

_AMISS: dict[FactType, tuple[tuple[str, str], ...]] = {
    FactType.BOOL: (("cell-truth", "也许"),),
    FactType.INT: (
        ("number-too-small", "-1"),
        ("number-too-large", "1000000001"),
        ("type-int", "三"),
    ),
    FactType.MONEY: (
        ("money-negative", "-1"),
        ("number-too-large", "10000000000000001"),
        ("money-fen", "1.005"),
        ("cell-money", "不详"),
    ),
    FactType.NUMBER: (("type-number", "多"),),
    FactType.EVENT: (("date-impossible", "2025-02-30"), ("type-date", "去年")),
    FactType.ENUM: (("word-unknown", "查无此词"),),
    FactType.SET: (("set-none", "无、教育救助"),),
}
"""By the type of a fact: the fault's code, and a text that has it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that a row can have: where reading finds it, its code, and what stands in which columns instead."""

    column: str
    code: str
    instead: tuple[tuple[str, str], ...]


def faults_of(specs: Sequence[FactSpec], as_of: str) -> list[Fault]:
    """List faults for the first fact of each type in each record, and dates that contradict flags.

    `as_of` is the day (ISO 8601) that contradicting dates lie on.
    """
    first: dict[tuple[str, FactType], FactSpec] = {}
    for spec in specs:
        first.setdefault((spec.record, spec.type), spec)
    found = [
        Fault(spec.name, code, ((spec.name, text),)) for spec in first.values() for code, text in _AMISS[spec.type]
    ]
    names = {spec.name for spec in specs}
    for flag, day in DATED:
        if {flag, day} <= names:
            found.append(Fault(day, "facts-contradict", ((flag, "false"), (day, as_of))))
            found.append(Fault(day, "facts-contradict", ((flag, "true"), (day, "never"))))
    if {ESTABLISHED, UPDATED} <= names:
        found.append(Fault(ESTABLISHED, "facts-contradict", ((ESTABLISHED, "false"), (UPDATED, as_of))))
    return found


def blots(faults: Sequence[Fault], share: float) -> list[Layer]:
    """Draw which rows have a fault, and which."""
    which = PERSON.below("fault", len(faults)).cast(pl.UInt8)
    dirty = pl.when(PERSON.chance("dirty", share)).then(which).otherwise(pl.lit(CLEAN, pl.UInt8))
    return [{"·fault": dirty if faults and share else pl.lit(CLEAN, pl.UInt8)}]


def spoilt(name: str, text: pl.Expr, faults: Sequence[Fault]) -> pl.Expr:
    """Write a fact's text (null: unknown), with the faults that can strike it."""
    out = text
    for number, fault in enumerate(faults):
        for column, bad in fault.instead:
            if column == name:
                out = pl.when(pl.col("·fault") == number).then(pl.lit(bad)).otherwise(out)
    return out


def truth(rows: pl.LazyFrame, faults: Sequence[Fault]) -> pl.LazyFrame:
    """List the dirty rows: `row` from 0, `column`, `code`."""
    kinds = list(range(len(faults)))
    fault = pl.col("·fault")
    return rows.filter(fault != CLEAN).select(
        pl.col("·row").cast(pl.Int64).alias("row"),
        fault.replace_strict(kinds, [one.column for one in faults], return_dtype=pl.String).alias("column"),
        fault.replace_strict(kinds, [one.code for one in faults], return_dtype=pl.String).alias("code"),
    )
