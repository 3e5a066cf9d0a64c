"""An invented population with dirty rows in several files, and a question to it in every dimension."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from xianjie.api import installed_engine
from xianjie.population.generating.inventing import Invention
from xianjie.population.generating.writing import write_population
from xianjie.population.job.asked import Asked, Mapped, asking
from xianjie.population.job.receipts import Receipt

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
AS_OF = dt.date(2025, 8, 1).toordinal()
TABLES = ("people", "organisations")
DIMENSIONS = ("eligibility", "services", "incentives")
KEPT = ("case", "division")


def invented(folder: Path, rows: int, files: int, dirty: float = 0.01) -> list[Path]:
    """Write a population; gives its files."""
    out = folder / "population.parquet"
    write_population(Invention(rows, 20261122, AS_OF, TABLES, dirty=dirty), out, files)
    return sorted(out.glob("*.parquet")) if out.is_dir() else [out]


def question(regions: tuple[str, ...] = FIVE) -> Asked:
    """Ask what people and organisations are asked for, the case and the division going along."""
    return asking(installed_engine(), regions, AS_OF, DIMENSIONS, mapped=Mapped(keep=KEPT, division="division"))


def prints(out: Path) -> dict[str, str]:
    """Give the digest of every file of an answer, by its name in the folder."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def receipts(out: Path) -> list[Receipt]:
    """Read the receipts that lie in a folder."""
    return [Receipt.read(path.read_text()) for path in sorted((out / "receipts").glob("*.json"))]
