"""The matrix as a workbook, read back: sheets, frozen panes, printing, texts that stay texts."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.compare.documents import DAY, NAMES, NASTY, extreme, policies, whole

from xianjie.cases.read import read_case
from xianjie.compare.case import outcomes
from xianjie.compare.matrix import Matrix, compare
from xianjie.compare.workbook import workbook
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import DIMENSIONS


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


@lru_cache(maxsize=1)
def five() -> Workbook:
    return opened(workbook(whole()))


def texts(sheet: Worksheet) -> list[list[str]]:
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def test_there_is_a_sheet_for_each_dimension_notes_and_details() -> None:
    assert five().sheetnames == ["说明", *(zh for zh, _ in DIMENSIONS.values()), "明细"]
    english = opened(workbook(whole(), "en"))
    assert english.sheetnames == ["notes", *(en for _, en in DIMENSIONS.values()), "details"]


@pytest.mark.parametrize("dimension", list(DIMENSIONS))
def test_a_dimension_is_ready_to_read_and_to_print(dimension: str) -> None:
    sheet = five()[DIMENSIONS[dimension][0]]
    rows = whole().dimensions()[dimension]
    assert sheet.freeze_panes == "C2"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_area.replace("'", "").endswith(f"!$A$1:$H${len(rows) + 1}")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # one page wide is what it means where it is not written
    assert sheet.page_setup.fitToHeight == 0
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    assert sheet.max_row == len(rows) + 1
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGH"]
    assert min(widths) >= 12
    assert all(height is not None and height >= 15 for height in (sheet.row_dimensions[n].height for n in range(1, 5)))


def test_a_difference_is_marked_by_a_word_as_well_as_by_a_fill() -> None:
    sheet = five()["转介"]
    for row, told in zip(sheet.iter_rows(min_row=2), whole().dimensions()["referral"], strict=True):
        differs = told.difference.verdict == "differ"
        assert (row[1].value == "有差异") == differs
        assert (row[0].fill.fgColor.rgb == "FFFFF2CC") == differs
        assert row[7].value == told.difference.sentence.zh


def test_cells_hold_value_force_clause_and_questions() -> None:
    rows = {row[0]: row for row in texts(five()["台账与时限"])}
    assert rows["供给台账更新周期"][2] == "每年更新\n应当 · 三(二)\n有歧义 A-06"
    assert rows["供给台账更新周期"][5] == "摘要未载"
    head = texts(five()["对象"])[0]
    assert head[:4] == ["议题", "是否有差异", "湖北", "金华\n征求意见稿"]


def test_the_notes_describe_the_documents_and_the_words() -> None:
    said = "\n".join(" | ".join(row) for row in texts(five()["说明"]))
    for policy in policies().values():
        assert policy.file.document.title in said
        assert policy.sha256[:12] in said
        assert policy.file.version in said
    for word in ("2025-08-01", "有差异", "待核对", "摘要未载", "征求意见稿未生效", "效力待核实", "应当 > "):
        assert word in said


def test_the_details_hold_every_cell() -> None:
    rows = texts(five()["明细"])
    assert len(rows) == 1 + 5 * len(whole().rows)
    row = next(row for row in rows if row[:2] == ["收入、财产标准", "金华"])
    assert "以三口之家为准按人均折算" in row[6]
    assert "low-income-household（三）" in row[5]


def matrix_of_awkward_texts() -> Matrix:
    return compare([extreme(), policies()["hubei"]], DAY, {"nowhere": (NASTY, NASTY), **NAMES})


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_text_becomes_a_formula(sign: str) -> None:
    names = {"nowhere": (f"{sign}1+1", f"{sign}1+1"), "hubei": (f"{sign}cmd|' /C calc'!A0", "x")}
    matrix = compare([extreme(), policies()["hubei"]], DAY, names)
    for sheet in opened(workbook(matrix)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr")
                assert cell.data_type != "n" or cell.value is None
                assert cell.hyperlink is None
    head = texts(opened(workbook(matrix))["对象"])[0]
    assert head[2].startswith(f"{sign}1+1")


def test_awkward_texts_come_back_as_they_are() -> None:
    book = opened(workbook(matrix_of_awkward_texts()))
    assert texts(book["对象"])[0][2].split("\n")[0] == " ".join(NASTY.split())
    for sheet in book:
        assert all(len(text) <= 32_767 for row in texts(sheet) for text in row)
        heights = [dimension.height for dimension in sheet.row_dimensions.values()]
        assert all(height is None or height <= 409 for height in heights)


def test_the_same_matrix_gives_the_same_bytes() -> None:
    assert workbook(whole()) == workbook(whole())


def test_a_case_is_named_and_stands_in_the_cells() -> None:
    both = [policies()["hubei"], policies()["shanghai"]]
    case = read_case({"case": "E-0042", "person": {"tekun": True}, "aid": {"received": False}}, BASE)
    book = opened(workbook(compare(both, DAY, NAMES), "zh", outcomes(case, both, DAY)))
    rows = {row[0]: row for row in texts(book["对象"])}
    assert rows["覆盖对象"][2].endswith("本案：未列入")
    assert rows["优先对象"][3].endswith("本案：属优先对象")
    assert rows["优先对象"][2] == "未规定"
    assert "E-0042" in texts(book["说明"])[0][0]


def test_a_dimension_without_rows_has_no_sheet() -> None:
    book = opened(workbook(compare([policies()["hubei"]], DAY, NAMES, ["coverage"])))
    assert book.sheetnames == ["说明", "对象", "明细"]
    assert book["对象"].page_setup.paperSize == 9
    assert five()["对象"].page_setup.paperSize == 8
