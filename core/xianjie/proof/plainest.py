"""Settle a smallest case on the same values every time, whatever model the solver happens to come upon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import z3

from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.smt import OTHER_WORD, Bounds, bounds_of
from xianjie.proof.domain import Domain
from xianjie.proof.solving import Found, Solving
from xianjie.vocabulary import FactType

_SIZES = (3, 2, 4, 1, 5, 6)
_SUMS = (3_000_000, 6_000_000, 9_000_000)


class Plainest(Solving):
    """A solver whose smallest case hangs on the class alone: each value is the first that can be, in a fixed order.

    Where none of the usual values can be, a sum or a number is the least there is and a day the latest, made round
    where that can be. `words` names, for each set, the words that conditions ask for.
    """

    def __init__(self, domain: Domain, timeout_ms: int, words: Mapping[str, Sequence[str]]) -> None:
        """Start from what holds of every case."""
        super().__init__(domain, timeout_ms)
        self._words = words

    def settled(self, name: str, base: Sequence[z3.BoolRef]) -> z3.BoolRef:
        """Settle a fact on a value that a person would write; an exact threshold stays as it is."""
        terms, spec = self.domain.terms, self.domain.vocabulary[name]
        if spec.type is FactType.SET:
            return z3.And(self._held(name, base))
        usual: Iterable[Value] = ()
        match spec.type:
            case FactType.INT if (spec.least or 0) <= _SIZES[0]:
                usual = _SIZES
            case FactType.MONEY:
                usual = _SUMS
            case FactType.BOOL | FactType.ENUM | FactType.EVENT:
                usual = self._preferred(name, NEVER)
            case _:
                pass
        for value in usual:
            wanted = terms.holds(name, value)
            if self.check(*base, wanted) is Found.SOME:
                return wanted
        outermost = self._outermost(name, base)
        for value in self._preferred(name, outermost):
            if spec.type is FactType.MONEY and isinstance(value, int) and value > 10 * max(outermost, 1):
                continue  # round, but nobody's income
            wanted = terms.holds(name, value)
            if value == outermost or self.check(*base, wanted) is Found.SOME:
                return wanted
        return terms.holds(name, outermost)

    def _held(self, name: str, base: Sequence[z3.BoolRef]) -> list[z3.BoolRef]:
        """Leave words out of a set one by one, as far as that can be; what no condition names goes last."""
        out: list[z3.BoolRef] = []
        for word in (OTHER_WORD, *reversed(self._words.get(name, ()))):
            flag = self.domain.terms.word(name, word)
            without = z3.Not(flag)
            out.append(without if self.check(*base, *out, without) is Found.SOME else flag)
        return out

    def _outermost(self, name: str, base: Sequence[z3.BoolRef]) -> int:
        """Find the least value that a number can have, or the latest day."""
        spec, number = self.domain.vocabulary[name], self.domain.terms.number(name)
        bounds = bounds_of(spec, self.domain.as_of)
        low, high = bounds.least, bounds.most
        latest = spec.type is FactType.EVENT
        while low < high:
            middle = (low + high + latest) // 2
            inside = Bounds(middle, high) if latest else Bounds(low, middle)
            found = self.check(*base, number >= inside.least, number <= inside.most) is Found.SOME
            if latest:
                low, high = (middle, high) if found else (low, middle - 1)
            else:
                low, high = (low, middle) if found else (middle + 1, high)
        return low
