"""Values of a smallest case: the usual ones where they can be, else the least sum and the latest day, never a whim."""

from __future__ import annotations

import pytest
from tests.engine.asking import day
from tests.suite.setting import everything

from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.names import Scope
from xianjie.language.parse import parse_condition
from xianjie.proof.deciding import Deciding
from xianjie.proof.solving import Found
from xianjie.suite.generate import generate
from xianjie.vocabulary import BASE

AS_OF = day("2025-08-01")
OTHER = frozenset({"其他"})


def smallest(deciding: Deciding, text: str, fact: str) -> Value:
    """Give the value that a fact has in the smallest case in which a condition holds."""
    node = parse_condition(text, Scope(BASE, {}, frozenset()))
    with deciding.cases({}) as cases:
        assert cases.take(deciding.holds(node)) is Found.SOME
        facts = cases.smallest(list(deciding.domain.facts))
    assert facts is not None
    return facts[fact]


@pytest.mark.parametrize(
    ("text", "fact", "wanted"),
    [
        ("person.student", "person.student", True),
        ("not person.student", "person.student", False),
        ("household.size >= 2", "household.size", 3),
        ("household.size > 7", "household.size", 8),
        ("household.annual_income > 1", "household.annual_income", 3_000_000),
        ("household.annual_income < 120.5", "household.annual_income", 0),
        ("household.annual_income > 90000", "household.annual_income", 10_000_000),
        ("household.annual_income == 98765.43", "household.annual_income", 9_876_543),
        ("happened(aid.exit_date)", "aid.exit_date", day("2025-07-01")),
        ("not happened(aid.exit_date)", "aid.exit_date", NEVER),
        ("aid.exit_date < date('1999-05-07')", "aid.exit_date", day("1999-01-01")),
        ("nonempty(aid.special_programmes)", "aid.special_programmes", frozenset({"教育"})),
        ("nonempty(aid.special_programmes) and '教育' not in aid.special_programmes", "aid.special_programmes", OTHER),
        ("organisation.stage != 'founding'", "organisation.stage", "early"),
    ],
)  # fmt: skip
def test_the_value_of_a_smallest_case(text: str, fact: str, wanted: Value) -> None:
    assert smallest(Deciding(everything(), AS_OF), text, fact) == wanted


def test_the_same_case_comes_out_whatever_was_asked_before() -> None:
    texts = [
        ("nonempty(aid.special_programmes) or person.student", "aid.special_programmes"),
        ("household.annual_income > 120000.33", "household.annual_income"),
        ("aid.exit_date <= date('2011-11-11')", "aid.exit_date"),
    ]
    first = [smallest(Deciding(everything(), AS_OF), f"{text} and known({fact})", fact) for text, fact in texts]
    worn = Deciding(everything(), AS_OF)
    for number in range(30):
        text = f"household.annual_income > {number * 977} and household.size != {number % 5 + 1}"
        smallest(worn, text, "household.size")
    assert [smallest(worn, f"{text} and known({fact})", fact) for text, fact in texts] == first


def test_a_solver_without_time_proves_nothing_and_breaks_nothing() -> None:
    found = generate(everything(), AS_OF, timeout_ms=1)
    assert any("duty" in entry.tags for entry in found.entries)
