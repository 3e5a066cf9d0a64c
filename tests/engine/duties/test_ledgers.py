"""Ledgers: each edge of the clock, the two ways to count, and what a full update takes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.asking import ask_small, day, iso, joined, ledger, small_policy, statuses

HANDED_OVER: dict[str, Any] = {"last_updated": "2024-11-15", "provided_to_townships": "2024-11-15"}
TO_WINDOW: dict[str, Any] = {
    "last_updated": "2024-11-15",
    "entered_on_platform": True,
    "provided_to_service_window": True,
}


# -- the clock -------------------------------------------------------------------------------------------------------
# Hubei: updated 2024-11-15, due 2025-11-15 (rolling) or 2025-12-31 (calendar)


@pytest.mark.parametrize(
    ("as_of", "soon", "status", "left", "late"),
    [
        ("2024-11-15", 30, "fresh", 365, None),
        ("2025-10-15", 30, "fresh", 31, None),
        ("2025-10-16", 30, "due_soon", 30, None),
        ("2025-11-14", 30, "due_soon", 1, None),
        ("2025-11-15", 30, "due_today", 0, None),
        ("2025-11-14", 0, "fresh", 1, None),
        ("2025-11-15", 0, "due_today", 0, None),
        ("2025-11-13", 1, "fresh", 2, None),
        ("2025-11-14", 1, "due_soon", 1, None),
        ("2026-01-01", 30, "overdue", None, 47),
        ("2026-01-01", 0, "overdue", None, 47),
    ],
)
def test_each_edge_of_a_yearly_ledger(as_of: str, soon: int, status: str, left: int | None, late: int | None) -> None:
    found = ledger(HANDED_OVER, "hubei", as_of, due_soon_days=soon)
    assert (found.status, found.days_left, found.days_overdue) == (status, left, late)
    assert (found.next_due, found.interval, found.cadence) == ("2025-11-15", "P1Y", None)
    assert (found.force, found.clause, found.rule) == ("must", "三(二)", "supply-ledger")


@pytest.mark.parametrize(
    ("as_of", "status", "left", "late"),
    [
        ("2025-04-14", "fresh", 31, None),
        ("2025-04-15", "due_soon", 30, None),
        ("2025-05-14", "due_soon", 1, None),
        ("2025-05-15", "due_today", 0, None),
        ("2025-07-01", "overdue", None, 47),
        ("2025-08-01", "overdue", None, 78),
    ],
)
def test_each_edge_of_a_half_yearly_directory(as_of: str, status: str, left: int | None, late: int | None) -> None:
    found = ledger(TO_WINDOW, "tianjin", as_of)
    assert (found.status, found.days_left, found.days_overdue) == (status, left, late)
    assert (found.next_due, found.interval, found.compliance) == ("2025-05-15", "P6M", "full")


@pytest.mark.parametrize(
    ("region", "updated", "rolling", "calendar"),
    [
        ("hubei", "2024-11-15", "2025-11-15", "2025-12-31"),
        ("hubei", "2024-12-31", "2025-12-31", "2025-12-31"),
        ("hubei", "2024-02-29", "2025-02-28", "2025-12-31"),
        ("hubei", "2025-01-01", "2026-01-01", "2026-12-31"),
        ("tianjin", "2024-11-15", "2025-05-15", "2025-06-30"),
        ("tianjin", "2024-12-31", "2025-06-30", "2025-06-30"),
        ("tianjin", "2024-08-31", "2025-02-28", "2025-06-30"),
    ],
)
def test_a_06_is_ambiguous_exactly_on_the_days_when_the_overdue_answers_differ(
    region: str, updated: str, rolling: str, calendar: str
) -> None:
    first, last = day(rolling) + 1, day(calendar)
    around = {day(updated), first - 31, first - 2, first - 1, first, first + 1, last - 1, last, last + 1, last + 40}
    for as_of in sorted(around):
        found = ledger({"last_updated": updated}, region, iso(as_of))
        wanted = "overdue" if as_of > last else "ambiguous" if as_of >= first else None
        assert found.status == wanted or (wanted is None and found.status in ("fresh", "due_soon", "due_today"))
        assert [(entry.reading, entry.next_due) for entry in found.readings] == [
            ("rolling", rolling),
            ("calendar", calendar),
        ]
        if found.status == "ambiguous":
            assert (found.next_due, found.days_left, found.days_overdue) == (None, None, None)
            assert found.readings[0].days_overdue == as_of - day(rolling)
            assert found.readings[1].days_left == day(calendar) - as_of
        else:
            assert found.next_due == rolling
        assert found.flagged is False


def test_a_due_day_alone_makes_no_ambiguity() -> None:
    found = ledger(HANDED_OVER, "hubei", "2025-11-15")
    assert (found.status, statuses(found.readings)) == ("due_today", ["due_today", "fresh"])


def test_an_office_can_settle_on_the_calendar() -> None:
    found = ledger(HANDED_OVER, "hubei", "2025-12-20", readings={"year": "calendar"})
    assert (found.status, found.next_due, found.days_left) == ("due_soon", "2025-12-31", 11)
    rolling = ledger(HANDED_OVER, "hubei", "2025-12-20", readings={"hubei:year": "rolling"})
    assert (rolling.status, rolling.days_overdue) == ("overdue", 35)
    # a half-year is another set of readings
    other = ledger(HANDED_OVER, "hubei", "2025-12-20", readings={"half-year": "calendar"})
    assert other.status == "ambiguous"


# -- nothing to count from -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"established": False}, {"last_updated": "never"}])
@pytest.mark.parametrize("region", ["hubei", "tianjin"])
def test_a_ledger_that_was_never_made_is_undetermined_and_says_so(region: str, facts: dict[str, Any]) -> None:
    found = ledger(facts, region)
    assert (found.status, found.condition, found.missing) == ("undetermined", "never_established", [])
    assert (found.next_due, found.days_overdue) == (None, None)
    assert (found.compliance, found.unmet, found.compliance_missing) == ("unknown", [], [])


def test_a_ledger_of_which_no_update_is_recorded_wants_that_date() -> None:
    for facts in ({}, {"established": True}):
        found = ledger(facts, "hubei")
        assert (found.status, found.condition, found.missing) == ("undetermined", None, ["ledger.last_updated"])


def test_an_update_after_the_date_of_evaluation_is_none_yet() -> None:
    later = ledger({"last_updated": "2025-08-02"}, "hubei", "2025-08-01")
    assert (later.status, later.missing, later.next_due) == ("undetermined", ["ledger.last_updated"], None)
    same = ledger({"last_updated": "2025-08-01"}, "hubei", "2025-08-01")
    assert (same.status, same.next_due) == ("fresh", "2026-08-01")


# -- compliance ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "compliance", "unmet", "missing"),
    [
        ({"provided_to_townships": "2024-11-15"}, "full", [], []),
        ({"provided_to_townships": "2024-11-16"}, "full", [], []),
        ({"provided_to_townships": "2024-11-14"}, "partial", ["hand_over"], []),
        ({"provided_to_townships": "never"}, "partial", ["hand_over"], []),
        ({"provided_to_townships": "2025-08-01"}, "full", [], []),
        ({"provided_to_townships": "2025-08-02"}, "partial", ["hand_over"], []),  # not yet handed over
        ({}, "unknown", [], ["ledger.provided_to_townships"]),
    ],
)
def test_an_update_is_full_once_it_is_handed_over(
    facts: dict[str, Any], compliance: str, unmet: list[str], missing: list[str]
) -> None:
    found = ledger({"last_updated": "2024-11-15", **facts}, "hubei", "2025-08-01")
    assert (found.compliance, found.unmet, found.compliance_missing) == (compliance, unmet, missing)
    assert (found.status, found.missing) == ("fresh", [])


@pytest.mark.parametrize(
    ("platform", "window", "compliance", "unmet", "missing"),
    [
        (True, True, "full", [], []),
        (True, False, "partial", ["window"], []),
        (False, True, "partial", ["platform"], []),
        (False, False, "partial", ["platform", "window"], []),
        (None, True, "unknown", [], ["ledger.entered_on_platform"]),
        (True, None, "unknown", [], ["ledger.provided_to_service_window"]),
        (None, None, "unknown", [], ["ledger.entered_on_platform", "ledger.provided_to_service_window"]),
        (False, None, "partial", ["platform"], ["ledger.provided_to_service_window"]),
    ],
)
def test_platform_and_window_both_belong_to_a_full_update(
    platform: bool | None, window: bool | None, compliance: str, unmet: list[str], missing: list[str]
) -> None:
    facts = {**TO_WINDOW, "entered_on_platform": platform, "provided_to_service_window": window}
    found = ledger(facts, "tianjin", "2025-03-01")
    assert (found.compliance, found.unmet, found.compliance_missing) == (compliance, unmet, missing)
    assert found.status == "fresh"


def test_lateness_and_compliance_are_told_apart() -> None:
    late = ledger(TO_WINDOW, "tianjin", "2025-08-01")
    assert (late.status, late.compliance) == ("overdue", "full")
    short = ledger({**TO_WINDOW, "provided_to_service_window": False}, "tianjin", "2025-03-01")
    assert (short.status, short.compliance) == ("fresh", "partial")


# -- without a date --------------------------------------------------------------------------------------------------


def test_promptly_gives_no_date() -> None:
    facts = {"kind": "demand", "level": "township", "last_updated": "2015-01-01", "entered_on_platform": False}
    found = ledger(facts, "tianjin")
    assert (found.status, found.cadence, found.interval) == ("no_fixed_interval", "及时", None)
    assert (found.next_due, found.days_left, found.days_overdue) == (None, None, None)
    assert (found.compliance, found.unmet, found.force) == ("partial", ["platform"], "must_bare")


def test_a_ledger_that_is_asked_for_without_an_interval_is_silent_on_it() -> None:
    for facts, region in (
        ({"kind": "demand", "last_updated": "2010-01-01"}, "hubei"),
        ({"kind": "wish_list", "level": None}, "hubei"),
        ({"kind": "supply", "level": "province", "last_updated": "2010-01-01"}, "tianjin"),
        ({"kind": "supply", "level": "township", "last_updated": "2010-01-01"}, "tianjin"),
    ):
        found = ledger(facts, region)
        assert (found.status, found.interval, found.next_due) == ("not_stipulated", None, None)
        assert found.rule is not None
        assert found.force is not None


@pytest.mark.parametrize(
    ("given", "pushed", "filed", "condition", "compliance", "unmet"),
    [
        ("2025-07-01", True, True, None, "full", []),
        ("2025-07-01", False, False, None, "partial", ["push", "filing"]),
        ("2025-07-01", True, None, None, "unknown", []),
        ("2025-08-01", True, False, None, "partial", ["filing"]),
        ("2025-08-02", True, True, "no_assistance_given", "unknown", []),  # not given yet
        ("never", False, False, "no_assistance_given", "unknown", []),
        (None, False, True, None, "partial", ["push"]),
    ],
)
def test_assistance_is_pushed_and_filed_once_it_was_given(
    given: str | None,
    pushed: bool,
    filed: bool | None,
    condition: str | None,
    compliance: str,
    unmet: list[str],
) -> None:
    facts = {
        "kind": "assistance_information",
        "assistance_given": given,
        "pushed_to_civil_affairs": pushed,
        "filed_on_platform": filed,
    }
    found = ledger(facts, "shanxi", "2025-08-01")
    assert (found.status, found.cadence) == ("no_fixed_interval", "及时")
    assert (found.condition, found.compliance, found.unmet) == (condition, compliance, unmet)


# -- which rule ------------------------------------------------------------------------------------------------------


def test_a_kind_that_the_document_does_not_know_is_silent() -> None:
    assert ledger(HANDED_OVER, "jinhua").status == "not_stipulated"
    assert ledger(HANDED_OVER, "shanghai").status == "not_stipulated"
    assert ledger(HANDED_OVER, "shanxi").status == "not_reported"
    for region in ("jinhua", "shanxi"):
        found = ledger(HANDED_OVER, region)
        assert (found.rule, found.force, found.clause, found.interval, found.compliance) == (
            None,
            None,
            None,
            None,
            "unknown",
        )


def test_the_kind_and_where_rules_differ_by_level_the_level_must_be_known() -> None:
    kindless = ledger({"kind": None, **HANDED_OVER}, "hubei")
    assert (kindless.status, kindless.kind, kindless.missing) == ("undetermined", None, ["ledger.kind"])
    assert ledger({"level": None, **HANDED_OVER}, "hubei").status == "fresh"  # any level alike
    unknown = ledger(joined(TO_WINDOW, {"level": None}), "tianjin")
    assert (unknown.status, unknown.missing) == ("undetermined", ["ledger.level"])
    # a prefecture-level city is no level of a municipality's document
    assert ledger({"level": "city", **TO_WINDOW}, "tianjin").status == "not_stipulated"
    assert ledger({"kind": "demand", "level": "county"}, "tianjin").status == "not_stipulated"


TEN_DAYS = """
    readings:
      counting:
        differ: ambiguous
        options:
          - {id: rolling, zh: 滚动, en: rolling, recommended: true}
          - {id: calendar, zh: 自然周期, en: calendar}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: ledger
            id: supply-ledger
            ledgers: [supply]
            force: must
            interval: P10D
            counting: counting
            zh: 每十天更新。
            en: Updated every ten days.
"""


def test_a_period_of_days_reads_the_same_both_ways() -> None:
    policy = small_policy(TEN_DAYS)
    for as_of, status in (
        ("2025-02-24", "due_soon"),
        ("2025-03-05", "due_soon"),
        ("2025-03-06", "due_today"),
        ("2025-03-07", "overdue"),
    ):
        case = {"ledgers": [{"kind": "supply", "last_updated": "2025-02-24"}]}
        (found,) = ask_small(case, policy, as_of).duties or []
        assert (found.status, found.next_due) == (status, "2025-03-06")
        assert (found.compliance, found.unmet) == ("unknown", [])


def test_the_end_of_the_calendar_is_no_failure() -> None:
    found = ledger({"last_updated": "9998-06-01"}, "hubei", "9999-12-31")
    assert (found.status, found.next_due) == ("ambiguous", None)
    assert [entry.next_due for entry in found.readings] == ["9999-06-01", "9999-12-31"]
    last = ledger({"last_updated": "9999-12-31"}, "hubei", "9999-12-31")
    assert (last.status, last.next_due) == ("due_today", "9999-12-31")


def test_a_ledger_without_an_interval_that_was_never_made_is_undetermined_too() -> None:
    found = ledger({"kind": "demand", "established": False}, "hubei")
    assert (found.status, found.condition, found.clause) == ("undetermined", "never_established", "三(二)")
    made = ledger({"kind": "demand", "established": True}, "hubei")
    assert (made.status, made.condition) == ("not_stipulated", None)
