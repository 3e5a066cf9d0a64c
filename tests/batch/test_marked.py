"""The user's own file back: the marks where the faults are, all the rest as it was, and never a formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from tests.batch.making import HEADERS, book_of, codes, large, read, repacked, written

from xianjie.batch.intake import Intake
from xianjie.batch.marked import FILL, Marked, flaw_words, marked, row_words

HEAD = ["个案编号", "家庭编号", "孤儿", "家庭人口"]
ROWS: list[list[Any]] = [HEAD, ["E-1", "H-1", "有", 0], ["E-2", "H-1", "是", 3], ["E-3", 12, "否", 3]]


def opened(copy: Marked) -> Any:
    return openpyxl.load_workbook(io.BytesIO(copy.data))


def both(data: bytes) -> tuple[Intake, Marked]:
    found = read(data)
    return found, marked(data, found)


def test_the_marks_stand_in_the_users_own_file() -> None:
    found, copy = both(book_of(ROWS))
    page = opened(copy)["个案"]
    assert page["E1"].value == "错误说明"
    assert page["E2"].value == row_words(found.rows[0], "zh")
    assert page["E2"].value.split("\n") == ["1. 孤儿：只接受 是、否、不清楚", "2. 家庭人口：不得小于 1"]
    assert page["E3"].value is None
    assert page["E4"].value.startswith("家庭编号：编号是数值格式")
    marks = {cell.coordinate for row in page.iter_rows(max_col=4) for cell in row if cell.fill.start_color.rgb == FILL}
    assert marks == {"C2", "D2", "B4"}
    assert "孤儿：只接受" in page["C2"].comment.text
    assert [[cell.value for cell in row] for row in page.iter_rows(max_col=4)] == ROWS


def test_two_hundred_faults_of_a_large_file_are_all_marked() -> None:
    data, planted = large(1000, 200)
    found, copy = both(data)
    page = opened(copy)["个案"]
    last = len(HEADERS) + 1
    for one in planted:
        assert page.cell(one.row + 1, one.column + 1).fill.start_color.rgb == FILL
        assert HEADERS[one.column] in page.cell(one.row + 1, last).value
    assert sum(page.cell(row, last).value is not None for row in range(2, 1002)) == 200
    listed = opened(copy)["错误清单"]
    assert sum(isinstance(row[0].value, int) for row in listed.iter_rows()) == len(codes(found)) == 200


def test_all_else_is_kept() -> None:
    def edit(book: Any, page: Any) -> None:
        page["A2"].font = Font(bold=True, color="FF0000FF")
        page["D3"].number_format = "0.00"
        page["D3"].comment = Comment("入户核实", "经办人")
        page["C2"].comment = Comment("待核", "经办人")
        page.freeze_panes = "B2"
        page.column_dimensions["A"].width = 31
        page.conditional_formatting.add("D2:D9", Rule("cellIs", operator="lessThan", formula=["1"]))
        rule = DataValidation("list", formula1='"是,否,不清楚"', allow_blank=True)
        page.add_data_validation(rule)
        rule.add("C2:C50")
        other = book.create_sheet("走访记录")
        other["B2"], other["B2"].fill = "周三", PatternFill("solid", start_color="FFFFFF00")
        other.sheet_state = "hidden"

    _, copy = both(book_of(ROWS, edit))
    book = opened(copy)
    page = book["个案"]
    assert (page["A2"].font.b, page["A2"].font.color.rgb, page["D3"].number_format) == (True, "FF0000FF", "0.00")
    assert page["D3"].comment.text == "入户核实"
    assert page["C2"].comment.text.startswith("待核\n【错误】孤儿")
    assert (page.freeze_panes, page.column_dimensions["A"].width) == ("B2", 31)
    assert [str(one.sqref) for one in page.data_validations.dataValidation] == ["C2:C50"]
    assert len(list(page.conditional_formatting)) == 1
    assert book["走访记录"]["B2"].value == "周三"
    assert book["走访记录"].sheet_state == "hidden"
    assert book.active.title == "个案"
    assert copy.lost == ()


def test_a_mended_copy_is_taken_and_marked_anew_without_old_marks() -> None:
    data = book_of(ROWS)
    _, first = both(data)
    book = opened(first)
    page = book["个案"]
    page["C2"], page["D2"] = "是", 3
    out = io.BytesIO()
    book.save(out)
    found, second = both(out.getvalue())
    assert [row.number for row in found.bad] == [4]
    page = opened(second)["个案"]
    assert page.max_column == 5
    assert page["E2"].value is None
    assert page["C2"].fill.fill_type is None
    assert page["C2"].comment is None
    assert page["B4"].fill.start_color.rgb == FILL
    assert opened(second).sheetnames == ["个案", "错误清单"]
    page = book["个案"]
    page["B4"] = "H-2"
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue()).good) == 3


EVIL = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1")


def test_no_formula_is_carried_over_and_what_looks_like_one_is_text() -> None:
    def edit(book: Any, page: Any) -> None:
        for row, text in enumerate(EVIL, 2):
            page.cell(row, 2).value = text
            page.cell(row, 2).data_type = "s"
        page["D2"] = '=WEBSERVICE("http://x")'
        other = book.create_sheet("汇总")
        other["A1"] = "=SUM(个案!D2:D9)"
        other["A2"] = '=HYPERLINK("http://x")'
        book.defined_names["外部"] = openpyxl.workbook.defined_name.DefinedName("外部", attr_text="[1]Sheet1!$A$1")

    rows: list[list[Any]] = [HEAD, *([f"E-{number}", None, "有", 3] for number in range(len(EVIL)))]
    found, copy = both(book_of(rows, edit))
    assert copy.formulas == 3
    book = opened(copy)
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value}
    assert "f" not in kinds
    with_values = [book["个案"].cell(row, 2).value for row in range(2, 2 + len(EVIL))]
    assert with_values == list(EVIL)
    assert all(book["个案"].cell(row, 2).quotePrefix for row in range(2, 2 + len(EVIL)))
    assert book["个案"]["D2"].value == '=WEBSERVICE("http://x")'
    assert book["个案"]["D2"].data_type == "s"
    assert "外部" not in book.defined_names
    assert b"<f" not in b"".join(parts_of(copy.data))
    assert "3 个公式" in str(book["错误清单"]["A2"].value)
    assert [row.label for row in found.rows] == [f"E-{number}" for number in range(len(EVIL))]


def test_what_was_refused_is_refused_again_where_nothing_was_mended() -> None:
    data, _ = large(60, 34)
    found, copy = both(data)
    again = read(copy.data)
    assert [row.number for row in again.bad] == [row.number for row in found.bad]
    assert [row.case for row in again.rows] == [row.case for row in found.rows]


def parts_of(data: bytes) -> list[bytes]:
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return [re.sub(rb"<formula[12]?>.*?</formula[12]?>", b"", text) for text in texts]


def test_what_the_copy_may_lose_is_named_and_the_faults_are_listed_plainly() -> None:
    def edit(book: Any, page: Any) -> None:
        chart = BarChart()
        chart.add_data(Reference(page, min_col=4, min_row=1, max_row=4))
        page.add_chart(chart, "G2")

    data = repacked(
        book_of(ROWS, edit), lambda _, part: part, {"xl/media/image1.png": b"x", "xl/ctrlProps/c.xml": b"<x/>"}
    )
    found, copy = both(data)
    assert copy.lost == ("图表", "图片", "表单控件")
    listed = opened(copy)["错误清单"]
    texts = [[cell.value for cell in row] for row in listed.iter_rows()]
    assert "图表、图片、表单控件" in str(texts[1][0])
    assert [row[:3] for row in texts[-len(codes(found)) :]] == [
        [2, "C2", "孤儿"],
        [2, "D2", "家庭人口"],
        [4, "B4", "家庭编号"],
    ]


def test_a_workbook_that_cannot_be_written_again_comes_back_as_a_plain_copy() -> None:
    data = repacked(book_of(ROWS), lambda name, part: b"<broken" if name == "docProps/core.xml" else part)
    found = read(data)
    copy = marked(data, found)
    page = opened(copy)["个案"]
    assert copy.lost == ("原文件的格式和其他工作表",)
    assert page["E2"].value == row_words(found.rows[0], "zh")
    assert page["C2"].fill.start_color.rgb == "FFFFC7CE"
    assert [cell.value for cell in page[4]][:4] == ["E-3", 12, "否", 3]
    assert codes(read(copy.data)) == codes(found)


# text


@pytest.mark.parametrize(
    ("encoding", "back"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_comes_back_in_its_encoding_with_one_more_column(encoding: str, back: str, delimiter: str) -> None:
    text = '个案编号,孤儿,家庭编号\r\n0001,有,"a\r\nb"\r\n\r\n0002,是,c\r\n'.replace(",", delimiter)
    found = read(text.encode(encoding), "名单.csv")
    copy = marked(b"", found)
    lines = list(csv.reader(io.StringIO(copy.data.decode(back), newline=""), delimiter=delimiter))
    assert copy.data.startswith(b"\xef\xbb\xbf") == (back == "utf-8-sig")
    assert lines == [
        ["个案编号", "孤儿", "家庭编号", "错误说明"],
        ["0001", "有", "a\r\nb", "孤儿：只接受 是、否、不清楚"],
        ["", "", "", ""],
        ["0002", "是", "c", ""],
    ]
    assert codes(read(copy.data, "再来.csv")) == codes(found)


def test_no_cell_of_text_is_a_formula_and_the_label_comes_back_unchanged() -> None:
    texts = ["=1+1", "+86", "-a", "@x", "＝x"]
    rows = "".join(f'"{text}",有\r\n' for text in texts)
    found = read(f"个案编号,孤儿\r\n{rows}-5,有\r\n".encode(), "名单.csv")
    copy = marked(b"", found)
    lines = list(csv.reader(io.StringIO(copy.data.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == ["'=1+1", "'+86", "'-a", "'@x", "'＝x", "-5"]
    again = read(copy.data, "名单.csv")
    assert [row.label for row in again.rows] == [row.label for row in found.rows] == [*texts, "-5"]
    assert marked(b"", again).data == copy.data


def test_english_is_said_in_english() -> None:
    found = read(written([["个案编号", "孤儿"], ["E-1", "有"]]))
    copy = marked(written([["个案编号", "孤儿"], ["E-1", "有"]]), found, "en")
    assert "only" in flaw_words(found.rows[0].flaws[0], "en")
    assert opened(copy)["个案"].cell(1, 3).value == "errors"
    assert len(read(copy.data).bad) == 1
