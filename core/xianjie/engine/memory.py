"""Remember what was written for each pattern, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory:
    """Count what is remembered, in bytes by a rough estimate; `whole` is the memory of which this one is a part."""

    def __init__(self, whole: Memory | None = None) -> None:
        self.spent = 0
        self.whole = whole
        self._lock = Lock()

    def spend(self, weight: int) -> None:
        """Count so many bytes in, or out."""
        with self._lock:
            self.spent += weight
        if self.whole is not None:
            self.whole.spend(weight)


class Kept(Generic[T]):
    """What was written for each key; asked by several threads at once, one thing may be written twice, alike."""

    __slots__ = ("_known", "_memory")

    def __init__(self, memory: Memory) -> None:
        self._known: dict[Hashable, T] = {}
        self._memory = memory

    def get(self, key: Hashable, write: Callable[[], T]) -> T:
        """Give what was written for a key, and write it where it is new."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = write()
            self._memory.spend(_weight(key) + _weight(found) + 100)
        return found


def _weight(thing: object) -> int:
    match thing:
        case tuple() | frozenset():
            return 60 + sum(8 + _weight(inner) for inner in thing)
        case bytes() | str():
            return 60 + 2 * len(thing)
        case _:
            return 30
