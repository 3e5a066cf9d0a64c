"""The question that every engine is asked here: the same rows, the same day, a status for each region."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from xianjie.api import installed_engine
from xianjie.language.calendar import window_start
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import layout_of
from xianjie.population.compiler.eligibility import STATUSES
from xianjie.population.generating.inventing import Invention, rows_of
from xianjie.population.generating.limits import limits_of
from xianjie.population.reading import read_columns

DAY = dt.date(2025, 8, 1)
AS_OF = DAY.toordinal()
ROWS = int(os.environ.get("XIANJIE_ROWS", "1000000"))
FIVE = ("jinhua", "hubei", "tianjin", "shanghai", "shanxi")
LINE = 10_000_000
"""Jinhua's line of income, in fen."""
EXITED, REFUSED, HELPED = (window_start(AS_OF, years, "years", True) for years in (3, 2, 1))
"""The first day, an ordinal, of each of Jinhua's windows."""
CODES = {word: code for code, word in enumerate(STATUSES)}

Statuses = Mapping[str, Any]
"""By region an array of UInt8, a code of `STATUSES` for each row."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine: its name, the regions whose rules were written for it, and how it reads a file and answers.

    `most` bounds the rows that it is given (None: all). `why` says what sets its speed apart.
    """

    name: str
    regions: tuple[str, ...]
    answer: Callable[[Path, Sequence[str]], Statuses]
    why: str
    most: int | None = None


def write_rows(path: Path, count: int) -> None:
    """Write invented people as they are held after reading: truths, fen, days (0: never), bits; null is unknown."""
    policies = answering_policies(installed_engine(), FIVE, AS_OF)
    invention = Invention(count, 11, AS_OF, limits=limits_of(list(policies.values()), AS_OF))
    read = read_columns(rows_of(invention), layout_of(policies.values()), AS_OF)
    read.rows.drop("row").sink_parquet(path, compression="snappy", engine="streaming")


def facts_of(region: str) -> tuple[str, ...]:
    """Name the facts that a region's eligibility reads."""
    return layout_of(answering_policies(installed_engine(), [region], AS_OF).values()).names


def read_facts(path: Path, regions: Sequence[str]) -> pl.DataFrame:
    """Read the columns that regions ask for."""
    names = dict.fromkeys(name for region in regions for name in facts_of(region))
    return pl.read_parquet(path, columns=list(names)) if names else pl.scan_parquet(path).select(pl.len()).collect()
