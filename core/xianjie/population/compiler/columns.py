"""The columnar form of cases: which facts a set of policies reads, and how each is held.

A fact is a column under its own name; null is unknown. Truths are booleans, words small codes, counts and fen whole
numbers, other numbers decimals of nine places, dates days (0: never), sets bits (the first: anything at all; then one
for each word that is asked for). A row holds one ledger, one counted duty and one target at the most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import polars as pl

from xianjie.cases import Case
from xianjie.cases.shape import MOST_MONEY
from xianjie.cases.steps import DATED, on_day
from xianjie.engine.answer import PARTS
from xianjie.errors import InputError, Place, Problem
from xianjie.language import nodes
from xianjie.language.calendar import LAST_DAY, NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS

DIMENSIONS = ("eligibility", *PARTS)
"""What can be answered in bulk: all that the engine answers."""

RECORDS_OF: Mapping[str, frozenset[str]] = {name: PARTS[name] for name in ("duties", "referral")}
"""The records that a row must hold something of to be answered in a dimension; the others are answered always."""

EPOCH = dt.date(1970, 1, 1).toordinal()
"""The day from which dates are counted in frames, as an ordinal."""

EXACT = pl.Decimal(38, 9)
"""How numbers are held that are neither money nor counts: what a checked case can have goes in, and nothing rounds."""

MOST_COUNT = 10**9
_FEN = 100

LEDGER_BLOCK = "ledger"
"""The block of conditions that know a ledger's facts beside those of the case."""


Held = int | bool | Decimal
"""A value as a column holds it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact as a column. `words` are an enum's, in the order of their codes, or those asked of a set.

    `least` and `most` bound a number (fen, a day, a count, a figure) as it is held.
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
            case FactType.BOOL:
                return pl.Boolean()
            case FactType.NUMBER:
                return EXACT
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

    def code(self, value: Value | Decimal) -> Held:
        """Give a recorded value as it is held. Raises InputError for an unknown word and a number out of bounds."""
        match self.spec.type:
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
                assert isinstance(value, int | Decimal)
                if isinstance(value, Decimal) and value != round(value, 9):
                    self._refuse("number-too-fine", "小数位过多", "has too many decimals")
                if value < self.least:
                    self._refuse("number-too-small", "数字过小", "is too small")
                if value > self.most:
                    self._refuse("number-too-large", "数字过大", "is too large")
                return value

    def value(self, code: Held) -> Value | Decimal:
        """Give a held value as a case has it; of a set only the words asked for are known."""
        match self.spec.type:
            case FactType.ENUM:
                assert isinstance(code, int)
                return self.words[code]
            case FactType.SET:
                assert isinstance(code, int)
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
    """The columns that a set of policies reads, in the vocabulary's order.

    Facts in `unrecorded` are read as well, but nobody records them: they have no column and are unknown for every row.
    """

    columns: tuple[Column, ...]
    vocabulary: Vocabulary
    unrecorded: frozenset[str] = frozenset()

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


def layout_of(
    policies: Iterable[Policy], dimensions: Sequence[str] = ("eligibility",), unrecorded: Collection[str] = ()
) -> Layout:
    """Gather the facts that policies (one at least) read for the dimensions named (of `DIMENSIONS`).

    Facts in `unrecorded` get no column: nobody records them. A flag that the date beside it tells keeps its own.
    """
    listed = list(policies)
    vocabulary = listed[0].vocabulary
    facts: dict[str, set[str]] = {}
    for dimension in dimensions:
        for record in RECORDS_OF.get(dimension, ()):
            facts.update({spec.name: set() for spec in vocabulary.of_record(record)})
    for policy in listed:
        for name, block in policy.blocks.items():
            if dimension_of(name) in dimensions:
                found: dict[str, set[str]] = {}
                gather([node for _, node in block.conditions], policy.definitions, found)
                hidden = out_of_sight(name, vocabulary)
                for fact, words in found.items():
                    if fact not in hidden:
                        facts.setdefault(fact, set()).update(words)
    whole = laid_out(facts, vocabulary)
    told = {flag for flag, day in DATED if day in facts and day not in unrecorded}
    gone = frozenset(name for name in whole.names if name in unrecorded and name not in told)
    return Layout(tuple(column for column in whole.columns if column.name not in gone), vocabulary, gone)


def dimension_of(block: str) -> str:
    """Name the dimension of a block of conditions."""
    return "duties" if block == LEDGER_BLOCK else block.partition(".")[0]


def out_of_sight(block: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Name the facts that are unknown to a block whatever a row records: those of records put beside a case.

    Of a ledger its own block knows.
    """
    return frozenset(spec.name for record in LISTS if record != block for spec in vocabulary.of_record(record))


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
        case FactType.NUMBER:
            return Column(spec, (), -MOST_MONEY, MOST_MONEY)
        case _:
            return Column(spec, (), spec.least or 0, spec.most or MOST_COUNT)


def _bits(count: int) -> pl.DataType:
    """Give the smallest type that holds so many bits."""
    for bits, dtype in ((8, pl.UInt8()), (16, pl.UInt16()), (32, pl.UInt32())):
        if count <= bits:
            return dtype
    return pl.UInt64()


def frame_of(cases: Sequence[Case], layout: Layout, as_of: int) -> pl.DataFrame:
    """Lay cases out as they stood on a day (an ordinal), with their labels as `case`.

    Of several ledgers, counted duties and targets the first is laid out. Raises InputError for a value that a checked
    case cannot hold.
    """
    facts = [row_of(on_day(case, as_of)) for case in cases]
    return facts_frame(facts, layout).insert_column(0, pl.Series("case", [case.label for case in cases], pl.String))


def row_of(case: Case) -> dict[str, Value | Decimal]:
    """Lay the facts of a case and of its first ledger, counted duty and target side by side."""
    out: dict[str, Value | Decimal] = dict(case.facts)
    for ledger in case.ledgers[:1]:
        out.update(ledger.facts)
    for duty in case.duties[:1]:
        out.update(duty.facts)
    for target in case.targets[:1]:
        figures = {name: getattr(target, name) for name in ("item", "year", "value", "value_in_year")}
        out.update({f"target.{name}": figure for name, figure in figures.items() if figure is not None})
    return out


def facts_frame(facts: Sequence[Mapping[str, Value | Decimal]], layout: Layout) -> pl.DataFrame:
    """Lay recorded facts out, one row each."""

    def held(column: Column) -> pl.Series:
        name = column.name
        values = [column.code(row[name]) if name in row else None for row in facts]
        return pl.Series(name, values, column.dtype)

    return pl.DataFrame([held(column) for column in layout.columns])
