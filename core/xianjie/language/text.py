"""Look at the text of a condition before it is parsed: its length, its brackets, and where its lines end."""

from __future__ import annotations

import re

LONGEST = 4000
DEEPEST = 40

# Python's parser ends a line at these only; str.splitlines at more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_TOKEN = re.compile(r"'(?:\\.|[^'\\\r\n])*'|\"(?:\\.|[^\"\\\r\n])*\"|#[^\r\n]*|[(\[{]|[)\]}]", re.S)


class ExpressionError(Exception):
    """Say what is wrong in a condition, and at which character of its text (from 0)."""

    def __init__(self, code: str, zh: str, en: str, offset: int) -> None:
        super().__init__(zh)
        self.code, self.zh, self.en, self.offset = code, zh, en, offset


def check_text(text: str) -> None:
    """Refuse a text that is too long, or whose brackets are too many at once or do not pair.

    They must pair by themselves, for the parser is given the text between two brackets of our own.
    """
    if len(text) > LONGEST:
        raise ExpressionError("expression-too-long", f"条件超过 {LONGEST} 个字符", f"more than {LONGEST} characters", 0)
    open_at: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] in "([{":
            open_at.append(token.start())
            if len(open_at) > DEEPEST:
                raise ExpressionError(
                    "expression-too-deep",
                    f"括号嵌套超过 {DEEPEST} 层",
                    f"nested deeper than {DEEPEST}",
                    token.start(),
                )
        elif token[0] in ")]}":
            if not open_at:
                raise bad_syntax(token.start())
            open_at.pop()
    if open_at:
        raise bad_syntax(open_at[-1])


def lines_of(text: str) -> list[str]:
    """Cut a text into the lines that Python's parser counts, at least one."""
    return _LINE.findall(text) or [""]


def bad_syntax(offset: int) -> ExpressionError:
    """Make the error of a text that is no expression."""
    return ExpressionError(
        "expression-syntax",
        "条件的语法不对：请用 and、or、not、括号与比较符",
        "syntax error: use and, or, not, brackets and comparisons",
        offset,
    )
