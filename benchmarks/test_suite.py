"""How fast suites are generated and scored, and beside it going through every case of a small policy."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

import pytest
from tests.engine.asking import small_policy
from tests.suite.test_score import BOOLEAN, every_case

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.suite.generate import generate
from xianjie.suite.model import Suite
from xianjie.suite.mutants import mutants
from xianjie.suite.score import Score, score
from xianjie.vocabulary import BASE

AS_OF = dt.date(2025, 8, 1).toordinal()
REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")

Benchmark = Any


@pytest.fixture(scope="module")
def policies() -> Mapping[str, Policy]:
    return {policy.region: policy for policy in discover().load()}


@pytest.mark.parametrize("region", REGIONS)
def test_the_suite_of_a_region(benchmark: Benchmark, policies: Mapping[str, Policy], region: str) -> None:
    def run() -> Suite:
        return generate(policies[region], AS_OF)

    made = benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    print(f"\n{region}: {len(made.entries)} cases in {benchmark.stats['median']:.2f} s (< 5)")


@pytest.mark.parametrize("region", REGIONS)
def test_the_score_of_a_region(benchmark: Benchmark, policies: Mapping[str, Policy], region: str) -> None:
    policy = policies[region]
    cases = generate(policy, AS_OF).cases(policy.vocabulary)

    def run() -> Score:
        return score(policy, cases, AS_OF, generated=True)

    found = benchmark.pedantic(run, rounds=2)
    assert found.share >= 0.98
    counts = f"{found.count('killed')} of {len(found.judged)} noticed, {found.count('equivalent')} equal"
    print(f"\n{region}: {100 * found.share:.2f} %, {counts}, in {benchmark.stats['median']:.2f} s (< 60)")


def test_a_score_beside_every_case_of_a_small_policy(benchmark: Benchmark) -> None:
    """Five facts, each yes, no or not recorded: 243 cases; every mutant is put to all of them."""
    policy = small_policy(BOOLEAN)

    def run() -> Score:
        return score(policy, generate(policy, AS_OF).cases(BASE), AS_OF, generated=True)

    found = benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    cases = [read_case(record, BASE) for record in every_case()]
    started = time.perf_counter()
    for one in mutants(policy, AS_OF):
        engine = Engine([one.policy], BASE)
        for case in cases:
            engine.assess(case, [policy.region], AS_OF)
        engine.close()
    whole, median = time.perf_counter() - started, benchmark.stats["median"]
    print(
        f"\n{len(found.judged)} mutants x {len(cases)} cases: {whole:.2f} s; suite and score {median:.2f} s:", end=" "
    )
    print(f"{whole / median:.1f} times")
