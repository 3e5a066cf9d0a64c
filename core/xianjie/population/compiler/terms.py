"""Terms over columns, each written once however often it is used: Kleene truths, and what is certain of them.

A term of Kleene's three values is a nullable boolean column (null: unknown). A term that is *certain* is never null.
Polars decides `&`, `|` and `~` by Kleene's logic; nothing nullable ever stands in a `when`, where null is not unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, assert_never

import polars as pl

from xianjie.language import ir
from xianjie.population.compiler.amounts import Constant, Goal, expression
from xianjie.population.compiler.columns import EPOCH, Layout
from xianjie.population.compiler.sums import comparison, range_of


class Between(NamedTuple):
    """A fact is a number from the least to the most, both included."""

    fact: str
    least: int
    most: int


class SameYear(NamedTuple):
    """A day lies in a year, each a fact."""

    day: str
    year: str


class Reaches(NamedTuple):
    """A fact is as much as a number, or as stands in a table for an item and a year; unknown where it has none."""

    fact: str
    goal: Goal | Constant


Atom = ir.Flag | ir.OneOfWords | ir.HasWord | ir.Recorded | ir.Linear | Between | SameYear | Reaches


def needs(atom: Atom) -> tuple[str, ...]:
    """Name the facts that an atom needs: without one of them it is unknown."""
    match atom:
        case ir.Flag(fact) | ir.OneOfWords(fact) | ir.HasWord(fact) | ir.Recorded(fact) | Between(fact):
            return (fact,)
        case ir.Linear(needs=facts):
            return facts
        case SameYear(day, year):
            return day, year
        case Reaches(fact, goal):
            return (fact, goal.item, goal.year) if isinstance(goal, Goal) else (fact,)
        case _:
            assert_never(atom)


class Term(NamedTuple):
    """A term by its kind: an atom, a constant, or parts (by their numbers) joined."""

    kind: str
    parts: tuple[int, ...] = ()
    atom: Atom | None = None


NO, YES, UNKNOWN = 0, 1, 2
"""The numbers of the constant terms."""


class Terms:
    """A table of terms, equal ones under one number."""

    def __init__(self, layout: Layout) -> None:
        """Take the columns that the terms read."""
        self.layout = layout
        self._terms: list[Term] = [Term("no"), Term("yes"), Term("unknown")]
        self._numbers: dict[Term, int] = {term: number for number, term in enumerate(self._terms)}
        self._certain: list[bool] = [True, True, False]

    def __getitem__(self, number: int) -> Term:
        """Give a term by its number."""
        return self._terms[number]

    def __len__(self) -> int:
        """Count the terms."""
        return len(self._terms)

    def _number(self, term: Term, certain: bool) -> int:
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self._terms)
            self._terms.append(term)
            self._certain.append(certain)
        return found

    # -- truths ----------------------------------------------------------------------------------------------------

    def atom(self, atom: Atom, hidden: Collection[str] = ()) -> int:
        """Number an atom; facts that are `hidden` are unknown to it, as are those that nobody records."""
        if isinstance(atom, ir.Linear) and not atom.needs:
            return YES if comparison_holds(atom) else NO
        if any(name in hidden or name in self.layout.unrecorded for name in needs(atom)):
            return NO if isinstance(atom, ir.Recorded) else UNKNOWN
        return self._number(Term("atom", (), atom), isinstance(atom, ir.Recorded))

    def all_of(self, parts: Iterable[int]) -> int:
        """Kleene's *and*."""
        return self._joined("all", parts, YES, NO)

    def any_of(self, parts: Iterable[int]) -> int:
        """Kleene's *or*."""
        return self._joined("any", parts, NO, YES)

    def _joined(self, kind: str, parts: Iterable[int], idle: int, strong: int) -> int:
        kept = {part for part in parts if part != idle}
        if strong in kept:
            return strong
        if len(kept) < 2:
            return kept.pop() if kept else idle
        return self._number(Term(kind, tuple(sorted(kept))), all(self._certain[part] for part in kept))

    def opposite(self, part: int) -> int:
        """Kleene's *not*."""
        term = self._terms[part]
        match term.kind:
            case "no":
                return YES
            case "yes":
                return NO
            case "unknown":
                return UNKNOWN
            case "not":
                return term.parts[0]
            case _:
                return self._number(Term("not", (part,)), self._certain[part])

    # -- what is certain of a truth ----------------------------------------------------------------------------------

    def is_open(self, part: int) -> int:
        """Tell whether a truth is unknown."""
        if self._certain[part]:
            return NO
        if part == UNKNOWN:
            return YES
        term = self._terms[part]
        match term.kind, term.atom:
            case "not", _:
                return self.is_open(term.parts[0])
            case "atom", Reaches():
                return self._number(Term("open", (part,)), True)
            case "atom", atom if atom is not None:
                return self.any_of(self.unrecorded(fact) for fact in needs(atom))
            case _:
                return self._number(Term("open", (part,)), True)

    def unrecorded(self, fact: str) -> int:
        """Tell whether nobody recorded a fact."""
        return self.opposite(self.recorded(fact))

    def recorded(self, fact: str) -> int:
        """Tell whether somebody recorded a fact."""
        return self.atom(ir.Recorded(fact))

    def holds(self, part: int) -> int:
        """Tell whether a truth is true: neither false nor unknown."""
        if self._certain[part]:
            return part
        if part == UNKNOWN:
            return NO
        term = self._terms[part]
        return self.fails(term.parts[0]) if term.kind == "not" else self._number(Term("holds", (part,)), True)

    def fails(self, part: int) -> int:
        """Tell whether a truth is false: neither true nor unknown."""
        return self.opposite(self.can_hold(part))

    def can_hold(self, part: int) -> int:
        """Tell whether a truth is true or unknown."""
        if self._certain[part]:
            return part
        if part == UNKNOWN:
            return YES
        term = self._terms[part]
        return self.can_fail(term.parts[0]) if term.kind == "not" else self._number(Term("can_hold", (part,)), True)

    def can_fail(self, part: int) -> int:
        """Tell whether a truth is false or unknown."""
        return self.opposite(self.holds(part))

    def is_one(self, fact: str, words: Sequence[str]) -> int:
        """Tell whether a fact is known to be one of some words."""
        return self.holds(self.atom(ir.OneOfWords(fact, tuple(words)))) if words else NO

    def is_number(self, fact: str, op: ir.LinearOp, number: int) -> int:
        """Tell whether a number, or a day, is known and compares so."""
        return self.holds(self.atom(ir.Linear(op, ((1, (fact,)),), number, (fact,))))

    def is_between(self, fact: str, least: int, most: int) -> int:
        """Tell whether a number, or a day, is known and lies between two, both included."""
        if least > most:
            return NO
        return self.is_number(fact, "==", least) if least == most else self.holds(self.atom(Between(fact, least, most)))

    # -- expressions ---------------------------------------------------------------------------------------------------

    def layers(self, wanted: Collection[int]) -> tuple[list[list[pl.Expr]], Callable[[int], pl.Expr]]:
        """Lay out what is used more than once: columns to add layer by layer, and how a term is read after them.

        A column of a layer rests on the layers before it alone, so that nothing is worked out twice.
        """
        uses: dict[int, int] = {}
        order: list[int] = []
        rest = [(number, False) for number in wanted]
        while rest:
            number, done = rest.pop()
            if done:
                order.append(number)
                continue
            uses[number] = uses.get(number, 0) + 1
            if uses[number] == 1:
                rest.append((number, True))
                rest += [(part, False) for part in self._terms[number].parts]
        depth: dict[int, int] = {}
        read: dict[int, pl.Expr] = {}
        layers: list[list[pl.Expr]] = []
        for number in order:
            term = self._terms[number]
            depth[number] = max((depth[part] for part in term.parts), default=0)
            read[number] = self._expression(term, [read[part] for part in term.parts])
            if uses[number] > 1 and not isinstance(term.atom, ir.Flag) and number > UNKNOWN:
                while len(layers) <= depth[number]:
                    layers.append([])
                layers[depth[number]].append(read[number].alias(f"·{number}"))
                read[number] = pl.col(f"·{number}")
                depth[number] += 1
        return layers, read.__getitem__

    def _expression(self, term: Term, parts: Sequence[pl.Expr]) -> pl.Expr:
        match term.kind:
            case "no" | "yes":
                return pl.lit(term.kind == "yes")
            case "unknown":
                return pl.lit(None, pl.Boolean)
            case "all":
                return reduce(and_, parts)
            case "any":
                return reduce(or_, parts)
            case "not":
                return ~parts[0]
            case "open":
                return parts[0].is_null()
            case "holds":
                return parts[0].eq_missing(True)
            case "can_hold":
                return parts[0].ne_missing(False)
            case _:
                assert term.atom is not None
                return self._atom(term.atom)

    def _atom(self, atom: Atom) -> pl.Expr:
        column = self.layout.column
        match atom:
            case ir.Flag(fact):
                return pl.col(fact)
            case ir.Recorded(fact):
                return pl.col(fact).is_not_null()
            case ir.OneOfWords(fact, words):
                codes = [column(fact).words.index(word) for word in words]
                return reduce(or_, [pl.col(fact) == pl.lit(code, column(fact).dtype) for code in codes])
            case ir.HasWord(fact, word):
                return (pl.col(fact) & pl.lit(column(fact).bit(word), column(fact).dtype)) != 0
            case Between(fact, least, most):
                dtype = column(fact).dtype
                lowest, highest = range_of(dtype)
                if least > highest or most < lowest:
                    least, most = 1, 0
                low, high = (pl.lit(max(lowest, min(highest, bound)), dtype) for bound in (least, most))
                return (pl.col(fact) >= low) & (pl.col(fact) <= high)
            case ir.Linear():
                return comparison(atom, self.layout)
            case SameYear(day, year):
                return (pl.col(day) - EPOCH).cast(pl.Date).dt.year().cast(pl.Int64) == pl.col(year)
            case Reaches(fact, goal):
                return pl.col(fact) >= expression(goal)
            case _:
                assert_never(atom)


def comparison_holds(linear: ir.Linear) -> bool:
    """Decide a comparison that names no fact."""
    zero, constant = 0, linear.constant
    match linear.op:
        case "<":
            return zero < constant
        case "<=":
            return zero <= constant
        case ">":
            return zero > constant
        case ">=":
            return zero >= constant
        case "==":
            return zero == constant
        case "!=":
            return zero != constant
        case _:
            assert_never(linear.op)
