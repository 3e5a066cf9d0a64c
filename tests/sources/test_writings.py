"""The other writings of a number are those that fold to the same."""

from __future__ import annotations

from itertools import islice

import pytest

from xianjie.sources.numerals import folded
from xianjie.sources.writings import MOST, rewritten


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("目录每6个月更新", "目录每半年更新"),
        ("目录每半年更新", "目录每六个月更新"),
        ("目录每半年更新", "目录半年一次更新"),
        ("目录每12个月更新", "目录每年更新"),
        ("目录一年一次更新", "目录每年更新"),
        ("目录每季度更新", "目录每三个月更新"),
        ("在15日内", "在十五日内"),
        ("在7日内", "在一周内"),
        ("在十个工作日内", "在10个工作日内"),
        ("未满一年的", "未满12个月的"),
        ("近3年内", "近三年内"),
        ("不少于2次", "不少于两次"),
        ("低于10万元", "低于100000元"),
        ("低于10万元", "低于十万元"),
        ("提高5%", "提高百分之五"),
        ("第3条", "第三条"),
        ("2025年5月1日起", "二〇二五年五月一日起"),
        ("二〇二五年起", "2025年起"),
        ("5月1日前", "五月一日前"),
        ("共12000户", "共1.2万户"),
        ("每半年更新，15日内送达", "每六个月更新，十五日内送达"),
    ],
)
def test_an_anchor_may_be_sought_under_this_writing(text: str, other: str) -> None:
    found = list(rewritten(text))
    assert other in found
    assert text not in found
    assert {folded(one) for one in found} == {folded(text)}


def test_sentences_without_numbers_have_no_other_writing_and_no_sentence_has_too_many() -> None:
    assert list(rewritten("街道核实情况。")) == []
    many = "、".join(f"{place}年" for place in range(2, 40))
    assert len(list(islice(rewritten(many), MOST * 2))) == MOST - 1
