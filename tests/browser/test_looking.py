"""The eyes and hands of these tests themselves: what they are to find, put into a page by hand, is found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.looking import axe, fits
from tests.browser.sites import Site
from tests.browser.walking import tab_to
from tests.browser.watching import Watch


def test_axe_tells_what_and_where(page: Page) -> None:
    page.goto("/glossary")
    page.evaluate("document.querySelector('label[for=q]').remove(); document.documentElement.lang = ''")
    with pytest.raises(AssertionError, match=r"(?s)html-has-lang.*label \(critical\).*#q"):
        axe(page)


def test_what_is_wider_than_the_window_is_named(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/display")
    fits(page)
    page.evaluate("document.querySelector('h1').style.minWidth = '500px'")
    with pytest.raises(AssertionError, match="h1"):
        fits(page)


def test_focus_that_does_not_show_stops_the_walk(page: Page) -> None:
    page.goto("/glossary")
    tab_to(page, "link", "English")
    page.evaluate("document.querySelector('#q').style.outline = 'none'")
    with pytest.raises(AssertionError, match="not visible on input"):
        tab_to(page, "button", "查找")


def test_a_walk_that_never_arrives_says_so(page: Page) -> None:
    page.goto("/display")
    page.evaluate("document.querySelector('.primary').tabIndex = -1")
    with pytest.raises(AssertionError, match="never reaches"):
        tab_to(page, "button", "保存", most=40)


@pytest.mark.parametrize(
    ("mischief", "told"),
    [
        ("document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.test/x.png'}))", "img-src"),
        ("fetch('http://elsewhere.test/x').catch(() => {})", "connect-src"),
        ("document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))", "style-src"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')", "style-src"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: 'x'}))", "script-src"),
        ("setTimeout(() => { throw new Error('a fault') })", "script: .*a fault"),
        ("console.error('a complaint')", "console error: a complaint"),
        ("fetch('/no-such-thing').catch(() => {})", "answered 404"),
    ],
)
def test_a_watch_notices(site: Site, browser: Browser, mischief: str, told: str) -> None:
    context = browser.new_context(base_url=site.url)
    watch = Watch(context, site.url)
    page = context.new_page()
    page.goto("/display")
    watch.check()
    page.evaluate(f"() => {{ {mischief}; }}")
    for _ in range(200):
        if watch.faults:
            break
        page.wait_for_timeout(10)
    context.close()
    with pytest.raises(AssertionError, match=told):
        watch.check()


def test_a_request_to_another_host_is_noticed_where_the_policy_lets_it_out(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url, bypass_csp=True)
    watch = Watch(context, site.url)
    page = context.new_page()
    page.goto("/display")
    page.evaluate("fetch('http://elsewhere.test/x').catch(() => {})")
    context.close()
    with pytest.raises(AssertionError, match=r"left the host: GET http://elsewhere\.test/x"):
        watch.check()
