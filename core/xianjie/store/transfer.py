"""Carry everything from one store to another as lines of JSON, with counts before and a hash behind.

The same content gives the same bytes, whichever store it comes from: collections and chains by name, records by id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from xianjie.store.interface import Entry, Record, Store, View
from xianjie.store.refusals import StoreError, bad_export, newer, not_empty
from xianjie.store.values import written

FORMAT = "xianjie-export"
VERSION = 1
PAGE = 500


def export(store: Store, stream: IO[bytes]) -> dict[str, int]:
    """Write one state of a store; give the number of records or entries of each collection and chain."""
    hashed = hashlib.sha256()
    with store.read() as view:
        counts = _counts(store, view)
        head = {"format": FORMAT, "version": VERSION, "counts": counts}
        for part in (head, *_parts(store, view)):
            line = written(part).encode() + b"\n"
            hashed.update(line)
            stream.write(line)
    stream.write(written({"sha256": hashed.hexdigest()}).encode() + b"\n")
    return counts


def _counts(store: Store, view: View) -> dict[str, int]:
    counts = {one.name: view.count(one.name) for one in store.layout}
    for chain in store.layout.chains:
        tip = view.tip(chain)
        counts[f"chain:{chain}"] = 0 if tip is None else tip.seq
    return {name: count for name, count in sorted(counts.items()) if count}


def _parts(store: Store, view: View) -> Iterator[list[Any]]:
    for collection in store.layout:
        after: str | None = None
        while page := view.find(collection.name, after=after, limit=PAGE):
            for one in page:
                yield ["record", one.collection, one.id, one.version, one.body]
            after = page[-1].id
    for chain in sorted(store.layout.chains):
        seq = 0
        while links := view.entries(chain, after=seq, limit=PAGE):
            for link in links:
                yield ["entry", link.chain, link.seq, link.at, link.body, link.previous, link.hash]
            seq = links[-1].seq


def import_(store: Store, stream: IO[bytes], file: str) -> dict[str, int]:
    """Read an export into an empty store, all of it or nothing; give the counts as `export` does.

    `file` names the stream in errors. Raises StoreError `store-not-empty`, `store-export-broken` with the line.
    """
    with store.transaction() as transaction:
        if _counts(store, transaction):
            raise not_empty()
        reader = _Reader(store, stream, file)
        items = iter(reader)
        while page := list(islice(items, PAGE)):
            transaction.restore(page)
        return _counts(store, transaction)


class _Reader:
    """Read the lines of an export, and see that they are all there and as they were written."""

    def __init__(self, store: Store, stream: IO[bytes], file: str) -> None:
        self._store = store
        self._stream = stream
        self._file = file

    def __iter__(self) -> Iterator[Record | Entry]:
        hashed = hashlib.sha256()
        counts: dict[str, int] = {}
        head: dict[str, Any] | None = None
        number = 0
        for number, line in enumerate(self._stream, 1):
            part = self._parsed(line, number)
            if head is None:
                head = self._head(part, number)
            elif isinstance(part, dict):
                self._tail(part, hashed.hexdigest(), counts == head["counts"], number)
                if self._stream.read(1):
                    raise self._bad(number + 1, "末行之后还有内容", "something stands behind the last line")
                return
            else:
                item = self._item(part, number)
                name = item.collection if isinstance(item, Record) else f"chain:{item.chain}"
                counts[name] = counts.get(name, 0) + 1
                yield item
            hashed.update(line)
        raise self._bad(number or None, "没有末行，文件不完整", "the last line is wanting: the file is not whole")

    def _parsed(self, line: bytes, number: int) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise self._bad(number, "这一行不是 JSON", "this line is no JSON") from None

    def _head(self, part: Any, number: int) -> dict[str, Any]:
        if not isinstance(part, dict) or part.get("format") != FORMAT or not isinstance(part.get("version"), int):
            raise self._bad(number, "这不是 xianjie 的导出文件", "this is no export of xianjie")
        if part["version"] > VERSION:
            raise newer(self._file)
        return {"counts": part.get("counts")}

    def _tail(self, part: dict[str, Any], digest: str, counted: bool, number: int) -> None:
        if part.get("sha256") != digest:
            raise self._bad(number, "内容与末行的哈希不符", "the lines do not agree with the hash on the last")
        if not counted:
            raise self._bad(number, "条数与首行不符", "the lines are not as many as the first one says")

    def _item(self, part: Any, number: int) -> Record | Entry:
        match part:
            case ["record", str(collection), str(id), int(version), dict(body)] if version > 0:
                if collection in self._store.layout.by_name:
                    return Record(collection, id, version, body)
            case ["entry", str(chain), int(seq), str(at), dict(body), str(previous), str(hash)]:
                if chain in self._store.layout.chains:
                    return Entry(chain, seq, at, body, previous, hash)
        raise self._bad(number, "这一行不是本存储的记录", "this line is no record of this store")

    def _bad(self, line: int | None, zh: str, en: str) -> StoreError:
        return bad_export(self._file, line, zh, en)
