"""Files: what is no table is told plainly, hostile workbooks are refused, text is decoded strictly."""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.batch.making import book_of, read, refusal, repacked, written

from xianjie.batch.intake import intake
from xianjie.errors import InputError
from xianjie.vocabulary import BASE

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
TEXT = "个案编号,家庭编号,孤儿\r\n0007,H-1,是\r\n0008,H-1,否\r\n"
GOOD = book_of([["个案编号", "孤儿"], ["E-1", "是"]])


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return out.getvalue()


@pytest.mark.parametrize(("encoding", "kept"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")])
def test_text_is_read_in_three_encodings(encoding: str, kept: str) -> None:
    found = read(TEXT.encode(encoding), "名单.csv")
    assert [row.label for row in found.good] == ["0007", "0008"]
    assert found.opened.encoding == kept


@pytest.mark.parametrize("data", [TEXT.encode("utf-16"), codecs.BOM_UTF16_BE + b"\0a", TEXT.encode("utf-16-le")])
def test_utf16_is_told(data: bytes) -> None:
    problem = refusal(data, "名单.csv")
    assert problem.code == "file-encoding"
    assert "UTF-16" in problem.zh


def test_what_cannot_be_decoded_is_told_with_line_and_character() -> None:
    problem = refusal(TEXT.encode("gb18030") + b"0009,H-2,\xff\xff\r\n", "名单.csv")
    assert (problem.code, problem.place.line, problem.place.column) == ("file-encoding", 4, 10)
    assert "第 4 行第 10 个字符" in problem.zh


def test_one_broken_place_in_utf8_does_not_turn_all_into_garbage() -> None:
    data = TEXT.encode().replace("否".encode(), b"\xe5\x90")
    problem = refusal(data, "名单.csv")
    assert (problem.code, problem.place.line) == ("file-encoding", 3)


@pytest.mark.parametrize(
    ("data", "file", "code", "word"),
    [
        (b"", "a.xlsx", "file-empty", ""),
        (b" \r\n", "a.csv", "file-empty", ""),
        (TEXT.encode(), "a.xlsx", "table-other", "文本"),
        (b"<html><table><tr><td>", "a.xls", "table-other", "网页"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "a.xlsx", "table-other", "网页"),
        (b"<?xml version='1.0'?><Workbook/>", "a.xml", "table-other", "XML"),
        (b"%PDF-1.7", "a.csv", "table-other", "PDF"),
        (b"\x89PNG\r\n", "a.csv", "table-other", "图片"),
        (b"Rar!\x1a", "a.csv", "table-other", "压缩包"),
        (OLE + b"\0" * 600, "a.xlsx", "xls-old", ".xls"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "xlsx-encrypted", "密码"),
        (zipped(word__document=b"x"), "a.xlsx", "table-other", "Word"),
        (zipped(ppt__slides=b"x"), "a.xlsx", "table-other", "PowerPoint"),
        (zipped(mimetype=b"application/vnd.oasis"), "a.xlsx", "table-other", "OpenDocument"),
        (zipped(**{"xl__workbook.bin": b"x"}), "a.xlsx", "table-other", "xlsb"),
        (zipped(readme=b"x"), "a.xlsx", "table-other", "压缩包"),
        (b"PK\x03\x04garbage", "a.xlsx", "xlsx-unreadable", ""),
        (GOOD[: len(GOOD) // 2], "a.xlsx", "xlsx-unreadable", ""),
        (repacked(GOOD, lambda _, part: part, {"xl/vbaProject.bin": b"x"}), "a.xlsm", "xlsx-macros", "宏"),
        (repacked(GOOD, lambda _, part: part, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "a.xlsx", "xlsx-macros", "宏"),
        (repacked(GOOD, lambda _, part: part, {"xl/media/a.bin": bytes(20_000_000)}), "a.xlsx", "xlsx-bomb", ""),
        ("个案编号,孤儿\r\nE-1,\x07是\r\n".encode(), "a.csv", "file-binary", ""),
        ('个案编号,孤儿\r\n"E-1,是\r\n'.encode(), "a.csv", "csv-syntax", "引号"),
    ],
)
def test_what_is_no_table_is_told_plainly(data: bytes, file: str, code: str, word: str) -> None:
    problem = refusal(data, file)
    assert problem.code == code
    assert word in problem.zh


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"],
)
def test_no_part_of_a_workbook_may_declare_entities(part: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        return data.replace(b"?>", b"?>" + ENTITY, 1) if b"?>" in data[:100] else ENTITY + data

    assert len(read(written([["个案编号", "孤儿"], ["E-1", "是"]])).good) == 1
    assert refusal(repacked(written([["个案编号", "孤儿"], ["E-1", "是"]]), change)).code == "xlsx-unreadable"


def test_more_bytes_than_allowed_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.batch.opening.LARGEST", len(GOOD) - 1)
    assert refusal(GOOD).code == "file-too-large"


def test_a_path_that_climbs_out_of_the_archive_is_read_as_any_other_part() -> None:
    data = repacked(GOOD, lambda _, part: part, {"../../etc/passwd": b"x", "/abs": b"x"})
    assert len(read(data).good) == 1


def test_an_archive_with_a_hundred_thousand_parts_is_refused() -> None:
    data = repacked(GOOD, lambda _, part: part, {f"a{number}": b"" for number in range(6000)})
    assert refusal(data).code == "xlsx-bomb"


def test_a_size_that_lies_is_no_way_in() -> None:
    data = repacked(GOOD, lambda _, part: part, {"xl/media/a.bin": bytes(20_000_000)})
    assert refusal(data.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1))).code == "xlsx-bomb"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_and_never_breaks_us(data: st.DataObject) -> None:
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 20))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        assert len(intake(bytes(broken), "x.xlsx", BASE).rows) <= 1


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    for name in ("x.csv", "x.xlsx"):
        with pytest.raises(InputError):
            intake(data, name, BASE)
