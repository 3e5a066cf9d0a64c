"""One case, from the first answer to the record: by mouse, by keyboard alone, without scripts, on a narrow screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import Visitor
from tests.browser.looking import axe, fits
from tests.browser.sites import Site
from tests.browser.walking import press_through, tab_to

START = "/check?regions=shanghai&as_of=2025-08-01"


def asked(page: Page) -> int:
    return int(re.findall(r"\d+", page.locator("#live-count").inner_text())[0])


def answer(page: Page, fact: str, word: str) -> None:
    page.locator(f"#q-{fact}").get_by_role("radio", name=word, exact=True).check()


@pytest.mark.main
def test_by_mouse_the_questions_shrink_and_the_case_goes_on_record(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto(START)
    before = asked(page)
    answer(page, "m0-person-tekun", "否")
    expect(page.locator("#live-count strong")).to_have_text(str(before - 1))
    expect(page.locator('[data-field="q-m0-person-tekun"]')).to_have_class(re.compile("is-told"))
    page.locator("#q-household_ref").fill("H-12")
    answer(page, "household-emergency_hardship", "是")
    expect(page.locator("#live")).to_contain_text("属优先对象")
    expect(page.locator("#live-count")).to_contain_text("没有还影响结论的问题了")
    expect(page.locator('[data-field="q-m0-person-tekun"] .mark-settled')).to_be_visible()
    expect(page.locator("#q-household-illness_impoverished")).to_be_hidden()
    assert page.locator("#q-household_ref").input_value() == "H-12"  # what was typed meanwhile is still there
    page.get_by_text("也显示现在不影响结论的").last.click()
    expect(page.locator("#q-household-illness_impoverished")).to_be_visible()
    page.get_by_role("button", name="出具结论").click()
    page.wait_for_url(re.compile("/decisions/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator("#q-household_ref")).to_have_value("H-12")
    expect(page.locator("#q-m0-person-tekun").get_by_role("radio", name="否")).to_be_checked()
    expect(page.locator("#live")).to_contain_text("属优先对象")
    expect(page.get_by_role("checkbox", name="上海")).to_be_checked()
    assert re.search(r"/check\?from=[0-9a-z]+$", page.url)  # an id, and nothing of anybody
    page.go_forward()
    page.wait_for_url(re.compile("/decisions/"))


def test_a_household_comes_back_and_a_broken_service_leaves_the_form_alone(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site, refusals=[503])
    page.goto(START)
    page.get_by_role("button", name="添加成员").click()
    page.locator("#q-m1-label").fill("乙")
    answer(page, "m1-person-tekun", "是")
    expect(page.locator(".answers-table")).to_contain_text("属优先对象")
    page.route("**/check/decide", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>忙</p>"))
    page.get_by_role("button", name="出具结论").click()
    expect(page.locator("#check-trouble")).to_have_text("忙")
    expect(page.locator("#q-m1-label")).to_have_value("乙")
    page.unroute("**/check/decide")
    page.get_by_role("button", name="出具结论").click()
    page.wait_for_url(re.compile("/check/decided"))
    page.go_back()
    expect(page.locator("#q-m1-label")).to_have_value("乙")
    expect(page.locator("#q-m1-person-tekun").get_by_role("radio", name="是")).to_be_checked()


@pytest.mark.main
def test_by_keyboard_alone(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site)
    page.goto(START)
    group = page.locator("#q-m0-person-tekun")
    tab_to(page, "radio", "不清楚", within=group)
    press_through(page, "ArrowLeft", "ArrowLeft")  # not known → no → yes
    expect(page.locator("#live")).to_contain_text("属优先对象")
    expect(group.get_by_role("radio", name="是")).to_be_focused()
    tab_to(page, "button", "出具结论")
    press_through(page, "Enter")
    page.wait_for_url(re.compile("/decisions/"))


def test_a_field_that_cannot_be_read_says_so_and_keeps_the_focus(page: Page) -> None:
    page.goto("/check?regions=jinhua&as_of=2025-08-01")
    page.locator("#q-household-size").fill("三个")
    page.locator("#q-household-annual_income").fill("8万元")
    page.keyboard.press("Tab")
    expect(page.locator("#q-household-size-fault")).to_have_text("须是整数")
    expect(page.locator("#q-household-size")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#q-household-property_within_limits input:checked")).to_be_focused()
    axe(page)
    page.locator("#q-household-size").fill("3")
    page.keyboard.press("Tab")
    expect(page.locator("#q-household-size-fault")).to_have_count(0)
    expect(page.locator("#q-household-size")).not_to_have_attribute("aria-invalid", "true")


def test_a_day_after_the_date_of_evaluation_is_told_at_its_field_as_it_is_typed(page: Page) -> None:
    page.goto("/check?regions=jinhua&as_of=2025-08-01")
    day = page.locator("#q-m0-aid-exit_date")
    day.fill("2025-08-02")
    day.dispatch_event("change")
    expect(page.locator("#q-m0-aid-exit_date-late")).to_contain_text("晚于判定日，按当时尚未发生计")
    expect(page.locator("#live .later-dates")).to_contain_text("退出救助范围日期 2025年8月2日")
    axe(page)
    day.fill("2025-08-01")
    day.dispatch_event("change")
    expect(page.locator(".field-late")).to_have_count(0)
    expect(page.locator("#live .later-dates")).to_have_count(0)


def test_who_said_so_is_asked_for_each_answer_and_shown(page: Page) -> None:
    page.goto(START)
    answer(page, "m0-person-tekun", "是")
    expect(page.locator("#live")).to_contain_text("本次谈话")
    page.get_by_text("来源：谁说的").click()
    page.get_by_label("凭什么材料").first.fill("供养证")
    page.get_by_label("何时").first.focus()
    expect(page.locator("#live")).to_contain_text("供养证")
    expect(page.get_by_label("何时").first).to_be_focused()
    axe(page)


def test_the_solver_names_the_next_question_and_leads_to_it(page: Page) -> None:
    page.goto("/check?regions=hubei&as_of=2025-08-01")
    answer(page, "m0-aid-received", "是")
    first = page.locator("#next .next-list a").first
    expect(first).to_be_visible(timeout=20_000)
    where = first.get_attribute("href")
    first.click()
    expect(page.locator(f"{where} input:checked, input{where}")).to_be_focused()


def test_members_files_and_regions_with_scripts(page: Page, tmp_path: Path) -> None:
    page.goto(START)
    answer(page, "m0-person-tekun", "是")
    expect(page.locator("#live")).to_contain_text("属优先对象")
    page.get_by_role("button", name="添加成员").click()
    expect(page.get_by_role("heading", name="成员二")).to_be_visible()
    expect(page.locator(".answers-table")).to_be_visible()
    page.get_by_role("checkbox", name="天津", exact=True).check()
    expect(page.locator(".answers-table")).to_contain_text("天津")
    assert page.locator("#q-m0-person-tekun input:checked").get_attribute("value") == "true"
    axe(page)
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载个案").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    page.get_by_text("打开已有的个案").click()
    page.locator("#q-file").set_input_files(file)
    page.get_by_role("button", name="打开文件").click()
    expect(page.locator(".answers-table")).to_contain_text("成员二")
    assert page.locator("#q-m0-person-tekun input:checked").get_attribute("value") == "true"


def test_without_scripts_on_a_narrow_screen(fresh_site: Site, visitor: Visitor) -> None:
    page = visitor(at=fresh_site, width=360, height=740, scripts=False, refusals=[422])
    page.goto(START)
    before = asked(page)
    answer(page, "m0-person-tekun", "否")
    page.locator("#q-household-annual_income, #q-household_ref").first.fill("H-7")
    page.get_by_role("button", name="更新结论").click()
    assert asked(page) == before - 1
    fits(page)
    page.get_by_role("button", name="添加成员").click()
    assert page.get_by_role("heading", name="成员二").is_visible()
    answer(page, "m1-person-tekun", "是")
    page.locator("#q-m1-label").fill("11010519491231002X")
    page.get_by_role("button", name="出具结论").click()
    expect(page.locator("#faults")).to_contain_text("不得填写公民身份号码")
    fits(page)
    page.locator("#q-m1-label").fill("乙")
    page.locator("summary", has_text="打开已有的个案").click()
    page.locator("#q-file").set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"{no"})
    page.get_by_role("button", name="打开文件").click()
    expect(page.locator("#q-file-fault")).to_contain_text("JSON 语法不对")
    expect(page.locator("#q-m1-label")).to_have_value("乙")
    expect(page.locator("#q-m0-person-tekun").get_by_role("radio", name="否")).to_be_checked()
    fits(page)
    page.get_by_role("button", name="出具结论").click()
    page.wait_for_url(re.compile("/check/decided"))
    assert page.get_by_role("link", name="看结论").count() == 2
    page.get_by_role("link", name="带回表单继续修改").click()
    expect(page.locator("#q-m1-label")).to_have_value("乙")
    expect(page.locator("#q-m0-person-tekun").get_by_role("radio", name="否")).to_be_checked()


def test_what_was_typed_is_not_left_behind_unasked(page: Page) -> None:
    page.goto(START)
    answer(page, "m0-person-tekun", "否")
    expect(page.locator("#live-count strong")).to_be_visible()
    asked_first: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked_first.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="首页").or_(page.locator("a.brand")).first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked_first == ["beforeunload"]
    assert "/check" in page.url


SLOWLY = """
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) { setTimeout(() => send.call(this, body), 600); };
"""


def test_nothing_is_lost_while_an_answer_is_on_its_way(page: Page) -> None:
    page.add_init_script(SLOWLY)
    page.goto(START)
    answer(page, "m0-person-tekun", "否")
    page.wait_for_timeout(250)  # the preview is on its way
    page.locator("#q-household_ref").fill("H-1")
    page.get_by_role("button", name="添加成员").click()
    page.locator("#q-m0-label").press_sequentially("E-77")
    expect(page.get_by_role("heading", name="成员二")).to_be_visible()
    expect(page.locator("#q-m0-label")).to_have_value("E-77")
    expect(page.locator("#q-household_ref")).to_have_value("H-1")
    page.get_by_role("checkbox", name="天津", exact=True).check()
    page.wait_for_timeout(250)
    page.locator("#q-m1-label").press_sequentially("E-78")
    page.locator("#q-m0-person-tekun").get_by_role("radio", name="是").check()
    expect(page.locator(".answers-table")).to_contain_text("天津")
    expect(page.locator("#q-m1-label")).to_have_value("E-78")
    expect(page.locator("#q-m0-person-tekun").get_by_role("radio", name="是")).to_be_checked()
    expect(page.locator("#live")).to_contain_text("属优先对象")


def test_another_case_is_not_opened_over_what_was_typed(page: Page) -> None:
    asked_first: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked_first.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(START)
    answer(page, "m0-person-tekun", "是")
    expect(page.locator("#live")).to_contain_text("属优先对象")
    page.get_by_text("打开已有的个案").click()
    page.locator("#q-file").set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"{no"})
    page.get_by_role("button", name="打开文件").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked_first == ["beforeunload"]
    assert page.locator("#q-m0-person-tekun input:checked").get_attribute("value") == "true"
