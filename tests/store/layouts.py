"""A small layout, and what the tests put into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from xianjie.errors import XianjieError
from xianjie.store import Collection, Layout, Store, layout

Open = Callable[[], Store]

AT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def small_layout() -> Layout:
    """Declare notes (a unique path, two others, one of them nested), and decisions that only grow; two chains."""
    return layout(
        Collection("decisions", indexed=("case",), append_only=True),
        Collection("notes", unique=("code",), indexed=("kind", "place.division")),
        chains=("audit", "other"),
    )


def code_of(error: XianjieError) -> str:
    """Give the one code of an error."""
    (problem,) = error.problems
    return problem.code
