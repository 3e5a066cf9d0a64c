"""The policies: from the home page to a document, and to a clause of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import fits
from tests.browser.walking import tab_to


def read_a_clause(page: Page) -> None:
    """Go from the list to a document, and by its contents to what it is silent on."""
    page.locator(".listing .title a").first.click()
    expect(page.locator("h1")).to_contain_text("《")
    page.locator(".contents a[href='#silent']").click()
    expect(page.locator("#silent")).to_be_in_viewport()


@pytest.mark.main
def test_by_mouse_from_home(page: Page) -> None:
    page.goto("/")
    page.locator("a.task[href='/policies']").click()
    read_a_clause(page)


def test_without_scripts_at_360_pixels(visitor: Visitor) -> None:
    page = visitor(scripts=False, width=360, height=740)
    page.goto("/policies")
    read_a_clause(page)
    fits(page)


@pytest.mark.main
def test_by_keyboard_only_from_home(page: Page) -> None:
    page.goto("/")
    tab_to(page, "link", "政策全文")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("政策全文")
    tab_to(page, "link", page.locator(".listing .title a").first.inner_text())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("《")
