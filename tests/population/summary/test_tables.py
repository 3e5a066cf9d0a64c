"""A summary read back, its tables, and the files made of them: the same numbers everywhere, none that is held back."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.population.people import invent
from tests.population.summary.made import AS_OF, ROWS, put, summary

from xianjie.api import installed_engine
from xianjie.errors import InputError
from xianjie.population.job.asked import asking, compiled_for
from xianjie.population.summary.cells import Table
from xianjie.population.summary.gathered import FILE, Summary, summary_of
from xianjie.population.summary.tables import (
    crossing,
    divisions,
    documents,
    flow,
    missing,
    tables_of,
)
from xianjie.population.summary.tally import Tallying
from xianjie.population.summary.workbook import workbook
from xianjie.population.summary.writing import csv_of, json_of


def named(told: Summary, key: str, by_division: bool = False) -> Table:
    return next(table for table in tables_of(told, by_division) if table.key == key)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    found = Summary.of(put(tmp_path / "x"))
    assert found.text == summary().text
    assert found.rows == ROWS
    assert [side.name for side in found.sides] == ["hubei", "jinhua", "shanghai", "shanxi", "tianjin", "jinhua+"]
    assert found.side("jinhua+").label == ("金华（设想）", "Jinhua (supposed)")
    with pytest.raises(KeyError):
        found.side("nowhere")


@pytest.mark.parametrize(
    "text", ["x", "[]", "{}", '{"form": 2}', '{"form": 1}', '{"form": 1, "sides": [], "facts": 3}']
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        Summary.of(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["summary-form"]


def test_a_folder_that_is_not_finished_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        Summary.of(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["summary-missing"]


def test_every_table_of_statuses_adds_up() -> None:
    for key in ("eligibility-status", "divisions-eligibility-status"):
        table = named(summary(), key, by_division=True)
        for row in table.rows:
            numbers = [cell for cell in row if isinstance(cell, int)]
            assert sum(numbers[:-1]) == numbers[-1]
    rows = named(summary(), "divisions-eligibility-status", by_division=True).rows
    assert sum(row[-1] for row in rows if row[1] == ("湖北", "Hubei") and isinstance(row[-1], int)) == ROWS


def test_documents_tell_what_a_reader_must_know() -> None:
    told = {row[0]: row[3] for row in documents(summary()).rows}
    assert told["金华", "Jinhua"] == ("征求意见稿", "draft")
    assert told["湖北", "Hubei"] == ("", "")
    assert "虚构的修订" in str(told["金华（设想）", "Jinhua (supposed)"])


def test_two_regions_are_told_alike_whichever_is_named_first() -> None:
    told = summary()
    one, other = crossing(told, "hubei", "tianjin"), crossing(told, "tianjin", "hubei")
    assert (one.both, one.first, one.second, one.neither) == (other.both, other.second, other.first, other.neither)
    assert None not in (one.both, one.first, one.second, one.neither)
    assert sum(count or 0 for count in (one.both, one.first, one.second, one.neither)) == ROWS
    rows, turned = flow(told, "hubei", "tianjin").rows, flow(told, "tianjin", "hubei").rows
    assert [list(row[1:-1]) for row in rows] == [
        list(column) for column in zip(*(row[1:-1] for row in turned), strict=True)
    ]
    itself = flow(told, "hubei", "hubei").rows
    assert all(
        cell == (row[-1] if at == number else 0)
        for number, row in enumerate(itself)
        for at, cell in enumerate(row[1:-1])
    )
    silent = crossing(told, "shanxi", "hubei")
    assert (silent.both, silent.first) == (0, 0)


def test_facts_are_ranked_by_what_is_told_of_them() -> None:
    rows = [row for row in missing(summary()).rows if row[0] == ("湖北", "Hubei")]
    alone = [row[2] for row in rows if isinstance(row[2], int)]
    assert alone == sorted(alone, reverse=True)
    assert alone[0] > 0
    held = missing(summary().guarded(10))
    assert len(held.rows) < len(missing(summary()).rows)
    assert held.notes[-1][0].startswith("另有")
    told = [(row[2] or 0, row[3] or 0) for row in held.rows if row[0] == ("湖北", "Hubei")]
    assert told == sorted(told, reverse=True)


def test_what_is_held_back_stands_in_no_file() -> None:
    told = summary().guarded(10)
    tables = tables_of(told, by_division=True)
    small = {cell for table in tables for row in table.rows for cell in row if isinstance(cell, int) and 0 < cell < 10}
    assert small == set()
    lines = list(csv.reader(io.StringIO(csv_of(tables, "zh").decode("utf-8-sig"))))
    assert lines[0] == ["表", "项目一", "项目二", "项目三", "列", "人数"]
    counts = [line[-1] for line in lines[1:]]
    assert "*" in counts
    assert not any(0 < int(count) < 10 for count in counts if count != "*")
    leaves: list[Any] = []

    def walk(tree: Any) -> None:
        if isinstance(tree, dict):
            for value in tree.values():
                walk(value)
        else:
            leaves.append(tree)

    found = json.loads(json_of(told))
    walk(found["tally"])
    assert None in leaves
    assert not any(0 < count < 10 for count in leaves if count is not None)
    assert found["suppressed"] == 10
    book = load_workbook(io.BytesIO(workbook(told, tables, "zh")))
    cells = [cell.value for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2) for cell in row]
    assert "*" in cells
    assert not any(isinstance(cell, int) and 0 < cell < 10 for cell in cells)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_has_every_table_and_no_formula(lang: str) -> None:
    tables = tables_of(summary(), by_division=True)
    data = workbook(summary(), tables, lang)
    assert data == workbook(summary(), tables, lang)
    book = load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == len(tables) + 1
    texts = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in texts} <= {"s", "n"}
    assert any(cell.value == "=1+1" for cell in texts)
    sheet = book[next(name for name in book.sheetnames if name.startswith(("对象", "eligibility")))]
    assert sheet["A2"].value == ("湖北" if lang == "zh" else "Hubei")


def test_a_division_that_looks_like_a_formula_is_none_in_csv() -> None:
    text = csv_of(list(divisions(summary())), "zh").decode("utf-8-sig")
    assert ",'=1+1," in text
    assert ",=1+1," not in text


def test_duties_and_referrals_are_told_in_words_and_add_up() -> None:
    asked = asking(installed_engine(), ("hubei", "tianjin"), AS_OF, ("duties", "referral"))
    plan = compiled_for(asked.text)
    policies = [parts["duties"].policy for parts in plan.parts.values()]
    tallying = Tallying(plan)
    answers = plan.answered(invent(plan.layout, policies, 400, 3, AS_OF).frame, beside=tallying.truths)
    told = summary_of(asked.text, tallying.of(answers))
    tables = {table.key: table for table in tables_of(told)}
    assert {
        "duties-ledger",
        "duties-count",
        "referral-status",
        "duties-ledger_rule",
        "duties-lacking",
        "duties-unmet",
    } <= tables.keys()
    for key in ("duties-ledger", "duties-count", "referral-status", "referral-direction"):
        for row in tables[key].rows:
            assert sum(cell for cell in row[1:-1] if isinstance(cell, int)) == row[-1] == 400
    texts = [
        cell[0]
        for table in tables.values()
        for row in (table.heads, *table.rows)
        for cell in row
        if isinstance(cell, tuple)
    ]
    assert [text for text in texts if not re.search("[一-鿿]", text)] == []
    assert not least_told(told.guarded(10), 10)
    assert "未提供给乡镇(街道)" in {row[1][0] for row in tables["duties-unmet"].rows if isinstance(row[1], tuple)}


def least_told(told: Summary, least: int) -> list[int]:
    cells = [cell for table in tables_of(told) for row in table.rows for cell in row]
    return [cell for cell in cells if isinstance(cell, int) and 0 < cell < least]


def test_somebody_of_one_division_sees_it_alone() -> None:
    told = summary().guarded(10).within(["330702"])
    assert tables_of(told)[0].rows[0][-1] is None
    assert told.rows is None
    (table,) = divisions(told)
    assert {row[0] for row in table.rows} == {("330702", "330702")}
    assert told.flow("hubei", "jinhua") == {}
