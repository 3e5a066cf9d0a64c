"""Lay a CSV text or an XLSX file open as rows of cells, and say where each cell stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from xianjie.cases.archive import MOST_UNREADABLE, inspect, letters
from xianjie.cases.cells import Cell
from xianjie.errors import InputError, Place, Problem
from xianjie.source import fail

SHEETS = ("个案", "cases")
"""The sheets of an XLSX file that are read first, where there is one; else the first that is shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """Hold rows of cells, the header first, blank rows in their places; rows and columns count from 0."""

    file: str
    rows: Iterable[Sequence[Cell]]
    place: Callable[[int, int, str | None], Place]
    """Find the place of a cell by row, column and path."""
    faults: tuple[Problem, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged cells: the first row and column, the last row and column."""
    formulas: tuple[tuple[str, str], ...] = ()
    """Cells in A1 notation that hold a formula, each with the formula; what is read is its stored result."""


# CSV -----------------------------------------------------------------------------


def csv_table(text: str, file: str) -> Table:
    """Lay a CSV text open; reading its rows raises InputError where a quotation mark is missing."""
    opened = _Csv(text, file)
    return Table(file, opened.rows(), opened.place)


class _Csv:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        # newline="" keeps line ends as they are, so that places count as an editor does
        self.lines = list(io.StringIO(text, newline=""))
        self.starts: list[int] = []
        self.stops: list[int] = []
        self.delimiter = delimiter_of(self.lines[0])

    def rows(self) -> Iterator[Sequence[Cell]]:
        reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        while True:
            self.starts.append(reader.line_num)
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise InputError(
                    Problem(
                        "csv-syntax",
                        "引号没有配对，或单元格过长",
                        "a quotation mark without its partner, or too long a cell",
                        Place(self.file, self.starts[-1] + 1, 1),
                    )
                ) from None
            self.stops.append(reader.line_num)
            yield row

    def place(self, row: int, column: int, path: str | None) -> Place:
        line = self.starts[row]
        lines = self.lines[line : self.stops[row]]
        offset = _field("".join(lines), self.delimiter, column)
        while lines and offset >= len(lines[0]) and len(lines) > 1:
            offset -= len(lines.pop(0))
            line += 1
        return Place(self.file, line + 1, offset + 1, f"{letters(column)}{row + 1}", path)


def delimiter_of(line: str) -> str:
    """Take another delimiter than the comma only where a line without commas holds it."""
    if "," in line:
        return ","
    return next((mark for mark in ("\t", ";") if mark in line), ",")


def _field(record: str, delimiter: str, wanted: int) -> int:
    """Find where a field of a record begins; the record's end where it has fewer."""
    if wanted == 0:
        return 0
    quoted, fresh, count = False, True, 0
    for index, char in enumerate(record):
        if char == '"' and (quoted or fresh):
            quoted = not quoted
        elif char == delimiter and not quoted:
            count += 1
            if count == wanted:
                return index + 1
            fresh = True
            continue
        fresh = False
    return len(record.rstrip("\r\n"))


# XLSX ----------------------------------------------------------------------------


def xlsx_table(data: bytes, file: str, most: int = MOST_UNREADABLE) -> Table:
    """Lay an XLSX file open: the sheet 个案 or `cases`, else the first shown; `most` faults of each kind are told.

    Raises InputError where it cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    parts = inspect(data, file, most)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        name = next((name for name in SHEETS if name in workbook.sheet_names), shown[0] if shown else None)
        if name is None or name not in parts:
            fail(file, "sheet-missing", "没有可见的工作表", "there is no visible sheet")
        sheet = workbook.get_sheet_by_name(name)
        rows: list[list[Cell]] = list(sheet.to_python(skip_empty_area=False))
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, OSError, ValueError):
        fail(file, "xlsx-unreadable", "不是可读的 xlsx 文件", "not a readable .xlsx file")

    def place(row: int, column: int, path: str | None) -> Place:
        return Place(file, cell=f"{name}!{letters(column)}{row + 1}", path=path)

    faults = [_silent(file, name, cell, kind) for cell, kind in parts[name].unreadable]
    faults += [
        Problem(
            "cell-merged",
            "不接受合并单元格：请取消合并并逐行填写",
            "merged cells are not accepted: unmerge them and fill in each row",
            place(row, column, None),
        )
        for (row, column), _ in merged[:most]
        if row < len(rows)
    ]
    spans = tuple((*first, *last) for first, last in merged)
    return Table(file, rows, place, tuple(faults), spans, tuple(parts[name].formulas))


def _silent(file: str, sheet: str, cell: str, kind: str) -> Problem:
    place = Place(file, cell=f"{sheet}!{cell}")
    if kind == "error":
        return Problem("cell-error", "单元格是错误值（如 #N/A）", "the cell holds an error value (as #N/A)", place)
    return Problem(
        "cell-formula",
        "公式没有保存结果：请用表格软件打开并保存，或改填数值",
        "the formula has no stored result: open and save in a spreadsheet, or enter the value",
        place,
    )
