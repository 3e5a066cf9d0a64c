"""The journal's file: one line of JSON for each transaction, checksummed and numbered, on disk before it counts.

A line is `{"sum":"…","n":7,"changes":[["decisions","D-1",{…}],["persons","P-2",null]]}`: the checksum is over all that
follows it, and null removes a document. The first line names the format and the number of the transaction before.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

from xianjie.disk import folder_to_disk, to_disk
from xianjie.store.refusals import StoreError, broken, full, newer, unreadable, unwritable
from xianjie.store.values import written

FORMAT = "xianjie-journal"
VERSION = 1
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn line ends
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Change: TypeAlias = tuple[str, str, dict[str, Any] | None]
"""A table, the id of a document in it, and the document, or None where it is removed."""


def line_of(number: int, changes: Sequence[Change]) -> bytes:
    """Write a transaction as a line."""
    return sealed(f'"n":{number},"changes":{written(changes)}}}\n'.encode())


def header_of(after: int) -> bytes:
    """Write the first line of a journal that goes on after a transaction."""
    return sealed(f'"format":"{FORMAT}","version":{VERSION},"after":{after}}}\n'.encode())


def sealed(rest: bytes) -> bytes:
    """Put the checksum before the rest of a line."""
    return b'{"sum":"' + _sum(rest) + b'",' + rest


def _sum(rest: bytes) -> bytes:
    return blake2b(rest, digest_size=8).hexdigest().encode()


def opened(line: bytes, file: str, number: int) -> dict[str, Any]:
    """Read a sealed line; StoreError `store-broken` with file and line where it is not as it was written."""
    rest = line[26:]
    if line[:8] != b'{"sum":"' or line[24:26] != b'",' or line[8:24] != _sum(rest):
        raise broken(file, number, "这一行与校验和不符", "this line does not agree with its checksum")
    value: dict[str, Any] = json.loads(line)
    return value


def check_version(line: bytes, format: str, version: int, file: str) -> None:
    """Refuse a file of a newer format, before its checksum, which may be another, is looked at."""
    try:
        head = json.loads(line)
        if head["format"] == format and head["version"] > version:
            raise newer(file)
    except (ValueError, KeyError, TypeError):
        pass  # what is wrong with it, the checksum tells


class JournalReader:
    """Go through a journal. Afterwards `good` is where its last whole line ends, and `torn` the bytes behind that."""

    def __init__(self, path: Path, after: int) -> None:
        self.path = path
        self.number = after
        self.good = 0
        self.torn = 0
        self.headed = False

    def __iter__(self) -> Iterator[Sequence[Change]]:
        """Give the changes of each transaction; StoreError at the first line that is not whole, but for a torn last."""
        file = str(self.path)
        with reading(self.path) as stream:
            for number, line in enumerate(stream, 1):
                if not line.endswith(b"\n"):
                    self.torn = len(line)
                    return
                if number == 1:
                    check_version(line, FORMAT, VERSION, file)
                    head = opened(line, file, number)
                    if head.get("format") != FORMAT or head.get("after") != self.number:
                        raise broken(file, number, "开头与文件名不符", "the first line does not fit the file's name")
                    self.headed = True
                else:
                    entry = opened(line, file, number)
                    if entry.get("n") != self.number + 1:
                        raise broken(file, number, "编号不连续", "its number does not follow")
                    self.number += 1
                    yield entry["changes"]
                self.good += len(line)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Any]:
    """Open a file of the store for reading bytes; StoreError where the system does not let us."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise unreadable(str(path), error.strerror or type(error).__name__) from None


@dataclass(slots=True)
class JournalFile:
    """The end of a journal, where lines are added. `end` is where the last acknowledged line ends, and its number.

    After a failure of the disk other than a full one, nothing is known of what the system still holds: `failed` then
    refuses everything until the store is opened again.
    """

    path: Path
    handle: int
    end: tuple[int, int]
    unsure: bool = False
    failed: StoreError | None = None

    def append(self, data: bytes, last: int) -> None:
        """Write lines, the last of them with the given number, and wait until they are on disk.

        On a full disk the file is cut back to the last acknowledged line, and StoreError `store-full` is raised.
        """
        if self.failed is not None:
            raise StoreError(self.failed.problems)
        try:
            if self.unsure:  # something broke into the last writing
                os.ftruncate(self.handle, self.end[0])
            self.unsure = True
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.handle, rest) :]
            to_disk(self.handle)
        except OSError as error:
            self._undo(error)
        self.end = (self.end[0] + len(data), last)  # in one go: a break between the two would write the lines again
        self.unsure = False

    def _undo(self, error: OSError) -> None:
        where = str(self.path)
        try:
            os.ftruncate(self.handle, self.end[0])
            to_disk(self.handle)
        except OSError as second:
            error = second
        else:
            self.unsure = False
            if error.errno in FULL:
                raise full(where) from None
        self.failed = unwritable(where, error.strerror or type(error).__name__)
        raise self.failed from None

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            os.close(self.handle)


def create_journal(folder: Path, after: int) -> JournalFile:
    """Make the journal that goes on after a transaction, whole or not at all."""
    path = folder / f"journal-{after:012}.jsonl"
    head = header_of(after)
    write_whole(path, [head])
    return open_journal(path, len(head), after)


def open_journal(path: Path, size: int, last: int) -> JournalFile:
    """Open a journal to go on after byte `size`, where the line numbered `last` ends; what stands behind is cut off."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | _BINARY)
        if os.fstat(handle).st_size != size:
            os.ftruncate(handle, size)
            to_disk(handle)
    except OSError as error:
        raise unreadable(str(path), error.strerror or type(error).__name__) from None
    return JournalFile(path, handle, (size, last))


def write_whole(path: Path, parts: Iterator[bytes] | Sequence[bytes]) -> None:
    """Write a file for its owner alone, whole or not at all, on disk under its name when this returns."""
    temporary = path.with_name(f".{path.name}.writing")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            to_disk(stream.fileno())
        temporary.replace(path)
        folder_to_disk(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if error.errno in FULL:
            raise full(str(path)) from None
        raise unreadable(str(path), error.strerror or type(error).__name__) from None
