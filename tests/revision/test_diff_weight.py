"""A change that a diff calls minor alters no answer: statuses, force, clause, dates and numbers stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.invented import Inventor
from tests.policy.base import TEXT
from tests.revision.mutating import mutant, values_of
from tests.revision.test_diff import CASES, pair_of, policy_of

import xianjie
from xianjie.engine.assess import Engine
from xianjie.policy.prepared import Policy
from xianjie.revision.diff import diff
from xianjie.vocabulary import BASE

SMALL = values_of(TEXT)
MINOR = [case for case in CASES if all(told.split()[2] == "minor" for told in case["told"])]
WORDS = frozenset(
    {"why", "text", "name", "title", "id", "version", "sha256", "rule", "advice_details", "decision_id", "document"}
    | {"category", "remark", "state_name", "label", "target", "interval"}
)
"""What an answer holds that is words or names only."""


def decided(policy: Policy, case: dict[str, Any], as_of: str) -> Any:
    """Give what an answer comes to, without its words; lists in no particular order."""
    with_engine = Engine([policy], BASE, "generated")
    answer = xianjie.assess(case, [policy.region], as_of, engine=with_engine)
    (found,) = answer.to_json()["regions"].values()
    return bare(found)


def bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items() if key not in WORDS}
    if isinstance(value, list):
        return sorted((bare(inner) for inner in value), key=repr)
    return value


def asked(seed: int, number: int) -> Iterator[tuple[dict[str, Any], str]]:
    for turn in range(number):
        inventor = Inventor(seed * 100 + turn)
        yield inventor.case(), inventor.as_of


def test_there_are_minor_revisions_to_try() -> None:
    assert len(MINOR) > 25


@pytest.mark.parametrize("case", MINOR, ids=lambda case: case["name"])
def test_a_minor_revision_leaves_answers_as_they_were(case: dict[str, Any]) -> None:
    old, new = pair_of(case)
    for facts, as_of in asked(len(case["name"]), 2):
        assert decided(old, facts, as_of) == decided(new, facts, as_of)


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_so_does_a_random_one(seed: int) -> None:
    new = mutant(SMALL, seed, BASE)
    old = policy_of(TEXT)
    if new is None or diff(old, new).major().changes:
        return
    for facts, as_of in asked(seed % 1000, 3):
        assert decided(old, facts, as_of) == decided(new, facts, as_of)


def test_the_comparison_would_notice() -> None:
    old, new = pair_of(next(case for case in CASES if case["name"] == "force-stronger"))
    facts = {"person": {"student": True, "good_conduct_and_study": True}}
    assert decided(old, facts, "2025-08-01") != decided(new, facts, "2025-08-01")
