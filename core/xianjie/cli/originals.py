"""Show the document's own sentence beside a rule, where the user keeps a copy of the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from xianjie.cli.edge import tell
from xianjie.cli.options import say
from xianjie.errors import XianjieError

if TYPE_CHECKING:
    from xianjie.policy.prepared import Policy
    from xianjie.sources.shelf import Original


def originals_of(policy: Policy, lang: str) -> Mapping[str, Original]:
    """Give the sentence behind each rule; empty where no copy is kept.

    A copy that is damaged is told on stderr and does not stand in the way of what the command is for.
    """
    from xianjie.home import SHELF, default_home

    home = default_home()
    if not (home / SHELF).is_dir():
        return {}  # most users keep no copies: what reads documents need not be loaded for them
    from xianjie.sources.shelf import kept, originals

    try:
        copy = kept(home, policy.id)
        return {} if copy is None else originals(copy, policy)
    except XianjieError as error:
        tell(error, lang)
        return {}


def original_text(original: Original, lang: str) -> Text:
    """Write a sentence; one that is only the nearest says so."""
    out = Text(original.text)
    if not original.exact:
        share = f"{original.likeness:.0%}"
        note = say(
            lang,
            f"（原句不在所存的文本里；这是最近的一句，含我们概要的 {share}，不等于原句）",
            f" (the sentence is not in your copy; this is the nearest, with {share} of our summary, and not the same)",
        )
        out.append(note, "yellow")
    return out


def original_json(original: Original | None) -> dict[str, Any] | None:
    """Give a sentence as JSON-shaped data."""
    if original is None:
        return None
    return {
        "text": original.text,
        "clause": original.clause,
        "exact": original.exact,
        "likeness": round(original.likeness, 3),
    }
