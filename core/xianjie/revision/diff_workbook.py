"""Write a diff as a workbook that opens in Excel and WPS: the changes, old beside new, and a sheet of totals."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

from xianjie.compare.bilingual import Both
from xianjie.revision.diff import OTHER_REGION, totals_words
from xianjie.revision.diff_change import SECTIONS, WEIGHTS, Diff
from xianjie.revision.diff_text import cells, named_words
from xianjie.vocabulary.topics import TOPIC

MOST = 32_767
"""How many characters a cell holds; a longer text would be left out without a word."""

_MADE = dt.datetime(2000, 1, 1)
_COLUMNS: tuple[tuple[Both, int], ...] = (
    (Both("序号", "no."), 6),
    (Both("类型", "kind"), 16),
    (Both("部分", "section"), 10),
    (Both("关于", "about"), 28),
    (Both("旧条款", "old clause"), 12),
    (Both("新条款", "new clause"), 12),
    (Both("改动", "change"), 48),
    (Both("旧", "old"), 44),
    (Both("新", "new"), 44),
    (Both("议题", "topics"), 24),
    (Both("位置", "path"), 30),
    (Both("分量", "weight"), 8),
)


def diff_workbook(found: Diff, lang: str = "zh") -> bytes:
    """Write the workbook in `zh` or `en`."""
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _MADE})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E7ECF3", "border": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    major = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bold": True})
    sheet = book.add_worksheet(Both("差异", "changes").said(lang))
    for column, (title, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title.said(lang), heading)
    sheet.freeze_panes(1, 4)
    for row, change in enumerate(found.changes, 1):
        _, about, kind, words, old, new = cells(change, lang)
        topics = [TOPIC[topic].zh if lang == "zh" else TOPIC[topic].en for topic in change.topics]
        texts = [
            kind,
            SECTIONS[change.section].said(lang),
            about,
            change.old_clause or "",
            change.new_clause or "",
            words,
            old,
            new,
            "\n".join(topics),
            change.path,
            WEIGHTS[change.weight].said(lang),
        ]
        sheet.write_number(row, 0, row, plain)
        for column, text in enumerate(texts, 1):
            sheet.write_string(row, column, fitting(text), major if column == 1 and change.weight == "major" else plain)
    if found.changes:
        sheet.autofilter(0, 0, len(found.changes), len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    about_sheet = book.add_worksheet(Both("概况", "summary").said(lang))
    about_sheet.set_column(0, 0, 12)
    about_sheet.set_column(1, 1, 100)
    lines = [
        (Both("旧", "old"), named_words(found.old)),
        (Both("新", "new"), named_words(found.new)),
        (Both("合计", "totals"), totals_words(found)),
    ]
    if not found.same_region:
        lines.append((Both("说明", "note"), OTHER_REGION))
    for row, (label, line) in enumerate(lines):
        about_sheet.write_string(row, 0, label.said(lang), heading)
        about_sheet.write_string(row, 1, line.said(lang), plain)
    book.close()
    return stream.getvalue()


def fitting(text: str) -> str:
    """Cut a text to what a cell can hold; a mark at its end says so, and JSON holds the whole."""
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
