"""`/referrals/new` and `/referrals/{id}/facts`: open a referral, and mend what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import AccessError, Division, division
from xianjie.api import day_of
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.records import organisations
from xianjie.records.desk import Change, Desk, offices
from xianjie.records.pages import Asked
from xianjie.records.references import check_not_later
from xianjie.records.referring import referrals
from xianjie.records.referring.walk import check_facts, kept
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, looked, looked_and_noted
from xianjie.service.problems import Refused, refuse, status_of
from xianjie.service.state import service_of
from xianjie.store import Record
from xianjie.vault import VaultError
from xianjie.web.door.once import FIELD, new_key, posted_once
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.deadlines.asked import record_asked
from xianjie.web.pages.deadlines.fields import code_typed, day_typed, told
from xianjie.web.pages.referral import matter
from xianjie.web.pages.referral.asking import asked_of, directions, governing
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_TEXTS = ("division", "as_of", "person", "organisation")
_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form. `version` is that of the record it was opened with."""

    policy: Policy
    direction: str
    texts: Mapping[str, str]
    fields: matter.Fields
    version: int = 0


async def show_new(request: Request) -> Response:
    """Choose region and direction, then show the form."""
    service, asked = service_of(request), asked_of(request)
    if not asked.regions:
        return await _shown(request, None)
    (policy,) = governing(service.answering.engine, asked.regions[:1], asked.day)
    own = offices(principal_of(request))
    texts = {
        "division": str(own[0]) if len(own) == 1 and own[0].code else "",
        "as_of": iso(asked.day),
        "person": request.query_params.get("person", "").strip()[:100],
        "organisation": request.query_params.get("organisation", "").strip()[:100],
    }
    specs = matter.specs_of(policy, asked.direction)
    return await _shown(request, Form(policy, asked.direction, texts, matter.of_facts(specs, {})))


async def open_referral(request: Request) -> Response:
    """Open a referral."""
    service = service_of(request)
    engine = service.answering.engine
    posted = await posted_form(request)
    region, direction = posted.text("region"), posted.text("direction")
    if region not in engine.documents.timelines or direction not in directions(engine):
        raise refuse(
            422, "region-unknown", "没有这个地区或方向，请重新选择", "no such region or direction: choose again"
        )
    texts = {name: posted.text(name) for name in _TEXTS}
    problems: list[Problem] = []
    day = _day(texts["as_of"], problems)
    try:
        check_not_later(day or service.settings.today(), service.settings.today(), "as_of")
    except InputError as error:
        problems += error.problems
    (policy,) = governing(engine, [region], (day or service.settings.today()).toordinal())
    specs = matter.specs_of(policy, direction)
    form = Form(policy, direction, texts, matter.of_posted(specs, posted))
    if posted.only_again:
        return await _shown(request, form)
    facts, wrong = matter.read(specs, form.fields, {})
    where = _division(texts["division"], problems)
    problems += wrong
    try:
        check_facts(engine, direction, facts, bool(texts["person"]))
    except InputError as error:
        problems += [one for one in matter.placed(error) if one.place not in {each.place for each in wrong}]
    if problems or where is None:
        return await _shown(request, form, problems, 422)
    about = referrals.Matter(facts, texts["person"] or None, texts["organisation"] or None)
    opening = referrals.Opening(region, direction, where, about, day)

    def work(change: Change) -> Made:
        return Made({"id": referrals.open_referral(change, engine, opening).id}, 201)

    try:
        made = await posted_once(request, posted, work)
    except (InputError, Clash, Denied, Missing, Refused, VaultError) as error:
        return await _shown(request, form, error.problems, status_of(error))
    return RedirectResponse(f"/referrals/{made.value['id']}?done=opened", 303)


async def show_facts(request: Request) -> Response:
    """Show the facts of a referral in the form."""
    record, facts, policy = await _record(request)
    return await _shown(request, _of_record(record, facts, policy), record=record)


async def mend_facts(request: Request) -> Response:
    """Put other facts in place."""
    engine = service_of(request).answering.engine
    record, before, policy = await _record(request)
    posted = await posted_form(request)
    body = record.body
    specs = matter.specs_of(policy, body["direction"])
    texts = {name: posted.text(name) for name in _TEXTS}
    version = posted.text("version")
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else 0
    form = Form(policy, body["direction"], texts, matter.of_posted(specs, posted), number)
    if posted.only_again:
        return await _shown(request, form, record=record)
    facts, problems = matter.read(specs, form.fields, before)
    try:
        check_facts(engine, body["direction"], facts, bool(texts["person"]))
    except InputError as error:
        problems += [one for one in matter.placed(error) if one.place not in {each.place for each in problems}]
    if problems:
        return await _shown(request, form, problems, 422, record)
    about = referrals.Matter(facts, texts["person"] or None, texts["organisation"] or None)

    def work(change: Change) -> Made:
        made = referrals.change_referral(change, engine, record.id, form.version, about)
        return Made({"id": made.id})

    try:
        await posted_once(request, posted, work)
    except Stale:
        record, facts_now, _ = await _record(request)
        now = _of_record(record, facts_now, policy)
        form = Form(policy, form.direction, form.texts, form.fields, record.version)
        return await _shown(request, form, [], 412, record, now)
    except (InputError, Clash, Denied, Missing, Refused, VaultError) as error:
        return await _shown(request, form, error.problems, status_of(error), record)
    return RedirectResponse(f"/referrals/{record.id}?done=mended", 303)


def _of_record(record: Record, facts: Mapping[str, Any], policy: Policy) -> Form:
    body = record.body
    texts = {
        "division": "",
        "as_of": body["as_of"],
        "person": body["person"] or "",
        "organisation": body["organisation"] or "",
    }
    specs = matter.specs_of(policy, body["direction"])
    return Form(policy, body["direction"], texts, matter.of_facts(specs, facts), record.version)


async def _record(request: Request) -> tuple[Record, dict[str, Any], Policy]:
    """Find a referral with its facts, which is noted; 404, 403, 410 as its page."""
    id, engine = record_asked(request), service_of(request).answering.engine

    def work(change: Change) -> tuple[Record, dict[str, Any]]:
        record, whole = referrals.whole(change, engine, id)
        if whole["facts"] is None:
            zh, en = "看不到这次转介的事实，不能更正", "the facts of this referral are not for you, or there no more"
            raise refuse(403, "referral-facts-hidden", zh, en)
        return record, whole["facts"]

    record, facts = await looked_and_noted(request, work)
    policy = kept(engine, record.body["region"], record.body["policy"]["id"])
    assert policy is not None  # whole() gives no facts without it
    return record, facts, policy


def _day(text: str, problems: list[Problem]) -> dt.date | None:
    try:
        found = day_of(day_typed(text) or None)
    except InputError as error:
        problems += [Problem(one.code, one.zh, one.en, Place(path="as_of")) for one in error.problems]
        return None
    return None if found is None else dt.date.fromordinal(found)


def _division(text: str, problems: list[Problem]) -> Division | None:
    try:
        return division(code_typed(text))
    except AccessError as error:
        problems += [Problem(one.code, one.zh, one.en, Place(path="division")) for one in error.problems]
        return None


def named_organisations(desk: Desk) -> list[tuple[str, str]]:
    """List organisations by id and name, the first MOST of them."""
    found = organisations.organisations(desk, Asked({}, None, None, _MOST_LISTED)).records
    return sorted(((record.id, str(record.body["name"])) for record in found), key=lambda pair: pair[1])


async def _shown(
    request: Request,
    form: Form | None,
    problems: Sequence[Problem] = (),
    status: int = 200,
    record: Record | None = None,
    now: Form | None = None,
) -> Response:
    service = service_of(request)
    engine = service.answering.engine
    lang = viewer_of(request.headers, request.query_params).spoken

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    listed = await looked(request, named_organisations)
    specs = matter.specs_of(form.policy, form.direction) if form is not None else []
    labels = {
        "division": say("区划", "Division"),
        "as_of": say("提出之日", "Asked for on"),
        "person": say("个人", "Person"),
        "organisation": say("慈善组织", "Organisation"),
        **{matter.field_name(spec): say(spec.zh, spec.en) for spec in specs},
    }
    faults, at_fields = told(problems, labels, say)
    return page(
        request,
        "referral/form.html.j2",
        status=status,
        private=True,
        form=form,
        now=now,
        record=record,
        asked=asked_of(request) if form is None else None,
        specs=[
            (spec, matter.field_name(spec), [(key, say(*pair)) for key, pair in spec.words.items()]) for spec in specs
        ],
        labels=labels,
        faults=faults,
        at_fields=at_fields,
        organisations=listed,
        names=service.regions.names,
        directions=directions(engine),
        today=service.settings.today().isoformat(),
        once=(FIELD, new_key()),
        validity_now=form.policy.validity_at(service.settings.today().toordinal()) if form else "",
    )
