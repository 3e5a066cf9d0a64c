"""Counted duties: each time that it was done is counted on top of the opening, up to the day that is asked about."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.reckoning import WORKER, begun, engine, held, standing, state
from tests.records.setting import READER, someone

from xianjie.access import Division, Role
from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.records.deadlines.calendar import DUTIES
from xianjie.records.deadlines.duties import MOST, Duty, change_duty, duty, events, facts_on, record_duty
from xianjie.records.desk import Keeping
from xianjie.records.refusals import Clash, Denied, Missing

ALL = {"departments": True, "charities": True, "grassroots": True}


def test_two_consultations_are_enough_and_one_is_not(keeping: Keeping) -> None:
    made = begun(keeping, count=0)
    assert state(keeping, DUTIES)["status"] == "in_progress"
    held(keeping, made.id, "2025-03-01", present=ALL)
    found = state(keeping, DUTIES)
    assert (found["status"], found["actual"], found["shortfall"]) == ("in_progress", 1, 1)
    held(keeping, made.id, "2025-06-01", present=ALL)
    assert state(keeping, DUTIES)["status"] == "met"
    assert standing(keeping, DUTIES).item.facts == {
        "kind": "consultation",
        "level": "county",
        "year": 2025,
        "count": 2,
        "meetings": [ALL, ALL],
        "last_done": "2025-06-01",
    }


@pytest.mark.parametrize(("day", "count"), [("2025-02-28", 0), ("2025-03-01", 1), ("2025-05-31", 1), ("2025-06-01", 2)])
def test_a_past_day_counts_what_had_been_held(keeping: Keeping, day: str, count: int) -> None:
    made = begun(keeping, count=0)
    held(keeping, made.id, "2025-06-01")
    held(keeping, made.id, "2025-03-01")
    assert state(keeping, DUTIES, day)["actual"] == count


@pytest.mark.parametrize(("day", "status"), [("2025-12-31", "in_progress"), ("2026-01-01", "not_met")])
def test_the_year_ends_with_its_last_day(keeping: Keeping, day: str, status: str) -> None:
    made = begun(keeping, count=0)
    held(keeping, made.id, "2025-03-01")
    assert state(keeping, DUTIES, day)["status"] == status


def test_an_unknown_count_stays_unknown_until_enough_are_recorded(keeping: Keeping) -> None:
    made = begun(keeping)
    held(keeping, made.id, "2025-03-01", present=ALL)
    assert state(keeping, DUTIES)["status"] == "undetermined"
    held(keeping, made.id, "2025-04-01", present=ALL)
    assert state(keeping, DUTIES)["status"] == "met"


def test_meetings_without_the_charities_are_flagged(keeping: Keeping) -> None:
    made = begun(keeping, count=0)
    for day in ("2025-03-01", "2025-04-01"):
        held(keeping, made.id, day, present={**ALL, "charities": False})
    found = state(keeping, DUTIES)
    assert (found["status"], found["flagged"]) == ("met", True)
    assert found["warnings"]


def test_a_retraction_takes_an_event_back(keeping: Keeping) -> None:
    made = begun(keeping, count=0)
    first = held(keeping, made.id, "2025-03-01")
    second = held(keeping, made.id, "2025-04-01")
    held(keeping, made.id, "2025-05-01", corrects=second.id)
    assert standing(keeping, DUTIES).item.facts["last_done"] == "2025-05-01"
    held(keeping, made.id, "2025-06-01", "retracted", corrects=first.id)
    assert state(keeping, DUTIES)["actual"] == 1
    with keeping.look(WORKER) as desk:
        assert len(events(desk, made.id, None, 10).records) == 5


def code(keeping: Keeping, id: str, *told: Any, **more: Any) -> str:
    with pytest.raises((InputError, Clash)) as raised:
        held(keeping, id, *told, **more)
    return raised.value.problems[0].code


def test_what_cannot_have_been_held_is_refused(keeping: Keeping) -> None:
    made = begun(keeping, count=0)
    assert code(keeping, made.id, "2025-08-02") == "day-future"
    assert code(keeping, made.id, "2024-12-31") == "duty-year-other"
    assert code(keeping, made.id, "2025-03-01", corrects="nothing") == "correction-unknown"
    assert code(keeping, made.id, "2025-03-01", "retracted") == "correction-missing"
    first = held(keeping, made.id, "2025-01-01")
    held(keeping, made.id, "2025-03-01", corrects=first.id)
    assert code(keeping, made.id, "2025-03-01", corrects=first.id) == "correction-doubled"


def test_a_duty_is_recorded_as_often_as_a_case_has_meetings(keeping: Keeping) -> None:
    made = begun(keeping, count=MOST - 1, meetings=[{} for _ in range(MOST - 1)])
    held(keeping, made.id, "2025-03-01")
    assert code(keeping, made.id, "2025-03-01") == "duty-full"
    assert state(keeping, DUTIES)["actual"] == MOST


@pytest.mark.parametrize(
    ("opening", "days", "asked", "expected"),
    [
        ({"last_done": "never"}, [], "2025-08-01", {"last_done": "never"}),
        (
            {"last_done": "never"},
            ["2025-03-01"],
            "2025-08-01",
            {"count": 1, "last_done": "2025-03-01", "meetings": [{}]},
        ),
        ({"count": 3, "last_done": "2025-05-01"}, [], "2025-05-01", {"count": 3, "last_done": "2025-05-01"}),
        ({"count": 3, "last_done": "2025-05-01"}, [], "2025-04-30", {}),  # not all three had been by then
        (
            {"count": 3, "last_done": "2025-05-01"},
            ["2025-04-01"],
            "2025-04-30",
            {"last_done": "2025-04-01", "meetings": [{}]},
        ),
        ({"year": 2025, "count": 0}, ["2024-04-01"], "2025-04-30", {"year": 2025, "count": 0}),  # the year was mended
    ],
)
def test_facts_on_a_day(opening: dict[str, Any], days: list[str], asked: str, expected: dict[str, Any]) -> None:
    found = facts_on(opening, [{"on": day} for day in days], asked)
    assert found == expected
    read_case({"duties": [found]}, engine().vocabulary)


def test_a_mended_opening_is_counted_on(keeping: Keeping) -> None:
    made = begun(keeping, count=0)
    held(keeping, made.id, "2025-03-01")
    facts = {"kind": "consultation", "level": "county", "year": 2025, "count": 1}
    with keeping.change(WORKER) as change:
        change_duty(change, made.id, 2, Duty("会商", "jinhua", Division("330702"), facts))
    assert state(keeping, DUTIES)["status"] == "met"


def test_each_hand_keeps_to_its_division(keeping: Keeping) -> None:
    made = begun(keeping)
    elsewhere = someone(Role.CASE_WORKER, "3301", id="key-b")
    with pytest.raises(Missing), keeping.look(elsewhere) as desk:
        duty(desk, made.id)
    with pytest.raises(Missing), keeping.look(elsewhere) as desk:
        events(desk, made.id, None, 10)
    with pytest.raises(Missing), keeping.change(elsewhere) as change:
        change_duty(change, made.id, 1, Duty(None, "jinhua", Division("3301"), {}))
    with pytest.raises(Denied), keeping.change(READER) as change:
        record_duty(change, Duty(None, "jinhua", Division("4205"), {}))
    with keeping.store.read() as view:
        assert [one.body["event"] for one in view.entries("audit")] == ["duty_recorded"]
