"""Months, years and windows, held to a count by brute force."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import Literal

import pytest
from tests.language.setting import day

from xianjie.language.calendar import (
    FIRST_DAY,
    LAST_DAY,
    NEVER,
    add_months,
    add_period,
    iso,
    parse_period,
    window_start,
)

Unit = Literal["years", "months", "days"]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-01-29", 1, "2024-02-29"),
        ("2025-01-28", 1, "2025-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2024-12-31", 2, "2025-02-28"),
        ("2025-05-31", 1, "2025-06-30"),
        ("2025-06-30", 1, "2025-07-30"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2025-01-15", -1, "2024-12-15"),
        ("2025-05-01", 0, "2025-05-01"),
        ("1899-12-31", 2, "1900-02-28"),
        ("1999-12-31", 2, "2000-02-29"),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_on_the_months_last(start: str, months: int, end: str) -> None:
    assert iso(add_months(day(start), months)) == end


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("0001-01-01", -1, FIRST_DAY),
        ("0001-12-31", -12, FIRST_DAY),
        ("0002-01-01", -12, FIRST_DAY),
        ("0001-01-01", -(10**9), FIRST_DAY),
        ("9999-12-31", 1, LAST_DAY),
        ("9999-12-01", 1, LAST_DAY),
        ("9999-01-01", 10**9, LAST_DAY),
        ("9998-12-31", 12, LAST_DAY),
    ],
)
def test_the_calendar_has_ends(start: str, months: int, end: int) -> None:
    assert add_months(day(start), months) == end


def test_days_stop_at_the_ends_of_the_calendar() -> None:
    assert add_period(FIRST_DAY, -1, "days") == FIRST_DAY
    assert add_period(LAST_DAY, 1, "days") == LAST_DAY
    assert add_period(day("2024-02-28"), 1, "days") == day("2024-02-29")
    assert add_period(day("2024-02-29"), 1, "years") == day("2025-02-28")
    assert add_period(day("2024-02-29"), 2, "months") == day("2024-04-29")


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("amount", "unit"),
    [(1, "years"), (2, "years"), (4, "years"), (1, "months"), (6, "months"), (13, "months"), (1, "days"), (30, "days")],
)
def test_a_windows_first_day_agrees_with_trying_every_day(amount: int, unit: Unit, inside: bool) -> None:
    first, most = day("2023-11-01"), 4 * 366 + 10
    ends = {start: add_period(start, amount, unit) for start in range(first - most, first + 1501)}
    for as_of in range(first, first + 1500):
        start = window_start(as_of, amount, unit, inside)
        held = [one for one in range(as_of - most, as_of + 1) if ends[one] >= as_of + (not inside)]
        assert start == min(held)
        assert held == list(range(start, as_of + 1))


@pytest.mark.parametrize(
    ("as_of", "amount", "unit", "inside", "start"),
    [
        ("2025-05-01", 1, "years", True, "2024-05-01"),
        ("2025-05-01", 1, "years", False, "2024-05-02"),
        ("2025-02-28", 1, "years", True, "2024-02-28"),
        ("2025-02-28", 1, "years", False, "2024-03-01"),
        ("2024-02-29", 1, "years", True, "2023-03-01"),
        ("2025-03-31", 1, "months", True, "2025-03-01"),
        ("2025-02-28", 1, "months", True, "2025-01-28"),
        ("2025-02-28", 1, "months", False, "2025-02-01"),
        ("2025-05-01", 1, "days", True, "2025-04-30"),
        ("2025-05-01", 1, "days", False, "2025-05-01"),
    ],
)
def test_a_windows_first_day_at_the_ends_of_months(
    as_of: str, amount: int, unit: Unit, inside: bool, start: str
) -> None:
    assert iso(window_start(day(as_of), amount, unit, inside)) == start


@pytest.mark.parametrize("unit", ["years", "months", "days"])
def test_a_window_longer_than_the_calendar_starts_with_it(unit: Unit) -> None:
    assert window_start(day("0003-01-01"), 1200, unit, True) == FIRST_DAY


def test_dates_are_written_in_iso_and_never_as_a_word() -> None:
    assert (iso(NEVER), iso(FIRST_DAY), iso(LAST_DAY)) == ("never", "0001-01-01", "9999-12-31")
    assert iso(day("2025-05-01")) == "2025-05-01"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P1Y", (12, 0)),
        ("P6M", (6, 0)),
        ("P1Y6M", (18, 0)),
        ("P30D", (0, 30)),
        ("P999Y", (11_988, 0)),
        ("P", None),
        ("", None),
        ("P0D", None),
        ("P0M", None),
        ("P1Y1D", None),
        ("P1M1D", None),
        ("P1W", None),
        ("1Y", None),
        ("p1y", None),
        ("P1000Y", None),
        ("P-1Y", None),
        ("PT1H", None),
        ("P1Y ", None),
        ("P1.5Y", None),
        ("P6M1Y", None),
    ],
)
def test_periods(text: str, period: tuple[int, int] | None) -> None:
    assert parse_period(text) == period


def test_adding_a_month_never_leaves_the_next_month() -> None:
    start = dt.date(2023, 1, 1)
    for number in range(1500):
        before = start + dt.timedelta(number)
        after = dt.date.fromordinal(add_months(before.toordinal(), 1))
        assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == 1
        assert after.day == min(before.day, monthrange(after.year, after.month)[1])
