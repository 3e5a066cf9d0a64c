"""Incentives and services: for whom, under which circumstances, by which rule."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.asking import REGIONS, ask, ask_small, incentives, joined, services, small_policy, statuses

from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES

STARTING: dict[str, Any] = {
    "organisation": {"charitable": True, "field": "social_assistance", "stage": "early"},
    "area": {"has_conditions": True},
}


@pytest.mark.parametrize(
    ("change", "status", "missing"),
    [
        ({}, "applies", []),
        ({"organisation": {"stage": "founding"}}, "applies", []),
        ({"organisation": {"stage": "established"}}, "condition_not_met", []),
        ({"area": {"has_conditions": False}}, "condition_not_met", []),
        ({"organisation": {"charitable": False}}, "does_not_apply", []),
        ({"organisation": {"field": "health"}}, "does_not_apply", []),
        # not its class of beneficiary, whatever the circumstances
        ({"organisation": {"charitable": False, "stage": "established"}}, "does_not_apply", []),
        ({"organisation": {"charitable": False, "stage": None}}, "does_not_apply", []),
        ({"organisation": {"field": None}}, "undetermined", ["organisation.field"]),
        ({"organisation": {"stage": None}}, "undetermined", ["organisation.stage"]),
        (
            {"organisation": {"field": None, "stage": None}},
            "undetermined",
            ["organisation.field", "organisation.stage"],
        ),
        # a circumstance is absent, yet it is open whether the instrument is meant for it at all
        ({"organisation": {"charitable": None, "stage": "established"}}, "undetermined", ["organisation.charitable"]),
    ],
)
@pytest.mark.parametrize("instrument", ["venture_philanthropy", "subsidy_reward", "premises"])
def test_the_four_outcomes(instrument: str, change: dict[str, Any], status: str, missing: list[str]) -> None:
    (found,) = incentives(joined(STARTING, change), "hubei", instrument)
    assert (found.status, found.missing, found.rule) == (status, missing, "start-up-support")
    assert (found.force, found.clause) == ("encouraged", "三(五)")
    value = {"applies": True, "undetermined": None}.get(status, False)
    assert found.why.value is value


def test_two_rules_for_one_instrument_are_two_entries_in_the_documents_order() -> None:
    found = incentives({"organisation": {"charitable": True}}, "hubei", "government_purchase")
    assert [(entry.clause, entry.force, entry.status) for entry in found] == [
        ("三(四)", "explore", "applies"),
        ("三(五)", "encouraged", "applies"),
    ]


def test_two_rules_for_one_instrument_are_decided_each_on_its_own() -> None:
    case = joined(STARTING, {"organisation": {"stage": "established", "project_gives_assistance": True}})
    found = incentives(case, "hubei", "fee_reduction")
    assert [(entry.rule, entry.status, entry.qualifier) for entry in found] == [
        ("start-up-support", "condition_not_met", None),
        ("tax-and-fee-preference", "applies", "renvoi"),
    ]


def test_an_instrument_on_which_the_text_is_silent_says_which_silence_it_is() -> None:
    (full,) = incentives(STARTING, "hubei", "media_publicity")
    (digest,) = incentives(STARTING, "shanxi", "tax_preference")
    assert (full.status, digest.status) == ("not_stipulated", "not_reported")
    for entry in (full, digest):
        assert (entry.force, entry.clause, entry.rule, entry.missing) == (None, None, None, [])
        assert (entry.why.op, entry.why.value) == ("silence", None)
    assert full.why.text != digest.why.text


@pytest.mark.parametrize("region", REGIONS)
def test_every_instrument_and_every_service_is_answered_in_the_contracts_order(region: str) -> None:
    answer = ask({"organisation": {}, "person": {}}, region)
    assert answer.incentives is not None
    assert answer.services is not None
    assert list(dict.fromkeys(entry.instrument for entry in answer.incentives)) == list(INSTRUMENTS)
    assert list(dict.fromkeys(entry.service for entry in answer.services)) == list(SERVICES)


def test_an_instrument_for_anybody_applies_and_one_for_nobody_does_not() -> None:
    nothing: dict[str, Any] = {"organisation": {}}
    for region in ("hubei", "jinhua", "shanxi"):
        assert statuses(incentives(nothing, region, "named_fund")) == ["applies"]
    assert statuses(incentives(STARTING, "hubei", "funding_increase")) == ["does_not_apply"]
    assert statuses(incentives(STARTING, "tianjin", "special_fund")) == ["does_not_apply"]
    (tekun,) = incentives(nothing, "shanghai", "lottery_welfare_fund")
    assert (tekun.status, tekun.force) == ("does_not_apply", "explore")


def test_conditions_joined_by_and_want_every_one_of_them() -> None:
    commendable = {"active_participation": True, "significant_results": True, "good_credit": True}
    for lacking in (None, *commendable):
        organisation = {"individual": True, "charitable": False, **commendable}
        if lacking:
            organisation[lacking] = False
        case = {"organisation": organisation}
        wanted = "condition_not_met" if lacking else "applies"
        assert statuses(incentives(case, "jinhua", "media_publicity")) == [wanted]
        assert statuses(incentives(case, "jinhua", "priority_recommendation")) == [wanted]
        assert statuses(incentives(case, "jinhua", "grade_assessment_tilt")) == ["does_not_apply"]


@pytest.mark.parametrize(
    ("region", "status", "flagged"),
    [("tianjin", "applies", True), ("shanxi", "applies", True), ("jinhua", "ambiguous", False)],
)
def test_start_up_support_of_another_field_is_read_in_two_ways(region: str, status: str, flagged: bool) -> None:
    (found,) = incentives(joined(STARTING, {"organisation": {"field": "health"}}), region, "premises")
    assert (found.status, found.flagged) == (status, flagged)
    assert [(entry.reading, entry.recommended, entry.status) for entry in found.readings] == [
        ("as-written", True, "applies"),
        # Shanxi's heading limits whom it is for, the others' when it is given
        ("heading-limits", False, "does_not_apply" if region == "shanxi" else "condition_not_met"),
    ]


@pytest.mark.parametrize("region", ["tianjin", "shanxi", "jinhua"])
def test_start_up_support_of_the_documents_own_field_is_the_same_under_both(region: str) -> None:
    (found,) = incentives(STARTING, region, "premises")
    assert (found.status, found.flagged) == ("applies", False)
    assert statuses(found.readings) == ["applies", "applies"]
    (late,) = incentives(joined(STARTING, {"organisation": {"stage": "established"}}), region, "premises")
    assert (late.status, late.flagged) == ("condition_not_met", False)


def test_an_unknown_field_leaves_the_ambiguous_reading_open_and_the_recommended_one_decided() -> None:
    case = joined(STARTING, {"organisation": {"field": None}})
    (jinhua,) = incentives(case, "jinhua", "premises")
    assert (jinhua.status, jinhua.missing) == ("undetermined", ["organisation.field"])
    (tianjin,) = incentives(case, "tianjin", "premises")
    assert (tianjin.status, tianjin.missing, tianjin.flagged) == ("applies", [], False)


def test_poverty_relief_is_inside_jinhuas_head_clause_only() -> None:
    case = joined(STARTING, {"organisation": {"field": "poverty_relief"}})
    assert statuses(incentives(case, "jinhua", "premises")) == ["applies"]
    assert statuses(incentives(case, "hubei", "premises")) == ["does_not_apply"]


def test_an_office_can_settle_on_the_heading() -> None:
    case = joined(STARTING, {"organisation": {"field": "health"}})
    (found,) = incentives(case, "jinhua", "premises", readings={"jinhua:field-limit": "heading-limits"})
    assert (found.status, [entry.chosen for entry in found.readings]) == ("condition_not_met", [False, True])


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"elderly": True, "in_low_income_database": True}, "applies"),
        ({"disabled": True, "dibao_recipient": True}, "applies"),
        (
            {"elderly": False, "minor": False, "disabled": False, "seriously_ill": False, "tekun": True},
            "does_not_apply",
        ),
        ({"elderly": True}, "undetermined"),
        ({"in_low_income_database": True}, "undetermined"),
    ],
)
def test_services_have_a_class_of_people_too(person: dict[str, bool], status: str) -> None:
    assert statuses(services({"person": person}, "hubei", "service_type_assistance")) == [status]


def test_a_service_circumstance_that_is_absent_is_no_matter_of_class() -> None:
    base = {"person": {"left_behind_child": True, "student": True}}
    for fact, status in ((True, "applies"), (False, "condition_not_met"), (None, "undetermined")):
        (found,) = services(joined(base, {"person": {"good_conduct_and_study": fact}}), "jinhua", "education")
        assert (found.status, found.force) == (status, "encouraged")
    outside = {"person": {"student": False, "good_conduct_and_study": True}}
    assert statuses(services(outside, "jinhua", "education")) == ["does_not_apply"]


PLAIN = """
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: incentive
            id: for-all
            instruments: [premises]
            force: may
            beneficiary: "True"
            when: area.has_conditions
            zh: 有条件的地区提供场地。
            en: Areas with the conditions give premises.
"""


def test_the_reasons_leave_out_a_part_that_asks_nothing() -> None:
    found = ask_small({"organisation": {}, "area": {"has_conditions": False}}, small_policy(PLAIN)).incentives
    assert found is not None
    entry = next(entry for entry in found if entry.instrument == "premises")
    assert entry.status == "condition_not_met"
    assert [ground.fact for ground in entry.why.because] == ["area.has_conditions"]
