"""A question has one id: whatever is asked otherwise has another, and the order of the records does not count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from xianjie.cases.read import read_case
from xianjie.engine.question import decision_id
from xianjie.vocabulary import BASE

GIVEN: dict[str, Any] = {
    "case": "E-0001 “甲”",
    "household_ref": "F-1",
    "person": {"orphan": True, "tekun": False},
    "aid": {"special_programmes": ["医疗救助", "教育救助"]},
    "referral": {"events": [{"event": "informed", "on": "2025-01-02", "by": "乙"}]},
    "ledgers": [{"kind": "supply"}],
    "duties": [{"kind": "consultation", "year": 2025, "meetings": [{"charities": True}]}],
    "targets": [{"item": 1, "year": 2025, "value": 3.30, "additions": {"2024": 1}}],
    "provenance": {"person.orphan": {"by": "丙", "on": "2025-01-01"}},
}
CASE = read_case(GIVEN, BASE)
QUESTION: dict[str, Any] = {
    "case": CASE,
    "policies": {"甲地": "a" * 64, "乙地": "b" * 64},
    "as_of": "2025-08-01",
    "settings": {"due_soon_days": 30, "readings": {}, "overlay": None},
    "engine": "0.1.0",
}


def test_it_is_a_digest_of_the_question_spelled_out_as_json() -> None:
    """Whoever keeps ids can make them anew, by any JSON writer: sorted keys, no white space, UTF-8."""

    def plain(value: object) -> object:
        return dict(value) if isinstance(value, Mapping) else sorted(value)  # type: ignore[call-overload]

    from xianjie.engine.question import canonical

    spelled = json.dumps(
        {**QUESTION, "case": canonical(CASE)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain
    )
    assert decision_id(**QUESTION) == hashlib.sha256(spelled.encode()).hexdigest()[:32]


def test_the_order_of_what_was_recorded_does_not_count() -> None:
    turned = {key: dict(reversed(value.items())) if isinstance(value, dict) else value for key, value in GIVEN.items()}
    turned["aid"] = {"special_programmes": ["教育救助", "医疗救助"]}
    other = {**QUESTION, "case": read_case(dict(reversed(turned.items())), BASE)}
    assert decision_id(**other) == decision_id(**QUESTION)


@pytest.mark.parametrize(
    "change",
    [
        {"case": "E-0002"},
        {"household_ref": None},
        {"person": {"orphan": True}},
        {"person": {"orphan": True, "tekun": True}},
        {"area": {}},
        {"ledgers": [{"kind": "demand"}]},
        {"duties": [{"kind": "consultation", "year": 2025, "meetings": []}]},
        {"targets": [{"item": 1, "year": 2025, "value": 3.31, "additions": {"2024": 1}}]},
        {"targets": [{"item": 1, "year": 2025, "value": 3.30, "additions": {"2023": 1}}]},
        {"referral": {"events": [{"event": "informed", "on": "2025-01-03", "by": "乙"}]}},
        {"referral": {"events": [{"event": "informed", "on": "2025-01-02"}]}},
        {"provenance": {}},
    ],
)
def test_another_record_is_another_question(change: dict[str, Any]) -> None:
    other = {key: value for key, value in {**GIVEN, **change}.items() if value is not None}
    assert decision_id(**{**QUESTION, "case": read_case(other, BASE)}) != decision_id(**QUESTION)


@pytest.mark.parametrize(
    "change",
    [
        {"policies": {"甲地": "a" * 64}},
        {"policies": {"甲地": "b" * 64, "乙地": "a" * 64}},
        {"as_of": "2025-08-02"},
        {"settings": {"due_soon_days": 31, "readings": {}, "overlay": None}},
        {"settings": {"due_soon_days": 30, "readings": {"甲": "乙"}, "overlay": None}},
        {"settings": {"due_soon_days": 30, "readings": {}, "overlay": {"甲地": "trial"}}},
        {"engine": "0.1.1"},
    ],
)
def test_another_policy_day_setting_or_version_is_another_question(change: dict[str, Any]) -> None:
    assert decision_id(**{**QUESTION, **change}) != decision_id(**QUESTION)


def test_figures_that_are_equal_are_one_question() -> None:
    other = {**GIVEN, "targets": [{"item": 1, "year": 2025, "value": "3.300", "additions": {"2024": "1.0"}}]}
    assert decision_id(**{**QUESTION, "case": read_case(other, BASE)}) == decision_id(**QUESTION)
