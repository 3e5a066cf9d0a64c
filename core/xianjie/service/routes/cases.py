"""`/v1/cases`: pending cases, which stay under the documents that governed when they were asked about."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Day, Shape
from xianjie.engine.answer import Answer
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Problem
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.records.people import cases as records
from xianjie.records.placing import place_of
from xianjie.service.answering import Answered, Answering, Office
from xianjie.service.asking import Language, References
from xianjie.service.divisions import DivisionCode
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, division_asked, found, listed, looked_and_noted, version_asked, written
from xianjie.service.problems import at
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId, RecordShown
from xianjie.service.revising import named, revisions
from xianjie.service.schema import NAMED, PART, add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import service_of
from xianjie.service.taking import RecordRef, taken, weighed
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.vault import PersonKey

PATH = "/v1/cases"
Reason = Literal[
    "aid_given", "help_given", "not_matched", "withdrawn", "moved_away", "deceased", "duplicate", "error", "other"
]


class CaseAsked(Shape):
    """要登记的个案 a case to record.

    Without `asked_on` it is the case's own date, or today in Beijing; on a change, the day stays as it was. Facts of a
    case with a `person` are sealed with that person's key.
    """

    division: DivisionCode
    person: RecordRef | None = Field(default=None, description="这个人的编号 the id of the person")
    asked_on: Day | None = Field(default=None, description="提出之日 the day on which it was asked")
    regions: Annotated[References, Field(min_length=1)] = Field(
        description="地区，或 地区@文件编号 regions, or region@document", json_schema_extra={NAMED: True}
    )
    case: dict[str, Any] = Field(description="个案 the case", json_schema_extra={PART: "Case"})


class ClosingAsked(Shape):
    """结案 close a case."""

    reason: Reason = Field(description="原因 why")


class CaseAssessmentAsked(Shape):
    """判定已登记的个案 assess a case on record.

    Without `regions` those of the case; without `as_of` the day on which it was asked about, so that it stays under the
    documents of that day.
    """

    regions: Annotated[References, Field(min_length=1)] | None = Field(
        default=None,
        description="地区，不写则为个案的 regions; the case's where none is named",
        json_schema_extra={NAMED: True},
    )
    as_of: Day | None = Field(default=None, description="判定日，不写则为提出之日 the date of evaluation")
    lang: Language = Field(default="zh", description="理由的语言 the language of the reasons")


class DocumentNamed(Shown):
    """一份文件 a document, and the hash of its very words."""

    policy: str
    version: str
    sha256: str


class DocumentGoverning(DocumentNamed):
    """提出之日适用的文件 the document that governed a region on the day on which the case was asked about."""

    region: str


class CaseClosing(Shown):
    """结案 why and when a case was closed."""

    reason: Reason
    on: str


class CaseListed(RecordShown):
    """一个个案，不含事实 a case without its facts."""

    person: str | None
    asked_on: str
    governed: list[DocumentGoverning]
    state: Literal["pending", "closed"]
    closing: CaseClosing | None


class CaseShown(CaseListed):
    """一个个案 a case with its facts."""

    case: dict[str, Any] = Field(json_schema_extra={PART: "Case"})


class CasesShown(PageShown):
    """一页个案 a page of cases."""

    items: list[CaseListed]


class CaseRevision(Shown):
    """一个地区今日适用另一份文件 a region whose document is another one today.

    `recorded` is the document that was kept with the case, where its words were replaced since; else null. `differs`
    tells for each dimension whether its statuses would differ, asked today under the document of today.
    """

    region: str
    then: DocumentNamed
    today: DocumentNamed
    recorded: DocumentGoverning | None
    differs: dict[str, bool]


class CaseAnswer(Shown):
    """答案，以及哪些地区的文件已经不同 the answer, and the regions whose documents have changed since."""

    answer: Answer
    revisions: list[CaseRevision]


MODELS = (CaseAsked, ClosingAsked, CaseAssessmentAsked, CaseListed, CaseShown, CasesShown, CaseAnswer)
TAGS = {"cases": "未结个案 pending cases"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["cases"])
    listed_case = content("CaseListed", "个案 the case, without its facts")
    taken_case = content("CaseAsked", "个案 the case")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.CASE, Action.WRITE),
        record_case,
        "登记个案 Record a case",
        "提出之日和当日适用的文件随个案保存。\n\n"
        "The day on which it was asked is kept, with the documents that governed on it.",
        listed_case,
        (400, 404, 408, 409, 410, 413, 415, 422, 507),
        takes=taken_case,
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.CASE, Action.READ),
        list_cases,
        "列出个案 List cases",
        "按编号次序，逐页；不含事实。\n\nPage by page, in the order of their ids, without facts.",
        content("CasesShown", "个案 the cases"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.CASE, Action.READ),
        open_case,
        "打开个案 Open a case",
        "每次打开都记入审计链。\n\nEach opening is noted in the audit chain.",
        content("CaseShown", "个案 the case"),
        (404, 410, 422),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        (Resource.CASE, Action.WRITE),
        change_case,
        "更正个案 Change a case",
        "须带 If-Match；提出之日不写则不变。\n\nNeeds If-Match; the day stays unless another is given.",
        listed_case,
        (400, 404, 408, 409, 410, 412, 413, 415, 422, 428, 507),
        takes=taken_case,
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/closing",
        (Resource.CASE, Action.WRITE),
        close_case,
        "结案 Close a case",
        "结案后不再更正。\n\nA closed case is changed no more.",
        listed_case,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("ClosingAsked", "原因 the reason"),
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/assessments",
        (Resource.CASE, Action.READ),
        assess_case,
        "判定个案 Assess a case on record",
        "按提出之日判定；今日适用的文件若已不同，一并告知，由经办人决定。\n\n"
        "As of the day on which it was asked; where another document governs today, that is told beside it, and not "
        "chosen.",
        content("CaseAnswer", "答案 the answer"),
        (400, 404, 408, 410, 413, 415, 422, 503),
        takes=content("CaseAssessmentAsked", "问题 the question"),
    )
    return router


async def record_case(request: Request) -> Response:
    """Enter a case."""
    data, asked = await taken(request, CaseAsked)
    answering = service_of(request).answering
    pending = await weighed(request, data, _pending, answering, asked)

    def work(change: Change) -> Made:
        record = records.record_case(change, pending, _governing(answering))
        return Made(records.shown(record), 201, record.version, f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_cases(
    request: Request,
    division: InDivision = None,
    person: Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9-]+$")] = None,
    state: Annotated[Literal["pending", "closed"] | None, Query()] = None,
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List cases."""
    given = {"person": person, "state": state}
    where = {name: value for name, value in given.items() if value is not None}
    asked = Asked(where, division_asked(division), after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.cases(desk, asked), records.shown)))


async def open_case(request: Request, id: RecordId) -> Response:
    """Open a case."""
    record, facts = await looked_and_noted(request, lambda change: records.open_case(change, id))
    body = answer_bytes({**records.shown(record), "case": facts})
    return Response(body, headers={"etag": f'"{record.version}"'}, media_type=JSON)


async def change_case(request: Request, id: RecordId) -> Response:
    """Put other facts in place."""
    version = version_asked(request)
    data, asked = await taken(request, CaseAsked)
    answering = service_of(request).answering
    pending = await weighed(request, data, _pending, answering, asked)

    def work(change: Change) -> Made:
        record = records.change_case(change, id, version, pending, _governing(answering))
        return Made(records.shown(record), 200, record.version)

    return await written(request, data, work)


async def close_case(request: Request, id: RecordId) -> Response:
    """Close a case."""
    data, asked = await taken(request, ClosingAsked)

    def work(change: Change) -> Made:
        record = records.close_case(change, id, asked.reason)
        return Made(records.shown(record), 200, record.version)

    return await written(request, data, work)


async def assess_case(request: Request, id: RecordId) -> Response:
    """Answer a case on record, and tell what is revised since."""
    service = service_of(request)
    principal = principal_of(request)
    _, asked = await taken(request, CaseAssessmentAsked)
    answering = service.answering
    if asked.regions is not None:
        answering.engine.documents.check(asked.regions)

    def opened(change: Change) -> tuple[Record, dict[str, Any], PersonKey | None]:
        record, facts = records.open_case(change, id, "case_assessed")
        return record, facts, records.key_of(change, record)

    record, facts, key = await looked_and_noted(request, opened)
    office = await service.offices.of(answering.engine, principal, place_of(record.body))
    answered, revised = await in_thread(service.threads, _answered, answering, asked, record, facts, key, office)
    await service.decisions.record(principal, [answered.decision])
    service.metrics.answered.inc()
    body = b'{"answer":' + answered.line.rstrip() + b',"revisions":' + answer_bytes(revised).rstrip() + b"}\n"
    return Response(body, media_type=JSON)


def _answered(
    answering: Answering,
    asked: CaseAssessmentAsked,
    record: Record,
    facts: dict[str, Any],
    key: PersonKey | None,
    office: Office,
) -> tuple[Answered, list[dict[str, Any]]]:
    """Answer under the documents of the day asked about, and again under those of today where they differ."""
    body = record.body
    recorded = {one["region"]: one for one in body["governed"]}
    regions = [*recorded] if asked.regions is None else asked.regions
    then = asked.as_of or dt.date.fromisoformat(body["asked_on"]).toordinal()
    question = {"case": facts, "regions": regions, "as_of": dt.date.fromordinal(then).isoformat(), "lang": asked.lang}
    text = json.dumps(question, ensure_ascii=False)
    answered = answering.answered(answering.asked(question), text, office, key)
    today = answering.settings.today().toordinal()
    documents = answering.engine.documents
    policies = [documents.answering(region, day) for region in regions for day in (then, today)]
    revised = revisions(
        answering.engine,
        answering.case(facts),
        regions,
        then,
        today,
        Settings(readings=office.readings(policies)),
        recorded if asked.as_of is None else {},
    )
    decision = replace(answered.decision, case=record.id, person=body["person"])
    return replace(answered, decision=decision), revised


def _governing(answering: Answering) -> records.Governing:
    return lambda region, day: named(answering.engine.documents.answering(region, day.toordinal()))


def _pending(answering: Answering, asked: CaseAsked) -> records.Pending:
    """Check the case and its regions; its own date, where it has one, is the day on which it was asked."""
    assert isinstance(asked.division, Division)
    answering.engine.documents.check(asked.regions)
    case = answering.case(asked.case)
    if case.as_of is not None and asked.asked_on not in (None, case.as_of):
        raise InputError(
            Problem(
                "facts-contradict",
                "与个案自己的判定日不同，请核对",
                "another day than the case's own; please check",
                at(("asked_on",)),
            )
        )
    day = asked.asked_on or case.as_of
    asked_on = None if day is None else dt.date.fromordinal(day)
    return records.Pending(asked.division, tuple(asked.regions), asked.case, asked.person, asked_on)
