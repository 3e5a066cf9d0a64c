"""Where a rule's sentence stands is told by its anchor alone, and never guessed to be the same."""

from __future__ import annotations

import pytest
from tests.engine.asking import small_policy
from tests.sources.invented import NEW, OLD, yunlu

from xianjie.policy.anchors import anchor
from xianjie.sources.clauses import outline
from xianjie.sources.found import Found, locate


def states(text: str) -> dict[str, str]:
    return {one.rule: one.state for one in locate(yunlu(), outline(text))}


def one(text: str, rule: str) -> Found:
    return next(found for found in locate(yunlu(), outline(text)) if found.rule == rule)


def test_every_anchored_rule_is_found_in_the_text_it_was_drawn_from() -> None:
    assert set(states(OLD).values()) == {"same", "unanchored"}
    assert [rule for rule, state in states(OLD).items() if state == "unanchored"] == ["yearly-commendation"]
    for found in locate(yunlu(), outline(OLD)):
        assert found.sentence is None or found.sentence.clause == found.clause


def test_what_became_of_each_rule_in_the_revision() -> None:
    assert states(NEW) == {
        "dibao-and-tekun": "same",
        "low-income-family": "nearest",
        "left-dibao-lately": "numbers",
        "county-resource-list": "nearest",
        "contents-of-the-list": "moved",
        "forward-referral": "nearest",
        "simplified-for-referred": "moved",
        "referral-register": "gone",
        "county-consultations": "moved",
        "free-premises": "moved",
        "yearly-commendation": "unanchored",
    }


def test_a_heading_may_get_another_number() -> None:
    text = OLD.replace("一、适用范围", "二、适用范围").replace("二、工作安排", "三、工作安排", 1)
    found = one(text, "dibao-and-tekun")
    assert (found.state, found.clause) == ("moved", "一")
    assert found.sentence is not None
    assert (found.sentence.clause, found.likeness) == ("二", 1.0)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("每半年更新", "每六个月更新", "county-resource-list"),
        ("每半年更新", "每6个月更新", "county-resource-list"),
        ("不少于两次", "不少于2次", "county-consultations"),
        ("低于8万元", "低于80000元", "low-income-family"),
        ("三口之家", "3口之家", "low-income-family"),
        ("未满一年", "未满12个月", "left-dibao-lately"),
        ("15日内", "十五日内", "contents-of-the-list"),
    ],
)
def test_another_writing_of_a_number_is_the_same_sentence(old: str, new: str, rule: str) -> None:
    assert states(OLD.replace(old, new))[rule] == "numbers"


def test_another_number_is_another_sentence() -> None:
    found = one(OLD.replace("每半年更新", "每季度更新"), "county-resource-list")
    assert found.state == "nearest"
    assert 0.3 <= found.likeness < 1
    assert found.sentence is not None
    assert "每季度" in found.sentence.text


def test_a_sentence_that_another_rule_holds_is_not_offered_as_the_nearest() -> None:
    text = OLD.replace("转介情况由街道登记造册，留存三年备查。", "")
    assert one(text, "referral-register").state == "gone"


def test_nothing_is_found_in_another_text() -> None:
    assert set(states("一、总则\n天气晴朗，宜于出行。").values()) == {"gone", "unanchored"}


def test_clauses_that_the_policy_numbers_in_its_own_way_do_not_count_as_moved() -> None:
    print_ = anchor("一是建立机制。")
    body = f"""
        clauses:
          - path: 任务一
            treatment: rules
            rules:
              - {{part: provision, id: linking, dimension: duties, force: must, anchor: "{print_}", zh: 机制。, en: e}}
    """
    policy = small_policy(body)
    (found,) = locate(policy, outline("总的说明。\n一是建立机制。"))
    assert (found.state, found.sentence and found.sentence.clause) == ("same", "一是")
