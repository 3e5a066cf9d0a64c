"""Keep what was worked out for a page, as long as the documents are the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from xianjie.engine.assess import Engine

T = TypeVar("T")
MOST = 48


class Memory:
    """The last few things worked out with one engine; another engine, as after a reload, begins anew."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Engine | None = None
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def of(self, engine: Engine, key: Hashable, work: Callable[[], T]) -> T:
        """Give what is kept under the key, or do the work; what is worked out twice at once is only kept once."""
        with self._lock:
            if engine is not self._engine:
                self._engine = engine
                self._kept.clear()
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(T, self._kept[key])
        made = work()
        with self._lock:
            if engine is self._engine:
                self._kept[key] = made
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return made
