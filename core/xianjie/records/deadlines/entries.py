"""Entries that are only ever added to a ledger or a duty: numbered, dated, corrected by later ones that name them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xianjie.errors import InputError, Place, Problem
from xianjie.records import refusals
from xianjie.records.desk import Change
from xianjie.records.pages import Page, every
from xianjie.records.references import check_not_later
from xianjie.store import Record, View

OPENED, MENDED, RETRACTED = "opened", "mended", "retracted"
"""What entries tell of the record itself: that it was opened, that its opening was mended; or of another entry."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Entries:
    """Where the entries of one kind of record are kept: in a collection, under the record's id at a path."""

    collection: str
    of: str

    def append(self, change: Change, id: str, number: int, body: Mapping[str, Any]) -> Record:
        """Add an entry; their ids sort in the order in which they were recorded."""
        return change.insert(self.collection, {self.of: id, **body, "recorded": instant(change)}, f"{id}-{number:07d}")

    def page(self, view: View, id: str, after: str | None, limit: int) -> Page:
        """List the entries of a record, in order."""
        found = list(view.find(self.collection, {self.of: id}, after=after, limit=limit + 1))
        return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)

    def standing(self, view: View, id: str) -> list[Record]:
        """List the entries of a record that nobody corrected, in order."""
        recorded = list(self._every(view, id))
        corrected = {record.body["corrects"] for record in recorded}
        return [record for record in recorded if record.id not in corrected]

    def check_corrected(self, change: Change, id: str, corrected: str | None) -> None:
        """Refuse to correct what is not of this record, is its opening, or was corrected before."""
        if corrected is None:
            return
        found = change.view.get(self.collection, corrected)
        if found is None or found.body[self.of] != id or found.body["what"] in (OPENED, MENDED):
            zh, en = "这里没有所更正的那一条", "what is corrected is not among what was recorded here"
            raise refusals.clash("correction-unknown", zh, en, "/corrects")
        if change.view.find(self.collection, {"corrects": corrected}, limit=1):
            zh, en = "那一条已被更正；请更正后来的一条", "it was corrected before: correct the later one"
            raise refusals.clash("correction-doubled", zh, en, "/corrects")

    def _every(self, view: View, id: str) -> Iterator[Record]:
        return every(view, self.collection, {self.of: id})


def instant(change: Change) -> str:
    """Write the instant of a change."""
    return change.at.isoformat(timespec="seconds")


def check_retraction(what: str, corrects: str | None) -> None:
    """Refuse a retraction that does not say of what."""
    if what == RETRACTED and corrects is None:
        zh, en = "撤销须写明所撤销的一条（corrects）", "a retraction names the entry that it takes back (corrects)"
        raise InputError(Problem("correction-missing", zh, en, Place(path="/corrects")))


def check_day(change: Change, day: str, path: str = "/on") -> None:
    """Refuse a day (ISO 8601) after today."""
    check_not_later(dt.date.fromisoformat(day), change.today, path)


def opening_of(change: Change, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of an opening without those that are unknown; none may have a day after today."""
    for name, value in facts.items():
        if isinstance(value, str) and _DAY.fullmatch(value):
            check_day(change, value, f"/facts/{name}")
    return {name: value for name, value in facts.items() if value is not None}
