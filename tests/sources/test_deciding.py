"""The cases whose answers rest on given rules, told from those that do not."""

from __future__ import annotations

import pytest
from tests.engine.asking import day
from tests.sources.invented import NEW, OLD, cases, yunlu

from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.sources.deciding import cases_deciding
from xianjie.sources.drift import drift
from xianjie.vocabulary import BASE


def weights(*rules: str) -> dict[str | None, dict[str, str]]:
    return {
        one.label: {rest.rule: rest.weight for rest in one.rests} for one in cases_deciding(yunlu(), rules, cases())
    }


def test_cases_are_listed_with_what_the_rule_does_in_them() -> None:
    assert weights("low-income-family") == {
        "E-0101": {"low-income-family": "decides"},
        "E-0102": {"low-income-family": "fails"},
        "E-0103": {"low-income-family": "open"},
        "E-0104": {"low-income-family": "open"},
        "E-0105": {"low-income-family": "open"},
    }
    assert weights("county-resource-list") == {"E-0104": {"county-resource-list": "decides"}}
    assert weights("forward-referral", "simplified-for-referred") == {
        "E-0103": {"forward-referral": "decides", "simplified-for-referred": "decides"}
    }
    assert weights("county-consultations", "free-premises") == {
        "E-0105": {"county-consultations": "decides", "free-premises": "decides"}
    }


def test_rules_that_decide_nothing_have_no_cases() -> None:
    assert weights("contents-of-the-list", "referral-register") == {}
    assert weights() == {}


def test_the_rules_of_a_drift_lead_to_its_cases() -> None:
    touched = drift(yunlu(), OLD, NEW).touched()
    found = cases_deciding(yunlu(), touched, cases())
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert all(rest.rule in touched for one in found for rest in one.rests)


def test_a_case_without_a_date_needs_one() -> None:
    case = read_case({"household": {"size": 3, "annual_income": 79999}}, BASE)
    with pytest.raises(InputError) as raised:
        cases_deciding(yunlu(), ["low-income-family"], [case])
    assert raised.value.problems[0].code == "as-of-missing"
    (found,) = cases_deciding(yunlu(), ["low-income-family"], [case], day("2025-06-01"))
    assert (found.number, found.label, found.rests[0].status) == (1, None, "covered")
