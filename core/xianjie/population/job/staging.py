"""CSV and XLSX files read once into Parquet, whole files at a time, so that their parts can be answered like others."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import polars as pl
from polars.exceptions import PanicException, PolarsError

from xianjie.cases.archive import LARGEST_CONTENT
from xianjie.cases.cells import Cell
from xianjie.cases.sheets import delimiter_of, xlsx_table
from xianjie.errors import InputError, Place, Problem
from xianjie.population.job.durable import write_whole
from xianjie.population.job.parts import Part, groups_of, stretches
from xianjie.population.job.sources import Source
from xianjie.source import read_bytes

STAGED = ".staged"
_CHUNK = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Tell = Callable[[str], None]
"""Hears the name of each file that is about to be read."""


def staged_parts(source: Source, out: Path, most: int, tell: Tell) -> Iterator[Part]:
    """Read a CSV or XLSX source into the folder's stage, unless it is there; gives its parts, not numbered yet.

    Every value stays the text that it is. Raises InputError for a file that is no such table, OSError where it cannot
    be written.
    """
    path = out / STAGED / f"{source.digest[:32]}-{source.size}-{most}.parquet"
    if not path.exists():
        tell(source.name)
        (_stage_csv if source.kind == "csv" else _stage_xlsx)(source, path, most)
    for part in stretches(str(path), groups_of(path), most):
        yield replace(part, partition=source.partition, source=source.name, at=part.first, identity=source.identity)


def columns_of(source: Source) -> list[str]:
    """Name the columns of a CSV or XLSX source."""
    if source.kind == "xlsx":
        return _sheet(source)[0]
    path = Path(source.path)
    encoding = "utf-8-sig" if _decodes(path, "utf-8-sig") else "gb18030"
    return _csv_header(path, encoding, source)[1]


def _csv_header(path: Path, encoding: str, source: Source) -> tuple[str, list[str]]:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            delimiter = delimiter_of(stream.readline())
            stream.seek(0)
            names = next(csv.reader(stream, delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error):
        _refuse(source, "file-encoding", "不是 UTF-8 或 GB18030 文本", "not UTF-8 or GB18030 text")
    _check_header(names, source)
    return delimiter, names


def _stage_csv(source: Source, path: Path, most: int) -> None:
    with _as_utf8(Path(source.path), path.parent) as text:
        delimiter, _ = _csv_header(text, "utf-8-sig", source)
        try:
            frame = pl.scan_csv(text, separator=delimiter, infer_schema=False, glob=False)
            write_whole(path, lambda beside: frame.sink_parquet(beside, row_group_size=most, compression="lz4"))
        except (PolarsError, PanicException):
            _refuse(
                source,
                "csv-rows",
                "表格读不出来：有的行列数不对，或引号没有配对",
                "the table cannot be read: rows with more cells than the first, or a quotation mark alone",
            )


@contextmanager
def _as_utf8(path: Path, folder: Path) -> Iterator[Path]:
    """Give the file itself where it is UTF-8, else a copy in UTF-8 of what is GB18030, which goes again."""
    if _decodes(path, "utf-8-sig"):
        yield path
        return
    with path.open("rb") as stream:
        wide = stream.read(2) in _UTF16
    if wide or not _decodes(path, "gb18030"):
        raise InputError(
            Problem("file-encoding", "不是 UTF-8 或 GB18030 文本", "not UTF-8 or GB18030 text", Place(str(path)))
        )
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f".{path.stem}.utf8.tmp"
    try:
        with path.open(encoding="gb18030", newline="") as old, copy.open("w", encoding="utf-8", newline="") as new:
            while chunk := old.read(_CHUNK):
                new.write(chunk)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while stream.read(_CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _stage_xlsx(source: Source, path: Path, most: int) -> None:
    header, rows = _sheet(source)
    kept = [_texts(row, len(header)) for row in rows]
    while kept and not any(kept[-1]):
        kept.pop()
    frame = pl.DataFrame(kept, dict.fromkeys(header, pl.String), orient="row")
    write_whole(path, lambda beside: frame.write_parquet(beside, row_group_size=most, compression="lz4"))


def _sheet(source: Source) -> tuple[list[str], Iterator[Sequence[Cell]]]:
    table = xlsx_table(read_bytes(Path(source.path), LARGEST_CONTENT), source.name)
    if table.faults:
        raise InputError(list(table.faults))
    rows = iter(table.rows)
    header = [str(cell).strip() for cell in next(rows, [])]
    while header and not header[-1]:
        header.pop()
    _check_header(header, source)
    return header, rows


def _texts(row: Sequence[Cell], count: int) -> list[str | None]:
    return [*map(_text, row[:count]), *[None] * (count - len(row))]


def _text(cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell) or None


def _check_header(names: Sequence[str], source: Source) -> None:
    if not any(name.strip() for name in names):
        _refuse(source, "header-empty", "第一行没有列名", "the first row names no columns")
    doubled = [number for number, name in enumerate(names) if Counter(names)[name] > 1]
    if doubled:
        shown = next((names[number] for number in doubled if re.fullmatch(r"[\w.·]{1,60}", names[number])), "…")
        _refuse(source, "header-doubled", "有两列同名", "two columns have the same name", shown)


def _refuse(source: Source, code: str, zh: str, en: str, path: str | None = None) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(source.path, path=path)))
