"""Blocks as Word's markup: numbers of headings, pages that lie, rows that stay together, widths."""

from __future__ import annotations

import pytest
from docx.oxml.ns import qn
from tests.papers.setting import opened
from tests.papers.test_filling import paper

from xianjie.papers.document import Block, Heading, Paragraph, Table, Turn, cell, row
from xianjie.papers.filling import fill
from xianjie.papers.writing import chinese


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_numbers_are_those_of_headings(number: int, text: str) -> None:
    assert chinese(number) == text


def test_headings_count_within_their_parent() -> None:
    blocks = [
        Heading(1, "甲"),
        Heading(2, "乙"),
        Heading(3, "丙"),
        Heading(3, "丁"),
        Heading(2, "戊"),
        Heading(3, "己"),
    ]
    texts = [one.text for one in opened(fill(paper(*blocks), None)).paragraphs]
    assert [text for text in texts if text[-1:] in "甲乙丙丁戊己" and text] == [
        "一、甲", "（一）乙", "1. 丙", "2. 丁", "（二）戊", "1. 己",
    ]  # fmt: skip
    english = [one.text for one in opened(fill(paper(*blocks, lang="en"), None)).paragraphs]
    assert [text for text in english if text[-1:] in "甲乙丙丁戊己" and text] == [
        "1. 甲", "1.1 乙", "1.1.1 丙", "1.1.2 丁", "1.2 戊", "1.2.1 己",
    ]  # fmt: skip


TABLE = Table((1, 1), ("甲", "乙"), (row("1", "2"), row("长" * 500, "2"), row("3", "4")), frozenset([0, 1]))


@pytest.mark.parametrize("before", [(Paragraph("前"),), (TABLE,), ()])
def test_the_end_of_a_section_takes_no_page_of_its_own(before: tuple[Block, ...]) -> None:
    document = opened(fill(paper(*before, Turn(True), Turn(True), TABLE, Turn(False)), None))
    assert [int(one.orientation) for one in document.sections] == [0, 1, 0]
    lying = document.sections[1]
    assert lying.page_width > lying.page_height
    assert lying.footer.is_linked_to_previous
    ends = [one for one in document.element.body.iter(qn("w:sectPr")) if one.getparent().tag == qn("w:pPr")]
    for end in ends:
        paragraph = end.getparent().getparent()
        previous = paragraph.getprevious()
        assert previous.tag == qn("w:tbl") or "".join(previous.itertext())


def test_short_rows_are_not_split_and_keep_to_the_next_where_they_must() -> None:
    rows = opened(fill(paper(TABLE), None)).tables[0].rows
    split = [row._tr.find(f".//{qn('w:cantSplit')}") is None for row in rows]
    kept = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in rows]
    assert split == [False, False, True, False]
    assert kept == [False, True, False, False]


def test_widths_add_up_to_the_page_standing_and_lying() -> None:
    table = Table((3, 5, 7), (), ((cell("甲", span=2), cell("乙")),))
    document = opened(fill(paper(table, Turn(True), table, Turn(False)), None))
    for one, section in zip(document.tables, document.sections, strict=False):
        widths = [int(column.get(qn("w:w"))) for column in one._tbl.tblGrid]
        room = (section.page_width - section.left_margin - section.right_margin) / 635
        assert sum(widths) == pytest.approx(room, abs=1)
