"""Incentives in a browser: filtered, described and downloaded, by mouse, by keyboard, without scripts, at 360 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import axe, fits
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to


@with_and_without_scripts
def test_an_organisation_is_described_and_answered(visitor: Visitor, site: Site, scripts: bool) -> None:
    page = visitor(at=site, scripts=scripts)
    page.goto("/incentives?as_of=2025-08-01&regions=hubei&regions=tianjin")
    page.get_by_text("写明一个组织或项目", exact=True).click()
    page.get_by_role("group", name="慈善组织", exact=True).get_by_role("radio", name="是", exact=True).check()
    page.get_by_label("领域").select_option("social_assistance")
    page.get_by_role("button", name="看符合哪些").click()
    expect(page.locator("#result .status-chip").first).to_be_visible()
    expect(page.locator("#result")).to_contain_text("还不知道：")
    assert "charitable" not in page.url
    with page.expect_download() as file:
        page.locator("#result").get_by_role("button", name="Excel").click()
    assert file.value.suggested_filename.endswith(".xlsx")
    if scripts:
        axe(page)


@pytest.mark.main
def test_differences_are_chosen_by_keyboard(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site)
    page.goto("/incentives?as_of=2025-08-01")
    tab_to(page, "checkbox", "湖北")
    press_through(page, "Space")
    expect(page.locator("table.instruments thead th")).to_have_count(2)
    tab_to(page, "checkbox", "天津")
    press_through(page, "Space")
    expect(page.locator("table.instruments thead th")).to_have_count(3)
    assert "regions=hubei" in page.url


def test_it_is_usable_on_a_telephone(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site, width=360, height=740)
    page.goto("/incentives?as_of=2025-08-01")
    page.get_by_text("写明一个组织或项目", exact=True).click()
    fits(page)
    page.get_by_text("条件与依据", exact=False).first.click()
    fits(page)
