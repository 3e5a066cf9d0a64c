"""The table to fill in: what it holds, what it refuses on entry, and that it comes back as it was filled in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from tests.batch.making import read, refusal

from xianjie.batch.columns import NEVER, UNKNOWN, columns_of, facts_for, in_order
from xianjie.batch.intake import MOST_ROWS, intake
from xianjie.batch.template import template
from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.plugins import discover
from xianjie.vocabulary import BASE, FactSpec, FactType
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.terms import DIMENSIONS

EVERYTHING = in_order(BASE)
COLUMNS = columns_of(BASE, EVERYTHING)


def loaded(data: bytes) -> tuple[Any, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book, book["个案" if "个案" in book.sheetnames else "cases"]


WHOLE = template(BASE, EVERYTHING)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_template_holds_no_case_and_says_so(lang: str) -> None:
    problem = refusal(template(BASE, EVERYTHING, lang))
    assert problem.code == "cases-none"
    assert "没有填写" in problem.zh


def test_a_template_has_its_guide_its_example_and_the_hidden_lists() -> None:
    book, page = loaded(template(BASE, EVERYTHING, notes=["适用地区：甲省"]))
    assert book.sheetnames[:3] == ["个案", "填写说明", "示例"]
    assert book.active.title == "个案"
    assert page.freeze_panes == "B2"
    assert page.print_title_rows == "$1:$1"
    words = "".join(str(cell.value or "") for row in book["填写说明"].iter_rows() for cell in row)
    for wanted in ("适用地区：甲省", "不清楚", "公民身份号码", "文本", "从未", *(column.title for column in COLUMNS)):
        assert wanted in words
    for zh, _ in RECORDS.values():
        assert zh in words


def test_every_column_tells_its_group_and_how_it_is_filled_in() -> None:
    _, page = loaded(WHOLE)
    assert page.max_column == len(COLUMNS)
    for number, column in enumerate(COLUMNS, 1):
        head = page.cell(1, number)
        first, hint = str(head.value).split("\n")
        assert first == column.title
        assert hint == f"{column.group}｜{column.hint}"
        assert head.comment is not None
        assert column.name in head.comment.text


def test_codes_are_text_and_dates_are_dates() -> None:
    _, page = loaded(WHOLE)
    formats = {}
    for dimension in page.column_dimensions.values():
        for number in range(dimension.min or 0, (dimension.max or 0) + 1):
            formats[COLUMNS[number - 1].name] = dimension.number_format
    assert (formats["case"], formats["household_ref"], formats["as_of"]) == ("@", "@", "yyyy-mm-dd")
    assert formats["aid.exit_date"] == "yyyy-mm-dd"
    assert formats["household.size"] == "General"


def test_each_cell_of_ten_thousand_rows_is_checked_on_entry() -> None:
    _, page = loaded(WHOLE)
    ranges = {str(one.sqref): one for one in page.data_validations.dataValidation}
    covered = [column for column in range(1, len(COLUMNS) + 1) if any(_covers(key, column) for key in ranges)]
    assert len(covered) == len(COLUMNS)
    by_column = {name: one for key, one in ranges.items() for name in _names(key)}
    assert by_column["person.orphan"].formula1 == '"是,否,不清楚"'
    assert by_column["person.orphan"].type == "list"
    assert "EXACT" in by_column["case"].formula1
    assert by_column["as_of"].type == "date"
    for name, rule in by_column.items():
        assert rule.showErrorMessage, name
        assert rule.error, name
        assert len(rule.formula1) <= 255, name


def _names(ranges: str) -> list[str]:
    return [column.name for number, column in enumerate(COLUMNS, 1) if _covers(ranges, number)]


def _covers(ranges: str, column: int) -> bool:
    for one in ranges.split():
        low, top, high, bottom = (bound or 0 for bound in range_boundaries(one))
        if low <= column <= high and (top, bottom) == (2, MOST_ROWS + 1):
            return True
    return False


def test_a_list_too_long_for_a_cell_stands_on_a_hidden_sheet() -> None:
    words = {f"w{number}": (f"一个相当长的选项第{number}号", f"word {number}") for number in range(40)}
    vocabulary = BASE.extended([FactSpec("area.kind", FactType.ENUM, "地区类别", "kind", words)], "x")
    data = template(vocabulary, ["area.kind"])
    book, page = loaded(data)
    assert book["选项"].sheet_state == "hidden"
    assert [cell.value for cell in book["选项"]["A"]] == [*(zh for zh, _ in words.values()), UNKNOWN]
    (rule,) = [one for one in page.data_validations.dataValidation if "选项" in str(one.formula1)]
    assert rule.formula1 == f"'选项'!$A$1:$A${len(words) + 1}"
    page["A2"], page["D2"] = "E-1", words["w3"][0]
    out = io.BytesIO()
    book.save(out)
    case = intake(out.getvalue(), "t.xlsx", vocabulary).good[0].case
    assert case is not None
    assert case.facts == {"area.kind": "w3"}


def test_the_example_is_read_without_a_fault() -> None:
    book, page = loaded(WHOLE)
    for row in book["示例"].iter_rows(min_row=2, max_row=4):
        for cell in row:
            page.cell(cell.row, cell.column).value = cell.value
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert [flaw.problem.text() for row in found.bad for flaw in row.flaws] == []
    assert [row.label for row in found.good] == ["0001", "0002", "0003"]


def test_the_same_columns_give_the_same_bytes() -> None:
    assert template(BASE, EVERYTHING) == WHOLE


def test_the_columns_are_those_that_the_documents_ask_for() -> None:
    regions = discover()
    policies = regions.load()
    for dimension in DIMENSIONS:
        facts = facts_for(policies, [dimension], regions.vocabulary)
        assert facts
        assert list(facts) == [name for name in in_order(regions.vocabulary) if name in facts]
    eligible = facts_for(policies, ["eligibility"], regions.vocabulary)
    assert "aid.received" in eligible
    assert "organisation.stage" not in eligible
    assert "referral.events" in facts_for(policies, ["referral"], regions.vocabulary)
    assert {"ledger.kind", "duty.count"} <= set(facts_for([], ["duties"], regions.vocabulary))


# round trip

_VALUES: Mapping[FactType, st.SearchStrategy[object]] = {
    FactType.INT: st.integers(1949, 2100),
    FactType.MONEY: st.integers(0, 10**9).map(lambda fen: fen / 100),
    FactType.NUMBER: st.integers(-(10**6), 10**6),
    FactType.SET: st.lists(st.sampled_from(["医疗救助", "教育救助", "住房救助"]), max_size=2, unique=True),
}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """Fill some facts of a case in: what the contract holds, None where it is not known."""
    chosen = draw(st.lists(st.sampled_from(BASE.facts), max_size=8, unique_by=lambda spec: spec.name))
    out: dict[str, object] = {}
    for spec in chosen:
        if spec.type is FactType.BOOL:
            out[spec.name] = draw(st.sampled_from([True, False, None]))
        elif spec.type is FactType.ENUM:
            out[spec.name] = draw(st.sampled_from([*spec.words, None]))
        elif spec.type is FactType.EVENT:
            out[spec.name] = draw(
                st.one_of(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(["never", None]))
            )
        else:
            out[spec.name] = draw(_VALUES[spec.type])
    return out


def shown(spec: FactSpec, value: object) -> object:
    """Write a value as the template asks for it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "是" if value else "否"
    if value == "never":
        return NEVER
    if isinstance(value, list):
        return "、".join(value) or "无"
    return spec.words[str(value)][0] if spec.type is FactType.ENUM else value


def as_json(label: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Make of a row what the contract's JSON would hold."""
    data: dict[str, Any] = {"case": label}
    for name, value in values.items():
        record, short = name.split(".")
        given = value.isoformat() if isinstance(value, dt.date) else value
        if record in LISTS:
            data.setdefault(LISTS[record], [{}])[0][short] = given
        else:
            data.setdefault(record, {})[short] = given
    return data


def judged(data: dict[str, Any]) -> tuple[Case | None, set[str]]:
    """Read what JSON would hold, or give the codes of its faults: facts drawn at random can contradict each other."""
    try:
        return read_case(data, BASE), set()
    except InputError as error:
        return None, {problem.code for problem in error.problems}


_BOOK, _PAGE = loaded(WHOLE)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=4))
def test_what_is_filled_in_comes_back_as_the_same_cases(cases: list[dict[str, object]]) -> None:
    places = {column.name: number for number, column in enumerate(COLUMNS, 1)}
    # only the sheet that is read, so that forty workbooks are made in little time
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "个案"
    for number in range(1, len(COLUMNS) + 1):
        page.cell(1, number).value = _PAGE.cell(1, number).value
    for row, values in enumerate(cases, 2):
        page.cell(row, 1).value = f"{row:04}"
        for name, value in values.items():
            page.cell(row, places[name]).value = shown(BASE[name], value)  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert len(found.rows) == len(cases)
    for one, values in zip(found.rows, cases, strict=True):
        wanted, faults = judged(as_json(f"{one.number:04}", values))
        assert one.case == wanted
        assert {flaw.problem.code for flaw in one.flaws} >= faults
        assert bool(one.flaws) == bool(faults)


def test_every_record_of_the_vocabulary_has_its_tint() -> None:
    from xianjie.batch.template import _TINTS

    assert set(_TINTS) == {"", *RECORDS}
