"""Read the clock, at this edge and nowhere below: the day in Beijing."""

from __future__ import annotations

import datetime as dt

from xianjie.language.calendar import BEIJING


def today() -> dt.date:
    """Give the day it is in Beijing."""
    return dt.datetime.now(BEIJING).date()


def now() -> dt.datetime:
    """Give the instant it is, in UTC."""
    return dt.datetime.now(dt.UTC)
