"""Invented people, their cases and consents, as tests of the records enter them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.records.setting import NOW, charity, someone

from xianjie.access import Division, Principal, Role
from xianjie.records.desk import Change, Keeping
from xianjie.records.organisations import record_organisation
from xianjie.records.people.cases import Pending, record_case
from xianjie.records.people.consents import Consent, record_consent
from xianjie.records.people.persons import Person, record_person
from xianjie.store import Record

TODAY = NOW.date()
NAME = "东方无名"
NUMBER = "88010119900101001X"
"""Nobody's: there is no division 880101, and the check digit is wrong."""

WORKER = someone(Role.CASE_WORKER, "8801", id="key-w")
OFFICER = someone(Role.REFERRAL_OFFICER, "8801", id="key-o")
ADMIN = someone(Role.ADMINISTRATOR, "8801", id="key-m")
AUDITOR = someone(Role.AUDITOR, "8801", id="key-u")
ELSEWHERE = {role: someone(role, "8802", id="key-e") for role in Role if role is not Role.CHARITY_USER}
DOCUMENT = {"policy": "p", "version": "1", "sha256": "0" * 64}
FACTS: Mapping[str, Any] = {
    "case": "E-1",
    "person": {"dibao_recipient": True, "disabled": True},
    "household": {"size": 3, "annual_income": 80000, "medical_burden_heavy": True},
    "aid": {"received": True},
    "area": {"has_conditions": True},
}


def governing(_: str, __: dt.date) -> Mapping[str, str]:
    return DOCUMENT


def person(keeping: Keeping, place: str = "880101", name: str = NAME, number: str | None = None) -> str:
    with keeping.change(someone(Role.CASE_WORKER, place[:4], id="key-x")) as change:
        return record_person(change, Person(name, Division(place), number, "电话一二三", "无名路一号")).id


def organisation(keeping: Keeping, place: str = "8801") -> str:
    with keeping.change(someone(Role.REFERRAL_OFFICER, place, id="key-x")) as change:
        return record_organisation(change, charity(place=place)).id


def user(organisation: str, place: str = "8801") -> Principal:
    return someone(Role.CHARITY_USER, place, id="key-c", organisation=organisation)


def case(keeping: Keeping, person: str | None, **more: Any) -> Record:
    given = {"division": Division("880101"), "regions": ("a", "b"), "facts": dict(FACTS), "person": person, **more}
    with keeping.change(WORKER) as change:
        return record_case(change, Pending(**given), governing)


def given(person: str, recipient: str, *categories: str, **more: Any) -> Consent:
    """Make a consent that was given a month ago."""
    on = more.pop("on", TODAY - dt.timedelta(days=31))
    return Consent(person, recipient, "aid_referral", frozenset(categories or {"identity"}), "written", on, **more)


def consent(keeping: Keeping, wanted: Consent, by: Principal = OFFICER) -> str:
    with keeping.change(by) as change:
        return record_consent(change, wanted).id


def on_day(keeping: Keeping, days: int) -> Keeping:
    """Keep the same records, so many days later."""
    return Keeping(keeping.store, keeping.ring, lambda: NOW + dt.timedelta(days=days))


@contextmanager
def refused_nothing_changed(keeping: Keeping, by: Principal) -> Iterator[Change]:
    """Make a change that must be refused, and check that it left nothing, not even a note."""
    with keeping.store.read() as view:
        before = view.tip("audit")
    try:
        with keeping.change(by) as change:
            yield change
    finally:
        with keeping.store.read() as view:
            assert view.tip("audit") == before


def events(keeping: Keeping) -> list[str]:
    """List what the audit chain tells."""
    with keeping.store.read() as view:
        return [entry.body["event"] for entry in view.entries("audit", limit=1000)]


def everything(folder: Path) -> str:
    """Read all files of a store."""
    return "".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())
