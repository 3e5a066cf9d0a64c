"""Clauses are found by their numbers, also where a scanner garbled them, and sentences keep their anchors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.errors import InputError
from xianjie.policy.anchors import anchor, sentences
from xianjie.sources import clauses
from xianjie.sources.clauses import outline
from xianjie.sources.marks import counted, in_characters

PLAIN = """云麓市救助办法

各县：

为做好救助，制定本办法。

一、适用范围
本办法适用于本市。
二、工作安排
（一）建好清单。县级每半年更新。街道每月核对。
（二）办好转介
1.征得同意。街道先征得同意。
2.发出函件。函件写明事由；函件盖章。
（三）其他事项。
三、附则
本办法由民政局解释。

云麓市民政局
2025年5月1日
（此件公开）
"""


def paths(text: str) -> list[str]:
    return [clause.path for clause in outline(text).walk()]


def placed(text: str) -> list[tuple[str, str]]:
    return [(one.clause, one.text) for one in outline(text).sentences if not one.heading]


def test_a_plain_document_is_divided_as_policy_files_write_clauses() -> None:
    assert paths(PLAIN) == ["一", "二", "二(一)", "二(二)", "二(二)1", "二(二)2", "二(三)", "三", "落款"]
    top = outline(PLAIN).clauses
    assert [clause.path for clause in top] == ["一", "二", "三", "落款"]
    assert [clause.path for clause in top[1].children[1].children] == ["二(二)1", "二(二)2"]
    titles = {clause.path: clause.title for clause in outline(PLAIN).walk()}
    assert titles["一"] == "适用范围"
    assert titles["二(二)1"] == "征得同意"
    assert titles["二(三)"] == ""


def test_sentences_stand_in_their_clauses() -> None:
    assert placed(PLAIN) == [
        ("引言", "云麓市救助办法"),
        ("引言", "各县："),
        ("引言", "为做好救助，制定本办法。"),
        ("一", "本办法适用于本市。"),
        ("二(一)", "县级每半年更新。"),
        ("二(一)", "街道每月核对。"),
        ("二(二)1", "街道先征得同意。"),
        ("二(二)2", "函件写明事由；"),
        ("二(二)2", "函件盖章。"),
        ("二(三)", "其他事项。"),
        ("三", "本办法由民政局解释。"),
        ("落款", "云麓市民政局"),
        ("落款", "2025年5月1日"),
        ("落款", "（此件公开）"),
    ]
    lines = {one.text: one.line for one in outline(PLAIN).sentences}
    assert lines["本办法适用于本市。"] == 8
    assert lines["街道每月核对。"] == 10


def test_headings_are_told_from_sentences_and_share_the_anchor_of_policy_files() -> None:
    found = outline(PLAIN)
    heading, body = (one for one in found.sentences if one.clause == "一")
    assert (heading.heading, heading.mark, heading.text) == (True, "一、", "适用范围")
    assert (body.heading, body.text) == (False, "本办法适用于本市。")
    assert heading.anchor == body.anchor == anchor("一、适用范围本办法适用于本市。")
    assert found.anchored(body.anchor) == (body,)
    assert found.anchored(anchor("（二）办好转介1.征得同意。")) != ()
    assert found.anchored("0" * 16) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一. 总则\n甲。\n二．分则\n乙。", ["一", "二"]),
        ("一 、总则\n甲。\n二、 分则\n乙。", ["一", "二"]),
        ("一、总则\n(一）甲事。甲。\n（二)乙事。乙。", ["一", "一(一)", "一(二)"]),
        ("一、总则\n（一）甲事。甲。\n二）乙事。乙。\n(三 丙事。丙。", ["一", "一(一)", "一(二)", "一(三)"]),
        ("一、总则\n〔一〕甲事。甲。\n【二】乙事。乙。", ["一", "一(一)", "一(二)"]),
        ("一、总则\n㈠甲事。甲。\n㈡乙事。乙。", ["一", "一(一)", "一(二)"]),
        ("一、总则\n（一）甲事。甲。（二）乙事。乙。（三）丙事。丙。", ["一", "一(一)", "一(二)", "一(三)"]),
        ("一、总则\n（一）甲。\n（三）丙。\n（四）丁。", ["一", "一(一)", "一(三)", "一(四)"]),
        ("—、总则\n（—）甲事。甲。\n（二）乙事。乙。", ["一", "一(一)", "一(二)"]),
        ("一、总则\n⒈甲。\n⒉乙。", ["一", "一1", "一2"]),
        ("一、总则\n1、甲。\n２．乙。\n3. 丙。", ["一", "一1", "一2", "一3"]),
        (
            "一、总则\n（一）甲。\n1.子。\n（1）丑。\n（2）寅。\n2.卯。",
            ["一", "一(一)", "一(一)1", "一(一)1(1)", "一(一)1(2)", "一(一)2"],
        ),
        ("一、总则\n（一）甲。\n①子。\n②丑。", ["一", "一(一)", "一(一)(1)", "一(一)(2)"]),
        (
            "一、总则\n（一）甲。\n1.子。\n2.丑。\n（二）乙。\n3.寅。",
            ["一", "一(一)", "一(一)1", "一(一)2", "一(二)", "一(二)3"],
        ),
        ("一、总则\n一是甲事。甲。\n二是乙事。乙。", ["一", "一一是", "一二是"]),
        ("一、（一）甲事。甲。\n（二）乙事。乙。", ["一", "一(一)", "一(二)"]),
        ("十、甲\n子。\n十一、乙\n丑。", []),
        (
            "第一章 总则\n第一条 甲。\n第二条 乙。\n（一）子；\n（二）丑。\n第二章 分则\n第三条 丙。",
            ["第一章", "第一条", "第二条", "第二条(一)", "第二条(二)", "第二章", "第三条"],
        ),
        ("第1条 甲。\n第2条 乙。", ["第一条", "第二条"]),
        ("没有编号的文字。另一句。", []),
        ("", []),
    ],
)
def test_numbers_are_recognised_however_they_are_written(text: str, expected: list[str]) -> None:
    assert paths(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一、总则\n对象分为三类：一是甲类。二是乙类。三是丙类。",
        "一、总则\n依照办法第\n二、三款办理，不得推诿。",
        "一、总则\n2024年起实行。\n3口之家适用。\n2.5万元以下的适用。",
        "一、总则\n依照第三条规定办理。\n第三条规定的对象适用。",
        "一、总则\n名单（\n一）所列的对象，由街道核实。",
        "一、总则\n甲、乙、\n五、六类对象适用。",
    ],
)
def test_what_only_looks_like_a_number_heads_no_clause(text: str) -> None:
    assert paths(text) == ["一"]


def test_a_line_broken_in_a_heading_or_a_sentence_is_joined() -> None:
    text = (
        "一、总体要求以及本办法的主要目标和基本的原\n则\n本办法适用于本市行政区域内的各类困难家庭以\n及个人。\n"
        "（二）建立健全困难群众的帮扶工作机制和联\n系制度。县级民政部门应当会同有关部门建立健\n全工作机制。\n"
    )
    found = outline(text)
    assert [clause.title for clause in found.walk()] == [
        "总体要求以及本办法的主要目标和基本的原则",
        "建立健全困难群众的帮扶工作机制和联系制度",
    ]
    assert placed(text)[-1] == ("一(二)", "县级民政部门应当会同有关部门建立健全工作机制。")
    unbroken = outline(text.replace("原\n则", "原则").replace("联\n系", "联系").replace("以\n及", "以及"))
    assert [one.anchor for one in unbroken.sentences] == [one.anchor for one in found.sentences]


def test_annexes_are_found_by_the_titles_that_the_list_gives() -> None:
    text = "一、总则\n甲。\n\n附件：1.目标清单\n2.流程示意图\n\n目标清单\n序号\t目标\n1\t85\n\n流程示意图\n略\n"
    assert paths(text) == ["一", "附件", "附件1", "附件2"]
    assert ("附件1", "1\t85") in placed(text)
    assert paths("一、总则\n甲。\n附件1\n清单\n乙。\n附件2：说明\n一、丙事\n丙。") == [
        "一",
        "附件1",
        "附件2",
        "附件2一",
    ]


def test_cells_of_a_table_are_not_run_together() -> None:
    table = "一、总则\n甲。\n附件\n序号\n目标\n2024\n2025\n2026\n"
    assert outline(table).sentences[-1].text.endswith("2024 2025 2026")


def test_a_number_that_stands_twice_by_mistake_heads_both_clauses() -> None:
    assert paths("一、甲\n子。\n二、乙\n丑。\n二、丙\n寅。\n三、丁\n卯。") == ["一", "二", "二", "三"]


def test_the_same_sentences_are_found_as_by_anchors(monkeypatch: pytest.MonkeyPatch) -> None:
    found = outline(PLAIN)
    assert list(dict.fromkeys(one.anchor for one in found.sentences)) == [anchor(one) for one in sentences(PLAIN)]
    monkeypatch.setattr(clauses, "MOST_SENTENCES", 3)
    with pytest.raises(InputError) as raised:
        outline(PLAIN)
    assert raised.value.problems[0].code == "source-too-long"


HEADS = ["一、甲", "二、乙。", "（一）子", "(二）丑。寅", "1.卯", "①酉", "第三条 辰。", "附件：1.清单"]
LINES = st.sampled_from([*HEADS, "清单", "2025年5月1日", "巳，", "午。未；申", "", "\t1\t2"])


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=14).map("\n".join))
def test_whatever_stands_in_a_text_every_sentence_keeps_its_anchor_and_its_words(text: str) -> None:
    found = outline(text)
    whole = sentences(text)
    by_whole: dict[int, str] = {}
    for one in found.sentences:
        by_whole[one.whole] = by_whole.get(one.whole, "") + one.mark + one.text
        assert one.anchor == anchor(whole[one.whole])
        assert one.clause
    for number, words in by_whole.items():
        assert set(words) - set(" \t") <= set(whole[number])
    assert {clause.path for clause in found.walk()} >= {one.clause for one in found.sentences} - {"引言"}


@pytest.mark.parametrize("number", [1, 9, 10, 11, 19, 20, 21, 99, 100, 101, 110, 120, 305, 999])
def test_numbers_of_clauses_are_written_and_read_alike(number: int) -> None:
    assert counted(in_characters(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("七", 7), ("１２", 12), ("㈢", 3), ("⑤", 5), ("⑵", 2), ("⒊", 3), ("—", 1), ("一二", None)],
)
def test_marks_are_read_as_numbers(text: str, number: int | None) -> None:
    assert counted(text) == number
