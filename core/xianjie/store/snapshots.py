"""Snapshots: the whole state in one file, written beside and put in place whole, with its hash as the last line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from xianjie.store.journal import check_version, opened, reading, sealed, write_whole
from xianjie.store.refusals import broken
from xianjie.store.values import written

FORMAT = "xianjie-snapshot"
VERSION = 1

Tables: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""The tables by name; each holds its documents by id."""


def snapshot_path(folder: Path, number: int) -> Path:
    """Name the snapshot of the state after a transaction."""
    return folder / f"snapshot-{number:012}.jsonl"


def write_snapshot(folder: Path, number: int, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the state after a transaction; nobody may change the documents meanwhile."""
    write_whole(snapshot_path(folder, number), _lines(number, tables))


def _lines(number: int, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    hashed = hashlib.sha256()
    head = sealed(f'"format":"{FORMAT}","version":{VERSION},"number":{number}}}\n'.encode())
    hashed.update(head)
    yield head
    lines = 0
    for table, documents in tables.items():
        for name, document in documents.items():
            line = written([table, name, document]).encode() + b"\n"
            hashed.update(line)
            lines += 1
            yield line
    yield sealed(f'"lines":{lines},"sha256":"{hashed.hexdigest()}"}}\n'.encode())


def read_snapshot(path: Path, number: int) -> Tables:
    """Read the state after a transaction; StoreError `store-broken` with file and line where the file is not whole."""
    file = str(path)
    hashed = hashlib.sha256()
    tables: Tables = {}
    at = 0
    with reading(path) as stream:
        before = b""
        for at, line in enumerate(stream, 1):
            if at == 1:
                check_version(line, FORMAT, VERSION, file)
                head = opened(line, file, at)
                if head.get("format") != FORMAT or head.get("number") != number:
                    raise broken(file, at, "开头与文件名不符", "the first line does not fit the file's name")
            elif at > 2:
                _take(before, tables, file, at - 1)
            if at > 1:
                hashed.update(before)
            before = line
    if at < 2:
        raise broken(file, at or None, "文件不完整", "the file is not whole")
    tail = opened(before, file, at)
    if tail.get("lines") != at - 2 or tail.get("sha256") != hashed.hexdigest():
        raise broken(file, at, "内容与末行的哈希不符", "the file does not agree with the hash on its last line")
    return tables


def _take(line: bytes, tables: Tables, file: str, number: int) -> None:
    try:
        table, name, document = json.loads(line)
        tables.setdefault(table, {})[name] = document
    except (ValueError, TypeError):
        raise broken(file, number, "这一行不完整", "this line is not whole") from None
