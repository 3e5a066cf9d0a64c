"""What was promised, word for word: the sentences of the request, the contract's example, each ambiguity, each trap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import xianjie
from xianjie.engine.answer import GroupEntry, RegionAnswer

AS_OF = "2025-08-01"
REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
Tree = Mapping[str, Any]

IN_NO_CLASS: dict[str, Any] = {
    "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
    "aid": {
        "exit_date": "never",
        "application_is_new": False,
        "temporary_aid_date": "never",
        "special_programmes": [],
    },
}
AFTER_AID: dict[str, Any] = {
    "person": {"dibao_recipient": True},
    "aid": {"meets_conditions": True, "received": True, "still_in_difficulty": True},
}


def ask(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> RegionAnswer:
    return xianjie.assess(case, [region], as_of, **settings).regions[region]


def statuses(case: Tree, as_of: str = AS_OF) -> dict[str, str]:
    asked = xianjie.assess(case, REGIONS, as_of)
    return {name: region.eligibility.status for name, region in asked.regions.items()}


def laid(*trees: Tree) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for tree in trees:
        for record, facts in tree.items():
            out[record] = {**out.get(record, {}), **facts} if isinstance(facts, Mapping) else facts
    return out


def group(answer: RegionAnswer, name: str) -> GroupEntry:
    return next(entry for entry in answer.eligibility.groups if entry.id == name)


def covered(answer: RegionAnswer) -> list[str]:
    return [entry.id for entry in answer.eligibility.groups if entry.status in ("covered", "priority_match")]


def household(size: int, income: object) -> dict[str, Any]:
    return {"household": {"size": size, "annual_income": income, "property_within_limits": True}}


def referral(case: Tree, region: str, **settings: Any) -> Any:
    found = ask(case, region, **settings).referral
    assert found is not None
    return found


def duty(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> Any:
    found = ask(case, region, as_of, **settings).duties
    assert found is not None
    return found[0]


def instrument(organisation: Tree, region: str, name: str, **settings: Any) -> list[Any]:
    found = ask({"organisation": organisation}, region, **settings).incentives
    assert found is not None
    return [entry for entry in found if entry.instrument == name]


# -- must show -------------------------------------------------------------------------------------------------------


def test_jinhua_a_household_of_five_with_120000_is_ambiguous_with_both_readings() -> None:
    answer = ask(laid(IN_NO_CLASS, household(5, 120000)), "jinhua")
    assert (answer.eligibility.status, answer.eligibility.coverage) == ("ambiguous", "ambiguous")
    listed = [(e.reading, e.recommended, e.status) for e in group(answer, "uplift").readings]
    assert listed == [("flat", True, "not_matched"), ("per-head", False, "covered")]
    assert answer.eligibility.missing == []


def test_jinhua_a_household_of_three_with_100000_is_not_matched_and_with_99999_covered_as_uplift() -> None:
    at = ask(laid(IN_NO_CLASS, household(3, 100000)), "jinhua")
    assert at.eligibility.status == "not_matched"
    below = ask(laid(IN_NO_CLASS, household(3, 99999)), "jinhua")
    assert (below.eligibility.status, covered(below)) == ("covered", ["uplift"])
    above = ask(laid(IN_NO_CLASS, household(3, 100001)), "jinhua")
    assert above.eligibility.status == "not_matched"


def test_jinhua_a_count_below_its_number_is_in_progress_on_31_december_and_not_met_on_1_january() -> None:
    case = {"duties": [{"kind": "consultation", "level": "county", "year": 2025, "count": 1}]}
    assert duty(case, "jinhua", "2025-12-31").status == "in_progress"
    assert duty(case, "jinhua", "2026-01-01").status == "not_met"
    enough = {"duties": [{"kind": "consultation", "level": "county", "year": 2025, "count": 2}]}
    assert duty(enough, "jinhua", "2026-01-01").status == "met"


def test_hubei_a_recipient_whose_difficulty_is_resolved_is_not_matched() -> None:
    resolved = laid(AFTER_AID, {"aid": {"still_in_difficulty": False}})
    assert ask(resolved, "hubei").eligibility.status == "not_matched"
    assert ask(AFTER_AID, "hubei").eligibility.status == "covered"


def test_hubei_where_nobody_recorded_whether_hardship_remains_it_is_undetermined_and_says_so() -> None:
    found = ask({"person": {"dibao_recipient": True}, "aid": {"received": True}}, "hubei").eligibility
    assert (found.status, found.missing) == ("undetermined", ["aid.still_in_difficulty"])


LETTER: dict[str, Any] = laid(
    AFTER_AID,
    {
        "referral": {
            "direction": "forward",
            "initiator": "civil_affairs",
            "informed": True,
            "consent_given": True,
            "matches_project_conditions": True,
            "handled_during_acceptance": True,
            "letter_issued": True,
            "letter_date": "2025-03-01",
        }
    },
)


@pytest.mark.parametrize("region", ["hubei", "jinhua", "tianjin"])
def test_a_referral_letter_dated_before_the_consent_is_refused_with_the_step_and_the_next(region: str) -> None:
    found = referral(laid(LETTER, {"referral": {"consent_date": "2025-03-02"}}), region)
    assert (found.status, found.missing_step, found.next_step) == (
        "refused",
        "consent_before_letter",
        "reissue_letter",
    )
    for consent in ("2025-03-01", "2025-02-28"):
        assert referral(laid(LETTER, {"referral": {"consent_date": consent}}), region).status == "allowed"


def test_a_supply_ledger_seen_from_five_regions() -> None:
    ledger = {
        "kind": "supply",
        "level": "county",
        "last_updated": "2024-11-15",
        "provided_to_townships": "2024-11-15",
    }
    seen = {region: duty({"ledgers": [ledger]}, region) for region in REGIONS}
    assert {region: entry.status for region, entry in seen.items()} == {
        "hubei": "fresh",
        "jinhua": "not_stipulated",
        "shanghai": "not_stipulated",
        "shanxi": "not_reported",
        "tianjin": "overdue",
    }
    assert (seen["hubei"].next_due, seen["hubei"].compliance) == ("2025-11-15", "full")
    assert (seen["tianjin"].days_overdue, seen["tianjin"].next_due) == (78, "2025-05-15")


def test_the_contracts_example_case() -> None:
    case = {
        "case": "E-0007",
        "household_ref": "H-12",
        "as_of": "2025-05-01",
        "person": {"left_behind_child": False, "recognised_by_local_civil_affairs": False},
        "household": {"size": 3, "annual_income": 80000, "property_within_limits": True},
        "aid": {"received": True, "still_in_difficulty": True, "exit_date": "never"},
        "referral": {"direction": "forward", "initiator": "civil_affairs", "consent_given": True, "events": []},
        "organisation": {"charitable": True, "field": "social_assistance", "stage": "early"},
        "area": {"has_conditions": True},
        "ledgers": [
            {
                "kind": "supply",
                "level": "county",
                "last_updated": "2024-10-10",
                "provided_to_townships": "2024-10-10",
            }
        ],
        "duties": [{"kind": "consultation", "level": "county", "year": 2025, "count": 1}],
        "targets": [{"item": 15, "year": 2025, "value": 79.9}],
        "provenance": {"aid.still_in_difficulty": {"by": "township officer", "on": "2025-04-20", "note": "home visit"}},
    }
    whole = xianjie.assess(case, ["jinhua"])
    assert (whole.schema_version, whole.case, whole.as_of, whole.settings.due_soon_days) == (
        1,
        "E-0007",
        "2025-05-01",
        30,
    )
    answer = whole.regions["jinhua"]
    policy, found = answer.policy, answer.eligibility
    assert (policy.id, policy.standing, policy.validity, policy.text) == (
        "jinhua-draft",
        "draft",
        "not_in_force",
        "full",
    )
    assert (found.status, found.coverage, found.priority) == ("covered", "covered", "not_stipulated")
    assert (found.missing, found.advice) == ([], [])

    uplift = group(answer, "uplift")
    assert (uplift.name, uplift.status, uplift.force, uplift.clause, uplift.missing) == (
        "提低对象",
        "covered",
        "definition",
        "三",
        [],
    )
    assert (uplift.why.rule, uplift.why.value) == ("low-income-household", True)
    assert uplift.why.text == "家庭年总收入 80000 元 低于 100000 元，且财产符合条件"
    assert uplift.why.model_dump(exclude_unset=True)["because"] == [
        {"fact": "household.annual_income", "value": 80000},
        {"parameter": "income_line", "value": 100000},
        {"fact": "household.property_within_limits", "value": True},
    ]

    monitored = group(answer, "monitored")
    assert (monitored.name, monitored.status, monitored.force, monitored.clause) == (
        "监测对象",
        "undetermined",
        "definition",
        "三",
    )
    assert monitored.missing == [
        "aid.application_is_new",
        "aid.application_refused",
        "aid.temporary_aid_date",
        "aid.special_programmes",
    ]

    assert answer.duties is not None
    supply, consultation, target = answer.duties
    assert (supply.kind, supply.level, supply.status, supply.compliance, supply.unmet) == (
        "supply",
        "county",
        "not_stipulated",
        "unknown",
        [],
    )
    assert [
        getattr(supply, name) for name in ("interval", "next_due", "days_left", "days_overdue", "condition", "force")
    ] == [None] * 6
    assert (consultation.status, consultation.shortfall) == ("in_progress", 1)
    assert (target.status, target.required, target.shortfall, target.comparator_source) == (
        "in_progress",
        80,
        0.1,
        "printed",
    )

    assert answer.referral is not None
    way = answer.referral
    assert (way.direction, way.status, way.force, way.clause) == ("forward", "allowed", "must_bare", "四(二)2")
    assert (way.missing, way.missing_step, way.next_step, way.channel, way.options) == ([], None, None, None, [])
    assert (way.documents_any_of, way.document_required) == ([], "not_stipulated")
    assert way.simplification is not None
    assert (way.simplification.status, way.simplification.force, way.simplification.clause) == (
        "available",
        "may",
        "四(二)2",
    )
    assert answer.incentives is not None
    premises = next(entry for entry in answer.incentives if entry.instrument == "premises")
    assert (premises.status, premises.force, premises.qualifier, premises.clause, premises.missing) == (
        "applies",
        "must_bare",
        None,
        "四(二)5",
        [],
    )
    assert whole.provenance["aid.still_in_difficulty"]["note"] == "home visit"


# -- ambiguities -----------------------------------------------------------------------------------------------------


def test_a01_remaining_hardship_is_recorded_and_implies_that_aid_was_received() -> None:
    for region, name in (("hubei", "dibao"), ("tianjin", "still_in_difficulty"), ("shanghai", "still_in_difficulty")):

        def status(aid: Tree, region: str = region, name: str = name) -> str:
            return group(ask({"person": {"dibao_recipient": True}, "aid": aid}, region), name).status

        assert status({"received": True, "still_in_difficulty": True}) in ("covered", "priority_match")
        assert status({"received": True}) == "undetermined"
        assert status({"received": False, "still_in_difficulty": True}) == "not_matched"
        assert status({"received": True, "still_in_difficulty": False}) == "not_matched"


OUTSIDE_HUBEI: dict[str, Any] = {
    "person": dict.fromkeys(
        (
            "dibao_recipient",
            "tekun",
            "orphan",
            "de_facto_unsupported_child",
            "dibao_marginal_member",
            "poverty_return_monitored",
            "rigid_expenditure_member",
            "illness_impoverished_patient",
            "other_hardship",
            "in_low_income_database",
        ),
        False,
    ),
    "aid": {"meets_conditions": False},
}


def test_a02_outside_the_database_coverage_is_not_matched_and_referral_allowed_with_a_flag() -> None:
    case = laid(LETTER, {"referral": {"consent_date": "2025-02-01"}}, OUTSIDE_HUBEI)
    answer = ask(case, "hubei")
    assert (answer.eligibility.status, answer.eligibility.flagged) == ("not_matched", False)
    found = referral(case, "hubei")
    assert (found.status, found.flagged, "A-02" in found.notes) == ("allowed", True, True)
    inside = laid(case, {"person": {"in_low_income_database": True}})
    assert ask(inside, "hubei").eligibility.status == "covered"
    assert referral(inside, "hubei").flagged is False


def test_a03_a_recognised_recipient_without_hardship_is_covered_in_tianjin_with_a_flag() -> None:
    resolved = laid(AFTER_AID, {"aid": {"still_in_difficulty": False}})
    answer = ask(resolved, "tianjin")
    assert (answer.eligibility.status, answer.eligibility.flagged) == ("covered", True)
    limb = group(answer, "recognised_recipient")
    assert [(entry.reading, entry.status) for entry in limb.readings] == [
        ("own-limb", "covered"),
        ("within-first-sentence", "not_matched"),
    ]
    assert group(ask(AFTER_AID, "tianjin"), "recognised_recipient").flagged is False
    way = referral(laid(resolved, {"referral": {"direction": "forward"}}), "tianjin")
    assert (way.simplification.status, way.simplification.flagged) == ("available", False)


@pytest.mark.parametrize(
    ("size", "income", "status"),
    [
        (3, 99999.99, "covered"),
        (3, 100000, "not_matched"),
        (2, 66666.66, "covered"),
        (2, 66666.67, "ambiguous"),
        (4, 99999.99, "covered"),
        (4, 100000, "ambiguous"),
        (4, 133333.33, "ambiguous"),
        (4, 133333.34, "not_matched"),
    ],
)
def test_a04_other_sizes_than_three_are_ambiguous_where_the_readings_part(
    size: int, income: float, status: str
) -> None:
    answer = ask(laid(IN_NO_CLASS, household(size, income)), "jinhua")
    assert answer.eligibility.status == status
    assert "A-04" in group(answer, "uplift").notes


@pytest.mark.parametrize(
    ("submitted", "refused", "status", "flagged"),
    [
        ("2023-08-01", "2023-09-01", "covered", False),
        ("2023-07-31", "2023-08-01", "covered", True),
        ("2023-07-30", "2023-07-31", "not_matched", False),
        (None, "2023-08-01", "covered", False),
    ],
)
def test_a05_the_two_years_run_from_the_refusal_and_a_submission_outside_them_is_a_flag(
    submitted: str | None, refused: str, status: str, flagged: bool
) -> None:
    aid = {"application_is_new": True, "application_submitted": submitted, "application_refused": refused}
    answer = ask(laid(IN_NO_CLASS, household(3, 100000), {"aid": aid}), "jinhua")
    monitored = group(answer, "monitored")
    assert (monitored.status, monitored.flagged, answer.eligibility.flagged) == (status, flagged, flagged)
    renewal = laid(IN_NO_CLASS, household(3, 100000), {"aid": {**aid, "application_is_new": False}})
    assert ask(renewal, "jinhua").eligibility.status == "not_matched"


@pytest.mark.parametrize(
    ("region", "as_of", "status"),
    [
        ("hubei", "2025-11-15", "due_today"),
        ("hubei", "2025-11-16", "ambiguous"),
        ("hubei", "2025-12-31", "ambiguous"),
        ("hubei", "2026-01-01", "overdue"),
        ("tianjin", "2025-05-15", "due_today"),
        ("tianjin", "2025-05-16", "ambiguous"),
        ("tianjin", "2025-06-30", "ambiguous"),
        ("tianjin", "2025-07-01", "overdue"),
    ],
)
def test_a06_rolling_or_calendar_is_ambiguous_while_only_one_is_late(region: str, as_of: str, status: str) -> None:
    case = {"ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-11-15"}]}
    assert duty(case, region, as_of).status == status


def test_a07_shanghais_priority_classes_stand_side_by_side() -> None:
    case = {"person": {"tekun": True}, "aid": {"covered_by_existing_policy": False, "received": False}}
    answer = ask(case, "shanghai")
    assert covered(answer) == ["tekun", "not_covered_by_policy"]
    assert {entry.force for entry in answer.eligibility.groups} == {"priority"}
    assert all("A-07" in entry.notes for entry in answer.eligibility.groups)


def test_a08_property_is_a_recorded_fact_and_without_it_nothing_is_decided() -> None:
    answer = ask(laid(IN_NO_CLASS, {"household": {"size": 3, "annual_income": 99999}}), "jinhua")
    assert (answer.eligibility.status, answer.eligibility.missing) == (
        "undetermined",
        ["household.property_within_limits"],
    )
    beyond = laid(IN_NO_CLASS, household(3, 1), {"household": {"property_within_limits": False}})
    assert ask(beyond, "jinhua").eligibility.status == "not_matched"


def test_a09_meetings_are_counted_and_an_absent_party_is_a_warning() -> None:
    meeting = {"departments": True, "charities": True, "grassroots": False}
    record = {"kind": "consultation", "level": "county", "year": 2024, "count": 2, "meetings": [meeting, meeting]}
    found = duty({"duties": [record]}, "jinhua")
    assert (found.status, found.flagged, len(found.warnings)) == ("met", True, 1)


def test_a10_the_anniversary_itself_is_within_the_years() -> None:
    case = laid(IN_NO_CLASS, household(3, 100000), {"aid": {"exit_date": "2022-08-01"}})
    inside = ask(case, "jinhua", "2025-08-01")
    assert (covered(inside), "A-10" in group(inside, "monitored").notes) == (["monitored"], True)
    assert covered(ask(case, "jinhua", "2025-08-02")) == []


def test_a11_every_class_that_matches_is_listed() -> None:
    case = laid(
        household(3, 1),
        {"person": {"tekun": True, "recognised_by_local_civil_affairs": True}, "aid": {"special_programmes": ["医疗"]}},
    )
    answer = ask(case, "jinhua")
    assert covered(answer) == ["registered", "monitored", "uplift"]
    assert all("A-11" in entry.notes for entry in answer.eligibility.groups)


@pytest.mark.parametrize(
    ("region", "status", "flagged"),
    [("jinhua", "ambiguous", False), ("shanxi", "applies", True), ("tianjin", "applies", True)],
)
def test_a12_start_up_support_of_another_field(region: str, status: str, flagged: bool) -> None:
    health = {"charitable": True, "field": "health", "stage": "founding"}
    (found,) = instrument(health, region, "venture_philanthropy")[:1]
    assert (found.status, found.flagged) == (status, flagged)
    (own,) = instrument({**health, "field": "social_assistance"}, region, "venture_philanthropy")[:1]
    assert (own.status, own.flagged) == ("applies", False)


def test_a12_hubei_has_the_field_in_words() -> None:
    health = {"charitable": True, "field": "health", "stage": "founding"}
    (found,) = instrument(health, "hubei", "venture_philanthropy")
    assert (found.status, found.readings) == ("does_not_apply", [])


def test_a13_the_tilt_is_for_those_the_same_sentence_commends() -> None:
    praised = {"charitable": True, "outstanding_contribution": True, "good_social_influence": True}
    (tilt,) = instrument(praised, "hubei", "grade_assessment_tilt")
    assert (tilt.status, tilt.force, tilt.notes) == ("applies", "priority", ["A-13"])
    project = {**praised, "good_social_influence": False, "project_innovative_demonstrative": True}
    assert instrument(project, "hubei", "commendation")[0].status == "applies"
    assert instrument(project, "hubei", "grade_assessment_tilt")[0].status == "condition_not_met"


def test_a14_a_bare_number_is_an_assumed_minimum() -> None:
    bare = duty({"targets": [{"item": 20, "year": 2025, "value": 100}]}, "jinhua")
    assert (bare.status, bare.comparator_source, bare.readings) == ("met", "assumed", [])
    assert "A-14" in bare.notes
    assert duty({"targets": [{"item": 20, "year": 2025, "value": 99.9}]}, "jinhua").status == "in_progress"
    printed = duty({"targets": [{"item": 18, "year": 2025, "value": 85}]}, "jinhua")
    assert (printed.status, printed.comparator_source) == ("met", "printed")


def test_a15_a_running_total_that_says_otherwise_is_a_flag() -> None:
    record = {"item": 19, "year": 2024, "value": 2500, "value_in_year": 1999}
    found = duty({"targets": [record]}, "jinhua")
    assert (found.status, found.flagged, found.actual) == ("not_met", True, 1999)
    assert duty({"targets": [{**record, "value_in_year": 2000}]}, "jinhua").flagged is False


def test_a16_a_ledger_that_was_never_made_is_never_overdue() -> None:
    found = duty({"ledgers": [{"kind": "supply", "level": "county", "established": False}]}, "hubei", "2035-01-01")
    assert (found.status, found.condition, found.days_overdue) == ("undetermined", "never_established", None)


def test_a17_a_townships_match_without_papers_is_not_ruled() -> None:
    facts = {"direction": "forward", "initiator": "township", "letter_issued": False, "materials_sealed": False}
    found = referral(laid(AFTER_AID, {"referral": facts}), "hubei").simplification
    assert (found.status, found.notes) == ("not_stipulated", ["A-17"])
    sealed = referral(laid(AFTER_AID, {"referral": {**facts, "materials_sealed": True}}), "hubei").simplification
    assert sealed.status == "available"


def test_a18_windows_end_on_the_date_given_and_never_on_todays() -> None:
    case = laid(IN_NO_CLASS, household(3, 100000), {"aid": {"temporary_aid_date": "1999-06-01"}})
    assert covered(ask(case, "jinhua", "2000-06-01")) == ["monitored"]
    assert covered(ask(case, "jinhua", "2000-06-02")) == []
    with pytest.raises(xianjie.InputError):
        xianjie.assess(case, ["jinhua"])


def test_a19_not_meeting_the_conditions_is_recorded_and_stands_before_what_a_status_suggests() -> None:
    for region, name in (("hubei", "database_conditions_not_met"), ("tianjin", "conditions_not_met")):

        def status(facts: Tree, region: str = region, name: str = name) -> str:
            base: Tree = {"person": {"in_low_income_database": True, "dibao_recipient": True}}
            return group(ask(laid(base, {"aid": facts}), region), name).status

        assert status({"meets_conditions": False}) == "covered"
        assert status({"meets_conditions": True}) == "not_matched"
        assert status({"received": True}) == "not_matched"  # a dibao recipient is taken to meet them
    unknown = ask({"person": {"in_low_income_database": True, "dibao_recipient": False}}, "tianjin")
    assert group(unknown, "conditions_not_met").status == "undetermined"


def test_a20_inability_to_live_independently_is_a_note_and_no_condition() -> None:
    for able in (True, False, None):
        person = {"elderly": True, "in_low_income_database": True, "cannot_self_care": able}
        found = ask({"person": person}, "hubei").services
        assert found is not None
        entry = next(entry for entry in found if entry.service == "service_type_assistance")
        assert (entry.status, entry.notes) == ("applies", ["A-20"])


def test_a21_the_charitys_review_is_a_duty_of_its_own() -> None:
    found = referral(laid(LETTER, {"referral": {"consent_date": "2025-02-01"}}), "hubei")
    review = next(entry for entry in found.accompanying if entry.duty == "charity-review-and-delivery")
    assert (review.status, review.force, review.notes) == ("applies", "must_bare", ["A-21"])
    assert found.simplification.force == "may"


# -- traps -----------------------------------------------------------------------------------------------------------


def test_t01_shanxi_is_not_shaanxi() -> None:
    with pytest.raises(xianjie.InputError) as caught:
        xianjie.assess({}, ["shanxii"], AS_OF)
    assert "shanxi" in str(caught.value)
    # Shaanxi's classes are none of Shanxi's
    assert ask(AFTER_AID, "shanxi").eligibility.groups == []
    assert ask(AFTER_AID, "shanxi").policy.id == "shanxi-digest"


def test_t03_jinhuas_answers_carry_the_draft() -> None:
    for as_of in ("2020-01-01", AS_OF, "2030-01-01"):
        policy = ask({}, "jinhua", as_of).policy
        assert (policy.standing, policy.validity) == ("draft", "not_in_force")
    assert {ask({}, region).policy.standing for region in ("hubei", "tianjin", "shanghai")} == {"issued"}
    assert ask({}, "shanxi").policy.standing == "press_report"


def test_t09_shanghais_validity_is_unverified() -> None:
    assert ask({}, "shanghai").policy.validity == "unverified"
    assert ask({}, "shanghai", "2018-04-24").policy.validity == "not_in_force"


@pytest.mark.parametrize(
    ("region", "record"),
    [
        ("hubei", {"duties": [{"kind": "consultation", "level": "county", "year": 2020, "count": 0}]}),
        ("shanghai", {"duties": [{"kind": "brand_selection", "year": 2019, "count": 0}]}),
        ("tianjin", {"duties": [{"kind": "task_analysis", "year": 2020, "count": 0}]}),
        ("tianjin", {"ledgers": [{"kind": "demand", "level": "township", "last_updated": "2010-01-01"}]}),
        ("shanxi", {"ledgers": [{"kind": "assistance_information", "assistance_given": "2010-01-01"}]}),
    ],
)
def test_t11_regularly_and_promptly_never_yield_a_date(region: str, record: Tree) -> None:
    found = duty(record, region)
    assert (found.status, found.next_due, found.days_overdue, found.required) == ("no_fixed_interval", None, None, None)
    assert found.cadence


def test_t14_a_window_from_29_february_ends_on_28_february() -> None:
    case = laid(IN_NO_CLASS, household(3, 100000), {"aid": {"temporary_aid_date": "2024-02-29"}})
    assert covered(ask(case, "jinhua", "2025-02-28")) == ["monitored"]
    assert covered(ask(case, "jinhua", "2025-03-01")) == []


def test_t15_below_is_strict_and_per_head_is_never_rounded() -> None:
    uplift = [
        group(ask(laid(IN_NO_CLASS, household(1, income)), "jinhua"), "uplift").readings[1].status
        for income in ("33333.33", "33333.34")
    ]
    assert uplift == ["covered", "not_matched"]
    assert ask(laid(IN_NO_CLASS, household(3, "99999.99")), "jinhua").eligibility.status == "covered"


NEVER_APPLIED = laid(
    OUTSIDE_HUBEI,
    IN_NO_CLASS,
    household(3, 200000),
    {"person": {"other_recognised_recipient": False}, "aid": {"meets_conditions": True, "received": False}},
)


@pytest.mark.parametrize("region", ["hubei", "tianjin", "jinhua"])
def test_t16_who_meets_the_conditions_and_never_applied_is_told_to_apply(region: str) -> None:
    answer = ask(NEVER_APPLIED, region)
    assert (answer.eligibility.status, answer.eligibility.advice) == ("not_matched", ["apply_for_government_aid"])
    asked = {"referral": {"direction": "forward", "initiator": "civil_affairs"}}
    assert referral(laid(NEVER_APPLIED, asked), region).status == "not_triggered"


def test_t17_a_recipient_without_hardship_is_out_in_hubei_and_registered_in_jinhua() -> None:
    for status in ("dibao_recipient", "dibao_marginal_member"):
        case = {
            "person": {**OUTSIDE_HUBEI["person"], status: True, "recognised_by_local_civil_affairs": True},
            "aid": {"meets_conditions": True, "received": True, "still_in_difficulty": False},
        }
        assert ask(case, "hubei").eligibility.status == "not_matched"
        assert covered(ask(case, "jinhua")) == ["registered"]


def test_t18_three_kinds_of_hardship_by_expenditure_are_three() -> None:
    local = {"recognised_by_local_civil_affairs": True}
    aid = {"received": True, "still_in_difficulty": True}

    def matches(person: Tree, house: Tree, region: str) -> list[str]:
        return covered(ask({"person": {**local, **person}, "household": house, "aid": aid}, region))

    assert matches({"expenditure_poverty": True}, {}, "jinhua") == ["registered"]
    assert matches({"rigid_expenditure_member": True}, {}, "jinhua") == []
    assert matches({"rigid_expenditure_member": True}, {}, "hubei") == ["rigid_expenditure"]
    assert matches({"expenditure_poverty": True}, {}, "hubei") == []
    assert matches({}, {"illness_impoverished": True}, "shanghai") == ["illness_impoverished", "still_in_difficulty"]
    assert matches({"rigid_expenditure_member": True}, {}, "shanghai") == ["still_in_difficulty"]
    assert matches({"illness_impoverished_patient": True}, {}, "hubei") == ["rigid_expenditure"]


def test_t19_tilt_awards_and_purchase_stand_only_where_they_are_written() -> None:
    def ruled(name: str) -> set[str]:
        silent = ("not_stipulated", "not_reported")
        return {r for r in REGIONS if any(e.status not in silent for e in instrument({"charitable": True}, r, name))}

    assert ruled("grade_assessment_tilt") == {"hubei", "jinhua"}
    assert ruled("charity_award") == ruled("advanced_collective_individual") == {"tianjin"}
    assert ruled("priority_recommendation") == {"jinhua"}
    assert ruled("government_purchase") == {"hubei", "jinhua", "shanghai"}
    assert ruled("commendation") == {"hubei", "tianjin"}


def test_t20_reverse_referral_has_another_force_in_each_region() -> None:
    def force(region: str, initiator: str) -> tuple[str, str | None]:
        facts = {"direction": "reverse", "initiator": initiator, "possibly_meets_aid_conditions": True}
        found = referral({"aid": {"received": False}, "referral": facts}, region)
        return found.status, found.force

    assert force("hubei", "charity") == ("allowed", "may")
    assert force("tianjin", "charity_member") == ("allowed", "encouraged")
    assert force("jinhua", "charity") == ("allowed", "must_bare")
    assert force("shanghai", "charity") == ("not_stipulated", None)
    assert force("shanxi", "charity") == ("not_reported", None)


def test_t21_consent_is_informed_in_hubei_plain_in_two_and_asked_for_nowhere_in_reverse() -> None:
    case = laid(LETTER, {"referral": {"consent_date": "2025-02-01", "informed": False}})
    found = {region: referral(case, region) for region in REGIONS}
    assert (found["hubei"].status, found["hubei"].missing_step) == ("refused", "inform")
    assert [found[region].status for region in ("tianjin", "jinhua")] == ["allowed", "allowed"]
    assert [found[region].status for region in ("shanghai", "shanxi")] == ["not_stipulated", "not_reported"]
    for region, initiator in (("hubei", "charity"), ("tianjin", "charity_member"), ("jinhua", "charity")):
        facts = {"direction": "reverse", "initiator": initiator, "possibly_meets_aid_conditions": True}
        case = {"aid": {"received": False}, "referral": {**facts, "consent_given": False}}
        assert referral(case, region).status == "allowed"


def test_t22_a_miss_is_not_matched_and_never_a_denial() -> None:
    found = statuses(NEVER_APPLIED)
    assert found == {
        "hubei": "not_matched",
        "jinhua": "not_matched",
        "shanghai": "not_stipulated",
        "shanxi": "not_reported",
        "tianjin": "not_matched",
    }


def test_t25_the_region_is_named_by_the_caller_and_no_answer_asks_where_somebody_lives() -> None:
    with pytest.raises(xianjie.InputError):
        xianjie.assess(AFTER_AID, [], AS_OF)
    everywhere = xianjie.assess(AFTER_AID, REGIONS, AS_OF)
    assert list(everywhere.regions) == list(REGIONS)
    asked = {name for region in everywhere.regions.values() for name in region.eligibility.missing}
    assert not any("residence" in name or "region" in name or "hukou" in name for name in asked)
