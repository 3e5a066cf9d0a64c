"""Make versions of the small policy: other ids, dates and standings, replacing or amending each other."""

from __future__ import annotations

import re

from tests.policy.base import TEXT

from xianjie.policy.load import read_policy
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE

_DATES = re.compile(r"^  (adopted|issued|effective|expires): .*\n", re.M)


def document_text(name: str, **document: str) -> str:
    """Write the small policy under another id, with the header's entries given and no other dates."""
    entries = {"standing": "issued", "validity": "in_force", **document}
    text = _DATES.sub("", TEXT).replace("id: example-2025", f"id: {name}")
    for key in ("standing", "validity"):
        text = re.sub(rf"^  {key}: .*$", f"  {key}: {entries.pop(key)}", text, flags=re.M)
    lines = "".join(f"  {key}: {value}\n" for key, value in entries.items())
    return text.replace("  text: full\n", f"  text: full\n{lines}", 1)


def amendment_text(name: str, base: str, body: str = "", **document: str) -> str:
    """Write an amendment."""
    entries = {"title": "虚构的修改", "issuers": "[甲]", "standing": "issued", "validity": "in_force", **document}
    header = ", ".join(f"{key}: {value}" for key, value in entries.items())
    return (
        f"overlay: 1\nid: {name}\nbase: {base}\nzh: 修改 {name}\nen: amended by {name}\ndocument: {{{header}}}\n{body}"
    )


def document(name: str, **entries: str) -> Policy:
    """Make the small policy under another id, with the header's entries given and no other dates."""
    return read_policy(document_text(name, **entries), f"{name}.yaml", BASE)


def amended(base: Policy, name: str, body: str = "", **entries: str) -> Policy:
    """Amend a policy."""
    overlay = parse_overlay(amendment_text(name, base.id, body, **entries), f"{name}.yaml")
    return overlaid(base, overlay, supposed=False)
