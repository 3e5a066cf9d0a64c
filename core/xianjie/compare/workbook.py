"""Write a matrix as a workbook: notes, a sheet for each dimension, and one with every cell's words in full."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from io import BytesIO
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xianjie.compare.bilingual import Both
from xianjie.compare.case import Outcomes
from xianjie.compare.cell import Cell
from xianjie.compare.difference import VERDICTS
from xianjie.compare.markdown import HEADS, cell_lines, notes
from xianjie.compare.matrix import Column, Matrix, Row
from xianjie.language.calendar import iso
from xianjie.vocabulary.terms import DIMENSIONS, FORCES, STANDINGS, STATUSES, VALIDITIES, term

A3, A4 = 8, 9
LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""
TALLEST = 400
LINE = 15

_FILLS: Mapping[str, str] = MappingProxyType(
    {"differ": "#FFF2CC", "open": "#EDEDED", "same": "#FFFFFF", "silent": "#FFFFFF"}
)

_HEADS: Mapping[str, Both] = MappingProxyType(
    {
        "notes": Both("说明", "notes"),
        "all": Both("明细", "details"),
        "number": Both("文号", "number"),
        "standing": Both("性质", "standing"),
        "validity": Both("效力", "validity"),
        "text": Both("文本", "text"),
        "policy": Both("文件编号", "policy"),
        "version": Both("版本", "version"),
        "issued": Both("印发", "issued"),
        "supposed": Both("假设", "supposition"),
        "verdict": Both("是否有差异", "do they differ"),
        "how": Both("怎样不同", "how they differ"),
        "value": Both("内容", "what it says"),
        "force": Both("力度", "force"),
        "clause": Both("条款", "clause"),
        "rules": Both("规则", "rules"),
        "details": Both("详细", "in full"),
        "legend": Both("用语", "words"),
    }
)
_TEXTS: Mapping[str, Both] = MappingProxyType({"full": Both("全文", "full text"), "digest": Both("摘要", "digest")})
LEGEND: Mapping[str, Both] = MappingProxyType(
    {
        "differ": Both("各文件的规定不同，或有的文件没有规定", "the documents rule differently, or some are silent"),
        "open": Both(
            "已知的规定一致或只有一份，其余摘要未载或只有文字",
            "what is known agrees; a digest's silence or free words leave the rest open",
        ),
        "same": Both("所比各项都相同", "the same in all that is compared"),
        "silent": Both("都没有规定，或摘要都没有写到", "no document rules it, or no digest mentions it"),
    }
)
SILENCES: Mapping[str, Both] = MappingProxyType(
    {
        "not_stipulated": Both("全文没有写", "the full text does not say"),
        "not_reported": Both(
            "摘要没有写到，不等于没有规定", "the digest does not mention it, which is not to say that there is no rule"
        ),
    }
)


def workbook(matrix: Matrix, lang: str = "zh", outcomes: Outcomes | None = None) -> bytes:
    """Make the workbook in `zh` or `en`; the same matrix gives the same bytes.

    Every text is written as text, so that one that begins as a formula does is none.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    day = dt.date.fromordinal(matrix.as_of)
    book.set_properties({"title": HEADS["title"].said(lang), "created": dt.datetime(day.year, day.month, day.day)})
    writer = _Writer(book, matrix, lang, outcomes)
    writer.notes()
    for dimension, rows in matrix.dimensions().items():
        writer.dimension(dimension, rows)
    writer.details()
    book.close()
    return buffer.getvalue()


class _Writer:
    """The sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, matrix: Matrix, lang: str, outcomes: Outcomes | None) -> None:
        self.book, self.matrix, self.lang, self.outcomes = book, matrix, lang, outcomes
        plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF", "font_size": 10}
        self.plain = book.add_format(plain)
        self.head = book.add_format({**plain, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"})
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.by_verdict = {
            verdict: book.add_format({**plain, "bold": verdict == "differ", "bg_color": fill})
            for verdict, fill in _FILLS.items()
        }

    def said(self, name: str) -> str:
        return (_HEADS.get(name) or HEADS[name]).said(self.lang)

    def sheet(self, name: str, widths: Sequence[float]) -> Worksheet:
        sheet = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(A3 if len(widths) > 5 else A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def line(
        self, sheet: Worksheet, number: int, texts: Sequence[str], widths: Sequence[float], formats: Sequence[Format]
    ) -> None:
        """Write one row of texts, as high as its longest cell needs."""
        for column, (text, format_) in enumerate(zip(texts, formats, strict=True)):
            sheet.write_string(number, column, text[:LONGEST], format_)
        most = max((_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
        sheet.set_row(number, min(TALLEST, LINE * most + 3))

    def table(
        self,
        sheet: Worksheet,
        first: int,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
    ) -> int:
        """Write a table, and give the row after it."""
        self.line(sheet, first, titles, widths, [self.head] * len(titles))
        for number, row in enumerate(rows, first + 1):
            self.line(sheet, number, row, widths, [self.plain] * len(row))
        return first + 1 + len(rows)

    def notes(self) -> None:
        """Describe the documents and the words of the other sheets."""
        widths = [16, 44, 22, 12, 14, 10, 26, 14, 12, 30]
        sheet = self.sheet(self.said("notes"), widths)
        title = f"{self.said('title')} · {self.said('as_of')} {iso(self.matrix.as_of)}"
        if self.outcomes is not None:
            title += f" · {self.said('case')} {self.outcomes.label or ''}"
        sheet.write_string(0, 0, title, self.bold)
        names = (
            "region",
            "document",
            "number",
            "standing",
            "validity",
            "text",
            "policy",
            "version",
            "issued",
            "supposed",
        )
        rows = [self.document(column) for column in self.matrix.columns]
        after = self.table(sheet, 2, [self.said(name) for name in names], rows, widths)
        for number, note in enumerate(notes(self.matrix, self.lang), after + 1):
            sheet.write_string(number, 0, note)
        after += 2 + len(notes(self.matrix, self.lang))
        legend = [[VERDICTS[verdict].said(self.lang), LEGEND[verdict].said(self.lang)] for verdict in VERDICTS]
        legend += [[term(STATUSES, one, self.lang), SILENCES[one].said(self.lang)] for one in SILENCES]
        legend.append([self.said("force"), " > ".join(term(FORCES, one, self.lang) for one in _RANKED)])
        after = self.table(sheet, after, [self.said("legend"), ""], legend, widths[:2])
        sheet.print_area(0, 0, after, len(widths) - 1)

    def document(self, column: Column) -> list[str]:
        return [
            column.name.said(self.lang),
            column.title,
            column.number or "",
            term(STANDINGS, column.standing, self.lang),
            term(VALIDITIES, column.validity, self.lang),
            _TEXTS[column.text].said(self.lang),
            f"{column.policy}\n{column.sha256[:12]}",
            column.version,
            column.dates["issued"] or "",
            column.supposed.said(self.lang),
        ]

    def dimension(self, dimension: str, rows: Sequence[Row]) -> None:
        """Write the rows of one dimension, a column for each document."""
        columns = self.matrix.columns
        widths = [20, 12, *([34 if len(columns) < 4 else 27] * len(columns)), 48]
        sheet = self.sheet(term(DIMENSIONS, dimension, self.lang), widths)
        heads = [
            "\n".join([one.name.said(self.lang), *(mark.said(self.lang) for mark in one.markers())]) for one in columns
        ]
        titles = [self.said("topic"), self.said("verdict"), *heads, self.said("how")]
        self.line(sheet, 0, titles, widths, [self.head] * len(titles))
        for number, row in enumerate(rows, 1):
            verdict = row.difference.verdict
            texts = [
                row.topic.zh if self.lang == "zh" else row.topic.en,
                VERDICTS[verdict].said(self.lang),
                *("\n".join(self.cell(row, place)) for place in range(len(columns))),
                row.difference.sentence.said(self.lang),
            ]
            formats = [self.by_verdict[verdict]] * 2 + [self.plain] * (len(columns) + 1)
            self.line(sheet, number, texts, widths, formats)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 1)
        sheet.print_area(0, 0, len(rows), len(widths) - 1)
        sheet.autofilter(0, 0, len(rows), 1)

    def cell(self, row: Row, place: int) -> list[str]:
        found = self.outcomes.of(place, row.topic.id) if self.outcomes is not None else None
        cell = row.cells[place]
        return cell_lines(cell, self.lang, found.statuses if found and cell.ruled else None)

    def details(self) -> None:
        """Write every cell on a row of its own, with all its words."""
        widths = [20, 16, 40, 20, 14, 50, 60]
        sheet = self.sheet(self.said("all"), widths)
        names = ("topic", "region", "value", "force", "clause", "rules", "details")
        rows = [
            [row.topic.zh if self.lang == "zh" else row.topic.en, column.name.said(self.lang), *self.full(cell)]
            for row in self.matrix.rows
            for column, cell in zip(self.matrix.columns, row.cells, strict=True)
        ]
        after = self.table(sheet, 0, [self.said(name) for name in names], rows, widths)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, after - 1, len(widths) - 1)
        sheet.autofilter(0, 0, after - 1, len(widths) - 1)

    def full(self, cell: Cell) -> list[str]:
        rules = [f"{rule.id}（{rule.clause}）{rule.summary.said(self.lang)}" for rule in cell.rules]
        more = [*(detail.said(self.lang) for detail in cell.details)]
        more += [f"{question.id} {question.text.said(self.lang)}" for question in cell.questions]
        if cell.note:
            more.append(cell.note.said(self.lang))
        forces = cell.forces().said(self.lang)
        return [cell.value.said(self.lang), forces, "\n".join(cell.clauses()), "\n".join(rules), "\n".join(more)]


_RANKED = ("must", "must_bare", "priority", "encouraged", "explore", "may")


def _lines(text: str, width: float) -> int:
    """Guess on how many lines a text stands in a column so many Latin characters wide."""
    room = max(1.0, width - 1)
    return sum(max(1, -(-_cells(line) // int(room))) for line in text.split("\n"))


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
