"""Work out when a periodic duty is due next, rolling from the last time or by the calendar's own periods."""

from __future__ import annotations

import datetime as dt

from xianjie.language.calendar import LAST_DAY, add_months, add_period, parse_period


def due_date(last: int, period: str, cycle: str) -> int:
    """Give the last day on which the next turn is still in time (an ordinal).

    `rolling` counts the period from the last time, with the month's end clamped; `calendar` gives the end of the
    calendar period after the one in which the last time lies, for whole months that divide a year, or whole years.
    """
    parsed = parse_period(period)
    assert parsed is not None, period
    months, days = parsed
    if cycle == "rolling" or days:
        return add_period(last, days, "days") if days else add_months(last, months)
    day = dt.date.fromordinal(last)
    index = (day.year * 12 + day.month - 1) // months
    after = (index + 2) * months
    if after // 12 > dt.MAXYEAR:
        return LAST_DAY
    return dt.date(after // 12, after % 12 + 1, 1).toordinal() - 1
