"""All engines say the same: on generated policies and cases, and on every case that ever told them apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from tests.differential.compare import Bench, run
from tests.differential.generator import Generator, Sample
from tests.language.setting import PARAMETERS, day

from xianjie.cases.read import read_case
from xianjie.language import generate, nodes
from xianjie.language.calendar import window_start
from xianjie.language.evaluate import Value, evaluate
from xianjie.language.explain import Finding
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.production.chain import Chain
from xianjie.vocabulary import BASE

PAIRS, SLICE, CASES = 20_000, 2_500, 50

CORPUS = Path(__file__).parent.parent / "corpus"
ENTRIES = [
    pytest.param(entry, id=f"{path.stem}-{number}")
    for path in sorted(CORPUS.glob("*.json"))
    for number, entry in enumerate(json.loads(path.read_text(encoding="utf-8")))
]
PARAMETER_TYPES = {
    "income_line": ParameterType(True, None),
    "size_limit": ParameterType(False, "persons"),
    "window": ParameterType(False, "years"),
    "bare": ParameterType(False, None),
}


@pytest.mark.parametrize("number", range(PAIRS // SLICE))
def test_twenty_thousand_generated_pairs_have_one_answer(number: int) -> None:
    # spawned, not forked: the process that runs the tests may hold threads; and there coverage does not slow it
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(run, 20261121 + number, SLICE, CASES).result() == []


def test_the_count_of_pairs_is_what_was_asked_for() -> None:
    told: list[int] = []
    assert run(1, 70, 30, told.append) == []
    assert told == [30, 60, 90]


# -- does the comparison bite? -----------------------------------------------------------------------------------------


def unknown_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Chain.decide

    def decide(self: Chain, codes: Mapping[str, Value]) -> dict[str, bool | None]:
        return {rule: bool(value) for rule, value in whole(self, codes).items()}

    monkeypatch.setattr(Chain, "decide", decide)


def not_unknown_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_OPPOSITES", (3, 3, 3, 0))


def windows_a_day_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.language.ir.window_start", lambda *given: window_start(*given) + 1)


def facts_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate.Writer.can_be_open

    def can_be_open(self: generate.Writer, node: Any) -> bool:
        return whole(self, node) and not isinstance(node, nodes.Happened)

    monkeypatch.setattr(generate.Writer, "can_be_open", can_be_open)


def a_window_of_any_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate.Writer, "linear", lambda self, part: f"0 {part.op} {self.constant(part.constant)}")


SHORT = [(seed, 200, 10) for seed in range(4)]
WRITTEN = {"generated verdict", "generated explanation", "generated pieces"}


@pytest.mark.parametrize(
    ("mutate", "draws", "found"),
    [
        (unknown_is_false, SHORT, {"rete"}),
        (not_unknown_is_true, SHORT, WRITTEN),
        (windows_a_day_short, [(20261121, 1_500, 30)], WRITTEN | {"rete"}),
        (facts_forgotten, SHORT, {"generated explanation", "generated pieces"}),
        (a_window_of_any_terms, SHORT, WRITTEN),
    ],
)
def test_a_defect_in_one_engine_is_found_and_named(
    mutate: Callable[[pytest.MonkeyPatch], None],
    draws: list[tuple[int, int, int]],
    found: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutate(monkeypatch)
    faults = [fault for draw in draws for fault in run(*draw)]
    assert {fault.rpartition(": ")[2] for fault in faults} == found
    assert all(re.fullmatch(r"seed \d+ policy \d+ case \d+: [a-z ]+", fault) for fault in faults)


def test_a_word_said_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator(1)
    sample = generator.sample()
    bench = Bench(sample, "zh")
    facts = generator.facts(sample)
    assert bench.differences(facts) == []
    whole = bench.reference

    def reference(encoded: Any) -> list[Finding]:
        return [found._replace(why={**found.why, "text": found.why["text"] + "。"}) for found in whole(encoded)]

    monkeypatch.setattr(bench, "reference", reference)
    assert bench.differences(facts) == ["generated explanation", "generated pieces"]
    bench.chain.close()


def test_a_slice_with_many_differences_stops_early(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown_is_false(monkeypatch)
    told: list[int] = []
    assert len(run(1, 10**9, 25, told.append)) > 20
    assert told[-1] < 5_000


# -- the corpus --------------------------------------------------------------------------------------------------------


def drawn(entry: Mapping[str, Any]) -> tuple[Sample, dict[str, Value], str]:
    """Draw a stored pair again, exactly as `run` drew it."""
    generator = Generator(entry["seed"] * 1_000_003 + entry["policy"])
    sample = generator.sample()
    for _ in range(entry["case"]):
        generator.facts(sample)
    return sample, generator.facts(sample), "zh" if entry["policy"] % 2 else "en"


def test_a_stored_pair_is_drawn_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Sample, dict[str, Value], str]] = []

    def differences(self: Bench, facts: dict[str, Value]) -> list[str]:
        seen.append((self.sample, facts, self.lang))
        return ["rete"]

    monkeypatch.setattr(Bench, "differences", differences)
    faults = run(3, 12, 4)
    assert len(faults) == len(seen) == 12
    for fault, pair in zip(faults, seen, strict=True):
        _, seed, _, policy, _, case = fault.partition(": ")[0].split()
        assert drawn({"seed": int(seed), "policy": int(policy), "case": int(case)}) == pair


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_corpus(entry: Mapping[str, Any]) -> None:
    if "seed" in entry:
        sample, facts, lang = drawn(entry)
        bench = Bench(sample, lang)
        assert bench.differences(facts) == []
        bench.chain.close()
        return
    definitions = entry.get("definitions", {})
    scope = Scope(BASE, PARAMETER_TYPES, frozenset(definitions))
    node = parse_condition(entry["expression"], scope)
    sample = Sample(
        (("stored", node),),
        {name: parse_condition(text, scope) for name, text in definitions.items()},
        PARAMETERS,
        day(entry["as_of"]),
    )
    for lang in ("zh", "en"):
        bench = Bench(sample, lang)
        for case in entry["cases"]:
            facts = dict(read_case(case["facts"], BASE).facts)
            assert evaluate(node, sample.world(facts)) is case["value"], case
            assert bench.differences(facts) == [], case
        bench.chain.close()


def test_the_corpus_holds_expressions_worth_keeping() -> None:
    entries = json.loads((CORPUS / "expressions.json").read_text(encoding="utf-8"))
    assert len(entries) >= 15
    assert all(len({case["value"] for case in entry["cases"]}) > 1 for entry in entries)
