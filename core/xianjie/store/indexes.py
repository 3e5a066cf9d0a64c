"""Indexes in memory: the ids of each collection in order, and those with each value at each declared path."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xianjie.store.collections import Collection, Layout
from xianjie.store.values import lookup_keys


class Ids:
    """Ids in order."""

    __slots__ = ("_ids",)

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids = sorted(ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: str) -> bool:
        at = bisect_left(self._ids, id)
        return at < len(self._ids) and self._ids[at] == id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and self._ids == other._ids

    __hash__ = None  # type: ignore[assignment]

    def add(self, id: str) -> None:
        """Add an id that is not there."""
        insort(self._ids, id)

    def remove(self, id: str) -> None:
        """Remove an id that is there."""
        del self._ids[bisect_left(self._ids, id)]

    def after(self, id: str | None) -> Iterator[str]:
        """Go through the ids behind a given one."""
        start = 0 if id is None else bisect_right(self._ids, id)
        for at in range(start, len(self._ids)):
            yield self._ids[at]


NONE = Ids()


class Indexes:
    """The indexes of all collections of a layout."""

    def __init__(self, layout: Layout, tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._collections = {one.name: one for one in layout}
        self.ids = {name: Ids(tables.get(name, ())) for name in self._collections}
        found: dict[tuple[str, str, str], list[str]] = {}
        for collection in layout:
            for id, document in tables.get(collection.name, {}).items():
                for path, key in lookup_keys(collection.paths, document["body"]):
                    found.setdefault((collection.name, path, key), []).append(id)
        self.values = {where: Ids(ids) for where, ids in found.items()}

    def changed(self, table: str, id: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """Follow a change of a document; tables that are no collections have no indexes."""
        collection = self._collections.get(table)
        if collection is None:
            return
        if before is None and after is not None:
            self.ids[table].add(id)
        elif before is not None and after is None:
            self.ids[table].remove(id)
        old = set(lookup_keys(collection.paths, before["body"])) if before is not None else set()
        new = set(lookup_keys(collection.paths, after["body"])) if after is not None else set()
        for path, key in old - new:
            ids = self.values[table, path, key]
            ids.remove(id)
            if not ids:
                del self.values[table, path, key]
        for path, key in new - old:
            self.values.setdefault((table, path, key), Ids()).add(id)

    def narrowest(self, collection: Collection, wanted: Mapping[str, str]) -> Ids:
        """Give the shortest list of ids in which all wanted records stand."""
        lists = [self.values.get((collection.name, path, key), NONE) for path, key in wanted.items()]
        return min(lists, key=len, default=self.ids[collection.name])

    def taken(self, collection: Collection, id: str, body: Mapping[str, Any]) -> str | None:
        """Find a unique path whose value another record has; None where all are free."""
        for path, key in lookup_keys(collection.unique_paths, body):
            holders = self.values.get((collection.name, path, key), NONE)
            if any(holder != id for holder in holders.after(None)):
                return path
        return None
