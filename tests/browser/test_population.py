"""Populations in a browser: two regions chosen, files taken, with and without scripts, by keyboard, at 360 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.assessed import NAME, assessed
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import fits
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to


@with_and_without_scripts
def test_from_the_list_to_two_regions_and_a_file(visitor: Visitor, site: Site, scripts: bool) -> None:
    assessed(site)
    page = visitor(at=site, scripts=scripts)
    page.goto("/populations")
    page.get_by_role("link", name=NAME).click()
    expect(page.locator("#flow")).to_contain_text("只有 湖北 符合")
    drawn = page.locator(".chart canvas")
    expect(drawn).to_have_count(1 if scripts else 0)
    expect(page.locator("#eligibility-status tbody tr")).to_have_count(6)
    page.get_by_label("甲地").select_option("tianjin")
    if not scripts:
        page.get_by_role("button", name="并排看").click()
    expect(page.locator("#flow")).to_contain_text("只有 天津 符合")
    assert "a=tianjin" in page.url
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename == f"人群测算 {NAME}.csv"


@pytest.mark.main
def test_two_regions_are_chosen_by_keyboard(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site)
    page.goto(assessed(site))
    tab_to(page, "combobox", "乙地")
    press_through(page, "ArrowDown")
    expect(page.locator("#flow")).to_contain_text("只有 上海 符合")


def test_it_is_read_on_a_telephone(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site, width=360, height=740)
    page.goto(assessed(site))
    fits(page)
    for words in ("全部各对地区", "分区划"):
        page.locator("summary", has_text=words).click()
        fits(page)
