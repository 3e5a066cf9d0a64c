"""Give an uploaded table back with its faults marked where they are, and everything else as it was."""

from __future__ import annotations

import csv
import html
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from xianjie.batch.intake import MARK_HEAD, Flaw, Intake, Row, is_ours
from xianjie.batch.look import LINE, LONGEST, TALLEST, lines_of
from xianjie.batch.plain import plain_copy
from xianjie.batch.words import say
from xianjie.cases.archive import inspect
from xianjie.cases.cells import is_blank
from xianjie.cases.harmless import harmless, is_risky

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "衔接 xianjie"
_BEGIN = "【错误】"
FILL, HEAD_FILL = "FFFFC7CE", "FFF8CBAD"
LIST = ("错误清单", "errors")
WIDTH = 60
MOST_WORDS = 1500
"""Characters of one cell's comment."""

_PARTS: Mapping[str, tuple[str, str]] = {
    "xl/charts/": ("图表", "charts"),
    "xl/media/": ("图片", "pictures"),
    "xl/diagrams/": ("SmartArt 图形", "SmartArt"),
    "xl/drawings/drawing": ("形状和文本框", "shapes"),
    "xl/pivotTables/": ("数据透视表", "pivot tables"),
    "xl/slicers/": ("切片器", "slicers"),
    "xl/ctrlProps/": ("表单控件", "form controls"),
    "xl/activeX/": ("ActiveX 控件", "ActiveX controls"),
    "xl/embeddings/": ("嵌入的对象", "embedded objects"),
    "xl/externalLinks/": ("对其他文件的引用", "links to other files"),
    "xl/threadedComments/": ("对话式批注", "threaded comments"),
    "_xmlsignatures/": ("数字签名", "digital signatures"),
}
"""What the copy may lose, by the parts of a workbook that hold it."""
_EXTENSIONS: Mapping[str, tuple[str, str]] = {
    "Data Validation": ("引用其他工作表的下拉列表", "lists of other sheets"),
    "Conditional Formatting": ("扩展的条件格式", "extended conditional formats"),
    "Slicer List": ("切片器", "slicers"),
    "Sparkline": ("迷你图", "sparklines"),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked copy. `lost` names in words what the original holds and the copy may not; `formulas` how many formulas
    became their results.
    """

    data: bytes
    lost: tuple[str, ...] = ()
    formulas: int = 0


def marked(data: bytes, intake: Intake, lang: str = "zh") -> Marked:
    """Mark the faults of a file that was read: each bad cell, and a last column that says in words what to mend.

    A workbook keeps its styles, lists and other sheets; formulas become their stored results, and none is carried over.
    A column of an earlier marking is written anew. Text comes back in its encoding, UTF-8 with a byte order mark.
    """
    if not intake.opened.is_workbook:
        return Marked(_marked_text(intake, lang))
    return _marked_book(data, intake, lang)


def row_words(row: Row, lang: str) -> str:
    """Say all that is wrong in a row, numbered where it is more than one thing, each with its column's name."""
    texts = [flaw_words(flaw, lang) for flaw in row.flaws]
    if len(texts) > 1:
        texts = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    return "\n".join(texts)[:LONGEST]


def flaw_words(flaw: Flaw, lang: str) -> str:
    """Say what is wrong in a cell, the column's name first."""
    text = flaw.problem.zh if lang == "zh" else flaw.problem.en
    return f"{flaw.name}{say(lang, '：', ': ')}{text}" if flaw.name else text


def _mark_column(intake: Intake) -> int:
    """Find the column for the words, from 0: that of an earlier marking, else the first that is free."""
    rows = intake.opened.rows
    for number, cell in enumerate(rows[0]):
        if is_ours(cell):
            return number
    return max((number for cells in rows for number, cell in enumerate(cells) if not is_blank(cell)), default=-1) + 1


# Text ----------------------------------------------------------------------------


def _marked_text(intake: Intake, lang: str) -> bytes:
    opened = intake.opened
    at = _mark_column(intake)
    words = {row.number - 1: row_words(row, lang) for row in intake.bad}
    words[0] = say(lang, *MARK_HEAD)
    out = io.StringIO()
    lines = csv.writer(out, delimiter=opened.delimiter, lineterminator="\r\n")
    for number, cells in enumerate(opened.rows):
        texts = [_text(cell) for cell in cells] + [""] * (at + 1 - len(cells))
        texts[at] = words.get(number, "")
        lines.writerow([harmless(text) for text in texts])
    encoding = "gb18030" if opened.encoding == "gb18030" else "utf-8-sig"
    return out.getvalue().encode(encoding)


def _text(cell: object) -> str:
    """Give a cell's text; one that we made harmless before is not given another mark."""
    text = str(cell)
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


# Workbooks -----------------------------------------------------------------------


def _marked_book(data: bytes, intake: Intake, lang: str) -> Marked:
    from openpyxl import load_workbook

    lost = [say(lang, *words) for start, words in _PARTS.items() if _holds(data, start)]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False, rich_text=True)
            sheet = book[intake.opened.sheet or ""]
            formulas = _without_formulas(book, data, intake)
            lost += [
                say(lang, *words) for word, words in _EXTENSIONS.items() if any(word in str(w.message) for w in told)
            ]
            _mark(sheet, intake, lang)
            book.active = book.worksheets.index(sheet)
            _list(book, intake, lang, lost, formulas)
            out = io.BytesIO()
            book.save(out)
        except (
            ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, SyntaxError, OSError,
            NotImplementedError, zipfile.BadZipFile, ElementTree.ParseError,
        ):  # fmt: skip
            # some workbook that the one library reads and the other does not: the values and the marks are kept
            kept = say(lang, "原文件的格式和其他工作表", "the file's formats and its other sheets")
            words = {row.number - 1: row_words(row, lang) for row in intake.bad}
            return Marked(
                plain_copy(intake, words, _mark_column(intake), lang), (kept,), len(intake.opened.table.formulas)
            )
    return Marked(out.getvalue(), tuple(dict.fromkeys(lost)), formulas)


def _holds(data: bytes, start: str) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name.lstrip("/") for name in archive.namelist()]
    found = [name for name in names if name.startswith(start)]
    if start == "xl/drawings/drawing":  # charts and pictures stand on drawings, too, and are told by their own names
        return bool(found) and not any(name.startswith(("xl/charts/", "xl/media/")) for name in names)
    return bool(found)


def _without_formulas(book: Any, data: bytes, intake: Intake) -> int:
    """See to it that no formula is carried over: each is its result by now, or its own text.

    Text it is where there is no result, and where the result was refused: else it would be taken when it comes back.
    """
    parts = inspect(data, intake.file)
    refused = {
        (flaw.problem.place.cell or "").rpartition("!")[2]
        for row in intake.bad
        for flaw in row.flaws
        if flaw.problem.code == "cell-formula-unsafe"
    }
    number = 0
    for sheet in book.worksheets:
        for cell, text in parts[sheet.title].formulas if sheet.title in parts else ():
            number += 1
            is_refused = sheet.title == intake.opened.sheet and cell in refused
            if (sheet[cell].value is None or is_refused) and not _is_merged(sheet[cell]):
                _write(sheet[cell], f"={html.unescape(text)}")
        for cells in sheet.iter_rows():
            for one in cells:
                if one.data_type == "f":
                    _write(one, str(one.value))
                elif isinstance(one.value, str) and is_risky(one.value):
                    one.quotePrefix = True
    for holder in (book, *book.worksheets):
        for name, defined in list(holder.defined_names.items()):
            if "[" in (defined.attr_text or "") or "|" in (defined.attr_text or ""):
                del holder.defined_names[name]
    return number


def _is_merged(cell: Any) -> bool:
    from openpyxl.cell.cell import MergedCell

    return isinstance(cell, MergedCell)


def _write(cell: Any, text: str) -> None:
    """Write a text that stays one."""
    cell.value = text[:LONGEST]
    cell.data_type = "s"
    if is_risky(text):
        cell.quotePrefix = True


def _mark(sheet: Worksheet, intake: Intake, lang: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    _unmark(sheet)
    fill = PatternFill("solid", start_color=FILL, end_color=FILL)
    thin = Side(style="thin", color="FFBFBFBF")
    at = _mark_column(intake) + 1
    head = sheet.cell(1, at)
    _write(head, say(lang, *MARK_HEAD))
    head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    head.fill = PatternFill("solid", start_color=HEAD_FILL, end_color=HEAD_FILL)
    head.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    sheet.column_dimensions[get_column_letter(at)].width = WIDTH
    by_number = {row.number: row for row in intake.bad}
    for row in intake.rows:
        cell = sheet.cell(row.number, at)
        cell.value = None
        if row.number not in by_number:
            continue
        words = row_words(row, lang)
        _write(cell, words)
        _heighten(sheet, row.number, words, WIDTH)
        cell.alignment, cell.number_format = Alignment(wrap_text=True, vertical="top"), "@"
        cell.fill = copy(fill)
        found: dict[int, list[str]] = {}
        for flaw in row.flaws:
            if flaw.column is not None:
                found.setdefault(flaw.column + 1, []).append(flaw_words(flaw, lang))
        for column, texts in found.items():
            bad = sheet.cell(row.number, column)
            bad.fill = copy(fill)
            if _is_merged(bad):
                continue
            before = bad.comment.text + "\n" if bad.comment is not None else ""
            said = before + _BEGIN + "\n".join(dict.fromkeys(texts))
            bad.comment = Comment(said[:MOST_WORDS], AUTHOR, height=110, width=320)


def _heighten(sheet: Worksheet, row: int, words: str, width: float) -> None:
    """Make a row as high as its words need; a higher one stays as it is."""
    needed = min(TALLEST, LINE * lines_of(words, width) + 3)
    height = sheet.row_dimensions[row].height
    if needed > LINE + 3 and (height is None or height < needed):
        sheet.row_dimensions[row].height = needed


def _unmark(sheet: Worksheet) -> None:
    """Take the marks of an earlier reading away."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.start_color.rgb == FILL:
                cell.fill = PatternFill()
            if not _is_merged(cell) and cell.comment is not None and _BEGIN in cell.comment.text:
                before = cell.comment.text.partition(_BEGIN)[0].rstrip("\n")
                cell.comment = Comment(before, cell.comment.author) if before else None


def _list(book: Any, intake: Intake, lang: str, lost: Sequence[str], formulas: int) -> None:
    """Add a plain sheet with every fault, and with what the copy may not have kept."""
    from openpyxl.styles import Alignment, Font, PatternFill

    for name in LIST:
        if name in book.sheetnames and name != intake.opened.sheet:
            del book[name]
    sheet = book.create_sheet(say(lang, *LIST))
    lines = list_notes(intake, lang, lost, formulas)
    for number, line in enumerate(lines, 1):
        _write(sheet.cell(number, 1), line)
    first = len(lines) + 2
    titles = [
        say(lang, *pair)
        for pair in (("行", "row"), ("单元格", "cell"), ("列", "column"), ("错误说明", "what is wrong"))
    ]
    for column, title in enumerate(titles, 1):
        cell = sheet.cell(first, column)
        _write(cell, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="FFD9E2F3", end_color="FFD9E2F3")
    number = first
    for row in intake.bad:
        for flaw in row.flaws:
            number += 1
            sheet.cell(number, 1, row.number)
            place = (flaw.problem.place.cell or "").rpartition("!")[2]
            texts = (place, flaw.name, flaw.problem.zh if lang == "zh" else flaw.problem.en)
            for column, text in enumerate(texts, 2):
                _write(sheet.cell(number, column), text)
                sheet.cell(number, column).alignment = Alignment(wrap_text=column == 4, vertical="top")
            _heighten(sheet, number, texts[-1], 90)
    for letter, width in zip("ABCD", (8, 10, 28, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = sheet.cell(first + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{first}:{first}"


def list_notes(intake: Intake, lang: str, lost: Sequence[str], formulas: int) -> list[str]:
    """Say how many faults there are, what to do, and what the copy does not keep."""
    flaws = sum(len(row.flaws) for row in intake.bad)
    out = [
        say(
            lang,
            f"共读取 {len(intake.rows)} 行，{len(intake.bad)} 行有错，{flaws} 处。"
            "改正标红的单元格后，直接上传本文件；“错误说明”一列不必删除。",
            f"{len(intake.rows)} rows read, {len(intake.bad)} with faults, {flaws} faults. Mend the marked cells and "
            "send this file again; the last column may stay.",
        )
    ]
    if not intake.complete:
        out.append(
            say(lang, "错误过多，有的行只列出了第一处。", "too many faults: of some rows only the first is listed.")
        )
    if formulas:
        out.append(
            say(
                lang,
                f"原文件的 {formulas} 个公式在本文件里已换成它们的结果，没有结果的写成文字。",
                f"{formulas} formulas are now their results, or text where they had none.",
            )
        )
    if lost:
        words = say(lang, "、", ", ").join(dict.fromkeys(lost))
        out.append(
            say(
                lang,
                f"原文件里的{words}在本文件里可能没有保留：请对照下面的清单，在原文件里改正。",
                f"this copy may not have kept {words}: mend the original by this list.",
            )
        )
    return out
