"""Views of the tables in PostgreSQL, and the transactions that change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, Select, delete, func, insert, select, update

from xianjie.store.chains import Seal, follows, instant, linked
from xianjie.store.collections import Collection, Layout
from xianjie.store.driver_errors import mapping
from xianjie.store.interface import Body, Entry, Record, Transaction, View
from xianjie.store.refusals import StoreError, append_only, bad_export, conflict, duplicate, missing, misuse
from xianjie.store.schema import entries, keys, records
from xianjie.store.values import checked_body, checked_id, copied, is_id, lookup_keys, wanted_keys


class PostgresView(View):
    """A view of the tables, good until its block ends."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self._connection = connection
        self.layout = layout
        self.ended = False

    def _run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[Any]:
        if self.ended:
            raise misuse("事务已经结束", "its block has ended")
        with mapping():
            return self._connection.execute(statement, rows)

    def get(self, collection: str, id: str) -> Record | None:
        """Find a record."""
        name = self.layout[collection].name
        if not is_id(id):
            return None
        wanted = select(records).where(records.c.collection == name, records.c.id == id)
        row = self._run(wanted).one_or_none()
        return None if row is None else _record(row)

    def find(
        self, collection: str, where: Body | None = None, *, after: str | None = None, limit: int = 100
    ) -> Sequence[Record]:
        """List the records with the given values."""
        found = self._matching(select(records), collection, where)
        if after is not None:
            found = found.where(records.c.id > checked_id(after))
        rows = self._run(found.order_by(records.c.id).limit(max(limit, 0)))
        return [_record(row) for row in rows]

    def count(self, collection: str, where: Body | None = None) -> int:
        """Count what `find` would list."""
        counting = self._matching(select(func.count()).select_from(records), collection, where)
        return int(self._run(counting).scalar_one())

    def _matching(self, selected: Select[Any], collection: str, where: Body | None) -> Select[Any]:
        declared = self.layout[collection]
        for path, key in wanted_keys(declared, where).items():
            one = keys.alias()
            selected = selected.join(
                one,
                (one.c.collection == records.c.collection)
                & (one.c.id == records.c.id)
                & (one.c.path == path)
                & (one.c.key == key),
            )
        return selected.where(records.c.collection == collection)

    def keys(self, collection: str) -> set[tuple[str, str, str]]:
        """Give all that records of a collection are looked up by: path, key, id."""
        wanted = select(keys.c.path, keys.c.key, keys.c.id).where(keys.c.collection == collection)
        return {(row.path, row.key, row.id) for row in self._run(wanted)}

    def entries(self, chain: str, *, after: int = 0, limit: int = 100) -> Sequence[Entry]:
        """List a chain's entries in order."""
        wanted = select(entries).where(entries.c.chain == self.layout.chain(chain), entries.c.seq > after)
        return [_entry(row) for row in self._run(wanted.order_by(entries.c.seq).limit(max(limit, 0)))]

    def tip(self, chain: str) -> Entry | None:
        """Give a chain's last entry."""
        wanted = select(entries).where(entries.c.chain == self.layout.chain(chain))
        row = self._run(wanted.order_by(entries.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else _entry(row)


class PostgresTransaction(PostgresView, Transaction):
    """A view through which the tables change. No other transaction runs meanwhile, so looking before is enough."""

    def __init__(self, connection: Connection, layout: Layout, seal: Seal) -> None:
        super().__init__(connection, layout)
        self._seal = seal
        self.failed: StoreError | None = None

    def _run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[Any]:
        try:
            return super()._run(statement, rows)
        except StoreError as error:
            self.failed = error  # the server has given the transaction up
            raise

    def insert(self, collection: str, id: str, body: Body) -> Record:
        """Add a record."""
        declared = self.layout[collection]
        record = Record(collection, checked_id(id), 1, checked_body(body))
        rows = self._free(declared, record)
        if self.get(collection, id) is not None:
            raise duplicate(collection, None)
        self._run(insert(records).values(**_row(record)))
        if rows:
            self._run(insert(keys), rows)
        return _handed(record)

    def _free(self, collection: Collection, record: Record) -> list[dict[str, Any]]:
        """Give the rows of a record's keys; StoreError where another record has a unique one."""
        rows = list(key_rows(collection, record.id, record.body))
        for row in rows:
            if row["single"]:
                holder = select(keys.c.id).where(
                    keys.c.collection == collection.name, keys.c.path == row["path"], keys.c.key == row["key"]
                )
                if self._run(holder.where(keys.c.id != record.id)).first() is not None:
                    raise duplicate(collection.name, row["path"])
        return rows

    def replace(self, collection: str, id: str, body: Body, expected_version: int) -> Record:
        """Put another body in place."""
        declared = self.layout[collection]
        self._expect(declared, id, expected_version)
        record = Record(collection, id, expected_version + 1, checked_body(body))
        rows = self._free(declared, record)
        here = (records.c.collection == collection) & (records.c.id == id)
        self._run(update(records).where(here).values(version=record.version, body=record.body))
        self._run(delete(keys).where(keys.c.collection == collection, keys.c.id == id))
        if rows:
            self._run(insert(keys), rows)
        return _handed(record)

    def delete(self, collection: str, id: str, expected_version: int) -> None:
        """Remove a record."""
        self._expect(self.layout[collection], id, expected_version)
        self._run(delete(records).where(records.c.collection == collection, records.c.id == id))

    def _expect(self, collection: Collection, id: str, version: int) -> None:
        if collection.append_only:
            raise append_only(collection.name)
        found = self.get(collection.name, id)
        if found is None:
            raise missing(collection.name)
        if found.version != version:
            raise conflict(collection.name)

    def append(self, chain: str, body: Body, at: dt.datetime) -> Entry:
        """Add a link to a chain."""
        entry = linked(chain, self.tip(chain), checked_body(body), instant(at), self._seal)
        self._run(insert(entries).values(**_link(entry)))
        return Entry(chain, entry.seq, entry.at, copied(entry.body), entry.previous, entry.hash)

    def restore(self, items: Iterable[Record | Entry]) -> None:
        """Put records and entries in as they were."""
        rows: list[dict[str, Any]] = []
        beside: list[dict[str, Any]] = []
        links: list[dict[str, Any]] = []
        tips: dict[str, Entry | None] = {}
        for item in items:
            if isinstance(item, Record):
                declared = self.layout[item.collection]
                record = Record(item.collection, checked_id(item.id), item.version, checked_body(item.body))
                rows.append(_row(record))
                beside += key_rows(declared, record.id, record.body)
                continue
            tip = tips[item.chain] if item.chain in tips else self.tip(item.chain)
            if not follows(item, tip):
                raise bad_export(item.chain, None, "链接不上", "the chain does not join")
            tips[item.chain] = item
            links.append(_link(item) | {"body": checked_body(item.body)})
        for table, many in ((records, rows), (keys, beside), (entries, links)):
            if many:
                self._run(insert(table), many)


def key_rows(collection: Collection, id: str, body: Body) -> Iterator[dict[str, Any]]:
    """Give the rows of what a record is looked up by."""
    for path, key in lookup_keys(collection.paths, body):
        yield {
            "collection": collection.name,
            "path": path,
            "key": key,
            "id": id,
            "single": path in collection.unique,
        }


def _row(record: Record) -> dict[str, Any]:
    return {"collection": record.collection, "id": record.id, "version": record.version, "body": record.body}


def _link(entry: Entry) -> dict[str, Any]:
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "at": entry.at,
        "body": entry.body,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _handed(record: Record) -> Record:
    return Record(record.collection, record.id, record.version, copied(record.body))


def _record(row: Row[Any]) -> Record:
    return Record(row.collection, row.id, row.version, row.body)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.chain, row.seq, row.at, row.body, row.previous, row.hash)
