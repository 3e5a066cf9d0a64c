"""The five minutes: read down to the family, and go on with it in the form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import fits
from tests.browser.walking import press_through, tab_to


def in_the_form(page: Page) -> None:
    """See the family of the guide in the form, with what the regions say of it."""
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("个案核对")
    expect(page.locator("#q-m0-person-dibao_recipient input:checked")).to_have_attribute("value", "true")
    expect(page.locator("#q-household-size")).to_have_value("4")
    expect(page.locator("#live")).to_contain_text("湖北")


@with_and_without_scripts
def test_the_five_minutes_lead_to_the_form(visitor: Visitor, scripts: bool) -> None:
    page = visitor(width=360 if not scripts else 1280, height=740, scripts=scripts)
    page.goto("/guide")
    fits(page)
    expect(page.locator("ol.guide > li")).to_have_count(5)
    expect(page.locator(".guide-list").first).to_contain_text("征求意见稿")
    page.get_by_role("button", name="在个案核对里打开这户人家").click()
    in_the_form(page)
    fits(page)


@pytest.mark.main
def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/guide")
    tab_to(page, "link", "打开政策全文")
    tab_to(page, "button", "在个案核对里打开这户人家")
    press_through(page, "Enter")
    in_the_form(page)
