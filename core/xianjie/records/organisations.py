"""Organisations: the charities, associations and agencies that referrals and disclosures go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Division, Resource, Target
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked, Page, page
from xianjie.records.placing import place_of, placed
from xianjie.store import Record

COLLECTION = "organisations"


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is recorded of an organisation. `code` is its unified social credit code; `facts` as in a case, or empty."""

    name: str
    code: str | None
    division: Division
    facts: Mapping[str, Any]

    def body(self) -> dict[str, Any]:
        """Give the record's body."""
        return {"name": self.name, "code": self.code, "facts": dict(self.facts), **placed(self.division)}


def record_organisation(change: Change, organisation: Organisation) -> Record:
    """Enter an organisation; `store-duplicate` where its code is taken."""
    change.require(Action.WRITE, Target(Resource.ORGANISATION, organisation.division), named="division")
    made = change.insert(COLLECTION, organisation.body())
    change.note("organisation_recorded", COLLECTION, made.id)
    return made


def change_organisation(change: Change, id: str, version: int, organisation: Organisation) -> Record:
    """Put other words in place; the leave is asked for where it belonged and where it belongs from now on."""
    before = change.get(COLLECTION, id)
    for division in (place_of(before.body), organisation.division):
        change.require(Action.WRITE, Target(Resource.ORGANISATION, division))
    made = change.replace(before, organisation.body(), version)
    change.note("organisation_changed", COLLECTION, id, version=made.version)
    return made


def organisation(desk: Desk, id: str) -> Record:
    """Find an organisation."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, Target(Resource.ORGANISATION, place_of(found.body)))
    return found


def organisations(desk: Desk, asked: Asked) -> Page:
    """List organisations."""
    return page(desk, Action.READ, Resource.ORGANISATION, COLLECTION, asked)
