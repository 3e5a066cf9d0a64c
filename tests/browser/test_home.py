"""The first page: every task is one step away, and what governs today is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import fits
from tests.browser.walking import press_through, tab_to


@pytest.mark.main
def test_every_card_and_every_line_of_the_menu_leads_to_its_page(page: Page) -> None:
    page.goto("/")
    cards = page.locator("a.task").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    menu = page.locator("nav.menu a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(cards) >= 9
    assert menu == cards
    page.locator("a.task").first.click()
    for path, following in zip(cards, [*menu[1:], ""], strict=True):
        expect(page.locator("nav.menu [aria-current]")).to_have_attribute("href", path)
        page.locator(f"nav.menu a[href='{following}']" if following else "a.brand").click()
    expect(page.locator("a.task").first).to_be_visible()


@pytest.mark.main
def test_by_keyboard_the_skip_link_leads_past_the_menu(page: Page) -> None:
    page.goto("/")
    tab_to(page, "link", "跳到正文")
    press_through(page, "Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    tab_to(page, "link", page.locator(".card-title a").first.inner_text())
    press_through(page, "Enter")
    expect(page).to_have_url(re.compile("/policies/"))


def test_without_scripts_on_a_narrow_screen_all_five_regions_and_their_standing_are_there(visitor: Visitor) -> None:
    page = visitor(width=360, height=740, scripts=False)
    page.goto("/")
    fits(page)
    expect(page.locator("li.card")).to_have_count(5)
    expect(page.locator("li.card", has_text="金华")).to_contain_text("征求意见稿")
    page.get_by_role("link", name="第一次用？看五分钟示例").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("五分钟示例")
