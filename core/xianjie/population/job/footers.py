"""How many rows each row group of a Parquet file has, read off its footer, which Polars does not tell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from xianjie.errors import InputError, Place, Problem

_MAGIC, _SEALED = b"PAR1", b"PARE"
_ROW_GROUPS, _ROWS = 4, 3
"""The fields of `FileMetaData` and of `RowGroup` that are wanted, in parquet.thrift."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The rows of each row group, in order, and a digest of the footer."""

    groups: tuple[int, ...]
    digest: str


def read_footer(path: Path) -> Footer:
    """Read a Parquet file's footer. Raises InputError where it is none, cut short or encrypted; OSError."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 8))
        tail = stream.read(8)
        length = int.from_bytes(tail[:4], "little") if len(tail) == 8 else 0
        if tail[4:] == _SEALED:
            _refuse(path, "parquet-encrypted", "文件已加密，请先解密", "the file is encrypted: decrypt it first")
        if tail[4:] != _MAGIC or length + 12 > size:
            _unreadable(path)
        stream.seek(size - 8 - length)
        data = stream.read(length)
    try:
        groups = tuple(int(group[_ROWS]) for group in _Compact(data).struct({_ROW_GROUPS: {_ROWS: None}})[_ROW_GROUPS])
    except (IndexError, KeyError, ValueError, RecursionError):
        _unreadable(path)
    return Footer(groups, hashlib.sha256(data).hexdigest())


def _unreadable(path: Path) -> NoReturn:
    _refuse(
        path,
        "parquet-unreadable",
        "不是完整的 Parquet 文件，可能没有写完或已损坏",
        "not a whole Parquet file: cut short, or damaged",
    )


def _refuse(path: Path, code: str, zh: str, en: str) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(str(path))))


Wanted = dict[int, Any]


class _Compact:
    """Thrift's compact protocol, as far as a footer needs it: wanted fields are read, all others passed over."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        out = shift = 0
        while True:
            byte = self.byte()
            out |= (byte & 0x7F) << shift
            if byte < 0x80:
                return out
            shift += 7

    def number(self) -> int:
        found = self.varint()
        return (found >> 1) ^ -(found & 1)

    def struct(self, wanted: Wanted) -> dict[int, Any]:
        out: dict[int, Any] = {}
        field = 0
        while head := self.byte():
            field = field + (head >> 4) if head >> 4 else self.number()
            if field in wanted:
                out[field] = self.value(head & 15, wanted[field] or {})
            else:
                self.value(head & 15, {})
        return out

    def value(self, kind: int, wanted: Wanted) -> Any:
        read: Callable[[], Any] | None = {3: self.byte, 4: self.number, 5: self.number, 6: self.number}.get(kind)
        if read is not None:
            return read()
        match kind:
            case 1 | 2:
                return kind == 1
            case 7:
                self.at += 8
            case 8:
                length = self.varint()  # first, since it moves on as well
                self.at += length
            case 9 | 10:
                head = self.byte()
                count = head >> 4 if head >> 4 < 15 else self.varint()
                inner = head & 15
                if count > len(self.data):
                    raise ValueError
                return [self.byte() if inner in (1, 2) else self.value(inner, wanted) for _ in range(count)]
            case 12:
                return self.struct(wanted)
            case _:
                raise ValueError
        return None
