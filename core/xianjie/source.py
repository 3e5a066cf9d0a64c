"""Read a file's bytes within bounds, and say plainly why a file cannot be read."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import NoReturn

from xianjie.errors import InputError, Place, Problem, XianjieError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def fail(file: str, code: str, zh: str, en: str, error: type[XianjieError] = InputError) -> NoReturn:
    """Raise an error for a file as a whole."""
    raise error(Problem(code, zh, en, Place(file)))


def read_bytes(path: Path, most: int, error: type[XianjieError] = InputError) -> bytes:
    """Read a regular file of at most `most` bytes; its size is looked up before anything is read.

    Raises `error` where it is missing, no regular file, closed to us, empty or too large.
    """
    file = str(path)
    megabytes = most // (1024 * 1024)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            fail(file, "file-directory", "这是一个文件夹，请给出文件", "this is a directory: name a file", error)
        if not stat.S_ISREG(status.st_mode):
            fail(file, "file-irregular", "不是普通文件", "not a regular file", error)
        if status.st_size <= most:
            with path.open("rb") as stream:
                data = stream.read(most + 1)
    except FileNotFoundError:
        fail(file, "file-missing", "没有这个文件", "there is no such file", error)
    except PermissionError:
        fail(file, "file-permission", "没有读取这个文件的权限", "no permission to read this file", error)
    except (OSError, ValueError):
        fail(file, "file-unreadable", "无法读取这个文件", "this file cannot be read", error)
    if status.st_size > most or len(data) > most:
        fail(file, "file-too-large", f"文件超过 {megabytes} MB 上限", f"the file is larger than {megabytes} MB", error)
    if not data.strip():
        fail(file, "file-empty", "文件是空的", "the file is empty", error)
    return data


def read_text(path: Path, most: int, legacy: bool = False, error: type[XianjieError] = InputError) -> str:
    """Read a UTF-8 file, with or without a byte order mark; with `legacy`, GB18030 is tried next.

    Raises `error` as `read_bytes` does, and where the bytes are no text.
    """
    return decoded(read_bytes(path, most, error), str(path), legacy, error)


def decoded(data: bytes, file: str, legacy: bool = False, error: type[XianjieError] = InputError) -> str:
    """Decode bytes that were read, as `read_text` does; `file` names them in errors."""
    if data.startswith(_UTF16):
        fail(
            file,
            "file-encoding",
            "文件是 UTF-16 编码，请另存为 UTF-8",
            "the file is UTF-16: save it as UTF-8",
            error,
        )
    if b"\0" in data:
        fail(file, "file-binary", "不是文本文件", "not a text file", error)
    text = None
    for encoding in ("utf-8-sig", "gb18030") if legacy else ("utf-8-sig",):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        known = "UTF-8 或 GB18030" if legacy else "UTF-8"
        fail(file, "file-encoding", f"不是 {known} 文本", f"not {known.replace('或', 'or')} text", error)
    if _CONTROL.search(text):
        fail(file, "file-binary", "不是文本文件", "not a text file", error)
    if not text.strip():
        fail(file, "file-empty", "文件是空的", "the file is empty", error)
    return text
