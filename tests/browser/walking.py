"""What hands do without a mouse: walk through a page by keyboard, seeing at each step where they are."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page


def tab_to(
    page: Page,
    role: Any,
    name: str | re.Pattern[str],
    *,
    back: bool = False,
    within: Locator | None = None,
    most: int = 400,
) -> Locator:
    """Press Tab until the element of that role and name has the focus, and give it.

    Fails where it is never reached, and where on the way anything has the focus without showing it: no outline on it,
    on what is drawn for it, or on the word beside it.
    """
    target = (within or page).get_by_role(role, name=name, exact=True).first
    target.wait_for(state="attached")
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        step: dict[str, Any] = target.evaluate(_FOCUS)  # the one that is there now: a swap may have brought another
        assert step["shown"], f"focus is not visible on {step['what']} at {page.url}"
        if step["there"]:
            assert step["seen"], f"focus is outside the window, or something covers it: {step['what']} at {page.url}"
            return target
    raise AssertionError(f"Tab never reaches {role} “{name}” at {page.url}; last on {step['what']}")


def press_through(page: Page, *keys: str) -> None:
    """Press keys, one after another."""
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """Tell what has the focus: its role or tag, and its text."""
    return str(page.evaluate(f"() => ({_FOCUS})(document.activeElement).what"))


_FOCUS = """(aim) => {
  const el = document.activeElement;
  if (!el || el === document.body) { return { there: false, shown: true, seen: true, what: "the page" }; }
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const around = [[el], [el, "::before"], [el, "::after"]];
  if (el.nextElementSibling) { around.push([el.nextElementSibling]); }
  if (el.closest("label")) { around.push([el.closest("label")]); }
  // the little button within a field for a day: the browser draws the focus itself, where no sheet can see it
  const within = /^(date|time|month|week)/.test(el.type) && el.matches(":focus") && !el.matches(":focus-visible");
  const shown = within || around.some(([one, part]) => drawn(getComputedStyle(one, part)));
  el.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = el.getBoundingClientRect(), wide = innerWidth, high = innerHeight;
  const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) => [
    Math.min(Math.max(box.left + box.width * x, 0), wide - 1),
    Math.min(Math.max(box.top + box.height * y, 0), high - 1)]);
  const inside = box.bottom > 0 && box.top < high && box.right > 0 && box.left < wide;
  const seen = inside && points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (el.contains(top) || top.contains(el) || (top.closest("label") || 0) === el.closest("label"));
  });
  const text = (el.getAttribute("aria-label") || el.textContent || el.name || "").trim().replace(/\\s+/g, " ");
  return { there: el === aim, shown, seen, what: `${el.tagName.toLowerCase()} “${text.slice(0, 60)}”` };
}"""
