"""The embedded store: TinyDB in memory, a journal on disk, one process at a time, as many threads as there are."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from xianjie.errors import Problem, XianjieError
from xianjie.store import generations
from xianjie.store.chains import Inspection, Seal, plain_seal
from xianjie.store.collections import Layout, standard_layout
from xianjie.store.commits import Commits, Ticket
from xianjie.store.embedded_views import EmbeddedTransaction, EmbeddedView, Memory, chain_table
from xianjie.store.indexes import Indexes
from xianjie.store.interface import Store, Transaction, Verified, View
from xianjie.store.journal import create_journal, line_of, open_journal
from xianjie.store.lock import FolderLock
from xianjie.store.refusals import StoreError, absent, broken, duplicate, misuse, unreadable
from xianjie.store.snapshots import Tables, write_snapshot
from xianjie.store.tables import JournalStorage, database

SNAPSHOT_AFTER = 64 * 1024 * 1024
"""Bytes of journal after which a snapshot is made in the background."""


class EmbeddedStore(Store):
    """Keep everything in one folder. Close it at the end; what was acknowledged is safe also if that fails.

    Blocks run one at a time. Leaving one waits until all that it has seen is on disk, and threads share that wait. So
    no block ever tells of a change that could still be lost.
    """

    def __init__(
        self,
        folder: Path,
        layout: Layout | None = None,
        seals: Sequence[Seal] | None = None,
        create: bool = True,
        snapshot_after: int = SNAPSHOT_AFTER,
    ) -> None:
        """Open the store in a folder, making it where there is none and `create` allows it.

        Raises StoreError `store-locked`, `store-broken` with file and line, `store-version`, `store-absent`.
        """
        self.layout = layout or standard_layout()
        self.folder = folder
        self._seals = tuple(seals or (plain_seal(),))
        self._process = os.getpid()
        self._holder: int | None = None
        self._state = threading.Lock()
        self._snapshotting = threading.Lock()
        self._snapshot_after = self._snapshot_at = snapshot_after
        self._closed = False
        _ready(folder, create)
        self._lock = FolderLock(folder)
        try:
            generations.tidy(folder)
            found = generations.find_state(folder)
            self.remarks = found.remarks
            self._indexes = Indexes(self.layout, found.tables)
            if found.journal is None:
                file = create_journal(folder, 0)
            else:
                file = open_journal(found.journal, found.size, found.number)
        except BaseException:
            self._lock.release()
            raise
        self._commits = Commits(file, found.number, self._state)
        self._storage = JournalStorage(found.tables, self._indexes.changed)
        self._memory = Memory(self.layout, database(self._storage), self._indexes, self._seals[0])

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin a transaction."""
        with self._alone():
            transaction = EmbeddedTransaction(self._memory)
            try:
                yield transaction
                changes = self._storage.changes()
                if changes:
                    line = line_of(self._commits.next_number(), changes)
                    self._commits.add(line, self._storage.undoing())
            except BaseException:
                self._storage.undoing()()
                raise
            finally:
                transaction.ended = True

    @contextlib.contextmanager
    def read(self) -> Iterator[View]:
        """Read one consistent state."""
        with self._alone():
            view = EmbeddedView(self._memory)
            try:
                yield view
            finally:
                view.ended = True

    def _settle(self, ticket: Ticket | None) -> None:
        self._commits.settle(ticket)
        if self._commits.file.end[0] > self._snapshot_at and self._snapshotting.acquire(blocking=False):
            threading.Thread(target=self._snapshot_behind, name="xianjie-snapshot").start()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Run a block by itself; at its end wait until all it has seen is on disk, also where that made it fail."""
        self._usable()
        ticket: Ticket | None = None
        try:
            with self._state:
                self._holder = threading.get_ident()
                try:
                    if self._closed:  # while we waited
                        raise _closed()
                    yield
                finally:
                    self._holder = None
                    ticket = self._commits.last()
        finally:
            self._settle(ticket)

    def _usable(self) -> None:
        if self._closed:
            raise _closed()
        if self._process != os.getpid():
            raise misuse("由另一个进程打开", "another process opened it")
        if self._holder == threading.get_ident():
            raise misuse("一个事务里不能再开另一个", "a block within a block")

    @contextlib.contextmanager
    def _still(self) -> Iterator[int]:
        """Hold everything still while all is on disk; give the number of the last transaction."""
        with self._commits.disk:
            while True:
                self._commits.flush()
                with self._state:
                    if self._commits.last() is None:
                        yield self._commits.next_number() - 1
                        return

    def compact(self, forget: bool = False) -> None:
        """Write a snapshot and begin a new journal; the state before is kept beside, unless it is to be forgotten."""
        self._usable()
        with self._snapshotting:
            self._snapshot(forget)

    def _snapshot(self, forget: bool) -> None:
        with self._still() as number:
            if self._closed:  # while we waited
                raise _closed()
            tables = {name: dict(documents) for name, documents in self._storage.tables.items()}
            if generations.files(self.folder, "journal").keys().isdisjoint({number}):
                old, self._commits.file = self._commits.file, create_journal(self.folder, number)
                old.close()
            self._snapshot_at = self._snapshot_after
        write_snapshot(self.folder, number, tables)
        generations.forget_before(self.folder, number if forget else generations.previous_snapshot(self.folder, number))

    def _snapshot_behind(self) -> None:
        try:
            self._snapshot(forget=False)
        except XianjieError as error:
            if self._closed:
                return
            self.remarks += error.problems
            self._snapshot_at = self._commits.file.end[0] + self._snapshot_after
        finally:
            self._snapshotting.release()

    def verify(self) -> Verified:
        """Examine chains, unique values and indexes, and read the files again."""
        self._usable()
        problems: list[Problem] = []
        remarks: list[Problem] = []
        with self._snapshotting, self._still() as number:
            tables = self._storage.tables
            try:
                found = generations.find_state(self.folder)
                problems += found.remarks
                if found.number != number or _filled(found.tables) != _filled(tables):
                    raise broken(str(self.folder), None, "文件与内存不一致", "the files and the memory differ")
            except StoreError as error:
                problems += error.problems
            problems += _unlike(Indexes(self.layout, tables), self._indexes)
            for (collection, path, _), ids in self._indexes.values.items():
                if path in self.layout[collection].unique and len(ids) > 1:
                    problems += duplicate(collection, path).problems
            view = EmbeddedView(self._memory)
            for chain in self.layout.chains:
                inspection = Inspection(chain, self._seals)
                inspection.see(view.entry(chain, name, one) for name, one in tables.get(chain_table(chain), {}).items())
                problems += inspection.problems
                remarks += inspection.remarks()
            records = {one.name: len(self._indexes.ids[one.name]) for one in self.layout}
            entries = {chain: len(tables.get(chain_table(chain), ())) for chain in self.layout.chains}
        return Verified(records, entries, tuple(problems), tuple(remarks))

    def close(self) -> None:
        """Bring everything to disk and let the folder go."""
        if self._closed or self._process != os.getpid():
            return
        self._usable()
        with self._state:
            self._closed = True
        with self._snapshotting, self._commits.disk:  # a snapshot that is being written is waited for
            try:
                self._commits.flush()
            finally:
                self._commits.file.close()
                self._lock.release()


def _ready(folder: Path, create: bool) -> None:
    try:
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not folder.is_dir() or not (generations.files(folder, "journal") or generations.files(folder, "snapshot")):
            raise absent(str(folder))
    except OSError as error:
        raise unreadable(str(folder), error.strerror or type(error).__name__) from None


def _closed() -> Exception:
    return misuse("已经关闭", "it is closed")


def _filled(tables: Tables) -> Tables:
    return {name: documents for name, documents in tables.items() if documents}


def _unlike(fresh: Indexes, kept: Indexes) -> Iterator[Problem]:
    if fresh.ids != kept.ids or fresh.values != kept.values:
        yield Problem(
            "store-index", "索引与记录不一致，请重新打开存储", "indexes and records differ: open the store again"
        )
