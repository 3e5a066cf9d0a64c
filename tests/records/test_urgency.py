"""Lists with the most urgent first: pages that together hold all of it in order, whatever happens between them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.records.urgency import DAYLESS, Rank, Urgent, from_place, is_place
from xianjie.store import Record


@dataclass(frozen=True)
class Thing:
    """Anything with a rank and an id."""

    rank: Rank
    id: str


def page(things: list[Thing], after: str | None, limit: int) -> Urgent[Thing]:
    return from_place(things, lambda one: one.rank, lambda one: Record("things", one.id, 1, {}), after, limit)


def walked(things: list[Thing], limit: int) -> list[Thing]:
    seen: list[Thing] = []
    after: str | None = None
    while True:
        found = page(things, after, limit)
        assert len(found.items) == limit or found.after is None
        seen += found.items
        after = found.after
        if after is None:
            return seen
        assert is_place(after)


RANKS = st.tuples(st.integers(0, 3), st.sampled_from([DAYLESS, "2024-02-29", "2025-01-01", "2025-01-02"]))
THINGS = st.dictionaries(st.from_regex(r"[a-z0-9][a-z0-9-]{0,3}", fullmatch=True), RANKS, max_size=12).map(
    lambda found: [Thing(rank, id) for id, rank in found.items()]
)


@settings(max_examples=60, deadline=None)
@given(THINGS, st.integers(1, 5))
def test_pages_hold_all_of_it_once_by_rank_then_day_then_id(things: list[Thing], limit: int) -> None:
    days = {DAYLESS: "9999-12-31"}
    expected = sorted(things, key=lambda one: (one.rank[0], days.get(one.rank[1], one.rank[1]), one.id))
    assert walked(things, limit) == expected


@settings(max_examples=60, deadline=None)
@given(THINGS, st.integers(1, 5), RANKS)
def test_what_comes_or_goes_between_two_pages_moves_no_other(things: list[Thing], limit: int, rank: Rank) -> None:
    first = page(things, None, limit)
    if first.after is None:
        return
    later = [Thing(rank, "zzzzz"), *(one for one in things if one != first.items[-1])]
    rest = walked_from(later, first.after, limit)
    seen = [*first.items, *(one for one in rest if one.id != "zzzzz")]
    assert sorted(seen, key=lambda one: one.id) == sorted(things, key=lambda one: one.id)
    assert len(seen) == len(things)


def walked_from(things: list[Thing], after: str | None, limit: int) -> list[Thing]:
    seen: list[Thing] = []
    while after is not None:
        found = page(things, after, limit)
        seen += found.items
        after = found.after
    return seen


@pytest.mark.parametrize(
    "text",
    ["", "abc", "0.2025-01-01", "0.2025-01-01.", "x.-.abc", "10.-.abc", "0.-.AB", "0.-.a b", "0.-.a\n", "-1.-.a"],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert not is_place(text)
    assert page([Thing((0, DAYLESS), "a")], text, 5).items  # and leads to the first page
