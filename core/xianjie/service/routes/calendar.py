"""`/v1/calendar`: the days on which ledgers are due and counted periods end, as JSON and as a feed to subscribe to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.api import day_of
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import iso
from xianjie.policy.model import Force
from xianjie.records.deadlines.calendar import LEDGERS, Due, Span, calendar
from xianjie.records.deadlines.due_dates import Reckoning
from xianjie.records.deadlines.feed import Names, feed, summary_of, uid_of
from xianjie.service.cached import tagged
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import division_asked
from xianjie.service.problems import parameter
from xianjie.service.recording import InDivision
from xianjie.service.routes.regions import AsOf
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.standing import DueSoon, InLanguage, InRegion, PolicyOfState, reckoning_asked, region_asked
from xianjie.service.state import service_of
from xianjie.service.wire import answer_bytes
from xianjie.service.working import in_thread

T = TypeVar("T")

ICALENDAR = "text/calendar"
PRIVATE = "private, no-cache"
AROUND = 366
"""How many days before and after the day of evaluation are shown where nothing else is asked."""

_DATE: Any = {"format": "date"}
From = Annotated[
    str | None,
    Query(alias="from", description="从哪天 the first day", json_schema_extra=_DATE, max_length=10),
]
To = Annotated[
    str | None,
    Query(alias="to", description="到哪天 the last day", json_schema_extra=_DATE, max_length=10),
]


class DueShown(Shown):
    """一个日子 one day. `readings`：文本有几种读法、日子不同时，哪种给出这一天 which readings give this day."""

    uid: str
    day: str
    what: Literal["ledger_update", "period_end"]
    record: str
    href: str
    region: str
    division: str
    name: str | None
    kind: str | None
    level: str | None
    year: int | None
    status: str
    readings: list[str]
    recommended: bool
    state: str = Field(description="记录的状态 the record's own status")
    force: Force | None
    clause: str | None
    policy: PolicyOfState
    summary: str


class CalendarShown(Shown):
    """期限 due days, in the order of time."""

    as_of: str
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    items: list[DueShown]


MODELS = (CalendarShown,)
TAGS = {"calendar": "期限 the days on which ledgers are due and counted periods end"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["calendar"])
    about = (
        "文本没有给出日子的（“定期”“及时”）不在其中；读法不同、日子不同的，各列一条并标明。\n\n"
        "Where the text gives no day, none is shown; where readings give different days, each is, and is marked."
    )
    add_route(
        router,
        "GET",
        "/v1/calendar",
        (Resource.LEDGER, Action.READ),
        get_calendar,
        "期限 Due days",
        about,
        content("CalendarShown", "期限 the due days"),
        (304, 422),
    )
    add_route(
        router,
        "GET",
        "/v1/calendar.ics",
        (Resource.LEDGER, Action.READ),
        get_calendar_feed,
        "期限的日历订阅 The due days as iCalendar",
        about,
        {"description": "RFC 5545", "content": {ICALENDAR: {"schema": {"type": "string"}}}},
        (304, 422),
    )
    return router


async def get_calendar(
    request: Request,
    first: From = None,
    last: To = None,
    region: InRegion = None,
    division: InDivision = None,
    as_of: AsOf = None,
    due_soon_days: DueSoon = None,
    lang: InLanguage = "zh",
) -> Response:
    """Give the due days as JSON."""
    reckoning = reckoning_asked(request, as_of, due_soon_days, lang)
    span = _span(request, first, last, region, division, reckoning)
    names = _names(request)

    def written(dues: list[Due]) -> bytes:
        items = [_shown(due, reckoning, names) for due in dues]
        return answer_bytes({"as_of": iso(reckoning.day), "from": span.first, "to": span.last, "items": items})

    return tagged(request, await _drawn(request, span, reckoning, written), keep=PRIVATE)


async def get_calendar_feed(
    request: Request,
    first: From = None,
    last: To = None,
    region: InRegion = None,
    division: InDivision = None,
    as_of: AsOf = None,
    due_soon_days: DueSoon = None,
    lang: InLanguage = "zh",
) -> Response:
    """Give the due days as a feed."""
    reckoning = reckoning_asked(request, as_of, due_soon_days, lang)
    span = _span(request, first, last, region, division, reckoning)
    names, base = _names(request), str(request.base_url).rstrip("/")
    today = service_of(request).settings.today()

    def written(dues: list[Due]) -> bytes:
        return feed(dues, reckoning.engine, names, base, today, reckoning.day, lang)

    body = await _drawn(request, span, reckoning, written)
    return tagged(request, body, keep=PRIVATE, media=f"{ICALENDAR}; charset=utf-8")


async def _drawn(request: Request, span: Span, reckoning: Reckoning, write: Callable[[list[Due]], T]) -> T:
    """Draw a calendar and write it, in a thread."""
    service, principal = service_of(request), principal_of(request)

    def run() -> T:
        return write(calendar(service.keeping, principal, span, reckoning))

    return await in_thread(service.threads, run)


def _span(
    request: Request,
    first: str | None,
    last: str | None,
    region: str | None,
    division: str | None,
    reckoning: Reckoning,
) -> Span:
    begin = _day(first, "from") or max(1, reckoning.day - AROUND)
    end = _day(last, "to") or min(dt.date.max.toordinal(), reckoning.day + AROUND)
    if begin > end:
        zh, en = "from 在 to 之后", "`from` is after `to`"
        raise InputError(Problem("calendar-range", zh, en, parameter("from")))
    return Span(iso(begin), iso(end), region_asked(request, region), division_asked(division))


def _day(text: str | None, name: str) -> int | None:
    try:
        return day_of(text)
    except InputError as error:
        raise InputError([Problem(one.code, one.zh, one.en, parameter(name)) for one in error.problems]) from None


def _names(request: Request) -> Names:
    return service_of(request).regions.names


def _shown(due: Due, reckoning: Reckoning, names: Names) -> dict[str, Any]:
    record, state = due.standing.item.record, due.standing.state
    assert state is not None
    return {
        "uid": uid_of(due),
        "day": due.day,
        "what": "ledger_update" if due.kind is LEDGERS else "period_end",
        "record": record.id,
        "href": f"/v1/{due.kind.collection}/{record.id}",
        "region": record.body["region"],
        "division": record.body["division"],
        "name": record.body["name"],
        "kind": state["kind"],
        "level": state["level"],
        "year": state.get("year"),
        "status": due.status,
        "readings": list(due.readings),
        "recommended": due.recommended,
        "state": state["status"],
        "force": state["force"],
        "clause": state["clause"],
        "policy": state["policy"],
        "summary": summary_of(due, reckoning.engine, names, reckoning.lang),
    }
