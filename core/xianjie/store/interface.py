"""What every store promises: records in named collections, chains that only grow, and transactions over both."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from xianjie.errors import Problem
from xianjie.store.collections import Layout

Body: TypeAlias = Mapping[str, Any]
"""A JSON object: text, whole numbers of 64 bits, finite floats, true, false, null, lists. Exact decimals are text."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `version` is 1 when it is inserted and grows by one with each replacement; `body` is a copy."""

    collection: str
    id: str
    version: int
    body: Body


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a chain. `seq` counts from 1 without gaps; `at` is ISO 8601 in UTC; `previous` is the hash before."""

    chain: str
    seq: int
    at: str
    body: Body
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What an examination of a store found: how much is there, what is wrong with it, and what could not be checked."""

    records: Mapping[str, int]
    entries: Mapping[str, int]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


class View(ABC):
    """Read one state of the store."""

    @abstractmethod
    def get(self, collection: str, id: str) -> Record | None:
        """Find a record; None where there is none."""

    @abstractmethod
    def find(
        self, collection: str, where: Body | None = None, *, after: str | None = None, limit: int = 100
    ) -> Sequence[Record]:
        """List the records with the given values at declared paths, in the order of their ids, those after `after`."""

    @abstractmethod
    def count(self, collection: str, where: Body | None = None) -> int:
        """Count what `find` would list."""

    @abstractmethod
    def entries(self, chain: str, *, after: int = 0, limit: int = 100) -> Sequence[Entry]:
        """List a chain's entries in order, those after number `after`."""

    @abstractmethod
    def tip(self, chain: str) -> Entry | None:
        """Give a chain's last entry; None where it is empty."""


class Transaction(View):
    """Change the store, all or nothing. Reads see the changes made so far; what was refused has changed nothing."""

    @abstractmethod
    def insert(self, collection: str, id: str, body: Body) -> Record:
        """Add a record; `store-duplicate` where the id, or the value at a unique path, is taken."""

    @abstractmethod
    def replace(self, collection: str, id: str, body: Body, expected_version: int) -> Record:
        """Put another body in place; `store-missing`, `store-conflict` where it is at another version."""

    @abstractmethod
    def delete(self, collection: str, id: str, expected_version: int) -> None:
        """Remove a record; `store-missing`, `store-conflict` where it is at another version."""

    @abstractmethod
    def append(self, chain: str, body: Body, at: dt.datetime) -> Entry:
        """Add a link to a chain; `at` carries its offset from UTC."""

    @abstractmethod
    def restore(self, items: Iterable[Record | Entry]) -> None:
        """Put records and entries in as they were elsewhere, versions and hashes kept: for imports."""


class Store(ABC):
    """Keep records and chains durably. `remarks` tells what was noticed at opening and is no error."""

    layout: Layout
    remarks: tuple[Problem, ...] = ()

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction. Leaving the block commits durably; an exception leaves nothing behind.

        Transactions are serial: each sees all those that ended before it, and none in part. A block is short, is left
        by the thread that entered it, and holds no other block.
        """

    @abstractmethod
    def read(self) -> AbstractContextManager[View]:
        """Read one consistent state."""

    @abstractmethod
    def verify(self) -> Verified:
        """Examine chains, unique values, indexes and, where there are any, the files."""

    @abstractmethod
    def compact(self, forget: bool = False) -> None:
        """Write the state out in short; with `forget`, keep no older files in which removed records still stand."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; a second time does nothing."""

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close."""
        self.close()
