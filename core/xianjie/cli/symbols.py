"""Say statuses, forces, facts and values as a person reads them: an icon with each status, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from xianjie.engine.wording import KINDS, force_words
from xianjie.vocabulary.terms import STATUSES, term

Entry = Mapping[str, Any]


_NEUTRAL = ("◦", "")
_MARKS: Mapping[str, tuple[str, str]] = {
    "good": ("✓", "green"),
    "bad": ("✗", "red"),
    "care": ("!", "yellow"),
    "open": ("?", "yellow"),
    "ambiguous": ("⇄", "magenta"),
    "silent": ("-", "dim"),
}


def _mark(status: str) -> tuple[str, str]:
    return _MARKS.get(KINDS.get(status, ""), _NEUTRAL)


def mark(status: str) -> Text:
    """Give a status's icon."""
    icon, style = _mark(status)
    return Text(icon, style)


def status_text(status: str, lang: str, more: str = "") -> Text:
    """Give icon and words of a status, with something after it."""
    icon, style = _mark(status)
    return Text(f"{icon} {term(STATUSES, status, lang)}{more}", style)


def status_word(status: str, lang: str) -> Text:
    """Give the words of a status, without its icon."""
    return Text(term(STATUSES, status, lang), _mark(status)[1])


def cited(entry: Entry, lang: str) -> Text:
    """Give force and clause in one muted line; empty where the document is silent."""
    parts = [part for part in (force_words(entry, lang), entry.get("clause") or "") if part]
    return Text(" · ".join(parts), "dim")
