"""Logging in and out in a browser, where whoever comes must show a key."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import axe, fits
from tests.browser.sites import Site, standing_still
from tests.browser.walking import press_through, tab_to

pytestmark = pytest.mark.main  # no other test sees this page without scripts, or by day and by night


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Give a service that lets nobody in without a key, and a key."""
    folder = tmp_path_factory.mktemp("closed")
    with standing_still(folder, "guarded") as site:
        yield site, (folder / "key").read_text("utf-8")


def let_in(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/policies\?lang=zh$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("政策全文")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_wrong_key_is_told_at_its_field_and_a_right_one_leads_on(
    closed: tuple[Site, str], visitor: Visitor, scripts: bool
) -> None:
    site, key = closed
    page = visitor(at=site, width=360, height=740, scripts=scripts, refusals=[401])
    page.goto("/policies?lang=zh")
    fits(page)
    field = page.get_by_label("接口密钥")
    field.fill("xjk_guess")
    page.get_by_role("button", name="登录").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("")
    told = field.get_attribute("aria-describedby") or ""
    assert any(page.locator(f"#{id}").inner_text().strip() for id in told.split())
    fits(page)
    if scripts:
        axe(page)
    field.fill(key)
    page.get_by_role("button", name="登录").click()
    let_in(page)
    fits(page)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("登录")
    page.goto("/policies?lang=zh")
    expect(page.get_by_role("heading", level=1)).to_contain_text("登录")


def test_by_keyboard_alone_and_in_the_dark(closed: tuple[Site, str], visitor: Visitor) -> None:
    site, key = closed
    page = visitor(at=site, display="zh.dark.auto.normal")
    page.goto("/policies?lang=zh")
    axe(page)
    tab_to(page, "button", "登录")
    press_through(page, "Shift+Tab")
    expect(page.get_by_label("接口密钥")).to_be_focused()
    page.keyboard.insert_text(key)
    press_through(page, "Enter")
    let_in(page)
    assert key not in page.content()
    tab_to(page, "button", "退出")
    press_through(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("登录")
