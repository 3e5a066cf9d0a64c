"""Pending cases in the form: open one, keep one, list them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import AccessError, Division, division
from xianjie.errors import InputError
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked as Listing
from xianjie.records.people import cases as pending
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.service.keeping import looked, looked_and_noted
from xianjie.service.revising import named
from xianjie.service.state import Service, service_of
from xianjie.store import Record
from xianjie.vault import VaultError
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.check.brought import carried, show_decided_again
from xianjie.web.pages.check.files import show_cases
from xianjie.web.pages.check.filled import Fault
from xianjie.web.pages.check.leading import lead_on
from xianjie.web.pages.check.page import Taken, edited, show_form, shown, take
from xianjie.web.showing.rendering import page

_PAGE = 50
_FIELDS = {"division": "division", "person": "person", "asked_on": "as_of"}
_VERSION = re.compile(r"[0-9]{1,10}")
_NOT_KEPT = ("没有保存：先改好标出的地方", "not kept: mend what is marked first")


async def show(request: Request) -> Response:
    """Show the form: empty, with the questions of decisions (`from`), or with a pending case (`case`)."""
    query = request.query_params
    if decisions := [id for id in query.getlist("from") if id]:
        return await show_decided_again(request, decisions)
    if query.get("case"):
        return await _from_case(request, query["case"])
    return await show_form(request)


async def _from_case(request: Request, id: str) -> Response:
    record, facts = await looked_and_noted(request, lambda change: pending.open_case(change, id))
    day = dt.date.fromisoformat(record.body["asked_on"]).toordinal()
    regions = [one["region"] for one in record.body["governed"]]
    case = service_of(request).answering.case(facts)
    notes = []
    if record.body["state"] == "closed":
        notes.append(("这个个案已经结案，不能再更正", "this case is closed, and cannot be changed any more"))
    return await show_cases(request, [facts], [case], regions, day, notes, carried(record))


async def list_cases(request: Request) -> Response:
    """List the pending cases within reach, without their facts."""

    def work(desk: Desk) -> tuple[list[Record], str | None]:
        found = pending.cases(desk, Listing({"state": "pending"}, None, request.query_params.get("after"), _PAGE))
        return list(found.records), found.after

    records, after = await looked(request, work)
    names = service_of(request).regions.names
    return page(request, "check/cases.html.j2", private=True, records=records, after=after, names=names)


async def keep(request: Request) -> Response:
    """Keep what is filled in as a pending case, or mend the one that is open; each member is a case."""
    posted = await posted_form(request)
    typed = edited(posted.fields)
    taken = await take(request, posted.fields, typed)
    if taken.faults:
        return await shown(request, posted.fields, typed, [_NOT_KEPT], 422)
    try:
        place = division(typed.get("division", "").strip() or "?")
    except AccessError as error:
        faults = [Fault("division", one.code, one.zh, one.en) for one in error.problems]
        return await shown(request, posted.fields, typed, [_NOT_KEPT], 422, faults)
    case_id = typed.get("case_id", "")
    if case_id and len(taken.filled.data) > 1:
        zh = "没有保存：打开的未结个案只有一个人，请移去其他成员"
        return await shown(
            request, posted.fields, typed, [(zh, "not kept: the case that is open is one person's")], 422
        )
    service = service_of(request)
    try:
        ids = await looked_and_noted(request, lambda change: _kept(change, service, taken, typed, place, case_id))
    except (InputError, Clash, Denied, Missing, Stale, VaultError) as error:
        faults = [Fault(_FIELDS.get(one.place.path or "", ""), one.code, one.zh, one.en) for one in error.problems]
        return await shown(request, posted.fields, typed, [_NOT_KEPT], 422, faults)
    opened = f"/check?case={ids[0]}" if len(ids) == 1 else None
    return lead_on(request, opened or "/check/cases", opened)


def _kept(
    change: Change, service: Service, taken: Taken, typed: Mapping[str, str], place: Division, case_id: str
) -> list[str]:
    documents = service.answering.engine.documents
    on = dt.date.fromordinal(taken.asked.day)

    def governing(region: str, day: dt.date) -> dict[str, str]:
        return named(documents.answering(region, day.toordinal()))

    out = []
    for data in taken.filled.data:
        facts: Any = json.loads(json.dumps(data))
        person = typed.get("person", "").strip() or None
        # the day on which a case was asked about is not that of a preview: once it is kept, it stays
        wanted = pending.Pending(place, taken.asked.named, facts, person, None if case_id else on)
        if case_id:
            version = int(typed["case_version"]) if _VERSION.fullmatch(typed.get("case_version", "")) else 0
            made = pending.change_case(change, case_id, version, wanted, governing)
        else:
            made = pending.record_case(change, wanted, governing)
        out.append(made.id)
    return out
