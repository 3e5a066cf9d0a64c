"""When a periodic duty is due next, for a column of days: as `engine.duties.cadence` counts for one."""

from __future__ import annotations

import datetime as dt

import polars as pl

from xianjie.engine.duties.cadence import due_date
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, parse_period
from xianjie.population.compiler.columns import EPOCH


def due_days(last: pl.Series, period: str, cycle: str) -> pl.Series:
    """Give for each day (an ordinal) the last day on which the next turn is in time; null for null and for never.

    Where the days lie close together each different one is worked out once.
    """
    days = pl.DataFrame({"day": last}).select(pl.when(pl.col("day") >= FIRST_DAY).then("day"))["day"]
    first, final = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(final, int):
        return days
    if final - first >= len(days):
        return _due(days, period, cycle)
    table = _due(pl.int_range(first, final + 1, dtype=pl.Int32, eager=True), period, cycle)
    return table.gather(days - first)


def _due(days: pl.Series, period: str, cycle: str) -> pl.Series:
    parsed = parse_period(period)
    assert parsed is not None, period
    months, several = parsed
    day = (pl.col("day") - EPOCH).cast(pl.Date)
    if several:
        due = pl.col("day") + several
    elif cycle == "rolling":
        due = day.dt.offset_by(f"{months}mo").to_physical() + EPOCH
    else:
        after = ((day.dt.year().cast(pl.Int32) * 12 + day.dt.month() - 1) // months + 2) * months
        late = after // 12 > dt.MAXYEAR
        opening = pl.date(pl.when(late).then(1).otherwise(after // 12), after % 12 + 1, 1)
        due = pl.when(late).then(LAST_DAY).otherwise(opening.to_physical() + EPOCH - 1)
    return pl.DataFrame({"day": days}).select(due.clip(upper_bound=LAST_DAY).cast(pl.Int32).alias("due"))["due"]


def due_by(day: int, period: str, cycle: str, latest: int) -> int:
    """Find the last day, none after `latest`, from which the next turn is due on `day` at the latest; 0: none.

    A later day is never due earlier, so that a status turns into a window of days.
    """
    low, high = FIRST_DAY - 1, latest
    while low < high:
        middle = (low + high + 1) // 2
        if due_date(middle, period, cycle) <= day:
            low = middle
        else:
            high = middle - 1
    return low
