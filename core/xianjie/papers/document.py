"""What a paper holds before it is laid out: headings, paragraphs and tables, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["body", "point", "ground", "note"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `soft` is set smaller and quieter."""

    text: str
    bold: bool = False
    soft: bool = False


Text = str | Sequence[Run | str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; its number is set when the paper is laid out."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: of the body, a point of a list, a ground of an explanation (indented by its level), or a note."""

    text: Text
    kind: Kind = "body"
    level: int = 0
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of lines, over `span` columns."""

    lines: tuple[Text, ...]
    span: int = 1
    shade: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on each page. `widths` are shares; a row's cells span as many columns.

    `kept` holds the numbers of the rows that stay on one page with the row after them.
    """

    widths: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kept: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """From here on the pages lie (`wide`), or stand again."""

    wide: bool


Block = Heading | Paragraph | Table | Turn


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its template's name, what stands at its head, its body, and the words that only its template has."""

    name: Literal["comparison", "decision", "impact"]
    lang: str
    title: str
    subtitle: str
    standing: tuple[str, ...]
    footer: str
    blocks: tuple[Block, ...]
    words: Mapping[str, str] = field(default_factory=dict)


def cell(*lines: Text, span: int = 1, shade: bool = False, right: bool = False) -> Cell:
    """Make a cell of its lines; empty ones are left out."""
    return Cell(tuple(line for line in lines if line), span, shade, right)


def row(*texts: Text) -> tuple[Cell, ...]:
    """Make a row of plain cells."""
    return tuple(cell(*text.split("\n")) if isinstance(text, str) else cell(text) for text in texts)
