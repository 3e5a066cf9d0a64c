"""Count days, months and years as the field does: to the corresponding day, or to the month's last."""

from __future__ import annotations

import datetime as dt
import re
from calendar import month_name, monthrange
from typing import Literal

NEVER = 0
"""The ordinal of an event known not to have happened: before every day."""

FIRST_DAY = 1
LAST_DAY = dt.date.max.toordinal()

_PERIOD = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?")

BEIJING = dt.timezone(dt.timedelta(hours=8))
"""Beijing's offset from UTC: no daylight saving since 1991, and no time zone database is needed."""


def add_months(ordinal: int, months: int) -> int:
    """Move a day by months, clamped to the month's last day and to the calendar's ends.

    Source: Civil Code art. 202 (the corresponding day, else the last of the month), by analogy.
    """
    day = dt.date.fromordinal(ordinal)
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < 1:
        return FIRST_DAY
    if year > dt.MAXYEAR:
        return LAST_DAY
    return dt.date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1])).toordinal()


def add_period(ordinal: int, amount: int, unit: Literal["years", "months", "days"]) -> int:
    """Move a day by whole years, months or days."""
    if unit == "days":
        return max(FIRST_DAY, min(LAST_DAY, ordinal + amount))
    return add_months(ordinal, amount * 12 if unit == "years" else amount)


def window_start(as_of: int, amount: int, unit: Literal["years", "months", "days"], last_day_inside: bool) -> int:
    """Find the first day whose period has not run out on `as_of`; exact under month-end clamping.

    With `last_day_inside` the period's last day still counts, otherwise it does not.
    """

    def inside(day: int) -> bool:
        end = add_period(day, amount, unit)
        return end >= as_of if last_day_inside else end > as_of

    day = max(FIRST_DAY, add_period(as_of, -amount, unit) - 4)
    while not inside(day):
        day += 1
    return day


def iso(ordinal: int) -> str:
    """Write an ordinal as an ISO date, and a day that never came as `never`."""
    return "never" if ordinal == NEVER else dt.date.fromordinal(ordinal).isoformat()


def parse_period(text: str) -> tuple[int, int] | None:
    """Read an ISO 8601 period of years and months, or of days, as (months, days); None if it is not one."""
    found = _PERIOD.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    years, months, days = (int(part or 0) for part in found.groups())
    whole = years * 12 + months
    if (whole and days) or not (whole or days):
        return None
    return whole, days


def day_text(value: dt.date | str | int, lang: str) -> str:
    """Write a day as a language does, `2025年5月1日`, given as a date, in ISO 8601, or as an ordinal."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    elif isinstance(value, int):
        value = dt.date.fromordinal(value)
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {month_name[value.month]} {value.year}"


def with_days(text: str, lang: str) -> str:
    """Write the days of a sentence of ours, which stand there in ISO 8601, as a language does."""
    return _ISO_DAY.sub(lambda found: day_text(found[0], lang), text)


_ISO_DAY = re.compile(r"(?<![0-9-])[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![0-9-])")
