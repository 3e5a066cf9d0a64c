"""What a row costs as rows become more, and what a region costs as regions do.

XIANJIE_MOST sets the most rows (ten million).
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from benchmarks.population.by_polars import beside_status
from benchmarks.population.question import AS_OF, FIVE, write_rows
from benchmarks.population.table import laid_out
from benchmarks.population.timing import Spent, timed
from benchmarks.test_population import invented
from tests.population.policies import drawn, skeleton

from xianjie.api import installed_engine
from xianjie.policy.prepared import Policy
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.population.job.parts import parts_of
from xianjie.population.reading import read_columns

MOST = int(os.environ.get("XIANJIE_MOST", str(10**7)))
START = 12
"""So few rows cost what starting costs, whatever the rows: planning, opening, writing the file's end."""
SIZES = [START] + [10**power for power in range(4, 9) if 10**power <= MOST]
REGIONS = (1, 2, 4, 8, 16, 32)
WIDE_ROWS = 200_000

Benchmark = Any
BY_ROWS: dict[int, tuple[Spent, int]] = {}
BY_REGIONS: dict[tuple[str, int], Spent] = {}


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Print the tables after the module's benchmarks ran."""
    yield
    print("\n\nWhat a row costs: Parquet to Parquet, five regions, the whole answer")
    start = BY_ROWS.pop(START, (Spent(0, 0), 0))[0]
    print(f"Starting takes {start.clock * 1e3:.0f} ms, {start.cores * 1e3:.0f} ms of all cores, whatever the rows.")
    lines = [
        [
            f"{rows:,}",
            f"{spent.clock * 1e3:,.0f} ms",
            *(f"{(one - begun) / rows * 1e9:,.0f} ns" for one, begun in zip(spent, start, strict=True)),
            f"{rows * len(FIVE) / spent.clock / 1e6:.2f} M",
            f"{peak} MB",
        ]
        for rows, (spent, peak) in BY_ROWS.items()
    ]
    print(laid_out(["rows", "in all", "a row, start aside", "of all cores", "case-regions /s", "peak"], lines))
    print(f"\nWhat a region costs: {WIDE_ROWS:,} rows, statuses, Parquet to Parquet")
    lines = []
    for kind in KINDS:
        for count in REGIONS:
            if (kind, count) in BY_REGIONS:
                spent, first = BY_REGIONS[kind, count], BY_REGIONS.get((kind, 1), BY_REGIONS[kind, count])
                each = (f"{one / count / WIDE_ROWS * 1e9:,.1f} ns" for one in spent)
                growth = (f"{one / single:.2f} ×" for one, single in zip(spent, first, strict=True))
                lines.append([kind, str(count), *each, *growth])
    print(laid_out(["policies", "regions", "a case-region", "of all cores", "time of one", "of all cores"], lines))


def repeated(count: int) -> dict[str, Policy]:
    """Name the five regions' policies again and again: what they share is worked out once."""
    policies = list(answering_policies(installed_engine(), FIVE, AS_OF).values())
    return {f"region{number:02d}": policies[number % len(policies)] for number in range(count)}


def different(count: int) -> dict[str, Policy]:
    """Generate policies of four groups, readings and services, of which no two have the same conditions."""
    base = skeleton("coverage")
    return {f"region{number:02d}": drawn(base, 500 + number)[0] for number in range(count)}


KINDS = {"the five again and again": repeated, "generated, all different": different}


def sink(plan: Compiled, rows: Path, out: Path, status_alone: bool) -> int:
    """Answer part by part, as a job does, and write each; gives the rows answered."""
    leaving_out = beside_status(plan) if status_alone else ()
    answered = 0
    for part in parts_of([rows]):
        answers = plan.answered(part.scan().select(plan.layout.names).collect(), (), leaving_out)
        answers.write_parquet(out, compression="snappy")
        answered += len(answers)
    return answered


@pytest.mark.parametrize("rows", SIZES)
def test_rows(rows: int, benchmark: Benchmark, tmp_path: Path) -> None:
    people, out = tmp_path / "people.parquet", tmp_path / "out.parquet"
    write_rows(people, rows)
    plan = compiled(answering_policies(installed_engine(), FIVE, AS_OF), AS_OF)
    answered, spent = timed(benchmark, lambda: sink(plan, people, out, status_alone=False))
    assert answered == rows
    BY_ROWS[rows] = spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Write rows with all the facts that the most regions ask for, as they are held after reading."""
    folder, out = tmp_path_factory.mktemp("wide"), {}
    for kind, policies in KINDS.items():
        out[kind] = folder / f"{kind}.parquet"
        layout = compiled(policies(max(REGIONS)), AS_OF).layout
        numbered = pl.LazyFrame({"id": pl.int_range(WIDE_ROWS, dtype=pl.UInt32, eager=True)})
        read = read_columns(numbered.select("id", *invented(layout)), layout, AS_OF)
        read.rows.drop("row").sink_parquet(out[kind], compression="snappy")
    return out


@pytest.mark.parametrize("count", REGIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_regions(kind: str, count: int, wide: Mapping[str, Path], benchmark: Benchmark, tmp_path: Path) -> None:
    plan = compiled(KINDS[kind](count), AS_OF)
    out = tmp_path / "out.parquet"
    _, BY_REGIONS[kind, count] = timed(benchmark, lambda: sink(plan, wide[kind], out, status_alone=True))
