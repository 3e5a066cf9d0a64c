"""Rows: every fault found where it is, all of a row at once, nothing lost, nothing guessed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from tests.batch.making import (
    HEADERS,
    KINDS,
    Planted,
    book_of,
    codes,
    flaws,
    large,
    letters,
    read,
    refusal,
    written,
)

from xianjie.batch.intake import Intake, intake
from xianjie.cases.read import read_case
from xianjie.vocabulary import BASE

CHINESE = re.compile("[\u4e00-\u9fff]")
Large = tuple[bytes, list[Planted], Intake]


@pytest.fixture(scope="module")
def big() -> Large:
    data, planted = large()
    return data, planted, read(data)


# five thousand rows


def test_every_bad_cell_of_five_thousand_rows_is_found_where_it_is_and_no_other(big: Large) -> None:
    _, planted, found = big
    assert len({one.code for one in planted}) >= 12
    assert len(planted) == 200
    wanted = {(one.row + 1, one.column, one.code) for one in planted}
    assert {(row.number, flaw.column, flaw.problem.code) for row in found.bad for flaw in row.flaws} == wanted
    assert sum(len(row.flaws) for row in found.bad) == 200
    assert (len(found.rows), len(found.bad), len(found.good)) == (5000, 200, 4800)


def test_every_fault_is_told_in_chinese_with_cell_and_column_and_without_the_value(big: Large) -> None:
    _, _, found = big
    quoted = ("=TODAY()", "#N/A")
    values = [value for _, _, value in KINDS if isinstance(value, str) and len(value) > 2 and value not in quoted]
    for row in found.bad:
        for flaw in row.flaws:
            assert CHINESE.search(flaw.problem.zh)
            assert flaw.column is not None
            assert flaw.problem.place.cell == f"个案!{letters(flaw.column)}{row.number}"
            assert flaw.name == HEADERS[flaw.column]
            assert flaw.problem.place.path is not None
            assert not any(value in flaw.problem.zh for value in values)


def test_the_good_rows_are_the_cases_that_are_written_there(big: Large) -> None:
    _, planted, found = big
    bad = {one.row for one in planted}
    assert [row.label for row in found.good] == [f"{number:06}" for number in range(1, 5001) if number not in bad]


# what a row holds


def test_all_faults_of_a_row_are_told_at_once_also_what_contradicts_beside_a_bad_cell() -> None:
    row = ["E-1", 12, "是", "有", 0, "否", "2025-03-01", "去年"]
    head = ["个案编号", "家庭编号", "孤儿", "特困人员", "家庭人口", "同意", "同意日", "退出救助范围日期"]
    found = read(written([head, row, ["E-2", "H", "是"]]))
    assert codes(found) == ["code-not-text", "cell-truth", "type-date", "number-too-small", "facts-contradict"]
    assert [row.label for row in found.good] == ["E-2"]
    assert "同意" in flaws(found)[-1].problem.zh


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (7, "0"),
        (4.2010019900101e17, "0"),
        (1.5, "0"),
        (dt.date(2025, 1, 2), "日期"),
        (True, "文本"),
    ],
)
@pytest.mark.parametrize("column", ["个案编号", "household_ref"])
def test_a_code_that_is_no_text_is_refused_with_the_reason(value: object, word: str, column: str) -> None:
    other = "家庭编号" if column == "个案编号" else "个案编号"
    found = read(written([[column, other, "孤儿"], [value, "x", "是"]]))
    (flaw,) = flaws(found)
    assert flaw.problem.code == "code-not-text"
    assert "文本" in flaw.problem.zh
    assert word in flaw.problem.zh
    assert "原始资料" in flaw.problem.zh or value is True


def test_leading_zeros_of_a_text_stay() -> None:
    found = read(written([["个案编号", "家庭编号", "孤儿"], ["0007", "012", "是"]]))
    case = found.good[0].case
    assert case is not None
    assert (case.label, case.household_ref) == ("0007", "012")


def test_not_known_is_never_no() -> None:
    found = read(written([["个案编号", "孤儿", "特困人员", "残疾人"], ["E-1", "不清楚", None, "否"]]))
    case = found.good[0].case
    assert case is not None
    assert case.facts == {"person.disabled": False}


def test_doubled_labels_blame_each_row_and_name_the_others() -> None:
    found = read(written([["个案编号", "孤儿"], ["E-1", "是"], ["E-2", "是"], ["E-1", "否"], ["E-1", "有"]]))
    assert [row.number for row in found.bad] == [2, 4, 5]
    assert "第 4、5 行" in flaws(found)[0].problem.zh
    assert codes(found) == ["case-doubled", "case-doubled", "cell-truth", "case-doubled"]


def test_merged_cells_blame_every_row_that_they_empty() -> None:
    rows: list[list[str | None]] = [
        ["个案编号", "家庭编号", "孤儿"],
        ["E-1", "H", "是"],
        ["E-2", None, "是"],
        ["E-3", "H", "是"],
    ]
    found = read(book_of(rows, lambda _, page: page.merge_cells("B2:B3")))
    assert [(row.number, [flaw.problem.code for flaw in row.flaws]) for row in found.bad] == [
        (2, ["cell-merged"]),
        (3, ["cell-merged"]),
    ]


def test_more_error_values_than_a_hundred_are_all_found() -> None:
    rows = [["个案编号", "孤儿"], *([f"E-{number}", "#N/A"] for number in range(150))]
    found = read(written(rows))
    assert len(found.bad) == 150
    assert set(codes(found)) == {"cell-error"}


def test_a_row_with_nothing_but_an_error_value_is_not_lost() -> None:
    found = read(written([["个案编号", "孤儿", "特困人员"], ["E-1", "是"], [None, "#N/A", "=1+1"], ["E-2", "是"]]))
    assert [(row.number, [flaw.problem.code for flaw in row.flaws]) for row in found.rows] == [
        (2, []),
        (3, ["cell-error", "cell-formula"]),
        (4, []),
    ]


def test_merged_cells_of_the_header_are_told_once_and_not_for_every_row() -> None:
    rows: list[list[str | None]] = [["个案编号", "孤儿", None], ["E-1", "是", "否"], ["E-2", "是", "否"]]
    assert refusal(book_of(rows, lambda _, page: page.merge_cells("B1:C1"))).code == "cell-merged"


def test_empty_merged_cells_below_the_table_do_no_harm() -> None:
    rows: list[list[str | None]] = [["个案编号", "孤儿"], ["E-1", "是"], [None], [None]]
    assert len(read(book_of(rows, lambda _, page: page.merge_cells("A3:B5"))).good) == 1


@pytest.mark.parametrize(
    ("formula", "taken"),
    [
        ("=B2", True),
        ("=SUM(1,2)", True),
        ("=IF(A1=1,2,3)", True),
        ("=TODAY()-1", False),
        ("=RAND()", False),
        ("=rand ()", False),
        ('=INDIRECT("A1")', False),
        ("=[1]Sheet1!A1", False),
        ("='[other.xlsx]Sheet1'!A1", False),
        ('=WEBSERVICE("http://x")', False),
        ("=cmd|'/c calc'!A0", False),
        ('=HYPERLINK("x",3)', False),
    ],
)
def test_a_formulas_result_is_taken_only_where_it_is_certain(formula: str, taken: bool) -> None:
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("个案")
        page.write_row(0, 0, ["个案编号", "家庭人口"])
        page.write_string(1, 0, "E-1")
        page.write_formula(1, 1, formula, None, 3)
    found = read(out.getvalue())
    assert (len(found.good), found.formulas) == ((1, ("B2",)) if taken else (0, ()))
    assert codes(found) == ([] if taken else ["cell-formula-unsafe"])


def test_a_shared_formula_is_known_at_each_of_its_cells() -> None:
    from tests.batch.making import repacked

    data = book_of([["个案编号", "家庭人口"], ["E-1", 1], ["E-2", 2]])
    first = b'<c r="B2"><f t="shared" ref="B2:B3" si="0">TODAY()</f><v>3</v></c>'
    second = b'<c r="B3"><f t="shared" si="0"/><v>3</v></c>'

    def change(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        part = re.sub(rb'<c r="B2"[^>]*>.*?</c>', first, part)
        return re.sub(rb'<c r="B3"[^>]*>.*?</c>', second, part)

    assert codes(read(repacked(data, change))) == ["cell-formula-unsafe"] * 2


# the head


def test_a_header_below_a_title_is_found_and_told() -> None:
    title = ["2025 年名单", None, None]
    problem = refusal(written([title, [None], ["个案编号", "孤儿", "特困人员"], ["E-1", "是", "否"]]))
    assert (problem.code, problem.place.cell) == ("header-not-first", "个案!A3")
    assert "第 3 行" in problem.zh


@pytest.mark.parametrize(
    ("head", "code", "word"),
    [
        (["个案编号", "已获得政府救助"], "header-unknown", "已获政府救助"),
        (["个案编号", "赵甲"], "header-unknown", ""),
        (["个案编号", "孤儿", "person.orphan"], "header-doubled", "B1"),
        (["个案编号", "年度"], "header-ambiguous", "次数型职责·年度"),
        (["孤儿", "特困人员"], "header-missing", "个案编号"),
    ],
)
def test_a_faulty_header_is_refused_with_the_nearest_name(head: list[str], code: str, word: str) -> None:
    problem = refusal(written([head, ["E-1", "是"]]))
    assert problem.code == code
    assert word in problem.zh
    assert "赵甲" not in problem.zh


def test_the_first_line_of_a_header_is_its_name() -> None:
    found = read(written([["个案编号\n编号｜必填", "孤儿\n个人｜是/否/不清楚"], ["E-1", "是"]]))
    assert found.good[0].case is not None
    assert found.good[0].case.facts == {"person.orphan": True}


def test_our_own_column_of_faults_is_passed_over() -> None:
    found = read(written([["个案编号", "孤儿", "错误说明"], ["E-1", "是", "孤儿：只接受…"], [None, None, "旧"]]))
    assert (len(found.good), len(found.bad)) == (1, 0)


def test_a_cell_beside_the_table_is_not_lost() -> None:
    (flaw,) = flaws(read(written([["个案编号", "孤儿"], ["E-1", "是", None, "入户时不在家"]])))
    assert (flaw.problem.code, flaw.problem.place.cell, flaw.name) == ("cell-without-header", "个案!D2", "D 列")


# bounds and progress


def test_too_many_rows_are_refused_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.batch.intake.MOST_ROWS", 3)
    rows = [["个案编号", "孤儿"], *([f"E-{number}", "是"] for number in range(4))]
    assert refusal(written(rows)).code == "rows-too-many"
    assert len(read(written(rows[:-1])).good) == 3


def test_where_faults_are_too_many_to_list_no_bad_row_becomes_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.batch.intake.MOST_PROBLEMS", 4)
    rows = [["个案编号", "孤儿", "特困人员"], *([f"E-{number}", "x", "y"] for number in range(5))]
    found = read(written(rows))
    assert [len(row.flaws) for row in found.bad] == [2, 2, 1, 1, 1]
    assert (found.good, found.complete) == ((), False)


class StoppedError(Exception):
    pass


def test_progress_is_told_and_can_end_the_reading() -> None:
    rows = [["个案编号", "孤儿"], *([f"E-{number}", "是"] for number in range(250))]
    told: list[tuple[int, int]] = []
    intake(written(rows), "x.xlsx", BASE, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (250, 250)
    assert len(told) >= 3

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        intake(written(rows), "x.xlsx", BASE, stop)


def test_a_table_says_of_a_row_what_the_same_case_says_in_json() -> None:
    found = read(written([["个案编号", "家庭人口", "家庭年总收入"], ["E-1", 3, "8万元"]]))
    data = {"case": "E-1", "household": {"size": 3, "annual_income": 80000}}
    assert found.good[0].case == read_case(data, BASE)


# what is installed


def targets(rows: list[list[Any]], *items: int) -> Intake:
    data = written([["个案编号", "target.item", "target.year", "target.value"], *rows])
    return intake(data, "名单.xlsx", BASE, items=lambda: frozenset(items))


def test_a_target_that_no_installed_document_has_is_told_with_those_that_there_are() -> None:
    found = targets([["E-1", 4, 2025, 9], ["E-2", 99, 2025, 9], ["E-3", "", 2025, 9]], 1, 2, 3, 4, 7, 12, 13)
    assert [row.label for row in found.good] == ["E-1", "E-3"]
    (flaw,) = flaws(found)
    assert flaw.problem.code == "target-item-unknown"
    assert "1-4、7、12-13" in flaw.problem.zh
    assert "99" not in flaw.problem.zh
    assert flaw.problem.place.cell == "个案!B3"
    assert flaw.problem.place.path == "target.item"
    assert flaw.name == "目标序号"


def test_without_targets_anywhere_no_number_is_wrong_and_the_documents_are_asked_once_at_most() -> None:
    assert not targets([["E-1", 99, 2025, 9]]).bad
    asked: list[int] = []

    def items() -> frozenset[int]:
        asked.append(1)
        return frozenset({1})

    intake(written([["个案编号", "孤儿"], ["E-1", "是"]]), "x.xlsx", BASE, items=items)
    assert asked == []
    rows: list[list[Any]] = [["个案编号", "target.item"], ["E-1", 1], ["E-2", 2], ["E-3", 3]]
    assert codes(intake(written(rows), "x.xlsx", BASE, items=items)) == ["target-item-unknown"] * 2
    assert asked == [1]


def test_a_household_beyond_what_there_is_is_refused_with_the_limit() -> None:
    found = read(written([["个案编号", "家庭人口"], ["E-1", 99], ["E-2", 100], ["E-3", "９９９９９"]]))
    assert [row.label for row in found.good] == ["E-1"]
    assert [flaw.problem.zh for flaw in flaws(found)] == ["不得大于 99"] * 2
