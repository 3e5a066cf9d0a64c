"""How fast a population is assessed, beside reading the needed columns and writing the output alone."""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xianjie.api import installed_engine
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import Column, Layout
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.vocabulary import FactType

AS_OF = dt.date(2025, 8, 1).toordinal()
FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
ROWS = 1_000_000
ROUNDS = 3
UNKNOWN = 5
"""Of a hundred values so many are unknown."""

KINDS: dict[str, tuple[str, ...]] = {"all fields": (), "without group_missing": ("group_missing",)}

Benchmark = Any
FIGURES: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Print the figures after the module's benchmarks ran."""
    yield
    print("\n\n" + "\n".join(FIGURES))


@pytest.fixture(scope="module")
def five() -> Compiled:
    return compiled(answering_policies(installed_engine(), FIVE, AS_OF), AS_OF)


@pytest.fixture(scope="module")
def population(five: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a population of invented rows: most flags rare, dates and incomes spread around the limits."""
    path = tmp_path_factory.mktemp("population") / "in.parquet"
    rows = pl.LazyFrame({"id": pl.int_range(ROWS, dtype=pl.UInt32, eager=True)})
    rows.select("id", *invented(five.layout)).sink_parquet(path, compression="snappy")
    return path


def invented(layout: Layout) -> Iterator[pl.Expr]:
    """Draw each column from the row's number."""
    for number, column in enumerate(layout.columns):
        draw = pl.col("id").hash(number) % 1_000
        unknown = pl.col("id").hash(1_000 + number) % 100 < UNKNOWN
        yield pl.when(~unknown).then(value(column, draw)).cast(column.dtype).alias(column.name)


def value(column: Column, draw: pl.Expr) -> pl.Expr:
    match column.spec.type:
        case FactType.BOOL:
            return draw < 150
        case FactType.EVENT:
            return pl.when(draw < 700).then(pl.lit(0)).otherwise(AS_OF - draw * 3)
        case FactType.INT:
            return draw % 6 + 1
        case FactType.MONEY:
            return draw * 20_000
        case FactType.SET:
            return (draw < 200).cast(pl.Int64)
        case _:
            return draw % len(column.words)


def seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


@pytest.mark.parametrize("kind", KINDS)
def test_eligibility_of_a_million_under_five_regions(
    kind: str, benchmark: Benchmark, five: Compiled, population: Path, tmp_path: Path
) -> None:
    leaving_out = KINDS[kind]
    out, again = tmp_path / "out.parquet", tmp_path / "again.parquet"

    def assess() -> None:
        rows = five.answer(pl.scan_parquet(population), ["id"], leaving_out)
        rows.sink_parquet(out, compression="snappy", engine="streaming", optimizations=five.optimizations())

    benchmark.pedantic(assess, rounds=ROUNDS)
    whole = benchmark.stats.stats.min
    answers = pl.read_parquet(out)

    def read() -> None:
        pl.read_parquet(population, columns=["id", *five.layout.names])

    def write() -> None:
        answers.lazy().sink_parquet(again, compression="snappy", engine="streaming")

    floor = seconds(read) + seconds(write)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    FIGURES.append(
        f"{kind}: {ROWS * len(FIVE) / whole / 1e6:.1f} M case-regions/s ({whole * 1000:.0f} ms); reading and writing "
        f"alone {floor * 1000:.0f} ms: {floor / whole:.0%} of that speed; peak {peak} MB"
    )
