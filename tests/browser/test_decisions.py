"""A decision in the browser: read, unfolded, asked what would change it, settled; also by keyboard and scriptless."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.browser.decided import ambiguous, decided
from tests.browser.looking import axe, fits
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to

REASON = "按家庭人口折算，更合文件本意"
AUTHORITY = "局长办公会纪要〔2025〕3号"
SOLVING = 30_000
"""How long, in milliseconds, the solver's process may take to begin and to end."""


def settle(page: Page) -> None:
    """Fill in the form, and send it."""
    form = page.get_by_role("form", name=re.compile("选定一种读法 A-04"))
    form.get_by_label("以三口之家为准按人均折算").check()
    form.get_by_label(re.compile("^理由")).fill(REASON)
    form.get_by_label(re.compile("^依据的文号")).fill(AUTHORITY)
    form.get_by_role("button", name="选定").click()


def income_first(page: Page) -> Page:
    """See that the place about the income line has a form."""
    expect(page.get_by_label("以三口之家为准按人均折算")).to_be_visible()
    return page


def test_grounds_unfold_and_what_would_change_the_answer_comes_on_demand(site: Site, page: Page) -> None:
    page.goto(ambiguous(site))
    answer = page.get_by_role("article", name="金华").first
    expect(answer.locator(".answer-status")).to_contain_text("文本有歧义")
    grounds = answer.locator("details.behind").first
    expect(grounds.locator(".grounds-tree").first).to_be_hidden()
    grounds.locator("summary").first.click()
    expect(grounds.locator(".grounds-tree").first).to_be_visible()
    expect(grounds).to_contain_text("家庭年总收入：120000 元")
    answer.get_by_role("link", name=re.compile("什么会改变这个结论")).click()
    expect(answer.locator(".change-list li").first).to_contain_text("若以下属实", timeout=SOLVING)
    assert "/changes" not in page.url
    axe(page)


def test_it_prints_upright_with_what_is_unfolded(site: Site, page: Page) -> None:
    page.goto(decided(site, "hubei-hardship-unrecorded", ("hubei",)) + "?open=1")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".decision-actions")).to_be_hidden()
    expect(page.locator(".grounds-tree").first).to_be_visible()
    expect(page.locator(".signatures")).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox ?\[0 0 59[45](\.\d+)? 84[12]", paper), "not A4 upright"


@pytest.mark.main
def test_an_ambiguous_answer_is_settled_by_mouse(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    path = ambiguous(fresh_site)
    page.goto(path)
    settle(income_first(page))
    expect(page.locator("#settled")).to_contain_text("已选定")
    place = page.locator("#places article").filter(has_text=AUTHORITY)
    expect(place).to_contain_text(REASON)
    expect(place).to_contain_text("本机（未登录）")
    page.goto(ambiguous(fresh_site))
    expect(page.locator(".answer-status").first).to_contain_text("符合")
    page.goto("/readings")
    expect(page.locator("article").filter(has_text=AUTHORITY)).to_contain_text("以三口之家为准按人均折算")


@pytest.mark.main
def test_by_keyboard_alone(site: Site, page: Page) -> None:
    path = ambiguous(site)
    page.goto("/decisions")
    tab_to(page, "link", "清除条件")
    page.goto(path)
    tab_to(page, "link", "展开全部依据")
    press_through(page, "Enter")
    expect(page.locator(".grounds-tree").first).to_be_visible()
    tab_to(page, "link", "什么会改变这个结论 金华")
    press_through(page, "Enter")
    expect(page.locator(".changes")).to_contain_text("现在", timeout=SOLVING)


@pytest.mark.main
def test_a_reading_is_settled_by_keyboard_alone(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto("/readings/shanxi-digest/field-limit")
    tab_to(page, "radio", " ".join(page.locator(".settle-form .option").first.inner_text().split()))
    press_through(page, "ArrowDown")
    tab_to(page, "textbox", re.compile("^理由"))
    page.keyboard.insert_text(REASON)
    tab_to(page, "textbox", re.compile("^依据的文号"))
    page.keyboard.insert_text(AUTHORITY)
    tab_to(page, "button", "选定")
    press_through(page, "Enter")
    expect(page.locator("article").filter(has_text=AUTHORITY).filter(has_text="山西")).to_contain_text(REASON)


def test_without_scripts_on_a_narrow_screen(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site, width=360, height=740, scripts=False)
    page.goto(decided(fresh_site, "jinhua-household-of-five", ("jinhua", "hubei")))
    fits(page)
    page.get_by_role("link", name="什么会改变这个结论 金华").click(timeout=SOLVING)
    expect(page.get_by_role("heading", level=1)).to_contain_text("什么会改变这个结论", timeout=SOLVING)
    expect(page.locator(".changes")).to_contain_text("现在", timeout=SOLVING)
    fits(page)
    page.get_by_role("link", name="核对结果").click()
    form = page.locator("form.settle-form").first
    if not form.is_visible():
        page.locator("details.no-print > summary").first.click()
    form.locator("input[name=option]").first.check()
    form.locator("textarea").fill(REASON)
    form.locator("input[name=authority]").fill(AUTHORITY)
    form.get_by_role("button", name="选定").click()
    expect(page.locator("#settled")).to_be_visible()
    page.goto("/decisions")
    fits(page)
    expect(page.locator("tbody tr").first).to_be_visible()
