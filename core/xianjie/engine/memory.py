"""Remember what was written for each pattern, within bounds: what nobody asked for in a while is let go."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_ENTRY = 200
"""What an entry takes beside what it holds, in bytes."""


class Memory:
    """What is remembered in all, up to a number of bytes by a rough estimate. Safe to share between threads.

    It has two halves. What is asked for moves to the younger; once that is full, the older is forgotten and the younger
    takes its place. So the least that stays is the half asked for last, and nothing needs to be put in order.
    """

    def __init__(self, most: int) -> None:
        """Take the most bytes that may be held."""
        self._half = most // 2
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}
        self._spent = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """Give what is remembered for a key; None where nothing is."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Hashable, thing: object) -> None:
        """Remember a thing; one that would take more than half of the place is not kept."""
        weight = _weight(key) + _weight(thing) + _ENTRY
        if weight > self._half:
            return
        with self._lock:
            if self._spent + weight > self._half:
                self._old, self._young, self._spent = self._young, {}, 0
            self._young[key] = thing
            self._spent += weight

    def forget(self) -> None:
        """Let everything go."""
        with self._lock:
            self._old, self._young, self._spent = {}, {}, 0


class Kept(Generic[T]):
    """Things of one kind in a memory; asked by several threads at once, one may be written twice, alike."""

    __slots__ = ("_memory", "_mine")

    def __init__(self, memory: Memory) -> None:
        self._memory, self._mine = memory, object()

    def get(self, key: Hashable) -> T | None:
        """Give what was written for a key; None where it is new, or forgotten."""
        found: T | None = self._memory.get((self._mine, key))
        return found

    def keep(self, key: Hashable, thing: T) -> T:
        """Remember what was written for a key, and give it."""
        self._memory.keep((self._mine, key), thing)
        return thing


def _weight(thing: object) -> int:
    """Estimate by what a thing says of itself, or by its length when it is spelled out."""
    if isinstance(thing, str):
        return len(thing)
    weight: int = getattr(thing, "weight", 0) or 4 * len(repr(thing))
    return weight
