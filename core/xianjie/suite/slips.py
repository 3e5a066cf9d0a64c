"""Slips that a hand can make in a condition: each as a small change of one part, with what it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from xianjie.language import nodes
from xianjie.suite.atoms import Path, walk
from xianjie.vocabulary import Vocabulary

Change = Callable[[nodes.Condition], nodes.Condition]

_BESIDE: Mapping[nodes.CompareOp, nodes.CompareOp] = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
}
_REVERSED: Mapping[nodes.CompareOp, nodes.CompareOp] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Slip:
    """A change of the part at a place of a condition; the same change fits the same text under every reading."""

    kind: str
    path: Path
    change: Change


def slips(node: nodes.Condition, vocabulary: Vocabulary) -> Iterator[Slip]:
    """List the slips in a condition, part by part, from the whole to its atoms. Definitions are not entered."""
    if not isinstance(node, nodes.Truth):
        yield Slip("dropped", (), lambda _: nodes.Truth(True))
    for path, part in walk(node):
        for kind, change in _of(part, vocabulary):
            yield Slip(kind, path, change)


def _of(part: nodes.Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, Change]]:
    yield "negated", _negated
    match part:
        case nodes.And(operands) | nodes.Or(operands):
            yield "connective", _exchanged
            for number in range(len(operands)):
                yield "operand", _without(number)
        case nodes.Compare(op, left, right):
            yield "operator", _put("op", _BESIDE[op])
            if op in _REVERSED:
                yield "operator", _put("op", _REVERSED[op])
            for side, quantity in (("left", left), ("right", right)):
                for beside in _neighbours(quantity):
                    yield "threshold", _put(side, beside)
        case nodes.Within(_, amount, _, inside):
            yield "window", _put("last_day_inside", not inside)
            if isinstance(amount, nodes.Number):
                for step in (-1, 1):
                    if amount.value + step > 0:
                        yield "window", _put("amount", nodes.Number(amount.value + step))
        case nodes.Member(fact, words):
            every = list(vocabulary[fact.name].words)
            for number, word in enumerate(words):
                turned = every[every.index(word) + 1 :] + every[: every.index(word)]
                other = next((one for one in turned if one not in words), None)
                if other is not None:
                    yield "word", _put("words", (*words[:number], other, *words[number + 1 :]))
                if len(words) > 1:
                    yield "word", _put("words", (*words[:number], *words[number + 1 :]))
        case _:
            pass


def _negated(part: nodes.Condition) -> nodes.Condition:
    if isinstance(part, nodes.Truth):
        return nodes.Truth(not part.value)
    return part.operand if isinstance(part, nodes.Not) else nodes.Not(part)


def _exchanged(part: nodes.Condition) -> nodes.Condition:
    assert isinstance(part, nodes.And | nodes.Or)
    return nodes.Or(part.operands) if isinstance(part, nodes.And) else nodes.And(part.operands)


def _without(number: int) -> Change:
    def change(part: nodes.Condition) -> nodes.Condition:
        assert isinstance(part, nodes.And | nodes.Or)
        rest = (*part.operands[:number], *part.operands[number + 1 :])
        return rest[0] if len(rest) == 1 else type(part)(rest)

    return change


def _put(name: str, value: object) -> Change:
    def change(part: nodes.Condition) -> nodes.Condition:
        return replace(part, **{name: value})  # type: ignore[arg-type]

    return change


def _neighbours(quantity: nodes.Quantity) -> Iterator[nodes.Quantity]:
    """Give a quantity with one of its own numbers a step away: a fen, one, a day."""
    match quantity:
        case nodes.Number(value, money):
            for step in (-1, 1):
                if value + step >= 0:
                    yield nodes.Number(value + Fraction(step), money)
        case nodes.Day(ordinal):
            for step in (-1, 1):
                yield nodes.Day(ordinal + step)
        case nodes.Arithmetic(_, left, right):
            for other in _neighbours(left):
                yield replace(quantity, left=other)
            for other in _neighbours(right):
                yield replace(quantity, right=other)
        case nodes.AsOf() | nodes.Fact() | nodes.Parameter():
            return
