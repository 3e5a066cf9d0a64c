"""Who is covered, who comes first, and what is still missing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.asking import REGIONS, ask_small, eligibility, group, joined, matched, small_policy

IN_NO_CLASS: dict[str, Any] = {
    "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
    "aid": {
        "exit_date": "never",
        "application_is_new": False,
        "temporary_aid_date": "never",
        "special_programmes": [],
    },
}
"""Nothing that Jinhua's registered and monitored classes ask for."""

MONITORED = [
    "aid.exit_date",
    "aid.application_is_new",
    "aid.application_refused",
    "aid.temporary_aid_date",
    "aid.special_programmes",
]


def household(size: int | None, income: object, within: bool | None = True) -> dict[str, Any]:
    return {"household": {"size": size, "annual_income": income, "property_within_limits": within}}


# -- the status ------------------------------------------------------------------------------------------------------


def test_one_class_that_matches_is_enough_whatever_stands_open_beside_it() -> None:
    found = eligibility(
        {"person": {"dibao_recipient": True}, "aid": {"received": True, "still_in_difficulty": True}}, "hubei"
    )
    assert (found.status, found.coverage, found.priority) == ("covered", "covered", "not_stipulated")
    assert matched(found) == ["dibao"]
    assert {entry.status for entry in found.groups[1:-1]} == {"undetermined"}
    assert found.missing == []


def test_a_match_stands_beside_an_ambiguous_class() -> None:
    case = joined(
        IN_NO_CLASS, household(5, 120000), {"person": {"tekun": True, "recognised_by_local_civil_affairs": True}}
    )
    found = eligibility(case, "jinhua")
    assert (found.status, group(found, "uplift").status) == ("covered", "ambiguous")
    assert matched(found) == ["registered"]


def test_an_open_class_makes_an_ambiguous_one_undetermined_and_only_its_own_facts_are_missing() -> None:
    case = joined(IN_NO_CLASS, household(5, 120000), {"aid": {"exit_date": None, "temporary_aid_date": None}})
    found = eligibility(case, "jinhua")
    assert (found.status, group(found, "uplift").status) == ("undetermined", "ambiguous")
    assert found.missing == ["aid.exit_date", "aid.temporary_aid_date"]


def test_nothing_open_and_nothing_matching_is_not_matched() -> None:
    found = eligibility(joined(IN_NO_CLASS, household(3, 100000)), "jinhua")
    assert (found.status, found.missing, found.flagged) == ("not_matched", [], False)
    assert {entry.status for entry in found.groups} == {"not_matched"}


def test_nothing_recorded_at_all_is_undetermined_where_the_document_names_classes() -> None:
    statuses = {region: eligibility({}, region).status for region in REGIONS}
    assert statuses == {
        "hubei": "undetermined",
        "jinhua": "undetermined",
        "shanghai": "not_stipulated",
        "shanxi": "not_reported",
        "tianjin": "undetermined",
    }


def test_no_region_ever_says_denied() -> None:
    nobody = {
        "person": dict.fromkeys(("dibao_recipient", "tekun", "orphan", "other_hardship"), False),
        "aid": {"meets_conditions": False, "received": False, "covered_by_existing_policy": True},
    }
    for region in REGIONS:
        found = eligibility(nobody, region)
        assert found.status in (
            "covered",
            "not_matched",
            "undetermined",
            "not_stipulated",
            "not_reported",
        ), region


# -- priority --------------------------------------------------------------------------------------------------------

SHANGHAI_NONE: dict[str, Any] = {
    "person": {"tekun": False},
    "household": {"emergency_hardship": False, "illness_impoverished": False},
    "aid": {"covered_by_existing_policy": True, "received": False},
}


@pytest.mark.parametrize(
    ("change", "group_id"),
    [
        ({"person": {"tekun": True}}, "tekun"),
        ({"household": {"emergency_hardship": True}}, "emergency_hardship"),
        ({"household": {"illness_impoverished": True}}, "illness_impoverished"),
        ({"aid": {"covered_by_existing_policy": False}}, "not_covered_by_policy"),
        ({"aid": {"received": True, "still_in_difficulty": True}}, "still_in_difficulty"),
    ],
)
def test_where_coverage_is_silent_a_priority_class_gives_the_status(change: dict[str, Any], group_id: str) -> None:
    found = eligibility(joined(SHANGHAI_NONE, change), "shanghai")
    assert (found.status, found.coverage, found.priority) == (
        "priority_match",
        "not_stipulated",
        "priority_match",
    )
    assert matched(found) == [group_id]


def test_where_coverage_is_silent_and_no_priority_class_matches_the_status_is_silence() -> None:
    found = eligibility(SHANGHAI_NONE, "shanghai")
    assert (found.status, found.priority, found.missing) == ("not_stipulated", "not_matched", [])


def test_open_priority_leaves_the_status_silent_and_names_what_could_change_it() -> None:
    found = eligibility(joined(SHANGHAI_NONE, {"person": {"tekun": None}, "aid": {"received": True}}), "shanghai")
    assert (found.status, found.priority) == ("not_stipulated", "undetermined")
    assert found.missing == ["person.tekun", "aid.still_in_difficulty"]


def test_a_digest_without_classes_is_not_reported() -> None:
    found = eligibility({"person": {"dibao_recipient": True}}, "shanxi")
    assert (found.status, found.coverage, found.priority) == ("not_reported",) * 3
    assert (found.groups, found.missing) == ([], [])


BOTH_KINDS = """
    groups:
      - {id: covered, gives: coverage, zh: 覆盖, en: covered}
      - {id: first, gives: priority, zh: 优先, en: first}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: covers, group: covered, force: definition, zh: 覆盖。, en: Covers., when: person.tekun}
          - {part: group, id: first-to, group: first, force: priority, zh: 优先。, en: First., when: person.orphan}
"""


def test_where_coverage_is_ruled_a_priority_class_never_makes_the_status() -> None:
    policy = small_policy(BOTH_KINDS)
    for tekun, coverage in ((True, "covered"), (False, "not_matched"), (None, "undetermined")):
        found = ask_small({"person": {"tekun": tekun, "orphan": True}}, policy).eligibility
        assert (found.status, found.coverage, found.priority) == (coverage, coverage, "priority_match")
        assert found.missing == (["person.tekun"] if tekun is None else [])
    # priority still open: the status is decided, and nothing could change it
    found = ask_small({"person": {"tekun": False}}, policy).eligibility
    assert (found.status, found.priority, found.missing) == ("not_matched", "undetermined", [])


# -- what is missing -------------------------------------------------------------------------------------------------


def test_only_what_can_still_change_the_status_is_missing() -> None:
    recipient = {"person": {"dibao_recipient": True}, "aid": {"received": True}}
    found = eligibility(recipient, "hubei")
    assert (found.status, found.missing) == ("undetermined", ["aid.still_in_difficulty"])
    # each class has its own list, in which the membership that nobody recorded does stand
    assert group(found, "tekun").missing == [
        "person.tekun",
        "person.orphan",
        "person.de_facto_unsupported_child",
        "aid.still_in_difficulty",
    ]
    assert group(found, "dibao").missing == ["aid.still_in_difficulty"]
    assert group(found, "database_conditions_not_met").status == "not_matched"


def test_a_class_decided_the_other_way_asks_for_nothing() -> None:
    found = eligibility(joined(IN_NO_CLASS, household(None, None, None)), "jinhua")
    assert found.missing == ["household.annual_income", "household.property_within_limits", "household.size"]
    found = eligibility(joined(IN_NO_CLASS, household(None, None, False)), "jinhua")
    assert (found.status, found.missing) == ("not_matched", [])


def test_the_size_matters_only_where_the_readings_can_part() -> None:
    # below 33,333.33… per head even for one, and at any size below the line
    assert eligibility(joined(IN_NO_CLASS, household(None, 33333.33)), "jinhua").missing == ["household.size"]
    open_ = eligibility(joined(IN_NO_CLASS, household(None, 120000)), "jinhua")
    assert (open_.status, open_.missing) == ("undetermined", ["household.size"])


def test_what_only_one_of_two_readings_asks_for_is_missing_too() -> None:
    # for one person 50,000 is below the line and beyond the share per head, whatever the property
    found = eligibility(joined(IN_NO_CLASS, household(1, 50000, None)), "jinhua")
    assert (found.status, found.missing) == ("undetermined", ["household.property_within_limits"])
    uplift = group(found, "uplift")
    assert [entry.status for entry in uplift.readings] == ["undetermined", "not_matched"]
    # and where it is the other reading that is open, its reasons are told
    sizeless = group(eligibility(joined(IN_NO_CLASS, household(None, 50000)), "jinhua"), "uplift")
    assert ([entry.status for entry in sizeless.readings], sizeless.why.value) == (["covered", "undetermined"], None)
    assert sizeless.missing == ["household.size"]


def test_missing_at_the_status_keeps_the_order_of_the_document() -> None:
    found = eligibility(
        {"household": {"property_within_limits": False}, "person": {"left_behind_child": False}}, "jinhua"
    )
    assert found.missing == [
        "person.recognised_by_local_civil_affairs",
        "person.tekun",
        "person.dibao_recipient",
        "person.expenditure_poverty",
        "person.dibao_marginal_member",
        "person.orphan",
        "person.child_in_difficulty",
        "person.de_facto_unsupported_child",
        *MONITORED,
    ]


# -- thresholds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "income", "status"),
    [
        (3, 99999.99, "covered"),
        (3, 100000, "not_matched"),
        (3, 100000.01, "not_matched"),
        (1, 33333.33, "covered"),  # 3 × 33,333.33 < 100,000 × 1
        (1, 33333.34, "ambiguous"),
        (1, 99999.99, "ambiguous"),
        (1, 100000, "not_matched"),
        (2, 66666.66, "covered"),
        (2, 66666.67, "ambiguous"),
        (4, 99999.99, "covered"),
        (4, 100000, "ambiguous"),
        (4, 133333.33, "ambiguous"),
        (4, 133333.34, "not_matched"),
        (5, 166666.66, "ambiguous"),
        (5, 166666.67, "not_matched"),
    ],
)
def test_the_income_line_and_its_two_readings(size: int, income: float, status: str) -> None:
    found = eligibility(joined(IN_NO_CLASS, household(size, income)), "jinhua")
    assert found.status == status
    flat, per_head = (entry.status for entry in group(found, "uplift").readings)
    assert flat == ("covered" if income < 100000 else "not_matched")
    assert (status == "ambiguous") is (flat != per_head)


def test_money_is_exact_as_a_string_of_digits_too() -> None:
    assert eligibility(joined(IN_NO_CLASS, household(3, "99999.99")), "jinhua").status == "covered"
    assert eligibility(joined(IN_NO_CLASS, household(3, "100000.00")), "jinhua").status == "not_matched"


@pytest.mark.parametrize(
    ("facts", "inside", "outside"),
    [
        ({"exit_date": "2022-08-01"}, "2025-08-01", "2025-08-02"),
        ({"application_is_new": True, "application_refused": "2023-08-01"}, "2025-08-01", "2025-08-02"),
        ({"temporary_aid_date": "2024-08-01"}, "2025-08-01", "2025-08-02"),
        ({"temporary_aid_date": "2024-02-29"}, "2025-02-28", "2025-03-01"),
        ({"temporary_aid_date": "2023-02-28"}, "2024-02-28", "2024-02-29"),
        ({"exit_date": "2020-02-29"}, "2023-02-28", "2023-03-01"),
    ],
)
def test_a_look_back_ends_with_the_anniversary(facts: dict[str, Any], inside: str, outside: str) -> None:
    case = joined(IN_NO_CLASS, household(3, 100000), {"aid": facts})
    assert matched(eligibility(case, "jinhua", inside)) == ["monitored"]
    assert matched(eligibility(case, "jinhua", outside)) == []


def test_an_event_after_the_date_of_evaluation_lies_in_no_look_back() -> None:
    case = joined(IN_NO_CLASS, household(3, 100000), {"aid": {"exit_date": "2025-08-02"}})
    assert eligibility(case, "jinhua", "2025-08-01").status == "not_matched"
    assert eligibility(case, "jinhua", "2025-08-02").status == "covered"


def test_the_readings_of_every_class_are_listed_at_the_status_under_its_name() -> None:
    found = eligibility(joined(IN_NO_CLASS, household(5, 120000)), "jinhua")
    assert [(entry.group, entry.reading, entry.status) for entry in found.readings] == [
        ("monitored", "refused", "not_matched"),
        ("monitored", "submitted", "not_matched"),
        ("uplift", "flat", "not_matched"),
        ("uplift", "per-head", "covered"),
    ]


# -- reasons ---------------------------------------------------------------------------------------------------------


def test_the_clause_and_the_reasons_are_those_of_the_rule_that_decides() -> None:
    child = eligibility(joined(IN_NO_CLASS, household(3, 200000), {"person": {"left_behind_child": True}}), "jinhua")
    assert group(child, "uplift").why.rule == "left-behind-child"
    poor = eligibility(joined(IN_NO_CLASS, household(3, 1)), "jinhua")
    assert group(poor, "uplift").why.rule == "low-income-household"
    neither = group(eligibility(joined(IN_NO_CLASS, household(3, 200000)), "jinhua"), "uplift")
    assert (neither.why.rule, neither.why.op, neither.why.value) == ("uplift", "any", False)
    assert [part.part for part in neither.why.because] == ["low-income-household", "left-behind-child"]


def test_every_class_has_its_name_in_the_language_asked_for() -> None:
    zh, en = (group(eligibility({}, "jinhua", lang=lang), "monitored") for lang in ("zh", "en"))
    assert (zh.name, en.name) == ("监测对象", "monitored persons")
    assert (zh.status, zh.missing) == (en.status, en.missing)


# -- advice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "force"), [("hubei", "may"), ("tianjin", "encouraged"), ("jinhua", "must_bare")])
def test_a_person_who_meets_the_conditions_without_aid_is_pointed_to_apply(region: str, force: str) -> None:
    def advice(**aid: object) -> list[str]:
        return eligibility({"aid": aid}, region).advice

    assert advice(meets_conditions=True, received=False) == ["apply_for_government_aid"]
    assert advice(meets_conditions=True, received=True) == []
    assert advice(meets_conditions=True) == []
    assert advice(meets_conditions=False, received=False) == []
    assert advice(received=False) == []
    detail = eligibility({"aid": {"meets_conditions": True, "received": False}}, region).advice_details[0]
    assert (detail.advice, detail.force, detail.why.value) == ("apply_for_government_aid", force, True)


def test_a_recipient_by_status_meets_the_conditions_until_recorded_otherwise() -> None:
    tekun = {"person": {"tekun": True}, "aid": {"received": False}}
    for region in ("hubei", "tianjin", "jinhua"):
        assert eligibility(tekun, region).advice == ["apply_for_government_aid"]
        assert eligibility(joined(tekun, {"aid": {"meets_conditions": False}}), region).advice == []


@pytest.mark.parametrize("region", ["shanghai", "shanxi"])
def test_no_advice_where_the_document_gives_none(region: str) -> None:
    assert eligibility({"aid": {"meets_conditions": True, "received": False}}, region).advice == []
