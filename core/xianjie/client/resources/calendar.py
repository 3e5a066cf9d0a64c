"""`/v1/calendar, /v1/calendar.ics`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from xianjie.client.call import Call, get, path, reads, text
from xianjie.client.resources.ledgers import PolicyOfState
from xianjie.client.shape import Shape


class DueShown(Shape):
    """一个日子 one day. `readings`：文本有几种读法、日子不同时，哪种给出这一天 which readings give this day."""

    uid: str
    day: str
    what: str
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
    state: str
    force: str | None
    clause: str | None
    policy: PolicyOfState
    summary: str


class CalendarShown(Shape):
    """期限 due days, in the order of time."""

    as_of: str
    from_: str = Field(alias="from")
    to: str
    items: list[DueShown]


def get_calendar(
    *,
    from_: dt.date | str | None = None,
    to: dt.date | str | None = None,
    region: str | None = None,
    division: str | None = None,
    as_of: dt.date | str | None = None,
    due_soon_days: int | None = None,
    lang: str | None = None,
) -> Call[CalendarShown]:
    """期限 Due days."""
    return get(
        path(
            "v1",
            "calendar",
            from_=from_,
            to=to,
            region=region,
            division=division,
            as_of=as_of,
            due_soon_days=due_soon_days,
            lang=lang,
        ),
        reads(CalendarShown),
        cached=True,
    )


def get_calendar_feed(
    *,
    from_: dt.date | str | None = None,
    to: dt.date | str | None = None,
    region: str | None = None,
    division: str | None = None,
    as_of: dt.date | str | None = None,
    due_soon_days: int | None = None,
    lang: str | None = None,
) -> Call[str]:
    """期限的日历订阅 The due days as iCalendar."""
    return get(
        path(
            "v1",
            "calendar.ics",
            from_=from_,
            to=to,
            region=region,
            division=division,
            as_of=as_of,
            due_soon_days=due_soon_days,
            lang=lang,
        ),
        text,
        cached=True,
    )
