"""A table of cases in a browser: sent, marked, mended, answered; by mouse, by keyboard, without scripts, at 360 px."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import axe, fits
from tests.browser.walking import press_through, tab_to

HEADS = ["个案编号", "最低生活保障对象", "特困人员", "纳入低收入人口数据库监测"]
WAIT = 60_000
"""How long, in milliseconds, a table may take."""


def table(folder: Path, *rows: list[Any], name: str = "个案.xlsx") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADS, *rows):
        sheet.append(row)
    book.save(folder / name)
    return folder / name


def taken(page: Page, name: str) -> tuple[str, Any]:
    """Download by a link; give the file's name, and it as a workbook."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return waiting.value.suggested_filename, load_workbook(io.BytesIO(waiting.value.path().read_bytes()))


FAULTY = (["甲-1", "是", "否", "不清楚"], ["甲-2", "也许", "否", ""], ["甲-3", "是", "否", "否"])


@pytest.mark.main
def test_by_mouse_from_the_template_to_the_answers(page: Page, tmp_path: Path) -> None:
    page.goto("/batch")
    name, template = taken_by_button(page)
    assert name == "批量核对填写表.xlsx"
    assert "个案" in template.sheetnames
    page.locator("#table").set_input_files(table(tmp_path, *FAULTY))
    page.locator("form[action='/batch'] .chip", has_text="湖北").click()
    page.get_by_role("button", name="上传并核对").click()
    expect(page).to_have_url(re.compile("/batch/.+"), timeout=WAIT)
    expect(page.get_by_role("alert")).to_contain_text("还没有核对任何一行")
    expect(page.locator(".spots tbody tr")).to_have_count(1)
    expect(page.locator(".spots tbody tr")).to_contain_text("B3")
    axe(page)
    name, marked = taken(page, "下载标好错误的表")
    assert name == "个案-错误说明.xlsx"
    assert "最低生活保障对象" in str(marked.worksheets[0].cell(3, 5).value)
    page.get_by_role("button", name="先核对没有错的 2 行").click()
    expect(page.locator(".rows tbody tr")).to_have_count(2, timeout=WAIT)
    name, results = taken(page, "下载结果（Excel）")
    assert name == "个案-核对结果.xlsx"
    said = {str(cell) for sheet in results for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert {"甲-1", "甲-3"} <= said
    axe(page)


def taken_by_button(page: Page) -> tuple[str, Any]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载填写表（Excel）").click()
    return waiting.value.suggested_filename, load_workbook(io.BytesIO(waiting.value.path().read_bytes()))


@pytest.mark.main
def test_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    page.goto("/batch")
    form = page.locator("form[action='/batch']")
    with page.expect_file_chooser() as choosing:
        tab_to(page, "button", "填好的表", within=form)
        press_through(page, "Enter")
    choosing.value.set_files(table(tmp_path, ["甲-1", "是", "否", "不清楚"]))
    tab_to(page, "checkbox", "天津", within=form)
    press_through(page, "Space")
    tab_to(page, "button", "上传并核对")
    press_through(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="全部 1 行都已核对")).to_be_visible(timeout=WAIT)
    with page.expect_download() as waiting:
        tab_to(page, "link", "下载结果（Excel）")
        press_through(page, "Enter")
    assert waiting.value.suggested_filename == "个案-核对结果.xlsx"


def test_without_scripts_on_a_narrow_screen(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor(width=360, height=740, scripts=False, refusals=[422])
    page.goto("/batch")
    form = page.locator("form[action='/batch']")
    form.locator(".chip", has_text="上海").click()
    form.get_by_label("判定日").fill("2025-08-01")
    form.evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#table")).to_be_focused()
    expect(form.get_by_label("上海")).to_be_checked()
    expect(form.get_by_label("判定日")).to_have_value("2025-08-01")
    fits(page)
    page.locator("#table").set_input_files(table(tmp_path, *FAULTY))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("link", name="下载标好错误的表")).to_be_visible(
        timeout=WAIT
    )  # the page asks again by itself
    fits(page)
    page.get_by_role("button", name="先核对没有错的 2 行").click()
    expect(page.locator(".rows tbody tr")).to_have_count(2, timeout=WAIT)
    fits(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_how_far_it_is_can_be_seen_and_it_can_be_called_off(visitor: Visitor, tmp_path: Path, scripts: bool) -> None:
    page = visitor(width=360, height=740, scripts=scripts)
    page.goto("/batch")
    rows = [[f"甲-{number}", "是", "否", ("是", "否")[number % 2]] for number in range(3000)]
    page.locator("#table").set_input_files(table(tmp_path, *rows))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_text("已取消。")).to_be_visible(timeout=WAIT)
    fits(page)
    page.get_by_role("link", name="回去").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("批量核对")
