"""How many rows hold what: looks at the answers and at the truths packed in them, all of them made together.

A truth in a column of its own is a bit a row: to count it takes a hundredth of a millisecond for a million rows, ten
times less than to look at a bit of a packed column, and five hundred times less than a hash table of such a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, and_
from typing import Any, NamedTuple

import polars as pl

from xianjie.population.compiler.fields import Choice, Field, Meaning
from xianjie.population.compiler.policies import beside_name
from xianjie.population.compiler.terms import NO, YES

COUNT = "·rows"
"""The column of a table of what goes together that says how many rows there are of each."""

CODES = 16
"""More than the words that a choice has; a power of two."""

_AT_ONCE = 16
"""So many codes make one number of 64 bits."""

Wanted = tuple[Field, Meaning, bool]
"""A bit, and whether it is to be set or not."""


class Count(NamedTuple):
    """A number of rows, by the looks that tell it: some are added, some taken away. The look 0 tells all rows."""

    adds: tuple[int, ...] = ()
    takes: tuple[int, ...] = ()

    def less(self, others: Sequence[Count]) -> Count:
        """Take other counts away."""
        adds = (*self.adds, *(look for other in others for look in other.takes))
        return Count(adds, (*self.takes, *(look for other in others for look in other.adds)))


ALL = Count((0,))
NONE = Count()


class Found(dict[str, Count]):
    """Counts by their names; of which only those are told that are not zero."""


class Counting:
    """What is to be counted in answers with columns of these types; `truths` are the terms that must stand beside."""

    def __init__(self, types: Mapping[str, pl.DataType]) -> None:
        self.types = types
        self.truths: dict[int, None] = {}
        self._looks: list[pl.Expr] = []
        self._known: dict[tuple[tuple[int, bool], ...], Count] = {}

    def has(self, item: Field | Choice) -> bool:
        """Tell whether something was answered; a field whose truths never hold has no column, and holds nothing."""
        return all(name in self.types for name in item.columns)

    def held(self, *wanted: Wanted) -> Count:
        """Count the rows whose bits are as wanted."""
        asked = {(field.truth(meaning), is_set) for field, meaning, is_set in wanted}
        asked -= {(NO, False), (YES, True)}
        if (NO, True) in asked or (YES, False) in asked:
            return NONE
        if not asked:
            return ALL
        key = tuple(sorted(asked))
        if key not in self._known:
            self.truths.update(dict.fromkeys(term for term, _ in key))
            columns = [(pl.col(beside_name(term)), is_set) for term, is_set in key]
            self._known[key] = self._look(reduce(and_, [one if is_set else ~one for one, is_set in columns]))
        return self._known[key]

    def only(self, field: Field, meaning: Meaning | None) -> Count:
        """Count the rows in which of a field's bits this one alone is set; with None, in which no bit is."""
        column, mask = (None if meaning is None else field.bit(meaning)) or ("", 0)
        # a number of another type would have the whole column widened
        numbers = {name: pl.lit(mask if name == column else 0, self.types[name]) for name in field.columns}
        return self._look(reduce(and_, [pl.col(name) == number for name, number in numbers.items()]))

    def bits(self, field: Field) -> dict[Meaning, Count]:
        """Count the rows in which each bit of a field is set."""
        return {meaning: self.held((field, meaning, True)) for meaning in field.meanings}

    def words(self, choice: Choice) -> Found:
        """Count the rows by the word of a choice."""
        codes = {code for _, code in choice.cases} | {choice.otherwise}
        column = pl.col(choice.name)
        return Found({choice.words[code]: self._look(column == pl.lit(code, pl.UInt8)) for code in codes})

    def _look(self, holds: pl.Expr) -> Count:
        self._looks.append(holds.sum().alias(str(len(self._looks))))
        return Count((len(self._looks),))

    def told(self, counts: Any, answers: pl.DataFrame) -> Any:
        """Count, and put the numbers where the counts stand in a tree of names."""
        looked_at = answers.select(self._looks).row(0) if self._looks else ()
        found: tuple[int, ...] = (len(answers), *looked_at)

        def number(count: Count) -> int:
            return sum(found[look] for look in count.adds) - sum(found[look] for look in count.takes)

        def told(tree: Any) -> Any:
            if isinstance(tree, Count):
                return number(tree)
            if isinstance(tree, Found):
                return {name: number(count) for name, count in tree.items() if number(count)}
            return {name: told(item) for name, item in tree.items()}

        return told(counts)


def together(answers: pl.DataFrame, choices: Sequence[Choice], beside: Sequence[pl.Expr] = ()) -> pl.DataFrame:
    """Make a table of the words (as codes) that go together, and how many rows have them; `beside` goes along."""
    packs = {f"·{start}": choices[start : start + _AT_ONCE] for start in range(0, len(choices), _AT_ONCE)}
    # one number for a key: a hash of several columns takes several times as long
    keys = [*beside, *(_packed(pack).alias(name) for name, pack in packs.items())]
    found = answers.lazy().group_by(keys).len(COUNT).collect(engine="streaming")
    return found.with_columns(
        (pl.col(name) // CODES**place % CODES).cast(pl.UInt8).alias(choice.name)
        for name, pack in packs.items()
        for place, choice in enumerate(pack)
    ).drop(*packs)


def _packed(choices: Sequence[Choice]) -> pl.Expr:
    """Write the codes of up to sixteen choices as one number."""
    dtype = pl.UInt32() if len(choices) <= _AT_ONCE // 2 else pl.UInt64()
    codes = [pl.col(choice.name).cast(dtype) * pl.lit(CODES**place, dtype) for place, choice in enumerate(choices)]
    return reduce(add, codes)
