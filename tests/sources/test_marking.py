"""What differs between two sentences is marked, and the numbers that changed are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.sources.marking import Segments, changed_numbers, differing


def written(segments: Segments) -> str:
    return "".join(f"【{text}】" if differs else text for text, differs in segments)


@pytest.mark.parametrize(
    ("old", "new", "marked_old", "marked_new"),
    [
        ("目录每半年更新。", "目录每季度更新。", "目录【每半年】更新。", "目录【每季度】更新。"),
        ("可以转介，县级审批。", "应当转介，县级审批。", "【可以】转介，县级审批。", "【应当】转介，县级审批。"),
        ("目录每半年更新。", "目录每六个月更新", "目录每半年更新。", "目录每六个月更新"),
        ("街道核实。", "街道（乡镇）核实。", "街道核实。", "街道（【乡镇）】核实。"),
        ("甲乙丙丁。", "甲乙丙丁戊己。", "甲乙丙丁。", "甲乙丙丁【戊己。】"),
        ("用A类表。", "用B类表。", "用【A】类表。", "用【B】类表。"),
        ("超过10%的", "超过15%的", "超过【10%】的", "超过【15%】的"),
        ("相同。", "相同。", "相同。", "相同。"),
        ("", "新增。", "", "【新增。】"),
    ],
)  # fmt: skip
def test_differences_are_marked_word_by_word(old: str, new: str, marked_old: str, marked_new: str) -> None:
    before, after = differing(old, new)
    assert (written(before), written(after)) == (marked_old, marked_new)


@settings(max_examples=100, deadline=None)
@given(st.text("街道每半年核实2次，（）A 。", max_size=20), st.text("街道每月核实3次，（）A 。", max_size=20))
def test_nothing_is_lost_in_marking(old: str, new: str) -> None:
    before, after = differing(old, new)
    assert "".join(text for text, _ in before) == old
    assert "".join(text for text, _ in after) == new


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("每半年更新", "每季度更新", [("每半年", "每季度")]),
        ("每半年更新", "每六个月更新", []),
        ("在15日内报告", "在10个工作日内报告", [("15日", "10个工作日")]),
        ("不少于两次", "不少于4次", [("两次", "4次")]),
        ("低于8万元", "低于10万元", [("8万元", "10万元")]),
        ("提高5%", "提高5个百分点", [("5%", "5个百分点")]),
        ("报告", "在3日内报告", [("", "3日")]),
        ("在3日内报告", "报告", [("3日", "")]),
        ("80 85 90", "80 88 90", [("85", "88")]),
        ("80 85 90", "80 88 92", [("85", "88"), ("90", "92")]),
    ],
)
def test_changed_numbers_are_paired_by_their_place(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert [(one.old_text, one.new_text) for one in changed_numbers(old, new)] == told


def test_very_long_sentences_are_marked_roughly_and_soon() -> None:
    old = "甲乙" * 11_000 + "8万元" + "丙丁" * 3000
    before, after = differing(old, old.replace("8万元", "9万元"))
    assert [text for text, differs in before if differs] == ["8万元"]
    assert [text for text, differs in after if differs] == ["9万元"]
    assert differing("甲" * 21_000, "甲" * 20_500)[1] == (("甲" * 20_500, False),)
