"""Choose the language of a problem from what the client accepts: Chinese, unless English is wanted more."""

from __future__ import annotations

import re

_RANGE = re.compile(r"\s*(?P<tag>[A-Za-z*][A-Za-z0-9-]{0,34})\s*(?:;\s*q\s*=\s*(?P<q>[01](?:\.[0-9]{0,3})?))?\s*")
LONGEST = 400


def accepted(header: str | None) -> str:
    """Give `zh` or `en` for an Accept-Language header (RFC 9110, 12.5.4); what cannot be read is passed over."""
    best = {"zh": -1.0, "en": -1.0}
    anything = -1.0
    for part in (header or "")[:LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        quality = float(found["q"] or 1)
        tag = found["tag"].lower().partition("-")[0]
        if tag == "*":
            anything = quality
        elif tag in best:
            best[tag] = max(best[tag], quality)
    for tag, quality in best.items():
        if quality < 0:
            best[tag] = anything
    return "en" if best["en"] > max(best["zh"], 0.0) else "zh"
