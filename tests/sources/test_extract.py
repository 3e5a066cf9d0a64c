"""Text files in every usual encoding, files of the wrong kind, and files that hold nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.documents import altered, pdf, word, zipped

from xianjie.errors import InputError
from xianjie.sources import extract as room
from xianjie.sources.extract import extract, read_source

TEXT = "一、适用范围\n本办法适用于本市，由街道核实。\n"


def code_of(data: bytes, file: str) -> str:
    with pytest.raises(InputError) as raised:
        extract(data, file)
    (problem,) = raised.value.problems
    assert problem.place.file == file
    return problem.code


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("gbk"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le").join((b"\xff\xfe", b"")),
        TEXT.encode("utf-16-be").join((b"\xfe\xff", b"")),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("适用", "适\u200b用").replace("本市", "本\u00ad市").encode(),
        ("\n\n" + TEXT + "\n\n").encode(),
    ],
)
def test_text_is_read_in_every_usual_encoding(data: bytes) -> None:
    found = extract(data, "办法.txt")
    assert (found.text, found.format, found.pages, found.remarks) == (TEXT, "txt", None, ())


@pytest.mark.parametrize("name", ["办法.txt", "办法.TXT", "办法.text", "办法.md", "办法"])
def test_text_may_have_these_suffixes(name: str) -> None:
    assert extract(TEXT.encode(), name).text == TEXT


@pytest.mark.parametrize(
    ("data", "file", "code"),
    [
        (b"", "a.txt", "file-empty"),
        ("。\n……\n".encode(), "a.txt", "source-empty"),
        (b"\x00\x01\x02", "a.txt", "file-binary"),
        (b"\x89PNG\r\n\x1a\n\x00", "a.txt", "file-binary"),
        (b"\xff\xfe\x00", "a.txt", "file-encoding"),
        (b"\xb0\xff\xff\xfe\x80 \xff", "a.txt", "file-encoding"),
        (TEXT.encode(), "a.xyz", "source-suffix"),
        (TEXT.encode(), "a.xlsx", "source-suffix"),
        (TEXT.encode(), "a.ofd", "source-suffix"),
        (TEXT.encode(), "a.pdf", "source-damaged"),
        (TEXT.encode(), "a.docx", "source-damaged"),
        (TEXT.encode(), "a.doc", "source-old-format"),
        (TEXT.encode(), "a.wps", "source-old-format"),
        (b"{\\rtf1\\ansi x}", "a.doc", "source-old-format"),
        (b"{\\rtf1\\ansi x}", "a.txt", "source-old-format"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "a.doc", "source-old-format"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "a.docx", "source-old-format"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "a.docx", "source-encrypted"),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), "a.docx", "source-not-word"),
        (zipped({"OFD.xml": b"<ofd/>"}), "a.ofd", "source-not-word"),
        (b"PK\x03\x04", "a.docx", "source-damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(data: bytes, file: str, code: str) -> None:
    assert code_of(data, file) == code


def test_a_wrong_suffix_does_not_hide_what_a_file_is() -> None:
    assert extract(pdf([["一、适用范围", "本市。"]]), "办法.txt").format == "pdf"
    assert extract(word(["一、适用范围"]), "办法.pdf").format == "docx"
    assert extract(f"<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>".encode(), "办法.txt").format == "html"


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b" \n")
    for path, code in (
        (tmp_path, "file-directory"),
        (tmp_path / "no.txt", "file-missing"),
        (tmp_path / "empty.txt", "file-empty"),
    ):
        with pytest.raises(InputError) as raised:
            read_source(path)
        assert raised.value.problems[0].code == code
    (tmp_path / "办法.txt").write_text(TEXT, encoding="utf-8")
    assert read_source(tmp_path / "办法.txt").text == TEXT


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "MOST_CHARACTERS", 10)
    assert code_of(TEXT.encode(), "a.txt") == "source-too-long"
    monkeypatch.setattr(room, "LARGEST", 10)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_source(tmp_path / "a.txt")
    assert raised.value.problems[0].code == "file-too-large"


def test_messages_are_bilingual_and_hold_nothing_of_the_file() -> None:
    secret = "某某某的身份信息"
    with pytest.raises(InputError) as raised:
        extract(altered(word([secret]), {"word/document.xml": "<broken"}), "a.docx")
    (problem,) = raised.value.problems
    assert secret not in problem.zh + problem.en
    assert problem.zh != problem.en
