"""One part of a population: read, answered, written beside and renamed; done twice it comes to the same."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import polars as pl

from xianjie.population.job.asked import Asked, compiled_for
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt, receipt_path
from xianjie.population.reading import ROW, read_columns
from xianjie.population.summary.tally import tally_of


def assess_part(asked_text: str, part: Part, out: Path) -> Receipt:
    """Answer a part into the folder `out` and leave its receipt there; a receipt that is there already is given back.

    Raises InputError for a file that cannot be read or lacks a column, OSError where it cannot be written.
    """
    asked = Asked.read(asked_text)
    kept = receipt_path(out, part)
    if kept.exists() and (receipt := Receipt.read(kept.read_text())).asked == asked.digest and receipt.part == part:
        return receipt
    compiled = compiled_for(asked_text)
    mapped = asked.mapped
    read = read_columns(part.scan(), compiled.layout, asked.as_of, mapped.sources, mapped.unrecorded, mapped.keep)
    answers = compiled.answer(read.rows, [ROW, *mapped.keep], asked.leaving_out)
    rows, rejects = pl.collect_all([answers, read.rejects], optimizations=compiled.optimizations())
    rows = rows.with_columns(pl.col(ROW) + part.before)
    rejects = rejects.with_columns(pl.col(ROW) + part.before)
    files = {}
    for folder, frame in (("answers", rows), ("rejects", rejects)):
        if len(frame) or folder == "answers":
            path = out / folder / f"{part.name}.parquet"
            files[f"{folder}/{path.name}"] = write_whole(frame, path)
    receipt = Receipt(
        asked.digest,
        part,
        len(rows),
        rejects[ROW].n_unique(),
        dict(sorted(rejects.group_by("code").len().iter_rows())),
        files,
        tally_of(rows, compiled, mapped.division),
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    beside = kept.with_suffix(f".{os.getpid()}.tmp")
    beside.write_text(receipt.text)
    beside.replace(kept)
    return receipt


def write_whole(frame: pl.DataFrame, path: Path) -> str:
    """Write a frame as Parquet beside its place, then put it there; gives the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    frame.write_parquet(beside)
    digest = hashlib.sha256(beside.read_bytes()).hexdigest()
    beside.replace(path)
    return digest
