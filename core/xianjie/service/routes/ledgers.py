"""`/v1/ledgers`: ledgers with what was done to them, and how they stand under the documents of their region."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Label, Shape
from xianjie.engine.answer import LedgerStatus
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import iso
from xianjie.policy.model import LedgerKind
from xianjie.records.deadlines import ledgers as records
from xianjie.records.deadlines.calendar import LEDGERS
from xianjie.records.deadlines.entries import RETRACTED
from xianjie.records.deadlines.ledger_facts import acts
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.service.keeping import Made, division_asked, found, listed, version_asked, written
from xianjie.service.problems import at
from xianjie.service.recording import After, DivisionCode, InDivision, Limit, PageShown, RecordId, facts_of
from xianjie.service.routes.regions import AsOf
from xianjie.service.schema import ACTS, add_route, content
from xianjie.service.standing import (
    ByRole,
    Corrects,
    DueSoon,
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
from xianjie.vocabulary import Vocabulary

PATH = "/v1/ledgers"
READ, WRITE = (Resource.LEDGER, Action.READ), (Resource.LEDGER, Action.WRITE)

Act = Annotated[str, Field(max_length=100, json_schema_extra={ACTS: True}, description="做了什么 what was done")]


class LedgerAsked(Shape):
    """登记的台账 a ledger to record. `facts` 是登记时已知的；以后的更新另记。"""

    name: Label | None = Field(default=None, description="名称，不写个人 its name, of no person")
    region: RegionId
    division: DivisionCode
    facts: dict[str, Any] = facts_of("ledger")


class LedgerUpdateAsked(Shape):
    """台账的一次更新或移交 one update or hand-over of a ledger."""

    what: Act
    on: OnDay
    done: bool = Field(default=True, description="false：已知没有做 known not to have been done")
    by: ByRole = None
    corrects: Corrects = None


class LedgerShown(StatedShown):
    """一个台账 a ledger: `opening` 是登记的，`facts` 是加上以后各次更新的 `facts` with what was recorded since."""

    opening: dict[str, Any] = facts_of("ledger")
    facts: dict[str, Any] = facts_of("ledger")


class LedgerStanding(LedgerShown):
    """台账和它的状态 a ledger and its state; null where its region is installed no more."""

    as_of: str
    state: StateShown | None


class LedgersShown(PageShown):
    """一页台账 a page of ledgers."""

    items: list[LedgerStanding]


class LedgerUpdateShown(EntryShown):
    """台账的一条记录 an entry of a ledger; `opened`、`mended` 是登记和更正登记 tell of the opening itself."""

    done: bool | None


class LedgerUpdatesShown(PageShown):
    """一页记录 a page of entries."""

    items: list[LedgerUpdateShown]


MODELS = (
    LedgerAsked,
    LedgerUpdateAsked,
    LedgerShown,
    LedgerStanding,
    LedgersShown,
    LedgerUpdateShown,
    LedgerUpdatesShown,
)
TAGS = {"ledgers": "台账 ledgers, with their updates and when they are due"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["ledgers"])
    taken = content("LedgerAsked", "台账 the ledger")
    shown = content("LedgerShown", "台账 the ledger")
    add_route(
        router,
        "POST",
        PATH,
        WRITE,
        record_ledger,
        "登记台账 Record a ledger",
        "登记时已知的事实；没有记录的是未知。\n\nWith the facts known now; what is not recorded is unknown.",
        shown,
        (400, 404, 408, 413, 415, 422, 507),
        takes=taken,
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        READ,
        list_ledgers,
        "列出台账和状态 List ledgers with their states",
        "状态由判定日适用的文件得出；可按状态筛选。\n\nStates follow from the documents of the day; choose by state.",
        content("LedgersShown", "台账 the ledgers"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        READ,
        get_ledger,
        "一个台账和状态 A ledger with its state",
        "判定日在过去的，按当时已发生的更新。\n\nFor a past day, by the updates that had happened then.",
        content("LedgerStanding", "台账 the ledger"),
        (404, 422),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        WRITE,
        change_ledger,
        "更正登记 Mend what was recorded",
        "更换登记的内容，以后的各次不变；须带 If-Match。\n\nReplaces the opening, and leaves what was recorded since.",
        shown,
        (400, 404, 408, 409, 412, 413, 415, 422, 428, 507),
        takes=taken,
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/updates",
        WRITE,
        update_ledger,
        "记录更新或移交 Record an update or a hand-over",
        "只增不改；记错的，另记一条，以 corrects 指明。\n\nOnly added; a wrong one is corrected by another.",
        content("LedgerUpdateShown", "记录 the entry"),
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("LedgerUpdateAsked", "更新 the update"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}/updates",
        READ,
        list_updates,
        "台账的各次更新 The updates of a ledger",
        "按记录的先后，逐页。\n\nPage by page, in the order of recording.",
        content("LedgerUpdatesShown", "记录 the entries"),
        (404, 422),
    )
    return router


async def record_ledger(request: Request) -> Response:
    """Open a ledger."""
    data, ledger = await _ledger(request)

    def work(change: Change) -> Made:
        record = records.record_ledger(change, ledger)
        return _recorded(change, record, f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_ledgers(
    request: Request,
    status: Annotated[list[LedgerStatus] | None, Query(description="状态 their states", max_length=9)] = None,
    kind: Annotated[LedgerKind | None, Query(description="台账类别 kind of ledger")] = None,
    region: InRegion = None,
    division: InDivision = None,
    as_of: AsOf = None,
    due_soon_days: DueSoon = None,
    lang: InLanguage = "zh",
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List ledgers."""
    where = {"opening.kind": kind, "region": region_asked(request, region)}
    asked = Asked(given(where), division_asked(division), after, limit or 50)
    return await listed_states(
        request, LEDGERS, asked, status or (), reckoning_asked(request, as_of, due_soon_days, lang)
    )


async def get_ledger(
    request: Request, id: RecordId, as_of: AsOf = None, due_soon_days: DueSoon = None, lang: InLanguage = "zh"
) -> Response:
    """Give a ledger."""
    reckoning = reckoning_asked(request, as_of, due_soon_days, lang)
    return await found_state(request, LEDGERS, lambda desk: records.ledger(desk, id), reckoning)


async def change_ledger(request: Request, id: RecordId) -> Response:
    """Put another opening in place."""
    version = version_asked(request)
    data, ledger = await _ledger(request)
    return await written(
        request, data, lambda change: _recorded(change, records.change_ledger(change, id, version, ledger))
    )


async def update_ledger(request: Request, id: RecordId) -> Response:
    """Add an update."""
    data, asked = await taken(request, LedgerUpdateAsked)
    update = update_of(asked, service_of(request).answering.engine.vocabulary)
    return await written(
        request, data, lambda change: Made(shown_entry(records.update_ledger(change, id, update)), 201)
    )


def update_of(asked: LedgerUpdateAsked, vocabulary: Vocabulary) -> records.Update:
    """Find out which fact an update tells; InputError `update-unknown` where it is nothing that is done to a ledger."""
    known = acts(vocabulary)
    if asked.what != RETRACTED and asked.what not in known:
        zh = f"台账没有这种更新；有：{'、'.join((*known, RETRACTED))}"
        en = f"nothing of this name is done to a ledger; known: {', '.join((*known, RETRACTED))}"
        raise InputError(Problem("update-unknown", zh, en, at(("what",))))
    return records.Update(asked.what, known.get(asked.what), iso(asked.on), asked.done, asked.by, asked.corrects)


async def list_updates(request: Request, id: RecordId, after: After = None, limit: Limit = None) -> Response:
    """List the updates of a ledger."""
    return await found(request, lambda desk: Made(listed(records.updates(desk, id, after, limit or 50), shown_entry)))


async def _ledger(request: Request) -> tuple[bytes, records.Ledger]:
    service: Service = service_of(request)
    data, asked = await taken(request, LedgerAsked)
    assert isinstance(asked.division, Division)
    check_region(service, asked.region, at(("region",)))
    vocabulary = service.answering.engine.vocabulary
    await weighed(request, data, check_listed, "ledgers", asked.facts, vocabulary)
    return data, records.Ledger(asked.name, asked.region, asked.division, asked.facts)


def _recorded(change: Change, record: Record, location: str | None = None) -> Made:
    value = shown_record(record, records.facts_of(change.view, record, change.today.isoformat()))
    return Made(value, 200 if location is None else 201, record.version, location)
