"""The comparison: choose what to compare, open a cell, read its grounds, take the table along."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import axe, fits
from tests.browser.walking import focused, press_through, tab_to

ALL = "/compare?as_of=2025-08-01"
TWO = "/compare?regions=hubei&regions=tianjin&dimension=eligibility&as_of=2025-08-01&only=1"


def columns(page: Page) -> list[str]:
    return page.locator(".matrix thead .region-name").all_inner_texts()


def verdicts(page: Page) -> set[str]:
    return {text.strip() for text in page.locator(".matrix tbody th[scope=row] .badge").all_inner_texts()}


def the_narrowed_table(page: Page) -> None:
    """See the table of two regions and one dimension, with what differs or is open in it."""
    expect(page.locator(".matrix thead .region-name")).to_have_count(2)
    expect(page.locator(".matrix .group")).to_have_count(1)
    assert columns(page) == ["湖北", "天津"]
    assert page.locator(".matrix .group th").inner_text().startswith("对象")
    assert "一致" not in verdicts(page)


def drawer_tells(page: Page) -> None:
    """See what the drawer says of the cell: topic, region, what is said, clause, force, and the rules behind it."""
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("heading", level=1)).to_have_text("覆盖对象")
    expect(drawer.locator(".tabs [aria-current]")).to_have_text("天津")
    expect(drawer.locator(".said .clause")).to_contain_text(re.compile("条款 ."))
    expect(drawer.locator(".said .force")).not_to_be_empty()
    expect(drawer.get_by_role("heading", name="依据的规则")).to_be_visible()


@pytest.mark.main
def test_by_mouse(page: Page) -> None:
    page.goto(ALL)
    assert len(columns(page)) == 5
    for chip in ("湖北", "天津", "对象"):
        page.locator(".chip", has_text=chip).click()
    page.get_by_label("只看有差异的").check()
    the_narrowed_table(page)
    expect(page).to_have_url(re.compile("regions=hubei&regions=tianjin.*dimension=eligibility.*only=1"))
    cell = page.locator("#t-coverage").locator("xpath=../following-sibling::tr[1]").locator("td a.cell").nth(1)
    cell.click()
    drawer_tells(page)
    axe(page, "#drawer")
    page.get_by_role("dialog").get_by_role("link", name="湖北").click()
    expect(page.get_by_role("dialog").locator(".tabs [aria-current]")).to_have_text("湖北")
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_cell_opens_in_a_window_of_its_own_where_that_is_asked_for(page: Page) -> None:
    page.goto(ALL)
    with page.context.expect_page() as opened:
        page.locator(".matrix td a.cell").first.click(modifiers=["Control"])
    expect(opened.value.locator("h1")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    opened.value.close()


@pytest.mark.main
def test_by_keyboard_only(page: Page) -> None:
    page.goto(ALL)
    for chip in ("湖北", "天津"):
        tab_to(page, "checkbox", chip)
        page.keyboard.press("Space")
    expect(page.locator(".matrix thead .region-name")).to_have_count(2)
    tab_to(page, "checkbox", "对象")
    page.keyboard.press("Space")
    tab_to(page, "checkbox", "只看有差异的")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("only=1"))
    the_narrowed_table(page)
    assert focused(page).startswith("input")  # the form stays while the table changes
    row = page.locator("#t-coverage").locator("xpath=../following-sibling::tr[1]")
    name = row.locator("td a.cell").nth(1).inner_text().strip()
    tab_to(page, "link", name, within=row)
    page.keyboard.press("Enter")
    drawer_tells(page)
    assert focused(page) == "h1 “覆盖对象”"
    tab_to(page, "link", "湖北", within=page.get_by_role("dialog"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator(".tabs [aria-current]")).to_have_text("湖北")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row.locator("td a.cell").nth(1)).to_be_focused()


def test_the_table_scrolls_by_keyboard_in_its_frame(page: Page) -> None:
    page.goto(ALL)
    sheet = tab_to(page, "region", "各地政策按议题比对，判定日 2025年8月1日")
    press_through(page, "PageDown", "PageDown")
    page.wait_for_function("() => document.querySelector('.sheet').scrollTop > 200")
    assert sheet.evaluate("el => el.scrollTop") > 200


def test_without_scripts(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    page.goto(ALL)
    for chip in ("湖北", "天津", "对象"):
        page.get_by_role("checkbox", name=chip).check()
    page.get_by_label("只看有差异的").check()
    page.get_by_role("button", name="更新").click()
    the_narrowed_table(page)
    assert page.get_by_role("checkbox", name="天津").is_checked()
    page.locator("#t-coverage").locator("xpath=../following-sibling::tr[1]").locator("td a.cell").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("覆盖对象")
    expect(page.locator(".tabs [aria-current]")).to_have_text("天津")
    expect(page.locator(".said .clause")).to_contain_text("条款")
    page.get_by_role("link", name="回到比对表").click()
    the_narrowed_table(page)


def test_at_360_pixels(visitor: Visitor) -> None:
    page = visitor(width=360, height=740)
    page.goto(ALL)
    fits(page)
    page.locator(".chip", has_text="湖北").click()
    page.locator(".chip", has_text="天津").click()
    expect(page.locator(".matrix thead .region-name")).to_have_count(2)
    cell = page.locator("#t-coverage").locator("xpath=../following-sibling::tr[1]").locator("td a.cell").nth(1)
    cell.click()
    drawer_tells(page)
    fits(page)
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(cell).to_be_focused()


def test_back_and_forward_bring_the_choices_back(page: Page) -> None:
    page.goto(ALL)
    page.locator(".chip", has_text="湖北").click()
    expect(page.locator(".matrix thead .region-name")).to_have_count(1)
    page.locator(".chip", has_text="天津").click()
    expect(page.locator(".matrix thead .region-name")).to_have_count(2)
    page.go_back()
    expect(page.locator(".matrix thead .region-name")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="湖北")).to_be_checked()
    expect(page.get_by_role("checkbox", name="天津")).not_to_be_checked()
    page.go_back()
    expect(page.locator(".matrix thead .region-name")).to_have_count(5)
    expect(page.get_by_role("checkbox", name="湖北")).not_to_be_checked()
    page.go_forward()
    expect(page.locator(".matrix thead .region-name")).to_have_count(1)
    page.go_forward()
    expect(page.locator(".matrix thead .region-name")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="天津")).to_be_checked()


def test_the_table_as_a_workbook(page: Page) -> None:
    page.goto(TWO)
    topics = page.locator(".matrix tbody th[scope=row] .topic").all_inner_texts()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    assert waiting.value.suggested_filename == "区域比对-2025-08-01.xlsx"
    book = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    said = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert topics
    for topic in topics:
        assert any(topic in one for one in said), topic
    assert any("湖北" in one for one in said)
    assert not any("上海" in one for one in said)


def test_the_links_of_the_head_follow_the_choices(page: Page) -> None:
    page.goto(ALL)
    page.locator(".chip", has_text="湖北").click()
    expect(page.locator(".matrix thead .region-name")).to_have_count(1)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare regions")
    expect(page.get_by_role("checkbox", name="Hubei")).to_be_checked()
    expect(page.locator(".matrix thead .region-name")).to_have_text(["Hubei"])


def test_what_is_wrong_is_told_in_place(visitor: Visitor) -> None:
    page = visitor(refusals=[422])
    page.goto(ALL)
    page.get_by_role("textbox", name="判定日").evaluate("el => { el.type = 'text'; el.value = 'soon'; }")
    page.locator(".chip", has_text="湖北").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="判定日").fill("2025-08-01")
    page.get_by_role("textbox", name="判定日").dispatch_event("change")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert columns(page) == ["湖北"]
