"""The kinds of answer that conditions tell apart: no two values of one kind make a condition come out otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from tests.engine.asking import AS_OF, day
from tests.proof.small_worlds import DAY, policy_of

from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.smt import OTHER_WORD, bounds_of
from xianjie.policy.prepared import Policy
from xianjie.proof.domain import Domain
from xianjie.proof.kinds import Kind, cuts_of, kinds, typical
from xianjie.vocabulary import BASE, FactType

SIZE, INCOME, EXIT = "household.size", "household.annual_income", "aid.exit_date"


def cuts(condition: str, fact: str, facts: Mapping[str, Value] | None = None) -> list[int]:
    return cuts_of(fact, Domain([policy_of(condition)], DAY).atoms, BASE, DAY, facts or {})


def found(condition: str, fact: str, facts: Mapping[str, Value] | None = None) -> tuple[Kind, ...]:
    return kinds(fact, Domain([policy_of(condition)], DAY).atoms, BASE, DAY, facts or {})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("household.size < 4", [4]),
        ("household.size <= 4", [5]),
        ("household.size > 4", [5]),
        ("household.size >= 4", [4]),
        ("4 > household.size", [4]),
        ("household.size == 4", [4, 5]),
        ("household.size != 4", [4, 5]),
        ("2 * household.size < 7", [4]),
        ("2 * household.size <= 8", [5]),
        ("2 * household.size == 7", []),
        ("0 - household.size < 0 - 4", [5]),
        ("0 - household.size <= 0 - 4", [4]),
        ("household.size - household.size < 4", []),
        ("household.size * household.size < 9", []),
        ("1 < household.size <= 3", [2, 4]),
    ],
)
def test_a_comparison_cuts_just_where_it_changes(condition: str, expected: list[int]) -> None:
    assert cuts(condition, SIZE) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({SIZE: 1}, [2_000_001]),
        ({SIZE: 4}, [8_000_001]),
        ({}, [typical(BASE[SIZE], DAY) * 2_000_000 + 1]),
    ],
)
def test_a_product_is_solved_with_the_other_facts(facts: dict[str, Value], expected: list[int]) -> None:
    assert cuts("household.annual_income <= line * household.size", INCOME, facts) == expected


def test_a_product_is_solved_for_the_size_as_well() -> None:
    assert cuts("household.annual_income <= line * household.size", SIZE, {INCOME: 7_000_000}) == [4]
    assert cuts("household.annual_income <= line * household.size", SIZE, {INCOME: 6_000_000}) == [3]


def test_truths_words_and_sets_have_a_kind_for_each() -> None:
    assert found("person.tekun", "person.tekun") == (Kind(True), Kind(False))
    assert found("aid.exit_programme == 'other'", "aid.exit_programme") == (Kind("dibao"), Kind("tekun"), Kind("other"))
    sets = found("'医疗' in aid.special_programmes or nonempty(aid.special_programmes)", "aid.special_programmes")
    assert [kind.value for kind in sets] == [frozenset(), frozenset({"医疗"}), frozenset({OTHER_WORD})]


def test_a_date_may_also_be_never() -> None:
    assert [(kind.value, kind.least, kind.most) for kind in found("within(aid.exit_date, months=6)", EXIT)] == [
        (NEVER, None, None),
        (day("2025-01-31"), None, day("2025-01-31")),
        (day("2025-02-01"), day("2025-02-01"), day(AS_OF)),
        (day("2025-08-02"), day("2025-08-02"), None),
    ]


@pytest.mark.parametrize(("line", "number"), [(0, 1), (1, 1), (2, 2), (30, 2), (31, 1)])
def test_ends_out_of_bounds_part_nothing(line: int, number: int) -> None:
    assert len(found(f"household.size >= {line}", SIZE)) == number


def test_kinds_cover_the_bounds_without_a_gap() -> None:
    for condition, fact in (
        ("household.size == 4 or household.size > 7", SIZE),
        ("household.annual_income < 50000 or household.annual_income == 60000", INCOME),
        ("within(aid.exit_date, years=1) or aid.exit_date < date('2020-01-01')", EXIT),
    ):
        ranges = [kind for kind in found(condition, fact) if kind.ranged]
        assert ranges[0].least is None
        assert ranges[-1].most is None
        for one, following in pairwise(ranges):
            assert one.most is not None
            assert following.least == one.most + 1
        assert all(inside(kind) for kind in ranges)


def inside(kind: Kind) -> bool:
    assert isinstance(kind.value, int)
    return (kind.least is None or kind.least <= kind.value) and (kind.most is None or kind.value <= kind.most)


@pytest.mark.parametrize("fact", [SIZE, INCOME, EXIT])
def test_a_typical_value_lies_within_the_bounds(fact: str) -> None:
    bounds = bounds_of(BASE[fact], DAY)
    assert bounds.least <= typical(BASE[fact], DAY) <= bounds.most


def test_only_conditions_of_the_policies_count() -> None:
    """What is plausible among people is asked of the solver too, and cuts nothing."""
    policy: Policy = policy_of("happened(aid.application_refused) and happened(aid.application_submitted)")
    ends = [kind.least for kind in kinds("aid.application_refused", Domain([policy], DAY).atoms, BASE, DAY, {})]
    assert ends == [None, None, DAY + 1]
    assert BASE["aid.application_refused"].type is FactType.EVENT
