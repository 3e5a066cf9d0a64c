"""The traps that the documents lay, each held where it can be stepped into: in the policies and in their answers."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.regions.edges import atoms
from tests.regions.region_cases import IN_TREE, OUTSIDE, REGIONS, given, policy_of

from xianjie.cases.read import read_case
from xianjie.engine.answer import Eligibility
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.language import nodes
from xianjie.policy.anchors import anchor, sentences
from xianjie.policy.model import CountRule, IncentiveRule, LedgerRule
from xianjie.policy.prepared import Policy
from xianjie.regression.run import answer_of
from xianjie.vocabulary import BASE

POLICIES = {region.id: policy_of(region) for region in REGIONS.regions.values()}
IDS = tuple(POLICIES)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine(list(POLICIES.values()), BASE)
    yield made
    made.close()


def facts_used(policy: Policy, prefix: str = "") -> set[str]:
    """List the facts that the conditions of some blocks look at."""
    return {
        name
        for block, held in policy.blocks.items()
        if block.startswith(prefix)
        for _, condition in held.conditions
        for atom in atoms(condition, policy.definitions)
        for name in nodes.facts_of(atom)
    }


def words(policy: Policy) -> str:
    """Join what the policy says in its own words, without the remarks that quote the text's misprints."""
    rules = [rule.zh for _, rule in policy.rules()]
    return "\n".join([*rules, *(clause.zh or "" for clause in policy.file.clauses)])


def answer(engine: Engine, region: str, case: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = engine.assess(read_case({"as_of": "2025-05-01", **case}, BASE), [region])["regions"][
        region
    ]
    return found


def instruments(policy: Policy) -> set[str]:
    return {name for _, rule in policy.rules() if isinstance(rule, IncentiveRule) for name in rule.instruments}


def test_t01_shanxi_is_not_shaanxi() -> None:
    codes = {"hubei": "420000", "tianjin": "120000", "jinhua": "330700", "shanxi": "140000", "shanghai": "310000"}
    assert {region.id: region.code for region in IN_TREE} == codes
    assert (OUTSIDE.id, OUTSIDE.zh, OUTSIDE.code) == ("shaanxi", "陕西", "610000")
    assert {region.id: region.zh for region in IN_TREE}["shanxi"] == "山西"
    for region, policy in POLICIES.items():
        assert policy.file.document.gbt2260 == REGIONS.regions[region].code
    assert "陕西" not in POLICIES["shanxi"].file.document.issuers[0]
    assert "山西" not in POLICIES["shaanxi"].file.document.issuers[0]


@pytest.mark.parametrize("region", ["shanxi", "shaanxi"])
def test_t02_a_digest_has_no_date_and_its_silence_is_not_reported(region: str) -> None:
    policy = POLICIES[region]
    document = policy.file.document
    assert (document.adopted, document.issued, document.effective, document.expires, document.number) == (None,) * 5
    assert (document.standing, document.validity, document.text) == ("press_report", "unverified", "digest")
    assert document.addressees is None
    assert policy.silence == "not_reported"
    assert "2024" not in policy.file.model_dump_json()


def test_t03_jinhua_is_a_draft_of_a_city_in_every_answer(engine: Engine) -> None:
    document = POLICIES["jinhua"].file.document
    assert (document.level, document.parent) == ("city", "zhejiang")
    assert (document.number, document.adopted, document.issued, document.effective, document.addressees) == (None,) * 5
    assert {policy.file.document.level for region, policy in POLICIES.items() if region != "jinhua"} == {"province"}
    for one in given(REGIONS.regions["jinhua"]):
        policy = answer_of(one, engine)["policy"]
        assert (policy["standing"], policy["validity"]) == ("draft", "not_in_force"), one.label


def test_t04_misprints_of_the_hubei_text_are_not_taken_over() -> None:
    said = words(POLICIES["hubei"])
    assert not [
        misprint for misprint in ("教助", "街接", "帮=扶", "相.对", "鼓.励", "救助.经办", ",,") if misprint in said
    ]


def test_t05_words_broken_by_the_page_are_found() -> None:
    broken = "服务中心等应\n\n当为其提供便利条件。"
    assert anchor(sentences(broken)[0]) == anchor("服务中心等应当为其提供便利条件")
    rule = next(rule for _, rule in POLICIES["shanxi"].rules() if "SX-I-03" in rule.rows)
    assert rule.force == "must"
    assert "滿" not in words(POLICIES["shaanxi"])


def test_t06_the_shanghai_condition_of_short_funds_is_kept() -> None:
    line = next(line for line in POLICIES["shanghai"].incentives if "SH-I-01" in line.rule.rows)
    condition = POLICIES["shanghai"].blocks["incentives"].conditions[line.places[0]["when"]][1]
    assert nodes.facts_of(condition) == ("area.needs_social_forces", "area.funds_insufficient")


def test_t07_merged_cells_of_the_jinhua_annex_are_filled_in() -> None:
    ((target, _, _),) = POLICIES["jinhua"].targets
    sizes = {"阵地建设": 3, "资金保障": 5, "力量培育": 3, "衔接机制": 4, "服务供给": 5}
    assert [item.item for item in target.items] == list(range(1, 21))
    assert [item.category for item in target.items] == [name for name, size in sizes.items() for _ in range(size)]
    assert [item.item for item in target.items if item.printed] == [1, 15, 18]
    assert [item.item for item in target.items if item.cumulative] == [2, 3, 7, 8, 9, 10, 11, 17]
    assert [item.item for item in target.items if item.running] == [12, 13, 14, 19]


def test_t08_tianjin_simplifies_by_recognition_and_keeps_the_fund_s_name() -> None:
    policy = POLICIES["tianjin"]
    assert str(policy.file.document.adopted) == "2024-11-13"
    assert "person.in_low_income_database" not in facts_used(policy)
    line = policy.simplifications[0]
    condition = policy.blocks["referral.forward"].conditions[line.places[0]["when"]][1]
    used = {name for atom in atoms(condition, policy.definitions) for name in nodes.facts_of(atom)}
    assert used == {"person.dibao_recipient", "person.tekun", "person.other_recognised_recipient"}
    assert "发点球" in words(policy)


def test_t09_shanghai_is_unverified_and_does_not_lean_on_a_later_document() -> None:
    document = POLICIES["shanghai"].file.document
    assert document.validity == "unverified"
    assert not any("46号" in cited for cited in document.cites)
    assert all(rule.force != "must" or "慈善组织" not in (rule.actor or "") for _, rule in POLICIES["shanghai"].rules())


@pytest.mark.parametrize(
    ("region", "paths"),
    [
        ("hubei", ["引言", "一"]),
        ("tianjin", ["引言", "一"]),
        ("jinhua", ["引言", "二(一)", "二(二)", "二(三)"]),
        ("shanxi", ["引言"]),
        ("shanghai", ["引言", "一(一)"]),
        ("shaanxi", ["引言"]),
    ],
)
def test_t10_general_demands_and_principles_decide_nothing(region: str, paths: list[str]) -> None:
    clauses = {clause.path: clause for clause in POLICIES[region].file.clauses}
    for path in paths:
        assert clauses[path].treatment == "background", path
        assert not clauses[path].rules, path


@pytest.mark.parametrize("region", IDS)
def test_t11_words_like_regularly_never_yield_a_date(region: str) -> None:
    for _, rule in POLICIES[region].rules():
        if isinstance(rule, LedgerRule) and rule.cadence:
            assert rule.interval is None, rule.id
        if isinstance(rule, CountRule) and rule.cadence:
            assert (rule.at_least, rule.deadline) == (None, None), rule.id
    intervals = {
        (kind, rule.interval)
        for _, rule in POLICIES[region].rules()
        if isinstance(rule, LedgerRule) and rule.interval
        for kind in rule.ledgers
    }
    assert intervals == {"hubei": {("supply", "P1Y")}, "tianjin": {("supply", "P6M")}}.get(region, set())


def test_t12_lists_and_pools_are_not_ledgers() -> None:
    kinds = {
        region: {kind for _, rule in policy.rules() if isinstance(rule, LedgerRule) for kind in rule.ledgers}
        for region, policy in POLICIES.items()
    }
    assert kinds == {
        "hubei": {"supply", "demand", "needs_list", "wish_list", "service_list"},
        "tianjin": {"supply", "demand"},
        "jinhua": set(),
        "shanxi": {"assistance_information"},
        "shanghai": set(),
        "shaanxi": {"resource_project_list"},
    }


def test_t13_only_jinhua_looks_at_a_household_s_total_income() -> None:
    users = {region for region, policy in POLICIES.items() if "household.annual_income" in facts_used(policy)}
    assert users == {"jinhua"}
    for region in ("hubei", "tianjin", "shaanxi"):
        assert not [name for name in facts_used(POLICIES[region]) if name.startswith("household.")]


def test_t14_the_anniversary_is_inside_in_jinhua_and_open_in_shaanxi() -> None:
    inside = {
        region: {
            atom.last_day_inside
            for held in POLICIES[region].blocks.values()
            for _, condition in held.conditions
            for atom in atoms(condition, POLICIES[region].definitions)
            if isinstance(atom, nodes.Within)
        }
        for region in IDS
    }
    assert inside.pop("jinhua") == {True}
    assert inside.pop("shaanxi") == {True, False}
    assert set().union(*inside.values()) == set()


def test_t15_below_a_hundred_thousand_is_strict_and_exact() -> None:
    policy = POLICIES["jinhua"]
    compares = {
        atom.op
        for _, condition in policy.blocks["eligibility"].conditions
        for atom in atoms(condition, policy.definitions)
        if isinstance(atom, nodes.Compare)
    }
    assert compares == {"<"}
    assert policy.parameters_at(739000)["income_line"] == 100000 * 100


def test_t16_whoever_never_applied_is_sent_to_apply(engine: Engine) -> None:
    case = {"aid": {"meets_conditions": True, "received": False, "still_in_difficulty": True}}
    advice = {region: answer(engine, region, case)["eligibility"]["advice"] for region in IDS}
    apply = ["apply_for_government_aid"]
    assert advice == {
        "hubei": apply,
        "tianjin": apply,
        "jinhua": apply,
        "shanxi": [],
        "shanghai": [],
        "shaanxi": [],
    }


def test_t17_a_recipient_without_hardship_is_out_in_hubei_and_in_in_jinhua(engine: Engine) -> None:
    case = {
        "person": {"dibao_recipient": True, "recognised_by_local_civil_affairs": True},
        "aid": {"meets_conditions": True, "received": True, "still_in_difficulty": False},
    }
    assert answer(engine, "hubei", case)["eligibility"]["status"] == "not_matched"
    assert answer(engine, "jinhua", case)["eligibility"]["status"] == "covered"


@pytest.mark.parametrize(
    ("fact", "regions"),
    [
        ("person.expenditure_poverty", {"jinhua"}),
        ("person.rigid_expenditure_member", {"hubei", "shaanxi"}),
        ("household.illness_impoverished", {"shanghai"}),
        ("person.illness_impoverished_patient", {"hubei"}),
        ("person.poverty_return_monitored", {"hubei", "shaanxi"}),
        ("person.in_low_income_database", {"hubei"}),
        ("aid.covered_by_existing_policy", {"shanghai"}),
    ],
)
def test_t18_and_t24_terms_that_sound_alike_are_kept_apart(fact: str, regions: set[str]) -> None:
    assert {region for region, policy in POLICIES.items() if fact in facts_used(policy)} == regions


@pytest.mark.parametrize(
    ("instrument", "regions"),
    [
        ("grade_assessment_tilt", {"hubei", "jinhua"}),
        ("government_purchase", {"hubei", "jinhua", "shanghai"}),
        ("charity_award", {"tianjin"}),
        ("advanced_collective_individual", {"tianjin"}),
        ("priority_recommendation", {"jinhua"}),
        ("media_publicity", {"jinhua"}),
        ("commendation", {"hubei", "tianjin"}),
        ("subsidy_reward", {"hubei", "tianjin", "shanxi"}),
        ("tax_preference", {"hubei", "tianjin", "jinhua", "shanghai"}),
        ("community_welfare_grant", {"tianjin"}),
        ("public_welfare_passport", {"shanghai"}),
        ("credit_record", {"shanghai"}),
    ],
)
def test_t19_instruments_are_not_carried_from_one_region_to_another(instrument: str, regions: set[str]) -> None:
    assert {region for region, policy in POLICIES.items() if instrument in instruments(policy)} == regions
    for region in set(IDS) - regions:
        assert f"instrument.{instrument}" in POLICIES[region].silent


def test_t20_the_reverse_referral_is_of_different_strength() -> None:
    found = {
        region: (line.rule.force, line.rule.initiators)
        for region, policy in POLICIES.items()
        if (line := policy.referrals.get("reverse")) is not None
    }
    assert found == {
        "hubei": ("may", ["charity"]),
        "tianjin": ("encouraged", ["charity_member"]),
        "jinhua": ("must_bare", ["charity"]),
    }


def test_t21_consent_is_informed_in_hubei_alone_and_nowhere_on_the_way_back() -> None:
    gates = {
        (region, direction): [gate.step for gate, _ in line.gates]
        for region, policy in POLICIES.items()
        for direction, line in policy.referrals.items()
        if line.gates
    }
    assert gates == {
        ("hubei", "forward"): ["inform", "consent", "consent_before_letter", "match_project"],
        ("tianjin", "forward"): ["acceptance", "consent", "consent_before_letter"],
        ("jinhua", "forward"): ["consent", "consent_before_letter"],
    }
    for region in ("shanxi", "shanghai", "shaanxi"):
        assert "consent" in POLICIES[region].silent
    for policy in POLICIES.values():
        assert not {name for name in facts_used(policy, "referral.reverse") if "consent" in name or "informed" in name}


def test_t22_nobody_is_denied() -> None:
    statuses = str(typing.get_type_hints(Eligibility, include_extras=True)["status"])
    assert "not_matched" in statuses
    assert "denied" not in statuses


def test_t23_numbers_of_citations_are_no_thresholds() -> None:
    parameters = {
        region: {
            name: value / (100 if policy.file.parameters[name].type == "money" else 1) for name, value in held.items()
        }
        for region, policy in POLICIES.items()
        if (held := policy.parameters_at(739000))
    }
    assert parameters == {
        "jinhua": {
            "income_line": 100000,
            "household_of_reference": 3,
            "exit_window": 3,
            "refusal_window": 2,
            "temporary_aid_window": 1,
        },
        "shaanxi": {"exit_window": 1, "temporary_aid_window": 1},
    }
    numbers = [
        atom
        for policy in POLICIES.values()
        for held in policy.blocks.values()
        for _, condition in held.conditions
        for atom in atoms(condition, policy.definitions)
        if isinstance(atom, nodes.Compare) and "Number(" in repr(atom)
    ]
    assert numbers == []


@pytest.mark.parametrize("region", IDS)
def test_t25_residence_is_silent_and_the_region_is_asked_for(region: str, engine: Engine) -> None:
    assert "residence" in POLICIES[region].silent
    with pytest.raises(InputError, match="region-missing"):
        engine.assess(read_case({"as_of": "2025-05-01"}, BASE), [])
