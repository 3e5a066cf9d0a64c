"""How many rows hold what: counts of the bits and the words in the packed columns of an answer.

A look at one bit of a column costs about a tenth of a millisecond for a million rows, and a hash table of the column's
values fifty times that: so bits are looked at one by one, and tables are made only of what goes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from operator import add, and_
from typing import TypeVar

import polars as pl

from xianjie.population.compiler.fields import WORD, Choice, Field, Meaning

COUNT = "·rows"
"""The column of a table of what goes together that says how many rows there are of each."""

CODES = 16
"""More than the words that a choice has; a power of two."""

_MANY = 24
"""From so many bits in a column on, the table of its values costs less than a look at each."""

_AT_ONCE = 16
"""So many codes make one number of 64 bits."""

_number = lru_cache(maxsize=8192)(pl.lit)
"""A number of a type as an expression: to make one takes longer than to count by it, and all parts ask for the same."""

Key = TypeVar("Key")

Wanted = tuple[Field, Meaning, bool]
"""A bit, and whether it is to be set or not."""


class Counting:
    """The rows of a part's answers, to be counted."""

    def __init__(self, answers: pl.DataFrame) -> None:
        self.answers = answers
        self._types = answers.schema

    def has(self, item: Field | Choice) -> bool:
        """Tell whether something was answered; a field whose truths never hold has no column, and holds nothing."""
        return all(name in self._types for name in item.columns)

    def held(self, wanted: Sequence[Wanted]) -> pl.Expr | bool:
        """Tell where bits are as wanted; bits of one column are compared together. A bool: everywhere or nowhere."""
        masks: dict[str, tuple[int, int]] = {}
        for field, meaning, asked in wanted:
            place = field.bit(meaning)
            if place is not None:
                looked_at, value = masks.get(place[0], (0, 0))
                masks[place[0]] = (looked_at | place[1], value | place[1] * asked)
            elif asked:
                return False
        # a mask of another type would have the whole column widened
        told = [
            pl.col(name) & _number(mask, self._types[name]) == _number(value, self._types[name])
            for name, (mask, value) in masks.items()
        ]
        return reduce(and_, told) if told else True

    def only(self, field: Field, meaning: Meaning) -> pl.Expr:
        """Tell where of a field's bits this one alone is set."""
        place = field.bit(meaning)
        assert place is not None
        return reduce(
            and_,
            [pl.col(name) == _number(place[1] if name == place[0] else 0, self._types[name]) for name in field.columns],
        )

    def counts(self, wanted: Mapping[Key, pl.Expr | bool]) -> dict[Key, int]:
        """Count the rows for which each holds."""
        sums = [
            holds.sum().alias(str(number)) for number, holds in enumerate(wanted.values()) if isinstance(holds, pl.Expr)
        ]
        found = self.answers.select(sums).row(0, named=True) if sums else {}
        return {
            key: found[str(number)] if isinstance(holds, pl.Expr) else len(self.answers) * holds
            for number, (key, holds) in enumerate(wanted.items())
        }

    def bits(self, field: Field) -> dict[Meaning, int]:
        """Count the rows in which each bit of a field is set."""
        out: dict[Meaning, int] = {}
        for number, name in enumerate(field.columns):
            meanings = field.meanings[number * WORD : (number + 1) * WORD]
            held = [pl.col(name) & _number(1 << bit, self._types[name]) != 0 for bit in range(len(meanings))]
            if len(meanings) < _MANY:
                rows, sums = self.answers, [one.sum() for one in held]
            else:
                rows = self.answers.lazy().group_by(name).len(COUNT).collect(engine="streaming")
                sums = [pl.col(COUNT).filter(one).sum() for one in held]
            counted = rows.select(one.alias(str(bit)) for bit, one in enumerate(sums)).row(0)
            out.update(zip(meanings, counted, strict=True))
        return out

    def words(self, choice: Choice) -> dict[str, int]:
        """Count the rows by the word of a choice; words that no row has are not named."""
        column = pl.col(choice.name)
        codes = {code for _, code in choice.cases} | {choice.otherwise}
        found = self.counts({choice.words[code]: column == _number(code, pl.UInt8()) for code in codes})
        return {word: count for word, count in found.items() if count}

    def together(self, choices: Sequence[Choice], beside: Sequence[pl.Expr] = ()) -> pl.DataFrame:
        """Make a table of the words (as codes) that go together, and how many rows have them; `beside` goes along."""
        packs = {
            f"·{start}": (
                choices[start : start + _AT_ONCE],
                reduce(
                    add,
                    [
                        pl.col(choice.name).cast(pl.UInt64) * CODES**place
                        for place, choice in enumerate(choices[start : start + _AT_ONCE])
                    ],
                ),
            )
            for start in range(0, len(choices), _AT_ONCE)
        }
        keys = [*beside, *(packed.alias(name) for name, (_, packed) in packs.items())]
        # one number for a key: a hash of several columns takes several times as long
        found = self.answers.lazy().group_by(keys).len(COUNT).collect(engine="streaming")
        return found.with_columns(
            (pl.col(name) // CODES**place % CODES).cast(pl.UInt8).alias(choice.name)
            for name, (packed, _) in packs.items()
            for place, choice in enumerate(packed)
        ).drop(*packs)
