"""`/v1/reading-choices`: how offices settled what the documents leave ambiguous."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Label, Note, Shape
from xianjie.policy.prepared import Policy
from xianjie.records import reading_choices as records
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked
from xianjie.records.referring.walk import governing, kept
from xianjie.service.answering import Answering
from xianjie.service.divisions import DivisionCode
from xianjie.service.keeping import Made, division_asked, found, written
from xianjie.service.problems import at, refuse
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId, RecordShown
from xianjie.service.schema import REGION, add_route, content
from xianjie.service.state import service_of
from xianjie.service.taking import taken

PATH = "/v1/reading-choices"
Name = Annotated[str, Field(min_length=1, max_length=80, pattern="^[a-z][a-z0-9-]*$")]


class ReadingChoiceAsked(Shape):
    """选定一处读法 a reading to settle. Without `policy`, of the document that governs today."""

    region: str = Field(description="地区 the region", max_length=80, json_schema_extra={REGION: True})
    policy: Name | None = Field(default=None, description="文件编号，不写则为今日适用的 the document's id")
    axis: Name = Field(description="哪一组读法 which set of readings")
    option: Name | None = Field(description="采用的选项；null 为收回 the option chosen; null takes it back")
    reason: Annotated[Note, Field(min_length=10, max_length=500)] = Field(description="理由 why")
    authority: Annotated[Label, Field(min_length=2, max_length=100)] = Field(
        description="依据的文号或决定者 the document's number, or who decided"
    )
    division: DivisionCode


class ReadingChoiceShown(RecordShown):
    """一次选定 a settlement; `current` tells whether it holds now. `sha256` is of the document as it was then."""

    region: str
    policy: str
    sha256: str
    axis: str
    option: str | None
    reason: str
    authority: str
    at: str
    by: str
    current: bool


class ReadingChoicesShown(PageShown):
    """一页 settlements in the order in which they were made."""

    items: list[ReadingChoiceShown]


MODELS = (ReadingChoiceAsked, ReadingChoiceShown, ReadingChoicesShown)
TAGS = {"readings": "采用的读法 how offices settled what documents leave ambiguous"}
InRegion = Annotated[str | None, Query(description="地区 the region", max_length=80, pattern="^[a-z0-9-]+$")]


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["readings"])
    shown = content("ReadingChoiceShown", "选定的读法 the settlement")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.READING_CHOICE, Action.SETTLE),
        settle_reading,
        "选定读法 Settle a reading",
        "只增不改。本机关及其下没有自己选定的机关，今后的答案都采用它，只对这一份文件。\n\n"
        "Never altered. It holds for all later answers of the office, and of those below that settled nothing "
        "themselves, for this document alone.",
        shown,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("ReadingChoiceAsked", "选定 the settlement"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.READING_CHOICE, Action.READ),
        list_reading_choices,
        "列出选定的读法 List settlements",
        "按选定的先后，含已被取代和收回的；`current` 为现行的。\n\n"
        "In the order in which they were made, with those replaced and taken back; `current` are those that hold.",
        content("ReadingChoicesShown", "选定的读法 the settlements"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.READING_CHOICE, Action.READ),
        get_reading_choice,
        "一次选定 A settlement",
        "含理由和依据。\n\nWith its reason and authority.",
        shown,
        (404, 422),
    )
    return router


async def settle_reading(request: Request) -> Response:
    """Enter a settlement."""
    answering = service_of(request).answering
    data, asked = await taken(request, ReadingChoiceAsked)
    assert isinstance(asked.division, Division)
    settlement = records.Settlement(asked.axis, asked.option, asked.reason, asked.authority, asked.division)

    def work(change: Change) -> Made:
        record = records.settle(change, document_meant(answering, asked, change), settlement)
        current = asked.option is not None
        return Made(records.shown(record, current), 201, record.version, f"{PATH}/{record.id}")

    response = await written(request, data, work)
    service_of(request).offices.forget()
    return response


def document_meant(answering: Answering, asked: ReadingChoiceAsked, desk: Desk) -> Policy:
    """Find the document that is meant."""
    governs = governing(answering.engine, asked.region, desk.today)
    if asked.policy is None:
        return governs
    named = kept(answering.engine, asked.region, asked.policy)
    if named is None:
        raise refuse(
            422,
            "document-unknown",
            "这个地区没有这份文件",
            "the region has no such document",
            at(("policy",)),
        )
    return named


async def list_reading_choices(
    request: Request, region: InRegion = None, division: InDivision = None, after: After = None, limit: Limit = None
) -> Response:
    """List settlements."""
    where = {} if region is None else {"region": region}
    asked = Asked(where, division_asked(division), after, limit or 50)

    def look(desk: Desk) -> Made:
        page, current = records.settlements(desk, asked)
        items = [records.shown(record, record.id in current) for record in page.records]
        return Made({"items": items, "next": page.after})

    return await found(request, look)


async def get_reading_choice(request: Request, id: RecordId) -> Response:
    """Give a settlement."""

    def look(desk: Desk) -> Made:
        record, current = records.settlement(desk, id)
        return Made(records.shown(record, current), version=record.version)

    return await found(request, look)
