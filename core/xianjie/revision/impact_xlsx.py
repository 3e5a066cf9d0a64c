"""Write an impact as a workbook: totals, clause by clause, case by case, and how to read it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from xianjie.revision.approvals import Approval, Judged
from xianjie.revision.impact import Impact
from xianjie.revision.impact_classes import CHANGE_MEANINGS, CHANGE_TERMS, CHANGES, PART_TERMS, Change, change_told
from xianjie.revision.impact_entries import Row
from xianjie.revision.impact_words import Words
from xianjie.vocabulary.terms import term

MOST_ROWS = 200_000
"""How many changes of single cases one workbook lists."""

_MADE = dt.datetime(2000, 1, 1)
"""The day of making that stands in the file: always the same, so that the same impact gives the same bytes."""
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""A cell is what its text says: nothing that begins with = or @ is ever calculated or opened."""

Cell = str | int


def impact_xlsx(found: Impact, judged: Judged, notes: Sequence[str], lang: str) -> bytes:
    """Give the workbook's bytes; `notes` are lines for the last sheet, on where the cases came from and the like."""
    words = Words(found, lang)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        book.set_properties({"title": words.say("修订影响", "Impact of a revision"), "created": _MADE})
        writer = _Writer(book)
        _totals(writer, words)
        _by_clause(writer, words, judged)
        _by_case(writer, words, judged)
        _notes(writer, words, notes)
    return out.getvalue()


class _Writer:
    """Write sheets with a frozen, filtered head line; every text as text."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.body = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0", "valign": "top"})

    def sheet(
        self, name: str, titles: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]], hold: int
    ) -> None:
        """Write one sheet; the first `hold` columns stay in sight beside the head line."""
        sheet = self.book.add_worksheet(name)
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self.head)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(last, column, cell, self.number)
                else:
                    sheet.write_string(last, column, cell, self.body)
        sheet.freeze_panes(1, hold)
        if last:
            sheet.autofilter(0, 0, last, len(titles) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


def _totals(writer: _Writer, words: Words) -> None:
    say, found = words.say, words.impact
    titles = [say("部分", "part"), say("条目", "entries"), *(_change_title(change, words.lang) for change in CHANGES)]
    rows: list[Sequence[Cell]] = [
        (term(PART_TERMS, total.part, words.lang), total.entries, *(total.counts[change] for change in CHANGES))
        for total in found.totals
    ]
    writer.sheet(say("汇总", "totals"), titles, [18, 10, *(12 for _ in CHANGES)], rows, 1)


def _by_clause(writer: _Writer, words: Words, judged: Judged) -> None:
    say = words.say
    titles = [*_row_titles(words), say("案数", "cases"), say("条目", "entries"), say("例", "examples")]
    titles += [say("批准人", "approved by"), say("理由", "why"), say("文号", "document")]
    rows: list[Sequence[Cell]] = [
        (
            *_row_cells(counted.row, words),
            counted.cases,
            counted.entries,
            say("、", ", ").join(counted.examples),
            *_approved(approval, words),
        )
        for counted, approval in judged.rows
    ]
    widths = [*_ROW_WIDTHS, 8, 8, 26, 14, 24, 20]
    writer.sheet(say("按条款", "by clause"), titles, widths, rows, 2)


def _by_case(writer: _Writer, words: Words, judged: Judged) -> None:
    say = words.say
    approved = {counted.row: approval for counted, approval in judged.rows}
    titles = [say("个案", "case"), *_row_titles(words), say("批准", "approved")]
    rows: Iterable[Sequence[Cell]] = (
        (label, *_row_cells(row, words), say("是", "yes") if approved[row] is not None else say("否", "no"))
        for label, row in words.impact.listed
    )
    writer.sheet(say("个案", "by case"), titles, [14, *_ROW_WIDTHS, 8], rows, 1)


def _notes(writer: _Writer, words: Words, notes: Sequence[str]) -> None:
    say, found = words.say, words.impact
    lines: list[tuple[str, str]] = [
        (say("修订前", "before"), words.document(found.old)),
        (say("修订后", "after"), words.document(found.new)),
        (say("判定日", "date"), words.dates()),
        (
            say("个案", "cases"),
            say(f"{found.cases} 个，其中 {found.changed} 个有变化", f"{found.cases}, {found.changed} changed"),
        ),
        *((say("说明", "note"), note) for note in notes),
    ]
    if found.left_off:
        lines.append(
            (
                say("未列", "left off"),
                say(f"另有 {found.left_off} 项个案变化没有列出", f"{found.left_off} more changes are not listed"),
            )
        )
    lines += [(_change_title(change, words.lang), term(CHANGE_MEANINGS, change, words.lang)) for change in CHANGES]
    writer.sheet(say("说明", "notes"), [say("项", "entry"), say("内容", "text")], [18, 90], lines, 0)


_ROW_WIDTHS = (14, 22, 12, 22, 22, 12, 26)


def _row_titles(words: Words) -> list[str]:
    say = words.say
    return [
        say("部分", "part"),
        say("名称", "name"),
        say("变化", "change"),
        say("修订前", "before"),
        say("修订后", "after"),
        say("条款", "clause"),
        say("规则", "rule"),
    ]


def _row_cells(row: Row, words: Words) -> list[Cell]:
    before, after = words.sides(row)
    part = term(PART_TERMS, row.part, words.lang)
    change = change_told(row.change, row.part, words.lang, row.after.status)
    return [part, words.name(row), change, before, after, row.clause or "", row.rule or ""]


def _change_title(change: Change, lang: str) -> str:
    """Name a change without its sign: in a table that is saved as CSV, `+` and `=` would begin a formula."""
    return term(CHANGE_TERMS, change, lang)


def _approved(approval: Approval | None, words: Words) -> list[Cell]:
    if approval is None:
        return [words.say("未批准", "not approved"), "", ""]
    return [approval.who, approval.why, approval.document]
