"""Cases from tables: the columns beside the facts, how an expectation's cell is read, and faults at their cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.regions.region_cases import REGIONS

from xianjie.errors import InputError
from xianjie.regression.model import OverlaySource
from xianjie.regression.paths import parse_path
from xianjie.regression.run import Engines, run
from xianjie.regression.shapes import Spot, spot
from xianjie.regression.sheets import KEYS, read_expected
from xianjie.vocabulary import BASE
from xianjie.vocabulary.facts import RECORDS

from .conftest import faults, read

Row = Sequence[object]
Table = Callable[[Sequence[Row]], Path]


@pytest.fixture(params=["csv", "xlsx"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Table:
    def write(rows: Sequence[Row]) -> Path:
        path = tmp_path / f"t.cases.{request.param}"
        if request.param == "csv":
            out = io.StringIO()
            csv.writer(out).writerows(rows)
            path.write_text(out.getvalue(), encoding="utf-8")
        else:
            book = openpyxl.Workbook()
            page = book.active
            assert page is not None
            for row in rows:
                page.append(list(row))
            book.save(path)
        return path

    return write


HEAD = [
    *("名称", "地区", "判定日期", "最低生活保障对象", "政府救助后仍有困难", "已获政府救助", "期望:eligibility.status"),
    *("期望：eligibility.missing", "expect:eligibility.groups[dibao].force", "备注", "清单行", "标签", "提前天数"),
    *("读法:half-year", "假设文件"),
]


def test_a_row_is_a_case_and_a_table_says_what_yaml_says(table: Table) -> None:
    path = table(
        [
            HEAD,
            ["低保有困难", "湖北、天津", "2025/5/1", "是", "是", "是", "符合", "无", "", "虚构", "HB-E-01、T", "低保",
             "10", "rolling", "a.yaml"],
            ["只知道低保", "hubei", "2025年5月1日", "是", "不清楚", "是", "undetermined", "aid.still_in_difficulty",
             "界定"],
        ]
    )  # fmt: skip
    first, second, third = read(path)
    assert (first.label, second.label, third.label) == ("低保有困难[hubei]", "低保有困难[tianjin]", "只知道低保[hubei]")
    assert first.as_of == dt.date(2025, 5, 1).toordinal()
    assert first.case.facts == {
        "person.dibao_recipient": True,
        "aid.still_in_difficulty": True,
        "aid.received": True,
    }
    assert {one.path: one.value for one in first.expect} == {
        "eligibility.status": "covered",
        "eligibility.missing": [],
    }
    assert (first.note, first.rows, first.tags) == ("虚构", ("HB-E-01", "T"), ("低保",))
    assert (first.settings.due_soon_days, first.settings.readings) == (10, {"half-year": "rolling"})
    assert first.overlay == OverlaySource(file=path.parent / "a.yaml")
    assert "aid.still_in_difficulty" not in third.case.facts
    assert {one.path: one.value for one in third.expect} == {
        "eligibility.status": "undetermined",
        "eligibility.missing": ["aid.still_in_difficulty"],
        "eligibility.groups[dibao].force": "definition",
    }
    assert third.place.cell is not None
    assert third.place.cell.endswith("A3")


def test_the_cases_of_a_table_are_run(table: Table) -> None:
    path = table(
        [
            [
                *("name", "region", "as_of", "aid.received", "aid.still_in_difficulty", "person.dibao_recipient"),
                "expect:eligibility.status",
            ],
            ["仍有困难", "hubei", "2025-05-01", "是", "是", "是", "符合"],
            ["已无困难", "hubei", "2025-05-01", "是", "否", "是", "符合"],
        ]
    )
    engines = Engines(REGIONS)
    results = [run(case, engines.of(case)) for case in read(path)]
    engines.close()
    assert [result.holds for result in results] == [True, False]
    (difference,) = results[1].differences
    assert difference.found == "not_matched"
    assert difference.expectation.place.cell is not None
    assert difference.expectation.place.cell.endswith("G3")


@pytest.mark.parametrize(
    ("path", "cell", "value"),
    [
        ("eligibility.status", "符合", "covered"),
        ("eligibility.status", " 属优先 对象", "priority_match"),
        ("eligibility.status", "not matched", "not_matched"),
        ("eligibility.status", "not_matched", "not_matched"),
        ("duties[0].force", "应当", "must"),
        ("duties[0].force", "空", None),
        ("duties[0].force", "null", None),
        ("policy.standing", "征求意见稿", "draft"),
        ("incentives[0].instrument", "公益创投", "venture_philanthropy"),
        ("eligibility.flagged", "否", False),
        ("eligibility.flagged", True, True),
        ("referral.document_required", "是", True),
        ("referral.document_required", "未规定", "not_stipulated"),
        ("duties[0].days_left", "12", 12),
        ("duties[0].days_left", 12.0, 12),
        ("duties[0].required", "79.9", Decimal("79.9")),
        ("duties[0].next_due", "2025-05-01", "2025-05-01"),
        ("duties[0].next_due", dt.date(2025, 5, 1), "2025-05-01"),
        ("duties[0].next_due", dt.datetime(2025, 5, 1), "2025-05-01"),
        ("duties[0].clause", "三(二)", "三(二)"),
        ("eligibility.missing", "aid.received、household.size", ["aid.received", "household.size"]),
        ("eligibility.missing", "无", []),
    ],
)
def test_a_cell_is_read_by_what_can_stand_at_its_place(path: str, cell: object, value: object) -> None:
    steps = parse_path(path)
    assert steps is not None
    found = spot(steps)
    assert isinstance(found, Spot)
    assert read_expected(cell, found) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "cell", "code"),
    [
        ("eligibility.status", "被拒绝", "word-unknown"),
        ("eligibility.status", "不清楚", "cell-unknown"),
        ("eligibility.status", "可以转介", "word-unknown"),
        ("eligibility.flagged", "1", "cell-truth"),
        ("eligibility.flagged", "未知", "cell-unknown"),
        ("duties[0].days_left", "一天", "type-int"),
        ("duties[0].required", "多", "type-number"),
        ("duties[0].clause", True, "type-text"),
        ("eligibility.missing", "无、aid.received", "set-none"),
        ("referral.document_required", "也许", "word-unknown"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(path: str, cell: object, code: str) -> None:
    steps = parse_path(path)
    assert steps is not None
    found = spot(steps)
    assert isinstance(found, Spot)
    with pytest.raises(InputError) as caught:
        read_expected(cell, found)  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == [code]


GOOD = ["名称", "地区", "判定日期", "期望:eligibility.status"]


@pytest.mark.parametrize(
    ("head", "cell", "code", "hint"),
    [
        ([*GOOD, "期望:eligibility.stauts"], "E1", "path-unknown", "是否为 status"),
        ([*GOOD, "期望:eligibility status"], "E1", "path-form", "路径须如"),
        ([*GOOD, "expect:eligibility.groups.status"], "E1", "path-selector", "方括号"),
        ([*GOOD, "expects:eligibility.status"], "E1", "header-unknown", "是否为 expect:…"),
        ([*GOOD, "期待:eligibility.status"], "E1", "header-unknown", "是否为 期望:…"),
        ([*GOOD, "期望:eligibility.status"], "E1", "header-doubled", "首次在"),
        ([*GOOD, "name"], "E1", "header-doubled", "首次在"),
        ([*GOOD, "结果:某处"], "E1", "header-unknown", "没有这个名称的列"),
        ([*GOOD, "天气"], "E1", "header-unknown", "没有这个名称的列"),
        (GOOD[1:], "A1", "header-missing", "名称 (name)"),
        (["个案编号", *GOOD[1:]], "A1", "header-missing", "名称 (name)"),
    ],
)
def test_a_fault_of_the_header_is_told_at_its_cell(
    table: Table, head: list[str], cell: str, code: str, hint: str
) -> None:
    (problem,) = faults(table([head, ["一个", "hubei", "2025-05-01", "符合"]]))
    assert problem.code == code
    assert problem.place.cell is not None
    assert problem.place.cell.endswith(cell)
    assert hint in problem.zh


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (["", "hubei", "2025-05-01", "符合"], "A2", "field-missing"),
        (["一个", "", "2025-05-01", "符合"], "B2", "region-missing"),
        (["一个", "无", "2025-05-01", "符合"], "B2", "list-too-short"),
        (["一个", "不清楚", "2025-05-01", "符合"], "B2", "cell-unknown"),
        (["一个", "hubei", "", "符合"], "C2", "as-of-missing"),
        (["一个", "hubei", "五月", "符合"], "C2", "type-date"),
        (["一个", "hubei", "2025-02-30", "符合"], "C2", "date-impossible"),
        (["一个", "hubei", "2025-05-01", ""], "A2", "expect-none"),
        (["一个", "hubei", "2025-05-01", "可以"], "D2", "word-unknown"),
        (["一个", "hubei", "2025-05-01", "空"], "D2", "expect-null"),
        (["一个", "hubei", "2025-05-01", "符合", "多"], "E2", "cell-without-header"),
        (["11010519491231002X", "hubei", "2025-05-01", "符合"], "A2", "citizen-number"),
    ],
)
def test_a_fault_of_a_row_is_told_at_its_cell(table: Table, row: list[str], cell: str, code: str) -> None:
    (problem,) = faults(table([GOOD, row]))
    assert problem.code == code
    assert problem.place.cell is not None
    assert problem.place.cell.endswith(cell)


def test_a_table_without_rows_holds_no_case(table: Table) -> None:
    assert [problem.code for problem in faults(table([GOOD]))] == ["cases-none"]


def test_no_column_of_the_form_has_the_name_of_a_fact() -> None:
    terms = {spec.zh for spec in BASE.facts} | {spec.name for spec in BASE.facts} | set(RECORDS)
    assert not terms & {word for key, (zh, _) in KEYS.items() for word in (key, zh)}
