"""Disclosures: what was passed on about somebody, to whom, under which consent; without a consent nothing is.

What was disclosed is kept sealed with the person's key, as it was on that day, with a commitment to it that proves
later what it was, until the person is erased.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Resource, Target
from xianjie.records.desk import Change, Desk
from xianjie.records.ids import new_id
from xianjie.records.pages import Asked, Page, every, page
from xianjie.records.people import cases, consents, persons
from xianjie.records.people.content import chosen, needs_case
from xianjie.records.placing import place_of, placed
from xianjie.records.references import referred
from xianjie.records.refusals import Clash, clash
from xianjie.store import Record, View
from xianjie.vault import Spot, opened
from xianjie.vault.refusals import broken

COLLECTION = "disclosures"


def standing(view: View, *, referral: str, organisation: str, day: dt.date) -> frozenset[str]:
    """Give the categories that were disclosed to an organisation for a referral, under consents that stand on a day.

    Empty where nothing was, or where every consent was withdrawn or has ended.
    """
    found: set[str] = set()
    where = {"referral": referral, "recipient": organisation}
    for record in every(view, COLLECTION, where):
        if consents.is_standing(view, record.body["consent"], day):
            found.update(record.body["categories"])
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is to be disclosed, to the recipient of the consent."""

    consent: str | None
    categories: frozenset[str]
    referral: str | None = None
    case: str | None = None


def disclose(change: Change, asked: Disclosure) -> Record:
    """Disclose what a consent covers.

    Raises Clash: `consent-missing`, `consent-withdrawn`, `consent-expired`, `consent-category`, `case-needed`.
    """
    if asked.consent is None:
        raise _no_consent("consent")
    consent = referred(change, consents.COLLECTION, asked.consent, "consent", Action.CREATE, _disclosing)
    body = consent.body
    # who has moved away since is no longer for the office that took the consent to read, nor to pass on
    person = referred(change, persons.COLLECTION, body["person"], "consent", Action.READ, persons.target)
    key = persons.key_of(change, person)
    _check_standing(change, consent)
    if not asked.categories <= frozenset(body["categories"]):
        raise clash(
            "consent-category", "超出了同意的类别", "beyond the categories that were consented to", "categories"
        )
    referral = _referral(change, asked, consent)
    if needs_case(asked.categories) and asked.case is None:
        raise clash(
            "case-needed",
            "要披露的类别在个案里，请写明个案",
            "what is to be disclosed stands in a case: name it",
            "case",
        )
    facts = {} if asked.case is None else _facts(change, asked.case, person.id)
    id = new_id()
    fields = {name: opened(change.ring, person.id, person.body, name) for name in persons.FIELDS}
    content = _written(chosen(fields, facts, asked.categories))
    made = change.insert(
        COLLECTION,
        {
            "consent": consent.id,
            "person": person.id,
            "recipient": body["recipient"],
            "categories": sorted(asked.categories),
            "referral": referral,
            "case": asked.case,
            "at": change.at.isoformat(timespec="seconds"),
            "commitment": key.commitment(content.encode()),
            "content": key.seal(Spot(COLLECTION, id, "content"), content),
            **placed(place_of(body)),
        },
        id,
    )
    told = {"consent": consent.id, "recipient": body["recipient"], "referral": referral, "case": asked.case}
    change.note(
        "disclosed",
        COLLECTION,
        id,
        categories=sorted(asked.categories),
        **{name: value for name, value in told.items() if value is not None},
    )
    return made


def _disclosing(consent: Record) -> Target:
    return Target(Resource.DISCLOSURE, place_of(consent.body), consent.body["recipient"])


def _check_standing(desk: Desk, consent: Record) -> None:
    match consents.why_ended(desk.view, consent, desk.today):
        case None:
            return
        case "withdrawn":
            raise consents.withdrawn()
        case "expired":
            raise clash("consent-expired", "同意已经到期", "the consent has ended")
        case _:
            raise _no_consent("consent")


def _no_consent(path: str) -> Clash:
    return clash(
        "consent-missing",
        "没有同意，不得披露",
        "there is no consent to this, and without one nothing is disclosed",
        path,
    )


def _referral(change: Change, asked: Disclosure, consent: Record) -> str | None:
    """Say which referral it is for: a consent to one referral is none to another."""
    bound = consent.body["referral"]
    if asked.referral is None:
        return None if bound is None else str(bound)
    if bound not in (None, asked.referral):
        raise _no_consent("referral")
    consents.check_referral(change, asked.referral, consent.body["person"], consent.body["recipient"])
    return asked.referral


def _facts(change: Change, id: str, person: str) -> dict[str, Any]:
    case = referred(change, cases.COLLECTION, id, "case", Action.READ, cases.target)
    if case.body["person"] != person:
        raise _no_consent("case")
    return cases.facts_of(change, case)


def disclosure(desk: Desk, id: str) -> Record:
    """Find a disclosure."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, Target(Resource.DISCLOSURE, place_of(found.body), found.body["recipient"]))
    return found


def disclosures(desk: Desk, asked: Asked) -> Page:
    """List disclosures; a charity's users see those to it."""
    return page(desk, Action.READ, Resource.DISCLOSURE, COLLECTION, asked, consents.to_reach)


def shown(record: Record) -> dict[str, Any]:
    """Show a disclosure, without what was disclosed."""
    left_out = ("within", "content")
    body = {name: value for name, value in record.body.items() if name not in left_out}
    return {"id": record.id, "version": record.version, **body}


def open_disclosure(change: Change, id: str) -> tuple[Record, dict[str, Any]]:
    """Open what was disclosed, for whom it was disclosed to and the officer, as long as the consent stands; noted.

    To the charity one whose consent has ended is as none; the officer is told why.
    """
    found = change.get(COLLECTION, id)
    body = found.body
    consent = change.get(consents.COLLECTION, body["consent"])
    stands = consents.why_ended(change.view, consent, change.today) is None
    categories = frozenset(body["categories"])
    covered = categories & frozenset(consent.body["categories"]) if stands else frozenset()
    change.require(Action.OPEN, Target(Resource.DISCLOSURE, place_of(body), body["recipient"], covered, categories))
    key = persons.key_of(change, change.get(persons.COLLECTION, body["person"]))
    _check_standing(change, consent)
    content = key.open(Spot(COLLECTION, id, "content"), body["content"])
    if not key.is_committed(content.encode(), body["commitment"]):
        raise broken()
    change.note("disclosure_opened", COLLECTION, id, categories=sorted(categories))
    return found, json.loads(content)


def _written(content: Any) -> str:
    """Write content in one way, so that what is committed to can be computed again."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
