"""Language, colours, contrast and size of text: chosen, kept, and seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import fits
from tests.browser.walking import tab_to


@pytest.mark.main
def test_by_mouse_at_360_pixels(visitor: Visitor) -> None:
    page = visitor(width=360, height=740)
    page.goto("/display?back=/glossary")
    plain = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for words in ("深色", "特大"):
        page.locator(".choice", has_text=words).click()
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url("/glossary")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != plain
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 20
    fits(page)


@pytest.mark.main
def test_by_keyboard_only(page: Page) -> None:
    page.goto("/display?back=/policies")
    tab_to(page, "radio", "随系统")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, "button", "保存")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/policies")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_scripts(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    page.goto("/display")
    page.get_by_role("radio", name="English").check(force=True)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
