"""Write a report to a file: whole or not at all, and never over another file unless asked."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from xianjie.errors import InputError, Place, Problem


def refuse_existing(path: Path, option: str, overwrite: bool) -> None:
    """Raise InputError where the file is there already; called before any work is done."""
    if path.exists() and not (overwrite and path.is_file()):
        raise InputError(
            Problem(
                "file-exists",
                "文件已存在；换个名字，或用 --overwrite 覆盖",
                "the file is there already; take another name, or --overwrite it",
                Place(str(path), path=option),
            )
        )


def write_report(path: Path, report: bytes, option: str) -> None:
    """Write a report beside its place, then put it there in one step; InputError where that is not possible."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(report)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # where the folder itself is none, unlinking fails as well
            beside.unlink()
        zh, en = f"无法写入：{error.strerror}", f"cannot write: {error.strerror}"
        raise InputError(Problem("file-unwritable", zh, en, Place(str(path), path=option))) from error
