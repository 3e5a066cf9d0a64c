"""What is missing rule by rule, and where readings disagree: the tables are the people counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from tests.population.people import invent
from tests.population.summary.made import AS_OF

from xianjie.api import installed_engine
from xianjie.engine.inquiry import Settings
from xianjie.population.compiler.columns import DIMENSIONS
from xianjie.population.expanding import expanded
from xianjie.population.job.asked import asking, compiled_for
from xianjie.population.summary.cells import Table
from xianjie.population.summary.gathered import Summary, summary_of
from xianjie.population.summary.points import lacking, readings
from xianjie.population.summary.tally import Tallying

REGIONS = ("hubei", "jinhua", "tianjin")
ROWS = 600
People = list[dict[str, dict[str, Any]]]
SPLIT = {"household-size": "flat"}
"""A reading that the second question settles on."""


@cache
def answered(chosen: bool = False) -> tuple[Summary, People]:
    """Give a population's summary, and what each of its rows says."""
    settings = Settings(readings={f"jinhua:{axis}": option for axis, option in SPLIT.items()}) if chosen else None
    asked = asking(installed_engine(), REGIONS, AS_OF, DIMENSIONS, settings)
    plan = compiled_for(asked.text)
    policies = [parts["eligibility"].policy for parts in plan.parts.values()]
    tallying = Tallying(plan)
    answers = plan.answered(invent(plan.layout, policies, ROWS, 5, AS_OF).frame, beside=tallying.truths)
    told = summary_of(asked.text, tallying.of(answers))
    return told, [expanded(row, plan) for row in answers.iter_rows(named=True)]


def entries(person: Mapping[str, Mapping[str, Any]], region: str, dimension: str) -> Iterator[tuple[str, Any]]:
    """List what is told of a person in one dimension, under the rule, group or kind that it is counted by."""
    part = person[region][dimension]
    match dimension:
        case "eligibility":
            yield from ((group["id"], group) for group in part["groups"])
        case "services" | "incentives":
            # a rule that offers several services stands in several rows of an answer, and is counted once
            yield from {entry["rule"]: entry for entry in part if entry["rule"]}.items()
        case "duties":
            yield from ((entry["part"], entry) for entry in part)
        case _ if part is not None:
            yield "status", part
            yield from (("simplified", entry) for entry in [part["simplification"]] if entry)
            yield from ((entry["rule"], entry) for entry in part["accompanying"] if entry["rule"])


def called(told: Summary, region: str, key: str) -> str:
    side = told.side(region)
    groups = {id: zh for id, _, zh, _ in side.groups}
    kinds = {
        "ledger": "台账状态",
        "count": "职责次数",
        "target": "年度目标",
        "status": "结论",
        "simplified": "简化认定",
    }
    zh, _, clause = side.rules.get(key, ("", "", ""))
    return groups.get(key) or kinds.get(key) or f"{clause} {zh}".strip()


def cells(table: Table) -> dict[tuple[str, ...], int]:
    assert all(isinstance(cell, tuple) for row in table.rows for cell in row[:-1])
    return {tuple(cell[0] for cell in row[:-1] if isinstance(cell, tuple)): int(str(row[-1])) for row in table.rows}


@pytest.mark.parametrize("dimension", DIMENSIONS[1:])
def test_each_fact_that_a_rule_lacks_is_counted(dimension: str) -> None:
    told, people = answered()
    wanted: Counter[tuple[str, ...]] = Counter()
    for person in people:
        for region in REGIONS:
            for key, entry in entries(person, region, dimension):
                for fact in entry["missing"]:
                    zh = told.facts.get(fact, (fact, fact))[0]
                    wanted[told.side(region).zh, called(told, region, key), zh] += 1
                for fact in entry.get("compliance_missing", ()):
                    wanted[told.side(region).zh, "台账是否合规", told.facts[fact][0]] += 1
    (table,) = [one for one in lacking(told) if one.key == f"{dimension}-lacking"]
    assert len(wanted) > 10
    assert cells(table) == wanted
    rules = [row[:2] for row in table.rows]
    assert len(dict.fromkeys(rules)) == sum(one != other for one, other in zip(rules, [None, *rules], strict=False))
    for rule in dict.fromkeys(rules):
        counts = [row[-1] for row in table.rows if row[:2] == rule]
        assert counts == sorted(counts, key=lambda count: -int(str(count)))


@pytest.mark.parametrize("chosen", [False, True])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_those_for_whom_readings_disagree_are_counted_and_the_readings_named(dimension: str, chosen: bool) -> None:
    told, people = answered(chosen)
    wanted: Counter[tuple[str, ...]] = Counter()
    for person in people:
        for region in REGIONS:
            for key, entry in entries(person, region, dimension):
                at = (told.side(region).zh, called(told, region, key))
                wanted[*at, "文本有歧义，结论不同"] += entry["status"] == "ambiguous"
                rule = called(told, region, entry["rule"]) if dimension == "referral" and entry["rule"] else at[1]
                wanted[at[0], rule, "按推荐的读法定了结论，别的读法不同"] += bool(entry.get("flagged"))
    (table,) = [one for one in readings(told) if one.key == f"{dimension}-readings"]
    found = cells(table)
    assert {(*key[:2], key[2].partition("：")[0]): count for key, count in found.items()} == +wanted
    assert bool(found) is (dimension != "services")
    for region, _, how in found:
        names = how.partition("：")[2]
        assert names.count("“") >= 2, region
        assert "（推荐）" in names
    size = [how for _, _, how in found if "不论几口人" in how]
    assert bool(size) is (not chosen and dimension == "eligibility")


def test_readings_are_read_again_and_a_summary_without_them_is_one_too() -> None:
    told, _ = answered()
    again = Summary.read(told.text)
    assert again == told
    assert again.side("jinhua").read_as("eligibility", "low-income", "recommended") is None
    older = told.text.replace('"readings":', '"readings_":')
    with pytest.raises(Exception, match="summary-form"):
        Summary.read(older)


def small(tables: list[Table], least: int) -> list[int]:
    return [
        cell for table in tables for row in table.rows for cell in row if isinstance(cell, int) and 0 < cell < least
    ]


def test_small_counts_are_held_back_in_these_tables_as_in_the_others() -> None:
    told, _ = answered()
    tables = [*lacking(told), *readings(told)]
    assert small(tables, 10)
    held = told.guarded(10)
    guarded = [*lacking(held), *readings(held)]
    assert small(guarded, 10) == []
    assert [table.key for table in guarded] == [table.key for table in tables]
    plain = {(table.key, *row[:-1]): row[-1] for table in tables for row in table.rows}
    for table in guarded:
        for row in table.rows:
            assert row[-1] in (None, plain[(table.key, *row[:-1])])
    notes = [table.notes[-1][0] for table in guarded if table.key.endswith("-lacking") and table.rows]
    assert any(note.startswith("另有") for note in notes)
