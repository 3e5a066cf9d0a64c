"""TinyDB over a storage of our own: tables in memory, and each change noted for the journal and for undoing.

Stock TinyDB copies the table and rewrites the file at every change. Here a table's update goes to the one document,
and the storage notes what the document was and what it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from xianjie.store.journal import Change
from xianjie.store.refusals import misuse
from xianjie.store.snapshots import Tables

Kept: TypeAlias = Mapping[str, Any]
Watcher: TypeAlias = Callable[[str, str, Kept | None, Kept | None], None]
"""Told of each change: the table, the id, the document before, and after."""


class JournalStorage(Storage):
    """Hold the tables, and note the changes of one transaction after the other."""

    def __init__(self, tables: Tables, watcher: Watcher) -> None:
        self.tables = tables
        self._watcher = watcher
        self._changes: list[tuple[str, str, dict[str, Any] | None, dict[str, Any] | None]] = []

    def read(self) -> Tables:
        """Give the tables as they are, not copied."""
        return self.tables

    def write(self, data: dict[str, dict[str, Any]]) -> NoReturn:  # noqa: ARG002
        """Refuse: TinyDB would have everything written anew."""
        raise misuse("表只在事务中逐条改动", "tables change document by document, in a transaction")

    def put(self, table: str, id: str, document: dict[str, Any] | None) -> None:
        """Put a document in place, or remove it (None), and note it."""
        before = self._set(table, id, document)
        self._changes.append((table, id, before, document))

    def changes(self) -> list[Change]:
        """Give what the transaction has changed so far, in order."""
        return [(table, id, after) for table, id, _, after in self._changes]

    def undoing(self) -> Callable[[], None]:
        """End the transaction; give what would undo it, to be called while nothing later stands."""
        noted, self._changes = self._changes, []

        def undo() -> None:
            for table, id, before, _ in reversed(noted):
                self._set(table, id, before)

        return undo

    def _set(self, table: str, id: str, document: dict[str, Any] | None) -> dict[str, Any] | None:
        documents = self.tables.setdefault(table, {})
        before = documents.get(id)
        if document is None:
            documents.pop(id, None)
        else:
            documents[id] = document
        self._watcher(table, id, before, document)
        return before


class _Documents(MutableMapping[str, Any]):
    """One table's documents as TinyDB's updates see them."""

    def __init__(self, storage: JournalStorage, table: str) -> None:
        self._storage = storage
        self._table = table
        self._documents = storage.tables.setdefault(table, {})

    def __getitem__(self, id: str) -> Any:
        return MappingProxyType(self._documents[id])  # a change in place would be in no journal

    def __setitem__(self, id: str, document: dict[str, Any]) -> None:
        self._storage.put(self._table, id, document)

    def __delitem__(self, id: str) -> None:
        if id not in self._documents:
            raise KeyError(id)
        self._storage.put(self._table, id, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


class JournalTable(Table):
    """A table whose ids are text and whose updates touch only the documents they name."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB converts with it and asks no more of it

    def __init__(self, storage: JournalStorage, name: str) -> None:
        super().__init__(storage, name, cache_size=0)
        self._journal = storage

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        updater(_Documents(self._journal, self.name))

    def document(self, id: str) -> Document | None:
        """Find a document by its id; None where there is none."""
        found = self.get(doc_id=id)  # type: ignore[call-overload]
        return found if isinstance(found, Document) else None

    def ids(self) -> Iterator[str]:
        """Go through the ids, in the order in which they came."""
        return iter(self._journal.tables.get(self.name, {}))

    def last(self) -> str | None:
        """Give the id that came last; None where there is none."""
        return next(reversed(self._journal.tables.get(self.name, {})), None)

    def add(self, id: str, document: Kept) -> None:
        """Add a document under an id that is free."""
        self.insert(Document(document, id))  # type: ignore[arg-type]

    def put(self, id: str, document: dict[str, Any]) -> None:
        """Put another document in the place of one."""

        def updater(documents: MutableMapping[str, Any]) -> None:
            documents[id] = document

        self._update_table(updater)

    def drop(self, id: str) -> None:
        """Remove a document."""
        self.remove(doc_ids=[id])  # type: ignore[list-item]


class Database(TinyDB):
    """TinyDB with such tables."""

    table_class = JournalTable  # type: ignore[assignment]


def database(storage: JournalStorage) -> Database:
    """Put TinyDB over a storage."""
    return Database(storage=lambda: storage)
