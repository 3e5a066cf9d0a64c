"""Revising in a browser: a number is changed, and what it comes to is seen; without scripts and by keyboard too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import COLOURS, axe, fits
from tests.browser.walking import press_through, tab_to

LINE = '[name="parameters/income_line/values/0/value"]'
SLOW = 60_000
"""Milliseconds for work that takes a process of its own."""


def open_form(page: Page) -> None:
    page.goto("/revise")
    page.locator("#f-base").select_option("jinhua-draft")
    page.get_by_role("button", name="打开表单").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("修订：金华")


def drawn(page: Page) -> None:
    """See the results with their chart, which has words and a table beside it, is light, and fits its window."""
    expect(page.locator("#impact-chart canvas")).to_have_count(1)
    expect(page.locator("ul.legend")).to_be_visible()
    expect(page.get_by_role("table", name="各部分变化的条数")).to_be_visible()
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
    )
    assert loaded < 1024 * 1024
    axe(page)
    for width in (360, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        fits(page)


@pytest.mark.main
def test_a_number_is_changed_and_seen_without_scripts(visitor: Visitor) -> None:
    page = visitor(width=360, height=740, scripts=False)
    open_form(page)
    page.locator(LINE).fill("120000")
    page.locator("#f-generate").fill("200")
    page.get_by_role("button", name="看差异和影响").click()
    expect(page).to_have_url(re.compile("/revise/results/"), timeout=SLOW)  # the page asks again by itself
    expect(page.get_by_role("main")).to_contain_text("100000 元 改为 120000 元")
    expect(page.locator("canvas")).to_have_count(0)
    fits(page)


@pytest.mark.main
def test_by_keyboard_a_fault_leads_to_its_field_and_the_change_to_its_results(visitor: Visitor) -> None:
    page = visitor(refusals=[422])
    page.goto("/revise/edit?base=jinhua-draft")
    field = page.locator(LINE)
    field.focus()
    press_through(page, "Control+a", *"12,0", "Enter")  # Enter checks, and begins nothing
    expect(page.get_by_role("alert")).to_contain_text("须是数字")
    expect(page.locator("#faults")).to_be_focused()
    page.locator(LINE).press_sequentially("0")  # it is told while it is typed, too
    expect(page.locator("#f-parameters-income_line-values-0-value-below")).to_contain_text("须是数字")
    page.locator(LINE).press("Backspace")
    page.locator("#faults").focus()
    tab_to(page, "link", "提低对象的家庭年总收入线（不含本数）")
    press_through(page, "Enter")
    expect(page).to_have_url(re.compile("#f-parameters-income_line"))
    expect(page.locator(LINE)).to_have_value("12,0")
    page.locator(LINE).focus()
    press_through(page, "Control+a", *"120000", "Enter")
    expect(page.get_by_role("status").filter(has_text="改了 1 处")).to_be_visible()
    axe(page)
    page.locator("#f-generate").focus()
    press_through(page, "Control+a", *"200")
    tab_to(page, "button", "看差异和影响")
    press_through(page, "Enter")
    expect(page).to_have_url(re.compile("/revise/results/"), timeout=SLOW)
    drawn(page)
    dark = visitor(display="zh.dark.auto.normal")
    dark.goto(page.url)
    expect(dark.locator("#impact-chart canvas")).to_have_count(1)
    axe(dark, rules=COLOURS)


def test_long_work_is_called_off(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/revise/edit?base=jinhua-draft")
    page.locator(LINE).fill("130000")
    page.locator("#f-generate").fill("20000")
    page.get_by_role("button", name="看差异和影响").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("看修订的结果")
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_text("已取消。")).to_be_visible()
    page.get_by_role("link", name="回去，内容还在").click()
    expect(page.locator(LINE)).to_have_value("130000")
