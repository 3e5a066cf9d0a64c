"""Write a paper's blocks as WordprocessingML (ECMA-376, part 1), in the styles and on the page of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from lxml import etree
from markupsafe import Markup

from xianjie.papers.document import Block, Cell, Heading, Paragraph, Run, Table, Text, Turn

STYLES: Mapping[str, str] = {
    "heading 1": "Heading1",
    "heading 2": "Heading2",
    "heading 3": "Heading3",
    "公文正文": "PaperBody",
    "公文要点": "PaperPoint",
    "公文依据": "PaperGround",
    "公文附注": "PaperNote",
    "公文表头": "PaperCellHead",
    "公文表文": "PaperCell",
    "公文表格": "PaperTable",
}
"""The styles that a body is written in: their names, and their ids in our own templates."""

_KINDS = {"body": "公文正文", "point": "公文要点", "ground": "公文依据", "note": "公文附注"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REORDERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HEBREW_ARABIC = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT = re.compile(f"([{_HEBREW_ARABIC}]+(?:[\\s{_HEBREW_ARABIC}]*[{_HEBREW_ARABIC}])?)")
_STEP = 400
"""How far each level of an explanation is indented, in twentieths of a point."""
_DEEPEST = 8
_UNSPLIT = 400
"""A row of so many characters or fewer stays on one page."""
_DIGITS = "〇一二三四五六七八九"


def cleaned(text: str) -> str:
    """Take out of a text what XML cannot hold, and the marks that would reorder what stands beside it."""
    return _FORBIDDEN.sub("\ufffd", _REORDERING.sub("", text))


def escaped(text: str) -> Markup:
    """Write a text so that neither XML nor the template language takes any of it as its own signs."""
    out = cleaned(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return Markup(out.replace("{", "&#123;").replace("}", "&#125;"))


def chinese(number: int) -> str:
    """Write a number from 1 to 99 in Chinese, as headings bear it."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class Page:
    """The template's page: its last section's properties, and how wide the text is, in twentieths of a point."""

    section: Any
    standing: int
    lying: int


def page_of(section: Any) -> Page:
    """Read the page of a template's last section; ValueError where it has no usable measures."""
    size, margin = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    width, height = int(size.get(qn("w:w"))), int(size.get(qn("w:h")))
    sides = int(margin.get(qn("w:left"))) + int(margin.get(qn("w:right")))
    ends = int(margin.get(qn("w:top"))) + int(margin.get(qn("w:bottom")))
    standing, lying = width - sides, height - _sideways(ends)
    if min(standing, lying) < 2000:
        raise ValueError
    return Page(section, standing, lying)


def _sideways(ends: int) -> int:
    return min(ends, 2836)


@dataclass(slots=True)
class Writer:
    """Lay blocks out one after the other. `styles` gives the template's id of each style by its name."""

    lang: str
    styles: Mapping[str, str]
    page: Page
    wide: bool = False
    turned: bool = False

    def body(self, blocks: Sequence[Block]) -> Markup:
        """Write all blocks."""
        out: list[str] = []
        for written in self._all(blocks):
            if written.startswith(_TURNED) and out and out[-1].endswith(self._gap()):
                # the gap behind a table ends the section: a paragraph more could begin an empty page
                out[-1] = out[-1].removesuffix(self._gap())
            out.append(written.removeprefix(_TURNED))
        return Markup("".join(out))

    def _all(self, blocks: Sequence[Block]) -> Iterator[str]:
        numbers = [0, 0, 0]
        for block in blocks:
            match block:
                case Heading(level, text):
                    numbers[level - 1] += 1
                    numbers[level:] = [0] * (3 - level)
                    yield self.paragraph(self._numbered(numbers, level) + self._begun(text), f"heading {level}")
                case Paragraph():
                    yield self._paragraph(block)
                case Table():
                    yield self._table(block)
                case Turn(wide):
                    if wide != self.wide:
                        yield self._turn()
                        self.wide = wide

    def _numbered(self, numbers: Sequence[int], level: int) -> str:
        number = numbers[level - 1]
        if self.lang == "zh":
            return (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}. ")[level - 1]
        return ".".join(str(one) for one in numbers[:level] if one) + (". " if level == 1 else " ")

    def _begun(self, text: str) -> str:
        """Begin a heading as English does; names of terms are written small elsewhere."""
        return text if self.lang == "zh" else text[:1].upper() + text[1:]

    def paragraph(self, text: Text, style: str, more: str = "") -> str:
        """Write one paragraph in a style."""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{self.styles[style]}"/>{more}</w:pPr>'
            f"{''.join(self._run(run) for run in _runs(text))}</w:p>"
        )

    def _paragraph(self, block: Paragraph) -> str:
        more = "<w:keepNext/>" if block.keep else ""
        if block.level:
            more += f'<w:ind w:left="{420 + _STEP * min(block.level, _DEEPEST)}"/>'
        if block.kind == "body" and self.lang != "zh":
            more += '<w:jc w:val="left"/>'  # words are not spread over a line as characters are
        return self.paragraph(block.text, _KINDS[block.kind], more)

    def _run(self, run: Run) -> str:
        hint = '<w:rFonts w:hint="eastAsia"/>' if self.lang == "zh" else ""
        marks = ("<w:b/><w:bCs/>" if run.bold else "") + ('<w:color w:val="595959"/>' if run.soft else "")
        out = []
        for number, part in enumerate(_RIGHT_TO_LEFT.split(run.text)):
            if part:
                kept = _pieces(part)
                out.append(f"<w:r><w:rPr>{hint}{marks}{'<w:rtl/>' if number % 2 else ''}</w:rPr>{kept}</w:r>")
        return "".join(out)

    # -- tables ------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> str:
        widths = _shared(self.page.lying if self.wide else self.page.standing, table.widths)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = [Cell((self._begun(text),), shade=True) for text in table.head]
        rows = [self._row(head, widths, "公文表头", "<w:cantSplit/><w:tblHeader/>", False)] if table.head else []
        for number, cells in enumerate(table.rows):
            whole = sum(len(_plain(line)) for one in cells for line in one.lines) <= _UNSPLIT * len(widths) // 2
            rows.append(
                self._row(cells, widths, "公文表文", "<w:cantSplit/>" if whole else "", whole and number in table.kept)
            )
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.styles["公文表格"]}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            f"{''.join(rows)}</w:tbl>{self._gap()}"
        )

    def _gap(self) -> str:
        """Set off what follows a table."""
        return self.paragraph("", "公文附注", _SMALL)

    def _row(self, cells: Sequence[Cell], widths: Sequence[int], style: str, more: str, keep: bool) -> str:
        out, column = [], 0
        for one in cells:
            width = sum(widths[column : column + one.span])
            column += one.span
            out.append(self._cell(one, width, style, keep))
        return f"<w:tr><w:trPr>{more}</w:trPr>{''.join(out)}</w:tr>"

    def _cell(self, one: Cell, width: int, style: str, keep: bool) -> str:
        marks = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        if one.span > 1:
            marks += f'<w:gridSpan w:val="{one.span}"/>'
        if one.shade:
            marks += '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
        more = ("<w:keepNext/>" if keep else "") + ('<w:jc w:val="right"/>' if one.right else "")
        lines = [self.paragraph(line, style, more) for line in one.lines or ("",)]
        return f"<w:tc><w:tcPr>{marks}</w:tcPr>{''.join(lines)}</w:tc>"

    # -- pages that lie ------------------------------------------------------------------------------------------

    def _turn(self) -> str:
        """End the section that was, standing or lying, in a paragraph that takes no room."""
        section = deepcopy(self.page.section)
        for name in ("w:type", *(("w:titlePg", "w:headerReference", "w:footerReference") if self.turned else ())):
            for old in section.findall(qn(name)):
                section.remove(old)
        self.turned = True
        if self.wide:
            lie_down(section)
        written = etree.tostring(section, encoding="unicode", with_tail=False)
        return _TURNED + self.paragraph("", "公文附注", _SMALLEST + written)


_TURNED = "\0"
"""Stands before what ends a section, until it is put behind the rest."""
_SMALL = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
_SMALLEST = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'


def lie_down(section: Any) -> None:
    """Make a section's pages lie."""
    size, margin = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    size.set(qn("w:orient"), "landscape")
    ends = _sideways(int(margin.get(qn("w:top"))) + int(margin.get(qn("w:bottom"))))
    top, bottom = margin.get(qn("w:left")), margin.get(qn("w:right"))
    margin.set(qn("w:left"), str(ends // 2))
    margin.set(qn("w:right"), str(ends - ends // 2))
    margin.set(qn("w:top"), top)
    margin.set(qn("w:bottom"), bottom)
    margin.set(qn("w:footer"), "794")


def _runs(text: Text) -> Iterator[Run]:
    for part in [text] if isinstance(text, str) else text:
        yield Run(part) if isinstance(part, str) else part


def _plain(text: Text) -> str:
    return "".join(run.text for run in _runs(text))


def _pieces(text: str) -> str:
    """Write a stretch of text; a new line and a tab have elements of their own."""
    out = []
    for line_number, line in enumerate(cleaned(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        out.append("<w:br/>" if line_number else "")
        for number, part in enumerate(line.split("\t")):
            out.append("<w:tab/>" if number else "")
            out.append(f'<w:t xml:space="preserve">{escaped(part)}</w:t>' if part else "")
    return "".join(out)


def _shared(whole: int, shares: Sequence[int]) -> list[int]:
    """Share a width out; the last column takes what rounding leaves."""
    total = sum(shares)
    widths = [whole * share // total for share in shares]
    widths[-1] += whole - sum(widths)
    return widths
