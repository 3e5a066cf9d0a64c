"""DOCX files: paragraphs and tables in order, Word's own numbers, tracked changes; bombs and damage are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.sources.documents import W, altered, with_body, word, zipped

from xianjie.errors import InputError
from xianjie.sources import package
from xianjie.sources.extract import Extracted, extract


def read(data: bytes) -> Extracted:
    return extract(data, "a.docx")


def code_of(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        read(data)
    return raised.value.problems[0].code


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def test_paragraphs_and_tables_stand_in_the_documents_order_without_headers() -> None:
    data = word(["一、总则", "甲。", [["序号", "目标"], ["1", "85"]], "乙。", [["子"]]])
    assert read(data).text.splitlines() == ["一、总则", "甲。", "序号\t目标", "1\t85", "乙。", "子"]


def test_runs_breaks_and_tabs_make_one_paragraph() -> None:
    body = paragraph(run("一") + run("、总") + "<w:r><w:t>则</w:t><w:br/><w:t>甲</w:t><w:tab/><w:t>乙。</w:t></w:r>")
    assert read(with_body(body)).text == "一、总则\n甲\t乙。\n"


def test_tracked_changes_are_read_as_accepted_and_said_so() -> None:
    body = paragraph(
        run("街道")
        + '<w:del w:id="1" w:author="x"><w:r><w:delText>可以</w:delText></w:r></w:del>'
        + f'<w:ins w:id="2" w:author="x">{run("应当")}</w:ins>'
        + run("登记。")
    )
    found = read(with_body(body))
    assert found.text == "街道应当登记。\n"
    assert [remark.en for remark in found.remarks] == ["tracked changes are read as if all of them were accepted"]


def test_hidden_text_is_left_out_and_controls_are_looked_into() -> None:
    body = (
        paragraph(run("甲") + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>" + run("。"))
        + f"<w:sdt><w:sdtContent>{paragraph(run('乙。'))}</w:sdtContent></w:sdt>"
        + paragraph(
            f"<w:hyperlink>{run('丙')}</w:hyperlink>{run('。')}<!-- 注 --><w:r><w:footnoteReference w:id='1'/></w:r>"
        )
    )
    found = read(with_body(body))
    assert found.text == "甲。\n乙。\n丙。\n"
    assert [remark.zh for remark in found.remarks] == ["脚注、尾注没有读入"]


NUMBERING = f"""<?xml version="1.0"?><w:numbering xmlns:w="{W}">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(text: str, level: int, number: int = 1) -> str:
    return paragraph(run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_word_sets_are_written_out() -> None:
    parts = [
        numbered("总则", 0),
        numbered("子", 1),
        numbered("丑", 1),
        numbered("寅", 2),
        numbered("卯", 2),
        numbered("辰", 3),
        paragraph(run("无号。")),
        numbered("分则", 0),
        numbered("巳", 1),
        numbered("午", 2, 2),
        numbered("未", 2, 0),
    ]
    found = read(altered(with_body("".join(parts)), {"word/numbering.xml": NUMBERING}))
    assert found.text.splitlines() == [
        "一、总则", "（一）子", "（二）丑", "1.寅", "2.卯", "辰", "无号。", "二、分则", "（一）巳", "1.午", "未",
    ]  # fmt: skip


def test_a_style_that_numbers_its_paragraphs_is_followed() -> None:
    styles = f"""<?xml version="1.0"?><w:styles xmlns:w="{W}">
<w:style w:type="paragraph" w:styleId="Top"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Inner"><w:basedOn w:val="Top"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
</w:styles>"""
    body = (
        paragraph(run("总则"), '<w:pStyle w:val="Top"/>')
        + paragraph(run("子"), '<w:pStyle w:val="Inner"/>')
        + paragraph(run("丑"), '<w:pStyle w:val="Inner"/>')
        + paragraph(run("分则"), '<w:pStyle w:val="Top"/>')
    )
    data = altered(with_body(body), {"word/numbering.xml": NUMBERING, "word/styles.xml": styles})
    assert read(data).text.splitlines() == ["一、总则", "（一）子", "（二）丑", "二、分则"]


def test_an_empty_document_is_refused() -> None:
    assert code_of(word(["", "  "])) == "source-empty"
    assert code_of(with_body("")) == "source-empty"


def test_damaged_files_are_refused() -> None:
    data = word(["一、总则", "甲。"])
    for one in (
        data[: len(data) // 2],
        data[:-10],
        altered(data, {"word/document.xml": "<w:document"}),
        altered(data, {"word/document.xml": "<x/>"}),
        altered(data, {"[Content_Types].xml": "<Types/>"}),
        altered(data, {"word/document.xml": '<!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'}),
        altered(data, {"word/document.xml": "\0"}),
        zipped({"word/document.xml": b"<x/>"}),
    ):
        assert code_of(one) == "source-damaged"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(zipped({"word/document.xml": b"0" * 80_000_000})) == "source-bomb"
    assert (
        code_of(altered(word(["甲。"]), {f"word/media/{n}": "" for n in range(package.MOST_PARTS + 1)}))
        == "source-bomb"
    )
    monkeypatch.setattr(package, "LARGEST_PART", 100)
    assert code_of(word(["甲。"])) == "source-bomb"


def test_parts_that_lie_about_their_size_or_are_packed_oddly_are_refused(tmp_path: Path) -> None:
    data = bytearray(word(["甲。"] * 400))
    place = data.rfind(b"PK\x01\x02")
    while place >= 0:  # in every entry of the directory: a size of nothing, where there is something
        data[place + 24 : place + 28] = b"\x01\0\0\0"
        place = data.rfind(b"PK\x01\x02", 0, place)
    assert code_of(bytes(data)) == "source-damaged"
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert code_of(path.read_bytes()) == "source-damaged"


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(word(["甲。"]))
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    assert code_of(bytes(data)) == "source-encrypted"
