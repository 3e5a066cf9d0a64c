"""Read cases from a table: the first row names facts, every further row is a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from xianjie.cases.archive import MOST_ROWS
from xianjie.cases.bounds import Locate
from xianjie.cases.cells import Cell, fold, is_blank, read_day, read_events, read_fact, read_label
from xianjie.cases.sheets import Table
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS

LABEL = "case"

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "case": "个案编号",
        "household_ref": "家庭编号",
        "as_of": "判定日期",
        "referral.events": "已发生的步骤",
    }
)
"""The columns that are no facts, each with its Chinese header."""

_NESTED = frozenset({"provenance", "duty.meetings", "target.additions"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name in the contract, its path in a case, and how a cell is read."""

    name: str
    path: tuple[str | int, ...]
    read: Callable[[Cell], object]


class Gathers(Protocol):
    """What takes the rows of a table, and what is wrong with them."""

    vocabulary: Vocabulary

    @property
    def full(self) -> bool:
        """Tell whether so much is wrong that reading on helps nobody."""

    def blame(self, problems: Iterable[Problem]) -> None:
        """Add faults."""

    def take(self, data: object, locate: Locate) -> None:
        """Check one row and keep it, or keep what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a table holds beside facts: the column that every row needs, and columns that are no part of a case.

    `column` reads a header, folded, and gives None where it knows none of the name; `names` are headers for the hint.
    A path that `column` gives has one or two steps.
    """

    key: str = LABEL
    key_zh: str = KEYS[LABEL]
    column: Callable[[str], Column | None] = lambda _: None
    names: tuple[str, ...] = ()


CASES = Form()
"""A table of cases and nothing else."""


def read_table(table: Table, gathering: Gathers, form: Form = CASES) -> None:
    """Read a table's rows into `gathering`. A faulty header stops the reading, a faulty row does not."""
    columns: dict[int, Column] = {}
    gathering.blame(table.faults)
    try:
        for row, cells in enumerate(table.rows):
            if row == 0:
                columns = _columns(cells, table, gathering, form)
                if not columns:
                    return
            elif row > MOST_ROWS:
                gathering.blame([_problem("rows-too-many", table.place(row, 0, None), MOST_ROWS)])
                return
            elif not all(map(is_blank, cells)):
                _take(row, cells, columns, table, gathering, form)
            if gathering.full:
                return
    except InputError as error:
        gathering.blame(error.problems)


# The header ----------------------------------------------------------------------


def _folded(header: str) -> str:
    text = "".join(fold(header).casefold().split())
    return text.replace("・", "·").replace("•", "·")


@lru_cache(maxsize=16)
def headers(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """List what a header may say, folded, and the columns it can mean: several where a term is shared."""
    out: dict[str, tuple[str, ...]] = {}
    for name, zh in KEYS.items():
        out[name] = out[_folded(zh)] = (name,)
    for spec in vocabulary.facts:
        out[spec.name.casefold()] = (spec.name,)
        out[_folded(f"{RECORDS[spec.record][0]}·{spec.zh}")] = (spec.name,)
        term = _folded(spec.zh)
        out[term] = (*out.get(term, ()), spec.name)
    return out


def facts_called(header: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the facts that a header can mean: none, one, or several that share a term."""
    return tuple(name for name in headers(vocabulary).get(_folded(header), ()) if name not in KEYS)


def _columns(cells: Sequence[Cell], table: Table, gathering: Gathers, form: Form) -> dict[int, Column]:
    """Read the header; empty where it is faulty, and the faults are in `gathering`."""
    vocabulary = gathering.vocabulary
    known = headers(vocabulary)
    names = (*form.names, *known)
    out: dict[int, Column] = {}
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, cell in enumerate(cells):
        if is_blank(cell):
            continue
        try:
            cell = _named(cell, known, form)
            beside = form.column(fold(cell)) if isinstance(cell, str) else None
        except InputError as error:
            problems += (replace(problem, place=table.place(0, number, None)) for problem in error.problems)
            continue
        found = (beside.name,) if beside else known.get(_folded(cell), ()) if isinstance(cell, str) else ()
        if len(found) == 1 and found[0] not in first:
            first[found[0]] = number
            out[number] = beside or _column(found[0], vocabulary)
            continue
        place = table.place(0, number, found[0] if len(found) == 1 else None)
        if len(found) == 1:
            before = table.place(0, first[found[0]], None).cell
            problems.append(_problem("header-doubled", place, before))
        elif found:
            ways = [f"{RECORDS[vocabulary[name].record][0]}·{vocabulary[name].zh}" for name in found]
            problems.append(_problem("header-ambiguous", place, "、".join((*ways, *found))))
        elif isinstance(cell, str) and fold(cell).casefold() in _NESTED:
            problems.append(_problem("header-nested", place))
        else:
            near = nearest(_folded(cell), names) if isinstance(cell, str) and len(cell) < 100 else None
            code = "header-unknown" if near is None else "header-near"
            problems.append(_problem(code, place, near and _shown(near, known, vocabulary)))
        if len(problems) >= 100:
            break
    if form.key not in first:
        problems.append(_problem("header-missing", table.place(0, 0, form.key), f"{form.key_zh} ({form.key})"))
    gathering.blame(problems)
    return {} if problems else out


def _named(cell: Cell, known: Mapping[str, tuple[str, ...]], form: Form) -> Cell:
    """Give the name in a header of several lines: the first line, where the whole is no name; the rest are hints."""
    if not isinstance(cell, str) or "\n" not in cell.strip() or _folded(cell) in known:
        return cell
    first = cell.strip().partition("\n")[0]
    return first if _folded(first) in known or form.column(fold(first)) else cell


def _shown(near: str, known: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary) -> str:
    if near not in known:
        return near
    name = known[near][0]
    zh = KEYS[name] if name in KEYS else vocabulary[name].zh
    return f"{zh} ({name})"


def _column(name: str, vocabulary: Vocabulary) -> Column:
    match name:
        case "case" | "household_ref":
            return Column(name, (name,), read_label)
        case "as_of":
            return Column(name, (name,), read_day)
        case "referral.events":
            return Column(name, ("referral", "events"), read_events)
    spec = vocabulary[name]
    if spec.record in LISTS:
        path: tuple[str | int, ...] = (LISTS[spec.record], 0, spec.short)
    else:
        path = (spec.record, spec.short)
    return Column(name, path, lambda cell: read_fact(cell, spec))


# A row ---------------------------------------------------------------------------


def _take(
    row: int, cells: Sequence[Cell], columns: Mapping[int, Column], table: Table, gathering: Gathers, form: Form
) -> None:
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    numbers = {column.path: number for number, column in columns.items()}
    key = numbers[(form.key,)]

    def locate(path: Sequence[str | int]) -> Place:
        """Find the cell of the longest part of a path that has one; else take that of the row's label."""
        for length in range(len(path), 0, -1):
            number = numbers.get(tuple(path[:length]))
            if number is not None:
                return table.place(row, number, columns[number].name)
        return table.place(row, key, ".".join(map(str, path)) or None)

    for number, cell in enumerate(cells):
        if is_blank(cell):
            continue
        column = columns.get(number)
        if column is None:
            problems.append(_problem("cell-without-header", table.place(row, number, None)))
            continue
        try:
            value = column.read(cell)
        except InputError as error:
            place = table.place(row, number, column.name)
            problems.extend(replace(problem, place=place) for problem in error.problems)
            continue
        _put(data, column.path, value)
    if form.key == LABEL and is_blank(cells[key] if key < len(cells) else ""):
        problems.append(_problem("case-label-missing", table.place(row, key, LABEL)))
    gathering.blame(problems)
    gathering.take(data, locate)


def _put(data: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    """Put a value at its path; a record with any filled cell exists, even where the cell says unknown."""
    match path:
        case (str(key),):
            data[key] = value
        case (str(record), str(short)):
            data.setdefault(record, {})[short] = value
        case (str(several), int(), str(short)):
            data.setdefault(several, [{}])[0][short] = value


_SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "header-unknown": ("没有这个名称的列", "no column has this name"),
        "header-near": ("没有这个名称的列，是否为 {}？", "no column has this name; did you mean {}?"),
        "header-ambiguous": (
            "这个列名指多项事实，请写 {} 之一",
            "several facts have this name; write one of {}",
        ),
        "header-doubled": ("这一列出现两次，首次在 {}", "this column stands twice; it stands first in {}"),
        "header-missing": ("缺少必填列 {}", "the required column {} is missing"),
        "header-nested": ("这一项只能写在 YAML 或 JSON 里", "this can only be given in YAML or JSON"),
        "cell-without-header": ("单元格所在的列没有列名", "the cell's column has no header"),
        "case-label-missing": ("缺少个案编号", "the case's label is missing"),
        "rows-too-many": ("超过 {} 行", "more than {} rows"),
    }
)


def _problem(code: str, place: Place, word: object = None) -> Problem:
    zh, en = (text.format(word) for text in _SENTENCES[code])
    return Problem("header-unknown" if code == "header-near" else code, zh, en, place)
