"""Tell formulas whose stored result can be taken from those that say nothing certain."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    r"\[[0-9]+\]|\[[^\]]*\.xl|\||://"
    r"|(?<![A-Z0-9_.])(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|CELL|INFO|WEBSERVICE|FILTERXML|RTD|CALL"
    r"|REGISTER(?:\.ID)?|EXEC|DDE|HYPERLINK|IMAGE|STOCKHISTORY|GETPIVOTDATA)\s*\(",
    re.IGNORECASE,
)


def is_unsafe(formula: str) -> bool:
    """Tell whether a formula's stored result depends on when it was opened, on other files, or cannot be known."""
    return not formula.strip() or bool(_UNSAFE.search(formula))
