"""`/calendar`: one month as a table of weeks, with the days on which ledgers are due and counted periods end."""

from __future__ import annotations

import calendar as weeks
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import InputError, Problem
from xianjie.records.deadlines.calendar import Due, Span, calendar
from xianjie.records.deadlines.feed import summary_of
from xianjie.service.door.admission import principal_of
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.deadlines.asked import Query
from xianjie.web.pages.deadlines.words import Wording
from xianjie.web.showing.rendering import is_partial, page

MOST_IN_CELL = 3
"""How many entries a day's cell holds; the rest are with the day itself."""
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST, _LAST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a ledger or a duty: whose, its state, and whether only some readings of the text give this day."""

    href: str
    name: str
    summary: str
    status: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the table; a day of a neighbouring month holds no entries."""

    day: dt.date
    inside: bool
    today: bool
    entries: Sequence[Entry]


async def show_calendar(request: Request) -> Response:
    """Show a month."""
    service, principal = service_of(request), principal_of(request)
    query = Query(request)
    reckoning, names = query.reckoning(), service_of(request).regions.names
    region, division = query.region(), query.division()
    today = service.settings.today()
    first = query.read("month", ("月份", "Month"), _month) or today.replace(day=1)
    last = first.replace(day=weeks.monthrange(first.year, first.month)[1])
    dues: list[Due] = []
    if not query.faults:
        span = Span(first.isoformat(), last.isoformat(), region, division)
        try:
            dues = await in_thread(service.threads, calendar, service.keeping, principal, span, reckoning)
        except InputError as error:  # more is kept than one calendar holds
            query.faults.extend(
                ("region", query.say("地区", "Region"), query.say(one.zh, one.en)) for one in error.problems
            )
    wording = Wording(reckoning.engine, names, reckoning.lang)
    by_day: dict[str, list[Entry]] = {}
    for due in dues:
        by_day.setdefault(due.day, []).append(_entry(due, wording))
    chosen = query.day("day", ("日期", "Day"))
    given = {"region": region or "", "division": str(division) if division is not None else ""}
    feed = {
        **{name: value for name, value in given.items() if value},
        **({} if wording.lang == "zh" else {"lang": "en"}),
    }
    partial = is_partial(request.headers)
    return page(
        request,
        "deadlines/calendar.html.j2",
        "deadlines/calendar_part.html.j2",
        status=422 if query.faults else 200,
        private=True,
        section="/ledgers",
        family="calendar",
        partial=partial,
        weeks=[
            [Cell(day, day.month == first.month, day == today, by_day.get(day.isoformat(), ())) for day in week]
            for week in weeks.Calendar().monthdatescalendar(first.year, first.month)
        ],
        first=first,
        before=_link(first - dt.timedelta(days=1), given) if first > dt.date(_FIRST, 1, 1) else None,
        after=_link(last + dt.timedelta(days=1), given) if last < dt.date(_LAST, 12, 31) else None,
        this=_link(today, given),
        here=_link(first, given),
        chosen=None if chosen is None else dt.date.fromordinal(chosen),
        chosen_entries=() if chosen is None else by_day.get(dt.date.fromordinal(chosen).isoformat(), ()),
        count=len(dues),
        most=MOST_IN_CELL,
        faults=query.faults,
        typed=defaultdict(str, request.query_params),
        region_options=wording.region_options(),
        feed=f"{str(request.base_url).rstrip('/')}/v1/calendar.ics" + (f"?{urlencode(feed)}" if feed else ""),
        as_of=reckoning.day,
        today=today,
    )


def _entry(due: Due, wording: Wording) -> Entry:
    href = f"/{due.kind.collection}/{due.standing.item.record.id}"
    summary = summary_of(due, wording.engine, wording.names, wording.lang)
    return Entry(href, wording.name(due.standing), summary, due.status, due.marked)


def _month(text: str) -> dt.date:
    found = _MONTH.fullmatch(text)
    if found is None or not _FIRST <= int(found[1]) <= _LAST:
        zh, en = (
            f"月份须写成 2025-08 这样，在 {_FIRST} 至 {_LAST} 年之间",
            f"a month as 2025-08, from {_FIRST} to {_LAST}",
        )
        raise InputError(Problem("month-form", zh, en))
    return dt.date(int(found[1]), int(found[2]), 1)


def _link(day: dt.date, given: dict[str, str]) -> str:
    parts = {"month": f"{day:%Y-%m}", **{name: value for name, value in given.items() if value}}
    return f"/calendar?{urlencode(parts)}"
