"""What eyes see of a page: whether it fits its window, and whether people with other eyes can use it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that other colours may break: all that is left to ask where all were asked by day."""


@functools.cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def axe(page: Page, within: str | None = None, rules: Sequence[str] = ()) -> None:
    """Fail with what axe-core finds against WCAG 2.1 AA, readably.

    `within` limits it to a part of the page, `rules` to some rules.
    """
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(
        """async ([within, runOnly]) => {
          const asked = { runOnly, resultTypes: ["violations"] };
          return (await axe.run(within || document, asked)).violations;
        }""",
        [within, {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}],
    )
    assert not found, f"axe-core on {page.url}\n" + "\n".join(_told(one) for one in found)


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}  {violation['helpUrl']}"]
    for node in nodes[:6]:
        lines.append(f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}")
        lines.extend(f"        {line.strip()}" for line in node["failureSummary"].splitlines()[1:3])
    if len(nodes) > 6:
        lines.append(f"    … and {len(nodes) - 6} more")
    return "\n".join(lines)


def fits(page: Page) -> None:
    """Fail where the page as a whole has to be scrolled sideways, or a cell's words stand one below the other.

    Tables may scroll within their own frames.
    """
    squeezed: list[str] = page.evaluate(_SQUEEZED)
    assert not squeezed, f"squeezed in the window of {page.viewport_size}: {page.url}\n" + "\n".join(squeezed)
    wide: list[str] = page.evaluate(_WIDE)
    assert not wide, f"wider than the window of {page.viewport_size}: {page.url}\n" + "\n".join(wide)


_SQUEEZED = """() => [...document.querySelectorAll("td, th")].filter((cell) => {
  const style = getComputedStyle(cell), text = cell.innerText.trim();
  const within = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return text.length > 4 && cell.clientWidth > 1 && within < 2.6 * parseFloat(style.fontSize) && cell.clientHeight > 90;
}).slice(0, 8).map((cell) => `${cell.tagName.toLowerCase()} “${cell.innerText.trim().slice(0, 30)}”`)"""

_WIDE = """() => {
  const root = document.documentElement, out = [];
  const over = Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
  if (over <= 0) { return out; }
  const framed = (el) => {
    for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") { return true; }
    }
    return false;
  };
  for (const el of document.body.querySelectorAll("*")) {
    const right = el.getBoundingClientRect().right;
    if (right > root.clientWidth + 0.5 && !framed(el)) {
      out.push(`${el.tagName.toLowerCase()}.${el.className} reaches ${Math.round(right)} of ${root.clientWidth}`);
    }
  }
  return out.length ? out.slice(0, 8) : [`the document is ${over} px wider`];
}"""
