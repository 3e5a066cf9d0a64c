"""Open an uploaded table whatever it is: a workbook, or text in one of three encodings; say plainly what it is not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from xianjie.cases.cells import Cell
from xianjie.cases.sheets import Table, csv_table, xlsx_table
from xianjie.errors import InputError, Place, Problem

LARGEST = 32 * 1024 * 1024
"""Bytes of a file; ten thousand rows with every column filled in have a third of it."""
MOST_FAULTS = 20_000
"""Cells without a value, or merged ranges, of one sheet; beyond these a file is refused as a whole."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TRIPLE = re.compile("[\u0800-\ud7ff\ue000-\uffff]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A table with all its rows in memory, and how its file is written.

    `encoding` is None for a workbook, else `utf-8`, `utf-8-sig` or `gb18030`; `sheet` is None for text.
    """

    table: Table
    rows: Sequence[Sequence[Cell]]
    sheet: str | None
    encoding: str | None
    delimiter: str = ","

    @property
    def is_workbook(self) -> bool:
        """Tell whether the file is an XLSX workbook."""
        return self.encoding is None


def opened(data: bytes, file: str) -> Opened:
    """Open a file by what it holds; its name only tells what was meant, and names it in errors.

    Raises InputError where it is no table that can be read.
    """
    if len(data) > LARGEST:
        size = LARGEST // (1024 * 1024)
        _fail(file, "file-too-large", f"文件超过 {size} MB，请分成几个文件", f"larger than {size} MB: split the file")
    if not data.strip():
        _fail(file, "file-empty", "文件是空的", "the file is empty")
    if data.startswith(_OLE):
        _old(data, file)
    if data.startswith(b"PK"):
        return _workbook(data, file)
    meant = file.lower().endswith((".xlsx", ".xlsm", ".xls", ".et"))
    other = _kind(data)
    if other or meant:
        zh, en = other or ("文本", "text")
        _fail(
            file,
            "table-other",
            f"这不是 Excel 工作簿，内容是{zh}：请用 Excel 或 WPS 打开，另存为“Excel 工作簿”；CSV 请用 .csv 作后缀",
            f"this is no workbook but {en}: open it in Excel or WPS and save it as .xlsx; CSV needs the suffix .csv",
        )
    return _text(data, file)


def _fail(file: str, code: str, zh: str, en: str, line: int | None = None, column: int | None = None) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(file, line, column)))


def _old(data: bytes, file: str) -> NoReturn:
    """Tell a workbook with a password from the format of before 2007: both are such containers."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        _fail(
            file,
            "xlsx-encrypted",
            "工作簿有密码：请去掉打开密码后另存，再上传",
            "the workbook has a password: save it without one",
        )
    _fail(
        file,
        "xls-old",
        "这是旧式文件（.xls、.et 或 .doc）：请用 Excel 或 WPS 打开，另存为“Excel 工作簿 (.xlsx)”",
        "an old file (.xls, .et or .doc): open it in Excel or WPS and save it as an Excel workbook (.xlsx)",
    )


def _workbook(data: bytes, file: str) -> Opened:
    _look_inside(data, file)
    table = xlsx_table(data, file, MOST_FAULTS)
    if len(table.faults) >= MOST_FAULTS:
        _fail(
            file,
            "faults-too-many",
            f"错误值、没有结果的公式或合并单元格超过 {MOST_FAULTS} 处，请先清理",
            f"more than {MOST_FAULTS} error values, formulas without result or merged cells: clean up first",
        )
    rows = list(table.rows)
    sheet = (table.place(0, 0, None).cell or "").rpartition("!")[0]
    return Opened(table, rows, sheet, None)


def _look_inside(data: bytes, file: str) -> None:
    """Refuse archives that are something else, and workbooks with macros; what is broken is told by the reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return
    if any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names):
        _fail(
            file,
            "xlsx-macros",
            "工作簿含有宏：请另存为不含宏的“Excel 工作簿 (.xlsx)”",
            "the workbook holds macros: save it as an .xlsx workbook without macros",
        )
    if "xl/workbook.xml" in names:
        return
    kinds = (
        ("xl/workbook.bin", "Excel 二进制工作簿 (.xlsb)", "a binary workbook (.xlsb)"),
        ("word/", "Word 文档", "a Word document"),
        ("ppt/", "PowerPoint 演示文稿", "a PowerPoint presentation"),
        ("mimetype", "OpenDocument 文件", "an OpenDocument file"),
        ("", "压缩包", "an archive"),
    )
    zh, en = next((zh, en) for start, zh, en in kinds if any(name.startswith(start) for name in names) or not start)
    _fail(
        file,
        "table-other",
        f"这不是 Excel 工作簿，内容是{zh}：请另存为“Excel 工作簿 (.xlsx)”",
        f"this is no .xlsx workbook but {en}: save it as an .xlsx workbook",
    )


def _kind(data: bytes) -> tuple[str, str] | None:
    """Name what bytes are that are neither a workbook nor a text of cells."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "网页（有的系统把网页导出成 .xls）", "a web page"
    if head.startswith(b"<?xml"):
        return " XML 文件", "XML"
    if head.startswith(b"%pdf"):
        return " PDF 文件", "a PDF"
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8")):
        return "图片", "a picture"
    if head.startswith((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "压缩包", "an archive"
    return None


# Text ----------------------------------------------------------------------------


def _text(data: bytes, file: str) -> Opened:
    encoding, text = decoded(data, file)
    if found := _CONTROL.search(text):
        line, column = _position(text, found.start())
        _fail(file, "file-binary", "这里有无法显示的字符，不是文本文件", "no text file", line, column)
    if not text.strip():
        _fail(file, "file-empty", "文件是空的", "the file is empty")
    table = csv_table(text, file)
    rows = list(table.rows)
    return Opened(table, rows, None, encoding, delimiter_of(text))


def delimiter_of(text: str) -> str:
    """Find what a text's cells are parted by, as the reader of tables does."""
    line = text.partition("\n")[0].partition("\r")[0]
    return "," if "," in line else next((mark for mark in ("\t", ";") if mark in line), ",")


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """Decode strictly: by the byte order mark, else as UTF-8, else as GB18030; the encoding comes first.

    Raises InputError, with line and column, where the bytes are neither.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]:
        _fail(
            file,
            "file-encoding",
            "文件是 UTF-16 编码（Excel 的“Unicode 文本”）：请另存为“CSV UTF-8（逗号分隔）”",
            "the file is UTF-16 (Excel's Unicode text): save it as CSV UTF-8 (comma delimited)",
        )
    marked = data.startswith(b"\xef\xbb\xbf")
    encoding = "utf-8-sig" if marked else "utf-8"
    try:
        return encoding, data.decode(encoding)
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        broken = error.start
    # so much Chinese reads as UTF-8 by chance in no other encoding: one broken place must not turn all into garbage
    if not marked and len(_TRIPLE.findall(good)) < 3:
        try:
            return "gb18030", data.decode("gb18030")
        except UnicodeDecodeError as error:
            good = data[: error.start].decode("gb18030")
            broken = error.start
    line, column = _position(good, len(good))
    rest = f"第 {line} 行第 {column} 个字符（第 {broken + 1} 字节）"
    _fail(
        file,
        "file-encoding",
        f"{rest}不能按 UTF-8 或 GB18030 读出：请用 Excel 或 WPS 重新打开核对，另存为“CSV UTF-8（逗号分隔）”",
        f"line {line}, character {column} (byte {broken + 1}) is neither UTF-8 nor GB18030: save the file as CSV UTF-8",
        line,
        column,
    )


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
