"""Cells as staff fill them in: words, dates and amounts in several ways, nothing guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.cases.reading import fault, one

from xianjie.language.calendar import NEVER

Row = Sequence[object]
Table = Callable[[Sequence[Row]], Path]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        ("aid.received", "是", True),
        ("已获政府救助", "否", False),
        ("政府救助·已获政府救助", "TRUE", True),
        (" AID.RECEIVED ", "false", False),
        ("提供给乡镇（街道）日", "从未", None),
        ("家庭年总收入", "80,000", 8_000_000),
        ("家庭年总收入", "８０，０００．５元", 8_000_050),
        ("家庭年总收入", "80000 元", 8_000_000),
        ("家庭年总收入", "8万元", 8_000_000),
        ("家庭年总收入", "7.99995万元", 7_999_950),
        ("家庭年总收入", "8万", 8_000_000),
        ("家庭年总收入", "８．５ 万", 8_500_000),
        ("家庭年总收入", "８００００", 8_000_000),
        ("家庭年总收入", "0.000001亿", 10_000),
        ("家庭年总收入", "1,234.5万元", 1_234_500_000),
        ("家庭人口", "99", 99),
        ("家庭年总收入", "1,234,567.89", 123_456_789),
        ("家庭年总收入", "0", 0),
        ("家庭人口", "３", 3),
        ("household.size", "3.0", 3),
        ("退出救助范围日期", "2025-05-01", dt.date(2025, 5, 1).toordinal()),
        ("退出救助范围日期", "2025/5/1", dt.date(2025, 5, 1).toordinal()),
        ("退出救助范围日期", "2025.5.1", dt.date(2025, 5, 1).toordinal()),
        ("退出救助范围日期", "２０２５年5月1日", dt.date(2025, 5, 1).toordinal()),
        ("退出救助范围日期", "2025/5/1 0:00:00", dt.date(2025, 5, 1).toordinal()),
        ("退出救助范围日期", "从未", NEVER),
        ("aid.exit_date", "never", NEVER),
        ("退出的救助", "特困人员救助供养", "tekun"),
        ("退出的救助", "tekun", "tekun"),
        ("aid.exit_programme", "Subsistence allowance", "dibao"),
        ("转介方向", "居（村）委→街镇", "community_report"),
        (
            "专项救助部门保障的项目",
            "医疗救助、住房救助;教育救助",
            frozenset({"医疗救助", "住房救助", "教育救助"}),
        ),
        ("专项救助部门保障的项目", "无", frozenset()),
    ],
)
def test_a_cell_is_read_as_staff_write_it(table: Table, header: str, text: str, expected: object) -> None:
    case = one(table([["个案编号", header], ["E-0007", text]]))
    facts = case.facts or (case.ledgers[0].facts if case.ledgers else {})
    assert list(facts.values()) == [NEVER if expected is None else expected]


@pytest.mark.parametrize("text", ["不清楚", "未知", "unknown"])
@pytest.mark.parametrize(
    "header", ["已获政府救助", "家庭年总收入", "退出救助范围日期", "退出的救助", "专项救助部门保障的项目"]
)
def test_what_is_not_clear_is_unknown_but_recorded(table: Table, header: str, text: str) -> None:
    case = one(table([["个案编号", header], ["E-0007", text]]))
    assert case.facts == {}
    assert len(case.records) == 1


@pytest.mark.parametrize(
    ("header", "text", "code"),
    [
        ("aid.received", "有", "cell-truth"),
        ("aid.received", "无", "cell-truth"),
        ("aid.received", "1", "cell-truth"),
        ("aid.received", "yes", "cell-truth"),
        ("aid.received", "√", "cell-truth"),
        ("household.annual_income", "-1", "money-negative"),
        ("household.annual_income", "8万5千", "cell-money"),
        ("household.annual_income", "8万5千元", "cell-money"),
        ("household.annual_income", "万", "cell-money"),
        ("household.annual_income", "万元", "cell-money"),
        ("household.annual_income", "8万亿", "cell-money"),
        ("household.annual_income", "8元万", "cell-money"),
        ("household.annual_income", "0.0000001万", "money-fen"),
        ("household.size", "8万", "type-int"),
        ("household.size", "100", "number-too-large"),
        ("household.size", "99999", "number-too-large"),
        ("household.annual_income", "8000以上", "cell-money"),
        ("household.annual_income", "80,00", "cell-money"),
        ("household.annual_income", "8,0000", "cell-money"),
        ("household.annual_income", "1e5", "cell-money"),
        ("household.annual_income", "八万元", "cell-money"),
        ("household.annual_income", "元", "cell-money"),
        ("household.annual_income", "0.125", "money-fen"),
        ("household.annual_income", "0.0000001万元", "money-fen"),
        ("household.annual_income", "9" * 18, "number-too-large"),
        ("household.annual_income", "9" * 5000, "cell-money"),
        ("household.size", "三", "type-int"),
        ("household.size", "3人", "type-int"),
        ("household.size", "3.5", "type-int"),
        ("household.size", "0", "number-too-small"),
        ("duty.count", "-1", "number-too-small"),
        ("target.value", "79.9%", "type-number"),
        ("target.value", "8万元", "type-number"),
        ("aid.exit_date", "2025-02-30", "date-impossible"),
        ("aid.exit_date", "2025/13/1", "date-impossible"),
        ("aid.exit_date", "2025年5月", "type-date"),
        ("aid.exit_date", "20250501", "type-date"),
        ("aid.exit_date", "5/1/2025", "type-date"),
        ("aid.exit_date", "2025-05/01", "type-date"),
        ("aid.exit_date", "2025-05-01 14:30", "type-date"),
        ("as_of", "从未", "type-date"),
        ("aid.exit_programme", "低保金", "word-unknown"),
        ("aid.special_programmes", "无、医疗救助", "set-none"),
        ("aid.special_programmes", "、", "set-none"),
        ("referral.events", "赵甲 2025-03-01", "events-form"),
        ("referral.events", "已同意 3月1日", "events-form"),
        ("referral.events", "已同意，已出具转介函", "events-form"),
        ("referral.events", "a" + " " * 30_000 + "b", "events-form"),
        ("referral.events", "已出具转介函 2025-03-05; 已同意 2025-03-01", "events-order"),
        ("referral.events", "已同意 2025-02-30", "date-impossible"),
        ("household_ref", "110101199001011234", "citizen-number"),
        ("household_ref", "1.10101E+17", "label-shortened"),
        ("household_ref", "H" * 101, "text-too-long"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_at_its_place(
    as_csv: Write, as_xlsx: Write, tmp_path: Path, header: str, text: str, code: str
) -> None:
    rows = [["个案编号", "信用良好", header], ["E-0001"], ["E-0002", "是", text]]
    found = [fault(as_csv(tmp_path / "t.csv", rows)), fault(as_xlsx(tmp_path / "t.xlsx", rows))]
    assert [problem.code for problem in found] == [code] * len(found)
    assert {problem.place.path for problem in found} == {header}
    assert (found[0].place.line, found[0].place.column, found[0].place.cell) == (3, 10, "C3")
    assert found[1].place.cell == "个案!C3"
    told = " ".join(problem.zh + problem.en for problem in found)
    assert "赵甲" not in told
    assert len(text) < 7 or text not in told


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+86", "-5", "@x", "'x"])
def test_text_that_looks_like_a_formula_is_text(as_csv: Write, tmp_path: Path, text: str) -> None:
    assert one(as_csv(tmp_path / "t.csv", [["case"], [text]])).label == text


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("household.annual_income", 99999.99, 9_999_999),
        ("household.annual_income", 80000, 8_000_000),
        ("household.annual_income", 0.07, 7),
        ("household.size", 3.0, 3),
        ("aid.received", True, True),
        ("aid.received", False, False),
        ("aid.exit_date", dt.date(2025, 5, 1), dt.date(2025, 5, 1).toordinal()),
        ("aid.exit_date", dt.datetime(2025, 5, 1, 14, 30), dt.date(2025, 5, 1).toordinal()),
    ],
)
def test_cells_of_excel_types(as_xlsx: Write, tmp_path: Path, header: str, value: object, expected: object) -> None:
    case = one(as_xlsx(tmp_path / "t.xlsx", [["case", header], ["E-0007", value]]))
    assert case.facts == {header: expected}
    assert type(case.facts[header]) is type(expected)


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("household.size", 3.5, "type-int"),
        ("household.size", True, "type-int"),
        ("household.annual_income", 0.125, "money-fen"),
        ("household.annual_income", -1, "money-negative"),
        ("household.annual_income", 1e300, "number-too-large"),
        ("household.annual_income", True, "cell-money"),
        ("household.annual_income", dt.date(2025, 5, 1), "cell-money"),
        ("aid.received", 1, "cell-truth"),
        ("aid.exit_date", 45778, "type-date"),
        ("aid.exit_date", dt.time(3, 4), "type-date"),
        ("aid.exit_programme", 1, "word-unknown"),
        ("aid.special_programmes", 1, "type-text"),
        ("referral.events", 1, "events-form"),
        ("household_ref", dt.date(2025, 5, 1), "type-text"),
        ("household_ref", 0.5, "type-text"),
        ("household_ref", 110101199001011234, "citizen-number"),
    ],
)
def test_cells_of_the_wrong_excel_type(as_xlsx: Write, tmp_path: Path, header: str, value: object, code: str) -> None:
    problem = fault(as_xlsx(tmp_path / "t.xlsx", [["case", header], ["E-0007", value]], "台账"))
    assert (problem.code, problem.place.cell, problem.place.path) == (code, "台账!B2", header)
    assert "1101" not in problem.zh + problem.en


def test_a_number_as_label_is_written_out(as_xlsx: Write, tmp_path: Path) -> None:
    case = one(as_xlsx(tmp_path / "t.xlsx", [["case", "household_ref"], [7, 20250001]]))
    assert (case.label, case.household_ref) == ("7", "20250001")
