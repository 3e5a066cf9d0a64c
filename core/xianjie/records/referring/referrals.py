"""Referrals: whom an office passes to a charity, or a charity to an office, under which document and on which facts.

A referral stays under the document that governed when it was opened. Its steps are kept in `referral_events`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xianjie.access import Action, Division, Reach, Resource, Target
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Place, Problem
from xianjie.records import exact, organisations, reading_choices
from xianjie.records.desk import Change, Desk
from xianjie.records.ids import new_id
from xianjie.records.pages import Asked, Page, page
from xianjie.records.people import consents, disclosures, persons
from xianjie.records.placing import place_of, placed
from xianjie.records.references import check_not_later, referred
from xianjie.records.referring.log import Step, log, now_standing, rests_on
from xianjie.records.referring.walk import Path, check_facts, governing, kept, written
from xianjie.records.refusals import clash
from xianjie.store import Record
from xianjie.vault import Spot

COLLECTION = "referrals"
LARGEST = 48 * 1024
"""Bytes of a referral's facts as JSON: what a sealed field holds."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a referral is about. `facts` has the shape of a case; `person` and `organisation` are ids of records."""

    facts: Mapping[str, Any]
    person: str | None = None
    organisation: str | None = None

    def __repr__(self) -> str:
        """Leave the facts out."""
        return "Matter(…)"


@dataclass(frozen=True, slots=True)
class Opening:
    """A referral that is to be opened. `as_of`: the day that chooses the document, None for today."""

    region: str
    direction: str
    division: Division
    matter: Matter
    as_of: dt.date | None = None


def open_referral(change: Change, engine: Engine, opening: Opening) -> Record:
    """Open a referral under the document that governs; a charity does so in its own name alone."""
    matter = opening.matter
    change.require(Action.CREATE, Target(Resource.REFERRAL, opening.division, matter.organisation), named="division")
    day = opening.as_of or change.today
    check_not_later(day, change.today, "as_of")
    policy = governing(engine, opening.region, day)
    check_facts(engine, opening.direction, matter.facts, matter.person is not None)
    id = new_id()
    body: dict[str, Any] = {
        "region": opening.region,
        "direction": opening.direction,
        "policy": written(policy),
        "as_of": day.isoformat(),
        "opened": change.today.isoformat(),
        **_of_matter(change, id, matter, None),
        **placed(opening.division),
    }
    path = Path(engine, policy, opening.direction, matter.facts, change.today, {})
    made = change.insert(COLLECTION, {**body, "state": path.walk(()).state, "ended": False, "steps": 0}, id)
    told = {name: body[name] for name in ("region", "direction", "as_of")}
    change.note("referral_opened", COLLECTION, id, policy=policy.id, sha256=policy.sha256, **told)
    return made


def change_referral(change: Change, engine: Engine, id: str, version: int, matter: Matter) -> Record:
    """Put other facts in place, and say whom it is of where that was open; the steps taken must still be in turn.

    Raises Clash: `referral-ended`, `referral-person` where it is another person's, `referral-facts` where the facts
    contradict a step that is recorded, `referral-consent` where the consent given is not to this, `referral-document`.
    """
    before = change.get(COLLECTION, id)
    change.require(Action.READ, target(change, before))
    # what a charity was shown is not its to alter: of the roles that create, those of an office may
    mine = change.principal.organisation is None
    change.require(Action.CREATE if mine else Action.ADVANCE, target(change, before))
    if before.body["ended"]:
        raise ended()
    if before.body["person"] not in (None, matter.person):
        raise clash(
            "referral-person",
            "转介属于另一个人，不能改给别人；请另行发起",
            "the referral is another person's and cannot be given to somebody else: open a new one",
            "person",
        )
    check_facts(engine, before.body["direction"], matter.facts, matter.person is not None)
    body = {
        **{name: value for name, value in before.body.items() if name not in ("facts", "sealed")},
        **_of_matter(change, id, matter, before),
    }
    path = replace(path_of(change, engine, before), facts=matter.facts)
    state = now_standing(change, path, log(change.view, id))
    if state.walked.refused is not None:
        raise clash(
            "referral-facts",
            "按更正后的事实，已记录的步骤不成立",
            "with these facts a step that is recorded would be out of turn",
            "facts",
        )
    _check_rests(change, state.steps, matter)
    made = change.replace(before, {**body, "state": state.name}, version)
    change.note("referral_changed", COLLECTION, id, version=made.version)
    return made


def _check_rests(desk: Desk, steps: Sequence[Step], matter: Matter) -> None:
    """Refuse to carry a consent over: to another organisation, or, where there is no record of it, to a person."""
    step = rests_on(steps)
    if step is None:
        return
    if step.consent is None:
        if matter.person is not None:
            raise clash(
                "referral-consent",
                "“已同意”一步没有同意书，不能再写明个人；请另行发起",
                "its step `consented` rests on no record of a consent, so no person can be named: open a new one",
                "person",
            )
    elif matter.organisation not in (None, desk.get(consents.COLLECTION, step.consent).body["recipient"]):
        raise clash(
            "referral-consent",
            "同意是给另一个组织的；请另行发起，或撤回后重新征得同意",
            "the consent was given to another organisation: open a new one, or withdraw and ask anew",
            "organisation",
        )


def _of_matter(change: Change, id: str, matter: Matter, before: Record | None) -> dict[str, Any]:
    """Give the members of a body that tell what it is about; the facts of a person are sealed with that person's key.

    Who stands in the record already needs no leave again.
    """
    text = json.dumps(matter.facts, ensure_ascii=False, default=exact.number)
    if len(text.encode()) > LARGEST:
        zh, en = f"转介的事实不得超过 {LARGEST // 1024} KB", f"the facts of a referral may have {LARGEST // 1024} KB"
        raise InputError(Problem("facts-too-large", zh, en, Place(path="facts")))
    if matter.organisation is not None:
        referred(
            change,
            organisations.COLLECTION,
            matter.organisation,
            "organisation",
            Action.READ,
            lambda record: Target(Resource.ORGANISATION, place_of(record.body)),
        )
    about: dict[str, Any] = {"person": matter.person, "organisation": matter.organisation}
    if matter.person is None:
        return {**about, "facts": json.loads(text)}
    if before is not None and before.body["person"] == matter.person:
        person = change.get(persons.COLLECTION, matter.person)
    else:
        person = referred(change, persons.COLLECTION, matter.person, "person", Action.READ, persons.target)
    return {**about, "sealed": persons.key_of(change, person).seal(Spot(COLLECTION, id, "facts"), text)}


def facts_of(desk: Desk, record: Record) -> dict[str, Any]:
    """Open the facts of a referral, as they were given; `person-erased`."""
    body = record.body
    if body["person"] is None:
        return dict(body["facts"])
    person = desk.get(persons.COLLECTION, body["person"])
    opened = json.loads(persons.key_of(desk, person).open(Spot(COLLECTION, record.id, "facts"), body["sealed"]))
    return dict(opened)


def path_of(desk: Desk, engine: Engine, record: Record) -> Path:
    """Say by what a referral is decided: its document, its facts, and what its office has settled on.

    Raises Clash `referral-document` where the document is no longer there, VaultError `person-erased`.
    """
    body = record.body
    policy = kept(engine, body["region"], body["policy"]["id"])
    if policy is None:
        raise clash(
            "referral-document",
            "转介所依据的文件已不在本系统中，请先装回",
            "the document that the referral stands under is not installed any more: bring it back first",
        )
    choices = reading_choices.chosen(desk.view, place_of(body), [policy])
    settled = reading_choices.settings_of(choices)
    return Path(engine, policy, body["direction"], facts_of(desk, record), desk.today, settled)


def target(desk: Desk, record: Record) -> Target:
    """Say what a referral is to those who ask for it: a charity has what was disclosed to it."""
    organisation, own = record.body["organisation"], desk.principal.organisation
    consented: frozenset[str] = frozenset()
    if own is not None and own == organisation:
        consented = disclosures.standing(desk.view, referral=record.id, organisation=own, day=desk.today)
    return Target(Resource.REFERRAL, place_of(record.body), organisation, consented)


def found(desk: Desk, id: str) -> Record:
    """Find a referral that the asker may read."""
    record = desk.get(COLLECTION, id)
    desk.require(Action.READ, target(desk, record))
    return record


def referrals(desk: Desk, asked: Asked) -> Page:
    """List referrals; a charity's users see those that were disclosed to it."""
    own = desk.principal.organisation
    if own is not None:
        if asked.where.get("organisation", own) != own:
            return Page((), None)
        asked = replace(asked, where={**asked.where, "organisation": own})

    def keep(record: Record, within: Reach) -> bool:
        return not within.disclosed or bool(target(desk, record).consented)

    return page(desk, Action.READ, Resource.REFERRAL, COLLECTION, asked, keep)


def shown(desk: Desk, record: Record) -> dict[str, Any]:
    """Show a referral without its facts; to a charity without the person's id."""
    told = ("division", "region", "direction", "organisation", "policy", "as_of", "opened", "state", "ended", "steps")
    person = record.body["person"] if desk.principal.organisation is None else None
    return {
        "id": record.id,
        "version": record.version,
        "person": person,
        **{name: record.body[name] for name in told},
    }


def whole(change: Change, engine: Engine, id: str, lang: str = "zh") -> tuple[Record, dict[str, Any]]:
    """Show a referral with facts, steps, and the engine's answer as of today; and note that it was read.

    A charity is shown where it stands and its steps. Of a person who was erased, the facts and the answer are gone.
    """
    record = found(change, id)
    change.note("referral_read", COLLECTION, id)
    body, mine = record.body, change.principal.organisation is None
    timeline = engine.documents.timelines.get(body["region"])
    now = None if timeline is None else governing(engine, body["region"], change.today)
    steps = log(change.view, id)
    out = {
        **shown(change, record),
        "name": None,
        "open_events": [],
        "events": [step.shown() for step in steps],
        "facts": None,
        "governs_now": None if now is None else written(now),
        "superseded": now is None or now.id != body["policy"]["id"],
        "answer": None,
    }
    gone = body["person"] is not None and persons.is_gone(change.view, body["person"])
    if gone or kept(engine, body["region"], body["policy"]["id"]) is None:
        return record, out
    path = path_of(change, engine, record)
    state = now_standing(change, path, steps, lang=lang)
    out["state"], out["name"] = state.name, state.walked.name
    out["open_events"] = [] if body["ended"] else list(state.walked.open_events)
    out["events"] = [step.shown() for step in state.steps]
    if mine:
        out["facts"], out["answer"] = dict(path.facts), dict(state.walked.answer)
    return record, out


def ended() -> Exception:
    """Tell that a referral has ended."""
    return clash("referral-ended", "转介已经撤回，不再继续", "the referral was withdrawn and does not go on")
