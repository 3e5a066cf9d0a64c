"""Look through an XLSX file before it is opened: a bomb, cells out of all bounds, cells without a value.

The reader of sheets lays a sheet out as a full rectangle, gives an error value and a formula without a stored
value as empty cells, and trusts the sizes that the archive states. So all of that is looked at here first.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.etree import ElementTree

from xianjie.errors import InputError, Place, Problem

LARGEST_CONTENT = 512 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 5000
MOST_ROWS = 200_000
MOST_COLUMNS = 1000
MOST_CELLS = 20_000_000

_STEP = 1 << 20
_AHEAD = 16_384
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

_P = rb"(?:[^\s<>/:!?]+:)?"
_TAG = re.compile(
    rb"<" + _P + rb"(c|row)(?=[\s/>])"
    rb"(?:((?:\s+[^\s<>=/]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(/?)>)?(\s*</[^<>]*>)?"
)
_ATTRIBUTE = re.compile(rb"\s([rt])\s*=\s*[\"']([^\"']*)[\"']")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_VOID = rb"(?:/>|>[^<]*</[^<>]*>)"
_BARE_FORMULA = re.compile(
    rb"\s*<" + _P + rb"f(?:\s[^<>]*?)?" + _VOID + rb"\s*(?:<" + _P + rb"v\s*(?:/>|></[^<>]*>)\s*)?</[^<>]*c>"
)
_FORMULA = re.compile(rb"\s*<" + _P + rb"f((?:\s[^<>]*?)?)(?:/>|>([^<]*)<)")
_SHARED = re.compile(rb"\ssi\s*=\s*[\"']([^\"']*)[\"']")
MOST_UNREADABLE = 100


@dataclass(slots=True)
class Part:
    """Say of one sheet how far its cells reach (counted from 1), and which cells have no readable value."""

    rows: int = 0
    columns: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """Cells in A1 notation, each with `error` or `formula`."""
    formulas: list[tuple[str, str]] = field(default_factory=list)
    """Cells in A1 notation, each with its formula as it is written; a shared one stands at each of its cells."""


def letters(column: int) -> str:
    """Write a column's number, from 0, in letters: A, Z, AA."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def inspect(data: bytes, file: str, most: int = MOST_UNREADABLE) -> Mapping[str, Part]:
    """Look through an XLSX file, and tell of each sheet by its name; `most` cells without a value at each sheet.

    Raises InputError where it is no such file, is encrypted, or is made to exhaust us.
    """
    if data.startswith(_OLE):
        _fail(
            file,
            "xlsx-encrypted",
            "文件有密码保护或是旧式 xls，请另存为无密码的 xlsx",
            "save as .xlsx without password",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        stated = sum(entry.file_size for entry in entries)
        if len(entries) > MOST_PARTS or stated > min(LARGEST_CONTENT, MOST_RATIO * len(data)):
            _bomb(file)
        left = min(LARGEST_CONTENT, MOST_RATIO * len(data))
        parts: dict[str, Part] = {}
        for entry in entries:
            if entry.flag_bits & 1:
                _fail(
                    file,
                    "xlsx-encrypted",
                    "文件有密码保护，请另存为无密码的 xlsx",
                    "save it without a password",
                )
            scan = _Scan(file, most)
            for chunk in _inflated(data, entry):
                left -= len(chunk)
                if left < 0:
                    _bomb(file)
                if entry.filename.endswith((".xml", ".rels")):
                    scan.feed(chunk)
            scan.end()
            if scan.part.rows:
                parts[entry.filename.lstrip("/")] = scan.part
        sheets = _sheets(archive, entries)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ElementTree.ParseError,
        KeyError,
        NotImplementedError,
    ):
        _unreadable(file)
    except (ValueError, EOFError, OSError, RuntimeError):
        _unreadable(file)
    return {name: parts.get(part, Part()) for name, part in sheets.items()}


def _fail(file: str, code: str, zh: str, en: str, cell: str | None = None) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(file, cell=cell)))


def _bomb(file: str) -> NoReturn:
    _fail(file, "xlsx-bomb", "解压后过大，拒绝打开", "far too large once unpacked: not opened")


def _unreadable(file: str) -> NoReturn:
    _fail(file, "xlsx-unreadable", "不是可读的 xlsx 文件", "not a readable .xlsx file")


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack an entry piece by piece, to its true end whatever size is stated."""
    head = data[entry.header_offset : entry.header_offset + 30]
    name, extra = struct.unpack("<HH", head[26:30])
    start = entry.header_offset + 30 + name + extra
    stop = start + entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        for here in range(start, stop, _STEP):
            yield data[here : min(here + _STEP, stop)]
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    unpacker = zlib.decompressobj(-15)
    for here in range(start, stop, 1 << 16):
        rest = data[here : min(here + (1 << 16), stop)]
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _STEP)
            rest = unpacker.unconsumed_tail
    while piece := unpacker.decompress(b"", _STEP):
        yield piece


def _sheets(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Find which part of the archive holds which sheet."""
    small = {entry.filename for entry in entries if entry.file_size <= 4 * _STEP}
    if not {_WORKBOOK, _RELATIONS} <= small:
        raise KeyError(_WORKBOOK)
    texts = [archive.read(name) for name in (_WORKBOOK, _RELATIONS)]
    if any(b"<!DOCTYPE" in text for text in texts):
        raise zipfile.BadZipFile
    workbook, relations = (ElementTree.fromstring(text) for text in texts)
    targets = {item.get("Id"): item.get("Target") or "" for item in relations}
    out = {}
    for sheet in workbook.iter():
        if sheet.tag.endswith("}sheet") and (name := sheet.get("name")) is not None:
            # the namespace of the id differs between the transitional and the strict form of the format
            target = next((targets.get(sheet.attrib[key]) for key in sheet.attrib if key.endswith("}id")), None)
            out[name] = (target or "").lstrip("/") if (target or "").startswith("/") else f"xl/{target}"
            archive.getinfo(out[name])
    return out


class _Scan:
    """Follow the cells of one part of the archive, as they are unpacked."""

    def __init__(self, file: str, most: int) -> None:
        self.file, self.most = file, most
        self.part = Part()
        self._shared: dict[bytes, str] = {}
        self._text = b""
        self._row = self._column = 0

    def feed(self, chunk: bytes) -> None:
        self._text += chunk
        if len(self._text) > _STEP:
            self._read(len(self._text) - _AHEAD)

    def end(self) -> None:
        self._read(len(self._text))

    def _read(self, limit: int) -> None:
        """Read the tags that begin before `limit`; what follows is kept, so that none is cut in two."""
        if b"\0" in self._text or b"<!DOCTYPE" in self._text:
            _unreadable(self.file)
        done = limit
        for found in _TAG.finditer(self._text):
            if found.start() >= limit:
                break
            if found[2] is None:
                _unreadable(self.file)
            self._tag(found)
            done = max(limit, found.end())
        self._text = self._text[done:]

    def _tag(self, found: re.Match[bytes]) -> None:
        given = dict(_ATTRIBUTE.findall(found[2]))
        reference = given.get(b"r")
        if found[1] == b"row":
            self._row, self._column = int(reference) if reference else self._row + 1, 0
            return
        if reference is None:
            self._column += 1
        else:
            parsed = _REFERENCE.fullmatch(reference)
            if not parsed:
                _unreadable(self.file)
            self._column = _number(parsed[1])
            self._row = int(parsed[2])
        if found[3] or found[4]:
            return
        part = self.part
        part.rows, part.columns = max(part.rows, self._row), max(part.columns, self._column)
        if part.rows > MOST_ROWS + 1:
            zh, en = f"超过 {MOST_ROWS} 行：请清除数据以外的内容或分成几个文件", f"more than {MOST_ROWS} rows"
            _fail(self.file, "rows-too-many", zh, en, f"{letters(self._column - 1)}{self._row}")
        if part.columns > MOST_COLUMNS or part.rows * part.columns > MOST_CELLS:
            zh, en = (
                "表格过宽：请清除数据以外的内容",
                "the sheet is too wide: clear what lies beyond the data",
            )
            _fail(self.file, "columns-too-many", zh, en, f"{letters(self._column - 1)}{self._row}")
        kind = given.get(b"t")
        formula = _FORMULA.match(self._text, found.end())
        bare = formula and kind != b"str" and _BARE_FORMULA.match(self._text, found.end())
        if kind != b"e" and not formula:
            return
        cell = f"{letters(self._column - 1)}{self._row}"
        if (kind == b"e" or bare) and len(part.unreadable) < self.most:
            part.unreadable.append((cell, "error" if kind == b"e" else "formula"))
        if formula:
            part.formulas.append((cell, self._written(formula)))

    def _written(self, formula: re.Match[bytes]) -> str:
        """Give a formula's text; what follows a shared formula names it by its number."""
        text = (formula[2] or b"").decode("utf-8", "replace")
        number = _SHARED.search(formula[1])
        if number is None:
            return text
        if text:
            self._shared[number[1]] = text
        return text or self._shared.get(number[1], "")


def _number(name: bytes) -> int:
    out = 0
    for letter in name:
        out = out * 26 + letter - 64
    return out
