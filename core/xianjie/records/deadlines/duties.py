"""Counted duties: an opening, and each consultation, training or visit held since, of which none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.access import Action, Division, Resource, Target
from xianjie.records import refusals
from xianjie.records.deadlines.entries import (
    MENDED,
    OPENED,
    Entries,
    check_day,
    check_retraction,
    instant,
    opening_of,
)
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Page
from xianjie.records.placing import place_of, placed
from xianjie.store import Record, View

COLLECTION = "duties"
EVENTS = Entries("duty_events", "duty")
HELD = "held"
PARTIES = ("departments", "charities", "grassroots")
MOST = 400
"""How many times a duty can be held: as many meetings as a case takes."""

_NEVER = "never"
_MOST_COUNTED = 10**9


@dataclass(frozen=True, slots=True)
class Duty:
    """What is recorded of a duty at its opening. `facts` are those of a duty in a case."""

    name: str | None
    region: str
    division: Division
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """What was held on a day (ISO 8601), and who was present, by PARTIES (absent: not known). `by` names a role.

    `what` is `held`, or `retracted` for one that only takes the event back that it corrects.
    """

    what: str
    on: str
    present: Mapping[str, bool] = field(default_factory=dict)
    by: str | None = None
    corrects: str | None = None

    def body(self) -> dict[str, Any]:
        """Give the members of its record."""
        check_retraction(self.what, self.corrects)
        return {**_entry(self.what, self.on, self.by, self.corrects), **self.present}


def record_duty(change: Change, duty: Duty) -> Record:
    """Open a duty; InputError `day-future` for a day after today."""
    change.require(Action.WRITE, Target(Resource.LEDGER, duty.division), named="division")
    made = change.insert(COLLECTION, {**_body(change, duty), "held": [], "entries": 1})
    EVENTS.append(change, made.id, 1, {**_entry(OPENED), "facts": made.body["opening"]})
    change.note("duty_recorded", COLLECTION, made.id)
    return made


def change_duty(change: Change, id: str, version: int, duty: Duty) -> Record:
    """Put another opening in place; what was held since is counted on top as before."""
    before = change.get(COLLECTION, id)
    change.require(Action.WRITE, Target(Resource.LEDGER, place_of(before.body)))
    change.require(Action.WRITE, Target(Resource.LEDGER, duty.division), named="division")
    number = before.body["entries"] + 1
    body = {**_body(change, duty), "held": before.body["held"], "entries": number}
    _check_room(body["opening"], len(body["held"]))
    made = change.replace(before, body, version)
    EVENTS.append(change, id, number, {**_entry(MENDED), "facts": made.body["opening"]})
    change.note("duty_changed", COLLECTION, id, version=made.version)
    return made


def record_event(change: Change, id: str, event: Event) -> Record:
    """Record what was held. Gives the event.

    Raises InputError `day-future`, `correction-missing`; Clash `correction-unknown`, `correction-doubled`,
    `duty-year-other`, `duty-full`.
    """
    duty = change.get(COLLECTION, id)
    change.require(Action.WRITE, Target(Resource.LEDGER, place_of(duty.body)))
    body = event.body()
    check_day(change, event.on)
    year = duty.body["opening"].get("year")
    if event.what == HELD and year is not None and event.on[:4] != f"{year:04d}":
        zh, en = "日期不在这项职责的年度之内", "the day is not within the year of the duty"
        raise refusals.clash("duty-year-other", zh, en, "/on")
    EVENTS.check_corrected(change, id, event.corrects)
    number = duty.body["entries"] + 1
    made = EVENTS.append(change, id, number, body)
    held = _held(EVENTS.standing(change.view, id))
    _check_room(duty.body["opening"], len(held))
    after = {**duty.body, "held": held, "entries": number, "changed": instant(change)}
    version = change.replace(duty, after).version
    change.note("duty_event_recorded", COLLECTION, id, version=version, entry=made.id, what=event.what)
    return made


def duty(desk: Desk, id: str) -> Record:
    """Find a duty."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, Target(Resource.LEDGER, place_of(found.body)))
    return found


def events(desk: Desk, id: str, after: str | None, limit: int) -> Page:
    """List what was recorded of a duty, in the order in which it was."""
    duty(desk, id)
    return EVENTS.page(desk.view, id, after, limit)


def facts_of(_: View, record: Record, day: str) -> dict[str, Any]:
    """Give a duty's facts on a day, in the shape of a case."""
    return facts_on(record.body["opening"], record.body["held"], day)


def facts_on(opening: Mapping[str, Any], held: Sequence[Mapping[str, Any]], day: str) -> dict[str, Any]:
    """Count what was held up to a day on top of the opening, in the shape of a case.

    An unknown number stays unknown, however many are added; where it was never done before, the number is that of the
    events. What an opening counts is unknown on a day before the last of it.
    """
    facts = dict(opening)
    year, last = facts.get("year"), facts.get("last_done")
    if last not in (None, _NEVER) and last > day:
        for name in ("count", "meetings", "last_done"):
            facts.pop(name, None)
        last = None
    counted = [one for one in held if one["on"] <= day and year in (None, int(one["on"][:4]))]
    if not counted:
        return facts
    count = 0 if last == _NEVER and "count" not in facts else facts.get("count")
    if count is not None:
        facts["count"] = count + len(counted)
    present = [{name: one[name] for name in PARTIES if name in one} for one in counted]
    facts["meetings"] = [*(facts.get("meetings") or ()), *present]
    facts["last_done"] = max([one["on"] for one in counted] + ([] if last in (None, _NEVER) else [last]))
    return facts


def _body(change: Change, duty: Duty) -> dict[str, Any]:
    return {
        "name": duty.name,
        "region": duty.region,
        "opening": opening_of(change, duty.facts),
        "changed": instant(change),
        **placed(duty.division),
    }


def _entry(what: str, on: str | None = None, by: str | None = None, corrects: str | None = None) -> dict[str, Any]:
    return {"what": what, "on": on, "by": by, "corrects": corrects, "facts": None}


def _held(entries: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        {name: one.body[name] for name in ("on", *PARTIES) if name in one.body}
        for one in entries
        if one.body["what"] == HELD
    ]


def _check_room(opening: Mapping[str, Any], held: int) -> None:
    if len(opening.get("meetings") or ()) + held > MOST or (opening.get("count") or 0) + held > _MOST_COUNTED:
        zh, en = f"一项职责至多记录 {MOST} 次", f"a duty is recorded {MOST} times at most"
        raise refusals.clash("duty-full", zh, en)
