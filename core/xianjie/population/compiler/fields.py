"""What the columns of an answer mean, bit by bit, and how truths are packed into them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Protocol

import polars as pl

from xianjie.policy.prepared import Policy
from xianjie.population.compiler.amounts import Amount, expression
from xianjie.population.compiler.terms import NO, YES, Terms

WORD = 64
LANE = 8

NOTHING = "none"
"""The word of a choice for a row that records nothing that could be answered."""

Meaning = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """Truths packed in one column, or in several of 64 bits each: for each bit what it means, and the truth's term.

    Truths that never hold take no bit.
    """

    name: str
    meanings: tuple[Meaning, ...]
    truths: tuple[int, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns: the field, then `field.1` and so on."""
        count = -(-len(self.truths) // WORD)
        return tuple(self.name if number == 0 else f"{self.name}.{number}" for number in range(count))

    @property
    def terms(self) -> tuple[int, ...]:
        """List the terms that are read."""
        return self.truths

    def packed(self, read: Callable[[int], pl.Expr]) -> Iterator[pl.Expr]:
        """Write the columns."""
        for number, name in enumerate(self.columns):
            yield _word(self.truths[number * WORD : (number + 1) * WORD], read).alias(name)

    def held(self, row: Mapping[str, object]) -> set[Meaning]:
        """Read off a row what is set."""
        out: set[Meaning] = set()
        for number, name in enumerate(self.columns):
            word = row[name]
            assert isinstance(word, int)
            meant = self.meanings[number * WORD : (number + 1) * WORD]
            out.update(meaning for bit, meaning in enumerate(meant) if word >> bit & 1)
        return out

    def bit(self, meaning: Meaning) -> tuple[str, int] | None:
        """Give the column and the mask of one meaning; None where it never holds."""
        if meaning not in self.meanings:
            return None
        place = self.meanings.index(meaning)
        return self.columns[place // WORD], 1 << place % WORD

    def truth(self, meaning: Meaning) -> int:
        """Give the term of one meaning's truth."""
        return self.truths[self.meanings.index(meaning)] if meaning in self.meanings else NO


def field_of(name: str, truths: Mapping[Meaning, int]) -> Field:
    """Make a field of truths by their meanings."""
    kept = {meaning: truth for meaning, truth in truths.items() if truth != NO}
    return Field(name, tuple(kept), tuple(kept.values()))


def coded(terms: Terms, statuses: Mapping[str, int], words: Sequence[str], bits: int) -> dict[int, int]:
    """Write statuses as the bits of their codes, their places in `words`."""
    return {
        bit: terms.any_of(truth for status, truth in statuses.items() if words.index(status) >> bit & 1)
        for bit in range(bits)
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words as a small code: the first whose truth holds, else the code of `otherwise`.

    `words` gives the word by its code; `NOTHING` where a row records nothing that could be answered.
    """

    name: str
    cases: tuple[tuple[int, int], ...]
    otherwise: int
    words: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the column."""
        return (self.name,)

    @property
    def terms(self) -> tuple[int, ...]:
        """List the terms that are read."""
        return tuple(truth for truth, _ in self.cases)

    def word(self, row: Mapping[str, object]) -> str:
        """Read the word off a row; `NOTHING` where the column was left out of the answer."""
        code = row.get(self.name)
        if code is None:
            return NOTHING
        assert isinstance(code, int)
        return self.words[code]

    def packed(self, read: Callable[[int], pl.Expr]) -> Iterator[pl.Expr]:
        """Write the column."""
        out = pl.lit(self.otherwise, pl.UInt8)
        for truth, code in reversed(self.cases):
            out = pl.when(read(truth)).then(pl.lit(code, pl.UInt8)).otherwise(out)
        yield out.alias(self.name)


def choice_of(name: str, cases: Mapping[str, int], words: Sequence[str], otherwise: str) -> Choice:
    """Make a choice of words, each with its truth, the first to hold first."""
    kept = tuple((truth, words.index(word)) for word, truth in cases.items() if truth != NO)
    return Choice(name, kept, words.index(otherwise), tuple(words))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or a day as an ordinal: that of the first truth that holds, else null."""

    name: str
    dtype: pl.DataType
    cases: tuple[tuple[int, Amount], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the column; none where there is never a number."""
        return (self.name,) if self.cases else ()

    @property
    def terms(self) -> tuple[int, ...]:
        """List the terms that are read."""
        return tuple(truth for truth, _ in self.cases)

    def packed(self, read: Callable[[int], pl.Expr]) -> Iterator[pl.Expr]:
        """Write the column."""
        if not self.cases:
            return
        out = pl.lit(None, self.dtype)
        for truth, amount in reversed(self.cases):
            out = pl.when(read(truth)).then(expression(amount).cast(self.dtype)).otherwise(out)
        yield out.alias(self.name)


def figure_of(name: str, dtype: pl.DataType, terms: Terms, amounts: Mapping[Amount, Sequence[int]]) -> Figure:
    """Make a figure of amounts, each with the terms where it is the one; of them at most one holds."""
    joined = ((terms.any_of(truths), amount) for amount, truths in amounts.items())
    return Figure(name, dtype, tuple((truth, amount) for truth, amount in joined if truth != NO))


Packed = Choice | Field | Figure
"""What writes columns of an answer."""


class Part(Protocol):
    """What one region is answered in one dimension: its columns by their kinds, whatever the dimension."""

    @property
    def policy(self) -> Policy:
        """Name the document."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """List what is packed bit by bit."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """List what is a number or a day."""


def columns_of(part: Part, leaving_out: Collection[str] = ()) -> Iterator[Packed]:
    """List what writes a part's columns; `leaving_out` names fields that are not wanted (`group_missing`)."""
    listed: tuple[Packed, ...] = (*part.choices, *part.fields, *part.figures)
    for item in listed:
        if item.name.rpartition(".")[2] not in leaving_out:
            yield item


def _word(truths: Sequence[int], read: Callable[[int], pl.Expr]) -> pl.Expr:
    """Pack up to 64 truths: in lanes of eight first, since a byte a row is moved faster than eight."""
    lanes = [_lane(truths[start : start + LANE], read) for start in range(0, len(truths), LANE)]
    if len(lanes) == 1:
        return lanes[0]
    dtype = pl.UInt16() if len(lanes) == 2 else pl.UInt32() if len(lanes) <= 4 else pl.UInt64()
    wide = [
        lane.cast(dtype) if number == 0 else lane.cast(dtype) * pl.lit(1 << LANE * number, dtype)
        for number, lane in enumerate(lanes)
    ]
    return reduce(or_, wide)


def _lane(truths: Sequence[int], read: Callable[[int], pl.Expr]) -> pl.Expr:
    bits = [
        pl.lit(1 << bit, pl.UInt8)
        if truth == YES
        else pl.when(read(truth)).then(pl.lit(1 << bit, pl.UInt8)).otherwise(pl.lit(0, pl.UInt8))
        for bit, truth in enumerate(truths)
    ]
    return _either(bits)


def _either(bits: Sequence[pl.Expr]) -> pl.Expr:
    """Join bits two by two and those again, which Polars works out side by side."""
    half = len(bits) // 2
    return _either(bits[:half]) | _either(bits[half:]) if half else bits[0]
