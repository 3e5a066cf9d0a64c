"""Texts for the cells of a CSV file, of which no program that opens it makes a formula."""

from __future__ import annotations

import re

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula can begin with."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def is_risky(text: str) -> bool:
    """Tell whether a program that opens a CSV file could take a text for a formula; a negative number is none."""
    return text.startswith(RISKY) and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    """Give a text for a CSV cell that no program takes for a formula: with a quotation mark before it where needed."""
    return f"'{text}" if is_risky(text) else text
