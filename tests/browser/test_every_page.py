"""What holds for every page: WCAG 2.1 AA by day and by night, every width, JavaScript off, a first view's weight.

A page of yours is one line more in PAGES. Where it needs something in the store first, give `make`: a function that is
handed the `Site`, makes what it needs through HTTP, and gives the path (see `tests/browser/sites.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser import deadlines_kept as deadlines
from tests.browser.assessed import assessed
from tests.browser.conftest import PLAIN, Visitor, make_context
from tests.browser.decided import ambiguous, changed, decided
from tests.browser.looking import COLOURS, axe, fits
from tests.browser.referred import facts, organisation, referral
from tests.browser.sites import Site

from xianjie.web.workbench import ROUTES

MB = 1024 * 1024
MOST_REQUESTS = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: where it is, its main heading, and the status it is answered with."""

    path: str
    heading: str
    status: int = 200
    make: Callable[[Site], str] | None = None

    contrast: bool = False
    """Whether it is looked at in high contrast and large text too: some are, of each kind one."""

    def at(self, site: Site) -> str:
        """Give the path; where it shows something kept, make that first, once for a site."""
        if self.make is None:
            return self.path
        if (site.url, self.path) not in _MADE:
            _MADE[site.url, self.path] = self.make(site)
        return _MADE[site.url, self.path]


_MADE: dict[tuple[str, str], str] = {}


def listed(make: Callable[[Site], str], path: str) -> Callable[[Site], str]:
    """Make something, and give the path of the list that it is in."""
    return lambda site: make(site) and path


PAGES = (
    Shown("/", "政府救助与慈善帮扶，各地怎样衔接", contrast=True),
    Shown("/compare?as_of=2025-08-01", "区域比对"),
    Shown("/compare?as_of=2025-08-01&regions=hubei&regions=tianjin&dimension=duties&only=1", "区域比对", contrast=True),
    Shown("/compare?regions=hubei&only=1", "区域比对"),
    Shown("/compare/coverage?as_of=2025-08-01&at=tianjin", "覆盖对象"),
    Shown("/policies", "政策全文"),
    Shown("/policies/hubei-2024", ""),
    Shown("/check", "个案核对"),
    Shown("/check?regions=jinhua&dimension=services&dimension=referral&dimension=duties", "个案核对"),
    Shown("/check/cases", "未结个案"),
    Shown("/check/decided?id=one&id=two", "已出具 2 份结论"),
    Shown("/batch", "批量核对", contrast=True),
    Shown("/decisions", "核对记录"),
    Shown("/decisions?kept", "核对记录", make=listed(decided, "/decisions")),
    Shown("/decisions?case=nope", "核对记录"),
    Shown("/decisions/five-regions", "个案核对结果", make=decided),
    Shown("/decisions/ambiguous", "个案核对结果", make=ambiguous, contrast=True),
    Shown("/decisions/ambiguous/changes", "什么会改变这个结论", make=changed),
    Shown("/readings", "文本的读法"),
    Shown("/readings/jinhua-draft/household-size", "金华：文本的读法"),
    Shown("/referrals", "转介"),
    Shown("/referrals?kept", "转介", make=listed(referral, "/referrals")),
    Shown("/referrals/procedures?as_of=2025-08-01", "各地转介程序"),
    Shown("/referrals/procedures?region=hubei&region=shanxi&as_of=2025-08-01", "各地转介程序"),
    Shown("/referrals/walk?region=hubei&event=informed&event=referred&as_of=2025-08-01", "试走一遍"),
    Shown("/referrals/new", "发起转介"),
    Shown("/referrals/new?region=hubei", "发起转介"),
    Shown("/referrals/under-way", "湖北：民政→慈善", make=referral, contrast=True),
    Shown("/referrals/under-way/facts", "更正事实", make=facts),
    Shown("/incentives?as_of=2025-08-01", "激励"),
    Shown("/incentives?organisation=recorded", "激励", make=organisation),
    Shown("/ledgers", "台账"),
    Shown("/ledgers?kept", "台账", make=deadlines.listed),
    Shown("/ledgers/new", "登记台账"),
    Shown("/ledgers/one", "和平区资源目录", make=deadlines.ledger),
    Shown("/ledgers/edit", "更正登记", make=deadlines.edit),
    Shown("/ledgers?region=nowhere", "台账", 422),
    Shown("/duties", "职责"),
    Shown("/duties/new", "登记职责"),
    Shown("/duties/one", "会商", make=deadlines.duty),
    Shown("/calendar?kept", "到期日历", make=deadlines.month, contrast=True),
    Shown("/timeline?kept", "十二个月的时间轴", make=deadlines.timeline),
    Shown("/cadence?last_updated=2025-01-20&as_of=2025-08-01", "周期试算", contrast=True),
    Shown("/revise", "修订"),
    Shown("/revise/edit?base=tianjin-2024-22", "修订：天津"),
    Shown("/populations", "人群测算"),
    Shown("/populations/one", "人群测算：示例县", make=assessed, contrast=True),
    Shown("/glossary", "术语"),
    Shown("/glossary?q=no-such-word", "术语"),
    Shown("/guide", "五分钟示例"),
    Shown("/display", "显示", contrast=True),
    Shown("/nothing-here", "没有这个页面或内容", 404),
    Shown("/compare?as_of=nonsense", "", 422),
)
LIGHT = "zh.light.auto.normal"

every_page = pytest.mark.parametrize("shown", PAGES, ids=lambda one: one.path)


def opened(shown: Shown, site: Site, page: Page) -> Page:
    """Open it, and see that it is what it should be."""
    answer = page.goto(shown.at(site))
    assert answer is not None
    assert answer.status == shown.status
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text(shown.heading)
    return page


@pytest.fixture(scope="session")
def under_way(site: Site, browser: Browser, spare: dict[tuple[str, bool], list[BrowserContext]]) -> Site:
    """Let the service get ready, and the window show a page of its own first: what is measured is of the pages."""
    for _ in range(600):
        if "solver ready" in site.server.log.read_text("utf-8"):
            break
        time.sleep(0.1)
    context = make_context(browser, site.url, scripts=True)
    for path in ("/display", PLAIN):
        context.pages[0].goto(path)
    context.clear_cookies()
    spare.setdefault((site.url, True), []).append(context)
    return site


@pytest.mark.main
@every_page
def test_everybody_can_use_it_in_every_window_and_it_weighs_little(
    shown: Shown, under_way: Site, visitor: Visitor, record_property: Callable[[str, object], None]
) -> None:
    site = under_way
    page = visitor(display=LIGHT, refusals=[shown.status], staying=True)
    protocol = page.context.new_cdp_session(page)
    weights: list[float] = []
    protocol.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    protocol.send("Network.enable")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})  # forgets what this process remembers
    protocol.send("Network.clearBrowserCache")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": False})
    opened(shown, site, page)
    page.wait_for_load_state("load")
    first = page.evaluate(_TIMES)
    sent = [weight for weight in weights if weight]  # pictures that a sheet or the browser brings itself weigh nothing
    assert sum(sent) < MB
    protocol.detach()
    assert 3 <= len(sent) <= MOST_REQUESTS  # the page, its sheet, its scripts at least: they were counted
    record_property(
        "first view",
        f"{first['load']:6.0f} {first['painted']:6.0f} {first['after']:6.0f} "
        f"{sum(sent) / 1024:6.0f} {len(sent):4d}  {shown.path}",
    )
    axe(page)
    for width in (2560, 1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        fits(page)
    in_colours(page, theme="dark")
    axe(page, rules=COLOURS)
    if shown.contrast:
        in_colours(page, theme="light", contrast="more", text="larger")
        fits(page)
        axe(page, rules=COLOURS)


def in_colours(page: Page, **choices: str) -> None:
    """Show the page in other colours without asking for it again; `test_display` sees how they are chosen.

    Of what is of one kind, in the same surroundings, the first twelve are left: all were seen by day.
    """
    page.evaluate(_IN_COLOURS, choices)


_IN_COLOURS = """(choices) => {
  Object.assign(document.documentElement.dataset, choices);
  const kinds = new Map(), times = new Map();
  for (const one of document.querySelectorAll("main *:not(svg *)")) {
    const kind = `${kinds.get(one.parentElement) || ""} ${one.tagName}.${one.getAttribute("class") || ""}`;
    kinds.set(one, kind);
    times.set(kind, (times.get(kind) || 0) + one.isConnected);
    if (times.get(kind) > 12 && !one.matches("td, th")) { one.remove(); }  // rows go as a whole
  }
}"""


@pytest.mark.main
@every_page
def test_it_is_there_without_scripts(shown: Shown, site: Site, visitor: Visitor) -> None:
    page = visitor(width=360, height=740, scripts=False, refusals=[shown.status], staying=True)
    opened(shown, site, page)
    fits(page)


@pytest.mark.main
def test_no_page_is_missing_here(site: Site) -> None:
    looked_at = {one.path.partition("?")[0] for one in PAGES}
    asked = [at.path for at in ROUTES if at.method == "GET" and "{" not in at.path and at.path not in looked_at]
    missing = []
    for path in asked:
        answer = httpx2.get(site.url + path, headers={"accept": "text/html"}, timeout=60)
        if not (answer.is_redirect or "content-disposition" in answer.headers):  # no page: a way on, or a file
            missing.append(path)
    assert missing == []


_TIMES = """() => {
  const [it] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const load = it.loadEventStart;
  return { load, after: load - it.responseEnd, painted: paint ? paint.startTime : NaN };
}"""
