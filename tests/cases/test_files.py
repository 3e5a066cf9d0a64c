"""Files of cases: what is read, what is refused, and where a fault is said to be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.cases.reading import fault, faults

from xianjie.cases.files import LARGEST_TABLE, LARGEST_TEXT, read_cases
from xianjie.cases.gather import MOST_PROBLEMS
from xianjie.errors import Place
from xianjie.vocabulary import BASE

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


ONE = {
    "yaml": "case: E-0007\nhousehold: {size: 3, annual_income: 99999.99}\naid: {exit_date: never}\n",
    "json": '{"case": "E-0007", "household": {"size": 3, "annual_income": 99999.99}, "aid": {"exit_date": "never"}}',
    "csv": "case,household.size,household.annual_income,aid.exit_date\nE-0007,3,99999.99,never\n",
}


@pytest.mark.parametrize("suffix", ["yaml", "yml", "json", "csv", "JSON", "Csv"])
def test_every_kind_of_file_gives_the_same_case(write: Write, suffix: str) -> None:
    content = ONE[{"yml": "yaml"}.get(suffix, suffix.lower())]
    (case,) = read_cases(write(f"cases.{suffix}", content), BASE)
    assert case.label == "E-0007"
    assert case.facts == {"household.size": 3, "household.annual_income": 9_999_999, "aid.exit_date": 0}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "- case: E-1\n- case: E-2\n"),
        ("a.json", '[{"case": "E-1"}, {"case": "E-2"}]'),
        ("a.yaml", "\ufeff- case: E-1\n- case: E-2\n"),
        ("a.json", '\ufeff[{"case": "E-1"},\r\n\t{"case": "E-2"}]\r\n'),
        ("a.csv", "\ufeffcase\nE-1\nE-2\n"),
    ],
)
def test_several_cases_stand_in_one_file(write: Write, name: str, content: str) -> None:
    assert [case.label for case in read_cases(write(name, content), BASE)] == ["E-1", "E-2"]


def test_cases_without_labels_may_stand_side_by_side(write: Write) -> None:
    assert len(read_cases(write("a.yaml", "- {}\n- {}\n"), BASE)) == 2


def test_json_numbers_are_exact(write: Write) -> None:
    (case,) = read_cases(write("a.json", '{"targets": [{"value": 79.900000001, "value_in_year": 1e2}]}'), BASE)
    assert case.targets[0].value == Decimal("79.900000001")
    assert case.targets[0].value_in_year == 100


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.yaml", "", "file-empty"),
        ("a.json", " \n", "file-empty"),
        ("a.csv", "\ufeff", "file-empty"),
        ("a.xlsx", b"", "file-empty"),
        ("a.txt", "case: E-1", "file-suffix"),
        ("a", "case: E-1", "file-suffix"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "file-suffix"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx-encrypted"),
        ("a.xlsx", "case\nE-1\n", "xlsx-unreadable"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "xlsx-unreadable"),
        ("a.yaml", bytes(range(256)), "file-binary"),
        ("a.csv", b"PK\x03\x04\0\0", "file-binary"),
        ("a.csv", b"case\nE-1\x07\n", "file-binary"),
        ("a.json", b'{"case": "\xb5\xcd"}', "file-encoding"),
        ("a.yaml", "case: 低保".encode("gb18030"), "file-encoding"),
        ("a.csv", "case\nE-1\n".encode("utf-16"), "file-encoding"),
        ("a.csv", b"case\n\xff\xff\n", "file-encoding"),
        ("a.yaml", "# nothing\n", "case-shape"),
        ("a.yaml", "E-1\n", "case-shape"),
        ("a.json", "null", "case-shape"),
        ("a.json", '"E-1"', "case-shape"),
        ("a.yaml", "[]\n", "cases-none"),
        ("a.json", "[]", "cases-none"),
        ("a.csv", "case\n", "cases-none"),
        ("a.yaml", "case: E-1\n---\ncase: E-2\n", "yaml-documents"),
        ("a.yaml", "case: [E-1\n", "yaml-syntax"),
        ("a.yaml", "case: E-1\ncase: E-2\n", "yaml-doubled-key"),
        ("a.yaml", "a: &a [x]\nb: *a\n", "yaml-alias"),
        ("a.yaml", "case: !!python/object:os.system E-1\n", "yaml-tag"),
        ("a.yaml", "household: {annual_income: .nan}\n", "yaml-value"),
        ("a.yaml", "[" * 300 + "]" * 300, "yaml-too-deep"),
        ("a.yaml", "[" + "1," * 1_000_001 + "1]", "file-too-large"),
        ("a.json", "[" + "1," * 1_000_001 + "1]", "file-too-large"),
        ("a.json", "[" * 300 + "]" * 300, "json-too-deep"),
        ("a.json", "[" * 300_000 + "]" * 300_000, "json-too-deep"),
        ("a.json", '{"case": "E-1", "case": "E-1"}', "json-doubled-key"),
        ("a.json", '{"household": {"annual_income": NaN}}', "json-constant"),
        ("a.json", '{"household": {"annual_income": -Infinity}}', "json-constant"),
        ("a.json", '{"household": {"size": ' + "9" * 5000 + "}}", "number-too-large"),
        ("a.json", '{"household": {"annual_income": 1e999999999999999999999}}', "number-too-large"),
        ("a.json", '{"household": {"annual_income": 1e9999999}}', "number-too-large"),
        ("a.json", '{"case": "\\ud800"}', "text-invalid"),
        ("a.json", "{'case': 'E-1'}", "json-syntax"),
        ("a.json", '{"case": "E-1",}', "json-syntax"),
        ("a.json", '{"case": "E-1"} x', "json-syntax"),
        ("a.json", '{"case": "E\n1"}', "json-syntax"),
        ("a.json", '{"case": "E-1', "json-syntax"),
        ("a.csv", 'case\n"E-1\nE-2\n', "csv-syntax"),
        ("a.csv", 'case\n"E"1\n', "csv-syntax"),
        ("a.csv", f"case\n{'E' * 200_000}\n", "csv-syntax"),
    ],
)
def test_a_file_that_is_no_good_is_refused(write: Write, name: str, content: str | bytes, code: str) -> None:
    path = write(name, content)
    problem = fault(path)
    assert problem.code == code
    assert problem.place.file == str(path)


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.csv", "a.xlsx"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert fault(path).code == "file-missing"
    path.mkdir()
    assert fault(path).code == "file-directory"
    fifo = tmp_path / f"pipe-{name}"
    os.mkfifo(fifo)
    assert fault(fifo).code == "file-irregular"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_closed_to_us_is_refused(write: Write) -> None:
    path = write("a.yaml", "case: E-1\n")
    path.chmod(0)
    assert fault(path).code == "file-permission"


def test_a_missing_permission_is_told(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    path = write("a.yaml", "case: E-1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert fault(path).code == "file-permission"


@pytest.mark.parametrize(
    ("name", "most"),
    [("a.yaml", LARGEST_TEXT), ("a.json", LARGEST_TEXT), ("a.csv", LARGEST_TABLE), ("a.xlsx", LARGEST_TABLE)],
)
def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.truncate(most + 1)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr(Path, "open", refuse)
    started = time.monotonic()
    assert fault(path).code == "file-too-large"
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("name", "content", "places"),
    [
        (
            "a.yaml",
            "- case: E-1\n  aid:\n    received: 1\n- case: E-2\n  aid: {recieved: true}\n- 7\n",
            [(3, 5, "[0].aid.received"), (5, 9, "[1].aid.recieved"), (6, 3, "[2]")],
        ),
        (
            "a.json",
            '[{"case": "E-1",\n  "aid": {\n    "received": 1}},\n {"aid":\t{"recieved": true}},\n 7]',
            [(3, 5, "[0].aid.received"), (4, 11, "[1].aid.recieved"), (5, 2, "[2]")],
        ),
        (
            "a.json",
            '{"ledgers": [{"kind": "supply"},\r\n {"kind": "赵甲", "note\\u0041": {"a": [1, "]"]}}]}',
            [(2, 3, "ledgers[1].kind"), (2, 17, "ledgers[1].noteA")],
        ),
        (
            "a.json",
            '{"aid":\n {"received": true,\n  "received": false},\n "household": {"size": NaN}}',
            [(3, 3, "aid.received"), (4, 16, "household.size")],
        ),
        ("a.json", '{"case": "E-1",\n "aid": }', [(2, 9, None)]),
        (
            "a.yaml",
            "as_of: 2025-02-30\naid: {exit_date: 2025-13-01}\n",
            [(2, 7, "aid.exit_date"), (1, 1, "as_of")],
        ),
        ("a.yaml", "case: E-1\naid: {received: yes}\n", [(2, 7, "aid.received")]),
    ],
)
def test_every_fault_has_its_line_and_column(
    write: Write, name: str, content: str, places: list[tuple[int, int, str | None]]
) -> None:
    path = write(name, content)
    expected = {Place(str(path), line, column, path=where) for line, column, where in places}
    found = faults(path)
    assert {problem.place for problem in found} == expected
    assert len(found) == len(places)
    assert "赵甲" not in repr(found)


@pytest.mark.parametrize(
    ("name", "content", "first", "second"),
    [
        ("a.yaml", "- case: E-1\n- case: E-2\n- case: E-1\n", (1, 3), (3, 3)),
        ("a.json", '[{"case": "E-1"},\n {"aid": {}, "case": "E-1"}]', (1, 3), (2, 14)),
        ("a.csv", "aid.received,case\n是,E-1\n否,E-1\n", (2, 3), (3, 3)),
    ],
)
def test_a_label_that_stands_twice_is_refused_with_both_places(
    write: Write, name: str, content: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    path = write(name, content)
    problem = fault(path)
    assert problem.code == "case-doubled"
    assert (problem.place.line, problem.place.column) == second
    assert f"{path}:{first[0]}:{first[1]}" in problem.zh
    assert "E-1" not in problem.zh + problem.en


def test_a_label_is_compared_even_where_the_case_is_faulty(write: Write) -> None:
    path = write("a.yaml", "- {case: E-1, aid: {received: 1}}\n- {case: E-1}\n")
    assert [problem.code for problem in faults(path)] == ["type-bool", "case-doubled"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[" + ",".join('{"aid": {"received": 1}}' for _ in range(5000)) + "]"),
        ("a.yaml", "- aid: {received: 1}\n" * 5000),
        ("a.csv", "case,aid.received\n" + "".join(f"E-{n},x\n" for n in range(5000))),
    ],
)
def test_a_flood_of_faults_is_cut_short(write: Write, name: str, content: str) -> None:
    found = faults(write(name, content))
    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1].code == "problems-more"


def test_ten_megabytes_in_one_text_are_refused(write: Write) -> None:
    assert fault(write("a.json", f'{{"case": "{"E" * 10_000_000}"}}')).code == "file-too-large"
    assert fault(write("a.json", f'{{"case": "{"E" * 8_000_000}"}}')).code == "text-too-long"
