"""Take the text out of a document that a user gives: plain text, DOCX, PDF or HTML, by what the file holds.

Nothing in a document is executed and nothing is fetched; sizes are bounded before anything is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xianjie.source import decoded, fail, read_bytes

Format = Literal["txt", "docx", "pdf", "html"]

LARGEST = 64 * 1024 * 1024
MOST_CHARACTERS = 3_000_000
SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm")

_TEXT_SUFFIXES = ("", ".txt", ".text", ".md")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HTML_HEAD = re.compile(
    rb"^\s*+(?:(?><\?xml[^>]*>|<!--.*?-->)\s*+)*+<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]|[\x00-\x08\x0e-\x1f\x7f]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader must know of how a text was taken out of its file."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a document, line by line, with the format it came in. `pages` is None but for a PDF."""

    text: str
    format: Format
    pages: int | None = None
    remarks: tuple[Remark, ...] = ()


def read_source(path: Path) -> Extracted:
    """Read a document's text.

    Raises InputError where the file cannot be read, holds no text (a scan), is encrypted, damaged or too large.
    """
    return extract(read_bytes(path, LARGEST), str(path))


def extract(data: bytes, file: str) -> Extracted:
    """Take the text out of a document's bytes; `file` names them in errors, and its suffix helps where bytes do not."""
    kind = _kind(data, Path(file).suffix.lower(), file)
    found: Extracted
    match kind:
        case "pdf":
            from xianjie.sources.pdf import pdf_text

            found = pdf_text(data, file)
        case "docx":
            from xianjie.sources.word import word_text

            found = word_text(data, file)
        case "html":
            from xianjie.sources.web import html_text

            found = html_text(data, file)
        case "txt":
            found = Extracted(plain_text(data, file), "txt")
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", found.text)).replace("\u00a0", " ").strip("\n")
    if not re.search(r"\w", text):
        fail(file, "source-empty", "文件里没有文字", "there is no text in the file")
    if len(text) > MOST_CHARACTERS:
        most = MOST_CHARACTERS // 10_000
        fail(file, "source-too-long", f"文字超过 {most} 万字", f"more than {MOST_CHARACTERS} characters")
    return Extracted(text + "\n", found.format, found.pages, found.remarks)


def plain_text(data: bytes, file: str) -> str:
    """Decode text in UTF-8, UTF-16 with a byte order mark, or GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            fail(file, "file-encoding", "不是完整的 UTF-16 文本", "not whole UTF-16 text")
        data = text.encode("utf-8", "surrogatepass")
    return decoded(data, file, legacy=True)


def _kind(data: bytes, suffix: str, file: str) -> Format:
    """Tell the format by the bytes, and by the suffix only where the bytes are plain text."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            fail(
                file,
                "source-encrypted",
                "文件有密码保护，请另存为无密码的副本",
                "the file has a password: save a copy without one",
            )
        _old_format(file)
    if data.startswith(b"{\\rtf"):
        _old_format(file)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return "docx"
    if suffix in _HTML_SUFFIXES or _HTML_HEAD.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if suffix in (".pdf", ".docx"):
        name = suffix.lstrip(".").upper()
        fail(file, "source-damaged", f"不是可读的 {name} 文件", f"not a readable {name} file")
    if suffix in (".doc", ".wps", ".rtf"):
        _old_format(file)
    if suffix not in _TEXT_SUFFIXES:
        known = "、".join(SUFFIXES)
        fail(
            file,
            "source-suffix",
            f"不认识这种文件；可用 {known}",
            f"not a kind of document we read; use {known.replace('、', ', ')}",
        )
    return "txt"


def _old_format(file: str) -> None:
    fail(
        file,
        "source-old-format",
        "是旧式 doc、wps 或 rtf 文件，请另存为 .docx",
        "an old .doc, .wps or .rtf file: save it as .docx",
    )
