"""The parts that a data set falls into: a stretch of rows of one file each, answered and finished on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from xianjie.population.job.footers import read_footer
from xianjie.population.job.sources import KINDS, Source

ROWS_PER_PART = 1_000_000
"""So many rows a part has at most: what a process holds in memory goes by it, and what each part costs beside."""

_ANSWERS_PER_PART = 20 * ROWS_PER_PART
"""So many answers of a region in a dimension."""


def usual_rows(answers: int) -> int:
    """Say how many rows a part has where nobody says it, by the answers that each is given (regions × dimensions)."""
    return min(ROWS_PER_PART, max(1, _ANSWERS_PER_PART // answers))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of rows of one Parquet or Arrow IPC file: `first` within the file, `before` within the whole data set.

    `partition` holds the values that a partitioned data set keeps in its folders' names. `source` names the file for
    people, where it is another (a table that was read into this file), `at` the first row in it; `identity` tells the
    file's content apart from another's.
    """

    number: int
    path: str
    first: int
    rows: int
    before: int
    partition: Mapping[str, str | None] = field(default_factory=dict)
    source: str = ""
    at: int = 0
    identity: str = ""

    @property
    def name(self) -> str:
        """Name the part's files."""
        return f"part-{self.number:06d}"

    @property
    def file(self) -> str:
        """Name the file that the rows come from."""
        return self.source or self.path

    def scan(self) -> pl.LazyFrame:
        """Read the stretch, nothing of it yet."""
        columns = [pl.lit(value, pl.String).alias(name) for name, value in self.partition.items()]
        return scan_file(Path(self.path)).slice(self.first, self.rows).with_columns(columns)

    def as_json(self) -> dict[str, Any]:
        """Give the part as JSON has it."""
        return asdict(self)


def scan_file(path: Path) -> pl.LazyFrame:
    """Read one Parquet or Arrow IPC file, nothing of it yet."""
    if KINDS.get(path.suffix.lower()) == "parquet":
        return pl.scan_parquet(path, glob=False, hive_partitioning=False)
    return pl.scan_ipc(path, glob=False, hive_partitioning=False)


def parts_of(paths: Sequence[Path], most: int = ROWS_PER_PART) -> list[Part]:
    """Divide Parquet and Arrow IPC files into stretches of at most `most` rows, in the order of the files."""
    return numbered(stretch for path in paths for stretch in stretches(str(path), groups_of(path), most))


def numbered(parts: Iterator[Part]) -> list[Part]:
    """Number parts as they come, and count the rows before each."""
    out: list[Part] = []
    before = 0
    for part in parts:
        out.append(replace(part, number=len(out), before=before))
        before += part.rows
    return out


def parts_of_source(source: Source, most: int) -> Iterator[Part]:
    """Divide a Parquet or Arrow IPC source; the parts are not numbered yet."""
    groups = source.groups or groups_of(Path(source.path))
    for part in stretches(source.path, groups, most):
        yield replace(part, partition=source.partition, source=source.name, at=part.first, identity=source.identity)


def stretches(path: str, groups: Sequence[int], most: int) -> Iterator[Part]:
    """Cut a file into stretches along its groups of rows: small groups together, a large one in even pieces."""
    first = held = 0
    for rows in groups:
        if held and held + rows > most:
            yield Part(0, path, first, held, 0)
            first, held = first + held, 0
        while rows > most:
            pieces = -(-rows // most)
            piece = -(-rows // pieces)
            yield Part(0, path, first, piece, 0)
            first, rows = first + piece, rows - piece
        held += rows
    if held or not first:
        yield Part(0, path, first, held, 0)


def groups_of(path: Path) -> tuple[int, ...]:
    """Count a file's rows, by row groups where it is Parquet. Raises InputError where it is no such file."""
    if KINDS.get(path.suffix.lower()) == "parquet":
        return read_footer(path).groups
    return (int(scan_file(path).select(pl.len()).collect().item()),)
