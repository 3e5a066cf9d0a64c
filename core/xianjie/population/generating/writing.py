"""Invented populations as files: whole or not at all, in one file or several, the truth about dirty rows beside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from xianjie.errors import InputError, Place, Problem
from xianjie.population.generating.dirt import truth
from xianjie.population.generating.households import BLOCK
from xianjie.population.generating.inventing import Invention, drawn, rows_of

_ROW_GROUP = 250_000


def _parquet(rows: pl.LazyFrame, path: Path) -> None:
    rows.sink_parquet(path, compression="snappy", row_group_size=_ROW_GROUP, engine="streaming")


def _csv(rows: pl.LazyFrame, path: Path) -> None:
    rows.sink_csv(path, engine="streaming")


def _ipc(rows: pl.LazyFrame, path: Path) -> None:
    rows.sink_ipc(path, engine="streaming")


SINKS: Mapping[str, Callable[[pl.LazyFrame, Path], None]] = {".parquet": _parquet, ".csv": _csv, ".arrow": _ipc}
"""The forms that are written, by the ending of the name."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the file, or the folder of files, and the list of dirty rows (None: no row is dirty)."""

    data: Path
    files: int
    truth: Path | None


def truth_path(out: Path) -> Path:
    """Say where the list of dirty rows lies: `row` from 0 over all files, `column`, `code`."""
    return out.with_name(f"{out.stem}.dirty.parquet")


def write_population(invention: Invention, out: Path, files: int = 1) -> Written:
    """Write a population to `out`, replacing a file that is there; several files go into a new folder of that name.

    The ending of `out` names the form; the rows are the same however many files there are. Raises InputError for
    another ending, for a folder that is there already, and where it cannot be written.
    """
    sink = SINKS.get(out.suffix)
    if sink is None:
        endings = ", ".join(SINKS)
        raise InputError(
            Problem(
                "population-suffix",
                f"文件名须以 {endings} 结尾",
                f"name a file that ends in {endings}",
                Place(str(out)),
            )
        )
    if out.is_dir():
        raise InputError(
            Problem("file-exists", "已有同名的文件夹", "there is a folder of that name already", Place(str(out)))
        )
    beside, beside_truth = (path.with_name(f".{path.name}.{os.getpid()}") for path in (out, truth_path(out)))
    try:
        if files == 1:
            sink(rows_of(invention), beside)
        else:
            beside.mkdir()
            for number, (first, count) in enumerate(stretches(invention.rows, files)):
                sink(rows_of(invention, first, count), beside / f"part-{number:06d}{out.suffix}")
        if invention.dirty:
            _parquet(truth(drawn(invention), invention.faults), beside_truth)
            beside_truth.replace(truth_path(out))
        beside.replace(out)
    except (OSError, pl.exceptions.ComputeError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        zh, en = (f"：{said}", f": {said}") if said else ("", "")
        problem = Problem("file-unwritable", f"无法写入{zh}", f"cannot write{en}", Place(str(out)))
        raise InputError(problem) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        for left in (beside, beside_truth):
            with suppress(OSError):
                left.unlink()
    return Written(out, files, truth_path(out) if invention.dirty else None)


def stretches(rows: int, files: int) -> list[tuple[int, int]]:
    """Share rows out among files, whole households to each: the first row and the count of each stretch."""
    blocks = -(-rows // BLOCK)
    ends = [min(rows, blocks * number // files * BLOCK) for number in range(files + 1)]
    return [(first, end - first) for first, end in pairwise(ends)]
