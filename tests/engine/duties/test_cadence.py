"""When a periodic duty is due again: rolling, and by the calendar's own periods."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from tests.engine.asking import day, iso

from xianjie.engine.duties.cadence import due_date
from xianjie.language.calendar import LAST_DAY

MONTHS = {"P1Y": 12, "P6M": 6, "P3M": 3, "P1M": 1}


@pytest.mark.parametrize(
    ("last", "period", "due"),
    [
        ("2024-11-15", "P1Y", "2025-11-15"),
        ("2024-11-15", "P6M", "2025-05-15"),
        ("2024-11-15", "P3M", "2025-02-15"),
        ("2024-11-15", "P1M", "2024-12-15"),
        ("2024-11-15", "P10D", "2024-11-25"),
        # the month's end is clamped, and does not come back
        ("2024-08-31", "P6M", "2025-02-28"),
        ("2023-08-31", "P6M", "2024-02-29"),
        ("2025-02-28", "P6M", "2025-08-28"),
        ("2025-01-31", "P1M", "2025-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-12-31", "P3M", "2025-03-31"),
        ("2025-03-31", "P3M", "2025-06-30"),
        # 29 February
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P6M", "2024-08-29"),
        ("2024-02-29", "P3M", "2024-05-29"),
        ("2024-02-29", "P1M", "2024-03-29"),
        ("2024-02-29", "P10D", "2024-03-10"),
        ("2025-02-28", "P1Y", "2026-02-28"),
        ("2024-12-31", "P10D", "2025-01-10"),
        ("2020-02-29", "P4Y", "2024-02-29"),
    ],
)
def test_rolling_counts_from_the_last_time(last: str, period: str, due: str) -> None:
    assert iso(due_date(day(last), period, "rolling")) == due


@pytest.mark.parametrize(
    ("last", "period", "due"),
    [
        ("2024-01-01", "P1Y", "2025-12-31"),
        ("2024-12-31", "P1Y", "2025-12-31"),
        ("2025-01-01", "P1Y", "2026-12-31"),
        ("2024-06-30", "P6M", "2024-12-31"),
        ("2024-07-01", "P6M", "2025-06-30"),
        ("2024-12-31", "P6M", "2025-06-30"),
        ("2025-01-01", "P6M", "2025-12-31"),
        ("2024-03-31", "P3M", "2024-06-30"),
        ("2024-04-01", "P3M", "2024-09-30"),
        ("2024-10-01", "P3M", "2025-03-31"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2025-01-31", "P1M", "2025-02-28"),
        ("2024-11-30", "P1M", "2024-12-31"),
        ("2024-12-01", "P1M", "2025-01-31"),
        ("2024-02-29", "P1Y", "2025-12-31"),
        ("2024-02-29", "P6M", "2024-12-31"),
        ("2024-02-29", "P3M", "2024-06-30"),
        ("2024-02-29", "P1M", "2024-03-31"),
        # a period of days has no calendar of its own
        ("2024-11-15", "P10D", "2024-11-25"),
    ],
)
def test_calendar_ends_the_period_after_the_one_of_the_last_time(last: str, period: str, due: str) -> None:
    assert iso(due_date(day(last), period, "calendar")) == due


def _period_of(date: dt.date, months: int) -> int:
    return (date.year * 12 + date.month - 1) // months


@pytest.mark.parametrize("period", list(MONTHS))
def test_the_calendars_day_is_the_last_of_the_next_period(period: str) -> None:
    chance = random.Random(period)
    months = MONTHS[period]
    for _ in range(2000):
        last = dt.date.fromordinal(chance.randrange(day("1990-01-01"), day("2080-12-31")))
        due = dt.date.fromordinal(due_date(last.toordinal(), period, "calendar"))
        after = due + dt.timedelta(days=1)
        assert due > last
        assert after.day == 1
        assert _period_of(due, months) == _period_of(last, months) + 1
        assert _period_of(after, months) == _period_of(due, months) + 1


@pytest.mark.parametrize("period", [*MONTHS, "P10D"])
def test_the_rolling_day_is_never_later_than_the_calendars_and_lies_in_the_same_period(period: str) -> None:
    chance = random.Random(period)
    for _ in range(2000):
        last = chance.randrange(day("1990-01-01"), day("2080-12-31"))
        rolling, calendar = due_date(last, period, "rolling"), due_date(last, period, "calendar")
        assert last < rolling <= calendar
        if period in MONTHS:
            rolled = dt.date.fromordinal(rolling)
            assert _period_of(rolled, MONTHS[period]) == _period_of(dt.date.fromordinal(calendar), MONTHS[period])


@pytest.mark.parametrize("cycle", ["rolling", "calendar"])
@pytest.mark.parametrize("period", [*MONTHS, "P10D"])
def test_a_later_last_time_is_never_due_earlier(period: str, cycle: str) -> None:
    dues = [due_date(last, period, cycle) for last in range(day("2023-01-01"), day("2025-12-31"))]
    assert dues == sorted(dues)


@pytest.mark.parametrize("cycle", ["rolling", "calendar"])
@pytest.mark.parametrize("period", [*MONTHS, "P10D", "P999Y"])
def test_the_calendar_itself_ends_and_the_due_day_with_it(period: str, cycle: str) -> None:
    assert due_date(LAST_DAY, period, cycle) == LAST_DAY
    assert due_date(day("9998-12-31"), period, cycle) <= LAST_DAY
