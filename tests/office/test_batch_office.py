"""Through LibreOffice: what is written here can be opened there, saved again, and is still the same."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.batch.making import book_of, codes, large, read
from tests.batch.test_results import ROWS_OF_THREE, gathered

from xianjie.batch.columns import facts_for
from xianjie.batch.marked import marked
from xianjie.batch.results import results_csv, results_workbook
from xianjie.batch.template import template
from xianjie.plugins import discover

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: there is no soffice on the path")

Convert = Callable[..., bytes]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Let LibreOffice open a file and save it, in a profile of its own."""
    home = tmp_path_factory.mktemp("office")

    def run(data: bytes, suffix: str = "xlsx", to: str = "xlsx", infilter: str = "") -> bytes:
        source = home / f"in.{suffix}"
        source.write_bytes(data)
        out = home / "out"
        assert SOFFICE is not None
        command = [
            SOFFICE,
            "--headless",
            f"-env:UserInstallation=file://{home}/profile",
            *([infilter] if infilter else []),
        ]
        command += ["--convert-to", to, "--outdir", str(out), str(source)]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        made = out / f"in.{to.partition(':')[0]}"
        assert made.exists(), done.stderr
        return made.read_bytes()

    return run


def loaded(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_filled_template_is_the_same_cases_after_libreoffice_saved_it(convert: Convert) -> None:
    regions = discover()
    facts = facts_for(regions.load(), ["eligibility", "duties", "referral", "incentives"], regions.vocabulary)
    book = loaded(template(regions.vocabulary, facts))
    page = book["个案"]
    for row in book["示例"].iter_rows(min_row=2, max_row=4):
        for cell in row:
            page.cell(cell.row, cell.column).value = cell.value
    out = io.BytesIO()
    book.save(out)
    saved = convert(out.getvalue())
    before, after = read(out.getvalue()), read(saved)
    assert before.bad == after.bad == ()
    assert [row.case for row in after.rows] == [row.case for row in before.rows]
    assert [row.label for row in after.rows] == ["0001", "0002", "0003"]
    page = loaded(saved)["个案"]
    rules = page.data_validations.dataValidation
    assert any(rule.type == "list" and "不清楚" in str(rule.formula1) for rule in rules)
    assert any("EXACT" in str(rule.formula1) for rule in rules)
    assert page["A2"].number_format == "@"


def test_the_marks_are_there_after_libreoffice_saved_the_copy(convert: Convert) -> None:
    data, _ = large(120, 34)
    found = read(data)
    saved = convert(marked(data, found).data)
    # a formula that was refused is a text by now, and refused as such
    again = read(saved)
    assert [row.number for row in again.bad] == [row.number for row in found.bad]
    gone = {*codes(found)} - {*codes(again)}
    assert gone <= {"cell-formula", "cell-formula-unsafe"}
    page, before = loaded(saved)["个案"], loaded(marked(data, found).data)["个案"]
    last = before.max_column
    assert [page.cell(row, last).value for row in range(1, 122)] == [
        before.cell(row, last).value for row in range(1, 122)
    ]
    comments = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment is not None}
    assert comments == {cell.coordinate for row in before.iter_rows() for cell in row if cell.comment is not None}


def test_a_result_reads_the_same_in_libreoffice(convert: Convert) -> None:
    made = results_workbook(gathered(read(book_of(ROWS_OF_THREE))))
    before, after = loaded(made), loaded(convert(made))
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        # frozen panes belong to a view, of which a converter without a screen has none
        old = [[cell.value or "" for cell in row] for row in before[name].iter_rows()]
        new = [[cell.value or "" for cell in row][: len(old[0])] for row in after[name].iter_rows()][: len(old)]
        assert new == old, name
        assert after[name].auto_filter.ref == before[name].auto_filter.ref
        assert after[name].print_title_rows == before[name].print_title_rows
        assert {cell.data_type for row in after[name].iter_rows() for cell in row} <= {"s", "n"}


def test_the_csv_opens_as_chinese_and_without_a_formula(convert: Convert) -> None:
    # 44 comma, 34 quotation mark, 76 UTF-8
    data = results_csv(gathered(read(book_of(ROWS_OF_THREE))))
    page = loaded(convert(data, "csv", "xlsx", "--infilter=CSV:44,34,76,1")).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][1] == "个案编号"
    assert "'@0003" in [str(row[1]) for row in rows]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_every_sheet_can_be_printed(convert: Convert, tmp_path: Path) -> None:
    from pypdf import PdfReader

    made = results_workbook(gathered(read(book_of(ROWS_OF_THREE)), ("hubei", "jinhua")))
    pages = PdfReader(io.BytesIO(convert(made, to="pdf"))).pages
    words = "".join(page.extract_text() for page in pages).replace("\n", "")
    for wanted in ("结果", "判定明细", "依据的文件", "说明", "金华（征求意见稿，未生效）", "✓"):
        assert wanted in words
    assert len(pages) <= 8
