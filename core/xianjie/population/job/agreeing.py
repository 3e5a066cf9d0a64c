"""Whether what was kept of one row is what the rules give it: its columns answered anew, and the engine's answer."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PanicException, PolarsError

from xianjie.cases import Case
from xianjie.engine.answer import PARTS
from xianjie.errors import InputError, Place, Problem
from xianjie.population.compiler.policies import Compiled
from xianjie.population.expanding import expanded_part
from xianjie.population.job.asked import FORMS, compiled_for
from xianjie.population.job.rows import Row
from xianjie.population.job.task import csv_bytes
from xianjie.population.reading import ROW
from xianjie.population.wording import in_words

ALWAYS = ("services", "incentives")
"""Dimensions that are answered for every row of a population, whatever is recorded of it."""
MISSING = "missing"


def asked_in_full(case: Case, dimensions: Sequence[str]) -> Case:
    """Let the engine answer a case in the dimensions that a population is answered in, whatever it records."""
    wanted = frozenset(record for name in ALWAYS if name in dimensions for record in PARTS[name])
    return replace(case, records=case.records | wanted)


def check_kept(row: Row, out: Path, regions: Mapping[str, Mapping[str, Any]]) -> None:
    """Compare what the folder `out` keeps of a row with the row answered anew, and that with the engine's answers.

    `regions` are the engine's, to the case `asked_in_full`, by the names that were asked. Raises InputError naming each
    region and dimension that differs, and each column that goes along and does; never a value.
    """
    compiled = compiled_for(row.asked.text)
    differing = [*_not_as_kept(row, out, compiled), *_not_as_told(row, regions, compiled)]
    if differing:
        zh = "存下的判定与逐案判定不同：结果文件或数据被改动过，否则就是程序的缺陷"
        en = "what is kept differs from the engine's answer: answers or data were changed, else it is a defect"
        listed = dict.fromkeys(differing)
        raise InputError([Problem("population-row-differs", zh, en, Place(str(out), path=name)) for name in listed])


def _not_as_kept(row: Row, out: Path, compiled: Compiled) -> list[str]:
    """Name what differs between the columns that were kept and those answered now; all, where the row is not there."""
    anew = _as_kept(row, compiled)
    prefixes = [f"{region}.{dimension}" for region, parts in compiled.parts.items() for dimension in parts]
    kept = _kept(row, out)
    if kept is None:
        return prefixes
    names = [*anew.columns, *(name for name in kept.columns if name not in anew.columns)]
    differing = [
        name
        for name in names
        if name not in anew.columns or name not in kept.columns or not kept[name].equals(anew[name], check_dtypes=True)
    ]
    return [next((start for start in prefixes if name.startswith(f"{start}.")), name) for name in differing]


def _as_kept(row: Row, compiled: Compiled) -> pl.DataFrame:
    """Put the row's answers into the form that was asked for."""
    asked = row.asked
    wanted = [ROW, *asked.mapped.keep, *compiled.columns(asked.leaving_out)]
    answers = row.answers.select(wanted)
    if asked.form == FORMS[0]:
        return answers
    words = in_words(answers, compiled)
    return words if asked.form == FORMS[1] else pl.read_csv(io.BytesIO(csv_bytes(words)), infer_schema=False)


def _kept(row: Row, out: Path) -> pl.DataFrame | None:
    """Read the row off the file of answers; None where it is not there, not once, or cannot be read."""
    number = row.part.before
    try:
        if row.asked.form == FORMS[2]:
            lines = pl.scan_csv(out / "answers" / f"{row.part.name}.csv", infer_schema=False, glob=False)
            found = lines.filter(pl.col(ROW) == str(number)).collect(engine="streaming")
        else:
            lines = pl.scan_parquet(out / "answers" / f"{row.part.name}.parquet", glob=False, hive_partitioning=False)
            found = lines.filter(pl.col(ROW) == number).collect()
    except (PolarsError, PanicException, OSError):
        return None
    return found if len(found) == 1 else None


def _not_as_told(row: Row, regions: Mapping[str, Mapping[str, Any]], compiled: Compiled) -> list[str]:
    """Name regions and dimensions in which the columns, expanded, are not what the engine tells."""
    (columns,) = row.answers.iter_rows(named=True)
    return [
        f"{region}.{dimension}"
        for region, parts in compiled.parts.items()
        for dimension in parts
        if not _agree(
            expanded_part(columns, compiled, region, dimension) or None, regions[region].get(dimension) or None
        )
    ]


def _agree(ours: Any, told: Any, name: str = "") -> bool:
    """Tell whether what columns say agrees with the engine's answer, as far as both name it."""
    match ours:
        case dict():
            return isinstance(told, Mapping) and all(
                _agree(value, told[key], key) for key, value in ours.items() if key in told
            )
        case list() if name.endswith(MISSING):
            return isinstance(told, list) and _as_missing(set(ours), set(told))
        case list():
            return isinstance(told, list) and len(ours) == len(told) and all(map(_agree, ours, told))
        case _:
            return bool(ours == told)


def _as_missing(ours: set[str], told: set[str]) -> bool:
    """Compare missing facts: both ways of finding them are bounded, and then tell more (docs/decisions/0008)."""
    return bool(ours) == bool(told) and (ours <= told or told <= ours)
