"""Answers: those of `assess` and of the service, row by row, and what the workbook and the CSV make of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.batch.making import FAULTS, ROWS, large, read, written
from tests.service.conftest import AT_HOME, TODAY, kept

from xianjie.api import installed_engine
from xianjie.batch.answering import Answered, Question, answers, check
from xianjie.batch.gathering import Gathered
from xianjie.batch.intake import Intake
from xianjie.batch.results import (
    HEAD_WIDTHS,
    ID_WIDTH,
    OTHER_WIDTH,
    REGION_WIDTHS,
    WIDEST,
    page_breaks,
    results_csv,
    results_workbook,
    spans,
)
from xianjie.batch.words import ORDER, sign
from xianjie.cli import symbols
from xianjie.engine.inquiry import Settings
from xianjie.engine.wording import KINDS
from xianjie.errors import InputError
from xianjie.plugins import discover
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.vocabulary.terms import STATUSES

DAY = dt.date(2025, 8, 1).toordinal()
FIVE = ("hubei", "tianjin", "jinhua", "shanxi", "shanghai")
HEAD: list[str] = ["个案编号", "家庭编号", "判定日期", "最低生活保障对象", "已获政府救助", "政府救助后仍有困难"]
ROWS_OF_THREE: list[list[Any]] = [
    HEAD,
    ["0001", "H-1", None, "是", "是", "是"],
    ["0002", "H-1", "2024-12-01", "否", "不清楚", None],
    ["@0003", None, None, "不清楚", "是", "是"],
]


def gathered(found: Intake, regions: Sequence[str] = FIVE, lang: str = "zh", as_of: int | None = None) -> Gathered:
    engine = installed_engine()
    question = Question(regions, DAY, as_of, Settings(), lang)
    names = discover().regions
    out = Gathered(found, engine, question, {name: names[name].zh for name in regions})
    for one in answers(engine, found.rows, question):
        out.add(one)
    return out


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(page: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


# the answers


@pytest.fixture(scope="module")
def big() -> Intake:
    return read(large()[0])


def test_the_answers_of_the_good_rows_equal_assess(big: Intake) -> None:
    engine = installed_engine()
    question = Question(("hubei", "tianjin"), DAY)
    found = list(answers(engine, big.rows, question))
    assert [one.row for one in found] == list(big.good)
    assert len(found) == ROWS - FAULTS
    for one in found[::40]:
        assert one.row.case is not None
        assert one.answer == engine.assess(one.row.case, question.regions, DAY)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with kept(tmp_path_factory.mktemp("kept")) as keeping:
        app = create_app(keeping, ServiceSettings(today=lambda: TODAY), discover(), make_log("debug", io.BytesIO()))
        with TestClient(app, AT_HOME) as made:
            yield made


def as_json(cells: Sequence[object], head: Sequence[str]) -> dict[str, Any]:
    """Write by hand, and apart from the reader, what a row says."""
    names = {
        "最低生活保障对象": ("person", "dibao_recipient"),
        "已获政府救助": ("aid", "received"),
        "政府救助后仍有困难": ("aid", "still_in_difficulty"),
    }
    data: dict[str, Any] = {"case": cells[0]}
    if cells[1]:
        data["household_ref"] = cells[1]
    if cells[2]:
        data["as_of"] = cells[2]
    for title, cell in zip(head[3:], cells[3:], strict=True):
        record, name = names[title]
        if cell is not None:
            data.setdefault(record, {})[name] = {"是": True, "否": False, "不清楚": None}[str(cell)]
    return data


def test_the_answers_equal_those_of_the_service(client: TestClient) -> None:
    found = read(written(ROWS_OF_THREE[:3]))
    for one, cells in zip(
        answers(installed_engine(), found.rows, Question(FIVE, DAY)), ROWS_OF_THREE[1:], strict=False
    ):
        data = as_json(cells, HEAD)
        body = {"case": data, "regions": list(FIVE), "as_of": data.get("as_of") or "2025-08-01"}
        answered = client.post("/v1/assessments", json=body)
        assert answered.status_code == 200
        assert one.answer is not None
        # the service's ids are keyed
        assert {**answered.json(), "decision_id": ""} == {**one.answer, "decision_id": ""}


def test_a_rows_own_date_stands_behind_the_one_given_for_all() -> None:
    found = read(written(ROWS_OF_THREE))
    engine = installed_engine()
    days = [one.answer["as_of"] for one in answers(engine, found.rows, Question(("hubei",), DAY)) if one.answer]
    assert days == ["2025-08-01", "2024-12-01", "2025-08-01"]
    fixed = Question(("hubei",), DAY, dt.date(2025, 1, 1).toordinal())
    assert {one.answer["as_of"] for one in answers(engine, found.rows, fixed) if one.answer} == {"2025-01-01"}


def test_a_question_that_no_row_can_answer_is_refused_at_once() -> None:
    for question in (Question(("atlantis",), DAY), Question((), DAY), Question(("hubei",), DAY, None, Settings(-1))):
        with pytest.raises(InputError):
            check(installed_engine(), question)


def test_answering_tells_its_progress_and_can_be_ended(big: Intake) -> None:
    told: list[tuple[int, int]] = []
    for _ in answers(installed_engine(), big.rows[:300], Question(("hubei",), DAY), lambda *done: told.append(done)):
        pass
    good = sum(row.case is not None for row in big.rows[:300])
    assert told[0] == (0, good)
    assert told[-1] == (good, good)

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(answers(installed_engine(), big.rows, Question(("hubei",), DAY), stop))


# the workbook


def test_a_row_says_status_group_clause_and_missing_facts_for_each_region() -> None:
    found = gathered(read(written(ROWS_OF_THREE)))
    book = opened(results_workbook(found))
    assert book.sheetnames == ["结果", "判定明细", "依据的文件", "说明"]
    page = book["结果"]
    rows = table(page)
    width = len(rows[1]) - 5
    assert rows[0][:4] == ["行", "个案编号", "家庭编号", "判定日期"]
    assert [name for name in rows[0][4:] if name] == [
        "湖北",
        "天津",
        "金华（征求意见稿，未生效）",
        "山西（新闻摘要，效力待核实）",
        "上海（效力待核实）",
        "判定编号",
    ]
    assert rows[1][4:8] == ["判定", "属于", "条款", "尚缺的事实"]
    assert width % 5 == 0
    assert rows[2][:6] == [2, "0001", "H-1", "2025-08-01", "✓ 符合", "最低生活保障对象（救助后仍有困难）"]
    assert rows[3][4] == "? 无法判定"
    assert "已获政府救助" in rows[3][7]
    assert rows[3][5].startswith("尚不能判定：")
    assert rows[4][1] == "@0003"
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_cells_of_the_workbook_are_what_the_answers_say(big: Intake) -> None:
    regions = ("hubei", "jinhua")
    some = replace(big, rows=big.rows[:300])
    found = gathered(some, regions)
    engine = installed_engine()
    rows = {row[0]: row for row in table(opened(results_workbook(found))["结果"])[2:]}
    assert len(rows) == len(some.good) > 250
    each = (len(next(iter(rows.values()))) - 5) // len(regions)
    for row in some.good[::10]:
        assert row.case is not None
        answer = engine.assess(row.case, regions, DAY)
        cells = rows[row.number]
        assert cells[1] == row.case.label
        assert cells[-1] == answer["decision_id"]
        for place, region in enumerate(regions):
            entry = answer["regions"][region]["eligibility"]
            first = 4 + place * each
            status, group, clause, missing = cells[first : first + 4]
            assert status.split("\n")[0] == f"{sign(entry['status'])} {STATUSES[entry['status']][0]}"
            terms = [engine.vocabulary[name].zh for name in entry["missing"]]
            assert (missing or "") == "、".join(dict.fromkeys(terms))
            matching = [one for one in entry["groups"] if one["status"] == entry["status"]]
            if entry["status"] == "covered":
                assert group == "、".join(one["name"] for one in matching)
                assert clause == "；".join(dict.fromkeys(one["clause"] for one in matching))


def test_the_details_have_a_row_for_each_case_region_and_dimension() -> None:
    head = [*HEAD, "供给台账", "台账类别", "台账层级", "更新日", "转介方向", "慈善组织"]
    head.remove("供给台账")
    row = ["0001", "H-1", None, "是", "是", "是", "供给台账(目录)", "县(区)", "2024-10-10", "民政→慈善", "是"]
    found = gathered(read(written([head, row])), ("hubei", "shanxi"))
    assert found.dimensions == ("eligibility", "services", "duties", "referral", "incentives")
    rows = table(opened(results_workbook(found))["判定明细"])
    assert [(line[2], line[3]) for line in rows[1:]] == [
        (region, dimension)
        for region in ("湖北", "山西")
        for dimension in ("对象", "帮扶服务", "台账与时限", "转介", "激励")
    ]
    eligible = rows[1]
    assert eligible[4:8] == ["✓ 符合", "最低生活保障对象（救助后仍有困难）", "界定", "二"]
    assert "最低生活保障对象，且已获政府救助，且政府救助后仍有困难" in eligible[8]
    assert "疑点" in eligible[10]
    overdue = next(line for line in rows if line[3] == "台账与时限")
    assert "2025-10-10" in overdue[8]
    assert "手头只有摘要" in rows[6][8]


def test_documents_are_told_with_standing_validity_and_text() -> None:
    found = gathered(read(written(ROWS_OF_THREE)))
    rows = {line[0]: line for line in table(opened(results_workbook(found))["依据的文件"])}
    assert rows["金华"][3:6] == ["征求意见稿", "未生效", "全文"]
    assert rows["山西"][3:6] == ["新闻摘要", "效力待核实", "摘要"]
    assert rows["湖北"][3:6] == ["已印发", "现行", "全文"]
    assert {line[9] for name, line in rows.items() if name != "地区"} == {3}


def test_rows_left_out_are_listed_and_counted_and_nothing_is_lost() -> None:
    found = gathered(read(written([*ROWS_OF_THREE, ["0004", 12, "去年", "有", None, None]])), ("hubei",))
    book = opened(results_workbook(found))
    rows = table(book["未判定的行"])
    assert [line[:4] for line in rows[1:]] == [
        [5, "0004", "B5", "家庭编号"],
        [5, "0004", "C5", "判定日期"],
        [5, "0004", "D5", "最低生活保障对象"],
    ]
    words = "".join(str(cell) for line in table(book["说明"]) for cell in line if cell)
    assert "共读取 4 行，已判定 3 行，未判定 1 行" in words
    assert "不当作“否”" in words
    assert "未列入”不等于被拒绝" in words


def test_formulas_that_were_taken_are_told() -> None:
    out = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("个案")
        page.write_row(0, 0, ["个案编号", "家庭人口"])
        page.write_string(1, 0, "E-1")
        page.write_formula(1, 1, "=1+2", None, 3)
    words = "".join(str(line[0]) for line in table(opened(results_workbook(gathered(read(out.getvalue()))))["说明"]))
    assert "有 1 个单元格是公式，采用的是文件里保存的结果：B2" in words


def test_the_sheets_can_be_filtered_frozen_and_printed() -> None:
    for lang in ("zh", "en"):
        book = opened(
            results_workbook(gathered(read(written([*ROWS_OF_THREE, ["", "x", None, None, None, None]])), FIVE, lang))
        )
        for page in book.worksheets:
            assert page.print_area
            assert page.page_setup.orientation == "landscape"
        for page in book.worksheets[:-1]:
            assert page.freeze_panes
            assert page.auto_filter.ref
            assert page.print_title_rows
        assert book.worksheets[0].freeze_panes == "C3"
        assert book.worksheets[0].col_breaks.brk


def test_no_printed_page_is_too_wide_and_each_has_the_regions_name() -> None:
    for regions in range(1, 12):
        for others in range(5):
            each = 4 + others
            widths = [*HEAD_WIDTHS, *([*REGION_WIDTHS, *[OTHER_WIDTH] * others] * regions), ID_WIDTH]
            breaks = page_breaks(widths, each)
            assert breaks == sorted(set(breaks))
            pages = list(pairwise([0, *breaks, len(widths)]))
            for number, (first, last) in enumerate(pages):
                width = sum(widths[first:last]) + (sum(widths[:2]) if number else 0)
                assert width <= WIDEST
            parts = spans(regions, each, breaks)
            covered = [column for first, last in parts for column in range(first, last + 1)]
            assert covered == list(range(len(HEAD_WIDTHS), len(widths) - 1))
            assert not any(first < one <= last for first, last in parts for one in breaks)


def test_the_same_answers_give_the_same_bytes() -> None:
    found = read(written(ROWS_OF_THREE))
    assert results_workbook(gathered(found)) == results_workbook(gathered(found))


# CSV


def test_the_csv_says_what_the_sheet_says_with_a_mark_and_without_formulas() -> None:
    found = gathered(read(written([*ROWS_OF_THREE, ["0004", "x", None, "有", None, None]])), ("hubei", "jinhua"))
    data = results_csv(found)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len({len(line) for line in lines}) == 1
    assert lines[0][4] == "湖北·判定"
    assert "金华（征求意见稿，未生效）·判定" in lines[0]
    sheet = table(opened(results_workbook(found))["结果"])[2:]
    for line, cells in zip(lines[1:4], sheet, strict=True):
        assert [cell.removeprefix("'") for cell in line] == [str(cell) if cell is not None else "" for cell in cells]
    assert lines[3][1] == "'@0003"
    assert lines[4][:2] == ["5", "0004"]
    assert "未判定：D5 最低生活保障对象 只接受 是、否、不清楚" in lines[4][4]
    # a silence is written with a hyphen before it
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_a_row_on_whose_date_no_document_answers_is_left_out_with_the_reason() -> None:
    found = read(written(ROWS_OF_THREE[:2]))
    out = Gathered(found, installed_engine(), Question(("hubei",), DAY), {"hubei": "湖北"})
    from xianjie.errors import Problem

    out.add(Answered(found.rows[0], None, (Problem("x", "这一天没有文件", "no document"),)))
    assert [(one.number, one.reason) for one in out.left] == [(2, "这一天没有文件")]
    assert opened(results_workbook(out))["未判定的行"]["E2"].value == "这一天没有文件"


def test_signs_and_order_are_those_of_the_screen() -> None:
    assert set(ORDER) == set(STATUSES)
    for status in STATUSES:
        assert sign(status) == symbols.mark(status).plain
    assert set(KINDS) <= set(STATUSES)
