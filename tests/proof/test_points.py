"""Points as formulas, held to the engine: in every case exactly one label holds, and it is the one that is answered."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.engine.asking import small_policy
from tests.engine.invented import Inventor
from tests.language.test_smt import readable, truth, values

from xianjie.cases.read import read_case
from xianjie.cases.steps import on_day
from xianjie.language.smt import Terms
from xianjie.policy.prepared import Policy
from xianjie.proof.points import DIMENSIONS, ENTITLED, Point, points
from xianjie.proof.witness import Answering, label_in
from xianjie.vocabulary import BASE

REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")

AWKWARD = """
    parameters:
      line: {zh: 线, en: line, type: money, values: [{value: 100}]}
    readings:
      open:
        differ: ambiguous
        options:
          - {id: wide, recommended: true, zh: 宽, en: wide}
          - {id: narrow, zh: 窄, en: narrow}
      shut:
        differ: recommended
        options:
          - {id: strict, recommended: true, zh: 严, en: strict}
          - {id: mild, zh: 松, en: mild}
    definitions:
      poor:
        by: open
        readings:
          wide: household.annual_income < line or person.other_hardship
          narrow: household.annual_income < line
      held:
        by: shut
        readings:
          strict: aid.received and aid.still_in_difficulty
          mild: aid.received
    groups:
      - {id: one, gives: coverage, zh: 甲, en: one}
      - {id: two, gives: coverage, zh: 乙, en: two}
      - {id: first, gives: priority, zh: 先, en: first}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: a, group: one, force: definition, zh: 一, en: one, when: poor}
          - {part: group, id: b, group: one, force: may, zh: 一, en: one, when: "person.tekun and not known(aid.received)"}
          - {part: group, id: c, group: two, force: definition, zh: 一, en: one, when: poor and held}
          - {part: group, id: d, group: first, force: priority, zh: 一, en: one, when: held or person.minor}
          - {part: advice, id: e, advice: apply_for_government_aid, force: may, zh: 一, en: one, when: aid.meets_conditions}
          - {part: service, id: f, service: education, force: may, zh: 一, en: one, beneficiary: poor, when: held}
          - {part: service, id: g, service: education, force: must, zh: 一, en: one, beneficiary: person.student}
          - {part: incentive, id: h, instruments: [premises, fee_reduction], force: may, zh: 一, en: one, beneficiary: organisation.charitable, when: "organisation.stage in ('founding', 'early')"}
          - {part: incentive, id: i, instruments: [fee_reduction], force: must, zh: 一, en: one, beneficiary: "False"}
          - part: referral
            id: j
            direction: forward
            force: may
            zh: 一
            en: one
            initiators: [civil_affairs, township]
            trigger: {by: open, readings: {wide: held, narrow: aid.received}}
            gates:
              - {step: consent, when: referral.consent_given}
              - {step: consent_before_letter, when: "not known(referral.consent_date) or not known(referral.letter_date) or not happened(referral.letter_date) or referral.consent_date <= referral.letter_date"}
          - {part: simplification, id: k, force: may, zh: 一, en: one, scope: referral.letter_issued or person.minor, when: referral.letter_issued}
          - {part: referral_duty, id: l, direction: forward, force: must, zh: 一, en: one, when: held}
          - {part: referral, id: m, direction: reverse, force: may, zh: 一, en: one, initiators: [charity]}
          - {part: referral, id: n, direction: community_report, force: may, zh: 一, en: one, mechanism_only: true}
"""  # noqa: E501


def held_to_the_engine(policy: Policy, seeds: range, cases: int) -> dict[str, set[str]]:
    """Compare every point with the engine on invented cases; give the statuses that were met, point by point."""
    met: dict[str, set[str]] = {}
    for seed in seeds:
        inventor = Inventor(seed)
        as_of = read_case({"as_of": inventor.as_of}, BASE).as_of
        assert as_of is not None
        terms = Terms(BASE, as_of)
        found = points(policy, terms)
        answering = Answering([policy])
        for number in range(cases):
            made = {"person": {}, "organisation": {}, "referral": {}, **inventor.case(), "as_of": inventor.as_of}
            made["referral"] = {**made["referral"], "events": []}
            for name in ("ledgers", "duties", "targets"):
                made.pop(name, None)
            if number % 3:
                made["referral"]["direction"] = ("forward", "reverse", "community_report")[number % 7 % 3]
            case = read_case(made, BASE)
            facts = on_day(case, as_of).facts
            if readable(facts, as_of) != facts:
                continue
            at, answer = values(terms, facts), answering.answer(0, case, as_of)
            for key, point in found.items():
                if any(facts.get(name) != word for name, word in point.given.items()):
                    continue
                holding = [label for label, formula in point.labels.items() if truth(formula, at)]
                assert holding == [label_in(answer, key)], (seed, number, key)
                met.setdefault(key, set()).add(holding[0][0])
    return met


@pytest.mark.parametrize("region", REGIONS)
def test_the_formulas_say_what_the_engine_says(region: str, policies: Mapping[str, Policy]) -> None:
    met = held_to_the_engine(policies[region], range(3), 12)
    assert {key.partition(".")[0] for key in met} >= {"eligibility", "service", "instrument", "referral"}


def test_readings_groups_and_routes_of_an_awkward_policy() -> None:
    met = held_to_the_engine(small_policy(AWKWARD), range(100, 112), 25)
    assert met["eligibility"] == {"covered", "undetermined", "ambiguous", "not_matched"}
    assert met["group.one"] == {"covered", "undetermined", "ambiguous", "not_matched"}
    assert met["priority"] == {"priority_match", "undetermined", "not_matched"}
    assert met["service.education"] >= {"applies", "does_not_apply", "undetermined"}
    assert met["service.education/f"] >= {"applies", "does_not_apply", "undetermined", "condition_not_met"}
    assert met["referral.forward"] >= {"allowed", "refused", "not_triggered", "undetermined", "not_stipulated"}
    assert met["simplification"] == {"available", "not_available", "undetermined", "not_stipulated"}
    assert met["accompanying.l"] == {"applies", "condition_not_met", "undetermined"}
    assert met["referral.community_report"] == {"not_stipulated"}
    assert met["instrument.fee_reduction"] >= {"applies", "condition_not_met", "undetermined", "does_not_apply"}


def test_a_settled_reading_leaves_no_ambiguity() -> None:
    policy = small_policy(AWKWARD)
    terms = Terms(BASE, 739_372)
    open_, settled = points(policy, terms), points(policy, terms, {"open": "wide"})
    assert ("ambiguous",) in open_["eligibility"].labels
    case = {"household.annual_income": 10_000, "person.other_hardship": True, "aid.received": False}
    at = values(terms, case)
    assert truth(open_["eligibility"].statuses()["ambiguous"], at)
    assert truth(settled["eligibility"].statuses()["covered"], at)


def test_every_topic_of_the_four_dimensions_has_a_point(policies: Mapping[str, Policy]) -> None:
    for policy in policies.values():
        found = points(policy, Terms(policy.vocabulary, 739_372))
        assert {point.dimension for point in found.values()} == set(DIMENSIONS)
        shared = [key for key, point in found.items() if not point.detail]
        assert len(shared) == 1 + 8 + 28 + 4


def test_points_of_several_rules_speak_with_the_most_telling_status() -> None:
    assert ENTITLED[0] == "applies"
    point = points(small_policy(AWKWARD), Terms(BASE, 739_372))["instrument.fee_reduction"]
    assert isinstance(point, Point)
    assert {label[1] for label in point.labels if label[0] == "applies"} == {"h"}
    assert {label[1] for label in point.labels if label[0] == "does_not_apply"} == {"h", "i"}
