"""The house look of workbooks: how a book is opened, its formats, and how high a row must be for its words."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

A3, A4 = 8, 9
LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""
TALLEST = 405
"""No row of a workbook is higher than 409 points."""
LINE = 15
FONT = "Microsoft YaHei"
MADE = dt.datetime(2000, 1, 1)
"""The day of making that stands in a file: always the same, so that the same content gives the same bytes."""

_PLAIN: Mapping[str, Any] = MappingProxyType(
    {"font_size": 10, "text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
)
STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "title": {"font_size": 15, "bold": True, "valign": "vcenter"},
        "section": {"font_size": 11, "bold": True, "bottom": 1, "bottom_color": "#8EA9DB", "valign": "bottom"},
        "text": {"font_size": 10, "text_wrap": True, "valign": "top"},
        "head": {**_PLAIN, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"},
        "region": {**_PLAIN, "bold": True, "bg_color": "#B4C6E7", "valign": "vcenter", "align": "center"},
        "cell": _PLAIN,
        "soft": {**_PLAIN, "font_color": "#595959"},
        "code": {**_PLAIN, "num_format": "@"},
        "day": {**_PLAIN, "num_format": "yyyy-mm-dd", "align": "left"},
        "good": {**_PLAIN, "bg_color": "#E2EFDA"},
        "bad": {**_PLAIN, "bg_color": "#FCE4D6"},
        "open": {**_PLAIN, "bg_color": "#FFF2CC"},
        "silent": {**_PLAIN, "bg_color": "#F2F2F2", "font_color": "#595959"},
    }
)


class Book:
    """A workbook in the making: nothing that is written to it is ever a formula or a link."""

    def __init__(self, title: str) -> None:
        self._buffer = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT},
        }
        self.book = xlsxwriter.Workbook(self._buffer, options)
        self.book.set_properties({"title": title, "created": MADE})
        self.formats: dict[str, Format] = {name: self.format(style) for name, style in STYLES.items()}

    def format(self, style: Mapping[str, Any]) -> Format:
        """Make a format in the house's font."""
        return self.book.add_format({"font_name": FONT, **style})

    def sheet(self, name: str, widths: Sequence[float], landscape: bool = True, paper: int = A4) -> Worksheet:
        """Add a sheet with columns so many Latin characters wide, ready to be printed."""
        sheet = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def line(
        self, sheet: Worksheet, number: int, cells: Sequence[str | int], widths: Sequence[float], styles: Sequence[str]
    ) -> None:
        """Write one row, as high as its longest cell needs."""
        tallest = 1
        for column, (cell, width, style) in enumerate(zip(cells, widths, styles, strict=True)):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell, self.formats[style])
            else:
                text = shortened(cell)
                sheet.write_string(number, column, text, self.formats[style])
                tallest = max(tallest, lines_of(text, width))
        sheet.set_row(number, min(TALLEST, LINE * tallest + 4))

    def done(self) -> bytes:
        """Give the workbook's bytes."""
        self.book.close()
        return self._buffer.getvalue()


def shortened(text: str) -> str:
    """Cut what no cell can hold, and say so."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……（余下略 / cut here）"


@lru_cache(maxsize=50_000)
def lines_of(text: str, width: float) -> int:
    """Guess on how many lines a text stands in a column so many Latin characters wide."""
    room = max(1, int(width * 1.06))  # the words are a size smaller than those that the width is counted in
    return sum(max(1, -(-cells_of(line) // room)) for line in text.split("\n"))


def cells_of(text: str) -> int:
    """Count how many Latin characters wide a text is."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
