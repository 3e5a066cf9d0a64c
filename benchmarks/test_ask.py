"""How fast questions, exact answers and changes are found, beside a search through every case of a small world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.proof.small_worlds import DAY, Brute, policy_of

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.policy.prepared import Policy
from xianjie.proof.ask import State, ask
from xianjie.proof.exact import Completions
from xianjie.proof.filling import BLANK
from xianjie.proof.why_not import Outcome, why_not
from xianjie.vocabulary import BASE

Benchmark = Any
MEDIANS: dict[str, float] = {}

SMALL = (
    "(person.tekun or person.orphan) and aid.received and aid.still_in_difficulty",
    "household.annual_income <= line * household.size",
    "within(aid.exit_date, years=1) and aid.exit_programme in ('dibao', 'tekun')",
)
"""A small policy of three groups over eight facts."""


@pytest.fixture(scope="module")
def policies() -> list[Policy]:
    return list(installed_engine().policies.values())


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print the ratio to brute force, after the module's benchmarks ran."""
    yield
    if {"small", "brute"} <= MEDIANS.keys():
        print(f"\n\nsmallest set of questions, every case of a small world gone through / proved: "
              f"{MEDIANS['brute'] / MEDIANS['small']:.1f}")  # fmt: skip
    if "five" in MEDIANS:
        print(f"ask, an empty case before all regions (at most 0.3 s): {MEDIANS['five']:.3f} s")


def timed(benchmark: Benchmark, name: str, run: Any) -> Any:
    found = benchmark(run)
    MEDIANS[name] = benchmark.stats.stats.median
    return found


def test_ask_with_an_empty_case_before_all_regions(benchmark: Benchmark, policies: list[Policy]) -> None:
    found = timed(benchmark, "five", lambda: ask(BLANK, policies, DAY))
    assert found.state is State.FOUND


def test_ask_in_every_dimension(benchmark: Benchmark, policies: list[Policy]) -> None:
    case = read_case({"referral": {"direction": "forward"}}, BASE)
    keys = ("eligibility", "services", "incentives", "referral")
    found = benchmark.pedantic(lambda: ask(case, policies, DAY, keys), rounds=3)
    assert found.state is State.FOUND


def test_ask_before_a_small_policy(benchmark: Benchmark) -> None:
    policy = policy_of(*SMALL)
    found = timed(benchmark, "small", lambda: ask(BLANK, [policy], DAY))
    assert len(found.facts) == 8


def test_brute_force_before_the_same_policy(benchmark: Benchmark) -> None:
    brute = Brute(policy_of(*SMALL))
    assert timed(benchmark, "brute", lambda: brute.least({})) == 8


def test_the_exact_check_of_a_half_recorded_case(benchmark: Benchmark, policies: list[Policy]) -> None:
    case = read_case({"person": {"dibao_recipient": True}, "aid": {"received": True}}, BASE)
    checking = [Completions(policy, DAY) for policy in policies]
    found = benchmark(lambda: [one.of(case, ("eligibility",)) for one in checking])
    assert all(one["eligibility"].decided for one in found)


def test_the_smallest_changes_of_a_refused_case(benchmark: Benchmark, policies: list[Policy]) -> None:
    record = {
        "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
        "household": {"size": 3, "annual_income": 120_000, "property_within_limits": True},
        "aid": {"exit_date": "never", "temporary_aid_date": "never", "application_is_new": False},
    }
    case = read_case(record, BASE)
    jinhua = next(policy for policy in policies if policy.region == "jinhua")
    found = benchmark(lambda: why_not(case, jinhua, DAY))
    assert found.outcome is Outcome.FOUND
