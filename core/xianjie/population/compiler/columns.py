"""The columnar form of cases: which facts a set of policies reads, and how each is held.

A fact is a column under its own name; null is unknown. Truths are booleans, words small codes, counts and fen whole
numbers, dates days (0: never), sets bits (the first: anything at all; then one for each word that is asked for).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from xianjie.cases import Case
from xianjie.cases.shape import MOST_MONEY
from xianjie.cases.steps import DATED, on_day
from xianjie.errors import InputError, Place, Problem
from xianjie.language import nodes
from xianjie.language.calendar import LAST_DAY, NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

DIMENSIONS = ("eligibility", "services", "incentives")
"""What can be answered in bulk."""

MOST_COUNT = 10**9
_FEN = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One fact as a column. `words` are an enum's, in the order of their codes, or those asked of a set.

    `least` and `most` bound a number (fen, a day, a count) as it is held.
    """

    spec: FactSpec
    words: tuple[str, ...]
    least: int
    most: int

    @property
    def name(self) -> str:
        """Name the fact."""
        return self.spec.name

    @property
    def dtype(self) -> pl.DataType:
        """Name the physical type."""
        match self.spec.type:
            case FactType.BOOL | FactType.NUMBER:
                return pl.Boolean()  # of a number only whether it is recorded: no condition compares one
            case FactType.ENUM:
                return pl.UInt8()
            case FactType.SET:
                return _bits(1 + len(self.words))
            case FactType.EVENT:
                return pl.Int32()
            case FactType.INT | FactType.MONEY:
                return pl.Int64()

    def bit(self, word: str | None) -> int:
        """Give the bit of a set's word; None: that it holds anything at all."""
        return 1 if word is None else 2 << self.words.index(word)

    def code(self, value: Value) -> int | bool:
        """Give a recorded value as it is held. Raises InputError for an unknown word and a number out of bounds."""
        match self.spec.type:
            case FactType.NUMBER:
                return True
            case FactType.BOOL:
                return value is True
            case FactType.ENUM:
                if value not in self.words:
                    self._refuse("word-unknown", "不是允许的词", "is not one of the words allowed")
                return self.words.index(str(value))
            case FactType.SET:
                assert isinstance(value, frozenset)
                return sum(self.bit(word) for word in self.words if word in value) + bool(value)
            case _:
                assert isinstance(value, int)
                if value < self.least:
                    self._refuse("number-too-small", "数字过小", "is too small")
                if value > self.most:
                    self._refuse("number-too-large", "数字过大", "is too large")
                return value

    def value(self, code: int | bool) -> Value:
        """Give a held value as a case has it; of a set only the words asked for are known."""
        match self.spec.type:
            case FactType.ENUM:
                return self.words[code]
            case FactType.SET:
                held = frozenset(word for word in self.words if code & self.bit(word))
                return held or (frozenset({"…"}) if code else held)
            case _:
                return code

    def _refuse(self, code: str, zh: str, en: str) -> None:
        raise InputError(
            Problem(code, f"“{self.spec.zh}”的值{zh}", f"the value of {self.name} {en}", Place(path=self.name))
        )


@dataclass(frozen=True)
class Layout:
    """The columns that a set of policies reads, in the vocabulary's order."""

    columns: tuple[Column, ...]
    vocabulary: Vocabulary

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Give the columns by their facts."""
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Name the facts."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pl.Schema:
        """Give the physical types by name."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def column(self, name: str) -> Column:
        """Give the column of a fact; KeyError where no policy reads it."""
        return self.by_name[name]


def layout_of(policies: Iterable[Policy], dimensions: Sequence[str] = ("eligibility",)) -> Layout:
    """Gather the facts that policies (one at least) read for the dimensions named (of `DIMENSIONS`)."""
    listed = list(policies)
    facts: dict[str, set[str]] = {}
    for policy in listed:
        for dimension in dimensions:
            block = policy.blocks.get(dimension)
            if block is not None:
                gather([node for _, node in block.conditions], policy.definitions, facts)
    return laid_out(facts, listed[0].vocabulary)


def gather(
    conditions: Iterable[nodes.Condition], definitions: Mapping[str, nodes.Condition], facts: dict[str, set[str]]
) -> None:
    """Add the facts that conditions read, definitions entered, each with the words that are asked of it."""
    for atom in nodes.atoms_of(conditions, definitions):
        if isinstance(atom, nodes.Contains):
            facts.setdefault(atom.fact.name, set()).add(atom.word)
            continue
        for name in nodes.facts_of(atom):
            facts.setdefault(name, set())


def laid_out(facts: Mapping[str, set[str]], vocabulary: Vocabulary) -> Layout:
    """Make the layout of facts, each with the words asked of it; a fact and the date beside it go together."""
    beside = {name for pair in DATED if facts.keys() & set(pair) for name in pair}
    named = [spec for spec in vocabulary.facts if spec.name in facts or spec.name in beside]
    return Layout(tuple(_column(spec, facts.get(spec.name, set())) for spec in named), vocabulary)


def _column(spec: FactSpec, asked: set[str]) -> Column:
    match spec.type:
        case FactType.ENUM:
            return Column(spec, tuple(spec.words), 0, len(spec.words) - 1)
        case FactType.SET:
            return Column(spec, tuple(sorted(asked)), 0, (2 << len(asked)) - 1)
        case FactType.EVENT:
            return Column(spec, (), NEVER, LAST_DAY)
        case FactType.MONEY:
            return Column(spec, (), 0, MOST_MONEY * _FEN)
        case _:
            return Column(spec, (), spec.least or 0, MOST_COUNT)


def _bits(count: int) -> pl.DataType:
    """Give the smallest type that holds so many bits."""
    for bits, dtype in ((8, pl.UInt8()), (16, pl.UInt16()), (32, pl.UInt32())):
        if count <= bits:
            return dtype
    return pl.UInt64()


def frame_of(cases: Sequence[Case], layout: Layout, as_of: int) -> pl.DataFrame:
    """Lay cases out as they stood on a day (an ordinal), with their labels as `case`.

    Raises InputError for a value that a checked case cannot hold.
    """
    facts = [on_day(case, as_of).facts for case in cases]
    return facts_frame(facts, layout).insert_column(0, pl.Series("case", [case.label for case in cases], pl.String))


def facts_frame(facts: Sequence[Mapping[str, Value]], layout: Layout) -> pl.DataFrame:
    """Lay recorded facts out, one row each."""

    def held(column: Column) -> pl.Series:
        name = column.name
        values = [column.code(row[name]) if name in row else None for row in facts]
        return pl.Series(name, values, column.dtype)

    return pl.DataFrame([held(column) for column in layout.columns])
