"""Files written whole or not at all: beside their place, onto the disk, then into their place."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from polars.exceptions import PolarsError

from xianjie.disk import folder_to_disk, to_disk

BESIDE = ".tmp"
"""How the name of a file ends that is being written."""


_OS_ERROR = re.compile(r"\(os error (\d+)\)")


def write_whole(path: Path, write: Callable[[Path], object]) -> str:
    """Have a file written beside its place, then put it there; gives its SHA-256. OSError leaves nothing behind.

    A file that has its name is on the disk, so that what is written later never stands without it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{token_hex(6)}{BESIDE}")
    try:
        with _plain_errors():
            write(beside)
        with beside.open("rb+") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            to_disk(stream.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    folder_to_disk(path.parent)
    return digest


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Let what the system refuses Polars, as on a full disk, be an OSError as it is of all else."""
    try:
        yield
    except PolarsError as error:
        found = _OS_ERROR.search(str(error))
        if found is None:
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1]))) from error


def write_text(path: Path, text: str) -> str:
    """Write a text as `write_whole` does."""
    return write_whole(path, lambda beside: beside.write_bytes(text.encode()))


def digest_of(path: Path) -> str:
    """Give a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
