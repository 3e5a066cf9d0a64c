"""A summary as a workbook: what it is of and how to read it, then a sheet for each table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xianjie.population.summary.cells import NOT_TOLD, Table
from xianjie.population.summary.gathered import Pair, Summary
from xianjie.population.summary.tables import documents, guard_note

LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""
_A4 = 9
_UNFIT = re.compile(r"[\[\]:*?/\\']")
_MOST = 31


def workbook(summary: Summary, tables: Sequence[Table], lang: str) -> bytes:
    """Make the workbook in `zh` or `en`; the same summary gives the same bytes. Every text is written as text."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    day = dt.date.fromisoformat(summary.as_of)
    book.set_properties({"title": _TITLE[lang != "zh"], "created": dt.datetime(day.year, day.month, day.day)})
    writer = _Writer(book, lang)
    writer.front(summary)
    for table in tables:
        writer.table(table)
    book.close()
    return buffer.getvalue()


_TITLE: Pair = ("人群测算", "What a population comes to")


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self.book, self.at = book, int(lang != "zh")
        plain = {"valign": "top", "border": 1, "border_color": "#BFBFBF", "font_size": 10}
        self.plain = book.add_format({**plain, "text_wrap": True})
        self.head = book.add_format(
            {**plain, "text_wrap": True, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"}
        )
        self.number = book.add_format({**plain, "num_format": "#,##0"})
        self.hidden = book.add_format({**plain, "align": "right", "font_color": "#7F7F7F"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"text_wrap": True, "valign": "top", "font_size": 10, "font_color": "#595959"})
        self._names: set[str] = set()

    def sheet(self, title: Pair) -> Worksheet:
        stem = _UNFIT.sub(" ", title[self.at]).strip() or "1"
        name, number = stem[:_MOST], 1
        while name.casefold() in self._names:
            number += 1
            name = f"{stem[: _MOST - 4]} {number}"
        self._names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def front(self, summary: Summary) -> None:
        """Say what was counted, by which documents, and what is not told."""
        sheet = self.sheet(("说明", "notes"))
        sheet.write_string(0, 0, _TITLE[self.at], self.title)
        rows: list[tuple[Pair, str | int | None]] = [
            (("判定日", "as of"), summary.as_of),
            (("人数", "people"), summary.rows),
            (("搁置的错行", "rows put aside"), summary.rejected),
        ]
        for number, (label, value) in enumerate(rows, 2):
            sheet.write_string(number, 0, label[self.at], self.head)
            self._cell(sheet, number, 1, value)
        note = guard_note(summary)
        if note is not None:
            sheet.merge_range(6, 0, 6, 4, note[self.at], self.note)
            sheet.set_row(6, 32)
        self._lines(sheet, documents(summary), 8)

    def table(self, table: Table) -> None:
        """Write one table, its notes below it."""
        sheet = self.sheet(table.title)
        end = self._lines(sheet, table, 0)
        sheet.freeze_panes(1, table.labels)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, end - 1, len(table.heads) - 1)
        for number, note in enumerate(table.notes, end + 1):
            sheet.merge_range(number, 0, number, max(1, len(table.heads) - 1), note[self.at], self.note)
            sheet.set_row(number, 32)

    def _lines(self, sheet: Worksheet, table: Table, first: int) -> int:
        for column, head in enumerate(table.heads):
            sheet.write_string(first, column, head[self.at], self.head)
            sheet.set_column(column, column, 34 if 0 < column < table.labels else 16)
        for number, row in enumerate(table.rows, first + 1):
            for column, cell in enumerate(row):
                self._cell(sheet, number, column, cell[self.at] if isinstance(cell, tuple) else cell)
        return first + 1 + len(table.rows)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: str | int | None) -> None:
        shape: Format = self.plain
        if value is None:
            sheet.write_string(row, column, NOT_TOLD, self.hidden)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.number)
        else:
            sheet.write_string(row, column, value[:LONGEST], shape)
