"""Flatten conditions into verdicts that durable can match safely: each one plain `and` or `or` of tests.

durable walks an `or` once per path, so an `or` in an `and` in an `or` multiplies; and it has no third truth
value. Hence every inner group becomes a verdict of its own, and not is pushed down to the tests: each has an
exact opposite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from xianjie.language.ir import (
    All,
    Any,
    Constant,
    Flag,
    HasWord,
    Ir,
    Linear,
    LinearOp,
    Monomial,
    Named,
    Negation,
    OneOfWords,
    Recorded,
)
from xianjie.production.host import failure

EXACT = 2**53
"""Beyond this no integer is sent to durable."""

WIDEST = 40
"""The most tests in one verdict; a wider group is cut into several."""


@dataclass(frozen=True, slots=True)
class FlagField:
    """The value of a boolean fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class WordField:
    """The word of an enum fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class HeldField:
    """Whether a set fact holds the word; with None, anything at all."""

    fact: str
    word: str | None


@dataclass(frozen=True, slots=True)
class RecordedField:
    """Whether the fact is known."""

    fact: str


@dataclass(frozen=True, slots=True)
class SumField:
    """The left side of a comparison, less `origin`, cut off at ±`EXACT`.

    The origin is 0 while the constant lies strictly within ±`EXACT`: the cut then changes no order or
    equality, and comparisons of one left side share the field. Otherwise it is the constant itself, and the
    comparison is with 0.
    """

    terms: tuple[tuple[int, Monomial], ...]
    needs: tuple[str, ...]
    origin: int


@dataclass(frozen=True, slots=True)
class VerdictField:
    """What an earlier verdict came to; absent where it is unknown."""

    place: int


Field = FlagField | WordField | HeldField | RecordedField | SumField | VerdictField


@dataclass(frozen=True, slots=True)
class Leaf:
    """`field op value`, unknown while the field is absent."""

    field: Field
    op: LinearOp
    value: bool | int | str

    def opposite(self) -> Leaf:
        """Build the test that is true exactly where this one is false."""
        if isinstance(self.value, bool):
            return replace(self, value=not self.value)
        return replace(self, op=_OPPOSITE[self.op])


_OPPOSITE: dict[LinearOp, LinearOp] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All of the tests or, not `conjunction`, any of them; at least one."""

    conjunction: bool
    tests: tuple[Leaf, ...]

    def opposite(self) -> Verdict:
        """Push a not down to the tests."""
        return Verdict(not self.conjunction, tuple(test.opposite() for test in self.tests))


@dataclass(frozen=True, slots=True)
class Flattened:
    """The verdicts, each after those it names, and for each condition its verdict's test or its truth."""

    verdicts: tuple[Verdict, ...]
    conditions: dict[str, Leaf | bool]


def flatten(conditions: Sequence[tuple[str, Ir]], definitions: Mapping[str, Ir]) -> Flattened:
    """Flatten the conditions and the definitions they reach. InternalError for a missing or circular one."""
    builder = _Builder(definitions)
    return Flattened(
        conditions={name: builder.verdict(builder.part(node, True)) for name, node in conditions},
        verdicts=tuple(builder.verdicts),
    )


_Part = bool | Leaf | Verdict


class _Builder:
    def __init__(self, definitions: Mapping[str, Ir]) -> None:
        self.verdicts: list[Verdict] = []
        self._definitions = definitions
        self._places: dict[Verdict, int] = {}
        self._defined: dict[str, Leaf | bool | None] = {}

    def part(self, node: Ir, positive: bool) -> _Part:
        """Flatten a node, or its opposite."""
        match node:
            case Constant(value):
                return value == positive
            case Flag(fact):
                return Leaf(FlagField(fact), "==", positive)
            case Recorded(fact):
                return Leaf(RecordedField(fact), "==", positive)
            case HasWord(fact, word):
                return Leaf(HeldField(fact, word), "==", positive)
            case OneOfWords(fact, words):
                field = WordField(fact)
                if not words:
                    # false, but only once the fact is known: it is some word and is not that word
                    return self._group(positive, [Leaf(field, "==", ""), Leaf(field, "!=", "")])
                return self._group(not positive, [Leaf(field, "==" if positive else "!=", word) for word in words])
            case Linear(op, terms, constant, needs):
                origin = 0 if abs(constant) < EXACT else constant
                test = Leaf(SumField(terms, needs, origin), op, constant - origin)
                return test if positive else test.opposite()
            case Negation(operand):
                return self.part(operand, not positive)
            case All(operands):
                return self._group(positive, [self.part(operand, positive) for operand in operands])
            case Any(operands):
                return self._group(not positive, [self.part(operand, positive) for operand in operands])
            case Named(name):
                defined = self._definition(name)
                if isinstance(defined, bool):
                    return defined == positive
                return defined if positive else defined.opposite()
            case _:
                assert_never(node)

    def verdict(self, part: _Part) -> Leaf | bool:
        """Give a part a verdict of its own, one for each meaning, and return the test of it."""
        if isinstance(part, bool):
            return part
        if isinstance(part, Leaf):
            if isinstance(part.field, VerdictField):
                return part
            part = Verdict(True, (part,))
        opposite = part.opposite()
        if opposite in self._places:
            return Leaf(VerdictField(self._places[opposite]), "==", False)
        if part not in self._places:
            self._places[part] = len(self.verdicts)
            self.verdicts.append(part)
        return Leaf(VerdictField(self._places[part]), "==", True)

    def _definition(self, name: str) -> Leaf | bool:
        if name not in self._defined:
            if name not in self._definitions:
                raise failure(f"没有定义 {name}", f"there is no definition {name}")
            self._defined[name] = None
            self._defined[name] = self.verdict(self.part(self._definitions[name], True))
        found = self._defined[name]
        if found is None:
            raise failure(f"定义 {name} 循环引用", f"definition {name} names itself")
        return found

    def _group(self, conjunction: bool, parts: Sequence[_Part]) -> _Part:
        """Join parts, merging groups of the same kind; False settles an `and`, True an `or`."""
        tests: dict[Leaf, None] = {}
        for part in parts:
            if isinstance(part, bool):
                if part is not conjunction:
                    return part
            elif isinstance(part, Leaf):
                tests[part] = None
            elif part.conjunction is conjunction:
                tests.update(dict.fromkeys(part.tests))
            else:
                inner = self.verdict(part)
                assert not isinstance(inner, bool)
                tests[inner] = None
        joined = tuple(tests)
        while len(joined) > WIDEST:
            cut = [self.verdict(Verdict(conjunction, joined[at : at + WIDEST])) for at in range(0, len(joined), WIDEST)]
            joined = tuple(test for test in cut if isinstance(test, Leaf))
        if not joined:
            return conjunction
        return joined[0] if len(joined) == 1 else Verdict(conjunction, joined)
