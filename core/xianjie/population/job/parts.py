"""The parts that a data set falls into: a stretch of rows of one file each, answered and finished on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of rows of one Parquet or Arrow IPC file: `first` within the file, `before` within the whole data set.

    `partition` holds the values that a partitioned data set keeps in its folders' names.
    """

    number: int
    path: str
    first: int
    rows: int
    before: int
    partition: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name the part's files."""
        return f"part-{self.number:06d}"

    def scan(self) -> pl.LazyFrame:
        """Read the stretch, nothing of it yet."""
        path = Path(self.path)
        scanned = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_ipc(path)
        columns = [pl.lit(value).alias(name) for name, value in self.partition.items()]
        return scanned.slice(self.first, self.rows).with_columns(columns)

    def as_json(self) -> dict[str, Any]:
        """Give the part as JSON has it."""
        return asdict(self)
