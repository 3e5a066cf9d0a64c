"""What the clauses of a row's sentence are told from: its cells, the documents' names, and one language."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from xianjie.compare.bilingual import Both, clipped
from xianjie.compare.cell import Cell
from xianjie.compare.measure import Atom, Measure

MOST_NAMED = 3
"""Of more things than this the first are named, and the rest counted."""

THING_ZH, THING_EN = 60, 160
"""How many characters of one thing are said; what is longer stands in its cell."""

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Named:
    """A document's cell with the name by which a sentence calls the document.

    `marker` is what a reader must know of it, such as 征求意见稿; it stands at the first mention.
    """

    name: Both
    marker: Both
    cell: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one topic, in one language. Documents go by their numbers, from 0."""

    columns: tuple[Named, ...]
    lang: str

    @property
    def topic(self) -> str:
        """Name the topic."""
        return self.columns[0].cell.topic

    @property
    def ruled(self) -> list[int]:
        """Number the documents that have a rule."""
        return [number for number, column in enumerate(self.columns) if column.cell.ruled]

    def say(self, zh: str, en: str) -> str:
        """Choose by language."""
        return zh if self.lang == "zh" else en

    def measure(self, number: int) -> Measure:
        """Give what of a document's cell can be compared."""
        return self.columns[number].cell.measure

    def by(self, key: Callable[[Measure], T]) -> dict[T, list[int]]:
        """Group the documents that rule by something of their measure, in the order of the columns."""
        out: dict[T, list[int]] = {}
        for number in self.ruled:
            out.setdefault(key(self.measure(number)), []).append(number)
        return out

    # Documents stand as their number between two control characters until the sentence is whole, so that the first
    # mention of each can carry its marker.

    def name(self, number: int) -> str:
        """Mention a document."""
        return f"\x02{number}\x03"

    def names(self, numbers: Iterable[int]) -> str:
        """Mention documents as a list."""
        return self.series([self.name(number) for number in numbers])

    def bare(self, numbers: Iterable[int]) -> str:
        """Name documents without their markers."""
        return self.series([self.columns[number].name.said(self.lang) for number in numbers])

    def marked(self, sentence: str) -> str:
        """Put in the names, the first mention of each with its marker."""
        for number, column in enumerate(self.columns):
            name, marker = column.name.said(self.lang), column.marker.said(self.lang)
            if marker and name.endswith(self.say("）", ")")):
                full = self.say(f"{name[:-1]}，{marker}）", f"{name[:-1]}, {marker})")
            else:
                full = name + (self.say(f"（{marker}）", f" ({marker})") if marker else "")
            sentence = sentence.replace(self.name(number), full, 1).replace(self.name(number), name)
        return sentence

    def series(self, items: Sequence[str]) -> str:
        """Join items as a list within a sentence."""
        if self.lang == "zh" or len(items) < 2:
            return "、".join(items)
        return ", ".join(items[:-1]) + " and " + items[-1]

    def things(self, atoms: Iterable[Atom]) -> str:
        """Name things, a long list cut and counted."""
        texts = [
            clipped(atom.text, THING_ZH, THING_EN).said(self.lang) for atom in sorted(atoms, key=lambda atom: atom.key)
        ]
        named = self.say("、", ", ").join(texts[:MOST_NAMED])
        return named if len(texts) <= MOST_NAMED else named + self.say(f"等 {len(texts)} 项", f" ({len(texts)} in all)")
