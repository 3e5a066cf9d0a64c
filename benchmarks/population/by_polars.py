"""This project's columns: policies compiled from their files; nothing is written by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import polars as pl
from benchmarks.population.question import AS_OF, FIVE, Peer, Statuses

from xianjie.api import installed_engine
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.policies import Compiled, compiled


def beside_status(plan: Compiled) -> set[str]:
    """Name what is told beside the status."""
    parts = (part for named in plan.parts.values() for part in named.values())
    return {field.name.rpartition(".")[2] for part in parts for field in part.fields}


@cache
def plan(regions: tuple[str, ...]) -> Compiled:
    """Compile once, as a process does for all its files."""
    return compiled(answering_policies(installed_engine(), regions, AS_OF), AS_OF)


def statuses(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer with the status alone, as the others do."""
    return _answered(path, regions, beside_status(plan(tuple(regions))))


def whole(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer in full."""
    return _answered(path, regions)


def _answered(path: Path, regions: Sequence[str], leaving_out: Collection[str] = ()) -> Statuses:
    found = plan(tuple(regions))
    answers = found.answered(pl.read_parquet(path, columns=list(found.layout.names)), (), leaving_out)
    return {region: answers[f"{region}.eligibility.status"].to_numpy() for region in regions}


POLARS = Peer(
    "Polars, the status alone",
    FIVE,
    statuses,
    "all cores, all rows at once; a truth is a bit, with a bit for unknown; what regions share is done once",
)
WHOLE = Peer(
    "Polars, the whole answer",
    FIVE,
    whole,
    "also which group, rule and reading, what is missing for each, and the advice: the others below tell none of it",
)
