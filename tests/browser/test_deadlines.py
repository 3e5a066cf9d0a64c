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
from tests.browser.walking import press_through, tab_to

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


def worked_out(page: Page) -> None:
    """See what Tianjin's document makes of an update on 10 January 2025, and nothing of other regions."""
    table = page.get_by_role("table")
    expect(table).to_contain_text("2025年7月10日")
    expect(table.get_by_role("rowheader")).to_have_count(1)
    assert "regions=tianjin" in page.url
    assert "last_updated=2025-01-10" in page.url


def counted(page: Page, times: int) -> None:
    """See how often a duty counts as done."""
    expect(page.locator(".big-state")).to_contain_text(f"已有 {times} 次")


def choose(page: Page, label: str, value: str) -> None:
    """Go to a list of choices by keyboard, and down to one of them."""
    field = tab_to(page, "combobox", re.compile(f"^{label}"))
    for _ in range(field.locator("option").count()):
        if field.input_value() == value:
            return
        press_through(page, "ArrowDown")
    raise AssertionError(f"{label} has no {value}")


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, "textbox", re.compile(f"^{label}"))
    page.keyboard.insert_text(text)


@pytest.mark.main
def test_a_ledger_is_recorded_and_updated_by_keyboard_alone(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto("/ledgers/new")
    choose(page, "地区", "hubei")
    type_into(page, "区划", "420502")
    type_into(page, "名称", "不用鼠标的台账")
    choose(page, "台账类别", "supply")
    choose(page, "台账层级", "county")
    tab_to(page, "button", "保存")
    press_through(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("不用鼠标的台账")
    page.get_by_label("哪一天").focus()
    page.keyboard.type(f"{LAST_MONTH:%m%d%Y}")
    type_into(page, "由谁", "社会救助科")
    tab_to(page, "button", "记下")
    press_through(page, "Enter")
    expect(page.locator(".big-state")).to_contain_text("在有效期内")


@pytest.mark.main
def test_a_duty_is_recorded_and_counted_with_the_mouse(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto("/duties")
    page.get_by_role("link", name="登记", exact=False).first.click()
    page.get_by_label("地区").select_option("jinhua")
    page.get_by_label("区划").fill("330702")
    page.get_by_label("职责类别").select_option("consultation")
    page.get_by_label("职责层级").select_option("county")
    page.get_by_label("年度").fill(str(LAST_MONTH.year))
    page.get_by_label("次数").fill("0")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    counted(page, 0)
    page.get_by_label("哪一天").fill(LAST_MONTH.isoformat())
    for present in ("相关部门在场", "慈善组织在场", "基层力量在场"):
        page.get_by_role("group", name=present).locator(".pick", has_text=re.compile("^是$")).click()
    page.get_by_role("button", name="记下").click()
    counted(page, 1)


@pytest.mark.main
def test_a_what_if_is_worked_out_with_the_mouse(page: Page) -> None:
    page.goto("/cadence")
    page.get_by_label("最近更新").fill("2025-01-10")
    page.locator(".chip", has_text="天津").click()
    page.get_by_role("button", name="试算").click()
    worked_out(page)


@pytest.mark.main
def test_a_what_if_is_worked_out_by_keyboard_alone(page: Page) -> None:
    page.goto("/cadence")
    date = page.get_by_label("最近更新")
    date.focus()
    page.keyboard.type("01102025")
    expect(date).to_have_value("2025-01-10")
    tab_to(page, "checkbox", "天津")
    page.keyboard.press("Space")
    tab_to(page, "button", "试算")
    page.keyboard.press("Enter")
    worked_out(page)


@pytest.mark.main
@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_calendar_turns_its_pages(fresh_site: Site, visitor: Visitor, hand: str) -> None:
    recorded(fresh_site, f"年底到期：{hand}", last_updated="2024-12-31")
    page = visitor(at=fresh_site)
    page.goto("/calendar?month=2025-11")
    if hand == "mouse":
        page.get_by_role("link", name="下月").click()
    else:
        tab_to(page, "link", "下月")
        press_through(page, "Enter")
    expect(page.locator("#month-title")).to_contain_text("2025年12月")
    expect(page.get_by_label("月份")).to_have_value("2025-12")
    assert "month=2025-12" in page.url
    expect(page.get_by_role("table").get_by_role("link", name=re.compile(f"年底到期：{hand}"))).to_be_visible()
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
