"""Lists page by page, in the order of ids, of what a principal reaches."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Division, Reach, Resource
from xianjie.records.desk import Desk
from xianjie.records.placing import inside, narrower
from xianjie.store import Record, View

MOST = 200
AT_ONCE = 200
"""How many records are asked for at a time where all are wanted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: values at indexed paths, a division, and where to go on. `limit` up to MOST."""

    where: Mapping[str, Any]
    division: Division | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page; `after` goes on behind it, None where it is the last."""

    records: Sequence[Record]
    after: str | None


def page(
    desk: Desk,
    action: Action,
    resource: Resource,
    collection: str,
    asked: Asked,
    keep: Callable[[Record, Reach], bool] | None = None,
) -> Page:
    """List the records of a collection of placed records that lie within reach, each once.

    `keep` chooses among them where reach is more than a matter of place, such as what was disclosed.
    """
    streams = []
    for one in desk.reaches(action, resource):
        division = one.division if asked.division is None else narrower(one.division, asked.division)
        if division is not None:
            wanted = {**asked.where, **inside(division)}
            streams.append(_kept(every(desk.view, collection, wanted, asked.after), one, keep))
    found: list[Record] = []
    for record in heapq.merge(*streams, key=lambda record: record.id):
        if found and found[-1].id == record.id:
            continue
        if len(found) == asked.limit:
            return Page(found, found[-1].id)
        found.append(record)
    return Page(found, None)


def every(
    view: View, collection: str, where: Mapping[str, Any] | None = None, after: str | None = None
) -> Iterator[Record]:
    """Go through all records with the given values at indexed paths, in the order of their ids."""
    while True:
        found = view.find(collection, where, after=after, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _kept(records: Iterator[Record], within: Reach, keep: Callable[[Record, Reach], bool] | None) -> Iterator[Record]:
    return (record for record in records if keep is None or keep(record, within))
