"""The store in PostgreSQL, for several processes: one writes at a time, and any number read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, delete, func, insert, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from xianjie.errors import Problem
from xianjie.store.chains import Inspection, Seal, plain_seal
from xianjie.store.collections import Layout, standard_layout
from xianjie.store.driver_errors import mapping
from xianjie.store.interface import Store, Transaction, Verified, View
from xianjie.store.postgres_views import PostgresTransaction, PostgresView, key_rows
from xianjie.store.refusals import absent, bad_url, duplicate, misuse
from xianjie.store.schema import WRITING, engine_for, entries, facts, keys, migrate, records

PAGE = 1000


class PostgresStore(Store):
    """Keep everything in one database.

    Transactions take a lock of the database before they read anything: none is carried out on what another is about to
    change, and no chain forks. Reading takes no lock and sees one state.
    """

    def __init__(
        self,
        url: str,
        layout: Layout | None = None,
        seals: Sequence[Seal] | None = None,
        create: bool = True,
    ) -> None:
        """Connect, and make or migrate the tables where `create` allows it.

        Raises StoreError `store-url`, `store-unavailable`, `store-version`, `store-absent`.
        """
        self.layout = layout or standard_layout()
        self._seals = tuple(seals or (plain_seal(),))
        self._engine = engine_for(_url(url))
        self._process = os.getpid()
        self._closed = False
        try:
            with mapping(), self._engine.begin() as connection:
                if not migrate(connection, create):
                    raise absent("PostgreSQL")
                self._fit(connection)
        except BaseException:
            self._engine.dispose()
            raise

    def _fit(self, connection: Connection) -> None:
        """Make the keys anew where they were made for another layout."""
        written = self.layout.written()
        if connection.scalar(select(facts.c.value).where(facts.c.name == "layout")) == written:
            return
        _lock(connection)
        self._make_keys(connection)
        connection.execute(delete(facts).where(facts.c.name == "layout"))
        connection.execute(insert(facts).values(name="layout", value=written))

    def _make_keys(self, connection: Connection) -> None:
        connection.execute(delete(keys))
        view = PostgresView(connection, self.layout)
        for collection in self.layout:
            after = None
            while page := view.find(collection.name, after=after, limit=PAGE):
                rows = [row for one in page for row in key_rows(collection, one.id, one.body)]
                if rows:
                    connection.execute(insert(keys), rows)
                after = page[-1].id

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin a transaction."""
        with mapping(), self._connected().connect() as connection, connection.begin():
            _lock(connection)
            transaction = PostgresTransaction(connection, self.layout, self._seals[0])
            try:
                yield transaction
            finally:
                transaction.ended = True
            if transaction.failed is not None:
                # the server has given the transaction up already, and would not say so at the commit
                raise transaction.failed

    @contextlib.contextmanager
    def read(self) -> Iterator[View]:
        """Read one consistent state."""
        with mapping(), self._connected().connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                view = PostgresView(connection, self.layout)
                try:
                    yield view
                finally:
                    view.ended = True

    def _connected(self) -> Engine:
        if self._closed:
            raise misuse("已经关闭", "it is closed")
        if self._process != os.getpid():
            # a forked child makes connections of its own and leaves its parent's alone
            self._engine.dispose(close=False)
            self._process = os.getpid()
        return self._engine

    def verify(self) -> Verified:
        """Examine chains, unique values and the keys by which records are looked up."""
        problems: list[Problem] = []
        remarks: list[Problem] = []
        counts: dict[str, int] = {}
        lengths: dict[str, int] = {}
        with self.read() as view:
            assert isinstance(view, PostgresView)
            for collection in self.layout:
                counts[collection.name] = view.count(collection.name)
                problems += _unlike(view, collection.name)
            for chain in self.layout.chains:
                inspection = Inspection(chain, self._seals)
                after = lengths[chain] = 0
                while links := view.entries(chain, after=after, limit=PAGE):
                    inspection.see(links)
                    after = links[-1].seq
                    lengths[chain] += len(links)
                problems += inspection.problems
                remarks += inspection.remarks()
        return Verified(counts, lengths, tuple(problems), tuple(remarks))

    def compact(self, forget: bool = False) -> None:  # noqa: ARG002
        """Make the keys anew, and let the server clear away what was removed."""
        with mapping(), self._connected().begin() as connection:
            _lock(connection)
            self._make_keys(connection)
        with mapping(), self._connected().connect() as connection:
            settled = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in (records, keys, entries):
                settled.execute(text(f"VACUUM (ANALYZE) {table.name}"))

    def close(self) -> None:
        """Close the connections."""
        if not self._closed:
            self._closed = True
            self._engine.dispose(close=self._process == os.getpid())


def _unlike(view: PostgresView, collection: str) -> Iterator[Problem]:
    """Tell whether the keys of a collection are those of its records, each unique one held by one record."""
    kept = view.keys(collection)
    found: set[tuple[str, str, str]] = set()
    single: dict[tuple[str, str], str] = {}
    after = None
    while page := view.find(collection, after=after, limit=PAGE):
        for one in page:
            for row in key_rows(view.layout[collection], one.id, one.body):
                found.add((row["path"], row["key"], row["id"]))
                if row["single"] and single.setdefault((row["path"], row["key"]), one.id) != one.id:
                    yield from duplicate(collection, row["path"]).problems
        after = page[-1].id
    if found != kept:
        yield Problem(
            "store-index",
            f"{collection} 的索引与记录不一致，请运行 xianjie store compact",
            f"the keys of {collection} and its records differ: run xianjie store compact",
        )


def _lock(connection: Connection) -> None:
    """Wait until no other transaction is running; the next statement sees all that they did."""
    connection.execute(select(func.pg_advisory_xact_lock(WRITING)))


def _url(url: str) -> URL:
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise bad_url() from None
    if made.get_backend_name() not in ("postgresql", "postgres"):
        raise bad_url()
    return made
