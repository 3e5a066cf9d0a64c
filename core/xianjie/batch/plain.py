"""Make a plain copy of a table with its faults marked, where the workbook itself cannot be written again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from xianjie.batch.intake import MARK_HEAD, Intake, is_ours
from xianjie.batch.look import Book, shortened
from xianjie.batch.words import say
from xianjie.cases.cells import is_blank


def plain_copy(intake: Intake, words: Mapping[int, str], at: int, lang: str) -> bytes:
    """Write the values of the sheet that was read, `words` by row (from 0) in the column `at`, bad cells filled."""
    book = Book(say(lang, "标出错误的副本", "copy with faults marked"))
    sheet = book.book.add_worksheet((intake.opened.sheet or "cases")[:31])
    bad = {(row.number - 1, flaw.column) for row in intake.bad for flaw in row.flaws}
    formats = {
        (kind, wrong): book.format({**style, **({"bg_color": "#FFC7CE"} if wrong else {})})
        for kind, style in (("text", {"num_format": "@"}), ("number", {}), ("day", {"num_format": "yyyy-mm-dd"}))
        for wrong in (False, True)
    }
    for number, cells in enumerate(intake.opened.rows):
        for column, cell in enumerate(cells):
            wrong = (number, column) in bad
            if is_blank(cell) and not wrong:
                continue
            if column == at and is_ours(intake.opened.rows[0][at] if at < len(intake.opened.rows[0]) else ""):
                continue
            if isinstance(cell, dt.datetime | dt.date) and cell.year >= 1900:
                day = dt.datetime(cell.year, cell.month, cell.day)
                sheet.write_datetime(number, column, day, formats["day", wrong])
            elif isinstance(cell, bool):
                sheet.write_boolean(number, column, cell, formats["number", wrong])
            elif isinstance(cell, int | float) and abs(cell) < 10**15:
                sheet.write_number(number, column, cell, formats["number", wrong])
            else:
                sheet.write_string(number, column, shortened(str(cell)), formats["text", wrong])
        if number in words:
            sheet.write_string(number, at, shortened(words[number]), book.formats["bad"])
    sheet.write_string(0, at, say(lang, *MARK_HEAD), book.formats["head"])
    sheet.set_column(at, at, 60)
    sheet.freeze_panes(1, 1)
    return book.done()
