"""Pages hold what a principal reaches, each record once, in order, held to a plain list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.setting import charity, kept

from xianjie.access import Action, Division, Grant, Principal, Reach, Resource, Role
from xianjie.records import pages
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked, page
from xianjie.records.placing import place_of
from xianjie.store import Record

PLACES = ("", "42", "4205", "420502", "420502001", "4206", "43", "4301", "430102", "11")
COLLECTION = "cases"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Keeping, Sequence[Record]]]:
    """Keep six cases in each place, two of each state, under ids in no order of the places."""
    with kept(tmp_path_factory.mktemp("many")) as keeping:
        with keeping.store.transaction() as transaction:
            for number in range(6 * len(PLACES)):
                place = PLACES[number * 7 % len(PLACES)]
                body = {**charity(place=place).body(), "state": f"s{number % 3}"}
                transaction.insert(COLLECTION, f"id-{number * 17 % 60:03}", body)
        with keeping.store.read() as view:
            records = view.find(COLLECTION, limit=200)
        assert [record.id for record in records] == sorted(record.id for record in records)
        yield keeping, records


def worker(places: Sequence[str]) -> Principal:
    return Principal("k", "h", frozenset(Grant(Role.CASE_WORKER, Division(place)) for place in places))


def walked(keeping: Keeping, principal: Principal, asked: Asked) -> list[str]:
    """Go through all pages."""
    found: list[str] = []
    after = asked.after
    while True:
        with keeping.look(principal) as desk:
            one = page(
                desk, Action.READ, Resource.CASE, COLLECTION, Asked(asked.where, asked.division, after, asked.limit)
            )
        assert len(one.records) <= asked.limit
        found += [record.id for record in one.records]
        if one.after is None:
            return found
        assert len(one.records) == asked.limit
        after = one.after


places = st.sampled_from(PLACES)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(places, min_size=1, max_size=4),
    st.none() | places,
    st.integers(1, 25),
    st.none() | st.integers(0, 60).map("id-{:03}".format),
    st.sampled_from([{}, {"state": "s0"}, {"state": "s9"}]),
)
def test_the_pages_are_the_plain_list_in_slices(
    many: tuple[Keeping, Sequence[Record]],
    reached: list[str],
    inside: str | None,
    limit: int,
    after: str | None,
    where: dict[str, str],
) -> None:
    keeping, records = many
    wanted = [
        record.id
        for record in records
        if any(Division(one).covers(place_of(record.body)) for one in reached)
        and (inside is None or Division(inside).covers(place_of(record.body)))
        and (after is None or record.id > after)
        and all(record.body[name] == value for name, value in where.items())
    ]
    division = None if inside is None else Division(inside)
    assert walked(keeping, worker(reached), Asked(where, division, after, limit)) == wanted


def test_a_page_that_ends_with_the_list_is_the_last(many: tuple[Keeping, Sequence[Record]]) -> None:
    keeping, records = many
    with keeping.look(worker([""])) as desk:
        whole = page(desk, Action.READ, Resource.CASE, COLLECTION, Asked({}, limit=len(records)))
        almost = page(desk, Action.READ, Resource.CASE, COLLECTION, Asked({}, limit=len(records) - 1))
    assert (len(whole.records), whole.after) == (60, None)
    assert (len(almost.records), almost.after) == (59, almost.records[-1].id)


def test_more_than_is_fetched_at_once_leaves_no_gap(
    many: tuple[Keeping, Sequence[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping, records = many
    monkeypatch.setattr(pages, "AT_ONCE", 4)
    assert walked(keeping, worker(["42", "4205", "43"]), Asked({}, limit=7)) == [
        record.id for record in records if record.body["division"][:2] in ("42", "43")
    ]


def test_who_may_not_at_all_reaches_nothing(many: tuple[Keeping, Sequence[Record]]) -> None:
    keeping, _ = many
    reader = Principal("k", "h", frozenset({Grant(Role.READER, Division(""))}))
    assert walked(keeping, reader, Asked({})) == []


def test_what_else_is_to_be_kept_is_asked_with_the_reach(many: tuple[Keeping, Sequence[Record]]) -> None:
    keeping, records = many
    asked: set[Reach] = set()

    def keep(record: Record, within: Reach) -> bool:
        asked.add(within)
        return bool(record.body["state"] == "s1")

    with keeping.look(worker(["4205", "43"])) as desk:
        found = page(desk, Action.READ, Resource.CASE, COLLECTION, Asked({}, limit=200), keep)
    assert asked == {Reach(Division("4205")), Reach(Division("43"))}
    assert [one.id for one in found.records] == [
        record.id
        for record in records
        if record.body["state"] == "s1" and record.body["division"].startswith(("4205", "43"))
    ]
