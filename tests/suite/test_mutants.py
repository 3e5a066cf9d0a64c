"""The mutants of a policy: every kind is made, each changes what it says and nothing else, and no two are the same."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest
from tests.engine.asking import small_policy
from tests.suite.setting import AS_OF, everything

from xianjie.api import installed_engine
from xianjie.policy.model import CountRule, LedgerRule
from xianjie.policy.prepared import Policy
from xianjie.suite.forms import Forms
from xianjie.suite.mutants import KINDS, Mutant, bare, mutants
from xianjie.suite.rule_slips import answering


@lru_cache(maxsize=1)
def made() -> list[Mutant]:
    return mutants(everything(), AS_OF)


def of(kind: str, rule: str) -> list[Mutant]:
    return [one for one in made() if (one.kind, one.rule) == (kind, rule)]


def told(kind: str, rule: str) -> list[str]:
    return [one.zh for one in of(kind, rule)]


def test_every_kind_of_slip_is_made() -> None:
    assert {one.kind for one in made()} == set(KINDS)


def test_ids_and_fingerprints_are_each_s_own() -> None:
    assert max(Counter(one.id for one in made()).values()) == 1
    prints = {one.policy.sha256 for one in made()} | {everything().sha256}
    assert len(prints) == len(made()) + 1
    assert [one.id for one in mutants(everything(), AS_OF)] == [one.id for one in made()]


def test_no_two_ask_the_same() -> None:
    base = Forms(everything(), AS_OF)
    forms = base.every()
    asked = [frozenset(Forms(one.policy, AS_OF, base).changed(forms).items()) for one in made() if one.places]
    assert all(asked)
    assert len(set(asked)) == len(asked)


def test_what_was_not_changed_is_the_original_s_own() -> None:
    policy = everything()
    for one in made():
        changed = {(block, number) for block, number in one.places}
        for name, block in policy.blocks.items():
            for number, (_, node) in enumerate(block.conditions):
                held = one.policy.blocks[name].conditions[number][1]
                if (name, number) not in changed:
                    assert held == node
        assert (one.policy.silent, one.policy.region) == (policy.silent, policy.region)


def test_slips_in_conditions_name_rule_clause_and_text() -> None:
    assert not of("connective", "home")
    found = of("operator", "sized")
    assert ("“household.size <= 4”→“household.size < 4”", "一") in {(one.zh, one.clause) for one in found}
    assert told("window", "left") == ["“within(aid.exit_date, months=back)”→“under(aid.exit_date, months=back)”"]
    assert told("word", "home") == [
        "“aid.exit_programme in ('dibao', 'tekun')”→“aid.exit_programme in ('other', 'tekun')”",
        "“aid.exit_programme in ('dibao', 'tekun')”→“aid.exit_programme == 'tekun'”",
        "“aid.exit_programme in ('dibao', 'tekun')”→“aid.exit_programme in ('dibao', 'other')”",
        "“aid.exit_programme in ('dibao', 'tekun')”→“aid.exit_programme == 'dibao'”",
    ]


def test_a_definition_is_changed_under_every_reading_that_shares_its_text() -> None:
    (found,) = [one for one in of("negated", "linked") if one.zh == "定义 linked：“helped”→“not helped”"]
    changed = changed_in(found.policy)
    assert changed == {"linked@both", "linked@aid-only"}
    assert found.clause == "一、三"
    assert {block for block, _ in found.places} == {"eligibility", "referral.forward"}
    (one_reading,) = [one for one in of("operator", "poor") if "heads" in one.zh and "<=" in one.zh]
    assert changed_in(one_reading.policy) == {"poor@per-head"}


def changed_in(policy: Policy) -> set[str]:
    before = everything().definitions
    return {name for name in before if policy.definitions[name] != before[name]}


def test_a_parameter_slips_by_its_own_step_at_the_value_that_holds() -> None:
    assert told("parameter", "line") == ["参数 收入线：120.5→120.49", "参数 收入线：120.5→120.51"]
    assert told("parameter", "back") == ["参数 回溯月数：6→5", "参数 回溯月数：6→7"]
    line = of("parameter", "line")[1]
    assert [str(value.value) for value in line.policy.file.parameters["line"].values] == ["100", "120.51"]


def test_a_parameter_s_slip_that_is_a_comparison_s_is_made_once() -> None:
    policy = small_policy("""
    parameters:
      line: {zh: 线, en: line, type: money, values: [{value: 100}]}
    groups:
      - {id: one, gives: coverage, zh: 甲, en: one}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: a, group: one, force: may, zh: 一, en: one, when: household.annual_income < line}
""")
    found = [(one.kind, one.zh) for one in mutants(policy, AS_OF) if one.kind in ("operator", "parameter", "negated")]
    assert found == [
        ("negated", "“household.annual_income < line”→“not household.annual_income < line”"),
        ("operator", "“household.annual_income < line”→“household.annual_income <= line”"),
        ("operator", "“household.annual_income < line”→“household.annual_income > line”"),
        ("parameter", "参数 线：100→99.99"),
    ]


def test_slips_in_rules() -> None:
    assert told("force", "home") == ["力度“应当”→“可以”"]
    assert told("clause", "home") == ["条款 二→三"]
    assert told("rule", "home") == ["整条规则删去"]
    assert not told("rule", "poor")
    assert told("gate", "forward") == ["关口“征得同意”删去", "关口“先同意、后出函”删去"]
    assert told("initiator", "forward") == ["发起方删去“民政部门”", "发起方删去“乡镇(街道)”", "发起方加上“慈善组织”"]
    assert told("documents", "forward") == ["材料是否必须，反过来"]
    assert told("step", "forward") == [
        "第 1 步（found 经 consented 到 agreed）删去",
        "第 1 步（found 经 consented 到 agreed）改到 sent",
        "第 2 步（agreed 经 referred 到 sent）删去",
        "第 2 步（agreed 经 referred 到 sent）改到 found",
        "第 2 步（agreed 经 referred 到 sent）的条件删去",
    ]
    assert told("interval", "supply") == ["周期“每半年”→“每 5 个月”", "周期“每半年”→“每 7 个月”"]
    assert told("requirement", "supply") == [
        "配套要求（未录入平台）删去", "配套要求（未提供给乡镇(街道)）删去", "起因删去",
    ]  # fmt: skip
    assert told("level", "meet") == ["层级删去“县(区)”", "层级加上“省级”"]
    assert told("count", "meet") == ["不少于 2 次→不少于 1 次", "不少于 2 次→不少于 3 次", "比较号改为推定"]
    assert told("count", "build") == ["不少于 1 次→不少于 2 次", "比较号改为明写"]
    assert told("bound", "meet") == [
        "起始年度 2024→2023", "起始年度 2024→2025", "最后年度 2026→2025", "最后年度 2026→2027",
    ]  # fmt: skip
    assert told("bound", "build") == ["期限 2026-12-31→2026-12-30", "期限 2026-12-31→2027-01-01"]
    assert told("target", "goals") == [
        "第 1 项 2025 年 10→9",
        "第 1 项 2025 年 10→11",
        "第 1 项比较号改为明写",
        "第 2 项 2025 年 3.5→3.4",
        "第 2 项 2025 年 3.5→3.6",
        "第 2 项 2026 年 4→3",
        "第 2 项 2026 年 4→5",
        "第 2 项比较号改为推定",
        "第 2 项改为当年数",
    ]
    assert told("readings", "wide") == ["读法不一致时取推荐的", "推荐的读法改为 per-head"]
    assert told("readings", "strict") == ["读法不一致时作为歧义", "推荐的读法改为 aid-only"]


def rule_of(policy: Policy, name: str) -> object:
    return next(rule for _, rule in answering(policy) if rule.id == name)


def test_a_slip_is_in_the_rule_that_the_engine_asks() -> None:
    interval = rule_of(of("interval", "supply")[0].policy, "supply")
    assert isinstance(interval, LedgerRule)
    assert interval.interval == "P5M"
    count = rule_of(of("count", "meet")[0].policy, "meet")
    assert isinstance(count, CountRule)
    assert count.at_least == 1
    forward = of("gate", "forward")[0].policy.referrals["forward"]
    assert [gate.step for gate, _ in forward.gates] == ["consent_before_letter"]
    moved = of("clause", "forward")[0].policy.referrals["forward"]
    assert (moved.clause, moved.trigger is not None and moved.trigger.clause) == ("四", "四")
    without = of("rule", "study")[0].policy
    assert [line.rule.id for line in without.services] == ["home"]
    swapped = of("readings", "wide")[1].policy.groups[0]
    assert [reading.id for reading in swapped.readings.all] == ["per-head", "flat"]
    assert [reading.recommended for reading in swapped.readings.all] == [True, False]
    assert swapped.places == tuple(reversed(everything().groups[0].places))


def test_a_conditions_text_is_bare_of_its_reading() -> None:
    node = everything().groups[1]
    place = node.places[0]["linked"]
    assert bare(everything().blocks["eligibility"].conditions[place][1]) == bare(
        everything().blocks["eligibility"].conditions[node.places[1]["linked"]][1]
    )


@pytest.mark.parametrize("region", ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"])
def test_the_regions_have_mutants_of_every_rule_that_answers(region: str) -> None:
    policy = installed_engine().policies[region]
    found = mutants(policy, AS_OF)
    assert {rule.id for _, rule in answering(policy)} <= {one.rule for one in found}
    assert {name.partition("@")[0] for name in policy.definitions} <= {one.rule for one in found}
    assert all(one.zh and one.en for one in found)
