"""Facts put into a case as if somebody had recorded them, and what dates and steps tell of them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.asking import AS_OF, day
from tests.proof.small_worlds import DAY

from xianjie.cases.read import read_case
from xianjie.errors import InternalError
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.proof.filling import BLANK, facts_at, filled, told_by_steps, with_told
from xianjie.vocabulary import BASE

GIVEN, DATE = "referral.consent_given", "referral.consent_date"


@pytest.mark.parametrize(
    ("record", "facts", "expected"),
    [
        ({}, {"person.tekun": True}, {"person.tekun": True}),
        ({"person": {"tekun": True}}, {"person.tekun": False}, {"person.tekun": False}),
        ({}, {DATE: DAY}, {DATE: DAY, GIVEN: True}),
        ({}, {DATE: NEVER}, {DATE: NEVER, GIVEN: False}),
        # on the day of evaluation a later consent has not been given yet
        ({}, {DATE: DAY + 1}, {DATE: DAY + 1, GIVEN: False}),
        ({"referral": {"consent_given": True}}, {DATE: NEVER}, {DATE: NEVER, GIVEN: False}),
        ({"referral": {"consent_given": False}}, {GIVEN: True}, {GIVEN: True}),
    ],
)
def test_a_case_is_filled(record: Any, facts: dict[str, Value], expected: dict[str, Value]) -> None:
    case = filled(read_case(record, BASE), facts)
    assert facts_at(case, DAY) == expected
    assert case.records == {name.partition(".")[0] for name in expected}


def test_records_may_be_held_empty() -> None:
    assert filled(BLANK, {}, ("organisation",)).records == {"organisation"}


def test_facts_that_contradict_recorded_steps_are_an_internal_error() -> None:
    case = read_case({"referral": {"events": [{"event": "consented", "on": AS_OF}]}}, BASE)
    with pytest.raises(InternalError, match="case-contradicts-itself"):
        filled(case, {GIVEN: False})


def test_what_steps_tell_is_named() -> None:
    events = [{"event": "informed"}, {"event": "consented", "on": "2025-07-01"}, {"event": "letter_issued"}]
    record = {"referral": {"events": events}, "person": {"tekun": True}}
    told = told_by_steps(read_case(record, BASE))
    assert told == {"referral.informed", GIVEN, DATE, "referral.letter_issued"}
    assert told_by_steps(BLANK) == frozenset()


@pytest.mark.parametrize(("date", "flag"), [(NEVER, False), (day("2025-07-31"), True), (DAY, True), (DAY + 1, False)])
def test_a_date_tells_whether_it_came(date: int, flag: bool) -> None:
    assert with_told({DATE: date}, DAY) == {DATE: date, GIVEN: flag}
