"""How ledgers stand: what the engine says under the regions' own documents, on the days around each threshold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.records.reckoning import TODAY, WORKER, Counting, begun, engine, on, opened, standing, state, updated
from tests.records.setting import someone

from xianjie.access import Division, Role, division
from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Reckoning, listed_by_state
from xianjie.records.desk import Keeping
from xianjie.records.ids import new_id
from xianjie.records.pages import Asked
from xianjie.records.reading_choices import Settlement, settle

DAY = dt.timedelta(days=1)
EDITOR = someone(Role.POLICY_EDITOR, "national", id="key-e")


def settled(keeping: Keeping, region: str, axis: str, option: str, place: str) -> None:
    policy = engine().documents.answering(region, TODAY.toordinal())
    with keeping.change(EDITOR) as change:
        settle(change, policy, Settlement(axis, option, "统一口径", "局务会", division(place)))


def after(day: dt.date, days: int) -> str:
    return (day + days * DAY).isoformat()


# A yearly and a half-yearly ledger, each updated on the last day of a calendar period: both counts end on one day.
THRESHOLDS = [
    ("hubei", "2024-12-31", dt.date(2025, 12, 31)),
    ("tianjin", "2024-12-31", dt.date(2025, 6, 30)),
]


@pytest.mark.parametrize(("region", "last", "due"), THRESHOLDS)
@pytest.mark.parametrize(
    ("days", "status"),
    [
        (-31, "fresh"),
        (-30, "due_soon"),
        (-29, "due_soon"),
        (-1, "due_soon"),
        (0, "due_today"),
        (1, "overdue"),
    ],
)
def test_the_days_around_a_due_date(
    keeping: Keeping, region: str, last: str, due: dt.date, days: int, status: str
) -> None:
    opened(keeping, region, "42" if region == "hubei" else "12", last_updated=last)
    found = state(keeping, LEDGERS, after(due, days))
    # half a year after 31 December is 30 June by either count
    assert (found["status"], found["next_due"]) == (status, due.isoformat())
    assert found["days_left"] == (None if days > 0 else -days)
    assert found["days_overdue"] == (days if days > 0 else None)
    assert found["clause"] is not None
    assert found["policy"]["id"] == engine().documents.answering(region, due.toordinal()).id


@pytest.mark.parametrize(("left", "status"), [(11, "fresh"), (10, "due_soon"), (9, "due_soon")])
def test_when_it_is_soon_is_for_the_asker_to_say(keeping: Keeping, left: int, status: str) -> None:
    opened(keeping, last_updated="2024-12-31")
    assert state(keeping, LEDGERS, after(dt.date(2025, 12, 31), -left), due_soon_days=10)["status"] == status


@pytest.mark.parametrize(
    ("region", "last", "day", "expected"),
    [
        ("hubei", "2024-02-29", "2025-02-28", "due_today"),
        ("hubei", "2024-02-29", "2025-03-01", "ambiguous"),  # the calendar year is not over
        ("hubei", "2023-02-28", "2024-02-28", "due_today"),
        ("tianjin", "2023-08-31", "2024-02-29", "due_today"),
        ("tianjin", "2023-08-31", "2024-03-01", "ambiguous"),
        ("tianjin", "2024-02-29", "2024-08-29", "due_today"),
    ],
)
def test_the_end_of_february(keeping: Keeping, region: str, last: str, day: str, expected: str) -> None:
    opened(keeping, region, "42" if region == "hubei" else "12", last_updated=last)
    assert state(keeping, LEDGERS, day)["status"] == expected


def test_before_its_first_day_a_ledger_is_not_known(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2025-05-01")
    updated(keeping, made.id, "updated", "2025-07-01")
    found = state(keeping, LEDGERS, "2025-04-30")
    assert (found["status"], found["missing"], found["next_due"]) == ("undetermined", ["ledger.last_updated"], None)
    assert state(keeping, LEDGERS, "2025-05-01")["next_due"] == "2026-05-01"
    assert state(keeping, LEDGERS, "2025-07-01")["next_due"] == "2026-07-01"


def test_an_update_without_its_hand_over_is_partial(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-10-10", provided_to_townships="2024-10-10")
    assert state(keeping, LEDGERS)["compliance"] == "full"
    updated(keeping, made.id, "updated", "2025-07-01")
    found = state(keeping, LEDGERS)
    assert (found["status"], found["compliance"], found["unmet"]) == ("fresh", "partial", ["hand_over"])
    updated(keeping, made.id, "provided_to_townships", "2025-07-02")
    assert state(keeping, LEDGERS)["compliance"] == "full"
    assert state(keeping, LEDGERS, "2025-07-01")["compliance"] == "partial"


def test_what_was_said_of_the_version_before_does_not_make_the_next_complete(keeping: Keeping) -> None:
    told = {"entered_on_platform": True, "provided_to_service_window": True}
    made = opened(keeping, "tianjin", "12", last_updated="2025-01-10", **told)
    assert state(keeping, LEDGERS)["compliance"] == "full"
    updated(keeping, made.id, "updated", "2025-07-01")
    found = state(keeping, LEDGERS)
    assert (found["compliance"], found["unmet"]) == ("unknown", [])
    assert found["compliance_missing"] == ["ledger.entered_on_platform", "ledger.provided_to_service_window"]
    updated(keeping, made.id, "entered_on_platform", "2025-07-01")
    updated(keeping, made.id, "provided_to_service_window", "2025-07-02", done=False)
    assert (state(keeping, LEDGERS)["compliance"], state(keeping, LEDGERS)["unmet"]) == ("partial", ["window"])


@pytest.mark.parametrize(
    ("region", "facts", "status"),
    [
        ("jinhua", {"kind": "supply"}, "not_stipulated"),
        ("shanghai", {"kind": "supply"}, "not_stipulated"),
        ("shanxi", {"kind": "supply"}, "not_reported"),
        ("hubei", {"kind": "demand"}, "not_stipulated"),
        ("tianjin", {"kind": "demand", "level": "township"}, "no_fixed_interval"),
        ("hubei", {"kind": None}, "undetermined"),
        ("hubei", {"established": False}, "undetermined"),
    ],
)
def test_where_the_text_gives_no_date_there_is_none(
    keeping: Keeping, region: str, facts: dict[str, Any], status: str
) -> None:
    opened(keeping, region, "4201", **facts)
    found = state(keeping, LEDGERS)
    assert (found["status"], found["next_due"]) == (status, None)


def test_what_an_office_settled_on_holds_for_its_ledgers_and_no_others(keeping: Keeping) -> None:
    settled(keeping, "hubei", "year", "calendar", "4205")
    inside = opened(keeping, place="420502", last_updated="2024-05-01")
    outside = opened(keeping, place="420602", last_updated="2024-05-01")
    page = listed_by_state(keeping, WORKER, LEDGERS, Asked({}), frozenset(), on("2025-08-01"))
    statuses = {one.item.record.id: one.status for one in page.standings}
    assert statuses == {inside.id: "fresh", outside.id: "ambiguous"}


def test_the_nearest_office_that_settled_anything_is_followed(keeping: Keeping) -> None:
    settled(keeping, "hubei", "year", "calendar", "42")
    settled(keeping, "hubei", "year", "rolling", "4205")
    settled(keeping, "tianjin", "half-year", "calendar", "national")
    expected = {}
    for region, place, status in (
        ("hubei", "4205", "overdue"),
        ("hubei", "420502", "overdue"),
        ("hubei", "420502001", "overdue"),
        ("hubei", "420602", "fresh"),
        ("hubei", "42", "fresh"),
        ("tianjin", "120101", "overdue"),
    ):
        expected[opened(keeping, region, place, last_updated="2024-05-01").id] = status
    page = listed_by_state(keeping, WORKER, LEDGERS, Asked({}), frozenset(), on("2025-08-01"))
    assert {one.item.record.id: one.status for one in page.standings} == expected


def test_a_ledger_of_a_region_that_is_there_no_more_has_no_state(keeping: Keeping) -> None:
    regions = discover()
    opened(keeping, "tianjin", "12", last_updated="2025-05-01")
    opened(keeping, last_updated="2025-05-01")
    few = Engine(regions.load(["hubei"]), regions.vocabulary)
    page = listed_by_state(keeping, WORKER, LEDGERS, Asked({}), frozenset(), Reckoning(few, TODAY.toordinal()))
    assert {one.item.region: one.status for one in page.standings} == {"tianjin": None, "hubei": "fresh"}


def test_a_fact_that_no_region_brings_any_more_leaves_the_others_their_states(keeping: Keeping) -> None:
    odd = opened(keeping, last_updated="2025-05-01", gone=True)
    good = opened(keeping, last_updated="2025-05-01")
    page = listed_by_state(keeping, WORKER, LEDGERS, Asked({}), frozenset(), on("2025-08-01"))
    assert {one.item.record.id: one.status for one in page.standings} == {odd.id: None, good.id: "fresh"}


def many(keeping: Keeping, count: int) -> dict[str, str]:
    """Put in many ledgers, of two regions, and give their last updates by id."""
    made = opened(keeping, last_updated="2024-12-31")
    other = opened(keeping, "tianjin", "12", last_updated="2024-12-31")
    days = {made.id: "2024-12-31", other.id: "2024-12-31"}
    with keeping.store.transaction() as transaction:
        for number in range(count - 2):
            last = (dt.date(2023, 1, 1) + number % 900 * DAY).isoformat()
            body = dict((made if number % 3 else other).body)
            body["opening"] = {**body["opening"], "last_updated": last}
            days[transaction.insert("ledgers", new_id(), body).id] = last
    return days


@pytest.mark.parametrize("limit", [1, 7, 50, 200])
@pytest.mark.parametrize("statuses", [set(), {"overdue"}, {"due_soon", "due_today"}, {"not_reported"}])
def test_pages_chosen_by_state_hold_each_that_is_in_it_once(keeping: Keeping, limit: int, statuses: set[str]) -> None:
    many(keeping, 60)
    wanted = frozenset(statuses)
    whole = listed_by_state(keeping, WORKER, LEDGERS, Asked({}, limit=200), frozenset(), on("2025-08-01"))
    assert whole.after is None
    expected = [one.item.record.id for one in whole.standings if not wanted or one.status in wanted]
    seen: list[str] = []
    after: str | None = None
    while True:
        asked = Asked({}, after=after, limit=limit)
        page = listed_by_state(keeping, WORKER, LEDGERS, asked, wanted, on("2025-08-01"))
        assert len(page.standings) == limit or page.after is None
        seen += [one.item.record.id for one in page.standings]
        after = page.after
        if after is None:
            break
    assert seen == expected


def test_two_thousand_ledgers_are_a_few_cases_and_no_transaction_waits_for_them(keeping: Keeping) -> None:
    many(keeping, 2000)
    counting = Counting(keeping)
    page = listed_by_state(
        keeping,
        WORKER,
        LEDGERS,
        Asked({}, limit=200),
        frozenset({"due_today"}),
        Reckoning(counting, TODAY.toordinal()),
    )
    assert 0 < len(page.standings) < 200
    assert counting.calls <= 2 * 10


def test_only_what_lies_within_reach_is_listed(keeping: Keeping) -> None:
    opened(keeping, place="420502", last_updated="2025-05-01")
    opened(keeping, place="420602", last_updated="2025-05-01")
    begun(keeping)
    reader = someone(Role.READER, "4205", id="key-r")
    page = listed_by_state(keeping, reader, LEDGERS, Asked({}), frozenset({"fresh"}), on("2025-08-01"))
    assert [one.item.record.body["division"] for one in page.standings] == ["420502"]
    assert not listed_by_state(keeping, reader, DUTIES, Asked({}), frozenset(), on("2025-08-01")).standings
    narrowed = Asked({}, Division("4206"))
    page = listed_by_state(keeping, WORKER, LEDGERS, narrowed, frozenset(), on("2025-08-01"))
    assert [one.item.record.body["division"] for one in page.standings] == ["420602"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"count": 2}, "met"),
        ({"count": 1}, "in_progress"),
        ({"year": 2024, "count": 1}, "not_met"),
        ({}, "undetermined"),
        ({"kind": "festival_visits", "year": 2024, "count": 3}, "ambiguous"),
        ({"kind": "charity_training"}, "no_fixed_interval"),
        ({"kind": "task_analysis"}, "not_stipulated"),
    ],
)
def test_duties_stand_as_the_engine_says(keeping: Keeping, facts: dict[str, Any], status: str) -> None:
    begun(keeping, **facts)
    assert standing(keeping, DUTIES).status == status
    page = listed_by_state(keeping, WORKER, DUTIES, Asked({}), frozenset({status}), on("2025-08-01"))
    assert len(page.standings) == 1
