"""`/v1/decisions`: the questions that were decided, and the same answer made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from orjson import Fragment
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.engine.answer import Answer
from xianjie.records import decisions as records
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.service.answering import Answering, Office
from xianjie.service.asking import AssessmentAsked, Language
from xianjie.service.body import JsonBody
from xianjie.service.keeping import Made, division_asked, found, listed, looked_and_noted
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.vault import PersonKey

PATH = "/v1/decisions"
OfCase = Annotated[
    str | None,
    Query(
        description="只要这个未结个案的，写记录的编号 only those about this pending case, by the record's id",
        max_length=100,
        pattern="^[a-z0-9][a-z0-9-]*$",
    ),
]


class DecisionListed(Shown):
    """一个决定 a decision that was given: under which documents, for which office, by which credential, and when."""

    decision_id: str
    case: str | None = Field(description="未结个案的编号 the pending case that was asked about")
    as_of: str
    policies: dict[str, str] = Field(description="各地区文件的 sha256 each region's document by its sha256")
    readings: dict[str, str] = Field(description="机关选定的读法 what the office had settled on")
    engine: str
    division: str
    at: str
    by: str


class DecisionShown(DecisionListed):
    """一个决定，连同所问和同样的答案 a decision with its question, and the same answer made again.

    `answer` is null, and `reproduced` says why, where documents or engine are no longer those of then.
    """

    asked: dict[str, Any] = Field(description="当时的请求正文 the body of the request of then")
    reproduced: Literal["same", "documents_gone", "engine_changed", "answer_differs"]
    answer: Answer | None


class DecisionsShown(PageShown):
    """一页决定 a page of decisions."""

    items: list[DecisionListed]


MODELS = (DecisionShown, DecisionsShown)
TAGS = {"decisions": "决定 the decisions that were given, on record"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["decisions"])
    add_route(
        router,
        "GET",
        PATH,
        (Resource.DECISION, Action.READ),
        list_decisions,
        "列出决定 List decisions",
        "按编号次序，逐页；不含所问的内容。\n\nPage by page, in the order of their ids, without the questions.",
        content("DecisionsShown", "决定 the decisions"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.DECISION, Action.READ),
        get_decision,
        "一个决定 A decision",
        "所问与当时一样，答案按当时的文件重新作出，编号相同才给出；查看会记入审计链。\n\n"
        "The question as it was put, and the answer made again under the documents of then, given only where its id "
        "is the same. That it was read is noted in the audit chain.",
        content("DecisionShown", "决定 the decision"),
        (404, 410, 422),
    )
    return router


async def list_decisions(
    request: Request, division: InDivision = None, case: OfCase = None, after: After = None, limit: Limit = None
) -> Response:
    """List decisions."""
    asked = Asked({} if case is None else {"case": case}, division_asked(division), after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.decisions(desk, asked), _listed)))


async def get_decision(request: Request, id: RecordId) -> Response:
    """Give a decision, and make its answer again."""
    kept = await kept_decision(request, id)
    service = service_of(request)
    return Response(await in_thread(service.threads, shown_decision, service.answering, kept), media_type=JSON)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as it is on record: `asked` is the body of the request, `key` the key of whom it is about."""

    record: Record
    asked: str
    key: PersonKey | None


async def kept_decision(request: Request, id: str) -> Kept:
    """Find a decision, and note that it was read."""

    def work(change: Change) -> Kept:
        record = records.read_decision(change, id)
        return Kept(record, *records.question_of(change, record))

    return await looked_and_noted(request, work)


def _listed(record: Record) -> Mapping[str, Any]:
    body = record.body
    names = ("case", "as_of", "policies", "readings", "engine", "division", "at", "by")
    return {"decision_id": body["decision"], **{name: body[name] for name in names}}


def shown_decision(answering: Answering, kept: Kept) -> bytes:
    """Show a decision with its question, and the same answer made again."""
    reproduced, answer = answered_again(answering, kept)
    return answer_bytes(
        {
            **_listed(kept.record),
            "asked": Fragment(kept.asked),
            "reproduced": reproduced,
            "answer": None if answer is None else Fragment(answer),
        }
    )


def asked_then(answering: Answering, kept: Kept) -> AssessmentAsked:
    """Read the question of a decision, under the date and the readings of then."""
    body = kept.record.body
    asked = answering.asked(JsonBody(kept.asked.encode()).value)
    settings = asked.settings.model_copy(update={"readings": {**body["readings"], **asked.settings.readings}})
    day = dt.date.fromisoformat(body["as_of"]).toordinal()
    return asked.model_copy(update={"as_of": day, "settings": settings})


def answered_again(answering: Answering, kept: Kept, lang: Language | None = None) -> tuple[str, bytes | None]:
    """Make the answer again, in its own language or another; second, None where it is not that of then."""
    body = kept.record.body
    if body["engine"] != answering.version:
        return "engine_changed", None
    asked = asked_then(answering, kept)
    here = answering.engine.documents.by_sha256()
    if asked.settings.overlay is None and any(sha256 not in here for sha256 in body["policies"].values()):
        return "documents_gone", None
    spoken = asked if lang is None else asked.model_copy(update={"lang": lang})
    again = answering.answered(spoken, kept.asked, Office(), kept.key, body["decision"])
    return ("same", again.line) if again.decision.id == body["decision"] else ("answer_differs", None)
