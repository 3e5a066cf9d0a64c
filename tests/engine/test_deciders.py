"""Three engines decide a block alike; where the production system says otherwise, there is no answer at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from tests.engine.asking import ENGINES, REGIONS, day, engine_for, small_policy

import xianjie
from xianjie.api import installed_engine
from xianjie.engine.deciders import EngineName, PolicyAt
from xianjie.engine.encode import encode
from xianjie.errors import InternalError
from xianjie.production.chain import Chain
from xianjie.vocabulary import BASE

AS_OF = day("2025-08-01")
CASE = {"person": {"tekun": True}, "aid": {"received": True, "still_in_difficulty": True}}


def at(region: str, engine: EngineName, lang: str = "zh") -> PolicyAt:
    return PolicyAt(installed_engine().policies[region], AS_OF, lang, engine)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_block_of_every_region_is_found_alike(region: str, lang: str) -> None:
    vocabulary = installed_engine().vocabulary
    for facts in ({}, {"person.tekun": True, "aid.received": True, "aid.still_in_difficulty": False}):
        encoded = encode(facts, vocabulary, lang)
        blocks = installed_engine().policies[region].blocks
        assert blocks
        for block in blocks:
            tree, generated, rete = (
                at(region, name, lang).decide(block, encoded) for name in ("tree", "generated", "rete")
            )
            assert tree == generated == rete


@pytest.mark.parametrize("engine", ENGINES)
def test_a_block_that_a_policy_does_not_have_has_no_findings(engine: EngineName) -> None:
    assert at("shanxi", engine).decide("services", encode({}, BASE, "zh")) == []


DATED = """
    parameters:
      line:
        zh: 收入线
        en: income line
        type: money
        values: [{value: 1000}, {value: 2000.50, since: 2025-01-01}]
    groups:
      - {id: poor, gives: coverage, zh: 困难家庭, en: households in hardship}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: group
            id: poor-household
            group: poor
            force: definition
            zh: 困难家庭。
            en: Households in hardship.
            when: household.annual_income < line
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("as_of", "income", "status", "line"),
    [
        ("2024-12-31", "999.99", "covered", 1000),
        ("2024-12-31", "1000", "not_matched", 1000),
        ("2025-01-01", "1000", "covered", 2000.5),
        ("2025-01-01", "2000.49", "covered", 2000.5),
        ("2025-01-01", "2000.50", "not_matched", 2000.5),
    ],
)
def test_a_parameter_has_the_value_of_the_day(
    engine: EngineName, as_of: str, income: str, status: str, line: float
) -> None:
    asked = xianjie.assess(
        {"household": {"annual_income": income}},
        ["small"],
        as_of,
        engine=engine_for(small_policy(DATED), engine=engine),
    )
    (group,) = asked.regions["small"].eligibility.groups
    assert group.status == status
    assert [ground.value for ground in group.why.because if ground.parameter == "line"] == [line]


@pytest.mark.parametrize("wrong", [True, False, None])
def test_a_verdict_that_the_production_system_has_otherwise_is_an_error_and_no_answer(
    monkeypatch: pytest.MonkeyPatch, wrong: bool | None
) -> None:
    plain = Chain.decide

    def tampered(self: Chain, codes: Mapping[str, Any]) -> dict[str, bool | None]:
        verdicts = plain(self, codes)
        name = next(name for name, value in verdicts.items() if value is not wrong)
        return {**verdicts, name: wrong}

    with closing(engine_for(*installed_engine().policies.values(), engine="rete")) as engine:
        xianjie.assess(CASE, ["hubei"], "2025-08-01", engine=engine)
        monkeypatch.setattr(Chain, "decide", tampered)
        with pytest.raises(InternalError) as caught:
            xianjie.assess(CASE, ["hubei"], "2025-08-01", engine=engine)
        assert [problem.code for problem in caught.value.problems] == ["engines-disagree"]
        monkeypatch.undo()
        found = xianjie.assess(CASE, ["hubei"], "2025-08-01", engine=engine)
        assert found.regions["hubei"].eligibility.status == "covered"


def test_only_rete_asks_the_production_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Chain, codes: Mapping[str, Any]) -> dict[str, bool | None]:
        raise AssertionError

    policies = installed_engine().policies.values()
    monkeypatch.setattr(Chain, "decide", refuse)
    for name in ENGINES[:2]:
        with closing(engine_for(*policies, engine=name)) as engine:
            xianjie.assess(CASE, ["hubei"], "2025-08-01", engine=engine)
    with closing(engine_for(*policies, engine="rete")) as engine, pytest.raises(AssertionError):
        xianjie.assess(CASE, ["hubei"], "2025-08-01", engine=engine)
