"""The glossary: find a word, by mouse, by keyboard, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import fits
from tests.browser.walking import tab_to


def found(page: Page) -> None:
    """See terms with the word sought, and no others."""
    expect(page.locator("#result code", has_text="household.size")).to_have_count(0)
    expect(page.locator("#result .glossary-table").first).to_be_visible()
    expect(page.locator("#result")).to_contain_text("转介")


@pytest.mark.main
def test_by_keyboard_only(page: Page) -> None:
    page.goto("/glossary")
    tab_to(page, "searchbox", "查找")
    page.keyboard.type("转介")
    page.keyboard.press("Enter")
    found(page)


@pytest.mark.main
def test_by_mouse(page: Page) -> None:
    page.goto("/glossary")
    page.get_by_role("searchbox", name="查找").fill("转介")
    page.get_by_role("button", name="查找").click()
    found(page)


def test_without_scripts_at_360_pixels(visitor: Visitor) -> None:
    page = visitor(scripts=False, width=360, height=740)
    page.goto("/glossary")
    page.get_by_role("searchbox", name="查找").fill("转介")
    page.get_by_role("button", name="查找").click()
    found(page)
    fits(page)
