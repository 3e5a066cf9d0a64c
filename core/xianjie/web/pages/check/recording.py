"""`/check/decide`: put the conclusions on record, exactly as `/v1/assessments` does, once the officer says so."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.records.desk import Change
from xianjie.records.people import cases as pending
from xianjie.records.placing import place_of
from xianjie.service.answering import Answered, Answering
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import looked_and_noted
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.vault import PersonKey
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.check.brought import address_of
from xianjie.web.pages.check.leading import lead_on
from xianjie.web.pages.check.page import Taken, answered, edited, shown, take
from xianjie.web.showing.rendering import is_partial, page

_MOST = 20


async def decide(request: Request) -> Response:
    """Record a decision for each member, and lead to it; where something cannot be read, nothing is recorded."""
    posted = await posted_form(request)
    typed = edited(posted.fields)
    taken = await take(request, posted.fields, typed)
    case_id = typed.get("case_id", "")
    if taken.faults:
        zh, en = "没有出具结论：先改好标出的地方", "nothing was recorded: mend what is marked first"
        return await shown(request, posted.fields, typed, [(zh, en)], 422)
    if case_id and len(taken.filled.cases) > 1:
        zh = "没有出具结论：打开的未结个案只有一个人。请移去其他成员，或先下载个案、再从文件打开"
        en = "nothing was recorded: the pending case is one person's. Take the others out, or open it from a file"
        return await shown(request, posted.fields, typed, [(zh, en)], 422)
    service = service_of(request)
    found: tuple[Record, PersonKey | None] | None = None
    if case_id:
        found = await looked_and_noted(request, lambda change: _opened(change, case_id))
        place = place_of(found[0].body)
        office = await service.offices.of(service.answering.engine, principal_of(request), place)
        taken = replace(taken, office=office)
    given = await in_thread(service.threads, _given, service.answering, taken, found)
    await service.decisions.record(principal_of(request), [one.decision for one in given])
    service.metrics.answered.inc(len(given))
    ids = [one.decision.id for one in given]
    reads = reach(principal_of(request), Action.READ, Resource.DECISION)
    if not reads and is_partial(request.headers):  # there is no way back to what they may not read: they stay here
        zh = f"已出具结论，编号：{'、'.join(ids)}。您的角色不能查看记录，请把编号告诉经办人"
        en = f"on record as {', '.join(ids)}. Your role does not read records: give the id to the case worker"
        return await shown(request, posted.fields, typed, [(zh, en)])
    listed = f"/check/decided?{urlencode([('id', id) for id in ids])}"
    where = f"/decisions/{ids[0]}" if len(ids) == 1 and reads else listed
    return lead_on(request, where, address_of(ids))


async def show_decided(request: Request) -> Response:
    """List the decisions that were just given for the members of a household, by their ids alone."""
    ids = [id for id in request.query_params.getlist("id") if id.isascii() and id.isalnum()][:_MOST]
    reads = bool(reach(principal_of(request), Action.READ, Resource.DECISION))
    return page(request, "check/decided.html.j2", private=True, ids=ids, reads=reads, back=address_of(ids))


def _opened(change: Change, id: str) -> tuple[Record, PersonKey | None]:
    record, _ = pending.open_case(change, id, "case_assessed")
    return record, pending.key_of(change, record)


def _given(answering: Answering, taken: Taken, found: tuple[Record, PersonKey | None] | None) -> list[Answered]:
    if found is None:
        return [answered(answering, taken, at) for at in range(len(taken.filled.cases))]
    record, key = found
    one = answered(answering, taken, 0, key)
    # what is known of a person goes with the person: the question is sealed with their key
    return [replace(one, decision=replace(one.decision, case=record.id, person=record.body["person"]))]
