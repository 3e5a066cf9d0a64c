"""Which rules a point hangs on, and what each of them still wants."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.policy.base import read
from tests.proof.small_worlds import DAY

from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.bearing import bearings

Policies = Mapping[str, Policy]


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Give a policy with a rule of every part."""
    return read()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "eligibility",
            [
                ("poor-people", "一", ["household.annual_income", "aid.still_in_difficulty", "person.other_hardship"]),
                ("poor-leavers", "一", ["aid.exit_date"]),
            ],
        ),
        ("group.first", [("first-people", "一", ["person.tekun"])]),
        ("priority", [("first-people", "一", ["person.tekun"])]),
        ("service.education", [("schooling", "一", ["person.student", "person.good_conduct_and_study"])]),
        ("service.education/schooling", [("schooling", "一", ["person.student", "person.good_conduct_and_study"])]),
        ("service.education/other", []),
        ("service.medical", []),
        ("instrument.premises", [("rooms", "三", ["organisation.charitable"])]),
        ("simplification", [("simpler", "三", ["person.tekun"])]),
        ("accompanying.owed", []),
        ("referral.reverse", []),
        (
            "referral.forward",
            [
                (
                    "forward-referral",
                    "三",
                    [
                        "household.annual_income",
                        "aid.still_in_difficulty",
                        "referral.consent_given",
                        "referral.initiator",
                    ],
                )
            ],
        ),
    ],
)
def test_the_rules_of_a_point_are_told_with_what_they_want(
    policy: Policy, key: str, expected: list[tuple[str, str, list[str]]]
) -> None:
    found = [(one.rule, one.clause, list(one.wants)) for one in bearings(policy, key, {}, DAY)]
    assert [(rule, clause, set(wants)) for rule, clause, wants in found] == [
        (rule, clause, set(wants)) for rule, clause, wants in expected
    ]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"aid.exit_date": DAY}, ["poor-people"]),
        ({"person.other_hardship": True}, ["poor-leavers"]),
        ({"person.other_hardship": True, "aid.exit_date": 0}, []),
    ],
)
def test_a_rule_that_is_decided_wants_nothing(policy: Policy, facts: dict[str, Value], rules: list[str]) -> None:
    assert [one.rule for one in bearings(policy, "eligibility", facts, DAY)] == rules


def test_eligibility_means_priority_where_nobody_is_covered(policies: Policies) -> None:
    shanghai = policies["shanghai"]
    assert bearings(shanghai, "eligibility", {}, DAY) == bearings(shanghai, "priority", {}, DAY) != ()
    assert {one.force for one in bearings(shanghai, "priority", {}, DAY)} == {"priority"}


def test_a_point_that_is_not_there_is_an_error(policy: Policy) -> None:
    with pytest.raises(LookupError):
        bearings(policy, "ledger.supply", {}, DAY)
