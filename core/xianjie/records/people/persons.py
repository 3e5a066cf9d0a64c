"""People: names and numbers sealed, found by keyed hashes alone, and erased for good.

Whoever looks somebody up or opens their fields is noted in the audit chain, without a word of what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xianjie.access import Action, Division, Resource, Target
from xianjie.records.desk import Change, Desk
from xianjie.records.ids import new_id
from xianjie.records.pages import MOST, Asked, page
from xianjie.records.placing import place_of, placed
from xianjie.records.refusals import clash
from xianjie.store import Record, View
from xianjie.vault import (
    PersonKey,
    changed_person,
    erased_person,
    is_erased,
    lookups,
    opened,
    person_key,
    sealed_person,
)
from xianjie.vault.refusals import erased

COLLECTION = "persons"
FIELDS = ("name", "number", "phone", "address")
"""What is kept of a person, each sealed by itself."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is. `number`, `phone` and `address` are None where they are not known."""

    name: str
    division: Division
    number: str | None = None
    phone: str | None = None
    address: str | None = None

    def __repr__(self) -> str:
        """Leave everything out."""
        return "Person(…)"

    def fields(self) -> dict[str, str]:
        """Give the fields that are known."""
        given = {name: getattr(self, name) for name in FIELDS}
        return {name: text for name, text in given.items() if text is not None}


def record_person(change: Change, person: Person) -> Record:
    """Enter a person; `person-known` where somebody of that number is there, whoever and wherever they are."""
    change.require(Action.WRITE, Target(Resource.PERSON, person.division), named="division")
    id = new_id()
    _check_number(change, id, person)
    made = change.insert(COLLECTION, {**sealed_person(change.ring, id, person.fields()), **placed(person.division)}, id)
    change.note("person_recorded", COLLECTION, id)
    return made


def change_person(change: Change, id: str, version: int, person: Person) -> Record:
    """Put other words in place, all of them; the leave is asked for where they belonged and belong from now on."""
    before = change.get(COLLECTION, id)
    for division in (place_of(before.body), person.division):
        change.require(Action.WRITE, Target(Resource.PERSON, division))
    key_of(change, before)
    _check_number(change, id, person)
    kept = {
        name: value
        for name, value in before.body.items()
        if name not in FIELDS and name.removesuffix("_hmac") not in FIELDS and name not in ("division", "within")
    }
    body = changed_person(change.ring, id, {**kept, **placed(person.division)}, person.fields())
    made = change.replace(before, body, version)
    change.note("person_changed", COLLECTION, id, version=made.version)
    return made


def _check_number(change: Change, id: str, person: Person) -> None:
    """Look for the number under every key, since two keys give two hashes of one number."""
    if person.number is None:
        return
    for tag in lookups(change.ring, "number", person.number):
        if any(record.id != id for record in change.view.find(COLLECTION, {"number_hmac": tag})):
            raise clash(
                "person-known",
                "已有这个号码的人，请先查找；查不到的，不在所辖区划之内",
                "somebody of this number is there: look them up; whom you do not find is of another division",
                "number",
            )


def note_number_taken(change: Change) -> None:
    """Note that a number was refused as known: asked often enough, that is a way to look people up."""
    change.note("person_number_taken", COLLECTION, None)


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found; `more`: there are others, and the name tells too little."""

    records: tuple[Record, ...]
    more: bool


def look_up(change: Change, by: Literal["name", "number"], text: str) -> Found:
    """Find people within reach by name or number, and note that it was asked and how many were found."""
    found: dict[str, Record] = {}
    more = False
    for tag in lookups(change.ring, by, text):
        one = page(change, Action.LOOK_UP, Resource.PERSON, COLLECTION, Asked({f"{by}_hmac": tag}, limit=MOST))
        found.update({record.id: record for record in one.records})
        more = more or one.after is not None
    change.note("person_looked_up", COLLECTION, None, field=by, count=len(found))
    return Found(tuple(found[id] for id in sorted(found)), more)


def open_person(change: Change, id: str) -> tuple[Record, dict[str, str | None]]:
    """Open a person's fields, and note it; `person-erased`."""
    found = change.get(COLLECTION, id)
    change.require(Action.READ, target(found))
    fields = {name: opened(change.ring, id, found.body, name) for name in FIELDS}
    change.note("person_opened", COLLECTION, id)
    return found, fields


def erase_person(change: Change, id: str) -> None:
    """Erase a person: fields, hashes and data key, and with it all that was sealed for them; `person-erased`."""
    found = change.get(COLLECTION, id)
    change.require(Action.ERASE, target(found))
    if is_erased(found.body):
        raise erased()
    change.replace(found, {**erased_person(change.today), **placed(place_of(found.body))})
    change.note("person_erased", COLLECTION, id)


def target(record: Record) -> Target:
    """Say what a person is to those who refer to them."""
    return Target(Resource.PERSON, place_of(record.body))


def is_gone(view: View, id: str) -> bool:
    """Tell whether a person was erased, or is not there."""
    found = view.get(COLLECTION, id)
    return found is None or is_erased(found.body)


def key_of(desk: Desk, person: Record) -> PersonKey:
    """Open a person's data key, for what is sealed for them in other records; `person-erased`."""
    return person_key(desk.ring, person.id, person.body)
