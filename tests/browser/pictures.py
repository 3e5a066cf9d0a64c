"""Make the pictures of the pages that the docs show: `python -m tests.browser.pictures FOLDER`.

A page of yours is one line more in PICTURES; `docs/workbench.md` then shows `pictures/<name>.png`.
"""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
from PIL import Image
from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM, FLAGS

LARGEST = 150 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in a window: its name, its path, the window, the look, and what is clicked before it is taken."""

    name: str
    path: str
    width: int = 1280
    height: int = 860
    display: str = "zh.light.auto.normal"
    click: str = ""


PICTURES = (
    Picture("home", "/"),
    Picture("compare", "/compare?as_of=2025-08-01"),
    Picture("compare-cell", "/compare?as_of=2025-08-01", click="#t-coverage >> xpath=../following-sibling::tr[1]//a"),
    Picture("compare-dark", "/compare?as_of=2025-08-01", display="zh.dark.auto.normal"),
    Picture("compare-360", "/compare?as_of=2025-08-01&regions=hubei&regions=tianjin&only=1", width=360, height=740),
    Picture("policies", "/policies"),
    Picture("policy", "/policies/hubei-2024"),
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


def main(folder: Path) -> None:
    """Make all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen([sys.executable, "-m", "tests.browser.still", home, str(port)])
        try:
            _wait(url)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for one in PICTURES:
                    context = browser.new_context(
                        base_url=url,
                        locale="zh-CN",
                        timezone_id="Asia/Shanghai",
                        viewport={"width": one.width, "height": one.height},
                        reduced_motion="reduce",
                    )
                    context.add_cookies([{"name": "xianjie_display", "value": one.display, "url": url}])
                    page = context.new_page()
                    page.goto(one.path)
                    if one.click:
                        page.locator(one.click).first.click()
                        page.get_by_role("dialog").wait_for()
                    (folder / f"{one.name}.png").write_bytes(small(page.screenshot()))
                    context.close()
                browser.close()
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            if httpx2.get(f"{url}/livez").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
