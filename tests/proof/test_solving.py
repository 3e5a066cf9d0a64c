"""The smallest case of a class: fewest facts, ordinary people, figures that somebody would write."""

from __future__ import annotations

import pytest
import z3
from tests.engine.asking import AS_OF, day, small_policy

from xianjie.language.calendar import add_months
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.domain import Domain
from xianjie.proof.solving import Found, Solving

DAY = day(AS_OF)


def policy(when: str) -> Policy:
    return small_policy(
        f"""
        groups: [{{id: people, gives: coverage, zh: 人, en: people}}]
        clauses:
          - path: 一
            treatment: rules
            rules: [{{part: group, id: rule, group: people, force: definition, zh: 一, en: one, when: "{when}"}}]
        """
    )


def smallest(when: str, status: str = "covered", complete: bool = False) -> dict[str, Value]:
    domain = Domain([policy(when)], DAY)
    solving = Solving(domain)
    point = domain.asked[0].points["eligibility"]
    facts = domain.facts_of([point])
    with solving.within(point.statuses()[status], *(solving.complete(facts) if complete else [])):
        assert solving.check() is Found.SOME
        return solving.smallest(facts, complete)


@pytest.mark.parametrize(
    ("when", "wanted"),
    [  # income in fen
        ("person.minor or (person.disabled and person.student)", {"person.minor": True}),
        ("household.size >= 2 and household.size < 9", {"household.size": 3}),
        ("household.annual_income < 1234.56", {"household.annual_income": 0}),
        ("household.annual_income > 1234.56 and household.annual_income < 1300", {"household.annual_income": 124_000}),
        ("household.annual_income > 5001 and household.annual_income < 5001.02", {"household.annual_income": 500_101}),
        ("household.size > 6", {"household.size": 7}),
        ("happened(aid.exit_date)", {"aid.exit_date": add_months(DAY, -1)}),
        ("within(aid.exit_date, days=10)", None),
        ("organisation.stage == 'early'", {"organisation.stage": "early"}),
        ("'医疗' in aid.special_programmes", {"aid.special_programmes": frozenset({"医疗"})}),
    ],
)  # fmt: skip
def test_the_smallest_case_has_the_fewest_facts_and_round_figures(when: str, wanted: dict[str, Value] | None) -> None:
    found = smallest(when)
    if wanted is None:
        (value,) = found.values()
        assert isinstance(value, int)
        assert DAY - 10 <= value <= DAY
    else:
        assert found == wanted


def test_fewest_is_least_in_number_not_only_irreducible() -> None:
    when = "(person.minor and person.disabled and person.student) or (person.elderly and person.tekun)"
    assert smallest(when) == {"person.elderly": True, "person.tekun": True}


def test_a_case_is_ordinary_where_it_can_be() -> None:
    found = smallest("person.dibao_recipient and aid.still_in_difficulty and (not aid.received or person.minor)")
    assert found == {"person.dibao_recipient": True, "aid.still_in_difficulty": True, "person.minor": True}


def test_a_class_of_odd_cases_is_not_taken_for_empty() -> None:
    found = smallest("person.minor and person.elderly")
    assert found == {"person.minor": True, "person.elderly": True}


def test_a_complete_case_departs_as_little_as_can_be_from_the_plainest() -> None:
    found = smallest("person.minor or person.disabled or household.size > 9", complete=True)
    assert found in (
        {"person.minor": True, "person.disabled": False, "household.size": 3},
        {"person.minor": False, "person.disabled": True, "household.size": 3},
        {"person.minor": False, "person.disabled": False, "household.size": 10},
    )
    assert smallest("happened(aid.exit_date) or person.minor", "not_matched", complete=True) == {
        "aid.exit_date": 0,
        "person.minor": False,
    }


def test_what_is_held_for_the_time_being_is_let_go() -> None:
    solving = Solving(Domain([policy("person.minor")], DAY))
    flag = solving.domain.terms.flag("person.minor")
    with solving.within(flag):
        assert solving.check(z3.Not(flag)) is Found.NONE
    assert solving.check(z3.Not(flag)) is Found.SOME


def test_time_that_runs_out_is_not_decided() -> None:
    solving = Solving(Domain([policy("person.minor")], DAY), timeout_ms=1)
    # twelve pigeons, eleven holes
    sits = [[z3.Bool(f"pigeon {p} in {h}") for h in range(11)] for p in range(12)]
    alone = [z3.Or(z3.Not(a[h]), z3.Not(b[h])) for h in range(11) for n, a in enumerate(sits) for b in sits[n + 1 :]]
    with solving.within(*(z3.Or(holes) for holes in sits), *alone):
        assert solving.check() is Found.NOT_DECIDED


def test_a_date_tells_what_happened_on_that_day() -> None:
    domain = Domain([policy("referral.consent_date <= as_of and referral.consent_given")], DAY)
    solving, terms = Solving(domain), domain.terms
    known, given = terms.known("referral.consent_date"), terms.flag("referral.consent_given")
    number = terms.number("referral.consent_date")
    assert solving.check(known, z3.Not(terms.known("referral.consent_given"))) is Found.NONE
    assert solving.check(known, number == DAY, z3.Not(given)) is Found.NONE
    assert solving.check(known, number == DAY + 1, given) is Found.NONE
    assert solving.check(known, number == 0, given) is Found.NONE
    assert solving.check(z3.Not(known), given) is Found.SOME
