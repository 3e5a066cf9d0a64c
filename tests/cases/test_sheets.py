"""CSV and XLSX as files: encodings, sheets, bombs, and what a sheet would silently leave out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.cases.reading import fault, faults, one

from xianjie.cases.archive import letters

Write = Callable[..., Path]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(as_csv: Write, tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["个案编号", "家庭年总收入"], ["E-0007", "80,000元"]]
    case = one(as_csv(tmp_path / "t.csv", rows, delimiter, encoding))
    assert case.facts == {"household.annual_income": 8_000_000}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path, end: str) -> None:
    path = tmp_path / "t.csv"
    text = end.join(['case,household_ref,"aid.received"', f'E-1,"H{end}\u2028, ""1""",是', "", 'E-2,"H, 2",有', ""])
    path.write_text(text, encoding="utf-8", newline="")
    place = fault(path).place
    assert (place.line, place.column, place.cell) == (5, 12, "C4")


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("others", "hidden", "label"),
    [
        (["说明", "个案"], None, "个案"),
        (["说明", "cases"], None, "cases"),
        (["a", "b"], None, "a"),
        (["a", "b"], "a", "b"),
    ],
)
def test_the_sheet_is_chosen_by_name_then_by_place(
    tmp_path: Path, others: list[str], hidden: str | None, label: str
) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in others:
        page = book.create_sheet(name)
        page.append(["case"])
        page.append([name])
        page.sheet_state = "hidden" if name == hidden else "visible"
    book.active = book.worksheets[-1]
    book.save(tmp_path / "t.xlsx")
    assert one(tmp_path / "t.xlsx").label == label


def test_what_a_sheet_gives_as_empty_though_it_is_not_is_refused(as_xlsx: Write, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "t.xlsx", [["case", "aid.received", "household.size", "household_ref"], ["E-1"], ["E-2"]])

    def edit(book: Any) -> None:
        page = book.active
        page["B2"] = "=1=1"
        page["C2"] = "#N/A"
        page["C2"].data_type = "e"
        page["D2"] = "H-1"
        page.merge_cells("D2:D3")

    found = faults(edited(path, edit))
    assert [(problem.code, problem.place.cell) for problem in found] == [
        ("cell-formula", "个案!B2"),
        ("cell-error", "个案!C2"),
        ("cell-merged", "个案!D2"),
    ]


def repacked(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(more or {})}.items():
            archive.writestr(name, change(name, data))
    return path


@pytest.mark.parametrize(
    ("added", "code"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "rows-too-many"),
        (b"<row r='1048576'><c><v>1</v></c></row>", "rows-too-many"),
        (b'<row r="3"><c r="XFD3"><v>1</v></c></row>', "columns-too-many"),
        (b'<row r="150000"><c r="GZ150000"><v>1</v></c></row>', "columns-too-many"),
        (b'<row r="3"><c x=">" r="XFD1048576"><v>1</v></c></row>', "rows-too-many"),
        (b'<row r="3"><c r="XFD1048576"y="1"><v>1</v></c></row>', "xlsx-unreadable"),
        (b'<row r="x"/>', "xlsx-unreadable"),
        (b'<row r="3"><c r="1A"><v>1</v></c></row>', "xlsx-unreadable"),
    ],
)
def test_cells_far_out_are_refused_before_the_sheet_is_laid_out(
    as_xlsx: Write, tmp_path: Path, added: bytes, code: str
) -> None:
    path = as_xlsx(tmp_path / "t.xlsx", [["case"], ["E-1"]])
    repacked(path, lambda _, data: data.replace(b"</sheetData>", added + b"</sheetData>"))
    assert fault(path).code == code


def test_empty_formatted_cells_far_out_do_no_harm(as_xlsx: Write, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "t.xlsx", [["case"], ["E-1"]])
    added = b'<row r="1048576"><c r="XFC1048576" s="0"></c><c r="XFD1048576" s="0"/></row></sheetData>'
    repacked(path, lambda _, data: data.replace(b"</sheetData>", added))
    assert one(path).label == "E-1"


def test_a_zip_bomb_is_refused_also_where_it_lies_about_its_size(as_xlsx: Write, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "t.xlsx", [["case"], ["E-1"]])
    repacked(path, lambda _, data: data, {"xl/media/a.bin": bytes(20_000_000)})
    assert fault(path).code == "xlsx-bomb"
    data = path.read_bytes()
    size = (20_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (1).to_bytes(4, "little")))
    assert fault(path).code == "xlsx-bomb"


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_broken_workbook_is_refused(as_xlsx: Write, tmp_path: Path, missing: str) -> None:
    path = as_xlsx(tmp_path / "t.xlsx", [["case"], ["E-1"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != missing}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert fault(path).code == "xlsx-unreadable"


def test_an_empty_workbook_holds_no_case(as_xlsx: Write, tmp_path: Path) -> None:
    assert fault(as_xlsx(tmp_path / "t.xlsx", [])).code == "cases-none"


def test_columns_are_lettered() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
