"""The kinds of answer to a question that conditions can tell apart, each with a value that stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from xianjie.language import ir
from xianjie.language.calendar import NEVER, add_months
from xianjie.language.evaluate import Value
from xianjie.language.smt import OTHER_WORD, Bounds, bounds_of
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

_TYPICAL_YUAN = 60_000
_TYPICAL_SIZE = 3
_TYPICAL_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of answer. `least` and `most` are its ends where it is a range; None: no condition sets an end there.

    Money is in fen, days are ordinals. `value` stands for all of the kind.
    """

    value: Value
    least: int | None = None
    most: int | None = None
    ranged: bool = False


def kinds(
    fact: str, atoms: Iterable[ir.Ir], vocabulary: Vocabulary, as_of: int, facts: Mapping[str, Value]
) -> tuple[Kind, ...]:
    """List the kinds of answer to a question about a fact, the smallest first.

    `facts` give the other facts; where a condition compares the fact with one that is not among them, a typical value
    of that one stands in, so that the ends are typical ones.
    """
    spec = vocabulary[fact]
    match spec.type:
        case FactType.BOOL:
            return Kind(True), Kind(False)
        case FactType.ENUM:
            return tuple(Kind(word) for word in spec.words)
        case FactType.SET:
            words = dict.fromkeys(
                word for atom in atoms if isinstance(atom, ir.HasWord) and atom.fact == fact and (word := atom.word)
            )
            return Kind(frozenset()), *(Kind(frozenset({word})) for word in (*words, OTHER_WORD))
        case _:
            cuts = cuts_of(fact, atoms, vocabulary, as_of, facts)
            never = (Kind(NEVER),) if spec.type is FactType.EVENT else ()
            return *never, *_ranges(cuts, bounds_of(spec, as_of))


def cuts_of(
    fact: str, atoms: Iterable[ir.Ir], vocabulary: Vocabulary, as_of: int, facts: Mapping[str, Value]
) -> list[int]:
    """List the values at which some condition on a fact changes: each the first one on its upper side."""
    out: set[int] = set()
    for atom in atoms:
        if isinstance(atom, ir.Linear) and fact in atom.needs:
            out.update(_cut(fact, atom, vocabulary, as_of, facts))
    return sorted(out)


def _cut(fact: str, atom: ir.Linear, vocabulary: Vocabulary, as_of: int, facts: Mapping[str, Value]) -> Iterable[int]:
    """Solve a comparison for one fact; one in which the fact is multiplied by itself is passed over."""
    factor, rest = Fraction(0), Fraction(0)
    for coefficient, product in atom.terms:
        if product.count(fact) > 1:
            return
        others = Fraction(coefficient)
        for name in product:
            if name != fact:
                held = facts.get(name)
                others *= held if isinstance(held, int) else typical(vocabulary[name], as_of)
        if fact in product:
            factor += others
        else:
            rest += others
    if not factor:
        return
    edge = (atom.constant - rest) / factor
    op = atom.op if factor > 0 else _TURNED.get(atom.op, atom.op)
    match op:
        case "<" | ">=":
            yield ceil(edge)
        case "<=" | ">":
            yield floor(edge) + 1
        case _:
            if edge.denominator == 1:
                yield from (int(edge), int(edge) + 1)


_TURNED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def typical(spec: FactSpec, as_of: int) -> int:
    """Give an ordinary value of a fact that is counted."""
    match spec.type:
        case FactType.MONEY:
            return _TYPICAL_YUAN * 100
        case FactType.EVENT:
            return add_months(as_of, -_TYPICAL_MONTHS)
        case _:
            return max(spec.least or 0, _TYPICAL_SIZE)


def _ranges(cuts: Sequence[int], bounds: Bounds) -> Iterable[Kind]:
    inside = [cut for cut in cuts if bounds.least < cut <= bounds.most]
    edges = [bounds.least, *inside, bounds.most + 1]
    for number, (first, after) in enumerate(pairwise(edges)):
        least = None if number == 0 else first
        most = None if number == len(inside) else after - 1
        yield Kind(after - 1 if least is None and most is not None else first, least, most, ranged=True)
