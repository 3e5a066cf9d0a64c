"""Columns against the meaning: generated conditions, and generated policies in every dimension but incentives."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pytest
from tests.differential.generator import Generator
from tests.engine.asking import engine_for
from tests.population.people import case_of, invent
from tests.population.policies import drawn, loosened, skeleton
from tests.population.record_policies import record_policy
from tests.population.telling import differing, part_told

from xianjie.engine.inquiry import Settings
from xianjie.language import ir
from xianjie.language.evaluate import evaluate, missing
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.columns import facts_frame, gather, laid_out
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.eligibility import EligibilityColumns
from xianjie.population.compiler.policies import compiled
from xianjie.population.compiler.terms import Terms
from xianjie.population.expanding import expanded
from xianjie.vocabulary import BASE

EVERYTHING = frozenset({"person", "household", "aid"})
BASES = {gives: skeleton(gives) for gives in ("coverage", "priority")}
SETTINGS: tuple[dict[str, str], ...] = ({}, {"apart": "two"}, {"advised": "near"}, {"apart": "three", "advised": "far"})


def conditions_in_columns(seed: int, cases: int) -> int:
    """Compare values and missing facts of one sample's conditions with the tree walk; gives how many were compared."""
    generator = Generator(seed)
    sample = generator.sample()
    nodes = [node for _, node in sample.conditions]
    facts: dict[str, set[str]] = {}
    gather(nodes, sample.definitions, facts)
    layout = laid_out(facts, BASE)
    terms = Terms(layout)
    columns = Conditions(terms, sample.definitions, ir.Frame(sample.as_of, sample.parameters, BASE.events))
    values = [columns.value(node) for node in nodes]
    lacking = [columns.missing(node) for node in nodes]
    layers, read = terms.layers([*values, *(truth for one in lacking for truth in one.values())])
    rows = [generator.facts(sample) for _ in range(cases)]
    wide = [{name: value for name, value in row.items() if name in layout.names} for row in rows]
    frame = facts_frame(wide, loosened(layout)).lazy() if layout.columns else pl.LazyFrame({"n": range(cases)})
    for layer in layers:
        frame = frame.with_columns(layer)
    out = frame.with_columns(
        *(read(value).alias(f"value {at}") for at, value in enumerate(values)),
        *(read(truth).alias(f"{at} {name}") for at, one in enumerate(lacking) for name, truth in one.items()),
    ).collect(engine="streaming")
    for row, told in zip(rows, out.iter_rows(named=True), strict=True):
        world = sample.world(row)
        for at, node in enumerate(nodes):
            assert told[f"value {at}"] is evaluate(node, world), (seed, node, row)
            found = {name for name in lacking[at] if told[f"{at} {name}"]}
            assert found == set(missing(node, world)), (seed, node, row)
    return cases * len(nodes)


@pytest.mark.parametrize("part", range(4))
def test_conditions_in_columns_mean_what_the_tree_walk_says(part: int) -> None:
    assert sum(conditions_in_columns(part * 1_000 + number, 40) for number in range(20)) > 1_500


def answers(policy: Policy, rows: list[dict[str, Any]], as_of: int, readings: dict[str, str]) -> Counter[str]:
    """Compare a policy's answers in columns with the engine's; counts what the cases came to."""
    engine, settings = engine_for(policy), Settings(readings=readings)
    plan = compiled({policy.region: policy}, as_of, settings, ("eligibility", "services"))
    part = plan.parts[policy.region]["eligibility"]
    assert isinstance(part, EligibilityColumns)
    wide = [{name: value for name, value in row.items() if name in plan.layout.names} for row in rows]
    frame = facts_frame(wide, loosened(plan.layout))
    out = plan.answer(frame.lazy()).collect()
    found: Counter[str] = Counter()
    for facts, row in zip(rows, out.iter_rows(named=True), strict=True):
        case = case_of(facts, None, EVERYTHING)
        want = engine.assess(case, [policy.region], as_of, settings)["regions"][policy.region]
        got = expanded(row, plan)[policy.region]
        assert part_told(got["services"], "services") == part_told(want["services"], "services")
        theirs, ours = want["eligibility"], got["eligibility"]
        wanted, asked = set(theirs["missing"]), set(ours["missing"])
        if part.exact:
            assert asked == wanted, (theirs, ours)
        else:
            assert asked <= wanted, (theirs, ours)
            assert bool(asked) is bool(wanted)
        for entry, group in zip(theirs["groups"], ours["groups"], strict=True):
            if entry["status"] in ("covered", "priority_match"):
                assert entry["why"]["rule"] == group["rule"]
            found[entry["status"]] += 1
        same = {**theirs, "missing": []}
        assert part_told({**ours, "missing": []}, "eligibility") == part_told(same, "eligibility")
        found[f"status {ours['status']}"] += 1
        found["flagged"] += ours["flagged"]
        found["exact" if part.exact else "fewer"] += 1
        found["asks for fewer"] += asked < wanted
    engine.close()
    return found


@pytest.mark.parametrize("part", range(3))
def test_generated_policies_are_answered_as_the_engine_does(part: int) -> None:
    found: Counter[str] = Counter()
    for number in range(6):
        for gives, base in BASES.items():
            policy, sample, generator = drawn(base, part * 1_000 + number)
            rows = [generator.facts(sample) for _ in range(30)]
            found += answers(policy, rows, sample.as_of, SETTINGS[(number + (gives == "priority")) % 4])
    for status in ("covered", "priority_match", "not_matched", "undetermined", "ambiguous"):
        assert found[status] > 2, found
    for status in ("covered", "priority_match", "undetermined", "not_stipulated"):
        assert found[f"status {status}"] > 2, found


BESIDE: tuple[dict[str, str], ...] = (
    {},
    {"cycle": "calendar", "total": "running-total"},
    {"parties": "all-parties-each", "least": "few", "apart": "two"},
    {"cycle": "rolling", "advised": "near"},
)
"""Readings that an office may have settled on in policies on duties and referrals."""


def records_told(seed: int) -> Counter[str]:
    """Compare answers on duties and referrals under a drawn policy; counts what the rows came to."""
    policy, sample, _ = drawn(record_policy(seed), seed)
    engine, settings = engine_for(policy), Settings(seed * 7 % 60, BESIDE[seed % 4])
    plan = compiled({policy.region: policy}, sample.as_of, settings, ("duties", "referral"))
    people = invent(plan.layout, [policy], 70, seed, sample.as_of)
    assert differing(engine, plan, people, settings) == (70, []), seed
    engine.close()
    out = plan.answer(people.frame.lazy()).collect()
    found: Counter[str] = Counter()
    for part in plan.parts[policy.region].values():
        for choice in part.choices:
            name = choice.name.partition(".")[2]
            found.update(f"{name} {choice.words[code]}" for code in out[choice.name])
        for field in part.fields:
            if field.name.endswith("flagged"):
                found["flagged"] += sum(bool(code) for name in field.columns for code in out[name])
    return found


@pytest.mark.parametrize("part", range(3))
def test_generated_policies_on_duties_and_referrals_are_answered_as_the_engine_does(part: int) -> None:
    found: Counter[str] = Counter()
    for number in range(6):
        found += records_told(part * 1_000 + number)
    for kind in ("ledger", "count", "target"):
        for status in ("none", "undetermined", "not_stipulated"):
            assert found[f"duties.{kind} {status}"] > 2, found
    for status in ("fresh", "overdue", "no_fixed_interval"):
        assert found[f"duties.ledger {status}"] > 2, found
    for status in ("met", "in_progress"):
        assert found[f"duties.count {status}"] + found[f"duties.target {status}"] > 2, found
    for status in ("none", "refused", "undetermined", "not_stipulated"):
        assert found[f"referral.status {status}"] > 2, found
