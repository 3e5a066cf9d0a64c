"""Take the text out of a PDF file, without the heads, feet and numbers of its pages."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from xianjie.source import fail
from xianjie.sources.extract import MOST_CHARACTERS, Extracted, Remark

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 1000
_EDGE = 2
"""How many lines at the top and at the bottom of a page may be heads and feet."""
_GARBLED, _STRANGE = 0.1, 0.3
"""Shares of a text that must not be no characters at all, or letters of neither Chinese nor Latin script."""

_PAGE_NUMBER = re.compile(
    r"[-—–·\s]+\d{1,4}[-—–·\s]+|第\s*\d{1,4}\s*页(?:\s*[,，/／]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*[/／]\s*\d{1,4}"
)
_HAN = re.compile("[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ENDS = tuple("。；！？;!?：:，,、")
_FAULTS = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OverflowError,
    OSError,
    zlib.error,
    struct.error,
)
"""What the reader of PDF raises on damaged files beside its own errors."""


def pdf_text(data: bytes, file: str) -> Extracted:
    """Read a PDF's text page by page.

    Raises InputError where it has no text (a scan), wants a password, is damaged, or has too many pages.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    if b"%%EOF" not in data[-4096:]:
        _damaged(file)
    with _quiet():
        try:
            reader = PdfReader(io.BytesIO(data), strict=False)
            _unlocked(reader, file)
            number = len(reader.pages)
            if number > MOST_PAGES:
                fail(file, "source-too-long", f"超过 {MOST_PAGES} 页", f"more than {MOST_PAGES} pages")
            pages, pictured = _pages(reader, file)
        except DependencyError:
            _locked(file)
        except LimitReachedError:
            fail(file, "source-bomb", "解压后过大，拒绝打开", "far too large once unpacked: not opened")
        except (PyPdfError, *_FAULTS):
            _damaged(file)
    kept = without_heads(pages)
    texts = ["\n".join(lines) for lines in kept]
    blank = [place + 1 for place, text in enumerate(texts) if not re.search(r"\w", text) and pictured[place]]
    if not any(re.search(r"\w", text) for text in texts) and blank:
        fail(
            file,
            "source-scanned",
            "PDF 只有扫描图像，没有文字：请先做文字识别（OCR），或直接给出文本",
            "the PDF holds scanned pictures and no text: run OCR first, or give the text",
        )
    _check_garbled("".join(texts), file)
    remarks = []
    if blank:
        listed = "、".join(str(page) for page in blank[:20])
        remarks.append(
            Remark(
                f"第 {listed} 页没有文字，可能是扫描件，未读入",
                f"no text on pages {listed.replace('、', ', ')}, perhaps scans: not read",
            )
        )
    return Extracted("\n".join(text for text in texts if text), "pdf", number, tuple(remarks))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the reader's remarks on damaged files off the screen; what matters is raised."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _unlocked(reader: PdfReader, file: str) -> None:
    """Open a file that is encrypted with the empty password, as files that only forbid printing are."""
    if reader.is_encrypted and not reader.decrypt(""):
        _locked(file)


def _pages(reader: PdfReader, file: str) -> tuple[list[list[str]], list[bool]]:
    pages: list[list[str]] = []
    pictured: list[bool] = []
    size = 0
    for page in reader.pages:
        text = page.extract_text()
        size += len(text)
        if size > 2 * MOST_CHARACTERS:
            fail(file, "source-too-long", "文字过多", "too much text")
        pages.append([line.strip() for line in text.splitlines() if line.strip()])
        pictured.append(_has_picture(page))
    return pages, pictured


def _has_picture(page: PageObject) -> bool:
    resources = page.get("/Resources")
    objects = (resources.get_object() if resources is not None else {}).get("/XObject")
    if objects is None:
        return False
    return any(one.get_object().get("/Subtype") == "/Image" for one in objects.get_object().values())


def without_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Drop page numbers, and lines at the edges of pages that stand on at least three and on half of them."""
    often = max(3, (len(pages) + 1) // 2)
    seen: Counter[str] = Counter()
    ahead: Counter[int] = Counter()
    for page, lines in enumerate(pages):
        edges = (*lines[:_EDGE], *lines[-_EDGE:])
        seen.update({_alike(line) for line in edges})
        ahead.update({int(line) - page for line in edges if _is_bare(line)})

    def is_head(line: str, page: int) -> bool:
        if _is_bare(line):  # a number alone may also be a cell of a table: a page's number counts on from page to page
            return ahead[int(line) - page] >= max(2, len(pages) // 2)
        return bool(_PAGE_NUMBER.fullmatch(line)) or (seen[_alike(line)] >= often and not line.endswith(_ENDS))

    out = []
    for page, lines in enumerate(pages):
        first, last = 0, len(lines)
        while first < min(_EDGE, last) and is_head(lines[first], page):
            first += 1
        while last > max(first, len(lines) - _EDGE) and is_head(lines[last - 1], page):
            last -= 1
        out.append(list(lines[first:last]))
    return out


def _alike(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line))


def _is_bare(line: str) -> bool:
    return line.isascii() and line.isdecimal() and len(line) <= 4


def _check_garbled(text: str, file: str) -> None:
    """Refuse a text whose font gives no characters: it would be compared as if it were the document."""
    shown = [char for char in text if not char.isspace()]
    lost = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in shown)
    strange = sum(char.isalpha() and not char.isascii() and not _HAN.match(char) for char in shown)
    if shown and (lost > _GARBLED * len(shown) or strange > _STRANGE * len(shown)):
        fail(
            file,
            "source-garbled",
            "PDF 的字体没有文字编码，读出的是乱码：请做文字识别（OCR），或直接给出文本",
            "the PDF's fonts do not give characters: run OCR, or give the text",
        )


def _locked(file: str) -> NoReturn:
    fail(
        file,
        "source-encrypted",
        "文件有密码保护，请另存为无密码的副本",
        "the file has a password: save a copy without one",
    )


def _damaged(file: str) -> NoReturn:
    fail(file, "source-damaged", "PDF 文件已损坏或不完整", "the PDF is damaged or not whole")
