"""Bring what was asked once back into the form: the question of a decision, or of the decisions of one household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action
from xianjie.errors import InputError, Problem
from xianjie.records.desk import Desk
from xianjie.records.people import cases as pending
from xianjie.service.asking import AssessmentAsked
from xianjie.service.body import JsonBody
from xianjie.service.keeping import looked
from xianjie.service.problems import parameter
from xianjie.service.routes.decisions import Kept, kept_decision
from xianjie.service.state import service_of
from xianjie.store import Record
from xianjie.web.pages.check.files import of_one_household, show_cases
from xianjie.web.pages.check.filled import MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class _Brought:
    kept: Kept
    asked: AssessmentAsked

    @property
    def around(self) -> tuple[object, ...]:
        """Give what the members of one form have in common, besides their household."""
        return self.kept.record.body["as_of"], tuple(self.asked.regions), self.asked.office


def address_of(ids: Sequence[str]) -> str:
    """Give the address at which the form holds the questions of decisions."""
    return f"/check?{urlencode([('from', id) for id in ids])}"


async def show_decided_again(request: Request, ids: Sequence[str]) -> Response:
    """Show the form with what was asked; decisions of different questions do not stand in one form."""
    if len(ids) > MOST_MEMBERS:
        zh, en = f"一次最多 {MOST_MEMBERS} 个决定", f"at most {MOST_MEMBERS} decisions at a time"
        raise InputError(Problem("members-many", zh, en, parameter("from")))
    found = [await _brought(request, id) for id in dict.fromkeys(ids)]
    first, notes = found[0], []
    if any(one.around != first.around for one in found) or not of_one_household([one.asked.case for one in found]):
        zh = "这些决定不是同一户、同一天、同样的地区问的，只带回了第一个"
        notes.append((zh, "these were not asked of one household, day and set of regions: only the first is here"))
        found = [first]
    if any(one.asked.settings.overlay is not None or one.asked.settings.readings for one in found):
        zh = "当时另有设置（设想的改动或指定的读法），这里没有带过来，结论可能不同"
        notes.append((zh, "it was asked under settings of its own, which are not taken over: answers may differ"))
    answering = service_of(request).answering
    gone = [name for name in first.asked.regions if name.partition("@")[0] not in answering.engine.documents.timelines]
    regions = [name for name in first.asked.regions if name not in gone]
    if gone:
        notes.append(("当时问的地区现在没有装：" + "、".join(gone), "regions no longer installed: " + ", ".join(gone)))
    body = first.kept.record.body
    more = await _case_fields(request, body["case"]) if body["case"] else {}
    if first.asked.office is not None:
        more["office"] = first.asked.office.code or "national"
    day = dt.date.fromisoformat(body["as_of"]).toordinal()
    data = [one.asked.case for one in found]
    return await show_cases(request, data, [answering.case(one) for one in data], regions, day, notes, more)


async def _brought(request: Request, id: str) -> _Brought:
    kept = await kept_decision(request, id)
    question = JsonBody(kept.asked.encode()).value
    return _Brought(kept, service_of(request).answering.asked(question))


async def _case_fields(request: Request, id: str) -> dict[str, str]:
    def work(desk: Desk) -> Record:
        record = desk.get(pending.COLLECTION, id)
        desk.require(Action.READ, pending.target(record))
        return record

    return carried(await looked(request, work))


def carried(record: Record) -> dict[str, str]:
    """Give the fields by which the form knows which case it is, so that what it knows of a person stays sealed."""
    body = record.body
    return {
        "case_id": record.id,
        "case_version": str(record.version),
        "division": body["division"] or "national",
        "person": body["person"] or "",
    }
