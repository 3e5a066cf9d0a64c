"""Lay a comparison out on the screen: a block for each topic, a line for each document that rules it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.symbols import status_text
from xianjie.cli.typeset import WIDEST, Heading, Prose, hanging, indented, wrapped
from xianjie.compare.case import Outcomes
from xianjie.compare.cell import Cell
from xianjie.compare.difference import VERDICTS
from xianjie.compare.markdown import notes
from xianjie.compare.matrix import Column, Matrix, Row
from xianjie.language.calendar import iso
from xianjie.vocabulary.terms import DIMENSIONS, term

_SIGNS = {"differ": ("≠", "yellow"), "open": ("?", "yellow"), "same": ("=", "green"), "silent": ("-", "dim")}
"""A sign and a colour for each verdict; its word stands beside them."""

MOST_NAME = 24
"""A name wider than this stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The console, the language, and whether every cell's longer words are wanted."""

    console: Console
    lang: str
    full: bool = False

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)

    def print(self, thing: RenderableType = "") -> None:
        """Print at a width that can be read."""
        self.console.print(thing, width=min(self.console.width, WIDEST))

    def show(self, matrix: Matrix, outcomes: Outcomes | None = None) -> None:
        """Print the documents, then dimension by dimension what is ruled or differs, then what all are silent on."""
        self._head(matrix, outcomes)
        width = self._name_width(matrix)
        for dimension, rows in matrix.dimensions().items():
            shown = [row for row in rows if row.difference.verdict != "silent"]
            if not shown:
                continue
            self.print()
            self.print(Heading(term(DIMENSIONS, dimension, self.lang)))
            for row in shown:
                self.print()
                for line in self._row(matrix, row, outcomes, width):
                    self.print(line)
        self._foot(matrix)

    def _head(self, matrix: Matrix, outcomes: Outcomes | None) -> None:
        title = self.say(f"政策比较 · 判定日 {iso(matrix.as_of)}", f"Comparison · as of {iso(matrix.as_of)}")
        if outcomes is not None:
            label = f" {outcomes.label}" if outcomes.label else ""
            title += self.say(f" · 个案{label}", f" · case{label}")
        self.print(Heading(title))
        width = self._name_width(matrix)
        for column in matrix.columns:
            ids = Text("  ".join(part for part in (column.number, column.policy) if part), "dim")
            body = self._beside(Text(f"《{column.title}》"), ids, width)
            markers = self.say("，", ", ").join(marker.said(self.lang) for marker in column.markers())
            body.append(f"\n! {markers}" if markers else "", "yellow")
            for line in self._named(column, width, body):
                self.print(line)
        for note in notes(matrix, self.lang):
            self.print(Prose(note, "dim"))

    def _name_width(self, matrix: Matrix) -> int:
        widest = max((cell_len(column.name.said(self.lang)) for column in matrix.columns), default=0)
        return min(widest, MOST_NAME) + 2

    def _named(self, column: Column, width: int, body: Text, indent: int = 2) -> Iterator[RenderableType]:
        """Set a body beside a document's name, or below a name that is too wide."""
        name = Text(column.name.said(self.lang), "bold")
        if name.cell_len < width:
            yield hanging(name, body, indent, width)
            return
        yield indented(name, indent)
        yield indented(body, indent + 2)

    def _row(self, matrix: Matrix, row: Row, outcomes: Outcomes | None, width: int) -> Iterator[RenderableType]:
        sign, style = _SIGNS[row.difference.verdict]
        head = Text(row.topic.zh if self.lang == "zh" else row.topic.en, "bold")
        head.append("  ").append(f"{sign} {VERDICTS[row.difference.verdict].said(self.lang)}", f"not bold {style}")
        yield Prose(head)
        yield indented(row.difference.sentence.said(self.lang), 2, "italic")
        for number, (column, cell) in enumerate(zip(matrix.columns, row.cells, strict=True)):
            if not cell.ruled and not cell.details:
                continue  # the sentence has said so
            outcome = outcomes.of(number, row.topic.id) if outcomes is not None else None
            yield from self._named(column, width, self._cell(cell, outcome.statuses if outcome else (), width))
            if self.full:
                for text in self._more(cell):
                    yield hanging(Text("·", "dim"), Text(text, "dim"), 2 + width)

    def _cell(self, cell: Cell, outcome: Sequence[str], width: int) -> Text:
        """Say a cell: what it says, and where."""
        if not cell.ruled:
            body = Text(f"- {cell.value.said(self.lang)}", "dim")
            return body.append("".join(f"  {detail.said(self.lang)}" for detail in cell.details))
        return self._beside(Text(cell.value.said(self.lang)), self._source(cell, outcome), width)

    def _beside(self, body: Text, source: Text, width: int) -> Text:
        """Set a source after a text, in one piece: on a new line where it has no room."""
        room = min(self.console.width, WIDEST) - 2 - width
        last = wrapped(body, max(2, room))[-1]
        return body.append("  " if last.cell_len + 2 + source.cell_len <= room else "\n").append_text(source)

    def _source(self, cell: Cell, outcome: Sequence[str]) -> Text:
        out = Text(f"{cell.forces().said(self.lang)} · {' '.join(cell.clauses())}", "cyan")
        if cell.open_questions:
            words = self.say("有歧义", "open to readings")
            out.append(f"  ⇄ {words} {' '.join(cell.open_questions)}", "magenta")
        if outcome:
            out.append(self.say("  本案 ", "  this case "), "dim")
            out.append_text(Text(self.say("、", ", ")).join(status_text(status, self.lang) for status in outcome))
        return out

    def _more(self, cell: Cell) -> Iterator[str]:
        for rule in cell.rules:
            yield f"{rule.clause} {rule.summary.said(self.lang)}"
        yield from (detail.said(self.lang) for detail in cell.details if cell.ruled)
        yield from (f"{question.id} {question.text.said(self.lang)}" for question in cell.questions)
        if cell.note:
            yield cell.note.said(self.lang)

    def _foot(self, matrix: Matrix) -> None:
        """Sum up the rows on which every document is silent, and name what was left out."""
        silent = [row.topic for row in matrix.rows if row.difference.verdict == "silent"]
        names = self.say("；", "; ").join(topic.zh if self.lang == "zh" else topic.en for topic in silent)
        if silent:
            self.print()
            head = self.say(
                f"都没有规定或摘要未载的 {len(silent)} 项：", f"{len(silent)} topics on which all are silent: "
            )
            self.print(Prose(head + names, "dim"))
        if matrix.left_out:
            number = len(matrix.left_out)
            self.print()
            words = self.say(
                f"另有 {number} 项没有差异，未列出", f"{number} more topics do not differ and are not shown"
            )
            self.print(Prose(words, "dim"))
        counts: dict[str, int] = {}
        for row in matrix.rows:
            counts[row.difference.verdict] = counts.get(row.difference.verdict, 0) + 1
        parts = [f"{VERDICTS[verdict].said(self.lang)} {counts[verdict]}" for verdict in VERDICTS if verdict in counts]
        self.print()
        number = len(matrix.rows)
        total = self.say(f"共 {number} 项：", f"{number} {'topics' if number != 1 else 'topic'}: ")
        self.print(Prose(total + self.say("，", ", ").join(parts), "dim"))
