"""Ask the solver, within a time: yes with a model, no, or not decided; and find the smallest case of a class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

import z3

from xianjie.language.calendar import NEVER, add_months
from xianjie.language.evaluate import Value
from xianjie.proof.domain import Domain
from xianjie.vocabulary import FactType

TIMEOUT_MS = 10_000
"""How long one question to the solver may take before it counts as not decided."""

_SIZES = (3, 2, 4, 1, 5, 6)
_FINENESS = tuple(10**power for power in range(9, -1, -1))


class Found(Enum):
    """What the solver says of a class of cases. A time-out is never taken for an empty class."""

    SOME = "some"
    NONE = "none"
    NOT_DECIDED = "not_decided"


class OutOfTimeError(Exception):
    """A question was not decided within its time, and the one who asked relies on every answer."""


class Solving:
    """Put questions about one domain to a solver that keeps what it has learnt.

    `strict`: a question that is not decided raises OutOfTimeError.
    """

    def __init__(self, domain: Domain, timeout_ms: int = TIMEOUT_MS, strict: bool = False) -> None:
        """Start from what holds of every case."""
        self.domain, self.strict = domain, strict
        self.solver = z3.SolverFor("QF_LIA")
        self.solver.set("timeout", timeout_ms)
        self.solver.add(domain.hard)
        self.plausible = z3.Bool("an ordinary case")
        self.solver.add(z3.Implies(self.plausible, z3.And(domain.plausible)) if domain.plausible else self.plausible)

    @contextmanager
    def within(self, *assertions: z3.BoolRef) -> Iterator[None]:
        """Hold some more for the time being."""
        self.solver.push()
        try:
            self.solver.add(*assertions)
            yield
        finally:
            self.solver.pop()

    def check(self, *assumptions: z3.BoolRef) -> Found:
        """Ask whether a case can be like that."""
        result = self.solver.check(*assumptions)
        if result == z3.sat:
            return Found.SOME
        if result != z3.unsat and self.strict:
            raise OutOfTimeError
        return Found.NONE if result == z3.unsat else Found.NOT_DECIDED

    def model(self) -> z3.ModelRef:
        """Give the case that the last question found."""
        return self.solver.model()

    def complete(self, facts: Iterable[str]) -> list[z3.BoolRef]:
        """State that all of some facts are recorded."""
        return [self.domain.terms.known(name) for name in facts]

    def smallest(self, facts: Sequence[str], complete: bool = False) -> dict[str, Value]:
        """Find the smallest case of the class held now, ordinary where that is possible, with round figures.

        Smallest: with the fewest facts recorded; for a complete case, with the fewest that depart from the plainest.
        The class must not be empty. Raises OutOfTimeError where the time of one question does not suffice.
        """
        before, self.strict = self.strict, True
        try:
            return self._smallest(facts, complete)
        finally:
            self.strict = before

    def _smallest(self, facts: Sequence[str], complete: bool) -> dict[str, Value]:
        base = [self.plausible] if self.check(self.plausible) is Found.SOME else []
        self.check(*base)
        marks = {name: self._plain(name) if complete else z3.Not(self.domain.terms.known(name)) for name in facts}
        kept = self.first(base, marks, len(self._fewest(base, marks)))
        base += [mark for name, mark in marks.items() if name not in kept]
        base += [self.domain.terms.known(name) for name in kept]
        for name in sorted(kept, key=self.domain.vocabulary.slot.__getitem__):
            base.append(self.settled(name, base))
        self.check(*base)
        return self.domain.read(self.model(), facts)

    def _plain(self, name: str) -> z3.BoolRef:
        """State the plainest value of a fact: no, never, none, a household of three, the first word."""
        terms, spec = self.domain.terms, self.domain.vocabulary[name]
        match spec.type:
            case FactType.BOOL:
                return z3.Not(terms.flag(name))
            case FactType.EVENT:
                return terms.number(name) == NEVER
            case FactType.SET:
                return terms.holds(name, frozenset())
            case FactType.INT if spec.least == 1:
                return terms.number(name) == _SIZES[0]
            case _:
                return terms.number(name) == (spec.least or 0)

    def _fewest(self, base: Sequence[z3.BoolRef], marks: dict[str, z3.BoolRef]) -> list[str]:
        """Name the fewest facts whose marks must be given up: drop one by one, then ask for fewer at once."""
        kept = self._departing(marks)
        while True:
            for name in list(kept):
                rest = [mark for other, mark in marks.items() if other not in kept or other == name]
                if self.check(*base, *rest) is Found.SOME:
                    kept = self._departing(marks)
            if len(kept) <= 1:
                return kept
            fewer = z3.PbLe([(z3.Not(mark), 1) for mark in marks.values()], len(kept) - 1)
            if self.check(*base, fewer) is not Found.SOME:
                return kept
            kept = self._departing(marks)

    def first(self, base: Sequence[z3.BoolRef], marks: dict[str, z3.BoolRef], number: int) -> list[str]:
        """Choose, of all sets of so many facts, the one that comes first in the vocabulary: no whim of the solver's."""
        kept: list[str] = []
        with self.within(z3.PbLe([(z3.Not(mark), 1) for mark in marks.values()], number)):
            for name, mark in marks.items():
                if len(kept) == number:
                    break
                chosen = [z3.Not(marks[other]) for other in kept]
                if self.check(*base, *chosen, z3.Not(mark)) is Found.SOME:
                    kept.append(name)
        return kept

    def _departing(self, marks: dict[str, z3.BoolRef]) -> list[str]:
        model = self.model()
        return [name for name, mark in marks.items() if not z3.is_true(model.eval(mark, model_completion=True))]

    def settled(self, name: str, base: Sequence[z3.BoolRef]) -> z3.BoolRef:
        """Settle a fact on a value that a person would write; an exact threshold stays as it is."""
        self.check(*base)
        found = self.domain.terms.value(name, self.model())
        for value in self._preferred(name, found):
            wanted = self.domain.terms.holds(name, value)
            if value == found or self.check(*base, wanted) is Found.SOME:
                return wanted
        return self.domain.terms.holds(name, found)

    def _preferred(self, name: str, found: Value) -> Iterator[Value]:
        spec = self.domain.vocabulary[name]
        match spec.type:
            case FactType.BOOL:
                yield from (True, False)
            case FactType.ENUM:
                yield from spec.words
            case FactType.INT if isinstance(found, int) and found < 100:
                yield from _SIZES
            case FactType.MONEY if isinstance(found, int):
                yield from (yuan * 100 for yuan in (30_000, 60_000, 90_000))
                for step in _FINENESS:
                    yield found // step * step
                    yield (found // step + 1) * step
            case FactType.EVENT:
                yield NEVER
                yield from (add_months(self.domain.as_of, -months) for months in (1, 3, 6, 9, 15, 30, 60))
                if isinstance(found, int) and found:
                    day = dt.date.fromordinal(found)
                    yield from (day.replace(month=1, day=1).toordinal(), day.replace(day=1).toordinal())
            case _:
                return
