"""Side by side: the same rules on the same rows by five engines, and that every status is the same.

`make bench-population` prints the table. XIANJIE_ROWS sets how many rows (a million).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="pip install 'xianjie[peers]'")

import numpy as np
import polars as pl
from benchmarks.population.by_duckdb import DUCKDB
from benchmarks.population.by_evaluate import EVALUATE, WRITTEN
from benchmarks.population.by_numpy import NUMPY
from benchmarks.population.by_openfisca import OPENFISCA
from benchmarks.population.by_polars import POLARS, WHOLE
from benchmarks.population.question import FIVE, ROWS, Peer, Statuses, write_rows
from benchmarks.population.table import laid_out
from benchmarks.population.timing import ROUNDS, Spent, timed

PEERS = (POLARS, WHOLE, DUCKDB, NUMPY, OPENFISCA, EVALUATE, WRITTEN)
ASKED = {"Jinhua": ("jinhua",), "five regions": FIVE}

Benchmark = Any
SPENT: dict[tuple[str, str], Spent] = {}
"""Seconds for a case-region, by the engine and by what is asked."""


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Print the table after the module's benchmarks ran."""
    yield
    lines = []
    for peer in PEERS:
        cells = []
        for asked in ASKED:
            spent, first = SPENT.get((peer.name, asked)), SPENT.get((POLARS.name, asked))
            if spent is None or first is None:
                cells += ["–"] * 3
            else:
                cells += [_speed(1 / spent.clock), f"{first.clock / spent.clock:.3g}", f"{spent.cores * 1e9:,.0f} ns"]
        rows = min(ROWS, peer.most or ROWS)
        lines.append([peer.name, f"{rows:,}", *cells, peer.why])
    heads = ["", "rows", "Jinhua /s", "× Polars", "cores", "five /s", "× Polars", "cores", "why"]
    print(f"\n\nCase-regions a second, best of {ROUNDS}: reads Parquet, gives a status for each; all statuses equal.")
    print("cores: the time of all cores together for a case-region, least of the rounds.")
    print(laid_out(heads, lines))


def _speed(value: float) -> str:
    return f"{value / 1e6:.2f} M" if value >= 1e6 else f"{value / 1e3:.1f} k"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peers") / "people.parquet"
    write_rows(path, ROWS)
    return path


@pytest.fixture(scope="module")
def answered(people: Path) -> Statuses:
    """Give what the Polars path answers, for all regions at once."""
    return POLARS.answer(people, FIVE)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_statuses(
    peer: Peer, asked: str, people: Path, answered: Statuses, benchmark: Benchmark, tmp_path: Path
) -> None:
    regions = ASKED[asked]
    if not set(regions) <= set(peer.regions):
        pytest.skip("these rules are not written for it")
    rows, count = people, ROWS
    if peer.most is not None and peer.most < ROWS:
        rows, count = tmp_path / "sample.parquet", peer.most
        pl.scan_parquet(people).head(count).sink_parquet(rows)
    found, spent = timed(benchmark, lambda: peer.answer(rows, regions))
    SPENT[peer.name, asked] = Spent(*(seconds / count / len(regions) for seconds in spent))
    for region in regions:
        wrong = np.flatnonzero(found[region] != answered[region][:count])
        assert len(found[region]) == count
        assert not len(wrong), f"{region}: {len(wrong)} rows differ, the first is {wrong[0]}"
    # a population on which the rules come out in one way only would show nothing
    assert len(np.unique(answered["jinhua"])) == 4
