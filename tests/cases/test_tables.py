"""Tables: what a header may say, what a row makes, and where a fault is said to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.cases.reading import fault, faults, one

from xianjie.cases import ReferralEvent
from xianjie.cases.files import read_cases
from xianjie.vocabulary import BASE

Row = Sequence[object]
Table = Callable[[Sequence[Row]], Path]
Write = Callable[..., Path]


def test_a_blank_cell_is_unknown_and_makes_no_record(table: Table) -> None:
    case = one(
        table(
            [
                ["case", "aid.received", "ledger.kind", "duty.year", "target.item"],
                ["E-0007", " ", "", "　", ""],
            ]
        )
    )
    assert (case.facts, case.records) == ({}, frozenset())


def test_a_row_holds_one_ledger_one_duty_one_target(table: Table) -> None:
    head = [
        "case",
        "家庭编号",
        "判定日期",
        "台账类别",
        "ledger.level",
        "次数型职责·年度",
        "次数",
        "目标序号",
        "target.year",
    ]
    row = ["E-0007", "H-12", "2025年5月1日", "供给台账（目录）", "县(区)", "2025", "1", "15", "2025"]
    case = one(table([head, row]))
    assert (case.label, case.household_ref, case.as_of) == ("E-0007", "H-12", dt.date(2025, 5, 1).toordinal())
    assert [ledger.facts for ledger in case.ledgers] == [{"ledger.kind": "supply", "ledger.level": "county"}]
    assert [duty.facts for duty in case.duties] == [{"duty.year": 2025, "duty.count": 1}]
    assert [(target.item, target.year) for target in case.targets] == [(15, 2025)]
    assert case.records == {"ledger", "duty", "target"}


@pytest.mark.parametrize(
    "text",
    [
        "consented 2025-03-01; letter_issued 2025-03-05; closed",
        "已同意 2025年3月1日；已出具转介函：2025/3/5；已办结",
        "已同意2025-03-01\n letter issued 2025.3.5;\n closed ;",
    ],
)
def test_steps_are_read_with_their_days(table: Table, text: str) -> None:
    case = one(table([["case", "已发生的步骤"], ["E-0007", text]]))
    assert case.events == (
        ReferralEvent("consented", dt.date(2025, 3, 1).toordinal(), None),
        ReferralEvent("letter_issued", dt.date(2025, 3, 5).toordinal(), None),
        ReferralEvent("closed", None, None),
    )
    assert case.facts["referral.consent_given"] is True


def test_no_steps_are_known_none(table: Table) -> None:
    case = one(table([["case", "referral.events"], ["E-0007", "无"]]))
    assert not case.events
    assert case.records == {"referral"}


@pytest.mark.parametrize(
    ("head", "code", "word"),
    [
        (["case", "aid.recieved"], "header-unknown", "aid.received"),
        (["case", "已获得政府救助"], "header-unknown", "已获政府救助"),
        (["case", "赵甲"], "header-unknown", ""),
        (["case", "年度"], "header-ambiguous", "次数型职责·年度"),
        (["case", "aid.received", "已获政府救助"], "header-doubled", "B1"),
        (["个案编号", "case"], "header-doubled", "A1"),
        (["aid.received"], "header-missing", "个案编号"),
        (["case", "duty.meetings"], "header-nested", "YAML"),
        (["case", "provenance"], "header-nested", "YAML"),
    ],
)
def test_a_faulty_header_is_refused(table: Table, head: list[str], code: str, word: str) -> None:
    problem = fault(table([head, ["E-0007"]]))
    assert problem.code == code
    assert word in problem.zh
    assert "赵甲" not in problem.zh + problem.en


def test_the_first_of_several_lines_of_a_header_is_its_name(table: Table) -> None:
    case = one(table([["case\n必填", "家庭年\n总收入", "已获政府救助\n是/否"], ["E-0007", "8万元", "是"]]))
    assert case.facts == {"household.annual_income": 8_000_000, "aid.received": True}
    assert fault(table([["case", "没有\n这一列"], ["E-1"]])).code == "header-unknown"


def test_an_empty_first_row_is_a_missing_header(table: Table) -> None:
    assert fault(table([[""], ["E-0007"]])).code in ("header-missing", "file-empty")


def test_a_filled_cell_without_header_is_refused(table: Table) -> None:
    path = table([["case", "", "aid.received"], ["E-1", "", "是", ""], ["E-2", "x", "是"], ["E-3", "", "是", "赵甲"]])
    found = faults(path)
    assert [problem.code for problem in found] == ["cell-without-header"] * 2
    assert [str(problem.place.cell)[-2:] for problem in found] == ["B3", "D4"]


def test_every_row_needs_its_label_and_blank_rows_do_not_count(table: Table) -> None:
    problem = fault(table([["case", "aid.received"], ["E-1", "是"], ["", ""], ["", "是"]]))
    assert problem.code == "case-label-missing"
    assert str(problem.place.cell).endswith("A4")


def test_a_doubled_label_names_both_cells(table: Table) -> None:
    problem = fault(table([["case"], ["E-1"], ["E-2"], ["E-1"]]))
    assert problem.code == "case-doubled"
    assert str(problem.place.cell).endswith("A4")
    assert "A2]" in problem.zh
    assert "E-1" not in problem.zh


def test_all_faults_of_all_rows_are_told_at_once(table: Table) -> None:
    rows = [
        ["case", "aid.received", "household.size"],
        ["E-1", "有", "0"],
        ["E-2", "是", "三"],
        ["", "是", "3"],
    ]
    assert [problem.code for problem in faults(table(rows))] == [
        "cell-truth",
        "number-too-small",
        "type-int",
        "case-label-missing",
    ]


def test_too_many_rows_are_refused(as_csv: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.cases.tables.MOST_ROWS", 2)
    path = as_csv(tmp_path / "t.csv", [["case"], ["E-1"], ["E-2"]])
    assert len(read_cases(path, BASE)) == 2
    assert fault(as_csv(path, [["case"], ["E-1"], ["E-2"], ["E-3"]])).code == "rows-too-many"


def test_every_header_of_the_contract_is_read(table: Table) -> None:
    for record in {spec.record for spec in BASE.facts}:
        specs = BASE.of_record(record)
        case = one(table([["case", *(spec.name for spec in specs)], ["E-1", *("不清楚" for _ in specs)]]))
        assert case.records == {record}
