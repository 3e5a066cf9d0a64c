"""Ledgers: an opening, and the updates and hand-overs that were recorded since, of which none is ever changed.

An update that was wrong is corrected by another one that names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Division, Resource, Target
from xianjie.errors import InputError, Place, Problem
from xianjie.records.deadlines.entries import (
    MENDED,
    OPENED,
    Entries,
    check_day,
    check_retraction,
    instant,
    opening_of,
)
from xianjie.records.deadlines.ledger_facts import Told, facts_on, newest
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Page
from xianjie.records.placing import place_of, placed
from xianjie.store import Record, View
from xianjie.vocabulary import FactSpec, FactType

COLLECTION = "ledgers"
UPDATES = Entries("ledger_updates", "ledger")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is recorded of a ledger at its opening. `facts` are those of a ledger in a case."""

    name: str | None
    region: str
    division: Division
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """One thing done to a ledger on a day (ISO 8601). `by` names a role; `corrects` an update that was wrong.

    `spec` is the fact that it tells, None for a mere retraction. `done`: false where it is known not to have been done.
    """

    what: str
    spec: FactSpec | None
    on: str
    done: bool = True
    by: str | None = None
    corrects: str | None = None

    def body(self) -> dict[str, Any]:
        """Give the members of its record; InputError where it makes no sense by itself."""
        check_retraction(self.what, self.corrects)
        flag = self.spec is not None and self.spec.type is FactType.BOOL
        if not self.done and (self.spec is None or not flag or self.spec.short == "established"):
            zh, en = "这一项只能记录已做的", "of this only what was done can be recorded"
            raise InputError(Problem("update-not-done", zh, en, Place(path="/done")))
        fact = None if self.spec is None else self.spec.short
        return _entry(self.what, self.on, fact, self.done if flag else None, self.by, self.corrects)


def record_ledger(change: Change, ledger: Ledger) -> Record:
    """Open a ledger; InputError `day-future` for a day after today."""
    change.require(Action.WRITE, Target(Resource.LEDGER, ledger.division), named="division")
    made = change.insert(COLLECTION, {**_body(change, ledger), "latest": "", "told": {}, "entries": 1})
    UPDATES.append(change, made.id, 1, {**_entry(OPENED), "facts": made.body["opening"]})
    change.note("ledger_recorded", COLLECTION, made.id)
    return made


def change_ledger(change: Change, id: str, version: int, ledger: Ledger) -> Record:
    """Put another opening in place; what was recorded since is laid over it as before."""
    before = change.get(COLLECTION, id)
    change.require(Action.WRITE, Target(Resource.LEDGER, place_of(before.body)))
    change.require(Action.WRITE, Target(Resource.LEDGER, ledger.division), named="division")
    number = before.body["entries"] + 1
    kept = {name: before.body[name] for name in ("latest", "told")}
    made = change.replace(before, {**_body(change, ledger), **kept, "entries": number}, version)
    UPDATES.append(change, id, number, {**_entry(MENDED), "facts": made.body["opening"]})
    change.note("ledger_changed", COLLECTION, id, version=made.version)
    return made


def update_ledger(change: Change, id: str, update: Update) -> Record:
    """Record what was done to a ledger. Gives the update.

    Raises InputError `day-future`, `correction-missing`, `update-not-done`; Clash `correction-unknown`,
    `correction-doubled`.
    """
    ledger = change.get(COLLECTION, id)
    change.require(Action.WRITE, Target(Resource.LEDGER, place_of(ledger.body)))
    body = update.body()
    check_day(change, update.on)
    UPDATES.check_corrected(change, id, update.corrects)
    number = ledger.body["entries"] + 1
    made = UPDATES.append(change, id, number, body)
    if update.corrects is None:
        told = [*_told_newest(ledger.body), *_told([made])]
    else:
        told = _told(UPDATES.standing(change.view, id))
    after = {**ledger.body, **_standing(told), "entries": number, "changed": instant(change)}
    version = change.replace(ledger, after).version
    change.note("ledger_updated", COLLECTION, id, version=version, entry=made.id, what=update.what)
    return made


def ledger(desk: Desk, id: str) -> Record:
    """Find a ledger."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, Target(Resource.LEDGER, place_of(found.body)))
    return found


def updates(desk: Desk, id: str, after: str | None, limit: int) -> Page:
    """List what was recorded of a ledger, in the order in which it was."""
    ledger(desk, id)
    return UPDATES.page(desk.view, id, after, limit)


def facts_of(view: View, record: Record, day: str) -> dict[str, Any]:
    """Give a ledger's facts on a day, in the shape of a case; for a day in the past all updates are read again."""
    past = day < record.body["latest"]
    told = _told(UPDATES.standing(view, record.id)) if past else _told_newest(record.body)
    return facts_on(record.body["opening"], told, day)


def _body(change: Change, ledger: Ledger) -> dict[str, Any]:
    return {
        "name": ledger.name,
        "region": ledger.region,
        "opening": opening_of(change, ledger.facts),
        "changed": instant(change),
        **placed(ledger.division),
    }


def _entry(
    what: str,
    on: str | None = None,
    fact: str | None = None,
    done: bool | None = None,
    by: str | None = None,
    corrects: str | None = None,
) -> dict[str, Any]:
    return {"what": what, "on": on, "fact": fact, "done": done, "by": by, "corrects": corrects, "facts": None}


def _told(entries: Sequence[Record]) -> list[Told]:
    return [Told(one.body["fact"], one.body["on"], one.body["done"]) for one in entries if one.body["fact"] is not None]


def _told_newest(body: Mapping[str, Any]) -> list[Told]:
    return [Told(fact, on, done) for fact, (on, done) in body["told"].items()]


def _standing(told: Sequence[Told]) -> dict[str, Any]:
    """Give the members of a body that tell where a ledger stands, by updates in the order of their recording."""
    state = newest(told)
    return {
        "latest": max((one.on for one in state), default=""),
        "told": {one.fact: [one.on, one.done] for one in state},
    }
