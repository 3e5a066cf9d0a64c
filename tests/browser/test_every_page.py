"""What holds for every page: WCAG 2.1 AA in each look, every width, JavaScript off, and the weight of a first view.

A page of yours is one line more in PAGES. Where it needs something in the store first, give `make`: a function that is
handed the `Site`, makes what it needs through HTTP, and gives the path (see `tests/browser/sites.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from tests.browser import deadlines_kept as deadlines
from tests.browser.conftest import Visitor
from tests.browser.decided import ambiguous, changed, decided
from tests.browser.looking import axe, fits
from tests.browser.referred import facts, organisation, referral
from tests.browser.sites import Site

MB = 1024 * 1024
MOST_REQUESTS = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: where it is, its main heading, and the status it is answered with."""

    path: str
    heading: str
    status: int = 200
    make: Callable[[Site], str] | None = None

    def at(self, site: Site) -> str:
        """Give the path; where it shows something kept, make that first."""
        return self.make(site) if self.make else self.path


PAGES = (
    Shown("/", "政府救助与慈善帮扶，各地怎样衔接"),
    Shown("/compare?as_of=2025-08-01", "区域比对"),
    Shown("/compare?as_of=2025-08-01&regions=hubei&regions=tianjin&dimension=duties&only=1", "区域比对"),
    Shown("/compare?regions=hubei&only=1", "区域比对"),
    Shown("/compare/coverage?as_of=2025-08-01&at=tianjin", "覆盖对象"),
    Shown("/policies", "政策全文"),
    Shown("/policies/hubei-2024", ""),
    Shown("/check", "个案核对"),
    Shown("/check?regions=jinhua&dimension=services&dimension=referral&dimension=duties", "个案核对"),
    Shown("/check/cases", "未结个案"),
    Shown("/decisions", "核对记录"),
    Shown("/decisions?case=nope", "核对记录"),
    Shown("/decisions/five-regions", "个案核对结果", make=decided),
    Shown("/decisions/ambiguous", "个案核对结果", make=ambiguous),
    Shown("/decisions/ambiguous/changes", "什么会改变这个结论", make=changed),
    Shown("/readings", "文本的读法"),
    Shown("/readings/jinhua-draft/household-size", "金华：文本的读法"),
    Shown("/referrals", "转介"),
    Shown("/referrals/procedures?as_of=2025-08-01", "各地转介程序"),
    Shown("/referrals/procedures?region=hubei&region=shanxi&as_of=2025-08-01", "各地转介程序"),
    Shown("/referrals/walk?region=hubei&event=informed&event=referred&as_of=2025-08-01", "试走一遍"),
    Shown("/referrals/new", "发起转介"),
    Shown("/referrals/new?region=hubei", "发起转介"),
    Shown("/referrals/under-way", "湖北：民政→慈善", make=referral),
    Shown("/referrals/under-way/facts", "更正事实", make=facts),
    Shown("/incentives?as_of=2025-08-01", "激励"),
    Shown("/incentives?organisation=recorded", "激励", make=organisation),
    Shown("/ledgers", "台账"),
    Shown("/ledgers/kept", "台账", make=deadlines.listed),
    Shown("/ledgers/new", "登记台账"),
    Shown("/ledgers/one", "和平区资源目录", make=deadlines.ledger),
    Shown("/ledgers/edit", "更正登记", make=deadlines.edit),
    Shown("/ledgers?region=nowhere", "台账", 422),
    Shown("/duties", "职责"),
    Shown("/duties/one", "会商", make=deadlines.duty),
    Shown("/calendar/kept", "到期日历", make=deadlines.month),
    Shown("/timeline/kept", "十二个月的时间轴", make=deadlines.timeline),
    Shown("/cadence?last_updated=2025-01-20&as_of=2025-08-01", "周期试算"),
    Shown("/revise", "修订"),
    Shown("/revise/edit?base=tianjin-2024-22", "修订：天津"),
    Shown("/glossary", "术语"),
    Shown("/glossary?q=no-such-word", "术语"),
    Shown("/display", "显示"),
    Shown("/nothing-here", "没有这个页面或内容", 404),
    Shown("/compare?as_of=nonsense", "", 422),
)
LOOKS = {"light": "zh.light.auto.normal", "dark": "zh.dark.auto.normal", "contrast": "zh.light.more.larger"}

every_page = pytest.mark.parametrize("shown", PAGES, ids=lambda one: one.path)


def opened(shown: Shown, site: Site, page: Page) -> Page:
    """Open it, and see that it is what it should be."""
    answer = page.goto(shown.at(site))
    assert answer is not None
    assert answer.status == shown.status
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text(shown.heading)
    return page


@every_page
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(shown: Shown, look: str, site: Site, visitor: Visitor) -> None:
    axe(opened(shown, site, visitor(display=LOOKS[look], refusals=[shown.status])))


@every_page
def test_it_fits_every_window(shown: Shown, site: Site, visitor: Visitor) -> None:
    page = opened(shown, site, visitor(width=360, height=740, refusals=[shown.status]))
    fits(page)
    for width in (1280, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        fits(page)


@every_page
def test_it_is_there_without_scripts(shown: Shown, site: Site, visitor: Visitor) -> None:
    page = opened(shown, site, visitor(width=360, height=740, scripts=False, refusals=[shown.status]))
    fits(page)


@every_page
def test_a_first_view_weighs_little(
    shown: Shown, site: Site, visitor: Visitor, record_property: Callable[[str, object], None]
) -> None:
    page = visitor(refusals=[shown.status])
    protocol = page.context.new_cdp_session(page)
    weights: list[float] = []
    protocol.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    protocol.send("Network.enable")
    path = shown.at(site)
    page.goto(path)
    page.wait_for_load_state("load")
    first = page.evaluate(_TIMES)
    sent = [weight for weight in weights if weight]  # pictures that a sheet or the browser brings itself weigh nothing
    assert sum(sent) < MB
    assert 3 <= len(sent) <= MOST_REQUESTS  # the page, its sheet, its scripts at least: they were counted
    page.goto(path)
    again = page.evaluate(_TIMES)
    record_property(
        "first view",
        f"{first['load']:6.0f} {first['painted']:6.0f} {first['after']:6.0f} {again['load']:6.0f} "
        f"{sum(sent) / 1024:6.0f} {len(sent):4d}  {path}",
    )


_TIMES = """() => {
  const [it] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const load = it.loadEventStart;
  return { load, after: load - it.responseEnd, painted: paint ? paint.startTime : NaN };
}"""
