"""The cheapest choice that meets all clauses, held to a search through every choice."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from xianjie.proof import hitting
from xianjie.proof.hitting import Clause, TooManyStepsError, cheapest

NAMES = tuple("abcdefg")


def brute(costs: dict[str, int], clauses: list[Clause]) -> int | None:
    """Find the least cost among all choices; None where none meets the clauses."""
    sums = [
        sum(costs[name] for name in chosen)
        for number in range(len(costs) + 1)
        for chosen in combinations(costs, number)
        if all(clause.met(frozenset(chosen)) for clause in clauses)
    ]
    return min(sums, default=None)


def drawn(r: random.Random) -> Clause:
    any_of = frozenset(r.sample(NAMES, r.randrange(0, 4)))
    none_of = tuple(frozenset(r.sample(NAMES, r.randrange(1, 3))) for _ in range(r.choice((0, 0, 0, 1, 2))))
    return Clause(any_of, none_of)


@pytest.mark.parametrize("seed", range(150))
def test_it_is_the_cheapest_of_all_choices(seed: int) -> None:
    r = random.Random(seed)
    costs = {name: 10 + r.randrange(3) for name in NAMES[: r.randrange(3, 8)]}
    clauses = [drawn(r) for _ in range(r.randrange(0, 9))]
    found, least = cheapest(costs, clauses), brute(costs, clauses)
    if found is None:
        assert least is None
    else:
        assert all(clause.met(frozenset(found)) for clause in clauses)
        assert sum(costs[name] for name in found) == least


def test_both_outcomes_come_up() -> None:
    outcomes = set()
    for seed in range(150):
        r = random.Random(seed)
        costs = {name: 10 + r.randrange(3) for name in NAMES[: r.randrange(3, 8)]}
        outcomes.add(brute(costs, [drawn(r) for _ in range(r.randrange(0, 9))]) is None)
    assert outcomes == {True, False}


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([], ()),
        ([Clause(frozenset("ab"))], ("a",)),
        ([Clause(frozenset("ab")), Clause(frozenset("bc"))], ("b",)),
        ([Clause(frozenset())], None),
        ([Clause(frozenset("z"))], None),
        ([Clause(frozenset(), (frozenset("a"),))], ()),
        ([Clause(frozenset("a")), Clause(frozenset(), (frozenset("a"),))], None),
        ([Clause(frozenset("a")), Clause(frozenset("b"), (frozenset("a"),))], ("a", "b")),
        ([Clause(frozenset("a")), Clause(frozenset("b"), (frozenset("ac"), frozenset("c")))], ("a",)),
    ],
)
def test_small_questions(clauses: list[Clause], expected: tuple[str, ...] | None) -> None:
    assert cheapest(dict.fromkeys("abc", 1), clauses) == expected


def test_among_equals_the_first_of_the_order_is_taken() -> None:
    clauses = [Clause(frozenset("ab")), Clause(frozenset("cd"))]
    assert cheapest(dict.fromkeys("abcd", 1), clauses) == ("a", "c")
    assert cheapest(dict.fromkeys("dcba", 1), clauses) == ("d", "b")
    assert cheapest({"a": 2, "b": 1, "c": 1, "d": 2}, clauses) == ("b", "c")


def test_a_search_that_is_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hitting, "MOST_STEPS", 3)
    clauses = [Clause(frozenset(pair)) for pair in combinations(NAMES, 2)]
    with pytest.raises(TooManyStepsError):
        cheapest(dict.fromkeys(NAMES, 1), clauses)
