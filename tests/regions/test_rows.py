"""Every row of the inventory is in a policy, with the force of its wording, and nothing stands there that is no row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.regions.region_cases import REGIONS, policy_of
from tests.regions.rows import AMBIGUITIES, FORCES, OWN_FORCE_ELSEWHERE, ROWS

from xianjie.policy.prepared import Policy

IDS = tuple(REGIONS.regions)


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    return {region: policy_of(REGIONS.regions[region]) for region in IDS}


def ruled(policy: Policy) -> set[str]:
    return {row for _, rule in policy.rules() for row in rule.rows}


def passed_over(policy: Policy) -> Iterator[str]:
    """List the rows of clauses that decide nothing."""
    for clause in policy.file.clauses:
        if clause.treatment != "rules":
            yield from clause.rows


def silent(policy: Policy) -> set[str]:
    return {row for silence in policy.file.silent for row in silence.rows}


def every_row(policy: Policy) -> set[str]:
    return ruled(policy) | silent(policy) | {row for clause in policy.file.clauses for row in clause.rows}


def test_the_inventory_is_whole() -> None:
    assert {region: len(rows) for region, rows in ROWS.items()} == {
        "hubei": 42,
        "shanxi": 16,
        "tianjin": 29,
        "jinhua": 44,
        "shanghai": 29,
        "shaanxi": 11,
    }
    assert set(ROWS) == set(IDS)


@pytest.mark.parametrize("region", IDS)
def test_every_row_is_in_the_policy_and_no_other(region: str, policies: dict[str, Policy]) -> None:
    found = every_row(policies[region])
    assert set(ROWS[region]) - found == set(), "rows left out"
    assert found - set(ROWS[region]) == set(), "rows that the inventory does not have"


@pytest.mark.parametrize("region", IDS)
def test_a_row_that_binds_or_allows_is_carried_by_a_rule(region: str, policies: dict[str, Policy]) -> None:
    policy = policies[region]
    aside = set(passed_over(policy)) | silent(policy)
    for row, codes in ROWS[region].items():
        if not codes:
            assert row in silent(policy), f"{row} records a silence"
        elif codes == ("R",) or "-X-" in row:
            assert row in aside | ruled(policy)
        else:
            assert row in ruled(policy), f"{row} needs a rule"
            assert row not in aside, f"{row} is ruled and set aside as well"


@pytest.mark.parametrize("region", IDS)
def test_rows_set_aside_stand_under_background_or_supervision(region: str, policies: dict[str, Policy]) -> None:
    for clause in policies[region].file.clauses:
        for row in clause.rows:
            if ROWS[region][row] == ("R",):
                assert clause.treatment == "background", row
            else:
                assert "-X-" in row
                assert clause.treatment == "supervision", row


@pytest.mark.parametrize("region", IDS)
def test_forces_agree_with_the_wording(region: str, policies: dict[str, Policy]) -> None:
    wrong = []
    for _, rule in policies[region].rules():
        for row in rule.rows:
            allowed = {FORCES[code] for code in ROWS[region][row]}
            if allowed and (rule.force, rule.qualifier) not in allowed and (row, rule.id) not in OWN_FORCE_ELSEWHERE:
                wrong.append(
                    f"{row} {rule.id}: {rule.force}, {rule.qualifier}; the wording: {sorted(map(str, allowed))}"
                )
    assert not wrong


@pytest.mark.parametrize("region", IDS)
def test_each_wording_of_a_row_is_somewhere(region: str, policies: dict[str, Policy]) -> None:
    """Demand that a row of two wordings is not flattened to one. 鼓励…探索 is one wording with two words."""
    lacking = []
    for row, codes in ROWS[region].items():
        found = {(rule.force, rule.qualifier) for _, rule in policies[region].rules() if row in rule.rows}
        if found and row not in ("SH-L-02", "HB-R-03"):
            lacking += [f"{row}: {code}" for code in codes if FORCES[code] not in found]
    assert not lacking


@pytest.mark.parametrize("region", IDS)
def test_every_rule_has_both_languages_an_anchor_and_a_row(region: str, policies: dict[str, Policy]) -> None:
    for _, rule in policies[region].rules():
        assert rule.zh.strip(), rule.id
        assert rule.en.strip(), rule.id
        assert any("一" <= character <= "鿿" for character in rule.zh), rule.id
        assert any(character.isascii() and character.isalpha() for character in rule.en), rule.id
        assert rule.anchor, rule.id
        assert rule.rows, rule.id


@pytest.mark.parametrize("region", IDS)
def test_principles_and_supervision_decide_nothing(region: str, policies: dict[str, Policy]) -> None:
    for _, rule in policies[region].rules():
        if rule.force == "principle" or any("-X-" in row for row in rule.rows):
            assert rule.part == "provision", rule.id


@pytest.mark.parametrize("region", IDS)
def test_ambiguities_become_what_was_settled(region: str, policies: dict[str, Policy]) -> None:
    found = {item.id: item.becomes for item in policies[region].file.ambiguities if item.id.startswith("A-")}
    assert found == {name: where[region] for name, where in AMBIGUITIES.items() if region in where}


def test_every_ambiguity_is_settled() -> None:
    assert list(AMBIGUITIES) == [f"A-{number:02}" for number in range(1, 22)]


@pytest.mark.parametrize("region", IDS)
def test_ambiguities_that_are_read_in_several_ways_have_their_readings(
    region: str, policies: dict[str, Policy]
) -> None:
    file = policies[region].file
    differ = {model.ambiguity: model.differ for model in file.readings.values()}
    for item in file.ambiguities:
        if item.becomes in ("ambiguous", "recommended"):
            assert differ.pop(item.id) == item.becomes
    assert not differ, "readings of an ambiguity that is settled otherwise"


@pytest.mark.parametrize("region", IDS)
def test_notes_of_rules_are_known_ambiguities(region: str, policies: dict[str, Policy]) -> None:
    known = {item.id for item in policies[region].file.ambiguities}
    for _, rule in policies[region].rules():
        assert set(rule.notes) <= known, rule.id
    for target, _, _ in policies[region].targets:
        assert {note for item in target.items for note in item.notes} <= known
