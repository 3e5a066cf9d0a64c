"""What to ask: a set that is enough and of least size, held to a brute-force search; the order; what is refused."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest
from tests.engine.asking import AS_OF, REGIONS, day, small_policy
from tests.proof.late import Late
from tests.proof.small_worlds import DAY, Brute, case_with, drawn, facts_of, invented, policy_of

from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof import hitting
from xianjie.proof.ask import Questions, State, ask
from xianjie.proof.filling import BLANK, Asked, Deciders, filled
from xianjie.proof.kinds import Kind
from xianjie.proof.solving import Found
from xianjie.proof.sufficient import Smallest, Sufficiency
from xianjie.vocabulary import BASE, FactType

Policies = Mapping[str, Policy]

SEEDS = 80


def asked(policy: Policy, recorded: Mapping[str, Value] | None = None) -> Questions:
    return ask(case_with(recorded or {}), [policy], DAY)


# -- held to brute force ----------------------------------------------------------------------------------------------


@cache
def world(seed: int) -> tuple[Policy, Mapping[str, Value], Questions]:
    """Invent a policy and a case, and ask."""
    policy = invented(seed, 5)
    recorded = drawn(seed, policy) if seed % 4 == 0 else {}
    return policy, recorded, asked(policy, recorded)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_set_is_enough_and_no_smaller_one_is(seed: int) -> None:
    policy, recorded, found = world(seed)
    brute = Brute(policy)
    if found.state is State.DECIDED:
        assert brute.status(recorded) != "undetermined"
        assert found.facts == ()
        return
    assert found.state is State.FOUND
    assert found.checked.sufficient
    assert found.checked.minimal
    assert brute.enough(recorded, found.facts), found.facts
    assert len(found.facts) == brute.least(recorded), found.facts


def test_the_invented_policies_are_worth_asking_about() -> None:
    """The comparison would be idle over policies that are decided, and over a world that leaves facts out."""
    sizes = Counter(len(world(seed)[2].facts) for seed in range(SEEDS))
    assert sizes[1] >= 10
    assert sum(number for size, number in sizes.items() if size >= 2) >= 12
    assert sum(number for size, number in sizes.items() if size >= 3) >= 3
    rigid = [seed for seed in range(SEEDS) if "Known" in str(world(seed)[0].blocks)]
    assert len(rigid) >= 20
    assert all(set(world(seed)[2].facts) <= set(facts_of(world(seed)[0])) for seed in range(SEEDS))


KNOWN: tuple[tuple[list[str], dict[str, Value], int], ...] = (
    # asked for, the fact is no longer guessed from another one
    (["aid.received or (not known(aid.received) and person.tekun)"], {}, 1),
    # left alone, the date counts as none, so that only the flag is asked for
    (["not known(referral.consent_date) and person.tekun"], {}, 1),
    # what stands under known() decides by itself: recorded, there is nothing left to ask
    (["person.tekun and not known(aid.received)"], {"aid.received": True}, 0),
    # the way that looks cheaper at first, by way of the fact itself, is the longer one
    (
        [
            "(known(person.tekun) and aid.received and aid.still_in_difficulty)"
            " or (not known(person.tekun) and person.orphan)"
        ],
        {},
        1,
    ),
    # to ask for the fact settles more than to leave it alone
    (["person.tekun and person.orphan and not known(aid.received)"], {}, 1),
)


@pytest.mark.parametrize(("conditions", "recorded", "size"), KNOWN)
def test_a_condition_may_ask_whether_a_fact_is_recorded(
    conditions: list[str], recorded: dict[str, Value], size: int
) -> None:
    policy = policy_of(*conditions)
    found = asked(policy, recorded)
    assert len(found.facts) == size == Brute(policy).least(recorded)


def test_a_fact_that_nobody_need_answer_by_itself_is_the_cheapest_question() -> None:
    # `aid.received` asked for settles it at one stroke, whatever the answer; either of the others may leave it open
    found = asked(policy_of("person.tekun and person.orphan and not known(aid.received)"))
    assert found.facts == ("aid.received",)


# -- dates that tell --------------------------------------------------------------------------------------------------


def test_what_a_date_tells_is_not_asked_twice() -> None:
    policy = policy_of("referral.consent_given and within(referral.consent_date, months=6)")
    found = asked(policy)
    assert found.facts == ("referral.consent_date",)


def test_a_date_that_one_policy_wants_answers_the_flag_of_another() -> None:
    found = ask(BLANK, [policy_of("referral.consent_given"), policy_of("within(referral.consent_date, years=1)")], DAY)
    assert found.facts == ("referral.consent_date",)


def test_a_flag_is_asked_for_where_the_day_does_not_matter() -> None:
    assert asked(policy_of("referral.consent_given")).facts == ("referral.consent_given",)


@pytest.mark.parametrize(("recorded", "expected"), [({"referral.consent_date": NEVER}, ()), ({}, None)])
def test_a_recorded_date_leaves_nothing_to_ask(recorded: dict[str, Value], expected: tuple[str, ...] | None) -> None:
    found = asked(policy_of("referral.consent_given and person.tekun"), recorded)
    assert (found.state is State.DECIDED) is (expected == ())


def test_answers_that_contradict_a_record_are_not_tried() -> None:
    policy = policy_of("within(referral.consent_date, days=30) and person.tekun")
    found = asked(policy, {"referral.consent_given": True})
    (question,) = [one for one in found.questions if one.fact == "referral.consent_date"]
    values = [prospect.kind.value for prospect in question.outlook.prospects]
    assert NEVER not in values
    assert all(isinstance(value, int) and value <= DAY for value in values)


# -- the five regions -------------------------------------------------------------------------------------------------

# The groups of facts.md, section by section. Everything that a group asks for has to be asked, because each of the
# others may turn out to be lacking.
HUBEI = {
    # limb A: membership of a named group, aid received, still in difficulty; limb B: the database, conditions not met
    "person.dibao_recipient", "person.tekun", "person.orphan", "person.de_facto_unsupported_child",
    "person.dibao_marginal_member", "person.rigid_expenditure_member", "person.illness_impoverished_patient",
    "person.poverty_return_monitored", "person.other_hardship", "person.in_low_income_database",
    "aid.meets_conditions", "aid.received", "aid.still_in_difficulty",
}  # fmt: skip
JINHUA = {
    # tier 1: recognised by the city, and a listed status
    "person.recognised_by_local_civil_affairs", "person.tekun", "person.dibao_recipient", "person.expenditure_poverty",
    "person.dibao_marginal_member", "person.orphan", "person.child_in_difficulty", "person.de_facto_unsupported_child",
    # tier 2: left assistance, a new application refused (from the refusal: the recommended anchor), aid, programmes
    "aid.exit_date", "aid.application_is_new", "aid.application_refused", "aid.temporary_aid_date",
    "aid.special_programmes",
    # tier 3: income and property, the size of the household for the reading per head; left-behind children
    "household.annual_income", "household.size", "household.property_within_limits", "person.left_behind_child",
}  # fmt: skip
SHANGHAI = {
    # nothing but priority: five statements, each by itself
    "person.tekun", "household.emergency_hardship", "household.illness_impoverished", "aid.covered_by_existing_policy",
    "aid.received", "aid.still_in_difficulty",
}  # fmt: skip
TIANJIN = {
    # the referral clause: conditions not met, still in difficulty after aid; the third limb: recognised recipients
    "aid.meets_conditions", "aid.received", "aid.still_in_difficulty", "person.dibao_recipient", "person.tekun",
    "person.other_recognised_recipient",
}  # fmt: skip
EXPECTED = {"hubei": HUBEI, "jinhua": JINHUA, "shanghai": SHANGHAI, "shanxi": set[str](), "tianjin": TIANJIN}


@pytest.mark.parametrize("region", REGIONS)
def test_an_empty_case_is_asked_for_what_the_document_names(policies: Policies, region: str) -> None:
    found = ask(BLANK, [policies[region]], DAY)
    assert set(found.facts) == EXPECTED[region]
    assert found.state is (State.FOUND if EXPECTED[region] else State.DECIDED)


def test_several_regions_share_their_questions(policies: Policies) -> None:
    found = ask(BLANK, [policies[region] for region in REGIONS], DAY)
    assert set(found.facts) == HUBEI | JINHUA | SHANGHAI | TIANJIN
    assert found.checked.sufficient
    assert found.checked.minimal
    assert found.facts[0] == "person.tekun"  # it bears on four regions, and a yes decides two of them
    becoming = {(REGIONS[now.side], now.key): set(now.can_become) for now in found.points if not now.decided}
    assert becoming == {
        ("hubei", "eligibility"): {"covered", "not_matched"},
        ("jinhua", "eligibility"): {"covered", "not_matched", "ambiguous"},
        ("shanghai", "priority"): {"priority_match", "not_matched"},
        ("tianjin", "eligibility"): {"covered", "not_matched"},
    }
    assert [REGIONS[now.side] for now in found.points if now.decided] == ["shanxi"]


def test_recorded_facts_are_not_asked_again(policies: Policies) -> None:
    case = read_case({"person": {"dibao_recipient": True}, "aid": {"received": True}}, BASE)
    assert ask(case, [policies["hubei"]], DAY).facts == ("aid.still_in_difficulty",)
    assert ask(case, [policies["tianjin"]], DAY).state is State.DECIDED


def test_a_settled_reading_takes_a_question_away(policies: Policies) -> None:
    found = ask(BLANK, [policies["jinhua"]], DAY, chosen=[{"household-size": "flat"}])
    assert set(found.facts) == JINHUA - {"household.size"}


def test_questions_name_the_rules_that_want_them(policies: Policies) -> None:
    found = ask(BLANK, [policies["hubei"], policies["tianjin"]], DAY)
    wanted = {question.fact: question.serves for question in found.questions}
    clauses = {(one.side, rule.clause) for one, rules in wanted["aid.received"].items() for rule in rules}
    assert clauses == {(0, "二"), (1, "二(二)3")}
    assert [rule.rule for rule in wanted["person.other_recognised_recipient"][Asked(1, "eligibility")]] == [
        "recognised-recipient"
    ]
    assert all(question.serves for question in found.questions)


def test_whatever_is_answered_all_is_decided(policies: Policies) -> None:
    chosen = [policies[region] for region in REGIONS]
    found = ask(BLANK, chosen, DAY)
    deciders = Deciders(chosen, DAY, [{}] * len(chosen), ())
    points = [Asked(now.side, now.key) for now in found.points]
    seen = set()
    for seed in range(300):
        r = random.Random(seed)
        answers = {question.fact: r.choice(question.outlook.prospects).kind.value for question in found.questions}
        statuses = deciders.statuses(points, answers)
        assert "undetermined" not in statuses.values(), answers
        seen |= {(one.side, status) for one, status in statuses.items()}
    assert len(seen) >= 8


# -- one question after another ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_to_ask_and_answer_comes_to_an_end_in_as_many_questions_as_were_promised(seed: int) -> None:
    policy, r = invented(100 + seed, 6), random.Random(seed)
    recorded: dict[str, Value] = {}
    promised = len(asked(policy).facts)
    for _ in range(promised):
        found = asked(policy, recorded)
        if found.state is State.DECIDED:
            break
        first = found.questions[0]
        prospect = r.choice(first.outlook.prospects)
        recorded[first.fact] = value_of(prospect.kind, first.fact, r)
        after = asked(policy, recorded)
        assert len(after.facts) < len(found.facts)
        if not prospect.kind.ranged:
            assert len(after.facts) == prospect.left
    assert asked(policy, recorded).state is State.DECIDED


def test_the_regions_are_decided_one_question_after_another(policies: Policies) -> None:
    chosen, r = [policies["hubei"], policies["tianjin"], policies["shanghai"]], random.Random(5)
    case, questions = BLANK, 0
    promised = len(ask(case, chosen, DAY).facts)
    while (found := ask(case, chosen, DAY)).state is not State.DECIDED:
        first, questions = found.questions[0], questions + 1
        prospect = r.choice(first.outlook.prospects)
        case = filled(case, {first.fact: prospect.kind.value})
        assert prospect.left == len(ask(case, chosen, DAY).facts)
    assert questions <= promised


def value_of(kind: Kind, fact: str, r: random.Random) -> Value:
    """Draw any value of a kind."""
    if not kind.ranged:
        return kind.value
    assert isinstance(kind.value, int)
    ends = [end for end in (kind.least, kind.most, kind.value) if end is not None]
    return r.choice(ends)


def test_an_answer_that_decides_is_told_with_its_status(policies: Policies) -> None:
    found = ask(BLANK, [policies["tianjin"]], DAY)
    told = {
        (question.fact, prospect.kind.value): dict(prospect.decides)
        for question in found.questions
        for prospect in question.outlook.prospects
    }
    point = Asked(0, "eligibility")
    assert told["person.dibao_recipient", True] == {point: "covered"}
    assert told["aid.meets_conditions", False] == {point: "covered"}
    assert told["aid.meets_conditions", True] == {}
    # a recipient is taken to meet the conditions as long as nobody recorded it
    assert told["person.dibao_recipient", False] == {}


def test_the_order_is_by_what_is_left_on_average(policies: Policies) -> None:
    found = ask(BLANK, [policies[region] for region in REGIONS], DAY)
    averages = [question.outlook.expected_left for question in found.questions]
    assert averages == sorted(averages, key=lambda average: average or 0)
    for question in found.questions:
        lefts = [prospect.left for prospect in question.outlook.prospects]
        assert question.outlook.expected_left is not None
        assert question.outlook.expected_left * len(lefts) == sum(left or 0 for left in lefts)
        assert all(left is not None and left < len(found.facts) for left in lefts)


def test_the_same_question_has_the_same_answer_in_another_process() -> None:
    script = (
        "from xianjie.api import installed_engine as e; from xianjie.proof.ask import ask;"
        "from xianjie.proof.filling import BLANK; p=list(e().policies.values());"
        f"q=ask(BLANK, p, {DAY});"
        "print([(x.fact, x.outlook.expected_left) for x in q.questions])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


# -- other points -----------------------------------------------------------------------------------------------------


def test_services_are_asked_about_by_their_own_facts(policies: Policies) -> None:
    found = ask(BLANK, [policies["hubei"]], DAY, ("services",))
    assert {now.key for now in found.points if not now.decided} == {"service.service_type_assistance"}
    assert {"person.elderly", "person.minor", "person.disabled", "person.seriously_ill"} <= set(found.facts)
    assert "aid.received" not in found.facts


def test_one_point_can_be_asked_about_by_its_name(policies: Policies) -> None:
    found = ask(BLANK, [policies["jinhua"]], DAY, ("instrument.media_publicity",))
    assert set(found.facts) == {
        "organisation.active_participation",
        "organisation.significant_results",
        "organisation.good_credit",
        "organisation.charitable",
        "organisation.individual",
    }


def test_a_referral_is_asked_about_in_its_direction(policies: Policies) -> None:
    case = read_case({"referral": {"direction": "forward"}}, BASE)
    found = ask(case, [policies["hubei"]], DAY, ("referral",))
    assert {now.key for now in found.points} == {"referral.forward", "simplification"}
    assert {"referral.initiator", "referral.informed", "referral.consent_given"} <= set(found.facts)
    # where no dates are recorded there is no order to test, and nobody need record them
    assert not {"referral.consent_date", "referral.letter_date"} & set(found.facts)


def test_a_referral_with_recorded_steps_is_left_out(policies: Policies) -> None:
    case = read_case({"referral": {"direction": "forward", "events": [{"event": "informed"}]}}, BASE)
    found = ask(case, [policies["hubei"]], DAY, ("referral",))
    assert found.left_out == (Asked(0, "referral.forward"),)
    assert [now.key for now in found.points] == ["simplification"]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (("eligibilty",), "point-unknown"),
        (("service.bread",), "point-unknown"),
        (("duties",), "point-unknown"),
        (("",), "point-unknown"),
        (("referral",), "direction-missing"),
        (("eligibility", "referral"), "direction-missing"),
    ],
)
def test_a_point_that_is_not_there_is_refused(policies: Policies, keys: tuple[str, ...], code: str) -> None:
    with pytest.raises(InputError) as raised:
        ask(BLANK, [policies["hubei"]], DAY, keys)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_without_a_policy_there_is_nobody_to_ask_for() -> None:
    with pytest.raises(InputError, match="region-missing"):
        ask(BLANK, [], DAY)


def test_a_misspelt_point_is_told_the_nearest(policies: Policies) -> None:
    with pytest.raises(InputError, match=r"service\.medical"):
        ask(BLANK, [policies["hubei"]], DAY, ("service.medcal",))


# -- what is not decided is said so -----------------------------------------------------------------------------------


def test_time_that_runs_out_is_never_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_of("person.tekun and person.orphan")
    late, states = Late(monkeypatch), []
    for late.left in range(40):
        found = asked(policy)
        states.append(found.state)
        assert (found.state is State.FOUND) is (found.checked.sufficient and found.checked.minimal)
        assert found.state is not State.FOUND or set(found.facts) == {"person.tekun", "person.orphan"}
    assert states[0] is State.NOT_DECIDED
    assert set(states) == {State.NOT_DECIDED, State.FOUND}


def test_where_no_facts_decide_that_is_an_answer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sufficiency, "smallest", lambda *_: Smallest(Found.NONE))
    found = asked(policy_of("person.tekun"))
    assert (found.state, found.questions, found.checked.sufficient) == (State.NOT_DECIDABLE, (), False)


def test_a_search_for_sets_that_is_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hitting, "MOST_STEPS", 0)
    found = asked(policy_of("person.tekun and person.orphan"))
    assert found.state is State.NOT_DECIDED
    assert found.questions == ()


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"household": {"annual_income": 10_000_000}}, State.FOUND),
        ({"household": {"annual_income": "10000000.01"}}, State.OUT_OF_BOUNDS),
        ({"household": {"size": 30}}, State.FOUND),
        ({"household": {"size": 31}}, State.OUT_OF_BOUNDS),
        ({"aid": {"exit_date": "1900-01-01"}}, State.OUT_OF_BOUNDS),
    ],
)
def test_nothing_is_claimed_outside_the_bounds(policies: Policies, record: object, state: State) -> None:
    assert ask(read_case(record, BASE), [policies["jinhua"]], DAY).state is state


def test_an_ambiguous_answer_counts_as_decided() -> None:
    policy = policy_of("person.tekun", alternative="person.orphan", differ="ambiguous")
    assert asked(policy, {"person.tekun": True, "person.orphan": False}).state is State.DECIDED
    (now,) = asked(policy).points
    assert "ambiguous" in now.can_become


def test_priority_alone_is_what_eligibility_means_where_a_policy_says_nothing_else() -> None:
    policy = small_policy(
        """
        groups: [{id: first, gives: priority, zh: 优先, en: first}]
        clauses:
          - path: 一
            treatment: rules
            rules:
              - {part: group, id: first, group: first, force: priority, when: person.tekun, zh: 一, en: one}
        """
    )
    found = ask(BLANK, [policy], DAY)
    assert [(now.key, now.status) for now in found.points] == [("priority", "undetermined")]
    assert found.facts == ("person.tekun",)


def test_thresholds_part_the_answers_just_where_they_change() -> None:
    policy = policy_of("household.annual_income < 50000", "within(aid.exit_date, years=1)")
    found = asked(policy)
    ranges = {
        question.fact: [(prospect.kind.least, prospect.kind.most) for prospect in question.outlook.prospects]
        for question in found.questions
    }
    assert ranges["household.annual_income"] == [(None, 4_999_999), (5_000_000, None)]
    assert ranges["aid.exit_date"] == [
        (None, None),
        (None, day("2024-07-31")),
        (day("2024-08-01"), day(AS_OF)),
        (day("2025-08-02"), None),
    ]
    assert BASE["aid.exit_date"].type is FactType.EVENT
