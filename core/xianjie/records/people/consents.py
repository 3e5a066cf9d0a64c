"""Consents: to whom somebody's data may be disclosed, what for and which, from when, until when, until withdrawn.

A consent is never altered: it ends on its last day, by being withdrawn, or with the person's erasure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from xianjie.access import Action, Reach, Resource, Target
from xianjie.errors import InputError, Place, Problem
from xianjie.records import organisations
from xianjie.records.desk import Change, Desk
from xianjie.records.ids import new_id
from xianjie.records.pages import Asked, Page, page
from xianjie.records.people import persons
from xianjie.records.placing import place_of, placed
from xianjie.records.references import check_not_later, referred, unknown
from xianjie.records.refusals import Clash, clash
from xianjie.store import Record, View
from xianjie.vault import Spot

COLLECTION = "consents"
WITHDRAWALS = "consent_withdrawals"

Words = Mapping[str, tuple[str, str]]

CATEGORIES: Words = MappingProxyType(
    {
        "identity": ("姓名和身份证件号码", "name and identity number"),
        "contact": ("电话和住址", "telephone and address"),
        "household": ("家庭情况", "the household's circumstances"),
        "aid": ("政府救助情况", "government aid"),
        "health": ("健康和残疾情况", "health and disability"),
        "case": ("困难类别、就学就业、转介情况", "class of hardship, study and work, the referral"),
    }
)
"""What can be consented to, each by itself; `disclosures_content.FACTS` says which facts belong to which."""

PURPOSES: Words = MappingProxyType(
    {
        "aid_referral": ("转介给慈善组织帮扶", "referral to a charity for help"),
        "charity_review": ("慈善组织审核申请", "a charity reviews an application"),
        "service_delivery": ("提供帮扶服务", "help is given"),
        "feedback": ("反馈帮扶结果", "what came of the help is told"),
        "aid_application": ("协助申请政府救助", "help with applying for government aid"),
        "other": ("其他，另行说明", "another one, told in the note"),
    }
)
FORMS: Words = MappingProxyType(
    {
        "written": ("书面", "in writing"),
        "electronic": ("电子", "electronic"),
        "oral_recorded": ("口头并有录音", "by word of mouth, recorded"),
        "guardian": ("监护人代为同意", "given by a guardian"),
    }
)
CHANNELS: Words = MappingProxyType(
    {
        "office": ("当面", "at the office"),
        "telephone": ("电话", "by telephone"),
        "written": ("书面", "in writing"),
        "electronic": ("电子", "electronic"),
        "recipient": ("经接收方转告", "through the recipient"),
        "guardian": ("监护人提出", "by a guardian"),
    }
)


def is_standing(view: View, consent_id: str, day: dt.date) -> bool:
    """Tell whether there is such a consent and it stands on a day; a day of its withdrawal is none on which it does."""
    found = view.get(COLLECTION, consent_id)
    return found is not None and why_ended(view, found, day) is None


def why_ended(view: View, consent: Record, day: dt.date) -> str | None:
    """Say why a consent does not stand on a day: `erased`, `withdrawn`, `early` or `expired`; None where it does.

    Once the person is erased, there is nothing left that it could be a consent to.
    """
    body, on = consent.body, day.isoformat()
    if persons.is_gone(view, body["person"]):
        return "erased"
    withdrawal = view.get(WITHDRAWALS, consent.id)
    if withdrawal is not None and withdrawal.body["on"] <= on:
        return "withdrawn"
    if on < body["on"]:
        return "early"
    return "expired" if body["until"] is not None and body["until"] < on else None


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody consented to. `recipient` is an organisation's id; `until` the last day, None without an end."""

    person: str
    recipient: str
    purpose: str
    categories: frozenset[str]
    form: str
    on: dt.date
    note: str | None = None
    referral: str | None = None
    until: dt.date | None = None


def record_consent(change: Change, consent: Consent) -> Record:
    """Enter a consent, in the division that the person belongs to now."""

    def target(person: Record) -> Target:
        return Target(Resource.CONSENT, place_of(person.body), consent.recipient)

    person = referred(change, persons.COLLECTION, consent.person, "person", Action.CREATE, target)
    if change.view.get(organisations.COLLECTION, consent.recipient) is None:
        raise unknown("recipient")
    key = persons.key_of(change, person)
    check_not_later(consent.on, change.today, "on")
    if consent.until is not None and consent.until < consent.on:
        raise _days("until-earlier", "最后一日早于同意日", "its last day is before the day it was given", "until")
    if consent.referral is not None:
        check_referral(change, consent.referral, consent.person, consent.recipient)
    id = new_id()
    sealed = {} if consent.note is None else {"note": key.seal(Spot(COLLECTION, id, "note"), consent.note)}
    body = {
        "person": consent.person,
        "recipient": consent.recipient,
        "referral": consent.referral,
        "purpose": consent.purpose,
        "categories": sorted(consent.categories),
        "form": consent.form,
        "on": consent.on.isoformat(),
        "until": None if consent.until is None else consent.until.isoformat(),
        **sealed,
        **placed(place_of(person.body)),
    }
    made = change.insert(COLLECTION, body, id)
    told = ("person", "recipient", "referral", "purpose", "categories", "form", "on", "until")
    change.note("consented", COLLECTION, id, **{name: body[name] for name in told if body[name] is not None})
    return made


def check_referral(desk: Desk, id: str, person: str, recipient: str) -> None:
    """Check that a referral is there for the asker, and of this person to this organisation as far as it says."""
    found = desk.view.get("referrals", id)
    if found is None:
        raise unknown("referral")
    organisation = found.body.get("organisation")
    theirs = organisation is not None and organisation == desk.principal.organisation
    ours = desk.may(Action.READ, Target(Resource.REFERRAL, place_of(found.body)))
    fits = found.body.get("person") in (None, person) and organisation in (None, recipient)
    if not fits or not (theirs or ours):
        raise unknown("referral")


def consent(desk: Desk, id: str) -> Record:
    """Find a consent."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, _target(found))
    return found


def consents(desk: Desk, asked: Asked) -> Page:
    """List consents; a charity's users see those that are given to it."""
    return page(desk, Action.READ, Resource.CONSENT, COLLECTION, asked, to_reach)


def to_reach(record: Record, reach: Reach) -> bool:
    """Tell whether a record with a recipient is within reach."""
    return reach.organisation is None or record.body["recipient"] == reach.organisation


def shown(desk: Desk, record: Record, opened: bool = False) -> dict[str, Any]:
    """Show a consent with its withdrawal and whether it stands today; `opened`: with its note."""
    body = record.body
    withdrawal = desk.view.get(WITHDRAWALS, record.id)
    told = ("person", "recipient", "referral", "purpose", "categories", "form", "on", "until", "division")
    why = why_ended(desk.view, record, desk.today)
    out = {"id": record.id, "version": record.version, **{name: body[name] for name in told}}
    out["withdrawn"] = None if withdrawal is None else {name: withdrawal.body[name] for name in ("on", "channel")}
    out["standing"] = why is None
    out["ended"] = why
    if opened:
        person = desk.get(persons.COLLECTION, body["person"])
        readable = "note" in body and why != "erased"
        out["note"] = (
            persons.key_of(desk, person).open(Spot(COLLECTION, record.id, "note"), body["note"]) if readable else None
        )
    return out


def withdraw(change: Change, id: str, on: dt.date | None, channel: str) -> Record:
    """Enter that a consent was withdrawn; it ends all further disclosure, and a second time is refused."""
    found = change.get(COLLECTION, id)
    change.require(Action.WITHDRAW, _target(found))
    day = change.today if on is None else on
    check_not_later(day, change.today, "on")
    if day.isoformat() < found.body["on"]:
        raise _days("withdrawal-early", "撤回日早于同意日", "it is withdrawn before it was given", "on")
    if change.view.get(WITHDRAWALS, id) is not None:
        raise withdrawn()
    body = {"person": found.body["person"], "on": day.isoformat(), "channel": channel}
    change.insert(WITHDRAWALS, body, id)
    change.note("consent_withdrawn", WITHDRAWALS, id, on=body["on"], channel=channel)
    return found


def withdrawn() -> Clash:
    """Tell that a consent was withdrawn."""
    return clash("consent-withdrawn", "同意已经撤回", "the consent was withdrawn")


def _target(record: Record) -> Target:
    return Target(Resource.CONSENT, place_of(record.body), record.body["recipient"])


def _days(code: str, zh: str, en: str, path: str) -> InputError:
    return InputError(Problem(code, zh, en, Place(path=path)))
