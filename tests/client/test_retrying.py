"""How long to wait before a retry: drawn below a bound that doubles, never less than asked, and not for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianjie.client.retrying import Retrying, retry_after

DATE = "Fri, 01 Aug 2025 00:00:00 GMT"


def test_the_bound_doubles_until_the_longest() -> None:
    asked: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        asked.append((low, high))
        return high

    retrying = Retrying(tries=8, first=0.5, longest=5.0, draw=draw)
    assert [retrying.wait(failed) for failed in range(1, 9)] == [0.5, 1, 2, 4, 5, 5, 5, None]
    assert {low for low, _ in asked} == {0.0}


@given(st.integers(1, 6), st.none() | st.floats(0, 60))
def test_a_wait_is_what_was_asked_for_and_some_more(failed: int, asked: float | None) -> None:
    found = Retrying(tries=7).wait(failed, asked)
    assert found is not None
    assert (asked or 0.0) <= found <= (asked or 0.0) + 0.2 * 2 ** (failed - 1)


def test_whoever_is_to_wait_too_long_gives_up() -> None:
    assert Retrying(patience=60).wait(1, 60.0) is not None
    assert Retrying(patience=60).wait(1, 60.1) is None
    assert Retrying(tries=1).wait(1) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "Fri, 01 Aug 2025 00:00:30 GMT", "date": DATE}, 30),
        ({"retry-after": "Thu, 31 Jul 2025 00:00:30 GMT", "date": DATE}, 0),
        ({"retry-after": "Fri, 01 Aug 2025 00:00:30 GMT"}, None),
        ({"retry-after": "Fri, 01 Aug 2025 00:00:30 GMT", "date": "today"}, None),
        ({"retry-after": "soon", "date": DATE}, None),
        ({"retry-after": "-1", "date": DATE}, None),
        ({"retry-after": "1.5", "date": DATE}, None),
        ({"retry-after": "", "date": DATE}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
