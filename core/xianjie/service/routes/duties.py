"""`/v1/duties`: counted duties with each time that they were done, and how they stand under their documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Label, Shape
from xianjie.engine.answer import DutyStatus
from xianjie.language.calendar import iso
from xianjie.policy.model import DutyKind
from xianjie.records.deadlines import duties as records
from xianjie.records.deadlines.calendar import DUTIES
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.service.keeping import Made, division_asked, found, listed, version_asked, written
from xianjie.service.problems import at
from xianjie.service.recording import After, DivisionCode, InDivision, Limit, PageShown, RecordId, facts_of
from xianjie.service.routes.regions import AsOf
from xianjie.service.schema import add_route, content
from xianjie.service.standing import (
    ByRole,
    Corrects,
    EntryShown,
    InLanguage,
    InRegion,
    OnDay,
    RegionId,
    StatedShown,
    StateShown,
    check_listed,
    check_region,
    found_state,
    given,
    listed_states,
    reckoning_asked,
    region_asked,
    shown_entry,
    shown_record,
)
from xianjie.service.state import Service, service_of
from xianjie.service.taking import taken, weighed
from xianjie.store import Record

PATH = "/v1/duties"
READ, WRITE = (Resource.LEDGER, Action.READ), (Resource.LEDGER, Action.WRITE)


class DutyAsked(Shape):
    """登记的职责 a counted duty to record. 还没有做过的，写 count: 0。"""

    name: Label | None = Field(default=None, description="名称，不写个人 its name, of no person")
    region: RegionId
    division: DivisionCode
    facts: dict[str, Any] = facts_of("duty")


class DutyEventAsked(Shape):
    """一次会商、培训或慰问 one time that it was done, and which parties were present; not told: not known."""

    what: Literal["held", "retracted"] = "held"
    on: OnDay
    departments: bool | None = Field(default=None, description="相关部门在场 the departments were present")
    charities: bool | None = Field(default=None, description="慈善组织在场 charities were present")
    grassroots: bool | None = Field(default=None, description="基层力量在场 grass-roots forces were present")
    by: ByRole = None
    corrects: Corrects = None


class DutyShown(StatedShown):
    """一项职责 a duty: `opening` 是登记的，`facts` 是加上以后各次的 `facts` with what was recorded since."""

    opening: dict[str, Any] = facts_of("duty")
    facts: dict[str, Any] = facts_of("duty")


class DutyStanding(DutyShown):
    """职责和它的状态 a duty and its state; null where its region is installed no more."""

    as_of: str
    state: StateShown | None


class DutiesShown(PageShown):
    """一页职责 a page of duties."""

    items: list[DutyStanding]


class DutyEventShown(EntryShown):
    """职责的一条记录 an entry of a duty; `opened`、`mended` 是登记和更正登记 tell of the opening itself."""

    departments: bool | None = None
    charities: bool | None = None
    grassroots: bool | None = None


class DutyEventsShown(PageShown):
    """一页记录 a page of entries."""

    items: list[DutyEventShown]


MODELS = (DutyAsked, DutyEventAsked, DutyShown, DutyStanding, DutiesShown, DutyEventShown, DutyEventsShown)
TAGS = {"duties": "次数型职责 duties that are counted, such as consultations"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["duties"])
    taken = content("DutyAsked", "职责 the duty")
    shown = content("DutyShown", "职责 the duty")
    add_route(
        router,
        "POST",
        PATH,
        WRITE,
        record_duty,
        "登记职责 Record a counted duty",
        "次数没有记录的是未知，不是零。\n\nA count that is not recorded is unknown, not zero.",
        shown,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=taken,
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        READ,
        list_duties,
        "列出职责和状态 List counted duties with their states",
        "状态由判定日适用的文件得出；可按状态筛选。\n\nStates follow from the documents of the day; choose by state.",
        content("DutiesShown", "职责 the duties"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        READ,
        get_duty,
        "一项职责和状态 A counted duty with its state",
        "判定日在过去的，只计到当日。\n\nFor a past day, what was held up to it counts.",
        content("DutyStanding", "职责 the duty"),
        (404, 422),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        WRITE,
        change_duty,
        "更正登记 Mend what was recorded",
        "更换登记的内容，以后的各次不变；须带 If-Match。\n\nReplaces the opening, and leaves what was recorded since.",
        shown,
        (400, 404, 408, 409, 412, 413, 415, 422, 428, 507),
        takes=taken,
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/events",
        WRITE,
        record_duty_event,
        "记录一次 Record that it was done once more",
        "只增不改；记错的，另记一条，以 corrects 指明。\n\nOnly added; a wrong one is corrected by another.",
        content("DutyEventShown", "记录 the entry"),
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("DutyEventAsked", "一次 one time"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}/events",
        READ,
        list_duty_events,
        "职责的各次记录 The entries of a duty",
        "按记录的先后，逐页。\n\nPage by page, in the order of recording.",
        content("DutyEventsShown", "记录 the entries"),
        (404, 422),
    )
    return router


async def record_duty(request: Request) -> Response:
    """Open a duty."""
    data, duty = await _duty(request)

    def work(change: Change) -> Made:
        record = records.record_duty(change, duty)
        return _recorded(change, record, f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_duties(
    request: Request,
    status: Annotated[list[DutyStatus] | None, Query(description="状态 their states", max_length=8)] = None,
    kind: Annotated[DutyKind | None, Query(description="职责类别 kind of duty")] = None,
    year: Annotated[int | None, Query(description="年度 the year", ge=1949, le=9999)] = None,
    region: InRegion = None,
    division: InDivision = None,
    as_of: AsOf = None,
    lang: InLanguage = "zh",
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List duties."""
    where = {"opening.kind": kind, "opening.year": year, "region": region_asked(request, region)}
    asked = Asked(given(where), division_asked(division), after, limit or 50)
    return await listed_states(request, DUTIES, asked, status or (), reckoning_asked(request, as_of, None, lang))


async def get_duty(request: Request, id: RecordId, as_of: AsOf = None, lang: InLanguage = "zh") -> Response:
    """Give a duty."""
    reckoning = reckoning_asked(request, as_of, None, lang)
    return await found_state(request, DUTIES, lambda desk: records.duty(desk, id), reckoning)


async def change_duty(request: Request, id: RecordId) -> Response:
    """Put another opening in place."""
    version = version_asked(request)
    data, duty = await _duty(request)
    return await written(
        request, data, lambda change: _recorded(change, records.change_duty(change, id, version, duty))
    )


async def record_duty_event(request: Request, id: RecordId) -> Response:
    """Add an event."""
    data, asked = await taken(request, DutyEventAsked)
    event = event_of(asked)
    return await written(request, data, lambda change: Made(shown_entry(records.record_event(change, id, event)), 201))


def event_of(asked: DutyEventAsked) -> records.Event:
    """Say what was held, and which parties are known to have been there or not."""
    present = {name: getattr(asked, name) for name in records.PARTIES if getattr(asked, name) is not None}
    return records.Event(asked.what, iso(asked.on), present, asked.by, asked.corrects)


async def list_duty_events(request: Request, id: RecordId, after: After = None, limit: Limit = None) -> Response:
    """List the entries of a duty."""
    return await found(request, lambda desk: Made(listed(records.events(desk, id, after, limit or 50), shown_entry)))


async def _duty(request: Request) -> tuple[bytes, records.Duty]:
    service: Service = service_of(request)
    data, asked = await taken(request, DutyAsked)
    assert isinstance(asked.division, Division)
    check_region(service, asked.region, at(("region",)))
    vocabulary = service.answering.engine.vocabulary
    await weighed(request, data, check_listed, "duties", asked.facts, vocabulary)
    return data, records.Duty(asked.name, asked.region, asked.division, asked.facts)


def _recorded(change: Change, record: Record, location: str | None = None) -> Made:
    value = shown_record(record, records.facts_of(change.view, record, change.today.isoformat()))
    return Made(value, 200 if location is None else 201, record.version, location)
