"""Sentences are paired whatever became of them, each once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.sources.align import align, likeness, tokens
from xianjie.sources.clauses import outline
from xianjie.sources.numerals import folded

HEAD = "一、总则\n"
Told = list[tuple[str | None, str | None]]


def told(old: str, new: str) -> Told:
    pairs = align(outline(old).sentences, outline(new).sentences)
    return [(pair.old.text if pair.old else None, pair.new.text if pair.new else None) for pair in pairs]


def changed(old: str, new: str) -> Told:
    return [pair for pair in told(old, new) if pair[0] != pair[1]]


def test_a_text_agrees_with_itself() -> None:
    text = HEAD + "街道核实对象的情况。街道核实对象的情况。县级审批。\n二、分则\n县级审批。"
    assert changed(text, text) == []
    assert len(told(text, text)) == 6


def test_repeated_sentences_are_paired_in_their_own_clauses_first() -> None:
    old = "一、甲\n县级负责审批。\n二、乙\n县级负责审批。\n"
    new = "二、乙\n县级负责审批。\n"
    pairs = [
        (pair.old.clause if pair.old else None, pair.new.clause if pair.new else None)
        for pair in align(outline(old).sentences, outline(new).sentences)
    ]
    assert ("二", "二") in pairs
    assert ("一", None) in pairs


def test_changed_sentences_are_paired_by_likeness_and_not_by_order() -> None:
    old = HEAD + "街道每月核实一次困难家庭的情况。慈善组织收到函件后办理登记手续。"
    new = HEAD + "慈善组织收到函件后应当办理登记手续。街道每周核实一次困难家庭的情况。"
    assert changed(old, new) == [
        ("慈善组织收到函件后办理登记手续。", "慈善组织收到函件后应当办理登记手续。"),
        ("街道每月核实一次困难家庭的情况。", "街道每周核实一次困难家庭的情况。"),
    ]


def test_what_has_nothing_in_common_is_not_paired() -> None:
    assert changed(HEAD + "街道核实对象的情况。", HEAD + "本市另行制定评估细则。") == [
        (None, "本市另行制定评估细则。"),
        ("街道核实对象的情况。", None),
    ]


def test_a_sentence_that_was_divided_or_joined_is_as_it_was() -> None:
    one, two = HEAD + "街道核实情况，县级审批。慈善组织登记。", HEAD + "街道核实情况。县级审批。慈善组织登记。"
    for pairs in (told(one, two), told(two, one)):
        assert all(old is not None and new is not None for old, new in pairs)
        assert all(folded(old or "") == folded(new or "") for old, new in pairs)


def test_a_heading_is_not_taken_for_a_sentence_that_is_like_it() -> None:
    assert changed("一、街道核实对象情况\n甲乙丙丁戊。", "一、总则\n街道核实对象的情况。甲乙丙丁戊。") == [
        (None, "总则"),
        (None, "街道核实对象的情况。"),
        ("街道核实对象情况", None),
    ]


def test_another_way_to_cut_headings_is_no_difference() -> None:
    assert changed("一、总则\n街道核实。", "一、总则街道核实。") in ([], [("总则街道核实。", "总则街道核实。")])


def test_dates_and_figures_alone_count_as_changed_and_not_as_another() -> None:
    old, new = "一、总则\n甲。\n云麓市民政局\n2024年3月1日\n", "一、总则\n甲。\n云麓市民政局\n2026年5月2日\n"
    assert changed(old, new) == [("2024年3月1日", "2026年5月2日")]


def test_likeness_runs_from_nothing_to_the_same() -> None:
    one = folded("街道每半年核实一次。")
    assert likeness(one, one) == 1
    assert likeness(one, folded("甲乙丙丁")) == 0
    assert 0.8 < likeness(one, folded("街道每季度核实一次。")) < 1
    assert tokens(folded("每半年核实")) == ["‹每P6M›", "核", "实"]


WORDS = ["街道", "核实", "每半年", "每月", "县级", "审批", "慈善组织", "登记", "应当", "可以", "3日内", "两次"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join), max_size=10)


@settings(max_examples=80, deadline=None)
@given(SENTENCES, SENTENCES)
def test_every_sentence_is_in_one_pair_and_no_other(old: list[str], new: list[str]) -> None:
    texts = [HEAD + "甲乙。" + "。".join(part) + "。" for part in (old, new)]
    pairs = align(*(outline(text).sentences for text in texts))
    for text, found in ((texts[0], [pair.old for pair in pairs]), (texts[1], [pair.new for pair in pairs])):
        words = Counter("".join(one.folded for one in found if one is not None))
        assert words == Counter("".join(one.folded for one in outline(text).sentences))
    assert all(0 < pair.likeness <= 1 for pair in pairs if pair.old and pair.new)


def test_many_sentences_are_paired() -> None:
    old = [f"第{place}街道在{place}日内把第{place * 7 % 101}类对象的情况告知县级民政部门" for place in range(1500)]
    new = [one.replace("告知", "书面告知") if place % 3 == 0 else one for place, one in enumerate(old)]
    found = align(outline(HEAD + "。".join(old)).sentences, outline(HEAD + "。".join(new)).sentences)
    assert Counter(pair.likeness == 1 for pair in found) == {True: 1001, False: 500}
    assert all(pair.old and pair.new and pair.old.text.split("街")[0] == pair.new.text.split("街")[0] for pair in found)
