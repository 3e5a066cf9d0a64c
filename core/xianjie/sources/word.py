"""Take the text out of a DOCX file: paragraphs and tables in the document's order, with the numbers that Word sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from xianjie.source import fail
from xianjie.sources.extract import Extracted, Remark
from xianjie.sources.package import inspect_word
from xianjie.sources.word_numbers import ListNumbers, W, value_of

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_GONE = frozenset((f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt", f"{W}instrText"))
_WRAPPERS = frozenset(
    (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{_MC}AlternateContent")
)
_REVISED = frozenset((f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"))


def word_text(data: bytes, file: str) -> Extracted:
    """Read a document's text: headers, footers, comments and deleted text are left out, inserted text is taken in.

    Raises InputError where it is encrypted, damaged, no Word document, or made to exhaust us.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError

    inspect_word(data, file)
    try:
        document = Document(io.BytesIO(data))
        body: Element = document.element.body
        reader = _Reader(ListNumbers.of(document))
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError, TypeError):  # broken XML is a SyntaxError
        _damaged(file)
    lines = list(reader.blocks(body))
    return Extracted("\n".join(lines), "docx", None, tuple(reader.remarks()))


def _damaged(file: str) -> NoReturn:
    fail(file, "source-damaged", "DOCX 文件已损坏或不完整", "the .docx file is damaged or not whole")


@dataclass(slots=True)
class _Reader:
    numbers: ListNumbers
    seen: set[str] = field(default_factory=set)

    def blocks(self, parent: Element) -> Iterator[str]:
        """Give the lines of paragraphs and tables below an element."""
        for child in parent:
            tag = _tag(child)
            self._notice(tag)
            if tag == f"{W}p":
                yield from self._paragraph(child)
            elif tag == f"{W}tbl":
                yield from self._table(child)
            elif tag in _WRAPPERS or tag == f"{_MC}Choice":
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        boxes: list[Element] = []
        text = "".join(self._runs(paragraph, boxes))
        if text.strip():
            text = self.numbers.before(paragraph) + text
        yield from text.split("\n")
        for box in boxes:
            yield from self.blocks(box)

    def _runs(self, parent: Element, boxes: list[Element]) -> Iterator[str]:
        for child in parent:
            tag = _tag(child)
            self._notice(tag)
            if tag in (f"{W}t", f"{_MATH}t"):
                yield child.text or ""
            elif tag == f"{W}tab":
                yield "\t"
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag == f"{W}txbxContent":
                boxes.append(child)
            elif tag not in _GONE and tag != f"{_MC}Fallback" and not _is_hidden(child):
                yield from self._runs(child, boxes)

    def _table(self, table: Element) -> Iterator[str]:
        for row in self._under(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is None:
                cells = [" ".join(self.blocks(cell)).strip() for cell in self._under(row, f"{W}tc")]
                yield "\t".join(cells).rstrip()

    def _under(self, parent: Element, wanted: str) -> Iterator[Element]:
        for child in parent:
            if _tag(child) == wanted:
                yield child
            elif _tag(child) in _WRAPPERS:
                yield from self._under(child, wanted)

    def _notice(self, tag: str) -> None:
        if tag in _REVISED:
            self.seen.add("revised")
        elif tag == f"{W}altChunk":
            self.seen.add("embedded")
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self.seen.add("notes")

    def remarks(self) -> Iterator[Remark]:
        """Say what a reader must know of how the text was read."""
        if "revised" in self.seen:
            yield Remark(
                "有修订标记，按接受全部修订后的文字读入",
                "tracked changes are read as if all of them were accepted",
            )
        if "embedded" in self.seen:
            yield Remark("嵌入的外部内容没有读入", "embedded foreign content was not read")
        if "notes" in self.seen:
            yield Remark("脚注、尾注没有读入", "footnotes and endnotes were not read")


def _tag(element: Element) -> str:
    return element.tag if isinstance(element.tag, str) else ""  # a comment's tag is a function


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and value_of(vanish) not in ("0", "false", "off")
