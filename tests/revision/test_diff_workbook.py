"""A diff as a workbook: old beside new under a heading that stays, and nothing that a spreadsheet would run."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.policy.base import TEXT, changed, read
from tests.revision.test_diff import CASES, pair_of

from xianjie.revision.diff import OTHER_REGION, diff
from xianjie.revision.diff_change import Diff
from xianjie.revision.diff_workbook import MOST, diff_workbook, fitting


def sheets(found: Diff, lang: str = "zh") -> tuple[Worksheet, Worksheet]:
    """Open the workbook of a diff."""
    book = openpyxl.load_workbook(BytesIO(diff_workbook(found, lang)))
    changes, summary = book.worksheets
    return changes, summary


def row(sheet: Worksheet, number: int) -> list[object]:
    return [cell.value for cell in sheet[number]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_change_is_one_row(lang: str) -> None:
    for case in CASES[::6]:
        found = diff(*pair_of(case))
        sheet, _ = sheets(found, lang)
        assert sheet.max_row == len(found.changes) + 1
        assert [cell.value for cell in sheet["K"]][1:] == [change.path for change in found.changes]


def test_old_and_new_stand_side_by_side_with_their_clauses() -> None:
    found = diff(
        read(), read(changed(("service: education\n        force: may", "service: education\n        force: must")))
    )
    sheet, summary = sheets(found)
    assert row(sheet, 1) == [
        "序号", "类型", "部分", "关于", "旧条款", "新条款", "改动", "旧", "新", "议题", "位置", "分量",
    ]  # fmt: skip
    assert row(sheet, 2) == [
        1, "▲ 力度增强", "规则", "规则 schooling", "一", "一", "力度由“可以”改为“应当”，增强", "可以", "应当",
        "服务：教育扶持", "rules/schooling/force", "实质",
    ]  # fmt: skip
    assert [cell.value for cell in summary["A"]] == ["旧", "新", "合计"]
    assert summary["B3"].value == "共 1 处改动，其中实质 1、文字 0；规则 修改 1；力度增强 1。"


def test_the_heading_stays_and_texts_are_wrapped() -> None:
    sheet, _ = sheets(diff(read(), read(changed(("title: 对象", "title: 另")))))
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == "A1:L2"
    assert all(cell.alignment.wrap_text for cell in sheet[2])


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    sheet, _ = sheets(diff(read(), read(changed(("title: 对象", 'title: "=1+1"')))))
    assert (sheet["I2"].value, sheet["I2"].data_type) == ("=1+1", "s")


def test_equal_policies_give_a_heading_alone_and_say_so() -> None:
    sheet, summary = sheets(diff(read(), read()), "en")
    assert sheet.max_row == 1
    assert summary["B3"].value == "The two policies are equal: no difference."


def test_documents_of_two_regions_carry_the_warning() -> None:
    _, summary = sheets(diff(read(), read(TEXT.replace("region: example", "region: elsewhere"))))
    assert summary["B4"].value == OTHER_REGION.zh


def test_the_same_diff_gives_the_same_file() -> None:
    found = diff(read(), read(changed(("title: 对象", "title: 另"))))
    assert diff_workbook(found) == diff_workbook(found)


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark() -> None:
    assert fitting("文" * MOST) == "文" * MOST
    cut = fitting("文" * (MOST + 1))
    assert (len(cut), cut[-1]) == (MOST, "…")
