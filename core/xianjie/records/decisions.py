"""The decisions that were given: the question as it was put, under which documents, and for which office.

The answer is not kept: question, documents and engine make it again, and the decision's id tells whether they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Division, Resource, Target
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked, Page, page
from xianjie.records.placing import place_of, placed
from xianjie.records.refusals import missing
from xianjie.store import Record
from xianjie.vault import PersonKey, Spot, person_key
from xianjie.vault.persons import COLLECTION as PERSONS

COLLECTION = "decisions"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `asked` is the body of the request; `policies` gives each region's document by its sha256.

    `readings` are those that the office had settled on; `case` is the pending case that was asked about, or None, and
    `person` whose case it is: the question is then sealed with that person's key.
    """

    id: str
    asked: str
    as_of: str
    policies: Mapping[str, str]
    readings: Mapping[str, str]
    engine: str
    division: Division
    case: str | None = None
    person: str | None = None

    @property
    def record(self) -> str:
        """Give the id of its record: one for each case that it was asked about, and for each office it was given for.

        An office has its own decisions on record, whoever was the first to ask the same.
        """
        return "-".join(part for part in (self.id, self.case, self.division.code) if part)

    def body(self, at: str, day: str, by: str, asked: str) -> dict[str, Any]:
        """Give the record's body, with the question as it is kept; `day` is the day in Beijing by which it is found."""
        return {
            "decision": self.id,
            "case": self.case,
            "person": self.person,
            "asked": asked,
            "as_of": self.as_of,
            "policies": dict(self.policies),
            "readings": dict(self.readings),
            "engine": self.engine,
            "at": at,
            "day": day,
            "by": by,
            **placed(self.division),
        }


def record_decisions(change: Change, decisions: Sequence[Decision]) -> None:
    """Keep decisions that are not kept yet, and note that all of them were given; none may be empty."""
    at, day = change.at.isoformat(timespec="seconds"), change.today.isoformat()
    for decision in {one.record: one for one in decisions}.values():
        if change.view.get(COLLECTION, decision.record) is None:
            asked = _sealed(change, decision)
            change.insert(COLLECTION, decision.body(at, day, change.principal.id, asked), decision.record)
    given = [decision.record for decision in decisions]
    if len(given) == 1:
        change.note("decided", COLLECTION, given[0])
    else:
        change.note("decided", COLLECTION, None, ids=given)


def _sealed(change: Change, decision: Decision) -> str:
    if decision.person is None:
        return decision.asked
    person = change.get(PERSONS, decision.person)
    return person_key(change.ring, person.id, person.body).seal(_spot(decision.record), decision.asked)


def question_of(desk: Desk, record: Record) -> tuple[str, PersonKey | None]:
    """Open the question of a decision; second, the key of whom it is about. `person-erased` where it went with them."""
    asked: str = record.body["asked"]
    if record.body["person"] is None:
        return asked, None
    person = desk.get(PERSONS, record.body["person"])
    key = person_key(desk.ring, person.id, person.body)
    return key.open(_spot(record.id), asked), key


def _spot(record: str) -> Spot:
    return Spot(COLLECTION, record, "asked")


def read_decision(change: Change, id: str) -> Record:
    """Find a decision by its id, and note that it was read: it tells a family's circumstances."""
    found = _found(change, id)
    change.require(Action.READ, Target(Resource.DECISION, place_of(found.body)))
    change.note("decision_read", COLLECTION, found.id)
    return found


def decisions(desk: Desk, asked: Asked, region: str | None = None) -> Page:
    """List decisions; with `region`, those that asked its documents."""

    def asks(record: Record, _: object) -> bool:
        return any(name.partition("@")[0] == region for name in record.body["policies"])

    return page(desk, Action.READ, Resource.DECISION, COLLECTION, asked, None if region is None else asks)


def _found(desk: Desk, id: str) -> Record:
    """Find the first of the records of a decision that the asker may read."""
    for record in page(desk, Action.READ, Resource.DECISION, COLLECTION, Asked({"decision": id}, limit=1)).records:
        return record
    raise missing()
