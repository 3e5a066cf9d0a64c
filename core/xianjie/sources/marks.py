"""Recognise the numbers that head clauses in Chinese official documents, also where a scanner garbled them.

The levels, from the outside in: 附件, 第X编, 第X章, 第X节, 第X条, 一、, （一）, 1., (1), 一是.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

_CN = "一二三四五六七八九十"
_ENDED = frozenset("。；！？;!?：:.")
_OPEN_ENDED = frozenset("第《（(“‘〔[")
_HANGING = frozenset("，,、")
_SKIPPED = 3
"""How many numbers in a row a scanner may have lost."""


class Level(IntEnum):
    """The levels of numbering, from the outside in."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    TOP = 5
    BRACKET = 6
    ARABIC = 7
    SUB = 8
    ITEM = 9


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the head of a clause: its level, what it counts to, and the stretch of the line that it takes.

    `sure`: written as it should be. Otherwise it counts only where it continues the sequence.
    """

    level: Level
    number: int
    start: int
    end: int
    sure: bool = True


_FORMS: tuple[tuple[Level, bool, re.Pattern[str]], ...] = tuple(
    (level, sure, re.compile(form))
    for level, sure, form in (
        (
            Level.ANNEX,
            True,
            r"附\s*[件录]\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,2}|)(?:\s*[:：.．、]\s*|\s*$|\s+)",
        ),
        (Level.PART, True, rf"第\s*([{_CN}]{{1,3}}|\d{{1,2}})\s*(?:编|部分)(?![的之规和、，])\s*"),
        (Level.CHAPTER, True, rf"第\s*([{_CN}]{{1,3}}|\d{{1,2}})\s*章(?![的之规和、，第])\s*"),
        (Level.SECTION, True, rf"第\s*([{_CN}]{{1,3}}|\d{{1,2}})\s*节(?![的之规和、，第])\s*"),
        (Level.ARTICLE, True, rf"第\s*([{_CN}百零〇]{{1,7}}|\d{{1,3}})\s*条(?![的之规和、，第至款中])\s*"),
        (Level.TOP, True, rf"([{_CN}]{{1,3}})\s*[、．.]\s*"),
        (Level.TOP, False, rf"([{_CN}]{{1,3}})\s*[,，]\s*"),
        (Level.BRACKET, True, rf"[（(〔\[【]+\s*([{_CN}]{{1,3}})\s*[）)〕\]】]+\s*[、.．]?\s*"),
        (Level.BRACKET, True, r"([㈠-㈩])\s*"),
        (Level.TOP, False, r"([—ー])\s*[、．.]\s*"),
        (Level.BRACKET, False, r"[（(〔\[【]\s*([—ー])\s*[）)〕\]】]\s*"),
        (Level.BRACKET, False, rf"[（(〔\[【]\s*([{_CN}]{{1,3}})\s*[、.．]?\s*"),
        (Level.BRACKET, False, rf"([{_CN}]{{1,3}})\s*[）)〕\]】]\s*"),
        (Level.ARABIC, True, r"([0-9０-９]{1,2})\s*[.．、](?![0-9０-９])\s*"),
        (Level.ARABIC, True, r"([⒈-⒛])\s*"),
        (Level.SUB, True, r"[（(]\s*([0-9０-９]{1,2})\s*[）)]\s*"),
        (Level.SUB, True, r"([①-⑳⑴-⒇])\s*"),
        (Level.SUB, False, r"([0-9０-９]{1,2})\s*[）)]\s*"),
        (Level.ITEM, True, rf"([{_CN}]{{1,2}})是\s*"),
    )
)
_INLINE = re.compile(
    rf"(?<=[。；;])\s*(?:[（(〔][{_CN}]{{1,3}}[）)〕]|[{_CN}]{{1,3}}、|[0-9０-９]{{1,2}}[.．](?![0-9０-９]))"
)


def mark_at(text: str, start: int) -> Iterator[Mark]:
    """Give the marks that could stand at a place, the likeliest first."""
    for level, sure, form in _FORMS:
        found = form.match(text, start)
        number = counted(found[1]) if found else None
        if found and number is not None:
            yield Mark(level, number, found.start(), found.end(), sure)


def inline_marks(line: str) -> Iterator[Mark]:
    """Find well-formed marks that follow the end of a sentence within a line, as where paragraphs ran together."""
    for found in _INLINE.finditer(line):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        for mark in mark_at(line, start):
            if mark.sure and mark.level in (Level.TOP, Level.BRACKET, Level.ARABIC):
                yield mark
                break


def counted(text: str) -> int | None:
    """Read the number of a mark; an annex without one counts as nought."""
    if not text:
        return 0
    if text in "—ー":  # what scanners make of 一
        return 1
    if len(text) == 1 and not text.isdecimal() and text not in _CN:
        for first in "㈠①⑴⒈":
            if 0 <= ord(text) - ord(first) < 20:
                return ord(text) - ord(first) + 1
    if text.isdecimal():
        return int(text)
    whole = 0
    digit = 0
    for char in text:
        if char == "百":
            whole, digit = whole + 100 * (digit or 1), 0
        elif char == "十":
            whole, digit = whole + 10 * (digit or 1), 0
        elif char in "零〇":
            continue
        elif digit:
            return None
        else:
            digit = _CN.index(char) + 1
    return whole + digit


def in_characters(number: int) -> str:
    """Write a number up to 999 as clauses are numbered."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_CN[hundreds - 1]}百" if hundreds else ""
    if hundreds and rest and not tens:
        out += "零"
    if tens:
        out += ("" if tens == 1 and not hundreds else _CN[tens - 1]) + "十"
    return out + (_CN[ones - 1] if ones else "")


@dataclass(slots=True)
class Sequence:
    """Follow the numbers as they come, and tell which marks continue them."""

    open: dict[Level, int]
    last: dict[Level, int]

    def accepts(self, mark: Mark, before: str, fresh: bool) -> bool:
        """Tell whether a mark at the beginning of a line heads a clause.

        `before` is the line before it, `fresh` whether a paragraph surely begins here.
        """
        exact = self._continues(mark)
        if before[-1:] in _OPEN_ENDED and before:
            return False
        if not mark.sure:
            return exact and (fresh or before[-1:] in _ENDED)
        if mark.level <= Level.SECTION:
            return True
        ended = fresh or not before or before[-1] in _ENDED
        if mark.number == 1:
            return ended or before[-1] not in _HANGING
        if mark.level == Level.ITEM:
            return exact
        if exact or (fresh and mark.number == self.open.get(mark.level)):  # a number may stand twice by mistake
            return True
        return ended and any(count < mark.number <= count + _SKIPPED for count in self._counts(mark.level))

    def accepts_inline(self, mark: Mark) -> bool:
        """Tell whether a mark within a line heads a clause: only where it goes on counting."""
        return mark.number > 1 and self.open.get(mark.level) == mark.number - 1

    def _continues(self, mark: Mark) -> bool:
        """Tell whether a mark is the next under its parent, or the next of a count that runs through the document."""
        return any(mark.number == count + 1 for count in self._counts(mark.level))

    def _counts(self, level: Level) -> tuple[int, int]:
        return self.open.get(level, 0), self.last.get(level, 0)

    def take(self, mark: Mark) -> None:
        """Count a mark; the levels inside it begin anew."""
        self.open = {level: number for level, number in self.open.items() if level < mark.level}
        self.open[mark.level] = self.last[mark.level] = mark.number


def path_of(steps: Mapping[Level, int]) -> str:
    """Write a clause's path as policy files do: 三(二)1, 第十条(一), 附件1."""
    out = ""
    if Level.ANNEX in steps:
        out = f"附件{steps[Level.ANNEX] or ''}"
    if Level.ARTICLE in steps:
        out += f"第{in_characters(steps[Level.ARTICLE])}条"
    else:
        for level, word in ((Level.PART, "部分"), (Level.CHAPTER, "章"), (Level.SECTION, "节")):
            if level in steps:
                out += f"第{in_characters(steps[level])}{word}"
    if Level.TOP in steps:
        out += in_characters(steps[Level.TOP])
    if Level.BRACKET in steps:
        out += f"({in_characters(steps[Level.BRACKET])})"
    if Level.ARABIC in steps:
        out += str(steps[Level.ARABIC])
    if Level.SUB in steps:
        out += f"({steps[Level.SUB]})"
    if Level.ITEM in steps:
        out += f"{in_characters(steps[Level.ITEM])}是"
    return out
