"""A form that is not sent yet is taken along to the other language, and stays as it is when the colours change."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import axe, fits
from tests.browser.walking import tab_to

both = pytest.mark.parametrize("scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="no scripts")])


def switch(page: Page, to: str = "en") -> None:
    page.locator("#to-language").click()
    expect(page.locator("html")).to_have_attribute("lang", to)


def says_nothing(page: Page, path: str) -> None:
    """See that the address names the page and the language, and nothing that was filled in."""
    whole = urlsplit(page.url)
    assert whole.path == path
    assert set(re.findall(r"([a-z_]+)=", whole.query)) <= {"lang", "regions", "as_of", "region", "direction", "base"}


@both
def test_a_case_goes_to_the_other_language_and_back(visitor: Visitor, scripts: bool) -> None:
    page = visitor(scripts=scripts)
    page.goto("/check?regions=shanghai&as_of=2025-08-01")
    page.locator("#q-m0-person-tekun").get_by_role("radio", name="是", exact=True).check()
    page.locator("#q-household_ref").fill("H-77")
    page.get_by_role("button", name="添加成员").click()
    page.locator("#q-m1-label").fill("乙")
    for to, yes, other in (("en", "yes", "Shanghai"), ("zh-CN", "是", "上海")):
        switch(page, to)
        expect(page.locator("#q-m0-person-tekun").get_by_role("radio", name=yes, exact=True)).to_be_checked()
        expect(page.locator("#q-household_ref")).to_have_value("H-77")
        expect(page.locator("#q-m1-label")).to_have_value("乙")
        expect(page.get_by_role("checkbox", name=other)).to_be_checked()
        says_nothing(page, "/check")


def test_what_came_along_is_still_not_sent(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/check?regions=shanghai")
    page.locator("#q-household_ref").fill("H-78")
    switch(page)
    page.locator("#q-household_ref").focus()
    page.keyboard.press("End")  # a browser asks only whoever did something on a page
    said: list[str] = []

    def stay(dialog: Dialog) -> None:
        said.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator(".menu a[href='/glossary']").click(no_wait_after=True)
    expect(page.locator("#q-household_ref")).to_have_value("H-78")
    page.wait_for_timeout(200)
    assert said == ["beforeunload"]
    page.remove_listener("dialog", stay)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/glossary")


@both
def test_a_ledger_goes_along_and_is_recorded_from_there(fresh_site: object, visitor: Visitor, scripts: bool) -> None:
    page = visitor(at=fresh_site, scripts=scripts)
    page.goto("/ledgers/new")
    page.locator("#f-name").fill("甲镇台账")
    page.locator("#f-division").fill("4205")
    page.locator("#f-facts-last-updated").fill("2025-01-02")
    switch(page)
    says_nothing(page, "/ledgers/new")
    expect(page.locator("#f-name")).to_have_value("甲镇台账")
    expect(page.locator("#f-facts-last-updated")).to_have_value("2025-01-02")
    expect(page.get_by_role("alert")).to_have_count(0)  # nothing was saved, and nothing is wrong yet
    page.locator("#f-region").select_option("hubei")
    page.locator("#f-name").press("Enter")  # the first button of the form is not the switch
    expect(page.get_by_role("heading", level=1, name="甲镇台账")).to_be_visible()
    # the entry of what was done goes along as well
    page.locator("#f-by").fill("科室")
    switch(page, "zh-CN")
    expect(page.locator("#f-by")).to_have_value("科室")
    expect(page.locator(".entry")).to_have_count(1)


def test_a_referral_goes_along_without_scripts(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    page.goto("/referrals/new?region=hubei&direction=forward")
    page.locator("#f-division").fill("420502")
    page.locator("#f-person").fill("p-0")
    switch(page)
    says_nothing(page, "/referrals/new")
    expect(page.locator("#f-division")).to_have_value("420502")
    expect(page.locator("#f-person")).to_have_value("p-0")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_revision_goes_along(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/revise/edit?base=hubei-2024")
    page.locator("#f-head-zh").fill("试一试")
    switch(page)
    says_nothing(page, "/revise/edit")
    expect(page.locator("#f-head-zh")).to_have_value("试一试")
    switch(page, "zh-CN")
    expect(page.locator("#f-head-zh")).to_have_value("试一试")


def test_files_and_forms_that_cannot_go_along_are_asked_about(visitor: Visitor) -> None:
    page = visitor()
    said: list[str] = []

    def stay(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/revise/edit?base=hubei-2024")
    page.locator("#f-cases").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"})
    page.locator("#to-language").click()
    assert len(said) == 1
    assert "文件" in said[0]
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("#f-cases").set_input_files([])
    switch(page)
    assert len(said) == 1
    page = visitor()
    page.on("dialog", stay)
    page.goto("/incentives")
    switch(page)  # nothing is filled in: nothing is asked
    page.locator(".describe summary").click()
    page.locator("#describe select:visible").first.select_option(index=1)
    page.locator("#to-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert len(said) == 2


def test_colours_and_size_change_below_what_is_filled_in(visitor: Visitor) -> None:
    page = visitor(width=360, height=740)
    page.goto("/check?regions=shanghai")
    expect(page.locator("#check-unsent")).to_be_hidden()  # the service was reached
    page.locator("#q-household_ref").fill("H-79")
    plain = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#to-display").click()
    drawer = page.locator("#drawer")
    drawer.locator(".choice", has_text="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    drawer.locator(".choice", has_text="特大").click()
    expect(page.locator("html")).to_have_attribute("data-text", "larger")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != plain
    axe(page, "#drawer")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("#q-household_ref")).to_have_value("H-79")
    fits(page)
    says_nothing(page, "/check")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/glossary")
    expect(page.locator("html")).to_have_attribute("data-text", "larger")


def test_by_keyboard_the_display_opens_changes_and_closes(page: Page) -> None:
    page.goto("/glossary")
    tab_to(page, "link", "显示")
    page.keyboard.press("Enter")
    tab_to(page, "radio", "随系统")
    page.keyboard.press("ArrowRight")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_without_scripts_the_display_opens_beside_the_form(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    page.goto("/ledgers/new")
    page.locator("#f-name").fill("乙镇台账")
    with page.expect_popup() as opened:
        page.locator("#to-display").click()
    expect(opened.value.get_by_role("heading", level=1, name="显示")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("乙镇台账")
