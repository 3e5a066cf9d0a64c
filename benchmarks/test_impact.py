"""How fast a revision is put to ten thousand cases, beside assessing them all in full under both policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.engine.verdicts import Verdicts
from xianjie.plugins import Regions, discover
from xianjie.policy.prepared import Policy
from xianjie.reference import patched_by, resolve
from xianjie.revision.impact import impact
from xianjie.revision.sampling import sample_cases

AS_OF = dt.date(2025, 8, 1).toordinal()
FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
CASES = 10_000
SAMPLE = 300
"""As many cases as are assessed in full; the ratio is to as many."""

Benchmark = Any
SECONDS: dict[str, float] = {}


@pytest.fixture(scope="module")
def regions() -> Regions:
    return discover()


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print the ratios, case for case, after the module's benchmarks ran."""
    yield
    lines = [
        f"{region}: both answers in full / impact: {SECONDS[f'{region} full'] / SECONDS[f'{region} impact']:.0f}"
        for region in FIVE
        if f"{region} full" in SECONDS and f"{region} impact" in SECONDS
    ]
    print("\n\n" + "\n".join(lines))


def pair(region: str, regions: Regions) -> tuple[Policy, Policy]:
    path = Path("examples/revisions") / f"{region}.overlay.yaml"
    old = patched_by(path, regions)
    assert old is not None
    return old, resolve(str(path), regions, AS_OF)


def eligibility_only(case: Case) -> Case:
    records = case.records & {"person", "household", "aid"}
    return replace(case, records=records, ledgers=(), duties=(), targets=(), events=())


@pytest.mark.parametrize("region", FIVE)
def test_impact_on_ten_thousand_cases(benchmark: Benchmark, regions: Regions, region: str) -> None:
    """Cases with referrals, organisations, ledgers, duties and targets among them (the bound is 3 s)."""
    policies = pair(region, regions)
    cases = sample_cases(policies, CASES, 1, AS_OF)
    found = benchmark.pedantic(impact, args=(*policies, cases, AS_OF), rounds=3, warmup_rounds=1)
    assert found.changed
    SECONDS[f"{region} impact"] = benchmark.stats.stats.median / CASES


@pytest.mark.parametrize("region", FIVE)
def test_impact_on_ten_thousand_families(benchmark: Benchmark, regions: Regions, region: str) -> None:
    """Eligibility and services alone (the bound is 3 s)."""
    policies = pair(region, regions)
    cases = [eligibility_only(case) for case in sample_cases(policies, CASES, 1, AS_OF)]
    assert benchmark.pedantic(impact, args=(*policies, cases, AS_OF), rounds=3, warmup_rounds=1).cases == CASES


@pytest.mark.parametrize("region", FIVE)
def test_both_answers_in_full(benchmark: Benchmark, regions: Regions, region: str) -> None:
    old, new = pair(region, regions)
    cases = sample_cases((old, new), SAMPLE, 1, AS_OF)
    engines = [Engine([policy], regions.vocabulary) for policy in (old, new)]

    def run() -> None:
        for case in cases:
            for engine in engines:
                engine.assess(case, [region], AS_OF)

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    SECONDS[f"{region} full"] = benchmark.stats.stats.median / SAMPLE


@pytest.mark.parametrize("region", FIVE)
def test_verdict_of_a_case(benchmark: Benchmark, regions: Regions, region: str) -> None:
    """Eligibility, services and incentives of one case under one policy, without reasons (the bound is 60 µs)."""
    policies = pair(region, regions)
    records = frozenset({"person", "household", "aid", "organisation"})
    cases = [replace(case, records=records) for case in sample_cases(policies, 2000, 1, AS_OF)]
    verdicts = Verdicts(policies[0], AS_OF)

    def run() -> None:
        for case in cases:
            verdicts.of(case)

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)
    microseconds = 1e6 * benchmark.stats.stats.median / len(cases)
    benchmark.extra_info["microseconds a case"] = round(microseconds, 1)


@pytest.mark.parametrize("region", ["jinhua"])
def test_generating_ten_thousand_cases(benchmark: Benchmark, regions: Regions, region: str) -> None:
    policies = pair(region, regions)
    benchmark.pedantic(sample_cases, args=(policies, CASES, 1, AS_OF), rounds=3)
