"""Make the pictures of the pages that the docs show: `python -m tests.browser.pictures FOLDER [NAME …]`.

A page of yours is one line more in PICTURES; `docs/workbench.md` then shows `pictures/<name>.png`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect, sync_playwright
from tests.browser import deadlines_kept as deadlines
from tests.browser.assessed import assessed
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.decided import decided
from tests.browser.referred import organisation, referral
from tests.browser.sites import Site, standing_still

LARGEST = 150 * 1024


WORK = 60_000
"""Milliseconds for what takes a process of its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in a window: its name, its path, the window and the look.

    `make` makes what the page shows, and gives the path; `act` is what is done on the page before the picture is
    taken; `top` is what stands at the window's upper edge, where it is not the page's own.
    """

    name: str
    path: str = ""
    width: int = 1280
    height: int = 860
    display: str = "zh.light.auto.normal"
    make: Callable[[Site], str] | None = None
    act: Callable[[Page], None] | None = None
    top: str = ""
    guarded: bool = False


def _open_cell(page: Page) -> None:
    page.locator("#t-coverage >> xpath=../following-sibling::tr[1]//a").first.click()
    page.get_by_role("dialog").wait_for()


def _open_family(page: Page) -> None:
    page.get_by_role("button", name="在个案核对里打开这户人家").click()
    expect(page.locator("#live")).to_contain_text("湖北")


def _send_table(page: Page) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ("个案编号", "最低生活保障对象", "特困人员", "家庭人口", "家庭年总收入", "同意日"),
        ("2025-0001", "是", "否", 3, 36000, "2025-06-20"),
        ("2025-0002", "也许", "否", 4, 18000, "2025-06-21"),
        ("2025-0003", "是", "否", "三口", 24000, "2025-06-31"),
        ("2025-0004", "否", "不清楚", 2, "一万多", ""),
        ("2025-0004", "否", "是", 1, 9600, ""),
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("#table").set_input_files(FilePayload(name="七月个案.xlsx", mimeType=kind, buffer=out.getvalue()))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator(".spots")).to_be_visible(timeout=WORK)


def _revise(page: Page) -> None:
    page.locator('[name="parameters/income_line/values/0/value"]').fill("120000")
    page.locator("#f-generate").fill("200")
    page.get_by_role("button", name="看差异和影响").click()
    expect(page.locator("#impact-chart canvas")).to_have_count(1, timeout=WORK)


DAY = "as_of=2025-08-01"
DARK = "zh.dark.auto.normal"
PICTURES = (
    Picture("home", "/"),
    Picture("guide", "/guide"),
    Picture("login", "/login", height=560, guarded=True),
    Picture("compare", f"/compare?{DAY}"),
    Picture("compare-cell", f"/compare?{DAY}", act=_open_cell),
    Picture("compare-dark", f"/compare?{DAY}", display=DARK),
    Picture("compare-360", f"/compare?{DAY}&regions=hubei&regions=tianjin&only=1", width=360, height=740),
    Picture("policies", "/policies"),
    Picture("policy", "/policies/hubei-2024"),
    Picture("check", "/guide", act=_open_family, top=".page-head ~ * h2:has-text('情况')"),
    Picture("check-360", "/guide", width=360, height=740, act=_open_family, top="#live"),
    Picture("decision", make=decided, top="h2"),
    Picture("batch", "/batch"),
    Picture("batch-faults", "/batch", act=_send_table),
    Picture("ledger", make=deadlines.ledger),
    Picture("calendar", make=deadlines.month, top="#month-title"),
    Picture("procedures", f"/referrals/procedures?region=hubei&region=tianjin&{DAY}", top=".drawing"),
    Picture("referral", make=referral, top="main h2"),
    Picture("incentives", make=organisation, top="#result table"),
    Picture("revise", "/revise/edit?base=jinhua-draft"),
    Picture("revise-result", "/revise/edit?base=jinhua-draft", act=_revise, top="#impact"),
    Picture("population", make=assessed, top=".downloads"),
    Picture("glossary", "/glossary"),
    Picture("display", "/display"),
)


def small(png: bytes) -> bytes:
    """Write a picture in as many colours as keep it small, at most 256."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def main(folder: Path, *names: str) -> None:
    """Make all pictures into a folder, or those that are named."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in PICTURES if not names or one.name in names]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for guarded in (False, True):
            pictures = [one for one in wanted if one.guarded == guarded]
            if pictures:
                (own := Path(home) / str(guarded)).mkdir()
                with standing_still(own, *["guarded"] * guarded) as site:
                    for one in pictures:
                        context = browser.new_context(
                            base_url=site.url,
                            locale="zh-CN",
                            timezone_id="Asia/Shanghai",
                            viewport={"width": one.width, "height": one.height},
                            reduced_motion="reduce",
                        )
                        context.add_cookies([{"name": "xianjie_display", "value": one.display, "url": site.url}])
                        (folder / f"{one.name}.png").write_bytes(small(_taken(one, context.new_page(), site)))
                        context.close()
        browser.close()


_HELD = """() => { for (const one of document.querySelectorAll(".matrix th")) { one.style.position = "static"; } }"""
"""Cells that stay while a table is scrolled are drawn in layers, between two pixels: now here, now there."""


def _taken(one: Picture, page: Page, site: Site) -> bytes:
    page.clock.set_fixed_time("2025-08-01T01:30:00Z")
    page.goto(one.make(site) if one.make else one.path)
    if one.act:
        one.act(page)
    if one.top:
        page.locator(one.top).first.evaluate("it => { scrollTo(0, it.getBoundingClientRect().top + scrollY - 32); }")
    page.evaluate(_HELD)
    return page.screenshot(animations="disabled")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
