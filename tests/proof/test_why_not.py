"""Counterfactuals: least in number, held to a brute-force search; nearest values; facts that nobody can change."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
import z3
from tests.engine.asking import day
from tests.proof.late import Late
from tests.proof.small_worlds import DAY, WORLD, Brute, case_with, drawn, facts_of, invented, policy_of

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.cases.steps import DATED
from xianjie.errors import InputError, InternalError
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof import filling
from xianjie.proof.domain import Domain
from xianjie.proof.filling import filled, with_told
from xianjie.proof.kinds import Kind
from xianjie.proof.why_not import MOST, Change, Outcome, WhyNot, why_not
from xianjie.proof.witness import Answering, label_in
from xianjie.vocabulary import BASE, FactType

Policies = Mapping[str, Policy]


def changes_for(policy: Policy, recorded: Mapping[str, Value], want: str | None = None) -> WhyNot:
    return why_not(case_with(recorded), policy, DAY, want=want)


def changed(change: Change) -> dict[str, Value]:
    return {one.fact: one.value for one in change.facts}


# -- held to brute force ----------------------------------------------------------------------------------------------


def fixed(name: str, recorded: Mapping[str, Value]) -> bool:
    past = BASE[name].type is not FactType.EVENT or recorded[name] != NEVER
    return BASE[name].fixed and past


def cost(recorded: Mapping[str, Value], facts: Mapping[str, Value]) -> tuple[int, int]:
    """Count the facts that are otherwise, and those of them that nobody can change."""
    told = {flag for flag, date in DATED if date in facts and (date in recorded or flag not in recorded)}
    other = [name for name, value in facts.items() if recorded.get(name) != value and name not in told]
    return len(other), sum(name in recorded and fixed(name, recorded) for name in other)


def worlds(policy: Policy, recorded: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    """Give every case that records what is recorded, be it otherwise, and anything beside it."""
    names = list(dict.fromkeys((*facts_of(policy), *recorded)))
    choices: list[tuple[Value | None, ...]] = [
        WORLD[name] if name in recorded else (None, *WORLD[name]) for name in names
    ]
    for values in product(*choices):
        facts = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        told = with_told(facts, DAY)
        if all(flag not in facts or facts[flag] is told[flag] for flag, date in DATED if date in facts):
            yield told


@pytest.mark.parametrize("seed", range(60))
def test_a_change_is_the_smallest_that_there_is(seed: int) -> None:
    policy = invented(400 + seed, 4)
    recorded = drawn(seed, policy, 0.6)
    brute = Brute(policy)
    now = brute.status(recorded)
    want = random.Random(seed).choice(["covered", "not_matched"])
    costs = [cost(recorded, facts) for facts in worlds(policy, recorded) if brute.status(facts) == want]
    if not any(label[0] == want for label in labels(policy)):
        with pytest.raises(InputError, match="status-unreachable"):
            changes_for(policy, recorded, want)
        assert not costs
        return
    found = changes_for(policy, recorded, want)
    if now == want:
        assert found.outcome is Outcome.ALREADY
    elif not costs:
        assert found.outcome is Outcome.IMPOSSIBLE
    else:
        assert found.outcome is Outcome.FOUND
        assert found.status == now
        first = found.changes[0]
        assert (len(first.facts), bound(first)) == min(costs)
        assert found.only_fixed is all(fixed_facts for _, fixed_facts in costs)
        hold(policy, recorded, found, want)


def labels(policy: Policy) -> list[tuple[str, ...]]:
    """List what the formulas say can stand at the point at all."""
    point = Domain([policy], DAY).asked[0].points["eligibility"]
    return [label for label, formula in point.labels.items() if not z3.is_false(formula)]


def bound(change: Change) -> int:
    return sum(one.fixed and one.was is not None for one in change.facts)


def hold(policy: Policy, recorded: Mapping[str, Value], found: WhyNot, want: str) -> None:
    """Check what holds of any answer: each change does what it says, and the alternatives are other ones."""
    sets = [set(changed(change)) for change in found.changes]
    assert len(sets) <= MOST
    for number, names in enumerate(sets):
        assert not any(earlier <= names for earlier in sets[:number])
    assert [len(names) for names in sets[:-1]] == sorted(len(names) for names in sets[:-1])
    answering = Answering([policy])
    for change in found.changes:
        case = filled(case_with(recorded), changed(change))
        assert label_in(answering.answer(0, case, DAY), "eligibility") == change.label
        assert change.status == change.label[0] == want
        assert all(one.was == recorded.get(one.fact) != one.value for one in change.facts)
    if not found.only_fixed:
        assert any(bound(change) == 0 for change in found.changes)


# -- values -----------------------------------------------------------------------------------------------------------

OUTSIDE: dict[str, Any] = {
    "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
    "aid": {"exit_date": "never", "temporary_aid_date": "never", "application_is_new": False, "special_programmes": []},
}


def household(income: object, size: int = 3) -> Case:
    facts = {"annual_income": income, "size": size, "property_within_limits": True}
    return read_case({**OUTSIDE, "household": facts}, BASE)


def income_change(found: WhyNot) -> Change:
    return next(change for change in found.changes if set(changed(change)) == {"household.annual_income"})


@pytest.mark.parametrize(
    ("income", "value", "most"),
    [("100000.01", 9_999_999, 9_999_999), (100_000, 9_999_999, 9_999_999), (120_000, 9_999_999, 9_999_999)],
)
def test_a_sum_comes_down_just_below_the_line(policies: Policies, income: object, value: int, most: int) -> None:
    change = income_change(why_not(household(income), policies["jinhua"], DAY))
    (one,) = change.facts
    assert (one.value, one.span) == (value, Kind(value, None, most, ranged=True))
    assert change.label[2:] == ("low-income-household", "definition", "三")


def test_below_the_line_there_is_nothing_to_change(policies: Policies) -> None:
    found = why_not(household("99999.99"), policies["jinhua"], DAY)
    assert (found.outcome, found.want, found.changes) == (Outcome.ALREADY, None, ())


def test_the_other_way_a_sum_goes_up_to_the_line(policies: Policies) -> None:
    change = income_change(why_not(household("99999.99"), policies["jinhua"], DAY, want="not_matched"))
    (one,) = change.facts
    assert (one.value, one.span) == (10_000_000, Kind(10_000_000, 10_000_000, None, ranged=True))


def test_a_product_of_facts_is_solved_for_the_one_that_changes() -> None:
    policy = policy_of("household.annual_income <= line * household.size")
    found = changes_for(policy, {"household.annual_income": 7_000_000, "household.size": 3})
    facts = [changed(change) for change in found.changes]
    assert facts == [{"household.size": 4}, {"household.annual_income": 6_000_000}]
    assert [change.facts[0].span for change in found.changes] == [
        Kind(4, 4, None, ranged=True),
        Kind(6_000_000, None, 6_000_000, ranged=True),
    ]


@pytest.mark.parametrize(
    ("recorded", "value", "span"),
    [
        ("2024-07-31", "2024-08-01", ("2024-08-01", "2025-08-01")),
        ("2020-01-01", "2024-08-01", ("2024-08-01", "2025-08-01")),
        ("2025-08-02", "2025-08-01", ("2024-08-01", "2025-08-01")),
    ],
)
def test_a_day_moves_to_the_nearest_end_of_the_window(recorded: str, value: str, span: tuple[str, str]) -> None:
    policy = policy_of("within(aid.exit_date, years=1)")
    found = changes_for(policy, {"aid.exit_date": day(recorded)})
    (one,) = found.changes[0].facts
    assert one.value == day(value)
    assert one.span == Kind(day(value), day(span[0]), day(span[1]), ranged=True)
    assert one.fixed
    assert found.only_fixed


def test_a_day_that_never_came_takes_one_that_a_person_would_write() -> None:
    found = changes_for(policy_of("within(aid.exit_date, years=1)"), {"aid.exit_date": NEVER})
    (one,) = found.changes[0].facts
    assert isinstance(one.value, int)
    assert day("2024-08-01") <= one.value <= DAY
    assert not one.fixed, "what has not happened yet can still happen"
    assert not found.only_fixed


def test_a_day_changes_what_it_tells_at_no_further_cost() -> None:
    policy = policy_of("referral.consent_given and happened(referral.consent_date)")
    found = changes_for(policy, {"referral.consent_date": NEVER})
    assert [set(changed(change)) for change in found.changes] == [{"referral.consent_date"}]


def test_a_new_date_against_a_recorded_flag_changes_both() -> None:
    policy = policy_of("within(referral.consent_date, years=1)", "person.tekun")
    recorded: dict[str, Value] = {"referral.consent_given": False, "person.tekun": False}
    found = changes_for(policy, recorded)
    assert [set(changed(change)) for change in found.changes] == [
        {"person.tekun"},
        {"referral.consent_given", "referral.consent_date"},
    ]


# -- which facts ------------------------------------------------------------------------------------------------------


def test_a_recorded_fact_that_nobody_can_change_comes_after_one_that_somebody_can() -> None:
    policy = policy_of("person.orphan", "aid.received")
    found = changes_for(policy, {"person.orphan": False, "aid.received": False})
    assert [set(changed(change)) for change in found.changes] == [{"aid.received"}, {"person.orphan"}]
    assert [change.bound for change in found.changes] == [False, True]


def test_one_change_that_somebody_could_bring_about_is_always_among_them() -> None:
    policy = policy_of(
        "person.orphan", "person.elderly", "person.minor", "person.tekun and aid.received and aid.still_in_difficulty"
    )
    recorded: dict[str, Value] = dict.fromkeys(
        ("person.orphan", "person.elderly", "person.minor", "person.tekun", "aid.received", "aid.still_in_difficulty"),
        False,
    )
    found = changes_for(policy, recorded)
    assert [len(change.facts) for change in found.changes] == [1, 1, 3]
    assert not found.changes[-1].bound
    assert not found.only_fixed


def test_where_only_settled_facts_could_change_it_that_is_said() -> None:
    found = changes_for(policy_of("person.orphan and person.tekun"), {"person.orphan": False})
    assert found.only_fixed
    assert all(change.bound for change in found.changes)


def test_a_fact_that_nobody_recorded_may_turn_out_so() -> None:
    found = changes_for(policy_of("person.orphan"), {})
    assert not found.only_fixed
    (one,) = found.changes[0].facts
    assert (one.fixed, one.was) == (True, None)


def test_an_ordinary_case_comes_before_an_odd_one(policies: Policies) -> None:
    case = read_case({"aid": {"received": True, "still_in_difficulty": True}, "person": {"minor": False}}, BASE)
    found = why_not(case, policies["hubei"], DAY)
    first = changed(found.changes[0])
    assert first != {"person.orphan": True}, "an orphan who is no minor is no ordinary case"
    assert len(first) == 1


# -- regions ----------------------------------------------------------------------------------------------------------


def test_the_clause_that_then_decides_is_told(policies: Policies) -> None:
    aid = {"received": True, "still_in_difficulty": False}
    case = read_case({"person": {"dibao_recipient": True}, "aid": aid}, BASE)
    found = why_not(case, policies["hubei"], DAY)
    first = found.changes[0]
    assert changed(first) == {"aid.still_in_difficulty": True}
    assert (first.group, first.ruling) == ("dibao", ("dibao-still-in-difficulty", "definition", "二"))
    group = next(group for group in first.answer["eligibility"]["groups"] if group["id"] == "dibao")
    assert (group["status"], group["clause"]) == ("covered", "二")


def test_a_letter_is_issued_anew_rather_than_a_consent_dated_back(policies: Policies) -> None:
    record = {
        "referral": {
            "direction": "forward",
            "initiator": "civil_affairs",
            "informed": True,
            "consent_date": "2025-03-10",
            "letter_date": "2025-03-01",
            "matches_project_conditions": True,
        },
        "aid": {"meets_conditions": False},
    }
    found = why_not(read_case(record, BASE), policies["hubei"], DAY, "referral.forward")
    assert (found.status, found.want) == ("refused", "allowed")
    assert [changed(change) for change in found.changes] == [
        {"referral.letter_date": day("2025-03-10")},
        {"referral.consent_date": day("2025-03-01")},
    ]
    assert [change.bound for change in found.changes] == [False, True]


def test_silence_cannot_be_changed_by_facts(policies: Policies) -> None:
    found = why_not(read_case({}, BASE), policies["shanxi"], DAY)
    assert (found.status, found.outcome, found.want) == ("not_reported", Outcome.IMPOSSIBLE, None)


def test_where_a_document_only_ranks_people_the_best_is_to_come_first(policies: Policies) -> None:
    found = why_not(read_case({}, BASE), policies["shanghai"], DAY)
    assert (found.status, found.want) == ("not_stipulated", "priority_match")
    assert all(len(change.facts) == 1 for change in found.changes)


def test_one_service_and_one_instrument_can_be_asked_about(policies: Policies) -> None:
    record = {
        "organisation": {"charitable": True, "field": "social_assistance", "stage": "established"},
        "area": {"has_conditions": True},
        "person": {"elderly": False, "minor": False, "disabled": False, "seriously_ill": False, "tekun": True},
    }
    case = read_case(record, BASE)
    found = why_not(case, policies["hubei"], DAY, "instrument.premises")
    assert (found.status, found.want, found.only_fixed) == ("condition_not_met", "applies", True)
    assert all(one.fact == "organisation.stage" for change in found.changes for one in change.facts)
    found = why_not(case, policies["hubei"], DAY, "service.service_type_assistance")
    assert (found.status, found.only_fixed) == ("does_not_apply", True)


def test_a_settled_reading_is_followed(policies: Policies) -> None:
    case = household(120_000, 5)
    assert why_not(case, policies["jinhua"], DAY).status == "ambiguous"
    found = why_not(case, policies["jinhua"], DAY, chosen={"household-size": "per-head"})
    assert found.outcome is Outcome.ALREADY


def test_what_steps_tell_is_not_changed_behind_their_back(policies: Policies) -> None:
    record = {
        "referral": {"direction": "forward", "events": [{"event": "letter_issued", "on": "2025-03-01"}]},
        "aid": {"meets_conditions": False},
    }
    found = why_not(read_case(record, BASE), policies["hubei"], DAY, "simplification", "not_available")
    assert all("referral.letter_issued" not in changed(change) for change in found.changes)


# -- what is refused, and what is not decided -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "key", "want", "code"),
    [
        ({}, "eligibilty", None, "point-unknown"),
        ({}, "service.bread", None, "point-unknown"),
        ({}, "", None, "point-unknown"),
        ({}, "eligibility", "priority_match", "status-unreachable"),
        ({}, "eligibility", "fresh", "status-unreachable"),
        ({}, "referral.forward", None, "direction-other"),
        ({"referral": {"direction": "reverse"}}, "referral.forward", None, "direction-other"),
        ({"referral": {"direction": "reverse"}}, "simplification", None, "direction-other"),
        (
            {"referral": {"direction": "forward", "events": [{"event": "informed"}]}},
            "referral.forward",
            None,
            "steps-recorded",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_refused(
    policies: Policies, record: object, key: str, want: str | None, code: str
) -> None:
    with pytest.raises(InputError) as raised:
        why_not(read_case(record, BASE), policies["hubei"], DAY, key, want)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_records_out_of_bounds_are_left_alone(policies: Policies) -> None:
    found = why_not(household(80_000, 31), policies["jinhua"], DAY, want="not_matched")
    assert found.outcome is Outcome.OUT_OF_BOUNDS


def test_time_that_runs_out_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_of("person.tekun and within(aid.exit_date, years=1)", "household.annual_income < 50000")
    recorded: dict[str, Value] = {"household.annual_income": 9_000_000, "person.tekun": False, "aid.exit_date": NEVER}
    whole, late = changes_for(policy, recorded), Late(monkeypatch)
    outcomes = []
    for late.left in range(120):
        found = changes_for(policy, recorded)
        outcomes.append(found.outcome)
        assert found == whole or (found.outcome, found.changes) == (Outcome.NOT_DECIDED, ())
    assert set(outcomes) == {Outcome.NOT_DECIDED, Outcome.FOUND}


def test_a_change_that_the_engine_does_not_bear_out_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "label_in", lambda *_: ("ambiguous",))
    with pytest.raises(InternalError) as raised:
        changes_for(policy_of("person.tekun"), {"person.tekun": False})
    assert [problem.code for problem in raised.value.problems] == ["witness-spurious"]
