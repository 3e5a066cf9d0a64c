"""Mark what differs between two sentences, and list the numbers that changed between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from xianjie.sources.numerals import Number, numbers

_LONG, _HUGE = 2000, 20_000
"""Above so many characters and numbers the comparison is rougher, and rougher still."""
_UNIT = re.compile(r"\s*个?(?:百分点|小时|[次名位人户家项条款种类级件倍所处套份遍轮期组个])")
_LATIN = re.compile("[A-Za-z]+")

Segments = tuple[tuple[str, bool], ...]
"""A sentence in stretches; the flag tells whether a stretch differs from the other sentence."""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that stands in one sentence where another, or none, stands in the other."""

    old: Number | None
    new: Number | None
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    text: str


def differing(old: str, new: str) -> tuple[Segments, Segments]:
    """Give both sentences in stretches that agree or differ; punctuation and the writing of numbers do not count.

    >>> differing("目录每半年更新。", "目录每季度更新。")[1]
    (('目录', False), ('每季度', True), ('更新。', False))
    """
    before, after = list(_tokens(old)), list(_tokens(new))
    codes = _opcodes([one.key for one in before], [one.key for one in after])
    marks: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for place, (tag, a, b, c, d) in enumerate(codes):
        island = tag == "equal" and b - a == 1 and 0 < place < len(codes) - 1  # one lone character between changes
        for side, part in zip(marks, (before[a:b], after[c:d]), strict=True):
            text = "".join(token.text for token in part)
            differs = tag != "equal" or island
            if text and side and side[-1][1] == differs:
                side[-1] = (side[-1][0] + text, differs)
            elif text:
                side.append((text, differs))
    return tuple(marks[0]), tuple(marks[1])


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Compare two sequences as `SequenceMatcher` does; of very long ones the middle counts as different as a whole."""
    shorter = min(len(old), len(new))
    if shorter <= _HUGE:
        return SequenceMatcher(None, old, new, len(old) + len(new) > _LONG).get_opcodes()
    first = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    last = next((n for n in range(shorter - first) if old[-1 - n] != new[-1 - n]), shorter - first)
    codes = [
        ("equal", 0, first, 0, first),
        ("replace", first, len(old) - last, first, len(new) - last),
        ("equal", len(old) - last, len(old), len(new) - last, len(new)),
    ]
    return [code for code in codes if code[1] < code[2] or code[3] < code[4]]


def _tokens(text: str) -> Iterator[_Token]:
    """Cut a sentence into numbers, Latin words and characters; what does not count hangs on what is before it."""
    figures = {one.start: (one.end, one.key) for one in numbers(text)}
    at = 0
    key = held = ""
    while at < len(text):
        if at in figures:
            end, now = figures[at]
        else:
            word = _LATIN.match(text, at)
            end = word.end() if word else at + 1
            now = text[at:end].lower()
        if not any(char.isalnum() or char in "≥≤<>" for char in now):
            held += text[at:end]
        else:
            if held:
                yield _Token(key, held)
            key, held = now, text[at:end]
        at = end
    if held:
        yield _Token(key, held)


def changed_numbers(old: str, new: str) -> tuple[NumberChange, ...]:
    """List the numbers in which two sentences differ, pairing those that stand in the same place."""
    before, after = numbers(old), numbers(new)
    out: list[NumberChange] = []
    for tag, a, b, c, d in _opcodes([one.key for one in before], [one.key for one in after]):
        if tag == "equal":
            continue
        lost: Sequence[Number | None] = before[a:b]
        gained: Sequence[Number | None] = after[c:d]
        width = max(len(lost), len(gained))
        pairs = zip([*lost, *[None] * (width - len(lost))], [*gained, *[None] * (width - len(gained))], strict=True)
        out += [NumberChange(one, other, _shown(one, old), _shown(other, new)) for one, other in pairs]
    return tuple(out)


def _shown(number: Number | None, text: str) -> str:
    """Write a number as it stands, with the unit that follows it."""
    if number is None:
        return ""
    unit = _UNIT.match(text, number.end) if number.kind in ("count", "ordinal") else None
    return number.text + (unit[0] if unit else "")
