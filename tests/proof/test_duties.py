"""Duties side by side: the classes of records are complete, and each pair of answers has its record."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.engine.asking import AS_OF, day, small_policy

import xianjie
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.proof.duties import duty_cells, duty_label, duty_records
from xianjie.proof.report import difference

DAY = day(AS_OF)


def ledgers(interval: str = "P6M", levels: str = "", hand_over: str = "ledger.entered_on_platform") -> Policy:
    return small_policy(
        f"""
        readings:
          cycle:
            differ: ambiguous
            options: [{{id: rolling, recommended: true, zh: 甲, en: a}}, {{id: calendar, zh: 乙, en: b}}]
        clauses:
          - path: 一
            treatment: rules
            rules:
              - part: ledger
                id: supply
                ledgers: [supply]
                force: must
                actor: 机关
                interval: {interval}
                counting: cycle
                {levels}
                requires: {{platform: "{hand_over}"}}
                zh: 一
                en: one
        """
    )


def counted(least: int = 2, deadline: str = "") -> Policy:
    return small_policy(
        f"""
        clauses:
          - path: 一
            treatment: rules
            rules:
              - {{part: count, id: meet, duty: consultation, force: must, zh: 一, en: a, at_least: {least} {deadline}}}
        """
    )


def aimed(value: str = "79.9") -> Policy:
    return small_policy(
        f"""
        clauses:
          - path: 一
            treatment: rules
            rules:
              - part: target
                id: aims
                force: target
                zh: 一
                en: one
                items: [{{item: 1, zh: 甲, en: a, unit: 个, values: {{2025: {value}}}}}]
        """
    )


def differing(left: Policy, right: Policy) -> list[tuple[str, str, str]]:
    cells = [cell for cell in duty_cells(left, right, DAY) if cell.differ]
    return [(cell.key, *cell.statuses) for cell in cells]


def test_equal_duties_have_no_differing_class() -> None:
    for policy in (ledgers(), counted(), aimed()):
        assert differing(policy, policy) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ledgers(), ledgers("P7M")),
        (ledgers(), ledgers(levels="levels: [county]")),
        (ledgers(), ledgers(hand_over="ledger.filed_on_platform")),
        (counted(), counted(3)),
        (counted(), counted(2, ", deadline: 2025-06-30")),
        (aimed(), aimed("80")),
        (aimed(), aimed("79.91")),
    ],
)
def test_a_changed_duty_is_noticed_both_ways(left: Policy, right: Policy) -> None:
    assert differing(left, right)
    assert len(differing(left, right)) == len(differing(right, left))


def test_the_days_listed_stand_for_every_day() -> None:
    """The reference: every day of two years, put to the engine."""
    left, right = ledgers("P6M"), ledgers("P1Y")
    wanted = set()
    engines = [Engine([policy], policy.vocabulary) for policy in (left, right)]
    for back in range(-1, 800):
        record = {"kind": "supply", "last_updated": iso(DAY - back)}
        case = read_case({"ledgers": [record]}, left.vocabulary)
        answers = [engine.assess(case, ["small"], DAY)["regions"]["small"]["duties"][0] for engine in engines]
        wanted.add(tuple(answer["status"] for answer in answers))
    found = {cell.statuses for cell in duty_cells(left, right, DAY)}
    assert wanted <= found
    assert found - wanted <= {("undetermined", "undetermined")}


def test_each_class_has_a_record_that_gets_these_answers(policies: Mapping[str, Policy]) -> None:
    for cell in duty_cells(policies["shanghai"], policies["tianjin"], DAY):
        assert cell.witness is not None
        answer = xianjie.assess(cell.witness.record, ["shanghai", "tianjin"]).to_json()["regions"]
        for region, label in (("shanghai", cell.left), ("tianjin", cell.right)):
            assert duty_label(answer[region]["duties"][0]) == label[0]


def test_levels_are_told_apart_only_where_a_rule_does() -> None:
    plain = {made.record.get("level") for made in duty_records([ledgers()], DAY)}
    told = {made.record.get("level") for made in duty_records([ledgers(levels="levels: [county]")], DAY)}
    assert plain == {None, "county"}
    assert told == {None, "province", "city", "county", "township"}


def test_a_policy_without_duties_has_no_records() -> None:
    bare = small_policy("clauses: [{path: 一, treatment: background, zh: 背景}]\n")
    assert duty_records([bare], DAY) == []


@pytest.mark.parametrize("day_", ["0001-01-01", "0062-04-30", "1948-12-31", "1949-01-01", "9999-12-31"])
def test_any_day_of_the_calendar_can_be_asked_for(day_: str, policies: Mapping[str, Policy]) -> None:
    assert difference(policies["tianjin"], policies["shanghai"], day(day_))["as_of"] == day_
    assert difference(policies["jinhua"], policies["jinhua"], day(day_), ["eligibility"])["as_of"] == day_
    assert duty_records([policies["jinhua"]], day(day_))
