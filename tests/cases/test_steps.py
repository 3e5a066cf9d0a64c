"""What recorded steps say of the facts, and records that contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.cases.steps import after_steps, on_day
from xianjie.errors import InputError
from xianjie.vocabulary import BASE


def read(data: Mapping[Any, Any]) -> Case:
    return read_case(data, BASE)


def faults(data: object) -> list[tuple[str, str | None]]:
    with pytest.raises(InputError) as caught:
        read_case(data, BASE)
    return [(problem.code, problem.place.path) for problem in caught.value.problems]


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def events(*steps: str) -> list[dict[str, str]]:
    return [dict(zip(("event", "on"), step.split(), strict=False)) for step in steps]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            ["informed", "consented 2025-03-01"],
            {
                "referral.informed": True,
                "referral.consent_given": True,
                "referral.consent_date": day("2025-03-01"),
            },
        ),
        (["consented"], {"referral.consent_given": True}),
        (["materials_sealed 2025-03-01"], {"referral.materials_sealed": True}),
        (
            ["consented 2025-03-01", "withdrawn 2025-03-02"],
            {"referral.consent_given": False, "referral.consent_date": day("2025-03-01")},
        ),
        (
            ["consented 2025-03-01", "withdrawn 2025-03-02", "consented 2025-03-10"],
            {"referral.consent_given": True, "referral.consent_date": day("2025-03-10")},
        ),
        (
            ["consented 2025-03-01", "withdrawn 2025-03-02", "consented"],
            {"referral.consent_given": True},
        ),
        (
            ["letter_issued 2025-03-01", "consented 2025-03-02", "letter_issued 2025-03-03"],
            {
                "referral.letter_issued": True,
                "referral.letter_date": day("2025-03-03"),
                "referral.consent_given": True,
                "referral.consent_date": day("2025-03-02"),
            },
        ),
        (["withdrawn"], {"referral.consent_given": False}),
        (["referred", "delivered", "closed"], {}),
    ],
)
def test_steps_say_what_follows_from_them(steps: list[str], expected: dict[str, object]) -> None:
    assert read({"referral": {"events": events(*steps)}}).facts == expected


def test_a_withdrawal_outweighs_the_consent_recorded_beside_it() -> None:
    for given in (True, False):
        referral = {"consent_given": given, "events": events("consented 2025-03-01", "withdrawn 2025-03-02")}
        assert read({"referral": referral}).facts["referral.consent_given"] is False


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (
            {"referral": {"consent_given": False, "events": events("consented")}},
            "facts-contradict",
            "referral.consent_given",
        ),
        (
            {"referral": {"informed": False, "events": events("informed")}},
            "facts-contradict",
            "referral.informed",
        ),
        (
            {"referral": {"letter_issued": False, "events": events("withdrawn", "letter_issued")}},
            "facts-contradict",
            "referral.letter_issued",
        ),
        (
            {"referral": {"consent_given": False, "consent_date": "2025-03-01"}},
            "facts-contradict",
            "referral.consent_date",
        ),
        (
            {"referral": {"letter_issued": True, "letter_date": "never"}},
            "facts-contradict",
            "referral.letter_date",
        ),
        (
            {"referral": {"consent_date": "2025-03-02", "events": events("consented 2025-03-01")}},
            "facts-contradict",
            "referral.consent_date",
        ),
        (
            {"referral": {"consent_date": "never", "events": events("consented", "withdrawn")}},
            "facts-contradict",
            "referral.consent_date",
        ),
        (
            {"referral": {"events": events("informed 2025-03-02", "consented 2025-03-01")}},
            "events-order",
            "referral.events[1].on",
        ),
        (
            {"ledgers": [{"established": False, "last_updated": "2025-03-01"}]},
            "facts-contradict",
            "ledgers[0].established",
        ),
        ({"duties": [{"count": 0, "meetings": [{}]}]}, "facts-contradict", "duties[0].count"),
    ],
)
def test_records_that_contradict_each_other_are_refused(data: object, code: str, path: str) -> None:
    assert faults(data) == [(code, path)]


def test_a_day_given_twice_alike_is_no_contradiction() -> None:
    referral = {"consent_date": "2025-03-01", "events": events("consented 2025-03-01", "consented")}
    assert read({"referral": referral}).facts["referral.consent_date"] == day("2025-03-01")


# -- dates tell -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("date", "given"), [("2025-03-01", True), ("never", False)])
def test_a_date_of_consent_tells_whether_consent_was_given(date: str, given: bool) -> None:
    found = read({"referral": {"consent_date": date}})
    assert found.facts["referral.consent_given"] is given
    assert "referral.consent_given" not in found.given


# -- as the case stood on a day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "given"), [("2025-02-28", False), ("2025-03-01", True), ("2025-03-02", True)])
def test_a_consent_is_given_from_its_day_on(on: str, given: bool) -> None:
    found = read({"referral": {"consent_given": True, "consent_date": "2025-03-01"}})
    assert on_day(found, day(on)).facts["referral.consent_given"] is given


def test_steps_after_the_day_have_not_been_taken() -> None:
    steps = events("informed 2025-03-01", "consented 2025-03-05", "withdrawn 2025-03-09")
    found = read({"referral": {"events": steps}})
    assert found.facts["referral.consent_given"] is False
    before = on_day(found, day("2025-03-04"))
    assert [event.event for event in before.events] == ["informed"]
    assert before.facts == {"referral.informed": True}
    between = on_day(found, day("2025-03-08"))
    assert between.facts["referral.consent_given"] is True
    assert on_day(found, day("2025-03-09")) is found
    earliest = on_day(found, day("2025-02-28"))
    assert (earliest.facts, earliest.events) == ({}, ())


def test_steps_without_a_day_are_taken_as_they_stand() -> None:
    found = read({"referral": {"events": events("informed", "consented")}})
    assert on_day(found, day("1990-01-01")) is found


def test_a_step_without_a_day_after_one_that_is_still_to_come_is_to_come_too() -> None:
    found = read({"referral": {"events": events("informed", "consented 2025-03-05", "letter_issued")}})
    assert [event.event for event in on_day(found, day("2025-03-04")).events] == ["informed"]
    assert "referral.letter_issued" not in on_day(found, day("2025-03-04")).facts


def test_after_some_steps_only_they_and_the_dates_that_came_tell() -> None:
    found = read(
        {"referral": {"consent_date": "2025-03-05", "events": events("informed", "consented 2025-03-05", "withdrawn")}}
    )
    late = day("2025-04-01")
    assert after_steps(found, 3, late) is found
    assert after_steps(found, 2, late).facts["referral.consent_given"] is True
    assert after_steps(found, 1, day("2025-03-04")).facts["referral.consent_given"] is False
    assert "referral.informed" not in after_steps(found, 0, late).facts
