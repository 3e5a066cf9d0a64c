"""Look through a DOCX file before it is opened: a bomb, an encrypted part, a file that is no Word document."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import NoReturn

from xianjie.source import fail

LARGEST_CONTENT = 512 * 1024 * 1024
LARGEST_PART = 64 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 5000

_STEP = 1 << 20
_DOCUMENT = "word/document.xml"


def inspect_word(data: bytes, file: str) -> None:
    """Unpack every part of a DOCX file piece by piece, whatever sizes it states, and keep nothing.

    Raises InputError where it is no such file, is encrypted or damaged, or is made to exhaust us.
    """
    most = min(LARGEST_CONTENT, max(MOST_RATIO * len(data), 1 << 20))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > most:
                _bomb(file)
            if any(entry.flag_bits & 1 for entry in entries):
                fail(file, "source-encrypted", "文件有密码保护，请另存为无密码的副本", "the file has a password")
            if _DOCUMENT not in names:
                fail(
                    file,
                    "source-not-word",
                    "压缩包里不是 Word 文档；OFD、WPS 等请另存为 .docx 或 PDF",
                    "the archive holds no Word document: save OFD, WPS and the like as .docx or PDF",
                )
            left = most
            for entry in entries:
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    _damaged(file)
                left = _unpacked(archive, entry, left, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        _damaged(file)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, file: str) -> int:
    """Follow one part to its end; give how much may still follow."""
    xml = entry.filename.endswith((".xml", ".rels"))
    size = 0
    tail = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_STEP):
            size += len(chunk)
            left -= len(chunk)
            if left < 0 or (xml and size > LARGEST_PART):
                _bomb(file)
            if xml and (b"<!DOCTYPE" in tail + chunk or b"\0" in chunk):
                _damaged(file)
            tail = chunk[-16:]
    return left


def _bomb(file: str) -> NoReturn:
    fail(file, "source-bomb", "解压后过大，拒绝打开", "far too large once unpacked: not opened")


def _damaged(file: str) -> NoReturn:
    fail(file, "source-damaged", "DOCX 文件已损坏或不完整", "the .docx file is damaged or not whole")
