"""Views of the embedded store's tables, and the transactions that change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinydb.queries import Query, QueryInstance

from xianjie.store.chains import Seal, follows, instant, linked
from xianjie.store.collections import Layout
from xianjie.store.indexes import Indexes
from xianjie.store.interface import Body, Entry, Record, Transaction, View
from xianjie.store.refusals import append_only, bad_export, conflict, duplicate, missing, misuse
from xianjie.store.tables import Database, JournalTable
from xianjie.store.values import checked_body, checked_id, copied, lookup_key, wanted_keys


@dataclass(frozen=True, slots=True)
class Memory:
    """What is held in memory: TinyDB's tables and our indexes of them; `seal` is for new entries."""

    layout: Layout
    database: Database
    indexes: Indexes
    seal: Seal

    def table(self, name: str) -> JournalTable:
        """Give a table."""
        table = self.database.table(name)
        assert isinstance(table, JournalTable)
        return table


def chain_table(chain: str) -> str:
    """Name the table that holds a chain's entries."""
    return f"chain:{chain}"


class EmbeddedView(View):
    """A view of the tables, good until its block ends."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.ended = False

    def _table(self, name: str) -> JournalTable:
        if self.ended:
            raise misuse("事务已经结束", "its block has ended")
        return self._memory.table(name)

    def get(self, collection: str, id: str) -> Record | None:
        """Find a record."""
        table = self._table(self._memory.layout[collection].name)
        document = table.document(id) if isinstance(id, str) else None
        return None if document is None else _record(collection, id, document)

    def find(
        self, collection: str, where: Body | None = None, *, after: str | None = None, limit: int = 100
    ) -> Sequence[Record]:
        """List the records with the given values."""
        table = self._table(collection)
        if after is not None:
            checked_id(after)
        found: list[Record] = []
        for id in self._ids(collection, where, after):
            if len(found) >= limit:
                break
            document = table.document(id)
            assert document is not None
            found.append(_record(collection, id, document))
        return found

    def count(self, collection: str, where: Body | None = None) -> int:
        """Count what `find` would list."""
        self._table(collection)
        if len(where or ()) < 2:
            declared = self._memory.layout[collection]
            return len(self._memory.indexes.narrowest(declared, wanted_keys(declared, where)))
        return sum(1 for _ in self._ids(collection, where, None))

    def _ids(self, collection: str, where: Body | None, after: str | None) -> Iterator[str]:
        """Go along the shortest index; what it does not tell, a query of TinyDB asks of the documents."""
        declared = self._memory.layout[collection]
        wanted = wanted_keys(declared, where)
        ids = self._memory.indexes.narrowest(declared, wanted).after(after)
        if len(wanted) < 2:
            return ids
        query, table = _query(wanted), self._memory.table(collection)
        return (id for id in ids if query(table.document(id) or {}))

    def entries(self, chain: str, *, after: int = 0, limit: int = 100) -> Sequence[Entry]:
        """List a chain's entries in order."""
        table = self._table(chain_table(self._memory.layout.chain(chain)))
        numbers: Sequence[int] = range(max(after, 0) + 1, min(len(table), max(after, 0) + limit) + 1)
        documents = [table.document(str(seq)) for seq in numbers]
        if table.last() != str(len(table)) or None in documents:  # entries were dropped: there are gaps
            numbers = sorted(int(id) for id in table.ids() if int(id) > after)[: max(limit, 0)]
            documents = [table.document(str(seq)) for seq in numbers]
        pairs = zip(numbers, documents, strict=True)
        return [self.entry(chain, str(seq), document) for seq, document in pairs if document is not None]

    def tip(self, chain: str) -> Entry | None:
        """Give a chain's last entry."""
        table = self._table(chain_table(self._memory.layout.chain(chain)))
        last = table.last()
        if last is not None and last != str(len(table)):
            last = max(table.ids(), key=int)
        document = None if last is None else table.document(last)
        return None if last is None or document is None else self.entry(chain, last, document)

    def entry(self, chain: str, name: str, document: Mapping[str, Any]) -> Entry:
        """Make an entry of its document."""
        return Entry(chain, int(name), document["at"], copied(document["body"]), document["previous"], document["hash"])


class EmbeddedTransaction(EmbeddedView, Transaction):
    """A view through which the tables change."""

    def insert(self, collection: str, id: str, body: Body) -> Record:
        """Add a record."""
        return self._add(Record(collection, id, 1, body))

    def _add(self, record: Record) -> Record:
        declared = self._memory.layout[record.collection]
        table = self._table(record.collection)
        id, body = checked_id(record.id), checked_body(record.body)
        taken = self._memory.indexes.taken(declared, id, body)
        if taken is not None or table.document(id) is not None:
            raise duplicate(record.collection, taken)
        table.add(id, {"version": record.version, "body": body})
        return Record(record.collection, id, record.version, copied(body))

    def replace(self, collection: str, id: str, body: Body, expected_version: int) -> Record:
        """Put another body in place."""
        declared = self._memory.layout[collection]
        table = self._expected(collection, id, expected_version)
        new = checked_body(body)
        taken = self._memory.indexes.taken(declared, id, new)
        if taken is not None:
            raise duplicate(collection, taken)
        table.put(id, {"version": expected_version + 1, "body": new})
        return Record(collection, id, expected_version + 1, copied(new))

    def delete(self, collection: str, id: str, expected_version: int) -> None:
        """Remove a record."""
        self._expected(collection, id, expected_version).drop(id)

    def _expected(self, collection: str, id: str, version: int) -> JournalTable:
        if self._memory.layout[collection].append_only:
            raise append_only(collection)
        table = self._table(collection)
        found = table.document(id)
        if found is None:
            raise missing(collection)
        if found["version"] != version:
            raise conflict(collection)
        return table

    def append(self, chain: str, body: Body, at: dt.datetime) -> Entry:
        """Add a link to a chain."""
        entry = linked(chain, self.tip(chain), checked_body(body), instant(at), self._memory.seal)
        self._link(entry)
        return Entry(chain, entry.seq, entry.at, copied(entry.body), entry.previous, entry.hash)

    def _link(self, entry: Entry) -> None:
        self._table(chain_table(entry.chain)).add(
            str(entry.seq), {"at": entry.at, "body": entry.body, "previous": entry.previous, "hash": entry.hash}
        )

    def restore(self, items: Iterable[Record | Entry]) -> None:
        """Put records and entries in as they were."""
        for item in items:
            if isinstance(item, Record):
                self._add(item)
                continue
            if not follows(item, self.tip(item.chain)):
                raise bad_export(item.chain, None, "链接不上", "the chain does not join")
            self._link(Entry(item.chain, item.seq, item.at, checked_body(item.body), item.previous, item.hash))


def _record(collection: str, id: str, document: Mapping[str, Any]) -> Record:
    return Record(collection, id, document["version"], copied(document["body"]))


def _query(wanted: Mapping[str, str]) -> QueryInstance:
    query = Query().noop()
    for path, key in wanted.items():
        at = Query()["body"]
        for step in path.split("."):
            at = at[step]
        query &= at.test(_has_key, key)
    return query


def _has_key(value: Any, key: str) -> bool:
    return lookup_key(value, "") == key
