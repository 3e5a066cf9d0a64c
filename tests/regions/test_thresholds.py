"""Every threshold, window and date has a case on it, one below and one above; every rule goes both ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from tests.regions.edges import conditions_seen, rules_read_differently, rules_with_readings, stood_on, wanted
from tests.regions.region_cases import REGIONS, given, policy_of

from xianjie.engine.assess import Engine
from xianjie.policy.model import CountRule, LedgerRule
from xianjie.policy.prepared import Policy
from xianjie.regression.model import RegressionCase
from xianjie.regression.run import answer_of
from xianjie.vocabulary import BASE

IDS = tuple(REGIONS.regions)


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    return {region: policy_of(REGIONS.regions[region]) for region in IDS}


@pytest.fixture(scope="module")
def cases() -> dict[str, list[RegressionCase]]:
    return {region: given(REGIONS.regions[region]) for region in IDS}


@pytest.fixture(scope="module")
def engine(policies: dict[str, Policy]) -> Iterator[Engine]:
    made = Engine(list(policies.values()), BASE)
    yield made
    made.close()


def wanting(policy: Policy, cases: Sequence[RegressionCase]) -> set[str]:
    return wanted(policy) - stood_on(policy, cases)


@pytest.mark.parametrize("region", IDS)
def test_every_edge_has_a_case_on_it_below_and_above(
    region: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]]
) -> None:
    assert not sorted(wanting(policies[region], cases[region]))


def test_the_edges_of_a_policy_are_found(policies: dict[str, Policy]) -> None:
    """Hold by hand what the walk must find, so that a walk that finds nothing cannot pass."""
    jinhua, hubei, shaanxi = wanted(policies["jinhua"]), wanted(policies["hubei"]), wanted(policies["shaanxi"])
    assert "household.annual_income < income_line, difference: on" in jinhua
    assert "household.annual_income household.size < household_of_reference income_line, difference: below" in jinhua
    assert "aid.exit_date within exit_window years, last day inside, start: above" in jinhua
    assert "duties: county-consultations at least 2: below" in jinhua
    assert "duties: help-at-key-dates at least 5: above" in jinhua
    assert "duties: target 20 of 2026: on" in jinhua
    assert "duties: yearly-brand-project year 2026: above" in jinhua
    assert "duties: two-bases-by-2026 end of the period: on" in jinhua
    assert "duties: supply-ledger due, calendar: below" in hubei
    assert "referral.consent_date referral.letter_date <= , difference: above" in hubei
    assert "ledger.provided_to_townships ledger.last_updated >= , difference: below" in hubei
    assert "aid.temporary_aid_date within temporary_aid_window years, last day outside, start: on" in shaanxi
    assert len([name for name in jinhua if "target " in name]) == 20 * 3 * 3


@pytest.mark.parametrize(
    ("region", "lost", "edge"),
    [
        ("jinhua", "三口之家收入正好十万元，不属提低对象", "household.annual_income < income_line, difference: on"),
        (
            "jinhua",
            "三口之家收入比十万元少一分，属提低对象",
            "household.annual_income < income_line, difference: below",
        ),
        (
            "jinhua",
            "退出救助满三年当天，在回溯期内",
            "aid.exit_date within exit_window years, last day inside, start: on",
        ),
        ("jinhua", "会商一年三次，达到", "county-consultations at least 2: above"),
        ("jinhua", "二〇二五年二十项都少一格，年度过后全部未达到", "target 7 of 2025: below"),
        ("jinhua", "期限当天还没有建成，进行中", "two-bases-by-2026 end of the period: on"),
        ("hubei", "次年年底当天，两种读法仍不一致", "supply-ledger due, calendar: on"),
        ("hubei", "离到期还有三十天，即将到期", "supply-ledger due soon: on"),
        ("hubei", "只有更新前一天提供过，新的一版没有提供，只做到一部分", "ledger.last_updated >= , difference: below"),
        ("hubei", "印发前一天，文件还不存在，不算现行", "the day of issue: below"),
        ("tianjin", "同意在函件次日，先函后同意，不得转介", "referral.letter_date <= , difference: above"),
        ("tianjin", "满半年当天，今日到期", "district-supply-directory due, rolling: on"),
        ("shanxi", "帮扶定在判定日次日，还没有发生", "ledger.assistance_given, day of evaluation: above"),
        ("shaanxi", "临时救助差两天满一年，计入", "temporary_aid_window years, last day outside, start: above"),
    ],
)
def test_a_lost_case_is_missed(
    region: str, lost: str, edge: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]]
) -> None:
    edges = {name for name in wanted(policies[region]) if edge in name}
    assert edges
    rest = list(cases[region])
    assert any(one.name == lost for one in rest)
    # other cases may stand on the same edge: they are taken away first, so that the one named is the last
    for one in cases[region]:
        if one.name != lost and stood_on(policies[region], [one]) & edges:
            rest.remove(one)
    lacking = wanting(policies[region], rest) & edges
    assert lacking < edges
    without = [one for one in rest if one.name != lost]
    assert wanting(policies[region], without) & edges > lacking


@pytest.mark.parametrize("region", IDS)
def test_every_condition_is_met_and_not_met(
    region: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]]
) -> None:
    seen = conditions_seen(policies[region], cases[region])
    oneway = [f"{block} {rule}" for (block, rule, _), values in seen.items() if not {True, False} <= values]
    assert not oneway


@pytest.mark.parametrize("region", IDS)
def test_every_gate_is_open_closed_and_unknown(
    region: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]]
) -> None:
    policy = policies[region]
    seen = conditions_seen(policy, cases[region])
    lacking = []
    for direction, line in policy.referrals.items():
        block = policy.blocks.get(f"referral.{direction}")
        for gate, place in line.gates:
            assert block is not None
            values = seen[f"referral.{direction}", *block.conditions[place]]
            # the order of two dates is tested only where both are recorded, and so is never unknown
            needed = {True, False} if gate.step == "consent_before_letter" else {True, False, None}
            lacking += [f"{direction} {gate.step}: {value}" for value in needed - values]
    assert not lacking


@pytest.mark.parametrize("region", IDS)
def test_readings_come_apart_in_some_case(
    region: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]], engine: Engine
) -> None:
    found = {name for one in cases[region] for name in rules_read_differently(answer_of(one, engine))}
    assert rules_with_readings(policies[region]) <= found


@pytest.mark.parametrize("region", IDS)
def test_every_duty_has_a_case_at_its_level_and_at_another(
    region: str, policies: dict[str, Policy], cases: dict[str, list[RegressionCase]]
) -> None:
    policy = policies[region]
    ledgers = {
        (led.facts.get("ledger.kind"), led.facts.get("ledger.level"))
        for one in cases[region]
        for led in one.case.ledgers
    }
    duties = {(d.facts.get("duty.kind"), d.facts.get("duty.level")) for one in cases[region] for d in one.case.duties}
    lacking = []
    rules = [line.rule for line in policy.ledgers] + [rule for rule, _, _ in policy.counts]
    for rule in rules:
        assert isinstance(rule, LedgerRule | CountRule)
        kinds: list[str] = [*rule.ledgers] if isinstance(rule, LedgerRule) else [rule.duty]
        recorded = ledgers if isinstance(rule, LedgerRule) else duties
        for kind in kinds:
            levels = {level for found, level in recorded if found == kind}
            wanted_levels = set(rule.levels or ())
            if not levels or not wanted_levels <= levels or (wanted_levels and not levels - wanted_levels):
                lacking.append(f"{rule.id} {kind}")
    assert not lacking
