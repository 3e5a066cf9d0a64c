"""Write conditions as formulas for a solver: for each a pair, *is certainly true* and *is certainly false*.

From the integer form. Neither of the pair is *unknown*: every fact has a flag that says whether it is recorded, and a
value that counts only where it is. Facts lie within stated bounds, outside of which nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

import z3

from xianjie.language import ir
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, NEVER
from xianjie.language.evaluate import Value
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

Pair = tuple[z3.BoolRef, z3.BoolRef]

YES, NO = z3.BoolVal(True), z3.BoolVal(False)

OTHER_WORD = "其他"
"""The word that stands for everything that no condition names."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values a fact may take: whole numbers from `least` to `most`, money in fen, days as ordinals."""

    least: int
    most: int


def bounds_of(spec: FactSpec, as_of: int) -> Bounds:
    """Give the bounds of a fact that is counted; dates reach a hundred years back and ten ahead, beside *never*."""
    match spec.type:
        case FactType.MONEY:
            return Bounds(0, 10**9)
        case FactType.INT:
            least = spec.least or 0
            return Bounds(least, least + (300 if least > 1000 else 29))
        case FactType.EVENT:
            return Bounds(max(FIRST_DAY, as_of - 36525), min(LAST_DAY, as_of + 3653))
        case FactType.ENUM:
            return Bounds(0, len(spec.words) - 1)
        case FactType.BOOL | FactType.SET | FactType.NUMBER:
            return Bounds(0, 1)
        case _:
            assert_never(spec.type)


def both(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """Join by *and*, without what is certain."""
    kept = []
    for part in parts:
        if z3.is_false(part):
            return NO
        if not z3.is_true(part):
            kept.append(part)
    return YES if not kept else kept[0] if len(kept) == 1 else z3.And(kept)


def either(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """Join by *or*, without what is out of the question."""
    kept = []
    for part in parts:
        if z3.is_true(part):
            return YES
        if not z3.is_false(part):
            kept.append(part)
    return NO if not kept else kept[0] if len(kept) == 1 else z3.Or(kept)


def no(part: z3.BoolRef) -> z3.BoolRef:
    """Negate."""
    if z3.is_true(part):
        return NO
    return YES if z3.is_false(part) else z3.Not(part)


class Terms:
    """Hold the solver's variables for facts, shared by all conditions written with them."""

    def __init__(self, vocabulary: Vocabulary, as_of: int) -> None:
        self.vocabulary, self.as_of = vocabulary, as_of
        self._known: dict[str, z3.BoolRef] = {}
        self._flags: dict[str, z3.BoolRef] = {}
        self._numbers: dict[str, z3.ArithRef] = {}
        self._words: dict[str, dict[str, z3.BoolRef]] = {}
        self._pairs: dict[ir.Ir, Pair] = {}
        self._stand_under_known: dict[str, None] = {}

    # -- facts -----------------------------------------------------------------------------------------------------

    @property
    def facts(self) -> tuple[str, ...]:
        """List the facts that have variables, in the order of the vocabulary."""
        return tuple(sorted(self._known, key=lambda name: self.vocabulary.slot[name]))

    @property
    def atoms(self) -> tuple[ir.Ir, ...]:
        """List the atoms of all the conditions written so far, beside those that ask whether a fact is recorded."""
        return tuple(self._pairs)

    @property
    def stand_under_known(self) -> frozenset[str]:
        """Name the facts of which a condition asks whether they are recorded; with those, more need not settle more."""
        return frozenset(self._stand_under_known)

    def known(self, fact: str) -> z3.BoolRef:
        """Give the flag that the fact is recorded."""
        if fact not in self._known:
            self._known[fact] = z3.Bool(f"known {fact}")
        return self._known[fact]

    def flag(self, fact: str) -> z3.BoolRef:
        """Give a boolean fact's value."""
        if fact not in self._flags:
            self.known(fact)
            self._flags[fact] = z3.Bool(fact)
        return self._flags[fact]

    def number(self, fact: str) -> z3.ArithRef:
        """Give a counted fact's value: fen, an ordinal, a count, or an enum word's place."""
        if fact not in self._numbers:
            self.known(fact)
            self._numbers[fact] = z3.Int(fact)
        return self._numbers[fact]

    def word(self, fact: str, word: str) -> z3.BoolRef:
        """Give whether a set holds a word."""
        self.known(fact)
        held = self._words.setdefault(fact, {OTHER_WORD: z3.Bool(f"{fact} holds another word")})
        if word not in held:
            held[word] = z3.Bool(f"{fact} holds {word}")
        return held[word]

    def within_bounds(self) -> list[z3.BoolRef]:
        """State the bounds of every fact that has a variable."""
        out: list[z3.BoolRef] = []
        for fact, value in self._numbers.items():
            spec = self.vocabulary[fact]
            bounds = bounds_of(spec, self.as_of)
            inside = z3.And(value >= bounds.least, value <= bounds.most)
            out.append(z3.Or(value == NEVER, inside) if spec.type is FactType.EVENT else inside)
        return out

    def holds(self, fact: str, value: Value) -> z3.BoolRef:
        """State that a fact has a value, given that it is recorded."""
        match value:
            case bool():
                return self.flag(fact) if value else z3.Not(self.flag(fact))
            case int():
                return self.number(fact) == value
            case str():
                return self.number(fact) == self.place(fact, value)
            case frozenset():
                self.word(fact, OTHER_WORD)
                held = dict(self._words[fact])
                other = held.pop(OTHER_WORD)
                rest = value - held.keys()
                return z3.And(
                    other if rest else z3.Not(other),
                    *(flag if word in value else z3.Not(flag) for word, flag in held.items()),
                )
            case _:
                assert_never(value)

    def place(self, fact: str, word: str) -> int:
        """Number an enum's word."""
        return list(self.vocabulary[fact].words).index(word)

    def value(self, fact: str, model: z3.ModelRef) -> Value:
        """Read a recorded fact's value off a model."""
        spec = self.vocabulary[fact]
        match spec.type:
            case FactType.BOOL:
                return bool(z3.is_true(model.eval(self.flag(fact), model_completion=True)))
            case FactType.SET:
                self.word(fact, OTHER_WORD)
                held = self._words[fact]
                return frozenset(word for word, flag in held.items() if z3.is_true(model.eval(flag)))
            case FactType.ENUM:
                return list(spec.words)[self._counted(fact, model)]
            case _:
                return self._counted(fact, model)

    def _counted(self, fact: str, model: z3.ModelRef) -> int:
        value = model.eval(self.number(fact))
        if isinstance(value, z3.IntNumRef):
            return int(value.as_long())
        return max(0, bounds_of(self.vocabulary[fact], self.as_of).least)  # the model leaves it free

    # -- conditions ------------------------------------------------------------------------------------------------

    def pair(self, part: ir.Ir, definitions: Mapping[str, ir.Ir]) -> Pair:
        """Write a condition; a definition is looked up by its name."""
        match part:
            case ir.Constant(value):
                return (YES, NO) if value else (NO, YES)
            case ir.Recorded(fact):
                self._stand_under_known[fact] = None
                return self.known(fact), z3.Not(self.known(fact))
            case ir.Negation(operand):
                true, false = self.pair(operand, definitions)
                return false, true
            case ir.All(operands):
                pairs = [self.pair(operand, definitions) for operand in operands]
                return both(true for true, _ in pairs), either(false for _, false in pairs)
            case ir.Any(operands):
                pairs = [self.pair(operand, definitions) for operand in operands]
                return either(true for true, _ in pairs), both(false for _, false in pairs)
            case ir.Named(name):
                return self.pair(definitions[name], definitions)
            case ir.Flag() | ir.OneOfWords() | ir.HasWord() | ir.Linear():
                if part not in self._pairs:
                    self._pairs[part] = self._atom(part)
                return self._pairs[part]
            case _:
                assert_never(part)

    def _atom(self, part: ir.Flag | ir.OneOfWords | ir.HasWord | ir.Linear) -> Pair:
        match part:
            case ir.Flag(fact):
                needs: tuple[str, ...] = (fact,)
                holds = self.flag(fact)
            case ir.OneOfWords(fact, allowed):
                needs = (fact,)
                value = self.number(fact)
                holds = either(value == self.place(fact, word) for word in allowed)
            case ir.HasWord(fact, None):
                needs = (fact,)
                self.word(fact, OTHER_WORD)
                holds = z3.Bool(f"{fact} holds something")
            case ir.HasWord(fact, str(word)):
                needs = (fact,)
                holds = self.word(fact, word)
            case ir.Linear():
                needs = part.needs
                holds = self._linear(part)
        known = [self.known(name) for name in needs]
        return both([*known, holds]), both([*known, no(holds)])

    def links(self) -> list[z3.BoolRef]:
        """State what a set that holds something holds; asked for after all conditions are written."""
        return [z3.Bool(f"{fact} holds something") == z3.Or(list(held.values())) for fact, held in self._words.items()]

    def _linear(self, part: ir.Linear) -> z3.BoolRef:
        total: z3.ArithRef = z3.Sum([self._product(coefficient, facts) for coefficient, facts in part.terms])
        if not part.terms:
            total = z3.IntVal(0)
        match part.op:
            case "<":
                return total < part.constant
            case "<=":
                return total <= part.constant
            case ">":
                return total > part.constant
            case ">=":
                return total >= part.constant
            case "==":
                return total == part.constant
            case "!=":
                return total != part.constant
            case _:
                assert_never(part.op)

    def _product(self, coefficient: int, facts: ir.Monomial) -> z3.ArithRef:
        """Multiply facts; all but one by their every value, so that the problem stays linear."""
        counts = sorted(facts, key=lambda name: self.vocabulary[name].type is not FactType.INT)
        return self._times(coefficient, counts)

    def _times(self, coefficient: int, facts: list[str]) -> z3.ArithRef:
        first, rest = facts[0], facts[1:]
        if not rest:
            return coefficient * self.number(first)
        bounds = bounds_of(self.vocabulary[first], self.as_of)
        total: z3.ArithRef = z3.IntVal(0)
        for value in range(bounds.least, bounds.most + 1):
            total = z3.If(self.number(first) == value, self._times(coefficient * value, rest), total)
        return total
