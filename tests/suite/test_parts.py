"""Where conditions stand: every one of a policy is found, with its rule, clause, point and reading."""

from __future__ import annotations

import pytest
from tests.engine.asking import REGIONS
from tests.suite.setting import everything

from xianjie.api import installed_engine
from xianjie.suite.parts import choices_of, parts_of, readings_of, slot_name


def test_the_conditions_of_a_policy_with_their_points() -> None:
    found = {(part.rule.id, part.slot, part.reading): (part.clause, part.key) for part in parts_of(everything())}
    assert found["poor", "when", "flat"] == ("一", "group.low")
    assert found["poor", "when", "per-head"] == ("一", "group.low")
    assert found["linked", "when", "aid-only"] == ("一", "group.left")
    assert found["apply", "when", ""] == ("一", "advice.apply")
    assert found["study", "beneficiary", ""] == ("二", "service.education/study")
    assert found["start", "when", ""] == ("二", "instrument.premises/start")
    assert found["forward", "trigger", "both"] == ("三", "referral.forward")
    assert found["forward", "gate:consent", ""] == ("三", "referral.forward")
    assert found["forward", "step:1", ""] == ("三", "referral.forward/step:1")
    assert found["simple", "scope", ""] == ("三", "simplification")
    assert found["follow", "when", ""] == ("三", "accompanying.follow")
    assert found["supply", "requires.hand_over", ""] == ("四", "ledger.supply/requires.hand_over")
    assert found["supply", "trigger", ""] == ("四", "ledger.supply/trigger")
    assert not any(rule == "report" for rule, _, _ in found)


@pytest.mark.parametrize("region", REGIONS)
def test_no_condition_of_a_region_is_left_out(region: str) -> None:
    policy = installed_engine().policies[region]
    found = {(part.block, part.place) for part in parts_of(policy)}
    every = {(name, number) for name, block in policy.blocks.items() for number in range(len(block.conditions))}
    # what stands under one reading alone is listed under it, and a second simplification rule never speaks
    assert found == every


def test_readings_are_chosen_once_each_and_first_not_at_all() -> None:
    chosen = [tuple(options.items()) for options in choices_of(everything())]
    options = [("wide", "flat"), ("wide", "per-head"), ("strict", "both"), ("strict", "aid-only")]
    assert chosen == [(), *((option,) for option in options)]
    several = {key for key, readings in readings_of(everything()).items() if readings.several}
    assert several == {"group.low", "group.left", "referral.forward"}


def test_slots_have_names() -> None:
    assert slot_name("beneficiary") == "对象"
    assert slot_name("gate:consent") == "关口“征得同意”"
    assert slot_name("requires.push") == "配套要求（缺则“未推送同级民政部门”）"
    assert slot_name("step:2") == "第 3 步的条件"
    assert slot_name("trigger") == "起因"
