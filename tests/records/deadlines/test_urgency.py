"""Ledgers and duties by urgency: what is overdue before all else, and what nobody can tell behind all days."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from tests.records.deadlines.test_due_dates import many
from tests.records.reckoning import TODAY, WORKER, Counting, begun, on, opened

from xianjie.engine.answer import DutyStatus, LedgerStatus
from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing, listed_by_state
from xianjie.records.deadlines.urgency import RANKS, listed_by_urgency, rank
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.urgency import Urgent

DAY = "2025-08-01"


def listed(keeping: Keeping, kind: Kind = LEDGERS, day: str = DAY, **more: Any) -> Urgent[Standing]:
    asked = more.pop("asked", Asked({}, limit=200))
    return listed_by_urgency(keeping, WORKER, kind, asked, more.pop("statuses", frozenset()), on(day), **more)


def ids(found: Urgent[Standing]) -> list[str]:
    return [one.item.record.id for one in found.items]


def test_every_state_that_there_is_has_its_place() -> None:
    assert {*get_args(LedgerStatus), *get_args(DutyStatus)} == {*RANKS, "ambiguous"}


def test_ledgers_are_overdue_then_soon_then_later_then_open(keeping: Keeping) -> None:
    expected = [
        opened(keeping, "tianjin", "12", last_updated="2023-05-01"),  # overdue for longest
        opened(keeping, "tianjin", "12", last_updated="2024-12-31"),  # overdue since a month
        opened(keeping, "hubei", last_updated="2024-05-01"),  # overdue by one reading of two
        opened(keeping, "tianjin", "12", last_updated="2025-02-10"),
        opened(keeping, "tianjin", "12", last_updated="2025-07-20"),
        opened(keeping, "hubei", last_updated="2025-07-01"),
        opened(keeping, "hubei", kind=None),
        opened(keeping, "tianjin", "12", kind="demand", level="township"),
        opened(keeping, "jinhua", "3307"),
    ]
    assert [(one.item.record.id, one.status) for one in listed(keeping).items] == [
        (record.id, status)
        for record, status in zip(
            expected,
            (
                "overdue",
                "overdue",
                "ambiguous",
                "due_soon",
                "fresh",
                "fresh",
                "undetermined",
                "no_fixed_interval",
                "not_stipulated",
            ),
            strict=True,
        )
    ]


def test_a_ledger_moves_up_on_the_day_it_is_due_and_the_day_after(keeping: Keeping) -> None:
    moves = opened(keeping, "tianjin", "12", last_updated="2025-02-10")  # due on the 10th of August
    stays = opened(keeping, "tianjin", "12", last_updated="2025-02-08")
    ranks = {}
    for day in ("2025-08-09", "2025-08-10", "2025-08-11"):
        found = listed(keeping, day=day)
        (one,) = [one for one in found.items if one.item.record.id == moves.id]
        ranks[day] = rank(LEDGERS, one, on(day))
        assert ids(found)[0] == stays.id  # due two days earlier
    # from the 11th on it is overdue by one reading of two
    assert ranks == {"2025-08-09": (2, "2025-08-10"), "2025-08-10": (2, "2025-08-10"), "2025-08-11": (1, "2025-08-10")}


def test_duties_not_met_come_first_the_longest_before_the_others(keeping: Keeping) -> None:
    expected = [
        begun(keeping, year=2023, count=0),
        begun(keeping, year=2024, count=1),
        begun(keeping, kind="festival_visits", year=2024, count=3),
        begun(keeping, count=1),
        begun(keeping, count=2),
        begun(keeping),
        begun(keeping, kind="charity_training"),
        begun(keeping, kind="task_analysis"),
    ]
    found = listed(keeping, DUTIES)
    assert [one.status for one in found.items] == [
        "not_met",
        "not_met",
        "ambiguous",
        "in_progress",
        "met",
        "undetermined",
        "no_fixed_interval",
        "not_stipulated",
    ]
    assert ids(found) == [one.id for one in expected]


def test_without_a_region_there_is_no_state_and_it_comes_last(keeping: Keeping) -> None:
    regions = discover()
    gone = opened(keeping, "tianjin", "12", last_updated="2020-05-01")
    silent = opened(keeping, "jinhua", "3307")
    few = Reckoning(Engine(regions.load(["jinhua"]), regions.vocabulary), dt.date(2025, 8, 1).toordinal())
    found = listed_by_urgency(keeping, WORKER, LEDGERS, Asked({}), frozenset(), few)
    assert ids(found) == [silent.id, gone.id]


@pytest.mark.parametrize("statuses", [frozenset(), frozenset({"overdue"}), frozenset({"due_soon", "ambiguous"})])
def test_pages_hold_the_same_records_as_the_list_by_ids(keeping: Keeping, statuses: frozenset[str]) -> None:
    many(keeping, 60)
    by_id = listed_by_state(keeping, WORKER, LEDGERS, Asked({}, limit=200), statuses, on(DAY)).standings
    seen: list[str] = []
    after: str | None = None
    while True:
        found = listed(keeping, statuses=statuses, asked=Asked({}, after=after, limit=7))
        assert found.in_order
        seen += ids(found)
        after = found.after
        if after is None:
            break
    assert sorted(seen) == [one.item.record.id for one in by_id]
    whole = listed(keeping, statuses=statuses)
    assert seen == ids(whole)
    ranks = [rank(LEDGERS, one, on(DAY)) for one in whole.items]
    assert [one[0] for one in ranks] == sorted(one[0] for one in ranks)


@pytest.mark.parametrize(("most", "in_order"), [(19, False), (20, True), (21, True)])
def test_more_than_can_be_put_in_order_stays_by_id_and_says_so(keeping: Keeping, most: int, in_order: bool) -> None:
    many(keeping, 20)
    found = listed(keeping, most=most, asked=Asked({}, limit=8))
    assert found.in_order is in_order
    assert (ids(found) == sorted(ids(found))) is not in_order
    if not in_order:  # pages go on as the list by ids does, and a place of the other order leads to the first of them
        rest = listed(keeping, most=most, asked=Asked({}, after=found.after, limit=200))
        assert len(rest.items) == 12
        again = listed(keeping, most=most, asked=Asked({}, after="0.2025-01-01.x", limit=8))
        assert ids(again) == ids(found)


def test_all_are_judged_in_a_few_cases(keeping: Keeping) -> None:
    many(keeping, 450)
    counting = Counting(keeping)
    reckoning = Reckoning(counting, TODAY.toordinal())
    found = listed_by_urgency(keeping, WORKER, LEDGERS, Asked({}, limit=30), frozenset(), reckoning)
    assert (len(found.items), counting.calls <= 6) == (30, True)
