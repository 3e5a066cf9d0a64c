"""What the tests in a browser share.

Fixtures: `site` (a service that all tests of a worker share: nothing of theirs may depend on its store), `fresh_site`
(another, for the tests that write: nobody else wrote what a test of theirs is to find), `page` (1280 × 800, zh-CN, on
`site`), and `visitor`, which opens pages of other kinds:

    page = visitor(at=fresh_site, width=360)
    page = visitor(scripts=False)
    page = visitor(display="zh.dark.auto.larger")     # language.theme.contrast.text, as the page `/display` keeps them
    page = visitor(refusals=[422])                    # a 422 is what this test wants
    page = visitor(staying=True)                      # for a test that only reads: in a page that is open already

Every page of theirs is watched to the end of the test: a request to another host, an error on the console, a refused
script or style, a broken answer fail it. `tests/browser/walking.py` has what hands do (`tab_to`, `press_through`), and
`tests/browser/looking.py` what eyes see (`axe`, `fits`).

`main` marks what every change must pass (`make browser SHARE="tests/browser -m main"`): each page's main task by mouse
and by keyboard alone, every page without scripts at 360 px, and axe-core on every page by day and by night.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from tests.browser.sites import Site, serving
from tests.browser.watching import Watch

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # containers run tests as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--renderer-process-limit=1",  # a process for each page costs as much as the page
]
PLAIN = "/livez"
"""A page without scripts."""
WINDOW: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 10_000
"""How long, in milliseconds, anything may take to come about before a test fails."""

Visitor = Callable[..., Page]

with_and_without_scripts = pytest.mark.parametrize(
    "scripts", [pytest.param(True, id="scripts", marks=pytest.mark.main), pytest.param(False, id="no scripts")]
)
"""Marks a page's main task by mouse, which is done a second time with JavaScript off."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one browser for all tests of a worker."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def spare(browser: Browser) -> dict[tuple[str, bool], list[BrowserContext]]:
    """Give the contexts that no test uses now, by address and whether they run scripts.

    Each was left without cookies, and with one page open: while there is one, its process is there for the next.
    """
    return {}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a service that all tests of a worker share."""
    with serving(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="session")
def fresh_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a service to the tests of a worker that write, its store empty before the first of them."""
    with serving(tmp_path_factory.mktemp("fresh")) as made:
        yield made


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest, browser: Browser, spare: dict[tuple[str, bool], list[BrowserContext]]
) -> Iterator[Visitor]:
    """Open pages in windows of their own; each is watched until the end of the test."""
    opened: list[tuple[tuple[str, bool], BrowserContext, Watch]] = []

    def visit(
        at: Site | None = None,
        *,
        width: int = WINDOW["width"],
        height: int = WINDOW["height"],
        scripts: bool = True,
        display: str | None = None,
        refusals: Iterable[int] = (),
        staying: bool = False,
    ) -> Page:
        url = (at or request.getfixturevalue("site")).url
        unused = spare.setdefault((url, scripts), [])
        context = unused.pop() if unused else make_context(browser, url, scripts)
        if display is not None:
            context.add_cookies([{"name": "xianjie_display", "value": display, "url": url}])
        opened.append(((url, scripts), context, Watch(context, url, refusals)))
        page = context.pages[0] if staying else context.new_page()
        if page.viewport_size != (window := ViewportSize(width=width, height=height)):
            page.set_viewport_size(window)
        return page

    yield visit
    for kind, context, watch in opened:
        stays, *others = context.pages
        for page in others:
            page.close()
        if kind[1] and not stays.url.endswith(PLAIN):
            stays.goto(PLAIN)  # its scripts end
        watch.end()
        context.clear_cookies()
        spare[kind].append(context)
    for _, _, watch in opened:
        watch.check()


def make_context(browser: Browser, url: str, scripts: bool) -> BrowserContext:
    """Make a context with a page that stays."""
    context = browser.new_context(
        base_url=url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport=WINDOW,
        java_script_enabled=scripts,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    context.new_page().goto(PLAIN)
    return context


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """Give a page of the shared service, 1280 × 800."""
    return visitor()


HEADLINES = {
    "first view": "   load painted after     KB asks  path (ms; after: from the last byte of the page to load)",
    "scrolling": "frames of the widest table, in ms",
}
"""What tests may measure, each line by `record_property(name, line)`: it is printed, and nothing fails by it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured, the slowest first."""
    reports = terminalreporter.getreports("passed")
    for name, headline in HEADLINES.items():
        told = [str(value) for report in reports for key, value in report.user_properties if key == name]
        if told:
            terminalreporter.section(name)
            for line in [headline, *sorted(told, reverse=True)]:
                terminalreporter.write_line(line)
