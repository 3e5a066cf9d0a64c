"""Pending cases: the facts, the day on which help was asked for, and which documents governed on that day.

The facts of a case that belongs to a person are sealed with that person's key, so that erasing the person takes them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from xianjie.access import Action, Division, Resource, Target
from xianjie.errors import InputError, Place, Problem
from xianjie.records import exact
from xianjie.records.desk import Change, Desk
from xianjie.records.ids import new_id
from xianjie.records.pages import Asked, Page, page
from xianjie.records.people import persons
from xianjie.records.placing import place_of, placed
from xianjie.records.references import check_not_later, referred
from xianjie.records.refusals import Clash, clash
from xianjie.store import Record
from xianjie.vault import PersonKey, Spot

COLLECTION = "cases"
LARGEST = 48 * 1024
"""Bytes of a case's facts as JSON: what a sealed field holds, and the answer that is kept for a second try."""

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "aid_given": ("已获政府救助", "government aid was given"),
        "help_given": ("已获慈善帮扶", "a charity helped"),
        "not_matched": ("不属于各类对象", "of none of the classes"),
        "withdrawn": ("本人撤回申请", "withdrawn by the person"),
        "moved_away": ("迁出", "moved away"),
        "deceased": ("去世", "the person died"),
        "duplicate": ("重复登记", "entered twice"),
        "error": ("误登记", "entered by mistake"),
        "other": ("其他", "other"),
    }
)

Governing: TypeAlias = Callable[[str, dt.date], Mapping[str, str]]
"""Give the document that governs a region on a day: its `policy`, `version` and `sha256`."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A case as it is recorded. `facts` is the case of the contract; `asked_on` None: today, or the day as it was."""

    division: Division
    regions: Sequence[str]
    facts: Mapping[str, Any]
    person: str | None = None
    asked_on: dt.date | None = None

    def __repr__(self) -> str:
        """Leave the facts out."""
        return f"Pending({self.division}, …)"


def record_case(change: Change, pending: Pending, governing: Governing) -> Record:
    """Enter a case, with the documents that govern it on the day on which it was asked."""
    change.require(Action.WRITE, Target(Resource.CASE, pending.division), named="division")
    id = new_id()
    body = {
        **_body(change, id, pending, pending.asked_on or change.today, {}, governing),
        "state": "pending",
        "closing": None,
    }
    made = change.insert(COLLECTION, body, id)
    change.note("case_recorded", COLLECTION, id)
    return made


def change_case(change: Change, id: str, version: int, pending: Pending, governing: Governing) -> Record:
    """Put other facts in place; the day on which it was asked stays, unless another is given to mend it.

    A region whose document was found on that day keeps it. Raises Clash: `case-closed`, `case-of-another`.
    """
    before = change.get(COLLECTION, id)
    for division in (place_of(before.body), pending.division):
        change.require(Action.WRITE, Target(Resource.CASE, division))
    if before.body["state"] == "closed":
        raise _closed()
    if before.body["person"] not in (None, pending.person):
        raise clash(
            "case-of-another",
            "个案属于另一个人，不能改给别人；请另行登记",
            "the case is another person's and cannot be given to somebody else: record a new one",
            "person",
        )
    asked_on = dt.date.fromisoformat(before.body["asked_on"])
    day = pending.asked_on or asked_on
    kept = {one["region"]: one for one in before.body["governed"]} if day == asked_on else {}
    body = {
        **_body(change, id, pending, day, kept, governing),
        "state": before.body["state"],
        "closing": before.body["closing"],
    }
    made = change.replace(before, body, version)
    change.note("case_changed", COLLECTION, id, version=made.version)
    return made


def _body(
    change: Change,
    id: str,
    pending: Pending,
    day: dt.date,
    kept: Mapping[str, Mapping[str, str]],
    governing: Governing,
) -> dict[str, Any]:
    check_not_later(day, change.today, "asked_on")
    text = json.dumps(pending.facts, ensure_ascii=False, default=exact.number)
    if len(text.encode()) > LARGEST:
        raise InputError(
            Problem(
                "facts-too-large",
                f"个案的事实不得超过 {LARGEST // 1024} KB",
                f"the facts of a case may have {LARGEST // 1024} KB",
                Place(path="case"),
            )
        )
    facts: dict[str, Any] = {"facts": json.loads(text)}
    if pending.person is not None:
        person = referred(change, persons.COLLECTION, pending.person, "person", Action.READ, persons.target)
        facts = {"sealed": persons.key_of(change, person).seal(Spot(COLLECTION, id, "case"), text)}
    return {
        "person": pending.person,
        "asked_on": day.isoformat(),
        "governed": [
            dict(kept.get(region) or {"region": region, **governing(region, day)})
            for region in dict.fromkeys(pending.regions)
        ],
        **facts,
        **placed(pending.division),
    }


def target(record: Record) -> Target:
    """Say what a case is to those who ask for it."""
    return Target(Resource.CASE, place_of(record.body))


def facts_of(desk: Desk, record: Record) -> dict[str, Any]:
    """Open the facts of a case, as they were given; `person-erased`."""
    key = key_of(desk, record)
    if key is None:
        return dict(record.body["facts"])
    return dict(json.loads(key.open(Spot(COLLECTION, record.id, "case"), record.body["sealed"])))


def key_of(desk: Desk, record: Record) -> PersonKey | None:
    """Open the key of the person whose case it is; None where it is nobody's, `person-erased`."""
    id = record.body["person"]
    return None if id is None else persons.key_of(desk, desk.get(persons.COLLECTION, id))


def open_case(change: Change, id: str, event: str = "case_opened") -> tuple[Record, dict[str, Any]]:
    """Open a case with its facts, and note it: they tell a family's circumstances."""
    found = change.get(COLLECTION, id)
    change.require(Action.READ, target(found))
    facts = facts_of(change, found)
    change.note(event, COLLECTION, id)
    return found, facts


def cases(desk: Desk, asked: Asked) -> Page:
    """List cases."""
    return page(desk, Action.READ, Resource.CASE, COLLECTION, asked)


def shown(record: Record) -> dict[str, Any]:
    """Show a case without its facts."""
    told = ("division", "person", "asked_on", "governed", "state", "closing")
    return {"id": record.id, "version": record.version, **{name: record.body[name] for name in told}}


def close_case(change: Change, id: str, reason: str) -> Record:
    """Close a case for a reason; `case-closed` where it was."""
    found = change.get(COLLECTION, id)
    change.require(Action.WRITE, target(found))
    if found.body["state"] == "closed":
        raise _closed()
    closing = {"reason": reason, "on": change.today.isoformat()}
    made = change.replace(found, {**found.body, "state": "closed", "closing": closing})
    change.note("case_closed", COLLECTION, id, reason=reason)
    return made


def _closed() -> Clash:
    return clash("case-closed", "个案已经结案", "the case is closed")
