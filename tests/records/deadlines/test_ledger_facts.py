"""What is known of a ledger on a day: the latest counts, what was said of an older version is unknown again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.reckoning import engine

from xianjie.cases.read import read_case
from xianjie.records.deadlines.ledger_facts import Told, acts, facts_on, newest

UPDATED = "last_updated"


def day(fact: str, on: str) -> Told:
    return Told(fact, on, None)


def said(fact: str, on: str, done: bool = True) -> Told:
    return Told(fact, on, done)


@pytest.mark.parametrize(
    ("opening", "told", "asked", "expected"),
    [
        ({}, [day(UPDATED, "2025-05-01")], "2025-04-30", {UPDATED: "2025-05-01"}),
        ({}, [day(UPDATED, "2025-05-01")], "2025-05-01", {UPDATED: "2025-05-01"}),
        ({UPDATED: "2024-05-01"}, [day(UPDATED, "2025-05-01")], "2025-04-30", {UPDATED: "2024-05-01"}),
        ({UPDATED: "2024-05-01"}, [day(UPDATED, "2025-05-01")], "2025-05-01", {UPDATED: "2025-05-01"}),
        ({UPDATED: "2024-05-01"}, [day(UPDATED, "2023-05-01")], "2025-05-01", {UPDATED: "2024-05-01"}),
        ({UPDATED: "never"}, [day(UPDATED, "2025-05-01")], "2025-05-01", {UPDATED: "2025-05-01"}),
        ({UPDATED: "never"}, [], "2025-05-01", {UPDATED: "never"}),
    ],
)
def test_the_latest_day_up_to_the_one_asked_counts(
    opening: dict[str, Any], told: list[Told], asked: str, expected: dict[str, Any]
) -> None:
    assert facts_on(opening, told, asked) == expected


@pytest.mark.parametrize(
    ("on", "asked", "known"),
    [
        ("2025-04-30", "2025-06-01", False),  # said of the version before
        ("2025-05-01", "2025-06-01", True),
        ("2025-05-02", "2025-06-01", True),
        ("2025-05-02", "2025-05-01", False),  # not said yet
        ("2025-05-02", "2025-05-02", True),
    ],
)
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("begins", [UPDATED, "assistance_given"])
def test_what_was_said_holds_for_its_own_version(on: str, asked: str, known: bool, done: bool, begins: str) -> None:
    told = [said("entered_on_platform", on, done), day(begins, "2025-05-01")]
    assert facts_on({}, told, asked).get("entered_on_platform") == (done if known else None)


def test_the_openings_word_holds_until_a_newer_version() -> None:
    opening = {UPDATED: "2025-01-01", "entered_on_platform": True, "established": True}
    later = [day(UPDATED, "2025-05-01")]
    assert facts_on(opening, later, "2025-04-30") == opening
    assert facts_on(opening, later, "2025-05-01") == {UPDATED: "2025-05-01", "established": True}
    assert facts_on(opening, [day(UPDATED, "2024-05-01")], "2025-05-01") == opening


def test_of_two_words_on_one_day_the_later_recorded_counts() -> None:
    both = [said("pushed_to_civil_affairs", "2025-05-01"), said("pushed_to_civil_affairs", "2025-05-01", False)]
    assert facts_on({}, both, "2025-05-01") == {"pushed_to_civil_affairs": False}
    assert facts_on({}, both[::-1], "2025-05-01") == {"pushed_to_civil_affairs": True}


def test_what_is_updated_is_there() -> None:
    opening = {"established": False}
    told = [day(UPDATED, "2025-05-01")]
    assert facts_on(opening, told, "2025-04-30") == {"established": False, UPDATED: "never"}
    assert facts_on(opening, told, "2025-05-01") == {"established": True, UPDATED: "2025-05-01"}
    assert facts_on(opening, [said("established", "2025-05-01")], "2025-05-01") == {"established": True}


def test_everything_a_ledgers_fact_can_tell_can_be_done_to_it() -> None:
    assert set(acts(engine().vocabulary)) == {
        "updated",
        "provided_to_townships",
        "assistance_given",
        "established",
        "entered_on_platform",
        "provided_to_service_window",
        "pushed_to_civil_affairs",
        "filed_on_platform",
    }


DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 1, 9)).map(dt.date.isoformat)
FLAGS = ("entered_on_platform", "filed_on_platform", "established")
TOLD = st.one_of(
    st.builds(day, st.sampled_from([UPDATED, "assistance_given", "provided_to_townships"]), DAYS),
    st.builds(said, st.sampled_from(FLAGS[:2]), DAYS, st.booleans()),
    st.builds(said, st.just("established"), DAYS),
)
OPENINGS = st.fixed_dictionaries(
    {},
    optional={
        UPDATED: DAYS | st.just("never"),
        "provided_to_townships": DAYS | st.just("never"),
        "established": st.just(True),
        "entered_on_platform": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None)
@given(OPENINGS | st.just({"established": False}), st.lists(TOLD, max_size=6), DAYS)
def test_a_case_can_be_made_of_it_and_the_newest_tell_all_there_is_at_the_end(
    opening: dict[str, Any], told: list[Told], asked: str
) -> None:
    read_case({"ledgers": [facts_on(opening, told, asked)]}, engine().vocabulary)
    assert facts_on(opening, newest(told), "2025-01-09") == facts_on(opening, told, "2025-01-09")


@settings(max_examples=100, deadline=None)
@given(OPENINGS, st.lists(TOLD, max_size=6), DAYS)
def test_the_days_go_forward_and_what_comes_later_changes_nothing_before(
    opening: dict[str, Any], told: list[Told], asked: str
) -> None:
    before = facts_on(opening, [one for one in told if one.on <= asked], asked)
    facts = facts_on(opening, told, asked)
    for fact in (UPDATED, "provided_to_townships"):
        past = [one.on for one in told if one.fact == fact and one.on <= asked]
        if past:
            assert facts[fact] == before[fact] >= max(past)
