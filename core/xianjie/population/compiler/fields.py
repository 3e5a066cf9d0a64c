"""What the columns of an answer mean, bit by bit, and how truths are packed into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from xianjie.population.compiler.terms import NO, YES

WORD = 64
LANE = 8

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


def field_of(name: str, truths: Mapping[Meaning, int]) -> Field:
    """Make a field of truths by their meanings."""
    kept = {meaning: truth for meaning, truth in truths.items() if truth != NO}
    return Field(name, tuple(kept), tuple(kept.values()))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words as a small code: the first whose truth holds, else the code of `otherwise`."""

    name: str
    cases: tuple[tuple[int, int], ...]
    otherwise: int

    def packed(self, read: Callable[[int], pl.Expr]) -> pl.Expr:
        """Write the column."""
        out = pl.lit(self.otherwise, pl.UInt8)
        for truth, code in reversed(self.cases):
            out = pl.when(read(truth)).then(pl.lit(code, pl.UInt8)).otherwise(out)
        return out.alias(self.name)


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
    return reduce(or_, bits)
