"""A population assessed file to file, beside reading the needed columns and writing the output alone.

XIANJIE_ROWS sets the rows (a million), XIANJIE_WORKERS the processes. The job is whole: reading, checking every value,
five regions, counting, digests, manifest. The floor is Polars in one process with as many threads. They take turns, so
that a machine whose speed changes meanwhile changes it for both.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest

from xianjie.api import installed_engine
from xianjie.cases.steps import DATED
from xianjie.cli.population.assess import on_this_machine, usual_workers
from xianjie.population.compiler.columns import DIMENSIONS, Column, Layout
from xianjie.population.job.asked import Asked, Mapped, asking, compiled_for
from xianjie.population.job.parts import ROWS_PER_PART, parts_of
from xianjie.population.job.sources import find_sources
from xianjie.population.job.whole import answer, lay_out
from xianjie.vocabulary import FactType

AS_OF = dt.date(2025, 8, 1).toordinal()
EPOCH = dt.date(1970, 1, 1).toordinal()
FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
FOUR = ("eligibility", "services", "incentives", "referral")
ROWS = int(os.environ.get("XIANJIE_ROWS", "1000000"))
ROUNDS = 3
UNKNOWN = 5
"""Of a hundred values so many are unknown."""

ASKED: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "eligibility": (("eligibility",), ()),
    "eligibility, without group_missing": (("eligibility",), ("group_missing",)),
    "four dimensions": (tuple(name for name in FOUR if name in DIMENSIONS), ()),
}

TOLD = frozenset(flag for flag, _ in DATED)
"""Flags that the date beside them tells; drawn by themselves they would contradict it."""

Benchmark = Any
FIGURES: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Print the figures after the module's benchmarks ran."""
    yield
    print("\n\n" + "\n".join(FIGURES))


def question(name: str) -> Asked:
    dimensions, leaving_out = ASKED[name]
    return asking(installed_engine(), FIVE, AS_OF, dimensions, None, Mapped(keep=("id",)), leaving_out=leaving_out)


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a population of invented rows: most flags rare, dates and incomes spread around the limits."""
    path = tmp_path_factory.mktemp("population") / "in.parquet"
    layout = compiled_for(question("four dimensions").text).layout
    rows = pl.LazyFrame({"id": pl.int_range(ROWS, dtype=pl.UInt32, eager=True)})
    rows.select("id", *invented(layout)).sink_parquet(path, row_group_size=250_000)
    return path


def invented(layout: Layout) -> Iterator[pl.Expr]:
    """Draw each column from the row's number, in the types that a warehouse has."""
    for number, column in enumerate(layout.columns):
        draw = pl.col("id").hash(number) % 1_000
        unknown = pl.col("id").hash(1_000 + number) % 100 < UNKNOWN
        unknown = pl.lit(True) if column.name in TOLD else unknown
        yield pl.when(~unknown).then(value(column, draw)).alias(column.name)


def value(column: Column, draw: pl.Expr) -> pl.Expr:
    match column.spec.type:
        case FactType.BOOL:
            return draw < 150
        case FactType.EVENT:
            return (AS_OF - EPOCH - draw.cast(pl.Int32) * 3).cast(pl.Date)
        case FactType.INT:
            return (draw % 6 + max(1, column.least)).cast(pl.Int32)
        case FactType.MONEY | FactType.NUMBER:
            return (draw * 200).cast(pl.Decimal(14, 2))
        case FactType.SET:
            return pl.when(draw < 200).then(pl.lit(["住房"])).otherwise(pl.lit([], pl.List(pl.String)))
        case _:
            codes = list(range(len(column.words)))
            words = (draw % len(column.words)).replace_strict(codes, list(column.words), return_dtype=pl.String)
            return words.cast(pl.Categorical)


class Quiet:
    """Hears of parts, and says nothing."""

    def reading(self, name: str) -> None: ...

    def begin(self, rows: int, done: int) -> None: ...

    def part(self, receipt: object) -> None: ...

    def again(self, names: Sequence[str]) -> None: ...


def assess(asked: Asked, given: Path, out: Path, workers: int) -> None:
    laid = lay_out(find_sources(str(given)), out, ROWS_PER_PART, Quiet())
    answer(asked, laid, out, on_this_machine(workers), Quiet())


def floor(asked: Asked, given: Path, out: Path, beside: Path) -> tuple[float, float]:
    """Read the needed columns, part by part, and write the answers that are there; gives the seconds of each."""
    names = ["id", *compiled_for(asked.text).layout.names]
    reading = writing = 0.0
    for part in parts_of([given]):
        started = time.perf_counter()
        part.scan().select(names).collect()
        reading += time.perf_counter() - started
        answers = pl.read_parquet(out / "answers" / f"{part.name}.parquet")
        started = time.perf_counter()
        answers.write_parquet(beside)
        writing += time.perf_counter() - started
    return reading, writing


@pytest.mark.parametrize("name", ASKED)
def test_a_population_file_to_file_under_five_regions(
    name: str, benchmark: Benchmark, population: Path, tmp_path: Path
) -> None:
    asked = question(name)
    workers = int(os.environ.get("XIANJIE_WORKERS") or usual_workers(-(-ROWS // ROWS_PER_PART)))
    seconds, alone = [], []
    for number in range(ROUNDS):
        out = tmp_path / f"out-{number}"
        started = time.perf_counter()
        assess(asked, population, out, workers)
        seconds.append(time.perf_counter() - started)
        alone.append(floor(asked, population, out, tmp_path / "x.parquet"))
    benchmark.pedantic(lambda: None)
    whole, best = min(seconds), min(alone, key=sum)
    shares = ", ".join(f"{sum(one) / second:.0%}" for one, second in zip(alone, seconds, strict=True))
    FIGURES.append(
        f"{name}: {ROWS:,} rows, {workers} processes: {whole:.2f} s, {ROWS * len(FIVE) / whole / 1e6:.1f} M "
        f"case-regions/s; reading {best[0]:.2f} s and writing {best[1]:.2f} s alone: {sum(best) / whole:.0%} of that "
        f"speed (round by round {shares}); peak {peak(population, tmp_path / 'alone', workers)} MB"
    )


def peak(given: Path, out: Path, workers: int) -> int:
    """Run the command by itself; gives the most memory that all its processes had together, in MB."""
    command = [
        *(sys.executable, "-c", "from xianjie.cli import main; main()", "population", "assess", str(given), str(out)),
        *("--regions", ",".join(FIVE), "--as-of", "2025-08-01", "--keep", "id", "--workers", str(workers)),
    ]
    job = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while job.poll() is None:
        held = 0
        for process in (job, *job.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_full_info().uss
        most = max(most, held)
        time.sleep(0.05)
    return int(most // 2**20)
