"""The comparison paper: its parts, every clause of what differs, silence by its kind, and tables that fit."""

from __future__ import annotations

from functools import lru_cache

import pytest
from docx.oxml.ns import qn
from tests.compare.documents import DAY, NAMES, extreme, policies, whole
from tests.papers.setting import REGIONS, TEMPLATE_MARKS, Read, example, opened, read, schema_faults

from xianjie.compare.case import outcomes
from xianjie.compare.matrix import Matrix, compare
from xianjie.papers import comparison_paper
from xianjie.papers.comparison import MOST_COLUMNS
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES


@lru_cache(maxsize=8)
def paper(*regions: str, lang: str = "zh") -> bytes:
    return comparison_paper(matrix(*regions), None, lang)


def matrix(*regions: str) -> Matrix:
    return whole() if regions == REGIONS else compare([policies()[one] for one in regions], DAY, NAMES)


def two() -> Read:
    return read(paper("hubei", "jinhua"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("regions", [("hubei", "jinhua"), REGIONS])
def test_every_clause_value_and_question_that_is_compared_is_there(regions: tuple[str, ...], lang: str) -> None:
    compared = matrix(*regions)
    found = read(paper(*regions, lang=lang))
    assert list(schema_faults(paper(*regions, lang=lang))) == []
    assert not TEMPLATE_MARKS.search(found.text)
    for column in compared.columns:
        assert column.title in found.text
        assert column.sha256 in found.text
        assert column.version in found.text
    for row in compared.rows:
        assert (row.topic.zh if lang == "zh" else row.topic.en) in found.text
        for cell in row.cells:
            assert all(clause in found.text for clause in cell.clauses())
            assert not cell.ruled or row.difference.verdict == "same" or cell.value.said(lang) in found.text
            assert all(question.text.said(lang) in found.text for question in cell.questions)
        if row.difference.verdict in ("differ", "open"):
            assert row.difference.sentence.said(lang) in found.text


def test_the_headings_are_numbered_in_styles_that_word_navigates_by() -> None:
    found = two()
    assert [title[:2] for title in found.titles(1)] == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"][
        : len(found.titles(1))
    ]
    assert found.titles(2)[0] == f"（一）{DIMENSIONS['eligibility'][0]}"
    english = read(paper("hubei", "jinhua", lang="en"))
    assert english.titles(1)[0] == "1. Summary"
    assert english.titles(2)[0].startswith("3.1 ")


def test_it_says_what_it_is_as_of_when_and_what_cannot_be_relied_on() -> None:
    found = two()
    assert found.paragraphs[0] == "区域政策比对报告"
    assert found.paragraphs[1] == "比对日期：2025年8月1日"
    head = "\n".join(found.paragraphs[2:8])
    assert "金华为征求意见稿，未生效" in head
    assert "金华为市级文件" in head
    assert "湖北为征求意见稿" not in head
    assert "不代替原文" in head


def test_silence_and_a_digest_that_does_not_report_are_told_apart() -> None:
    found = read(paper("shanxi", "hubei"))
    silences = next(table for table in found.tables if table[0][1] == "哪一种")
    by_region = {(row[0], row[1].split("\n")[0]) for row in silences[1:]}
    assert ("山西", STATUSES["not_reported"][0]) in by_region
    assert ("湖北", STATUSES["not_stipulated"][0]) in by_region
    assert ("山西", STATUSES["not_stipulated"][0]) not in by_region


def test_many_regions_lie_and_no_table_holds_more_than_five() -> None:
    upright = opened(paper("hubei", "jinhua"))
    assert [section.orientation for section in upright.sections] == [0]
    lying = opened(paper(*REGIONS))
    assert [int(section.orientation) for section in lying.sections] == [0, 1, 0]
    policy = policies()["hubei"]
    seven = opened(comparison_paper(compare([*policies().values(), policy, policy], DAY, NAMES)))
    heads = [len(table.rows[0].cells) - 1 for table in seven.tables if table.rows[0].cells[0].text == "议题"]
    assert {head for head in heads if head != MOST_COLUMNS - 1} == {3, 4} - {MOST_COLUMNS - 1}
    assert any("续表" in one.text for one in seven.paragraphs)


def test_a_sections_pages_have_the_footer_and_only_tables_repeat_their_head() -> None:
    document = opened(paper(*REGIONS))
    for section in document.sections:
        assert "—" in section.footer.paragraphs[0].text
        assert "区域政策比对报告" in section.footer.paragraphs[1].text
    for table in document.tables:
        first, *rest = table.rows
        assert first._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f".//{qn('w:tblHeader')}") is None for row in rest)


def test_what_a_case_comes_to_stands_in_the_cells() -> None:
    case = example("hubei-family")
    compared = matrix("hubei", "jinhua")
    found = outcomes(case, [policies()[one] for one in ("hubei", "jinhua")], DAY)
    text = read(comparison_paper(compared, found)).text
    assert "本案：符合" in text
    assert "E-0007" in text


def test_nothing_to_tell_is_said_rather_than_left_out() -> None:
    same = policies()["hubei"]
    alike = compare([same, same], DAY, NAMES)
    text = read(comparison_paper(alike)).text
    assert "所比议题没有差异。" in text
    hidden = read(comparison_paper(compare([same, same], DAY, NAMES, only_differences=True))).text
    assert f"另有 {len(alike.rows)} 个没有差异" in hidden
    assert alike.rows[0].topic.zh in hidden


def test_awkward_texts_come_out_as_they_are() -> None:
    policy = extreme()
    data = comparison_paper(compare([policy, policies()["hubei"]], DAY, NAMES))
    assert list(schema_faults(data)) == []
    assert "=HYPERLINK(1)|管道*星_下划线_[red]方括号[/red]<b>&`~#" in read(data).text


def test_further_remarks_stand_in_the_notes_and_the_bytes_are_the_same_each_time() -> None:
    data = comparison_paper(matrix("hubei", "jinhua"), remarks=["经办科室：社会救助科"])
    assert "经办科室：社会救助科" in read(data).text
    assert data == comparison_paper(matrix("hubei", "jinhua"), remarks=["经办科室：社会救助科"])
    assert paper("hubei", "jinhua") == comparison_paper(matrix("hubei", "jinhua"))
