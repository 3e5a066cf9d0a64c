"""A paper in its template: the office's own letterhead, templates at fault, texts that could be taken for marks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.papers.setting import HOSTILE, Read, opened, parts, read, schema_faults

from xianjie.errors import InputError
from xianjie.papers.document import Block, Heading, Paper, Paragraph, Run, Table, Turn, cell, row
from xianjie.papers.filling import fill, ours
from xianjie.papers.writing import STYLES

TABLE = Table((1, 2), ("甲", "乙"), (row("1", "2"),))


def paper(*blocks: Block, lang: str = "zh", text: str = "") -> Paper:
    return Paper(
        "decision",
        lang,
        f"题目{text}",
        f"副题{text}",
        (f"效力{text}", "第二行"),
        f"页脚{text}",
        blocks or (Heading(1, "一节"), Paragraph("正文"), TABLE),
        {"clerk": f"经办人{text}：", "reviewer": "审核人：", "day": "日期："},
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    return tmp_path


def keep(home: Path, document: Any) -> None:
    document.save(home / "papers" / "decision.docx")


def changed(home: Path, change: Callable[[str], str], part: str = "word/document.xml") -> None:
    """Put a template into the home, one part of which is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in parts(ours("decision")).items():
            package.writestr(name, change(data.decode()).encode() if name == part else data)
    (home / "papers" / "decision.docx").write_bytes(out.getvalue())


def refused(home: Path) -> tuple[str, str]:
    with pytest.raises(InputError) as raised:
        fill(paper(), home)
    (problem,) = raised.value.problems
    assert problem.place.file == str(home / "papers" / "decision.docx")
    assert problem.zh
    assert problem.en
    return problem.code, problem.zh


# -- the office's own ------------------------------------------------------------------------------------------------


def test_the_offices_own_template_stands_before_ours(home: Path) -> None:
    document = opened(ours("decision"))
    document.paragraphs[0].insert_paragraph_before("虚构县民政局文件")
    document.sections[0].header.paragraphs[0].text = "{{ title }}（内部）"
    keep(home, document)
    found = opened(fill(paper(), home))
    assert found.paragraphs[0].text == "虚构县民政局文件"
    assert found.sections[0].header.paragraphs[0].text == "题目（内部）"
    assert fill(paper(), None) == fill(paper(), home / "elsewhere")


def test_a_letterhead_made_from_nothing_gets_the_styles_that_it_lacks(home: Path) -> None:
    from docx import Document

    document = Document()
    for text in ("某某局", "{{ title }}", "{% for line in standing %}{{ line }} {% endfor %}", "{{p body }}"):
        document.add_paragraph(text)
    keep(home, document)
    data = fill(paper(), home)
    assert list(schema_faults(data)) == []
    found = read(data)
    assert found.headings == [(1, "一、一节")]
    assert "效力 第二行" in found.paragraphs[2]
    assert set(STYLES) - {"heading 1", "heading 2", "heading 3"} <= {style.name for style in opened(data).styles}
    core = opened(data).core_properties
    assert (core.title, core.author, core.comments, core.created) == ("题目", "", "", None)


def test_style_ids_of_a_chinese_word_are_taken_by_their_names(home: Path) -> None:
    changed(home, lambda text: text.replace('w:styleId="Heading1"', 'w:styleId="1"'), "word/styles.xml")
    (styled,) = [one for one in opened(fill(paper(), home)).paragraphs if one.text == "一、一节"]
    assert styled._p.pPr.pStyle.val == "1"


def test_tables_are_as_wide_as_the_offices_page(home: Path) -> None:
    document = opened(ours("decision"))
    document.sections[0].left_margin = document.sections[0].right_margin = Mm(20)
    keep(home, document)
    table = opened(fill(paper(), home)).tables[0]
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
    assert sum(widths) == pytest.approx(170 * 56.7, abs=5)
    assert widths[1] == pytest.approx(2 * widths[0], abs=2)


def test_a_first_page_of_its_own_stays_the_first(home: Path) -> None:
    document = opened(ours("decision"))
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_header.paragraphs[0].text = "红头"
    keep(home, document)
    found = opened(fill(paper(Paragraph("甲"), Turn(True), TABLE, Turn(False), Paragraph("乙")), home))
    assert [one.different_first_page_header_footer for one in found.sections] == [True, False, False]
    assert [int(one.orientation) for one in found.sections] == [0, 1, 0]


# -- at fault --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("{{ subtitle }}", "{{ subtitel }}", "paper-template-unknown", "是否为 subtitle"),
        ("{{ subtitle }}", "{{ words.nobody }}", "paper-template-unknown", "nobody"),
        ("{{ subtitle }}", "{% if lang %}", "paper-template-syntax", "if"),
        ("{{ subtitle }}", "{{ subtitle", "paper-template-syntax", "“{{ subtitle”"),
        ("{{ subtitle }}", "{{ subtitle }", "paper-template-syntax", "“{{ subtitle }”"),
        ("{{ subtitle }}", "{{ 1 + }}", "paper-template-syntax", ""),
        ("{{ subtitle }}", "{{ subtitle | shout }}", "paper-template-syntax", "shout"),
        ("{{ subtitle }}", "{{ subtitle.__class__.__mro__ }}", "paper-template-forbidden", ""),
        ("{{ subtitle }}", "{{ subtitle.upper() }}", "paper-template-forbidden", ""),
        ("{{ subtitle }}", "{{ range(9) }}", "paper-template-unknown", "range"),
        ("{{ subtitle }}", "{{ 1 / 0 }}", "paper-template-failed", "ZeroDivisionError"),
        ("{{ subtitle }}", "{% include 'x' %}", "paper-template-failed", ""),
        ("{{ subtitle }}", "{%p if lang %}", "paper-template-syntax", ""),
        ("{{ title }}", "题目", "paper-template-lacking", "title"),
        ("{{p body }}", "正文", "paper-template-lacking", "body"),
        ("{%p for line in standing %}", "{%p for line in lang %}", "paper-template-lacking", "standing"),
        ("{{p body }}", "{{ body }}", "paper-template-inline", "{{p body }}"),
        ('w:w="11906"', 'w:w="1190"', "paper-template-page", "A4"),
        ('w:left="1588"', 'w:left="many"', "paper-template-page", "A4"),
        ("<w:body>", "<w:corpse>", "paper-template-damaged", ""),
    ],
)
def test_a_template_at_fault_is_refused_with_what_is_wrong(
    home: Path, old: str, new: str, code: str, told: str
) -> None:
    changed(home, lambda text: text.replace(old, new))
    found, zh = refused(home)
    assert (found, told in zh) == (code, True), zh


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a document", "source-damaged"),
        (b"", "file-empty"),
        (b"PK\x05\x06" + b"\0" * 18, "source-not-word"),
    ],
)
def test_what_is_no_document_is_refused(home: Path, data: bytes, code: str) -> None:
    (home / "papers" / "decision.docx").write_bytes(data)
    assert refused(home)[0] == code


def test_a_template_without_content_types_is_damaged(home: Path) -> None:
    changed(
        home, lambda text: text.replace("officeDocument/2006/relationships/officeDocument", "nothing"), "_rels/.rels"
    )
    assert refused(home)[0] == "paper-template-damaged"


def test_a_folder_in_the_templates_place_is_refused(home: Path) -> None:
    (home / "papers" / "decision.docx").mkdir()
    assert refused(home)[0] == "file-directory"


# -- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_taken_for_marks_wherever_it_stands(text: str) -> None:
    blocks = (
        Heading(1, text),
        Paragraph(text),
        Paragraph((Run(text, bold=True), text), "ground", 30),
        Table((1, 1), (text, "乙"), ((cell(text, text), cell((Run(text, soft=True),))),)),
    )
    data = fill(paper(*blocks, text=text), None)
    assert list(schema_faults(data)) == []
    found = read(data)
    wanted = plain(text)
    assert places(found) == [f"一、{wanted}", wanted, wanted + wanted, f"{wanted}\n{wanted}"]


def plain(text: str) -> str:
    """Give what is expected of a text when a paper is read back."""
    for mark in "\u202e\u202c\u2066":
        text = text.replace(mark, "")
    for char in "\a\f\0\x7f\ud800\ufffe":
        text = text.replace(char, "\ufffd")
    return text


def places(found: Read) -> list[str]:
    body = [one for one in found.paragraphs if one]
    at = next(number for number, one in enumerate(body) if one.startswith("一、"))
    return [body[at], body[at + 1], body[at + 2], found.tables[0][1][0]]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"]), max_size=40))
def test_any_text_can_be_read_back(text: str) -> None:
    data = fill(paper(Paragraph(text), Table((1,), (), ((cell(text or "空"),),))), None)
    assert list(schema_faults(data)) == []
    assert opened(data).tables[0].rows[0].cells[0].text == (text or "空")


def test_right_to_left_is_marked_for_word_and_nothing_else_is() -> None:
    body = opened(fill(paper(Paragraph("甲 اسم العائلة 12 乙")), None)).element.body
    marked = [
        "".join(text.text for text in run.iter(qn("w:t")))
        for run in body.iter(qn("w:r"))
        if run.find(f".//{qn('w:rtl')}") is not None
    ]
    assert marked == ["اسم العائلة"]


def test_the_bytes_are_the_same_and_tell_no_time() -> None:
    data = fill(paper(), None)
    assert data == fill(paper(), None)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.infolist()[0].filename == "[Content_Types].xml"
