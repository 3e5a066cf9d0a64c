"""Small data sets for jobs: invented rows of the facts that Tianjin's eligibility reads, some of them faulty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from xianjie.api import installed_engine
from xianjie.population.job.asked import Asked, Mapped, asking
from xianjie.population.job.manifest import Finished
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.running import Run, Tell, run_parts
from xianjie.population.job.sources import find_sources
from xianjie.population.job.whole import answer, lay_out

AS_OF = dt.date(2025, 8, 1).toordinal()
FACTS = (
    "person.dibao_recipient",
    "person.tekun",
    "person.other_recognised_recipient",
    "aid.meets_conditions",
    "aid.received",
    "aid.still_in_difficulty",
)


def people(count: int, first: int = 0) -> pl.DataFrame:
    """Draw rows from their numbers; every value is known to be true, to be false, or unknown."""
    number = pl.int_range(first, first + count, eager=True)
    frame = pl.DataFrame({"id": number.cast(pl.String).str.zfill(9), "县": (number % 3).cast(pl.String)})
    drawn = [pl.lit(number).hash(seed) % 10 for seed in range(len(FACTS))]
    return frame.with_columns(
        pl.when(draw < 1).then(None).otherwise(draw < 5).alias(name) for name, draw in zip(FACTS, drawn, strict=True)
    )


def as_text(frame: pl.DataFrame, faulty: Sequence[int] = ()) -> pl.DataFrame:
    """Write truths as people do, in the rows `faulty` something that is none."""
    row = pl.int_range(len(frame))
    texts = [
        pl.when(pl.col(name)).then(pl.lit("是")).when(~pl.col(name)).then(pl.lit("否")).alias(name) for name in FACTS
    ]
    bad = pl.when(row.is_in(list(faulty))).then(pl.lit("也许")).otherwise(pl.col("aid.received")).alias("aid.received")
    return frame.with_columns(texts).with_columns(bad)


def question(form: str = "packed", mapped: Mapped | None = None, as_of: int = AS_OF) -> Asked:
    """Ask Tianjin for eligibility."""
    given = mapped or Mapped(keep=("id", "县"), division="县")
    return asking(installed_engine(), ["tianjin"], as_of, ["eligibility"], None, given, form=form)


class Silent:
    """Hears how it goes, and keeps it."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.changed: list[str] = []
        self.parts: list[int] = []
        self.rows = self.before = 0

    def reading(self, name: str) -> None:
        self.read.append(name)

    def begin(self, rows: int, done: int) -> None:
        self.rows, self.before = rows, done

    def part(self, receipt: Receipt) -> None:
        self.parts.append(receipt.part.number)

    def again(self, names: Sequence[str]) -> None:
        self.changed += names


def alone(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
    """Answer parts in this process."""
    run_parts(asked, parts, out, 1, tell)


def assessed(
    given: Path | str,
    out: Path,
    asked: Asked | None = None,
    most: int = 100,
    run: Run = alone,
    telling: Silent | None = None,
    strict: bool = False,
) -> Finished:
    """Assess a data set into a folder."""
    heard = telling or Silent()
    laid = lay_out(find_sources(str(given)), out, most, heard)
    return answer(asked or question(), laid, out, run, heard, strict)


def contents(out: Path) -> dict[str, bytes]:
    """Read all that a finished folder holds but receipts, which name paths, and when it was done."""
    kept = [path for path in sorted(out.rglob("*")) if path.is_file() and path.parent.name != "receipts"]
    passed_over = ("asked.json", "runs.jsonl")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in kept if path.name not in passed_over}
