"""Set Chinese and Latin text in a terminal: break between Chinese characters, never in a word or before a comma."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

WIDEST = 108
"""How wide prose and tables run at most; a longer line is hard to read."""

_CLOSING = frozenset("，。、；：！？）》〉】」』”’…·,.;:!?)]}%")
_OPENING = frozenset("（《〈【「『“‘([{")


def is_wide(char: str) -> bool:
    """Tell whether a character takes two cells, so that a line may break beside it."""
    return unicodedata.east_asian_width(char) in "WF"


def break_points(text: str, width: int) -> list[int]:
    """Choose where lines of at most `width` cells begin; a word that is longer than a line is cut."""
    points: list[int] = []
    start = used = 0
    last = 0
    for index, char in enumerate(text):
        if char == "\n":
            points.append(index + 1)
            start, used, last = index + 1, 0, 0
            continue
        if index > start and _may_break(text[index - 1], char):
            last = index
        used += cell_len(char)
        if used <= width or char == " ":
            continue
        at = last if last > start else index
        points.append(at)
        start, last = at, 0
        used = cell_len(text[at : index + 1])
    return points


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after not in _CLOSING
    if after in _CLOSING or after in " (" or before in _OPENING:  # a clause such as 二(二)3 stays whole
        return False
    return is_wide(before) or is_wide(after)


def longest_word(text: str) -> int:
    """Measure the longest stretch that must not be broken, in cells."""
    longest = current = 0
    for index, char in enumerate(text):
        if char == "\n" or (index and _may_break(text[index - 1], char)):
            longest, current = max(longest, current), 0
        if char not in " \n":
            current += cell_len(char)
    return max(longest, current)


def wrapped(text: Text, width: int) -> list[Text]:
    """Divide a text into lines of at most `width` cells, with nothing trailing."""
    lines = list(text.divide(break_points(text.plain, max(2, width))))
    for line in lines:
        line.rstrip()
        line.no_wrap, line.overflow = True, "ignore"
    return lines


class Prose:
    """Text that is wrapped as Chinese is, keeping its styles; its lines hang beside a mark, behind an indent."""

    def __init__(
        self, text: Text | str, style: str = "", indent: int = 0, mark: Text | str = "", mark_width: int = 0
    ) -> None:
        self.text = Text(text, style) if isinstance(text, str) else text
        self.indent, self.mark_width = indent, mark_width
        self.mark = Text(mark) if isinstance(mark, str) else mark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the lines, each no wider than there is room, with nothing trailing."""
        margin = self.indent + self.mark_width
        for number, line in enumerate(wrapped(self.text, options.max_width - margin)):
            head = Text(" " * self.indent)
            if self.mark_width:
                head.append_text(self.mark if number == 0 else Text(""))
                head.pad_right(margin - head.cell_len)
            whole = head.append_text(line)
            whole.rstrip()
            whole.no_wrap, whole.overflow = True, "ignore"
            yield whole

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Measure between the longest unbreakable stretch and the longest line."""
        margin = self.indent + self.mark_width
        widest = margin + max((cell_len(line) for line in self.text.plain.split("\n")), default=0)
        least = margin + max(2, longest_word(self.text.plain))
        return Measurement(min(least, options.max_width), min(max(widest, least), options.max_width))


def hanging(mark: Text | str, body: Text | str, indent: int = 0, mark_width: int = 2) -> Prose:
    """Set a paragraph whose lines hang beside its mark."""
    return Prose(body, indent=indent, mark=mark, mark_width=mark_width)


def indented(body: Text | str, indent: int, style: str = "") -> Prose:
    """Set a paragraph with every line indented."""
    return Prose(body, style, indent)


class Heading:
    """A title with a line after it; a title too long for that is wrapped instead."""

    def __init__(self, title: Text | str) -> None:
        self.title = Text(title, "bold") if isinstance(title, str) else title

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the title's line, or its lines."""
        room = options.max_width - self.title.cell_len - 1
        if room < 4:
            yield from wrapped(self.title, options.max_width)
            return
        line = Text(no_wrap=True, overflow="ignore").append_text(self.title)
        yield line.append(" " + "─" * room, "dim not bold")
