"""Lists with what is most urgent first, page by page: each page goes on behind the place where the last one ended.

A list is put in order as a whole, which takes a bound: MOST_IN_ORDER. Where more is kept, it stays in the order of ids,
and whoever shows it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from xianjie.records.pages import Asked
from xianjie.store import Record

T = TypeVar("T")
Rank = tuple[int, str]
"""How urgent something is, the lowest first, and since or until which day (ISO 8601); DAYLESS where there is none."""

MOST_IN_ORDER = 2000
DAYLESS = "-"
_PLACE = re.compile(r"([0-9])\.([0-9]{4}-[0-9]{2}-[0-9]{2}|-)\.([a-z0-9][a-z0-9-]{0,99})")


@dataclass(frozen=True, slots=True)
class Urgent(Generic[T]):
    """One page; `after` goes on behind it, None where it is the last. Not `in_order`: too many, in the order of ids."""

    items: Sequence[T]
    after: str | None
    in_order: bool = True


def is_place(text: str) -> bool:
    """Tell whether a text is a place in such a list: an `after` of one of its pages."""
    return _PLACE.fullmatch(text) is not None


def by_id(asked: Asked) -> Asked:
    """Ask for a page in the order of ids; a place of the other order leads to the first one."""
    return asked if asked.after is None or not is_place(asked.after) else replace(asked, after=None)


def from_place(
    items: Sequence[T], rank: Callable[[T], Rank], record: Callable[[T], Record], after: str | None, limit: int
) -> Urgent[T]:
    """Give the page behind a place, the first where there is none; what is equally urgent is in the order of ids.

    The place is what was last seen, and not a number of rows: what is recorded or altered meanwhile moves no other.
    """
    keyed = sorted(((_key(rank(one), record(one).id), one) for one in items), key=lambda pair: pair[0])
    found = None if after is None else _PLACE.fullmatch(after)
    if found is not None:
        begin = _key((int(found[1]), found[2]), found[3])
        keyed = [pair for pair in keyed if pair[0] > begin]
    part = keyed[:limit]
    return Urgent([one for _, one in part], _written(part[-1][0]) if len(keyed) > limit else None)


_Key = tuple[int, bool, str, str]


def _key(rank: Rank, id: str) -> _Key:
    return rank[0], rank[1] == DAYLESS, rank[1], id


def _written(key: _Key) -> str:
    return f"{key[0]}.{key[2]}.{key[3]}"
