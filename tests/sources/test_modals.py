"""Words that oblige and allow are found, and words that only hold the same characters are not."""

from __future__ import annotations

import pytest

from xianjie.sources.modals import changed_modals, modals


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("慈善组织可以简化程序", [("可以", "may")]),
        ("慈善组织可简化程序", [("可", "may")]),
        ("街道应当登记", [("应当", "must")]),
        ("街道应登记", [("应", "must")]),
        ("街道须登记", [("须", "must")]),
        ("街道必须登记", [("必须", "must")]),
        ("街道要登记", [("要", "must")]),
        ("街道负责登记", [("负责", "must")]),
        ("街道不得拒绝", [("不得", "must_not")]),
        ("严禁优亲厚友", [("严禁", "must_not")]),
        ("鼓励各县探索", [("鼓励", "encouraged"), ("探索", "explore")]),
        ("优先安排", [("优先", "priority")]),
        ("可 以 简化，应\n当登记", [("可以", "may"), ("应当", "must")]),
        ("需要、重要、主要、必要、要求、要点、摘要、纲要、只要", []),
        ("响应、供应、相应、适应、对应、反应、应急、应用、应救尽救、回应", []),
        ("可能、可持续、可复制、许可、认可、可靠、可行", []),
        ("", []),
    ],
)
def test_modal_words(sentence: str, found: list[tuple[str, str]]) -> None:
    assert [(modal.word, modal.force) for modal in modals(sentence)] == found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("街道可以转介", "街道应当转介", [("可以", "应当")]),
        ("组织可简化手续", "组织应简化手续", [("可", "应")]),
        ("街道应当登记", "街道登记", [("应当", None)]),
        ("街道登记", "街道应当登记", [(None, "应当")]),
        ("街道应当登记", "街道应当登记造册", []),
        ("可以登记，可以报告", "可以登记，应当报告，不得拖延", [("可以", "应当"), (None, "不得")]),
    ],
)
def test_what_was_lost_is_paired_with_what_was_gained(
    old: str, new: str, words: list[tuple[str | None, str | None]]
) -> None:
    pairs = changed_modals(old, new)
    assert [(one and one.word, other and other.word) for one, other in pairs] == words
