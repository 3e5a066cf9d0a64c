"""Draw values of facts at which two policies' conditions turn, and facts that bring a condition about."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import assert_never

from xianjie.language import ir, nodes
from xianjie.language.calendar import FIRST_DAY, LAST_DAY, NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

Facts = dict[str, Value]

MOST_COUNT = 10**9
MOST_FEN = 10**17
_COUNTS = (1, 2, 3, 4, 5)
_FEN = (0, 1_200_000, 3_600_000, 6_000_000, 15_000_000)
_DAYS_BACK = (0, 1, 45, 200, 500, 1500)
_WORD = "其他"

_COMPARE = {
    "<": int.__lt__,
    "<=": int.__le__,
    ">": int.__gt__,
    ">=": int.__ge__,
    "==": int.__eq__,
    "!=": int.__ne__,
}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A policy's conditions in integer form on one date: each block's, and the definitions by name."""

    blocks: Mapping[str, tuple[ir.Ir, ...]]
    definitions: Mapping[str, ir.Ir]

    def parts(self) -> Iterator[ir.Ir]:
        """Give every condition and every definition."""
        for conditions in self.blocks.values():
            yield from conditions
        yield from self.definitions.values()


def lowered(policy: Policy, as_of: int) -> Lowered:
    """Bring a policy's conditions to integer form on a date (an ordinal); literal truths are left out."""
    frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
    return Lowered(
        {
            name: tuple(ir.lower(node, frame) for _, node in block.conditions if not isinstance(node, nodes.Truth))
            for name, block in policy.blocks.items()
        },
        {name: ir.lower(node, frame) for name, node in policy.definitions.items()},
    )


class Values:
    """Draw values of facts: on, below and above every limit that the policies set, and a few ordinary ones."""

    def __init__(self, policies: Sequence[Lowered], vocabulary: Vocabulary, as_of: int, draw: random.Random) -> None:
        self.vocabulary, self.as_of, self.draw = vocabulary, as_of, draw
        self._limits: dict[str, set[int]] = {}
        self._words: dict[str, set[str]] = {}
        self._named: dict[str, None] = {}
        for policy in policies:
            for part in policy.parts():
                self._gather(part)
        self._drawn: dict[str, Sequence[Value]] = {}

    def named(self, record: str) -> list[str]:
        """List the facts of one record of a case that a condition names."""
        return [name for name in self._named if self.vocabulary[name].record == record]

    def of(self, name: str, likely: float) -> Value:
        """Draw a value; `likely` is the share of yes among yes and no."""
        if self.vocabulary[name].type is FactType.BOOL:
            return self.draw.random() < likely
        return self.draw.choice(self.among(name))

    def among(self, name: str) -> Sequence[Value]:
        """List the values that are drawn from."""
        found = self._drawn.get(name)
        if found is None:
            found = self._drawn[name] = self._candidates(self.vocabulary[name])
        return found

    def _gather(self, part: ir.Ir) -> None:
        match part:
            case ir.Flag(fact) | ir.Recorded(fact) | ir.OneOfWords(fact):
                self._named[fact] = None
            case ir.HasWord(fact, word):
                self._named[fact] = None
                if word is not None:
                    self._words.setdefault(fact, set()).add(word)
            case ir.Linear(_, terms, constant, needs):
                self._named.update(dict.fromkeys(needs))
                if len(terms) == 1 and len(terms[0][1]) == 1:
                    self._limits.setdefault(needs[0], set()).add(constant // terms[0][0])
            case ir.Negation(operand):
                self._gather(operand)
            case ir.All(operands) | ir.Any(operands):
                for operand in operands:
                    self._gather(operand)
            case ir.Constant() | ir.Named():
                pass
            case _:
                assert_never(part)

    def _candidates(self, spec: FactSpec) -> Sequence[Value]:
        limits = self._limits.get(spec.name, ())
        around = {limit + step for limit in limits for step in (-1, 0, 1)}
        match spec.type:
            case FactType.BOOL:
                return (False, True)
            case FactType.ENUM:
                return tuple(spec.words)
            case FactType.SET:
                words = [*sorted(self._words.get(spec.name, ())), _WORD]
                return (frozenset(), *(frozenset({word}) for word in words), frozenset(words))
            case FactType.EVENT:
                days = around | {self.as_of - back for back in _DAYS_BACK} | {self.as_of + 1}
                return (NEVER, *sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY))
            case FactType.MONEY:
                return sorted(fen for fen in {*around, *_FEN} if 0 <= fen <= MOST_FEN)
            case FactType.INT | FactType.NUMBER:
                least, most = spec.least or 0, spec.most or MOST_COUNT
                return sorted(number for number in {*around, *_COUNTS} if least <= number <= most)
            case _:
                assert_never(spec.type)


class Aim:
    """Set facts so that a condition holds, or does not, often by a hair's breadth; what it needs it draws."""

    def __init__(self, values: Values, definitions: Mapping[str, ir.Ir], facts: Facts) -> None:
        self.values, self.definitions, self.facts = values, definitions, facts
        self.draw = values.draw

    def bring(self, part: ir.Ir, wanted: bool) -> None:
        """Make a condition true, or false; where its parts pull against each other it may stay as it was."""
        tests: dict[str, list[tuple[ir.Linear | ir.OneOfWords, bool]]] = {}
        sums: list[tuple[ir.Linear, bool]] = []
        work = [(part, wanted)]
        while work:
            here, want = work.pop()
            match here:
                case ir.Constant():
                    pass
                case ir.Flag(fact):
                    self.facts[fact] = want
                case ir.Recorded(fact):
                    if want:
                        self._ensure(fact)
                    else:
                        self.facts.pop(fact, None)
                case ir.HasWord(fact, word):
                    self._hold(fact, word, want)
                case ir.OneOfWords(fact):
                    tests.setdefault(fact, []).append((here, want))
                case ir.Linear(_, terms, _, needs):
                    if len(needs) == 1 and terms:
                        tests.setdefault(needs[0], []).append((here, want))
                    else:
                        sums.append((here, want))
                case ir.Negation(operand):
                    work.append((operand, not want))
                case ir.All(operands) | ir.Any(operands):
                    every = isinstance(here, ir.All) is want
                    chosen = operands if every else (self.draw.choice(operands),)
                    work += [(operand, want) for operand in chosen]
                case ir.Named(name):
                    work.append((self.definitions[name], want))
                case _:
                    assert_never(here)
        for fact, asked in tests.items():
            fitting = [value for value in self.values.among(fact) if all(_holds(t, value) is w for t, w in asked)]
            if fitting:
                self.facts[fact] = self.draw.choice(fitting)
        for linear, want in sums:
            self._solve(linear, want)

    def _ensure(self, fact: str) -> None:
        if self.facts.get(fact, NEVER) == NEVER and self.values.vocabulary[fact].type is FactType.EVENT:
            self.facts[fact] = self.draw.choice(self.values.among(fact)[1:])
        elif fact not in self.facts:
            self.facts[fact] = self.values.of(fact, 0.5)

    def _hold(self, fact: str, word: str | None, want: bool) -> None:
        held = self.facts.get(fact, frozenset())
        assert isinstance(held, frozenset)
        if word is None:
            self.facts[fact] = (held or frozenset({_WORD})) if want else frozenset()
        else:
            self.facts[fact] = held | {word} if want else held - {word}

    def _solve(self, linear: ir.Linear, want: bool) -> None:
        """Move one fact of a comparison of several to where the comparison turns."""
        for fact in linear.needs:
            self._ensure(fact)
        for fact in self.draw.sample(linear.needs, len(linear.needs)):
            slope = rest = 0
            for coefficient, monomial in linear.terms:
                others = prod(self._number(name) for name in monomial if name != fact)
                slope += coefficient * others if monomial.count(fact) == 1 else 0
                rest += coefficient * others if fact not in monomial else 0
            if not slope or any(monomial.count(fact) > 1 for _, monomial in linear.terms):
                continue
            turn = (linear.constant - rest) // slope
            low, high = self._bounds(fact)
            near = [value for value in range(turn - 1, turn + 3) if low <= value <= high]
            fitting = [x for x in near if _COMPARE[linear.op](slope * x + rest, linear.constant) is want]
            if fitting:
                self.facts[fact] = self.draw.choice(fitting)
                return

    def _number(self, fact: str) -> int:
        value = self.facts[fact]
        assert isinstance(value, int)
        return value

    def _bounds(self, fact: str) -> tuple[int, int]:
        spec = self.values.vocabulary[fact]
        if spec.type is FactType.EVENT:
            return FIRST_DAY, LAST_DAY
        return spec.least or 0, MOST_FEN if spec.type is FactType.MONEY else spec.most or MOST_COUNT


def _holds(test: ir.Linear | ir.OneOfWords, value: Value) -> bool:
    if isinstance(test, ir.OneOfWords):
        return value in test.words
    assert isinstance(value, int)
    left = sum(coefficient * value ** len(monomial) for coefficient, monomial in test.terms)
    return _COMPARE[test.op](left, test.constant)
