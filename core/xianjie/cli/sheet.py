"""Draw a table without frames, its words whole and its lines clean; on a narrow screen, record after record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from xianjie.cli.typeset import Prose, longest_word, wrapped

ROOMY = 12
"""A column of running text is not squeezed below this many cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of texts under titles. A cell may hold several lines.

    `least` gives the narrowest width of each column (None: the longest word, and room for running text). `spaced`
    sets a blank line between rows. In the narrow form the first cell heads its record.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[Text]]
    least: Sequence[int] | None = None
    spaced: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the table where it fits, else the records."""
        columns = list(zip(*([Text(title) for title in self.titles], *self.rows), strict=True))
        most = [max(_width(cell) for cell in column) for column in columns]
        least = self.least or [
            min(wide, max(ROOMY, *(longest_word(cell.plain) for cell in column)))
            for wide, column in zip(most, columns, strict=True)
        ]
        least = [max(one, cell_len(title)) for one, title in zip(least, self.titles, strict=True)]
        for gap, widths in ((3, most), (2, most), (1, most), (2, least), (1, least)):
            room = options.max_width - gap * (len(widths) - 1)
            if sum(widths) <= room:
                yield from self._table(_widened(widths, most, room), gap)
                return
        yield from self._records()

    def _table(self, widths: Sequence[int], gap: int) -> RenderResult:
        yield _line([Text(title, "bold") for title in self.titles], widths, gap)
        yield _line([Text("─" * width, "dim") for width in widths], widths, gap)
        for number, row in enumerate(self.rows):
            if number and self.spaced:
                yield Text("")
            cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
            for parts in zip_longest(*cells, fillvalue=Text("")):
                yield _line(parts, widths, gap)

    def _records(self) -> RenderResult:
        label = max(cell_len(title) for title in self.titles[1:]) + 2
        for number, row in enumerate(self.rows):
            if number:
                yield Text("")
            yield Prose(_on_one_line(row[0]))
            for title, cell in zip(self.titles[1:], row[1:], strict=True):
                if cell.plain:
                    yield Prose(_on_one_line(cell), indent=2, mark=Text(title, "dim"), mark_width=label)


def _width(cell: Text) -> int:
    return max(cell_len(line) for line in cell.plain.split("\n"))


def _on_one_line(cell: Text) -> Text:
    return Text("  ").join(cell.split("\n"))


def _line(parts: Sequence[Text], widths: Sequence[int], gap: int) -> Text:
    out = Text(no_wrap=True, overflow="ignore")
    for part, width in zip(parts, widths, strict=True):
        out.append_text(part)
        out.append(" " * (width - part.cell_len + gap))
    out.rstrip()
    return out


def _widened(widths: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Hand out what room is left, cell by cell, to the columns that would still wrap most."""
    out = list(widths)
    for _ in range(room - sum(out)):
        number = max(range(len(out)), key=lambda column: most[column] - out[column])
        if out[number] >= most[number]:
            break
        out[number] += 1
    return out
