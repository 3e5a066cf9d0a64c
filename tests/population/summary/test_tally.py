"""A part's tally is what one comes to by counting its people one by one; parts put together are the whole."""

from __future__ import annotations

import datetime as dt
import json
import random
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.population.people import invent
from tests.population.policies import skeleton
from tests.population.summary.counted import counted, without_zeros

from xianjie.api import installed_engine
from xianjie.engine.inquiry import Settings
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.population.summary.tally import Tallying, merged

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
AS_OF = dt.date(2025, 8, 1).toordinal()
DIMENSIONS = ("eligibility", "services", "incentives")


@pytest.fixture(scope="module")
def plan() -> Compiled:
    return compiled(answering_policies(installed_engine(), FIVE, AS_OF), AS_OF, None, DIMENSIONS)


def answered(
    plan: Compiled, rows: int, seed: int, leaving_out: tuple[str, ...] = (), division: str | None = "area"
) -> tuple[pl.DataFrame, Tallying]:
    """Answer invented people; gives the answers, what is counted beside them, and what counts them."""
    policies = [parts["eligibility"].policy for parts in plan.parts.values()]
    frame = invent(plan.layout, policies, rows, seed, AS_OF).frame
    draw = random.Random(seed)
    divisions = pl.Series("area", draw.choices(["330701", "330702", None, ""], k=rows), pl.String)
    tallying = Tallying(plan, leaving_out, division)
    return plan.answered(frame.with_columns(divisions), ["area"], leaving_out, tallying.truths), tallying


def test_a_tally_is_the_people_counted_one_by_one(plan: Compiled) -> None:
    answers, tallying = answered(plan, 400, 7)
    found = tallying.of(answers)
    assert without_zeros(found) == without_zeros(counted(answers, plan, "area"))
    assert set(found["divisions"]) == {"", "330701", "330702"}
    parts = found["parts"]["jinhua"]
    assert parts["eligibility"]["missing"]["alone"]
    assert parts["services"]["statuses"]
    assert any(found["parts"]["tianjin"]["incentives"]["flagged"].values())


@pytest.mark.parametrize("gives", ["coverage", "priority"])
@pytest.mark.parametrize("chosen", [{}, {"area:apart": "two", "area:advised": "near"}])
def test_readings_rules_and_groups_of_either_kind_are_counted(gives: str, chosen: dict[str, str]) -> None:
    policy = skeleton(gives)
    asked = Settings(readings={key.replace("area", policy.region): option for key, option in chosen.items()})
    plan = compiled({"here": policy, "here+": policy}, AS_OF, asked, DIMENSIONS)
    answers, tallying = answered(plan, 300, 11, division=None)
    found = tallying.of(answers)
    assert without_zeros(found) == without_zeros(counted(answers, plan, None))
    assert found["divisions"] == {}
    assert any(len(counts) > 2 for counts in found["parts"]["here"]["eligibility"]["rules"].values())
    statuses = found["parts"]["here"]["eligibility"]["choices"]["status"]
    assert found["flows"]["here"]["here+"] == {status: {status: count} for status, count in sorted(statuses.items())}


def test_every_row_stands_somewhere_in_every_table(plan: Compiled) -> None:
    answers, tallying = answered(plan, 1_000, 3)
    found = tallying.of(answers)
    for parts in found["parts"].values():
        assert sum(parts["eligibility"]["choices"]["status"].values()) == 1_000
        for counts in (*parts["eligibility"]["groups"].values(), *parts["services"]["statuses"].values()):
            assert sum(counts.values()) == 1_000
        for group, rules in parts["eligibility"]["rules"].items():
            assert sum(rules.values()) == parts["eligibility"]["groups"][group]["matched"]
    pairs = [table for others in found["flows"].values() for table in others.values()]
    assert len(pairs) == 10
    assert {sum(count for row in table.values() for count in row.values()) for table in pairs} == {1_000}


def test_what_was_left_out_is_not_counted(plan: Compiled) -> None:
    answers, tallying = answered(plan, 50, 5, ("missing", "rules", "flagged", "groups"), None)
    parts = tallying.of(answers)["parts"]["jinhua"]
    assert parts["eligibility"].keys() == {"choices"}
    assert parts["services"].keys() == {"choices", "statuses"}
    nobody, tallying = answered(plan, 0, 5)
    assert tallying.of(nobody)["rows"] == 0


@given(
    cuts=st.lists(st.integers(0, 500), max_size=6),
    order=st.randoms(use_true_random=False),
    depth=st.integers(1, 3),
)
@settings(max_examples=15, deadline=None)
def test_any_partition_in_any_order_merges_to_the_whole(cuts: list[int], order: random.Random, depth: int) -> None:
    tallying, answers, whole = _whole()
    ends = [0, *sorted(cuts), len(answers)]
    tallies: list[Any] = [json.loads(json.dumps(tallying.of(answers[start:end]))) for start, end in pairwise(ends)]
    order.shuffle(tallies)
    for _ in range(depth):
        at = order.randrange(len(tallies))
        tallies = [merged(tallies[: at + 1]), *tallies[at + 1 :]]
    assert json.dumps(merged(tallies)) == json.dumps(whole)


_KEPT: list[tuple[Tallying, pl.DataFrame, dict[str, Any]]] = []


def _whole() -> tuple[Tallying, pl.DataFrame, dict[str, Any]]:
    if not _KEPT:
        plan = compiled(answering_policies(installed_engine(), FIVE, AS_OF), AS_OF, None, ("eligibility",))
        answers, tallying = answered(plan, 500, 9)
        _KEPT.append((tallying, answers, tallying.of(answers)))
    return _KEPT[0]


def test_nothing_merges_to_nothing() -> None:
    assert merged([]) == {"rows": 0}
    assert merged([{"rows": 3, "parts": {"b": {"x": 1}}}, {"rows": 4, "parts": {"a": {"y": 2}, "b": {"x": 5}}}]) == {
        "rows": 7,
        "parts": {"a": {"y": 2}, "b": {"x": 6}},
    }
