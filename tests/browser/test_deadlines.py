"""Ledgers and deadlines in a browser: recorded and looked up by mouse, by keyboard, without scripts, at 360 px."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import fits
from tests.browser.sites import Site
from tests.browser.walking import tab_to

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
LAST_MONTH = TODAY - dt.timedelta(days=30)


def recorded(site: Site, name: str, region: str = "hubei", division: str = "420502", **facts: Any) -> str:
    body = {
        "name": name,
        "region": region,
        "division": division,
        "facts": {"kind": "supply", "level": "county", **facts},
    }
    answer = httpx2.post(f"{site.url}/v1/ledgers", json=body)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def fill(page: Page, name: str) -> None:
    page.get_by_label("地区").select_option("hubei")
    page.get_by_label("区划").fill("420502")
    page.get_by_label("名称").fill(name)
    page.get_by_label("台账类别").select_option("supply")
    page.get_by_label("台账层级").select_option("county")
    page.get_by_label("更新日", exact=True).fill("2024-01-10")


@with_and_without_scripts
def test_a_ledger_is_recorded_and_updated_with_the_mouse(fresh_site: Site, visitor: Visitor, scripts: bool) -> None:
    page = visitor(at=fresh_site, scripts=scripts)
    page.goto("/ledgers")
    page.get_by_role("link", name="登记", exact=False).first.click()
    name = f"西区台账{scripts}"
    fill(page, name)
    page.get_by_role("button", name="保存").dblclick()
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".big-state")).to_contain_text("已逾期")
    page.get_by_label("哪一天").fill(LAST_MONTH.isoformat())
    page.get_by_label("由谁").fill("社会救助科")
    page.get_by_role("button", name="记下").click()
    expect(page.locator(".big-state")).to_contain_text("在有效期内")
    page.goto("/ledgers")
    expect(page.get_by_role("link", name=name)).to_have_count(1)  # two clicks made one ledger


def test_what_is_wrong_is_led_to_and_mended(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site, refusals=[422])
    page.goto("/ledgers/new")
    fill(page, "要改的台账")
    page.get_by_label("区划").fill("42050")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("alert").get_by_role("link", name="区划").click()
    expect(page.get_by_label("区划")).to_be_focused()
    expect(page.get_by_label("名称")).to_have_value("要改的台账")
    page.get_by_label("区划").fill("420502")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("要改的台账")


@pytest.mark.main
def test_a_what_if_is_worked_out_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/cadence")
    date = page.get_by_label("最近更新")
    date.focus()
    page.keyboard.type("01102025")
    expect(date).to_have_value("2025-01-10")
    tab_to(page, "checkbox", "天津")
    page.keyboard.press("Space")
    tab_to(page, "button", "试算")
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table).to_contain_text("2025年7月10日")
    expect(table.get_by_role("rowheader")).to_have_count(1)
    assert "regions=tianjin" in page.url
    assert "last_updated=2025-01-10" in page.url


@pytest.mark.main
def test_the_calendar_turns_its_pages_by_keyboard(fresh_site: Site, visitor: Visitor) -> None:
    recorded(fresh_site, "年底到期", last_updated="2024-12-31")
    page = visitor(at=fresh_site)
    page.goto("/calendar?month=2025-11")
    tab_to(page, "link", "下月")
    page.keyboard.press("Enter")
    expect(page.locator("#month-title")).to_contain_text("2025年12月")
    expect(page.get_by_label("月份")).to_have_value("2025-12")
    assert "month=2025-12" in page.url
    expect(page.get_by_role("table").get_by_role("link", name=re.compile("年底到期"))).to_be_visible()
    page.go_back()
    expect(page.locator("#month-title")).to_contain_text("2025年11月")


def test_a_list_is_chosen_without_being_loaded_anew(fresh_site: Site, visitor: Visitor) -> None:
    recorded(fresh_site, "早就逾期", last_updated="2020-01-01")
    recorded(fresh_site, "刚更新的", last_updated=LAST_MONTH.isoformat())
    page = visitor(at=fresh_site)
    page.goto("/ledgers")
    page.evaluate("window.same = true")
    page.get_by_role("checkbox", name="已逾期").check()
    expect(page.get_by_role("link", name="刚更新的")).to_have_count(0)
    expect(page.get_by_role("link", name="早就逾期")).to_be_visible()
    assert page.evaluate("window.same") is True
    assert "status=overdue" in page.url


def test_without_scripts_at_360_tables_are_cards_and_nothing_is_cut(fresh_site: Site, visitor: Visitor) -> None:
    id = recorded(fresh_site, "一个名称很长很长很长很长很长很长很长很长很长很长的台账", last_updated="2024-08-31")
    recorded(fresh_site, "和平区目录", "tianjin", "120101", last_updated="2024-08-31")
    page = visitor(at=fresh_site, width=360, height=740, scripts=False)
    for path in (
        "/ledgers",
        f"/ledgers/{id}",
        f"/ledgers/{id}/edit",
        "/calendar?month=2025-08&day=2025-08-31",
        "/timeline?beside=tianjin",
        "/cadence?last_updated=2024-08-31",
    ):
        page.goto(path)
        fits(page)
    page.goto("/ledgers")
    row = page.locator("tr", has_text="和平区目录")
    state, due = row.locator("td").nth(0).bounding_box(), row.locator("td").nth(1).bounding_box()
    assert state is not None
    assert due is not None
    assert due["y"] >= state["y"] + state["height"]
    page.goto("/calendar?month=2025-08")
    expect(page.get_by_text("2025年8月31日 星期日")).to_be_visible()
    expect(page.locator("td.is-empty").first).to_be_hidden()
    page.get_by_role("link", name="上月").click()
    expect(page.locator("#month-title")).to_contain_text("2025年7月")
