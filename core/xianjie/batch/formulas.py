"""Tell formulas whose stored result can be taken from those that say nothing certain, and make texts that are none."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    r"\[[0-9]+\]|\[[^\]]*\.xl|\||://"
    r"|(?<![A-Z0-9_.])(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|CELL|INFO|WEBSERVICE|FILTERXML|RTD|CALL"
    r"|REGISTER(?:\.ID)?|EXEC|DDE|HYPERLINK|IMAGE|STOCKHISTORY|GETPIVOTDATA)\s*\(",
    re.IGNORECASE,
)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def is_unsafe(formula: str) -> bool:
    """Tell whether a formula's stored result depends on when it was opened, on other files, or cannot be known."""
    return not formula.strip() or bool(_UNSAFE.search(formula))


def is_risky(text: str) -> bool:
    """Tell whether a program that opens a CSV file could take a text for a formula; a negative number is none."""
    return text.startswith(_RISKY) and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    """Give a text for a CSV cell that no program takes for a formula: with a quotation mark before it where needed."""
    return f"'{text}" if is_risky(text) else text
