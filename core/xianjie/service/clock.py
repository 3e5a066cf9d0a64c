"""Read the clock, at this edge and nowhere below: the day in Beijing."""

from __future__ import annotations

import datetime as dt

_BEIJING = dt.timezone(dt.timedelta(hours=8))  # no daylight saving since 1991; needs no time zone database


def today() -> dt.date:
    """Give the day it is in Beijing."""
    return dt.datetime.now(_BEIJING).date()


def now() -> dt.datetime:
    """Give the instant it is, in UTC."""
    return dt.datetime.now(dt.UTC)
