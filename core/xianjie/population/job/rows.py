"""One row of a population again, as a case and as columns: read from the data as the answers' rows were."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
from polars.exceptions import PanicException, PolarsError

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.errors import InputError, Place, Problem
from xianjie.population.job.asked import Asked, compiled_for
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import all_receipts
from xianjie.population.job.sources import TEXTS, Source, find_sources
from xianjie.population.job.staging import staged_parts
from xianjie.population.job.task import answered
from xianjie.population.job.whole import begun_in
from xianjie.population.values import given_value, meant
from xianjie.vocabulary.facts import LISTS


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what was asked, its file and its number there from 1, the columns that went along, and its facts.

    `part` is the part that it belongs to, cut down to the row; `answers` are its columns, answered now, none left out.
    """

    asked: Asked
    file: str
    at: int
    kept: Mapping[str, object]
    case: Case
    part: Part
    answers: pl.DataFrame


def row_of_population(out: Path, number: int) -> Row:
    """Read a row by its number in the answers. Raises InputError where there is none, or it was put aside."""
    begun = begun_in(out)
    if begun is None:
        _refuse(out, "population-none", "这个文件夹里没有成批判定", "the folder holds no population's answers")
    asked = Asked.read(json.dumps(begun["asked"]))
    part = _part(out, number)
    source = next((Source.read(one) for one in begun["inputs"] if one["name"] == part.file), None)
    if source is not None and not _as_it_was(source):
        _gone(out)
    with tempfile.TemporaryDirectory() as aside:
        here = part
        if source is not None and source.kind in TEXTS and not Path(part.path).exists():
            here = next(
                one
                for one in staged_parts(source, Path(aside), begun["rows_per_part"], lambda _: None)
                if one.at == part.at
            )
        into = number - part.before
        one = replace(here, number=part.number, first=here.first + into, rows=1, before=number, at=here.at + into)
        try:
            (cells,) = one.scan().collect().iter_rows(named=True)
        except (PolarsError, PanicException, OSError, ValueError):
            _gone(out)
        compiled = compiled_for(asked.text)
        case = read_case(_record(asked, cells), compiled.layout.vocabulary)
        answers, _ = answered(replace(asked, leaving_out=()), one, compiled)
    if answers.is_empty():
        zh, en = "这一行读不进，没有判定，见 rejects.csv", "the row was put aside and not answered, see rejects.csv"
        _refuse(out, "population-row", zh, en)
    kept = {name: cells[name] for name in asked.mapped.keep}
    return Row(asked, part.file, one.at + 1, kept, case, one, answers)


def _as_it_was(source: Source) -> bool:
    """Tell whether a file is still there and looks as it did; that it was copied since does not matter."""
    try:
        return [found.identity for found in find_sources(source.path)] == [source.identity]
    except InputError:
        return False


def _gone(out: Path) -> NoReturn:
    _refuse(out, "population-row", "原来的数据已经不在或变了", "the data is gone, or has changed")


def _part(out: Path, number: int) -> Part:
    for part in (receipt.part for receipt in all_receipts(out)):
        if part.before <= number < part.before + part.rows:
            return part
    zh, en = "没有这一行；行号见结果的 row 一列", "no such row; they are numbered by the answers' column row"
    _refuse(out, "population-row", zh, en)


def _record(asked: Asked, cells: Mapping[str, object]) -> dict[str, Any]:
    """Put a row's cells together as a case has them; what is unknown is left out."""
    layout, mapped = compiled_for(asked.text).layout, asked.mapped
    out: dict[str, Any] = {}
    for column in layout.columns:
        if column.name in mapped.unrecorded:
            continue
        source = mapped.sources.get(column.name, column.name)
        try:
            value = given_value(meant(cells[source], mapped.words.get(column.name, {})), column.spec)
        except InputError as error:
            raise InputError([replace(one, place=Place(path=source)) for one in error.problems]) from None
        if value is None:
            continue
        several = LISTS.get(column.spec.record)
        record = out.setdefault(several, [{}])[0] if several else out.setdefault(column.spec.record, {})
        record[column.spec.short] = value
    return out


def _refuse(out: Path, code: str, zh: str, en: str) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(str(out))))
