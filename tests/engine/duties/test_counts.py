"""Counted duties: the number, the year's end, and what a record leaves open."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.asking import ask_small, count, small_policy, statuses

MEETING = {"departments": True, "charities": True, "grassroots": True}
EMPTY_CHAIR = {"departments": True, "charities": True, "grassroots": False}


def consultation(as_of: str = "2025-08-01", **facts: Any) -> Any:
    return count({"kind": "consultation", "level": "county", "year": 2025, **facts}, "jinhua", as_of)


# -- the number and the year's end -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "as_of", "status", "shortfall"),
    [
        (0, "2025-08-01", "in_progress", 2),
        (1, "2025-08-01", "in_progress", 1),
        (2, "2025-08-01", "met", 0),
        (3, "2025-08-01", "met", 0),
        (1, "2025-12-31", "in_progress", 1),
        (1, "2026-01-01", "not_met", 1),
        (0, "2026-01-01", "not_met", 2),
        (2, "2025-12-31", "met", 0),
        (2, "2026-01-01", "met", 0),
        (1, "2024-12-31", "in_progress", 1),  # the year has not begun
    ],
)
def test_consultations_are_two_a_year(times: int, as_of: str, status: str, shortfall: int) -> None:
    found = consultation(as_of, count=times)
    assert (found.status, found.required, found.actual, found.shortfall) == (status, 2, times, shortfall)
    assert (found.comparator_source, found.force, found.clause) == ("printed", "must_bare", "四(二)1")
    assert (found.interval, found.next_due, found.compliance) == (None, None, "unknown")


@pytest.mark.parametrize(
    ("year", "status"),
    [
        (2023, "not_stipulated"),
        (2024, "not_met"),
        (2025, "in_progress"),
        (2026, "in_progress"),
        (2027, "not_stipulated"),
    ],
)
def test_brand_projects_are_asked_for_from_2024_to_2026(year: int, status: str) -> None:
    found = count({"kind": "brand_project", "level": "county", "year": year, "count": 0})
    assert (found.status, found.year) == (status, year)
    assert found.required == (None if status == "not_stipulated" else 1)
    met = count({"kind": "brand_project", "level": "county", "year": year, "count": 1})
    assert met.status == ("not_stipulated" if status == "not_stipulated" else "met")


@pytest.mark.parametrize(
    ("as_of", "facts", "status"),
    [
        ("2026-12-31", {"count": 0}, "in_progress"),
        ("2027-01-01", {"count": 0}, "not_met"),
        ("2027-01-01", {"count": 1}, "met"),
        ("2027-01-05", {"count": 1, "last_done": "2026-12-31"}, "met"),
        ("2027-01-05", {"count": 1, "last_done": "2027-01-01"}, "not_met"),  # the only time came too late
        ("2026-12-31", {"last_done": "never"}, "in_progress"),
        ("2027-01-01", {"last_done": "never"}, "not_met"),
        ("2027-01-05", {"last_done": "2026-12-31"}, "met"),
        ("2027-01-05", {"last_done": "2027-01-01"}, "undetermined"),  # an earlier time may have gone before
        ("2026-06-01", {"last_done": "2026-06-01"}, "met"),
        ("2026-06-01", {"last_done": "2026-06-02"}, "undetermined"),
        ("2026-06-01", {}, "undetermined"),
    ],
)
def test_the_two_bases_have_a_day_and_no_year(as_of: str, facts: dict[str, Any], status: str) -> None:
    found = count({"kind": "platform_building", "level": "county", **facts}, "jinhua", as_of)
    assert (found.status, found.required, found.comparator_source) == (status, 1, "assumed")
    assert found.missing == (["duty.count"] if status == "undetermined" else [])


# -- readings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "as_of", "status", "required", "shortfall"),
    [
        (0, "2026-01-01", "not_met", 5, 5),  # both say no, each by its own number
        (1, "2026-01-01", "ambiguous", None, None),
        (4, "2026-01-01", "ambiguous", None, None),
        (5, "2026-01-01", "met", 5, 0),
        (0, "2025-12-31", "in_progress", 5, 5),
        (1, "2025-12-31", "ambiguous", None, None),
    ],
)
def test_help_at_key_dates_is_read_as_five_or_as_one(
    times: int, as_of: str, status: str, required: int | None, shortfall: int | None
) -> None:
    found = count({"kind": "festival_visits", "year": 2025, "count": times}, "jinhua", as_of)
    assert found.status == status
    assert [(entry.reading, entry.required, entry.actual) for entry in found.readings] == [
        ("named-occasions", 5, times),
        ("any-occasion", 1, times),
    ]
    assert (found.required, found.shortfall, found.actual) == (required, shortfall, times)


def test_consultations_are_counted_and_a_party_never_present_is_warned_of() -> None:
    found = consultation("2026-01-01", count=2, meetings=[EMPTY_CHAIR, EMPTY_CHAIR])
    assert (found.status, found.flagged, found.actual) == ("met", True, 2)
    assert statuses(found.readings) == ["met", "not_met"]
    assert len(found.warnings) == 1
    assert "基层力量" in found.warnings[0]
    both = consultation("2026-01-01", count=2, meetings=[MEETING, MEETING])
    assert (both.status, both.flagged, both.warnings) == ("met", False, [])
    once = consultation("2026-01-01", count=2, meetings=[MEETING, EMPTY_CHAIR])
    assert (once.status, once.flagged, once.warnings) == ("met", True, [])


def test_a_party_of_which_nothing_is_recorded_is_no_warning_and_no_flag() -> None:
    found = consultation("2026-01-01", count=2, meetings=[{"departments": True}, {"charities": True}])
    assert (found.status, found.flagged, found.warnings) == ("met", False, [])
    assert statuses(found.readings) == ["met", "undetermined"]


def test_every_absent_party_is_warned_of_in_either_language() -> None:
    nobody = dict.fromkeys(MEETING, False)
    duty = {"kind": "consultation", "level": "county", "year": 2025, "count": 1, "meetings": [nobody]}
    zh, en = (count(duty, "jinhua", lang=lang).warnings for lang in ("zh", "en"))
    assert (len(zh), len(en)) == (3, 3)
    assert en[1] == "the charities took part in none of the meetings listed"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"count": 2, "meetings": [MEETING, MEETING]}, "met"),
        ({"count": 3, "meetings": [MEETING, EMPTY_CHAIR]}, "undetermined"),  # the third may have been complete
        ({"count": 2, "meetings": [MEETING, EMPTY_CHAIR]}, "not_met"),
        ({"count": 1}, "not_met"),
        ({"count": 2}, "undetermined"),
        ({"meetings": [MEETING, MEETING]}, "met"),
        ({"meetings": [MEETING]}, "undetermined"),
    ],
)
def test_an_office_can_settle_on_counting_complete_meetings_only(facts: dict[str, Any], status: str) -> None:
    duty = {"kind": "consultation", "level": "county", "year": 2025, **facts}
    found = count(duty, "jinhua", "2026-01-01", readings={"parties": "all-parties-each"})
    assert (found.status, found.flagged) == (status, False)
    if status == "undetermined":
        assert "duty.meetings" in found.missing


# -- what the record leaves open -------------------------------------------------------------------------------------


def test_a_count_that_nobody_recorded_is_missing_until_what_is_known_suffices() -> None:
    nothing = consultation()
    assert (nothing.status, nothing.missing, nothing.actual) == ("undetermined", ["duty.count"], None)
    listed = consultation(meetings=[MEETING, MEETING])
    assert (listed.status, listed.missing, listed.actual) == ("met", [], None)
    assert consultation(meetings=[MEETING]).status == "undetermined"


@pytest.mark.parametrize(
    ("done", "status"),
    [
        ("never", "in_progress"),
        ("2025-01-01", "met"),
        ("2025-08-01", "met"),
        ("2025-08-02", "undetermined"),  # after the date of evaluation
        ("2024-12-31", "undetermined"),  # another year
    ],
)
def test_the_last_time_done_stands_for_once_in_its_own_year(done: str, status: str) -> None:
    found = count({"kind": "brand_project", "level": "county", "year": 2025, "last_done": done})
    assert found.status == status


def test_once_done_is_not_twice_done() -> None:
    found = consultation(last_done="2025-03-01")
    assert (found.status, found.missing) == ("undetermined", ["duty.count"])
    assert consultation(last_done="never").status == "in_progress"


def test_kind_level_and_year_are_wanted_where_they_decide() -> None:
    assert count({"level": "county"}).missing == ["duty.kind"]
    assert count({"kind": "consultation", "year": 2025, "count": 2}).missing == ["duty.level"]
    assert count({"kind": "consultation", "level": "county", "count": 2}).missing == ["duty.year"]
    assert count({"kind": "festival_visits", "count": 2}).missing == ["duty.year"]
    for level in ("province", "city", "township"):
        found = count({"kind": "consultation", "level": level, "year": 2025, "count": 2})
        assert (found.status, found.level, found.missing) == ("not_stipulated", level, [])


def test_the_years_far_ahead_are_no_failure() -> None:
    duty = {"kind": "consultation", "level": "county", "count": 1}
    assert count({**duty, "year": 9999}, "jinhua", "9999-12-31").status == "in_progress"
    assert count({**duty, "year": 10_000}, "jinhua", "9999-12-31").status == "in_progress"


# -- without a number ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "kind", "level", "status", "cadence"),
    [
        ("hubei", "consultation", "county", "no_fixed_interval", "定期"),
        ("tianjin", "task_analysis", "province", "no_fixed_interval", "定期"),
        ("tianjin", "charity_training", None, "no_fixed_interval", "定期"),
        ("shanghai", "brand_selection", None, "no_fixed_interval", "定期"),
        ("jinhua", "charity_training", None, "no_fixed_interval", "常态化"),
        ("hubei", "platform_building", None, "not_stipulated", None),
        ("tianjin", "consultation", "county", "not_stipulated", None),
        ("shanxi", "consultation", "county", "not_reported", None),
    ],
)
def test_words_without_a_number_yield_none(
    region: str, kind: str, level: str | None, status: str, cadence: str | None
) -> None:
    found = count({"kind": kind, "level": level, "year": 2020, "count": 0}, region)
    assert (found.status, found.cadence) == (status, cadence)
    assert (found.required, found.actual, found.shortfall, found.comparator_source) == (None,) * 4
    assert (found.next_due, found.days_overdue) == (None, None)


ONE_LEVEL = """
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: count
            id: by-city
            duty: consultation
            levels: [city]
            at_least: 3
            force: must
            zh: 市级三次。
            en: Three by the city.
          - part: count
            id: by-county
            duty: consultation
            levels: [county]
            at_least: 1
            force: must
            zh: 县级一次。
            en: One by the county.
"""


def test_each_level_has_its_own_number() -> None:
    policy = small_policy(ONE_LEVEL)
    for level, rule, status in (("city", "by-city", "not_met"), ("county", "by-county", "met")):
        case = {"duties": [{"kind": "consultation", "level": level, "year": 2024, "count": 2}]}
        (found,) = ask_small(case, policy).duties or []
        assert (found.rule, found.status) == (rule, status)
