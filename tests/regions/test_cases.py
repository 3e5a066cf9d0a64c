"""Every case of every region, on each of the three engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from tests.regions.region_cases import REGIONS, Given, differences, find, given, policy_of, read_entries, same

from xianjie.engine.assess import Engine
from xianjie.engine.deciders import EngineName
from xianjie.vocabulary import BASE

ALL = [one for region in REGIONS.regions.values() for one in given(region)]
ENGINES: tuple[EngineName, ...] = ("generated", "tree", "rete")

ANSWER: Mapping[str, Any] = {
    "eligibility": {
        "status": "covered",
        "groups": [{"id": "dibao", "status": "covered"}, {"id": "tekun", "status": "?"}],
    },
    "incentives": [
        {"instrument": "fee_reduction", "rule": "start-up", "status": "applies"},
        {"instrument": "fee_reduction", "rule": "tax", "status": "does_not_apply"},
    ],
    "referral": None,
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made = Engine([policy_of(region) for region in REGIONS.regions.values()], BASE, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("one", ALL, ids=[one.label for one in ALL])
def test_case(engine: Engine, one: Given) -> None:
    wrong = differences(one.entry, one.answer(engine))
    assert not wrong, "\n".join([one.label, *wrong])


@pytest.mark.parametrize("region", REGIONS.regions)
def test_names_of_cases_are_chinese_and_stand_once(region: str) -> None:
    names = [one.entry.name for one in ALL if one.region == region]
    assert names, f"{region} has no cases"
    assert len(names) == len(set(names))
    assert all(any("一" <= character <= "鿿" for character in name) for name in names)


@pytest.mark.parametrize("region", REGIONS.regions)
def test_rows_of_cases_are_rows_of_the_policy(region: str) -> None:
    policy = policy_of(REGIONS.regions[region])
    known = {row for _, rule in policy.rules() for row in rule.rows}
    known |= {row for clause in policy.file.clauses for row in clause.rows}
    known |= {row for silence in policy.file.silent for row in silence.rows}
    cited = {row for one in ALL if one.region == region for row in one.entry.rows}
    assert cited <= known


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("eligibility.status", "covered"),
        ("eligibility.groups[dibao].status", "covered"),
        ("eligibility.groups[1].id", "tekun"),
        ("incentives[fee_reduction][tax].status", "does_not_apply"),
        ("incentives[start-up].status", "applies"),
        ("referral", None),
    ],
)
def test_a_path_finds_its_place(path: str, value: object) -> None:
    assert find(ANSWER, path) == value


@pytest.mark.parametrize(
    "path",
    [
        "incentives[fee_reduction].status",  # two entries
        "incentives[premises].status",  # none
        "eligibility.status.word",
        "eligibility[dibao].status",
        "referral.status",  # left out
        "eligibility groups",
    ],
)
def test_a_path_that_leads_nowhere_is_an_error(path: str) -> None:
    with pytest.raises(LookupError, match=r"eligibility|incentives|referral"):
        find(ANSWER, path)


def test_comparison_is_strict() -> None:
    assert same(1, 1)
    assert not same(1, True)
    assert not same(None, False)
    assert same(["b", "a"], ["a", "b"])
    assert not same(["a"], ["a", "a"])


def test_an_unknown_key_of_a_case_file_is_an_error() -> None:
    text = "- {name: 一个个案, as_of: 2025-05-01, case: {}, expect: {eligibility.status: covered}, expects: {}}"
    with pytest.raises(ValidationError, match="expects"):
        read_entries(text, "cases.yaml")
