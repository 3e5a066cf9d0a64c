"""This project's columns: policies compiled from their files; nothing is written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl
from benchmarks.population.question import AS_OF, FIVE, Peer, Statuses

from xianjie.api import installed_engine
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.policies import Compiled, compiled


@cache
def plan(regions: tuple[str, ...]) -> Compiled:
    """Compile once, as a process does for all its files."""
    return compiled(answering_policies(installed_engine(), regions, AS_OF), AS_OF)


def statuses(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer with the status alone, as the others do."""
    found = plan(tuple(regions))
    rows = found.answer(pl.scan_parquet(path)).select(f"{region}.eligibility.status" for region in regions)
    answers = rows.collect(engine="streaming", optimizations=found.optimizations())
    return {region: answers[f"{region}.eligibility.status"].to_numpy() for region in regions}


def whole(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer in full."""
    found = plan(tuple(regions))
    answers = found.answer(pl.scan_parquet(path)).collect(engine="streaming", optimizations=found.optimizations())
    return {region: answers[f"{region}.eligibility.status"].to_numpy() for region in regions}


POLARS = Peer(
    "Polars, the status alone",
    FIVE,
    statuses,
    "all cores, batch by batch; a truth is a bit, with a bit for unknown; what regions share is done once",
)
WHOLE = Peer(
    "Polars, the whole answer",
    FIVE,
    whole,
    "also which group, rule and reading, what is missing for each, and the advice: the others below tell none of it",
)
