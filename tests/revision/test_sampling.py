"""Generated cases follow from their seed, are cases that could be read, and sit on the limits of both policies."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.engine.asking import day, small_policy
from tests.regions.region_cases import REGIONS, ROOT

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.verdicts import Verdicts
from xianjie.language.calendar import NEVER, iso
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.reference import patched_by, resolve
from xianjie.revision.sampling import sample_cases
from xianjie.vocabulary import BASE, FactType
from xianjie.vocabulary.facts import LISTS

AS_OF = day("2025-08-01")


def pair(region: str) -> tuple[Policy, Policy]:
    path = ROOT / "examples/revisions" / f"{region}.overlay.yaml"
    old = patched_by(path, REGIONS)
    assert old is not None
    return old, resolve(str(path), REGIONS, AS_OF)


def written(case: Case) -> dict[str, Any]:
    """Write a case as a person would send it."""
    tree: dict[str, Any] = {"case": case.label}
    for record in case.records - LISTS.keys():
        facts = {name: value for name, value in case.given.items() if name.startswith(f"{record}.")}
        tree[record] = {name.partition(".")[2]: shown(name, value) for name, value in facts.items()}
    if case.events:
        tree["referral"]["events"] = [{"event": one.event} for one in case.events]
    tree["ledgers"] = [short(one.facts) for one in case.ledgers]
    tree["duties"] = [
        {**short(one.facts), **({} if one.meetings is None else {"meetings": [dict(m) for m in one.meetings]})}
        for one in case.duties
    ]
    tree["targets"] = [
        {
            "item": one.item,
            "year": one.year,
            "value": None if one.value is None else str(one.value),
            "value_in_year": None if one.value_in_year is None else str(one.value_in_year),
            "additions": {str(year): str(value) for year, value in one.additions.items()},
        }
        for one in case.targets
    ]
    return tree


def short(facts: Any) -> dict[str, Any]:
    return {name.partition(".")[2]: shown(name, value) for name, value in facts.items()}


def shown(name: str, value: Value) -> object:
    match BASE[name].type:
        case FactType.EVENT:
            assert isinstance(value, int)
            return iso(value)
        case FactType.MONEY:
            assert isinstance(value, int)
            return f"{value // 100}.{value % 100:02}"
        case FactType.SET:
            assert isinstance(value, frozenset)
            return sorted(value)
        case _:
            return value


@pytest.mark.parametrize("region", ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"])
def test_every_generated_case_could_have_been_read(region: str) -> None:
    for case in sample_cases(pair(region), 250, 3, AS_OF):
        read = read_case(written(case), BASE)
        assert (read.given, read.facts, read.events) == (case.given, case.facts, case.events)
        assert (read.ledgers, read.duties, read.targets) == (case.ledgers, case.duties, case.targets)
        assert read.records >= case.records - {"area"}


def test_the_seed_decides_and_so_does_nothing_else() -> None:
    policies = pair("tianjin")
    again = [sample_cases(policies, 40, 7, AS_OF) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0] != sample_cases(policies, 40, 8, AS_OF)
    assert again[0][:20] == sample_cases(policies, 20, 7, AS_OF)
    assert [case.label for case in again[0][:2]] == ["S-00001", "S-00002"]
    assert {case.as_of for case in again[0]} == {None}


LINE = """
parameters:
  line: {{zh: 线, en: line, type: money, values: [{{value: {line}}}]}}
groups:
  - {{id: poor, gives: coverage, zh: 甲, en: a}}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {{part: group, id: poor, group: poor, force: must, zh: 试, en: t,
         when: "3 * household.annual_income < line * household.size and within(aid.exit_date, years={years})
           and organisation.stage == 'early' and not known(person.tekun) and '医疗' in aid.special_programmes"}}
      - {{part: group, id: flat, group: poor, force: must, zh: 试, en: t, when: household.annual_income < line}}
"""


def test_the_limits_of_both_policies_are_met_missed_and_hit() -> None:
    old, new = (small_policy(LINE.format(line=line, years=years)) for line, years in ((1000, 1), (1200, 2)))
    cases = sample_cases((old, new), 1500, 1, AS_OF)
    incomes = Counter(case.facts.get("household.annual_income") for case in cases)
    for line in (100_000, 120_000):
        assert all(incomes[line + step] > 20 for step in (-1, 0, 1))
    exits = Counter(case.facts.get("aid.exit_date") for case in cases)
    for start in (day("2024-08-01"), day("2023-08-01")):
        assert all(exits[start + step] > 5 for step in (-1, 0, 1))
    assert exits[NEVER] > 20
    assert exits[None] > 20
    # a comparison of two facts turns for each size of family
    turning = {
        (size, 3 * income - line * size)
        for case in cases
        for line in (100_000, 120_000)
        if isinstance(income := case.facts.get("household.annual_income"), int)
        if isinstance(size := case.facts.get("household.size"), int)
        if abs(3 * income - line * size) < 3
    }
    assert len(turning) > 5


def test_conditions_are_met_though_they_are_long() -> None:
    """Nine independent draws would hardly ever meet this one: it is aimed at."""
    policy = small_policy(LINE.format(line=1000, years=1))
    verdicts = Verdicts(policy, AS_OF)
    held = Counter(
        verdicts.rules_of(case, policy.groups[0])["poor"] for case in sample_cases((policy, policy), 600, 2, AS_OF)
    )
    assert held[True] > 20
    assert held[False] > 50
    assert held[None] > 50


@pytest.mark.parametrize("region", ["hubei", "jinhua", "tianjin"])
def test_the_cases_bring_about_every_kind_of_answer(region: str) -> None:
    policies = pair(region)
    seen: set[str] = set()
    for policy in policies:
        verdicts = Verdicts(policy, AS_OF)
        for case in sample_cases(policies, 400, 1, AS_OF):
            verdict = verdicts.of(case)
            seen.add(verdict.eligibility.status)
            seen |= {entry.status for entry in (*(verdict.services or ()), *(verdict.incentives or ()))}
            if verdict.referral is not None:
                seen.add(verdict.referral.outcome.status)
            seen |= {entry["status"] for entry in verdicts.duties(case)}
    assert seen >= {"covered", "not_matched", "undetermined", "applies", "does_not_apply", "condition_not_met"}
    assert seen >= {"allowed", "refused", "not_triggered", "fresh", "due_soon", "due_today", "overdue"}


def test_records_are_those_that_either_policy_rules() -> None:
    old, new = (small_policy(LINE.format(line=line, years=1)) for line in (1000, 1200))
    records = {record for case in sample_cases((old, new), 200, 1, AS_OF) for record in case.records}
    assert records == {"person", "household", "aid", "organisation", "area"}
    found = [case.records for case in sample_cases(pair("jinhua"), 200, 1, AS_OF)]
    for record in ("organisation", "referral", "ledger", "duty", "target"):
        assert 5 < sum(record in records for records in found) < 150


def test_a_share_is_unknown_and_some_cases_are_complete() -> None:
    cases = sample_cases(pair("jinhua"), 300, 1, AS_OF)
    known = Counter(len([name for name in case.given if name.startswith("person.")]) for case in cases)
    assert max(known) > 15
    assert min(known) < 10
    assert sum(bool(case.events) for case in cases) > 3


def test_limits_are_looked_up_on_the_date_of_each_policy() -> None:
    policy = small_policy(LINE.format(line=1000, years=1))
    later = day("2027-01-15")
    exits = {case.facts.get("aid.exit_date") for case in sample_cases((policy, policy), 600, 1, AS_OF, later)}
    assert {day("2024-08-01"), day("2026-01-15")} <= exits
