"""One row of a population again, as a case: its facts read from the data as the answers' rows were."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.errors import InputError, Place, Problem
from xianjie.population.job.asked import Asked, compiled_for
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.sources import Source
from xianjie.population.job.staging import staged_parts
from xianjie.population.job.whole import begun_in
from xianjie.population.values import given_value, meant
from xianjie.vocabulary.facts import LISTS


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what was asked, its file and its number there from 1, the columns that went along, and its facts."""

    asked: Asked
    file: str
    at: int
    kept: Mapping[str, object]
    case: Case


def row_of_population(out: Path, number: int) -> Row:
    """Read a row by its number in the answers. Raises InputError where there is none, or it was put aside."""
    begun = begun_in(out)
    if begun is None:
        _refuse(out, "population-none", "这个文件夹里没有成批判定", "the folder holds no population's answers")
    asked = Asked.read(json.dumps(begun["asked"]))
    part = _part(out, number)
    source = next((Source.read(one) for one in begun["inputs"] if one["name"] == part.file), None)
    with tempfile.TemporaryDirectory() as aside:
        here = part
        if source is not None and source.kind in ("csv", "xlsx") and not Path(part.path).exists():
            here = next(
                one
                for one in staged_parts(source, Path(aside), begun["rows_per_part"], lambda _: None)
                if one.at == part.at
            )
        try:
            (cells,) = here.scan().slice(number - part.before, 1).collect().iter_rows(named=True)
        except (OSError, ValueError):
            _refuse(out, "population-row", "原来的数据已经不在或变了", "the data is gone, or has changed")
    case = read_case(_record(asked, cells), compiled_for(asked.text).layout.vocabulary)
    kept = {name: cells[name] for name in asked.mapped.keep}
    return Row(asked, part.file, part.at + number - part.before + 1, kept, case)


def _part(out: Path, number: int) -> Part:
    for path in sorted((out / "receipts").glob("part-*.json")):
        part = Receipt.read(path.read_text(encoding="utf-8")).part
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
