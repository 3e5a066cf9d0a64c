"""The table of ten regions and all topics: its head and first column stay while it is scrolled, and smoothly."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from tests.browser.conftest import Visitor
from tests.browser.sites import invent_regions, serving

_FRAMES = """() => { const out = window.frames_ms = []; let last = performance.now();
  const step = (now) => { out.push(now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step); }"""
_PLACES = """() => { const box = document.querySelector(".sheet").getBoundingClientRect();
  const head = document.querySelector(".matrix thead th:nth-child(3)").getBoundingClientRect();
  const shown = [...document.querySelectorAll(".matrix th[scope=row]")].map((el) => el.getBoundingClientRect())
    .filter((one) => one.bottom > box.top && one.top < box.bottom);
  return { top: head.top - box.top, left: Math.max(...shown.map((one) => Math.abs(one.left - box.left))) }; }"""


def test_head_and_first_column_stay(
    tmp_path: Path, visitor: Visitor, record_property: Callable[[str, object], None]
) -> None:
    invent_regions(tmp_path / "more")
    with serving(tmp_path, PYTHONPATH=os.pathsep.join([str(tmp_path / "more")])) as site:
        page = visitor(at=site)
        page.goto("/compare?as_of=2025-08-01")
        assert page.locator(".matrix thead .region-name").count() == 10
        assert page.locator(".matrix tbody th[scope=row]").count() >= 60
        page.locator(".sheet").scroll_into_view_if_needed()
        box = page.locator(".sheet").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, min(box["y"] + 300, 700))
        page.evaluate(_FRAMES)
        for across, down, times in ((0, 120, 60), (120, 0, 20), (-120, 0, 20), (0, -240, 20), (90, 90, 10)):
            for _ in range(times):
                page.mouse.wheel(across, down)
        page.wait_for_function("() => document.querySelector('.sheet').scrollLeft > 100")
        places = page.evaluate(_PLACES)
        assert abs(places["top"]) <= 2
        assert places["left"] <= 2
        assert page.locator(".sheet").evaluate("el => el.scrollTop") > 100
        frames: list[float] = page.evaluate("() => window.frames_ms")
    cuts = quantiles(frames, n=20)
    late = sum(one > 50 for one in frames)
    record_property(
        "scrolling",
        f"{len(frames)} frames: median {cuts[9]:.1f}, p95 {cuts[18]:.1f}, longest {max(frames):.1f}, "
        f"over 50 ms: {late}",
    )
