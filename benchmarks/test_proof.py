"""How fast two policies are told apart or proved equal, and beside it going through every case of a small policy."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from itertools import combinations, islice, product
from typing import Any

import pytest
from tests.proof.refactored import refactored

from xianjie.language.evaluate import World, evaluate
from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.proof.difference import Pairing
from xianjie.proof.solving import Found

AS_OF = dt.date(2026, 5, 1).toordinal()

Benchmark = Any

PART = 2000
"""How many cases are gone through for the comparison; the rest is reckoned."""


@pytest.fixture(scope="module")
def policies() -> Mapping[str, Policy]:
    return {policy.region: policy for policy in discover().load()}


def test_all_pairs_of_regions_every_cell(benchmark: Benchmark, policies: Mapping[str, Policy]) -> None:
    def run() -> tuple[int, int]:
        cells = witnesses = 0
        for left, right in combinations(policies.values(), 2):
            for cell in Pairing(left, right, AS_OF, ["eligibility"]).cells("eligibility"):
                assert cell.found is not Found.NOT_DECIDED
                cells += 1
                witnesses += cell.witness is not None
        return cells, witnesses

    found = benchmark.pedantic(run, rounds=5, warmup_rounds=1)
    print(f"\nten pairs: {found[0]} cells, {found[1]} with a case; {benchmark.stats['median']:.2f} s in all (< 3)")


@pytest.mark.parametrize("region", ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"])
def test_equality_of_a_refactored_policy(benchmark: Benchmark, policies: Mapping[str, Policy], region: str) -> None:
    old = policies[region]
    new = refactored(old, old.vocabulary.events)

    def run() -> Found:
        return Pairing(old, new, AS_OF).equality().with_unknown

    assert benchmark.pedantic(run, rounds=5, warmup_rounds=1) is Found.NONE
    print(f"\n{region}: proved equal in {benchmark.stats['median'] * 1000:.0f} ms (< 500)")


def test_a_cell_beside_going_through_every_case(benchmark: Benchmark, policies: Mapping[str, Policy]) -> None:
    """Hubei's eligibility has thirteen flags, each of three values: 1.6 million cases; a part of them is timed."""
    hubei, tianjin = policies["hubei"], policies["tianjin"]

    def solve() -> int:
        return sum(
            cell.witness is not None for cell in Pairing(hubei, tianjin, AS_OF, ["eligibility"]).cells("eligibility")
        )

    benchmark.pedantic(solve, rounds=5, warmup_rounds=1)
    settings = [(policy, policy.parameters_at(AS_OF)) for policy in (hubei, tianjin)]
    facts = Pairing(hubei, tianjin, AS_OF, ["eligibility"]).domain.facts
    flags = [name for name in facts if name.startswith(("person.", "aid."))]
    started = time.perf_counter()
    for values in islice(product((None, True, False), repeat=len(flags)), PART):
        case = {name: value for name, value in zip(flags, values, strict=True) if value is not None}
        for policy, parameters in settings:
            world = World(case, AS_OF, parameters, policy.definitions, policy.vocabulary.events)
            for _, node in policy.blocks["eligibility"].conditions:
                evaluate(node, world)
    whole = (time.perf_counter() - started) / PART * 3 ** len(flags)
    median = benchmark.stats["median"]
    print(f"\nevery case of {len(flags)} flags: {whole:,.0f} s; the solver {median:.3f} s: {whole / median:,.0f} times")
