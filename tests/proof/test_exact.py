"""The exact check: held to every completion of a small world; what Kleene's logic leaves open and need not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.engine.asking import day
from tests.proof.late import Late
from tests.proof.small_worlds import DAY, ELIGIBILITY, Brute, case_with, drawn, facts_of, invented, policy_of

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.errors import InternalError
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof import filling
from xianjie.proof.exact import Completions, Exact, exact
from xianjie.proof.filling import BLANK, Deciders, filled
from xianjie.proof.witness import Answering, label_in
from xianjie.vocabulary import BASE

Policies = Mapping[str, Policy]

INVENTED = [invented(200 + seed, 5) for seed in range(50)]


def checked(policy: Policy, case: Case = BLANK, key: str = "eligibility") -> Exact:
    return exact(case, [policy], DAY, (key,))[0][key]


@pytest.mark.parametrize(
    ("condition", "recorded", "status"),
    [
        ("(person.tekun and person.orphan) or (person.tekun and not person.orphan)", {"person.tekun": True}, "covered"),
        ("(person.tekun and person.orphan) or (person.tekun and not person.orphan)", {}, None),
        ("person.tekun or not person.tekun", {}, "covered"),
        ("household.size >= 3 or household.size < 3", {}, "covered"),
        ("household.size >= 3 and household.size < 3", {}, "not_matched"),
        ("household.size >= 3 or household.size < 4", {}, "covered"),
        ("household.size >= 3 or household.size < 2", {}, None),
        # a household has at least one member, and no income is below nought
        ("household.size >= 1", {}, "covered"),
        ("household.annual_income <= line * household.size", {"household.annual_income": 0}, "covered"),
        ("household.annual_income <= line * household.size", {"household.annual_income": 2_000_000}, "covered"),
        ("household.annual_income <= line * household.size", {"household.annual_income": 2_000_001}, None),
        ("household.annual_income <= line * household.size", {"household.size": 2}, None),
        # what did not happen did not happen lately
        ("not within(aid.exit_date, years=1) or happened(aid.exit_date)", {}, "covered"),
        ("known(person.tekun)", {}, "not_matched"),
        ("known(person.tekun) and (person.tekun or not person.tekun)", {}, "not_matched"),
    ],
)
def test_what_is_settled_whatever_the_missing_facts_are(
    condition: str, recorded: dict[str, Value], status: str | None
) -> None:
    policy = policy_of(condition)
    found = checked(policy, case_with(recorded))
    kleene = Brute(policy).status(recorded)
    if "known" in condition:
        assert kleene == status  # decided already, and a completion may well decide it otherwise
        return
    assert found.decided
    assert found.settled is (status is not None)
    assert found.status == status
    assert kleene == "undetermined"


def test_a_condition_on_what_is_recorded_is_another_once_all_is() -> None:
    """`known` has a truth of its own as long as a fact is not recorded; a completion records every fact."""
    found = checked(policy_of("not known(person.tekun) or person.tekun"))
    assert found.status is None
    assert {completion.status for completion in found.reachable} == {"covered", "not_matched"}


def test_both_kinds_of_outcome_come_up_among_the_invented_policies() -> None:
    found = {len(Brute(policy).reachable(drawn(seed, policy))) == 1 for seed, policy in enumerate(INVENTED)}
    assert found == {True, False}


@pytest.mark.parametrize("seed", range(len(INVENTED)))
def test_the_statuses_of_all_completions_are_found(seed: int) -> None:
    policy = INVENTED[seed]
    recorded = drawn(seed, policy)
    brute, found = Brute(policy), checked(policy, case_with(recorded))
    reachable = brute.reachable(recorded)
    assert {completion.status for completion in found.reachable} == reachable
    assert found.decided
    assert found.status == (reachable.pop() if len(reachable) == 1 else None)
    for completion in found.reachable:
        whole = {**recorded, **completion.complete}
        assert set(facts_of(policy)) <= set(filling.with_told(whole, DAY)), "a completion records every fact"
        assert brute.status(filling.with_told(whole, DAY)) == completion.status
        assert brute.status(filling.with_told({**recorded, **completion.facts}, DAY)) == completion.status
        assert len(completion.facts) <= len(completion.complete)


def test_each_reachable_status_has_the_fewest_facts_that_give_it(policies: Policies) -> None:
    case = read_case({"person": {"dibao_recipient": True}, "aid": {"received": True}}, BASE)
    found = checked(policies["hubei"], case)
    assert {completion.status: dict(completion.facts) for completion in found.reachable} == {
        "covered": {"aid.still_in_difficulty": True},
        "not_matched": {"aid.still_in_difficulty": False},
    }


@pytest.mark.parametrize("region", ["hubei", "jinhua", "shanghai", "tianjin"])
def test_a_completion_gives_the_answer_that_is_claimed(policies: Policies, region: str) -> None:
    answering = Answering([policies[region]])
    for key in ("eligibility", "priority", "service.education", "instrument.premises"):
        for completion in checked(policies[region], BLANK, key).reachable:
            for facts in (completion.facts, completion.complete):
                case = filled(BLANK, facts, ("person", "organisation"))
                assert label_in(answering.answer(0, case, DAY), key)[0] == completion.status


def test_the_income_line_leaves_a_household_of_three_open_on_neither_side(policies: Policies) -> None:
    tiers = {"recognised_by_local_civil_affairs": False, "left_behind_child": False}
    for income, expected in (
        ("99999.99", {"covered", "not_matched"}),
        (100_000, {"not_matched"}),
        ("100000.01", {"not_matched"}),
    ):
        record: dict[str, Any] = {
            "person": tiers,
            "household": {"size": 3, "annual_income": income},
            "aid": {"exit_date": "never", "temporary_aid_date": "never", "application_is_new": False},
        }
        record["aid"]["special_programmes"] = []
        found = checked(policies["jinhua"], read_case(record, BASE))
        assert {completion.status for completion in found.reachable} == expected


@pytest.mark.parametrize(
    ("record", "there"),
    [
        ({}, False),
        ({"referral": {"direction": "reverse"}}, False),
        ({"referral": {"direction": "forward"}}, True),
        ({"referral": {"direction": "forward", "events": [{"event": "informed"}]}}, False),
    ],
)
def test_a_referral_is_checked_in_its_own_direction_and_without_steps(
    policies: Policies, record: object, there: bool
) -> None:
    found = exact(read_case(record, BASE), [policies["hubei"]], DAY, ("referral.forward",))[0]
    assert ("referral.forward" in found) is there


def test_a_settled_reading_settles_more(policies: Policies) -> None:
    record = {
        "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
        "household": {"annual_income": 90_000, "property_within_limits": True},
        "aid": {
            "exit_date": "never",
            "temporary_aid_date": "never",
            "application_is_new": False,
            "special_programmes": [],
        },
    }
    case = read_case(record, BASE)
    open_ = checked(policies["jinhua"], case)
    assert {completion.status for completion in open_.reachable} == {"covered", "ambiguous"}
    (settled,) = exact(case, [policies["jinhua"]], DAY, chosen=[{"household-size": "flat"}])
    assert settled["eligibility"].status == "covered"


def test_records_out_of_bounds_are_not_decided(policies: Policies) -> None:
    case = read_case({"household": {"size": 31}}, BASE)
    found = checked(policies["jinhua"], case)
    assert (found.decided, found.status, found.reachable) == (False, None, ())


def test_time_that_runs_out_settles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    checking = Completions(policy_of("(person.tekun and household.size >= 3) or not person.tekun"), DAY)
    late = Late(monkeypatch)
    found = []
    for late.left in range(80):
        found.append(checking.of(BLANK, ("eligibility",))["eligibility"])
    assert not any(one.settled for one in found)
    assert not found[0].decided
    assert found[-1].decided
    assert {len(one.reachable) for one in found} == {0, 1, 2}


def test_a_claim_that_the_engine_does_not_bear_out_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_of("person.tekun")
    monkeypatch.setattr(filling, "label_in", lambda *_: ("ambiguous",))
    with pytest.raises(InternalError) as raised:
        checked(policy)
    assert [problem.code for problem in raised.value.problems] == ["witness-spurious"]


def test_the_deciders_say_what_the_engine_says(policies: Policies) -> None:
    """All that is proved is held to them: they must not differ from a whole answer."""
    for region in ("hubei", "jinhua", "shanghai", "tianjin"):
        deciders = Deciders([policies[region]], day("2025-08-01"), [{}], ())
        for facts in ({}, {"person.tekun": True}, {"aid.received": True, "aid.still_in_difficulty": True}):
            answer = Answering([policies[region]]).answer(0, filled(BLANK, facts), DAY)
            assert deciders.statuses([ELIGIBILITY], facts)[ELIGIBILITY] == answer["eligibility"]["status"]
