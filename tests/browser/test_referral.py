"""Referrals in a browser: opened and moved on by mouse, by keyboard, without scripts; diagrams that are legible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor, with_and_without_scripts
from tests.browser.looking import axe, fits
from tests.browser.referred import opened
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to

_OUTSIDE = """(svg) => [...svg.querySelectorAll("a.box")].filter((box) => {
  const rect = box.querySelector("rect").getBBox(), text = box.querySelector("text").getBBox();
  return text.x < rect.x || text.x + text.width > rect.x + rect.width + 0.5
    || text.y < rect.y - 1 || text.y + text.height > rect.y + rect.height + 1;
}).map((box) => box.textContent.trim())"""


def begin(page: Page) -> None:
    page.goto("/referrals/new")
    page.locator("#f-region").select_option("hubei")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("区划").fill("420502")
    page.get_by_label("发起方").select_option("civil_affairs")
    page.get_by_role("button", name="发起", exact=True).dblclick()
    expect(page.locator("p.present")).to_contain_text("已发现需要")


@with_and_without_scripts
def test_a_referral_is_opened_and_moved_on_with_the_mouse(fresh_site: Site, visitor: Visitor, scripts: bool) -> None:
    page = visitor(at=fresh_site, scripts=scripts, refusals=[409, 422])
    begin(page)
    page.get_by_label("已告知 → 已充分告知").check()
    page.get_by_label("由谁").fill("街道经办人")
    page.get_by_role("button", name="记下这一步").dblclick()
    expect(page.locator("p.present")).to_contain_text("已充分告知")
    expect(page.locator(".log tbody tr")).to_have_count(1)
    expect(page.locator(".closed-steps")).to_contain_text("还不能：先“征得同意”")
    page.get_by_role("button", name="记下这一步").click()
    expect(page.get_by_role("alert")).to_contain_text("请选这一步是什么")
    page.get_by_label("地区", exact=True).select_option("tianjin")
    page.get_by_role("button", name="看看").click()
    expect(page.locator("#under-title ~ p.present")).to_contain_text("受理时发现需要")


@pytest.mark.main
def test_it_is_moved_on_by_keyboard_alone(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto(f"/referrals/{opened(fresh_site)}")
    tab_to(page, "radio", "已告知 → 已充分告知")
    press_through(page, "Space")
    tab_to(page, "button", "记下这一步")
    press_through(page, "Enter")
    expect(page.locator("p.present")).to_contain_text("已充分告知")


@pytest.mark.main
def test_the_walk_follows_what_is_ticked(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site, width=360, height=740)
    page.goto("/referrals/walk?region=tianjin&as_of=2025-08-01")
    page.get_by_role("checkbox", name="已同意").check()
    expect(page.locator("p.present")).to_contain_text("已征得同意")
    assert "event=consented" in page.url
    expect(page.locator("svg.drawing .present")).to_contain_text("现在在这里")
    fits(page)
    axe(page)


@pytest.mark.main
def test_the_walk_is_taken_by_keyboard_alone(page: Page) -> None:
    page.goto("/referrals/walk?region=tianjin&as_of=2025-08-01")
    tab_to(page, "checkbox", "已同意")
    press_through(page, "Space")
    expect(page.locator("p.present")).to_contain_text("已征得同意")
    assert "event=consented" in page.url


def test_a_box_leads_to_its_step_in_the_list(visitor: Visitor, site: Site) -> None:
    page = visitor(at=site)
    page.goto("/referrals/procedures?region=tianjin&region=hubei&as_of=2025-08-01")
    expect(page.locator("svg.drawing")).to_have_count(2)
    page.locator("svg.drawing").first.locator("a.box", has_text="已向慈善组织提供信息").first.click()
    assert "#p1-" in page.url
    assert page.locator(":target").count() == 1
    tab_to(page, "link", "跳过图，看同样内容的步骤表", back=True)


@pytest.mark.parametrize(("width", "lang"), [(360, "zh"), (1280, "en")])
def test_text_fits_its_box_with_the_fonts_of_the_browser(visitor: Visitor, site: Site, width: int, lang: str) -> None:
    page = visitor(at=site, width=width, display=f"{lang}.light.auto.normal")
    page.goto("/referrals/procedures?region=hubei&as_of=2025-08-01")
    assert page.locator("svg.drawing").evaluate(_OUTSIDE) == []
    scale = page.locator("svg.drawing").evaluate("(it) => it.getBoundingClientRect().width / it.viewBox.baseVal.width")
    assert scale * 13 >= 11.5  # legible on a telephone
