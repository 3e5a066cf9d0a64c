"""`/timeline`: the coming twelve months, ledger by ledger, under the documents of its own region and of others."""

from __future__ import annotations

import calendar as weeks
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from xianjie.language.calendar import iso
from xianjie.records.deadlines.cadences import Cadence, under_each
from xianjie.records.deadlines.calendar import LEDGERS
from xianjie.records.deadlines.due_dates import Standing
from xianjie.records.deadlines.urgency import listed_by_urgency
from xianjie.records.urgency import MOST_IN_ORDER, Urgent
from xianjie.service.door.admission import principal_of
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.deadlines.asked import Query, filters_of
from xianjie.web.pages.deadlines.fields import NEVER
from xianjie.web.pages.deadlines.words import Row, Told, Wording
from xianjie.web.showing.rendering import page

MONTHS = 12
WIDE = 100
"""Units of a drawing for each month, whatever its days."""
_MOST_REGIONS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A day at which a ledger is due, in the units of the drawing; `tone` is that of its state."""

    x: float
    status: str
    solid: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The line of a ledger under one document: a bar from its last update to the day it is due, and the days."""

    told: Told
    bar: tuple[float, float] | None
    marks: Sequence[Mark]
    before: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A ledger with a strip for its own region first, then for each of the others that were chosen."""

    row: Row
    strips: Sequence[Strip]


async def show_timeline(request: Request) -> Response:
    """Show the coming twelve months."""
    service, principal = service_of(request), principal_of(request)
    filters = filters_of(request, LEDGERS)
    query = Query(request, list(filters.faults))
    names = service_of(request).regions.names
    others = query.words("beside", ("再看看", "Beside it"), list(names))[:_MOST_REGIONS]
    reckoning = filters.reckoning

    def run() -> tuple[Urgent[Standing], list[list[Cadence]]]:
        found = listed_by_urgency(service.keeping, principal, LEDGERS, filters.asked, frozenset(), reckoning)
        own = [one.item.region for one in found.items if one.item.region in names]
        regions = list(dict.fromkeys([*own, *others]))
        return found, under_each(LEDGERS, found.items, regions, reckoning)

    found, each = (None, []) if query.faults else await in_thread(service.threads, run)
    wording = Wording(reckoning.engine, names, reckoning.lang)
    begin = dt.date.fromordinal(reckoning.day).replace(day=1)
    lines = [
        Line(
            wording.row(standing, reckoning.day),
            [
                _strip(wording.told(one), standing.item.facts.get("last_updated"), begin)
                for one in sorted(cadences, key=lambda one: not one.own)
                if one.own or one.region in others
            ],
        )
        for standing, cadences in zip(found.items if found else (), each, strict=True)
    ]
    return page(
        request,
        "deadlines/timeline.html.j2",
        "deadlines/timeline_result.html.j2",
        status=422 if query.faults else 200,
        private=True,
        section="/ledgers",
        family="timeline",
        at="/timeline",
        found=found,
        most_in_order=MOST_IN_ORDER,
        lines=lines,
        months=[_month(begin, number) for number in range(MONTHS)],
        today=_place(dt.date.fromordinal(reckoning.day), begin),
        width=MONTHS * WIDE,
        filters=filters,
        beside=others,
        faults=query.faults,
        typed=defaultdict(str, request.query_params),
        names=names,
        region_options=wording.region_options(),
        kinds=wording.words(LEDGERS, "kind"),
        as_of=reckoning.day,
        as_of_text=iso(reckoning.day),
    )


def _strip(told: Told, updated: str | None, begin: dt.date) -> Strip:
    """Draw what one document gives; nothing is drawn where the text gives no day."""
    days = [(one.due, one.status, one.chosen) for one in told.readings if one.due] if told.differing else []
    if not days and told.entry["next_due"]:
        days = [(told.entry["next_due"], told.status, True)]
    places = [(_place(dt.date.fromisoformat(day), begin), status, solid) for day, status, solid in days]
    width = float(MONTHS * WIDE)
    inside = [Mark(place, status, solid) for place, status, solid in places if 0 <= place < width]
    bar = None
    if places and updated is not None and updated != NEVER:
        start = _place(dt.date.fromisoformat(updated), begin)
        left, right = max(0.0, start), min(width, max(place for place, _, _ in places))
        bar = (left, right - left) if right > left else None
    return Strip(told, bar, inside, any(place < 0 for place, _, _ in places), any(p >= width for p, _, _ in places))


def _place(day: dt.date, begin: dt.date) -> float:
    """Find where a day lies: months are equally wide, whatever their days."""
    months = (day.year - begin.year) * 12 + day.month - begin.month
    return round((months + (day.day - 1) / weeks.monthrange(day.year, day.month)[1]) * WIDE, 1)


def _month(begin: dt.date, number: int) -> dt.date | None:
    index = begin.year * 12 + begin.month - 1 + number
    return dt.date(index // 12, index % 12 + 1, 1) if index // 12 <= dt.MAXYEAR else None
