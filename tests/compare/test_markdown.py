"""The matrix in Markdown: tables that hold together whatever the texts are."""

from __future__ import annotations

import re

import pytest
from tests.compare.documents import DAY, NAMES, NASTY, extreme, policies, whole

from xianjie.cases.read import read_case
from xianjie.compare.case import outcomes
from xianjie.compare.markdown import escaped, markdown
from xianjie.compare.matrix import compare
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import DIMENSIONS


def tables(text: str) -> list[list[list[str]]]:
    """Read the tables of a page, each as rows of cells."""
    out: list[list[list[str]]] = []
    last = ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not last.startswith("|"):
                out.append([])
            assert line.endswith(" |")
            out[-1].append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        last = line
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_dimension_has_a_table_of_even_rows(lang: str) -> None:
    text = markdown(whole(), lang)
    found = tables(text)
    assert len(found) == 1 + len(DIMENSIONS)
    assert len(found[0]) == 2 + 5
    for table, rows in zip(found[1:], whole().dimensions().values(), strict=True):
        assert len(table) == 2 + len(rows)
        assert {len(row) for row in table} == {5 + 2}
        assert table[1] == ["---"] * 7
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [pair[0 if lang == "zh" else 1] for pair in DIMENSIONS.values()]


def test_a_cell_gives_value_force_clause_and_questions() -> None:
    found = tables(markdown(compare([policies()["hubei"], policies()["tianjin"]], DAY, NAMES, ["supply_interval"])))
    topic, hubei, tianjin, how = found[1][2]
    assert topic == "供给台账更新周期"
    assert hubei == "每年更新<br>应当 · 三(二)<br>有歧义 A-06"
    assert tianjin == "县(区)：每半年更新<br>应当（无情态词） · 二(三)5<br>有歧义 A-06"
    assert how.startswith("有差异<br>天津“应当（无情态词）”，力度弱于湖北“应当”")


def test_the_page_says_what_a_draft_and_a_digest_are() -> None:
    text = markdown(whole())
    assert "不等于没有规定" in text
    assert "征求意见稿未生效" in text
    assert "金华是市级文件" in text
    plain = markdown(compare([policies()["hubei"]], DAY, NAMES, ["coverage"]))
    assert "征求意见稿未生效" not in plain
    assert "不等于没有规定" not in plain


def test_awkward_texts_do_not_break_the_table() -> None:
    matrix = compare([extreme(), policies()["hubei"]], DAY, {"nowhere": (NASTY, NASTY), **NAMES})
    for lang in ("zh", "en"):
        for table in tables(markdown(matrix, lang)):
            assert len({len(row) for row in table}) == 1
        assert "<b>" not in markdown(matrix, lang)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("甲|乙", r"甲\|乙"),
        ("a_b*c", r"a\_b\*c"),
        ("[x](y)", r"\[x\](y)"),
        ("a & b", "a &amp; b"),
        ("<b>", r"\<b\>"),
        ("一\n二", "一 二"),
        ("\\", "\\\\"),
        ("`c`", r"\`c\`"),
    ],
)
def test_the_signs_of_markdown_are_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_case_stands_in_the_cells_of_what_is_ruled() -> None:
    both = [policies()["hubei"], policies()["shanghai"]]
    case = read_case(
        {"person": {"dibao_recipient": True}, "aid": {"received": True, "still_in_difficulty": True}}, BASE
    )
    matrix = compare(both, DAY, NAMES, ["coverage"])
    _, hubei, shanghai, _ = tables(markdown(matrix, "zh", outcomes(case, both, DAY)))[1][2]
    assert hubei.endswith("<br>本案：符合")
    assert shanghai == "未规定"


def test_topics_left_out_are_named() -> None:
    both = [policies()["hubei"], policies()["tianjin"]]
    assert "未列出的议题（没有差异）: 由谁发起" in markdown(
        compare(both, DAY, NAMES, ["initiator"], only_differences=True)
    )
