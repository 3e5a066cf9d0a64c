"""Read regression cases from a table: the columns of a table of cases, and beside them names and expectations.

A column `期望:路径` (or `expect:path`) holds what the answer must have at that path; an empty cell expects nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xianjie.cases.bounds import Locate
from xianjie.cases.cells import Cell, fold, read_fact, read_label
from xianjie.cases.files import LARGEST_TABLE
from xianjie.cases.sheets import csv_table, xlsx_table
from xianjie.cases.tables import Column, Form, read_table
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.regression.entries import CaseGathering
from xianjie.regression.paths import parse_path
from xianjie.regression.shapes import Slip, Spot, spot
from xianjie.source import read_bytes, read_text
from xianjie.vocabulary import FactSpec, FactType
from xianjie.vocabulary import terms as vocabulary_terms

KEYS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "name": ("名称", "text"),
        "region": ("地区", "texts"),
        "overlay": ("假设文件", "text"),
        "due_soon_days": ("提前天数", "int"),
        "rows": ("清单行", "texts"),
        "note": ("备注", "text"),
        "tags": ("标签", "texts"),
    }
)
"""The columns that belong to the form of a case: Chinese header, and what a cell holds."""

_IN_ENTRY = ("name", "as_of", "expect", "overlay", "rows", "note", "tags")
_EXPECT = ("expect:", "期望:")
_READING = ("reading:", "读法:")
_NULL = frozenset({"null", "~", "空"})


def read_case_table(path: Path, gathering: CaseGathering) -> None:
    """Read a CSV or XLSX file into `gathering`. InputError where the file cannot be read at all."""
    file = str(path)
    if path.suffix.lower() == ".csv":
        table = csv_table(read_text(path, LARGEST_TABLE, legacy=True), file)
    else:
        table = xlsx_table(read_bytes(path, LARGEST_TABLE), file)
    names = (*KEYS, *(zh for zh, _ in KEYS.values()))
    read_table(table, _Rows(gathering), Form("name", "名称", _column, names))


class _Rows:
    """Turn a row, facts and form side by side, into an entry."""

    def __init__(self, gathering: CaseGathering) -> None:
        self.vocabulary = gathering.vocabulary
        self._gathering = gathering
        self._faulty = False

    @property
    def full(self) -> bool:
        """Tell whether so much is wrong that reading on helps nobody."""
        return self._gathering.full

    def blame(self, problems: Iterable[Problem]) -> None:
        """Add faults, those of a row's cells before the row itself is taken."""
        found = list(problems)
        self._faulty = self._faulty or bool(found)
        self._gathering.blame(found)

    def take(self, data: object, locate: Locate) -> None:
        """Check one row and keep its cases, or keep what is wrong with it."""
        assert isinstance(data, dict)
        if self._faulty:
            self._faulty = False  # a cell that could not be read would seem to be missing
            return
        entry: dict[str, Any] = {key: data.pop(key) for key in _IN_ENTRY if key in data}
        if "region" in data:
            entry["regions"] = data.pop("region")
        settings = {key: data.pop(key) for key in ("due_soon_days", "readings") if key in data}
        if settings:
            entry["settings"] = settings
        self._gathering.take({**entry, "case": data}, partial(_placed, locate))


def _placed(locate: Locate, path: Sequence[str | int]) -> Place:
    """Find the cell of a part of an entry."""
    match tuple(path):
        case ("case", *rest):
            return locate(rest)
        case ("regions", *_):
            return locate(("region",))
        case ("settings", *rest):
            return locate(rest)
    return locate(path)


# Columns -------------------------------------------------------------------------


def _column(header: str) -> Column | None:
    """Read a header of the form; InputError without a place for a path that no answer has."""
    text = header.casefold()
    for prefix in _EXPECT:
        if text.startswith(prefix):
            return _expectation(header[len(prefix) :].strip())
    for prefix in _READING:
        if text.startswith(prefix):
            axis = header[len(prefix) :].strip()
            return Column(f"reading:{axis}", ("readings", axis), read_label)
    for key, (zh, kind) in KEYS.items():
        if text in (key, zh):
            return Column(key, (key,), _READERS[kind])
    near = _meant(*text.split(":", 1)) if ":" in text else None
    if near:
        zh, en = f"没有这个名称的列，是否为 {near}:…？", f"no column has this name; did you mean {near}:…?"
        raise InputError(Problem("header-unknown", zh, en))
    return None


def _meant(before: str, after: str) -> str | None:
    """Guess which of the words before a colon was meant; None where it was hardly one of them."""
    near = nearest(before, [word[:-1] for word in (*_EXPECT, *_READING)])
    steps = parse_path(after.strip())
    return near or ("期望" if steps is not None and isinstance(spot(steps), Spot) else None)


def _expectation(path: str) -> Column:
    steps = parse_path(path)
    found: Spot | Slip = (
        ("path-form", "路径须如 eligibility.groups[dibao].status", "write a path as eligibility.groups[dibao].status")
        if steps is None
        else spot(steps)
    )
    if not isinstance(found, Spot):
        raise InputError(Problem(*found))
    return Column(f"expect:{path}", ("expect", path), partial(read_expected, spot=found))


def _read_as(cell: Cell, kind: FactType, words: Mapping[str, tuple[str, str]] | None = None) -> object:
    """Read a cell as a fact of some type is read, only that nothing here can be unknown."""
    value = read_fact(cell, FactSpec("a.cell", kind, "", "", words or {}))
    if value is None:
        zh, en = (
            "这一列不能写“不清楚”；期望没有值的，写“空”",
            "cannot be unknown; where no value is expected, write `null`",
        )
        raise InputError(Problem("cell-unknown", zh, en))
    return value


def _texts(cell: Cell) -> object:
    return _read_as(cell, FactType.SET)


def _whole(cell: Cell) -> object:
    return _read_as(cell, FactType.INT)


_READERS: Mapping[str, Callable[[Cell], object]] = MappingProxyType(
    {"text": read_label, "texts": _texts, "int": _whole}
)


# What is expected ----------------------------------------------------------------


def read_expected(cell: Cell, spot: Spot) -> object:
    """Read the cell of an expectation by what can stand at its place; words may be written by their Chinese term.

    Raises InputError without a place.
    """
    if isinstance(cell, str) and fold(cell).casefold() in _NULL:
        return None
    if spot.entries is not None and not (spot.words or spot.plain):
        return _texts(cell)
    if spot.words and not (bool in spot.plain and _is_truth(cell)):
        return _read_as(cell, FactType.ENUM, _terms(spot.words))
    if str not in spot.plain:
        for kind, type_ in ((bool, FactType.BOOL), (int, FactType.INT), (float, FactType.NUMBER)):
            if kind in spot.plain and (kind is not int or float not in spot.plain):
                return _read_as(cell, type_)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else read_label(cell)


def _is_truth(cell: Cell) -> bool:
    try:
        return isinstance(_read_as(cell, FactType.BOOL), bool)
    except InputError:
        return False


def _terms(words: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Give each word its terms; of several tables that hold it, the first."""
    tables = [table for table in vars(vocabulary_terms).values() if isinstance(table, Mapping)]
    return {word: next((table[word] for table in tables if word in table), (word, word)) for word in words}
