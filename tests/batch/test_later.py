"""Rows with dates after their date of evaluation: the result files tell which, in the words of the form."""

from __future__ import annotations

import csv
import datetime as dt
import io
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from tests.batch.making import read, written

from xianjie.api import installed_engine
from xianjie.batch.answering import Question, answers
from xianjie.batch.gathering import Gathered
from xianjie.batch.results import (
    HEAD_WIDTHS,
    ID_WIDTH,
    LATER_WIDTH,
    OTHER_WIDTH,
    REGION_WIDTHS,
    WIDEST,
    page_breaks,
    results_csv,
    results_workbook,
)
from xianjie.engine.inquiry import Settings
from xianjie.engine.later import REMARK, later_words

DAY = dt.date(2025, 8, 1)
HEAD = ["个案编号", "家庭编号", "判定日期", "最低生活保障对象", "退出救助范围日期", "同意日"]
COLUMN = {"zh": "晚于判定日的日期", "en": "dates after the date of evaluation"}


def gathered(rows: list[list[Any]], lang: str = "zh") -> Gathered:
    found = read(written([HEAD, *rows]))
    assert not found.bad
    question = Question(("hubei", "jinhua"), DAY.toordinal(), None, Settings(), lang)
    out = Gathered(found, installed_engine(), question, {"hubei": "湖北", "jinhua": "金华"})
    for one in answers(installed_engine(), found.rows, question):
        out.add(one)
    return out


def told(found: Gathered) -> list[str]:
    """Give what the files say of each row; nothing where they have no such column. Both say the same."""
    sheet = openpyxl.load_workbook(io.BytesIO(results_workbook(found))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    lines = list(csv.reader(io.StringIO(results_csv(found).decode("utf-8-sig"), newline="")))
    assert len({len(line) for line in lines}) == 1
    title = COLUMN[found.lang]
    assert (title in rows[0]) is (title in lines[0])
    if title not in rows[0]:
        return []
    at = rows[0].index(title)
    assert at == lines[0].index(title) == len(rows[0]) - 2  # before the decision's id, behind all regions
    in_sheet = [row[at] or "" for row in rows[2:]]
    in_text = [line[at] for line in lines[1:]]
    assert in_sheet == in_text[: len(in_sheet)]  # rows that are left out have a sheet of their own
    return in_text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("on", "late"), [("2025-07-31", False), ("2025-08-01", False), ("2025-08-02", True)])
def test_a_date_is_told_from_the_day_after_the_date_of_evaluation_on(lang: str, on: str, late: bool) -> None:
    found = gathered([["0001", None, None, "是", on, None]], lang)
    if not late:
        assert told(found) == []
        assert found.with_later == 0
        return
    (words,) = told(found)
    row = found.intake.rows[0]
    assert row.case is not None
    assert words == later_words(row.case, DAY.toordinal(), installed_engine().vocabulary, lang)
    assert "2025-08-02" in words
    assert REMARK[lang == "en"].split("，")[-1].split(": ")[-1] in words


def test_each_row_has_its_own_date_of_evaluation_and_all_its_later_dates() -> None:
    found = gathered(
        [
            ["0001", None, "2024-12-01", "是", "2025-01-01", "2024-12-02"],
            ["0002", None, "2025-01-01", "是", "2025-01-01", "从未"],
            ["0003", None, None, "是", None, "2025-08-02"],
        ]
    )
    first, second, third = told(found)
    assert "退出救助范围日期 2025-01-01、同意日 2024-12-02，晚于判定日 2024-12-01" in first
    assert second == ""
    assert third.startswith("同意日 2025-08-02，晚于判定日 2025-08-01")
    notes = openpyxl.load_workbook(io.BytesIO(results_workbook(found)))["说明"]
    assert any(f"有 2 行写了{REMARK[0]}的日期" in str(cell.value) for row in notes.iter_rows() for cell in row)


def test_rows_left_out_say_nothing_of_dates() -> None:
    rows = [["0001", None, None, "是", "2025-09-01", None], ["0002", None, None, "有", "2025-09-01", None]]
    found = read(written([HEAD, *rows]))
    question = Question(("hubei",), DAY.toordinal())
    out = Gathered(found, installed_engine(), question, {"hubei": "湖北"})
    for one in answers(installed_engine(), found.rows, question):
        out.add(one)
    answer, left = told(out)
    assert "2025-09-01" in answer
    assert left == ""


def test_no_printed_page_is_too_wide_with_the_column() -> None:
    for regions in range(1, 8):
        for others in range(5):
            widths = [*HEAD_WIDTHS, *([*REGION_WIDTHS, *[OTHER_WIDTH] * others] * regions), LATER_WIDTH, ID_WIDTH]
            breaks = page_breaks(widths, 4 + others, 2)
            assert breaks == sorted(set(breaks))
            for number, (first, last) in enumerate(pairwise([0, *breaks, len(widths)])):
                assert sum(widths[first:last]) + (sum(widths[:2]) if number else 0) <= WIDEST
            assert len(widths) - 1 not in breaks  # the two columns behind the regions stay together
