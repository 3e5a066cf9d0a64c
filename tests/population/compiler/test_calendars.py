"""A column of days is counted on as the engine counts one: ends of months, of years and of the calendar, leap days."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from xianjie.engine.duties.cadence import due_date
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, NEVER
from xianjie.population.compiler.calendars import due_by, due_days

PERIODS = ("P1M", "P2M", "P3M", "P4M", "P6M", "P1Y", "P2Y", "P45D", "P99999D", "P999Y", "P7M")
CYCLES = ("rolling", "calendar")
CLOSE = list(range(dt.date(1999, 12, 1).toordinal(), dt.date(2004, 3, 5).toordinal()))
FAR = [
    *range(FIRST_DAY, 800),
    *(dt.date(year, 2, 28).toordinal() + step for year in range(1600, 2104) for step in range(3)),
    *(
        dt.date(year, month, 27).toordinal() + step
        for year in (2023, 2024)
        for month in range(1, 13)
        for step in range(8)
    ),
    *range(LAST_DAY - 800, LAST_DAY + 1),
]


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("period", PERIODS)
def test_every_day_is_due_when_the_engine_says(period: str, cycle: str) -> None:
    for days in (CLOSE, FAR):
        found = due_days(pl.Series("d", days, dtype=pl.Int32), period, cycle)
        assert found.dtype == pl.Int32
        assert found.to_list() == [due_date(day, period, cycle) for day in days]


def test_days_that_lie_close_are_each_worked_out_once_and_alike() -> None:
    days = pl.Series("d", [*CLOSE[:40], None, NEVER] * 3, dtype=pl.Int32)
    assert len(days) > 40
    apart = pl.concat([days, pl.Series([LAST_DAY], dtype=pl.Int32)])
    for cycle in CYCLES:
        close = due_days(days, "P6M", cycle).to_list()
        assert close == due_days(apart, "P6M", cycle).to_list()[:-1]
        assert close[40:42] == [None, None]
        assert close[0] == due_date(CLOSE[0], "P6M", cycle)


@pytest.mark.parametrize("values", [[], [None], [NEVER, None]])
def test_without_a_day_nothing_is_due(values: list[int | None]) -> None:
    found = due_days(pl.Series("d", values, dtype=pl.Int32), "P1Y", "rolling")
    assert found.to_list() == [None] * len(values)


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("period", ["P1M", "P6M", "P1Y", "P45D"])
def test_the_last_day_from_which_something_is_due_by_then(period: str, cycle: str) -> None:
    as_of = dt.date(2024, 2, 29).toordinal()
    for day in (as_of - 31, as_of - 1, as_of, as_of + 30, as_of + 400):
        from_then = [last for last in range(as_of - 1_500, as_of + 1) if due_date(last, period, cycle) <= day]
        assert due_by(day, period, cycle, as_of) == max(from_then, default=0)
    assert due_by(FIRST_DAY, period, cycle, as_of) == 0
    assert due_by(as_of, period, cycle, FIRST_DAY) == FIRST_DAY


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_later_day_is_never_due_earlier(cycle: str) -> None:
    for period in PERIODS:
        due = [due_date(day, period, cycle) for day in CLOSE]
        assert due == sorted(due)
