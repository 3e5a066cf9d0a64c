"""How fast a case is decided and explained, beside the tree walk, a hand-written function, and a zen-engine graph."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from benchmarks.rules_by_hand import hubei_groups
from benchmarks.zen_graph import zen_groups

from xianjie.cases.files import read_cases
from xianjie.engine.assess import Engine
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.encode import Encoded, codes_of, encode
from xianjie.language.evaluate import Value, evaluate
from xianjie.language.generate import Material, verdict_function
from xianjie.plugins import Regions, discover
from xianjie.policy.prepared import Policy

AS_OF = dt.date(2025, 8, 1).toordinal()
FLAGS = [
    "person.dibao_recipient",
    "person.tekun",
    "person.orphan",
    "person.de_facto_unsupported_child",
    "person.dibao_marginal_member",
    "person.poverty_return_monitored",
    "person.rigid_expenditure_member",
    "person.illness_impoverished_patient",
    "person.other_hardship",
    "person.in_low_income_database",
    "aid.meets_conditions",
    "aid.received",
    "aid.still_in_difficulty",
]
CASES = 200

Benchmark = Any
MEDIANS: dict[str, float] = {}


def cases(unknown: float) -> list[dict[str, Value]]:
    """Draw invented cases; a share of their facts is unknown."""
    draw = random.Random(7)
    return [{name: draw.random() < 0.4 for name in FLAGS if draw.random() >= unknown} for _ in range(CASES)]


@pytest.fixture(scope="module")
def regions() -> Regions:
    return discover()


@pytest.fixture(scope="module")
def hubei(regions: Regions) -> Policy:
    return regions.load(["hubei"])[0]


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print the ratios that the README quotes, after the module's benchmarks ran."""
    yield
    pairs = [
        ("verdict: generated / hand-written (at most 2)", "verdict generated", "verdict by hand"),
        ("verdict: generated, coding of the facts included / hand-written", "verdict from facts", "verdict by hand"),
        ("verdict: tree walk / generated (at least 10)", "verdict tree", "verdict generated"),
        ("explained: tree walk / generated (at least 8)", "explained tree", "explained generated"),
        (
            "explained: zen-engine with trace / generated (at least 10)",
            "explained zen",
            "explained generated, complete",
        ),
        ("explained: rete / generated", "explained rete", "explained generated"),
    ]
    lines = [f"{label}: {MEDIANS[a] / MEDIANS[b]:.2f}" for label, a, b in pairs if a in MEDIANS and b in MEDIANS]
    print("\n\n" + "\n".join(lines))


def measure(benchmark: Benchmark, name: str, decide: Callable[[Any], object], drawn: Sequence[Any]) -> None:
    """Time one pass over all cases, each answer let go before the next, and keep its median for the ratios."""

    def run() -> None:
        for case in drawn:
            decide(case)

    benchmark.pedantic(run, rounds=30, warmup_rounds=3)
    benchmark.extra_info["case-regions a second"] = round(CASES / benchmark.stats.stats.median)
    MEDIANS[name] = benchmark.stats.stats.median


def encoded(policy: Policy, unknown: float = 0.3) -> list[Encoded]:
    return [encode(facts, policy.vocabulary, "zh") for facts in cases(unknown)]


def test_verdict_generated(benchmark: Benchmark, hubei: Policy) -> None:
    at = PolicyAt(hubei, AS_OF, "zh", "generated")
    material = Material(
        hubei.blocks["eligibility"].conditions,
        hubei.definitions,
        at.frame(),
        hubei.vocabulary,
        at.speaker,
        {},
    )
    decide = verdict_function(material)
    codes = [case.codes for case in encoded(hubei)]
    values = {0: False, 1: None, 3: True}
    for facts, code in zip(cases(0.3), codes, strict=True):
        assert tuple(values[v] for v in decide(code)) == hubei_groups(facts)  # type: ignore[arg-type]
    measure(benchmark, "verdict generated", decide, codes)


def test_verdict_generated_from_facts(benchmark: Benchmark, hubei: Policy) -> None:
    """As the hand-written function takes them: the facts by name, coded anew for each case."""
    at = PolicyAt(hubei, AS_OF, "zh", "generated")
    conditions, vocabulary = hubei.blocks["eligibility"].conditions, hubei.vocabulary
    decide = verdict_function(Material(conditions, hubei.definitions, at.frame(), vocabulary, at.speaker, {}))
    measure(benchmark, "verdict from facts", lambda facts: decide(codes_of(facts, vocabulary)), cases(0.3))


def test_verdict_by_hand(benchmark: Benchmark) -> None:
    drawn: list[Any] = cases(0.3)
    measure(benchmark, "verdict by hand", hubei_groups, drawn)


def test_verdict_tree(benchmark: Benchmark, hubei: Policy) -> None:
    at = PolicyAt(hubei, AS_OF, "zh", "tree")
    worlds = [at.world(case) for case in encoded(hubei)]
    conditions = hubei.blocks["eligibility"].conditions
    measure(benchmark, "verdict tree", lambda world: [evaluate(node, world) for _, node in conditions], worlds)


@pytest.mark.parametrize("engine", ["generated", "tree", "rete"])
def test_explained(benchmark: Benchmark, hubei: Policy, engine: Any) -> None:
    at = PolicyAt(hubei, AS_OF, "zh", engine)
    laid_out = encoded(hubei)
    measure(benchmark, f"explained {engine}", lambda case: at.decide("eligibility", case), laid_out)


def test_explained_complete(benchmark: Benchmark, hubei: Policy) -> None:
    at = PolicyAt(hubei, AS_OF, "zh", "generated")
    laid_out = encoded(hubei, unknown=0.0)
    measure(benchmark, "explained generated, complete", lambda case: at.decide("eligibility", case), laid_out)


def test_explained_zen(benchmark: Benchmark) -> None:
    decide = zen_groups()
    drawn: list[Any] = cases(0.0)
    for facts in drawn:
        assert tuple(decide(facts).values()) == hubei_groups(facts)
    measure(benchmark, "explained zen", decide, drawn)


def test_whole_answer_of_five_regions(benchmark: Benchmark, regions: Regions) -> None:
    """A family's whole answer, every dimension, five regions: reading excluded, encoding included."""
    engine = Engine(regions.load(), regions.vocabulary)
    case = read_cases(Path("examples/cases/hubei-family.yaml"), regions.vocabulary)[0]
    names = list(engine.policies)
    engine.assess(case, names)
    benchmark(lambda: engine.assess(case, names))


def test_loading_five_policies(benchmark: Benchmark, regions: Regions) -> None:
    """Reading, checking and preparing all five policy files from disk (the bound is 400 ms in all)."""
    benchmark.pedantic(regions.load, rounds=5, warmup_rounds=1)
