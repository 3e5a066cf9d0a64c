"""PDF files: text without the furniture of pages; scans, locked and damaged files are refused."""

from __future__ import annotations

import logging

import pytest
from tests.sources.documents import pdf

from xianjie.errors import InputError
from xianjie.sources import pdf as room
from xianjie.sources.extract import extract
from xianjie.sources.pdf import without_heads

PAGES = [
    ["云麓市文件汇编", "一、适用范围", "本办法适用于本市。", "— 1 —"],
    ["云麓市文件汇编", "二、程序", "街道每半年核实一次对象的情况，并把结果告知本", "— 2 —"],
    ["云麓市文件汇编", "人和县级民政部门。", "三、附则", "本办法自印发日起施行。", "— 3 —"],
]


def code_of(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        extract(data, "a.pdf")
    return raised.value.problems[0].code


def test_pages_are_read_without_heads_and_numbers() -> None:
    found = extract(pdf(PAGES), "a.pdf")
    assert (found.format, found.pages, found.remarks) == ("pdf", 3, ())
    assert found.text.splitlines() == [
        "一、适用范围",
        "本办法适用于本市。",
        "二、程序",
        "街道每半年核实一次对象的情况，并把结果告知本",
        "人和县级民政部门。",
        "三、附则",
        "本办法自印发日起施行。",
    ]


@pytest.mark.parametrize("number", ["- 1 -", "—1—", "第 1 页", "第1页 共3页", "第 1 页/共 3 页", "1/3", "· 1 ·"])
def test_page_numbers_are_dropped_on_a_single_page(number: str) -> None:
    assert without_heads([["一、总则", "甲。", number]]) == [["一、总则", "甲。"]]


def test_a_number_alone_is_a_pages_only_where_it_counts_on() -> None:
    assert without_heads([["甲。", "1"], ["乙。", "2"], ["丙。", "3"]]) == [["甲。"], ["乙。"], ["丙。"]]
    assert without_heads([["甲。", "12"], ["乙。", "85"]]) == [["甲。", "12"], ["乙。", "85"]]


def test_a_repeated_line_is_a_head_only_at_the_edge_and_on_many_pages() -> None:
    assert without_heads([["题名", "甲。"], ["题名", "乙。"]]) == [["题名", "甲。"], ["题名", "乙。"]]
    kept = [["甲。", "子", "题名", "丑", "乙。"]] * 3
    assert without_heads(kept) == kept
    assert without_heads([["一、总则。", "甲。"]] * 3) == [["一、总则。", "甲。"]] * 3
    assert without_heads([["第 7 期", "甲。"], ["第 8 期", "乙。"], ["第 9 期", "丙。"]]) == [
        ["甲。"],
        ["乙。"],
        ["丙。"],
    ]


def test_a_scan_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(InputError) as raised:
        extract(pdf([[], []], pictures=True), "a.pdf")
    (problem,) = raised.value.problems
    assert problem.code == "source-scanned"
    assert "OCR" in problem.zh
    assert "OCR" in problem.en
    assert code_of(pdf([["— 1 —"], ["— 2 —"]], pictures=True)) == "source-scanned"
    assert code_of(pdf([[]])) == "source-empty"


def test_pages_that_are_scans_among_others_are_named() -> None:
    found = extract(pdf([["甲。"], [], ["乙。"], []], pictures=True), "a.pdf")
    assert found.text == "甲。\n乙。\n"
    assert [remark.zh for remark in found.remarks] == ["第 2、4 页没有文字，可能是扫描件，未读入"]


def test_a_locked_file_is_refused_and_one_without_a_password_is_read() -> None:
    assert code_of(pdf(PAGES, password="secret")) == "source-encrypted"
    assert extract(pdf(PAGES, password=""), "a.pdf").text == extract(pdf(PAGES), "a.pdf").text


def test_damaged_files_are_refused_in_silence(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    data = pdf(PAGES)
    damaged = [
        data[: len(data) // 2],
        data[:-30],
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"\xff" * 400 + b"\n%%EOF",
        data.replace(b"/Root", b"/Boot").replace(b"/Type /Catalog", b"/Type /Nothing"),
    ]
    for one in damaged:
        assert code_of(one) == "source-damaged"
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").level == logging.NOTSET


def test_a_font_without_characters_is_refused() -> None:
    assert code_of(pdf([["".join(chr(0xE000 + place) for place in range(40))]])) == "source-garbled"
    assert (
        code_of(pdf([["".join(chr(0x0620 + place) for place in range(26))]], encoding="Identity-H")) == "source-garbled"
    )
    assert extract(pdf([["Ⅱ类区（A级）见表。"]]), "a.pdf").text == "Ⅱ类区（A级）见表。\n"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PAGES", 2)
    assert code_of(pdf(PAGES)) == "source-too-long"
