"""Populations in a browser: two regions chosen, files taken, with and without scripts, by keyboard, at 360 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.assessed import NAME, assessed
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import axe, fits
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to
from tests.population.summary.test_points import answered


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


@pytest.mark.parametrize("width", [1280, 360])
def test_every_dimension_is_read_in_a_wide_window_and_a_narrow_one(visitor: Visitor, site: Site, width: int) -> None:
    page = visitor(at=site, width=width, height=740)
    page.goto(assessed(site, answered()[0]))
    expect(page.locator("#readings-head")).to_have_text("读法不一致")
    for key in ("eligibility-readings", "services-lacking", "duties-readings", "referral-lacking"):
        table = page.locator(f"#{key}")
        if not table.is_visible():
            page.locator(f"details:has(#{key}) > summary").click()
        # the number stands beside its words, without a scroll sideways, and what both belong to above
        assert table.evaluate("table => table.parentElement.scrollWidth <= table.parentElement.clientWidth"), key
        expect(table.locator("tr.shared").first).to_contain_text(" · ")
    fits(page)
    axe(page, "main")


def test_where_bars_cannot_be_drawn_the_table_stands_alone(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site)
    page.route("**/echarts-*.js", lambda route: route.abort())
    page.goto(assessed(site))
    expect(page.locator("#eligibility-status tbody tr")).to_have_count(6)
    expect(page.locator(".chart")).to_be_hidden()
    expect(page.locator(".legend")).to_be_hidden()
