"""The bucket against one that is filled drop by drop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.access import Bucket, Rate, full, take

SECOND = 1_000_000_000


def test_a_burst_then_the_rate() -> None:
    rate, at = Rate(tokens=2, seconds=1, burst=3), 10 * SECOND
    bucket = full(rate, at)
    for left in (2, 1, 0):
        taken = take(rate, bucket, at)
        bucket = taken.bucket
        assert (taken.allowed, taken.remaining, taken.retry_after) == (True, left, 0)
    taken = take(rate, bucket, at)
    assert (taken.allowed, taken.remaining, taken.retry_after) == (False, 0, SECOND // 2)
    assert not take(rate, taken.bucket, at + SECOND // 2 - 1).allowed
    assert take(rate, taken.bucket, at + SECOND // 2).allowed


def test_it_never_holds_more_than_its_burst() -> None:
    rate = Rate(1, 1, 2)
    taken = take(rate, full(rate, 0), 10**15, 2)
    assert (taken.allowed, taken.remaining) == (True, 0)


def test_what_will_never_be_there_has_no_time() -> None:
    rate = Rate(1, 1, 2)
    assert take(rate, full(rate, 0), 0, 3).retry_after is None
    assert take(rate, full(rate, 0), 0, 2).allowed


def test_a_clock_that_goes_back_gives_nothing() -> None:
    rate = Rate(1, 1, 1)
    bucket = take(rate, full(rate, 5 * SECOND), 5 * SECOND).bucket
    back = take(rate, bucket, 0)
    assert not back.allowed
    assert back.bucket == bucket
    assert not take(rate, back.bucket, 5 * SECOND + SECOND - 1).allowed
    assert take(rate, back.bucket, 6 * SECOND).allowed


@pytest.mark.parametrize("numbers", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_a_rate_is_of_whole_numbers_from_one(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="from 1"):
        Rate(*numbers)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 7),
    st.integers(1, 5),
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(1, 7)), max_size=25),
)
def test_in_any_stretch_of_time_no_more_is_taken_than_the_rate_and_the_burst(
    tokens: int, seconds: int, burst: int, steps: list[tuple[int, int]]
) -> None:
    rate = Rate(tokens, seconds, burst)
    bucket, at = full(rate, 0), 0
    taken_at: list[tuple[int, int]] = []
    for wait, wanted in steps:
        at += wait
        taken = take(rate, bucket, at, wanted)
        bucket = taken.bucket
        if taken.allowed:
            taken_at.append((at, wanted))
        elif taken.retry_after is not None:
            assert taken.retry_after > 0
            assert take(rate, bucket, at + taken.retry_after, wanted).allowed
            assert not take(rate, bucket, at + taken.retry_after - 1, wanted).allowed
        else:
            assert wanted > burst
    for index, (begins, _) in enumerate(taken_at):
        for until in range(index, len(taken_at)):
            spent = sum(wanted for _, wanted in taken_at[index : until + 1])
            assert (spent - burst) * seconds * SECOND <= tokens * (taken_at[until][0] - begins)


def test_a_bucket_is_two_numbers_to_keep() -> None:
    rate = Rate(1, 60, 5)
    assert full(rate, 7) == Bucket(5 * 60 * SECOND, 7)
