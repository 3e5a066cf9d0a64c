"""In which cases one part of a condition alone decides what is answered, and in which a reading or a status comes up.

A policy's points are written over *held* conditions, two truths for each, so that what a condition does to an answer is
seen apart from what the condition asks. A fact is varied by putting its values into the formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import z3

from xianjie.cases.steps import DATED
from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.smt import NO, OTHER_WORD, YES, Pair, Terms, both, either, no
from xianjie.policy.model import LedgerRule
from xianjie.policy.prepared import Block, Policy
from xianjie.proof.domain import Domain
from xianjie.proof.plainest import Plainest
from xianjie.proof.points import Label, Point, points
from xianjie.proof.solving import TIMEOUT_MS, Found, OutOfTimeError, Solving
from xianjie.vocabulary import FactType

Formula: TypeAlias = z3.BoolRef
Options = tuple[tuple[str, str], ...]
By = Literal["status", "label", "anyhow"]

_HELD = "#"
"""What stands between block and place in the name of a held condition; no definition has it in its name."""

_OPEN = "undetermined"


@dataclass(frozen=True, slots=True)
class Aim:
    """A part of a condition that is to decide a point: the condition with the part held true, and held false.

    `chosen` settles readings, as in an assessment.
    """

    block: str
    place: int
    met: nodes.Condition
    unmet: nodes.Condition
    key: str
    chosen: Options = ()


class Deciding:
    """Ask about one policy at one date, over all the cases within the bounds."""

    def __init__(self, policy: Policy, as_of: int, timeout_ms: int = TIMEOUT_MS) -> None:
        """Write every condition of the policy over shared variables."""
        self.policy, self.as_of = policy, as_of
        self.frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        self.domain = _Whole(policy, as_of)
        self._terms = self.domain.terms
        self._words = _words_of(policy)
        self.solving = Plainest(self.domain, timeout_ms, self._words)
        self._definitions = {name: ir.lower(node, self.frame) for name, node in policy.definitions.items()}
        self._pairs: dict[nodes.Condition, Pair] = {}
        self._swings: dict[tuple[nodes.Condition, nodes.Condition], Formula] = {}
        self._real = {
            block.name: [
                (truth, formula)
                for place, (_, node) in enumerate(block.conditions)
                for truth, formula in zip(_held(block.name, place), self.pair(node), strict=True)
            ]
            for block in policy.blocks.values()
        }
        self._points: dict[Options, Mapping[str, Point]] = {}
        self._turning: dict[tuple[str, int, str, Options, By], Formula] = {}

    def pair(self, node: nodes.Condition) -> Pair:
        """Write a condition of the policy, its definitions among them."""
        if node not in self._pairs:
            self._pairs[node] = self._terms.pair(ir.lower(node, self.frame), self._definitions)
        return self._pairs[node]

    # -- what a part decides ---------------------------------------------------------------------------------------

    def decides(self, aim: Aim, by: By) -> Formula:
        """State that the point is answered otherwise with the part true than with the part false.

        `by` says how far otherwise: by status, and definitely so; by rule, clause or missing step, definitely; anyhow.
        """
        if by == "anyhow":
            return self._turns(aim, self.pair(aim.met), self.pair(aim.unmet), by)
        key = (aim.block, aim.place, aim.key, aim.chosen, by)
        swings = self._swinging(aim.met, aim.unmet)
        if z3.is_false(swings):
            return NO
        if key not in self._turning:
            self._turning[key] = self._turns(aim, (YES, NO), (NO, YES), by)
        return both([swings, self._turning[key]])

    def _swinging(self, one: nodes.Condition, other: nodes.Condition) -> Formula:
        """State that one condition is certainly true where the other is certainly false, or the reverse."""
        if (one, other) not in self._swings:
            (met, not_met), (unmet, not_unmet) = self.pair(one), self.pair(other)
            self._swings[one, other] = either([both([met, not_unmet]), both([not_met, unmet])])
        return self._swings[one, other]

    def _turns(self, aim: Aim, one: Pair, other: Pair, by: By) -> Formula:
        """State that a point comes out otherwise with one pair for a condition than with another."""
        truths = _held(aim.block, aim.place)
        point = self.point(aim.key, aim.chosen)
        answers = point.statuses() if by == "status" else point.labels
        apart, open_ = [], []
        for name, formula in answers.items():
            status = name if by == "status" else name[0]
            here = z3.substitute(formula, *zip(truths, one, strict=True))
            there = z3.substitute(formula, *zip(truths, other, strict=True))
            if status == _OPEN:
                open_ += [here, there]
            if not here.eq(there):
                apart.append(z3.Xor(here, there))
        return self._written(point, either(apart) if by == "anyhow" else both([either(apart), no(either(open_))]))

    def _written(self, point: Point, formula: Formula) -> Formula:
        """Write a formula of a point over held conditions out over facts."""
        real = self._real.get(_block_of(point), ())
        return _truth(z3.simplify(z3.substitute(formula, *real))) if real else formula

    # -- points ----------------------------------------------------------------------------------------------------

    def point(self, key: str, chosen: Options = ()) -> Point:
        """Give a point over held conditions; a condition that no point of an answer shows has one of its own."""
        if chosen not in self._points:
            held = _Held(self.domain.vocabulary, self.as_of)
            found = points(_skeleton(self.policy), held, dict(chosen))
            self._points[chosen] = {**found, **{point.key: point for point in self._apart()}}
        return self._points[chosen][key]

    @property
    def every_key(self) -> tuple[str, ...]:
        """List the points."""
        self.point("eligibility")
        return tuple(self._points[()])

    def facts_of(self, keys: Iterable[tuple[str, Options]]) -> tuple[str, ...]:
        """List the facts on which some points hang."""
        return self.domain.facts_of([self.point(key, chosen) for key, chosen in keys])

    def statuses(self, key: str, chosen: Options = ()) -> list[str]:
        """List the statuses that a point can have as its rule is made, whatever conditions with facts in them ask."""
        point = self.point(key, chosen)
        real = self._real.get(_block_of(point), ())
        fixed = [(held, formula) for held, formula in real if z3.is_true(formula) or z3.is_false(formula)]
        found = point.statuses()
        return [
            status
            for status, formula in found.items()
            if not z3.is_false(z3.simplify(z3.substitute(formula, *fixed) if fixed else formula))
        ]

    def gives(self, key: str, statuses: Sequence[str], chosen: Options = ()) -> Formula:
        """State that a point has one of some statuses."""
        point = self.point(key, chosen)
        found = point.statuses()
        return self._written(point, either(found.get(status, NO) for status in statuses))

    def reads(self, key: str, one: Options, other: Options, alike: bool) -> Formula:
        """State that two readings give a point the same status, or two different ones; neither leaves it open."""
        point = self.point(key, one)
        here, there = point.statuses(), self.point(key, other).statuses()
        agree = either(both([here[status], there.get(status, NO)]) for status in here if status != _OPEN)
        settled = no(either([here.get(_OPEN, NO), there.get(_OPEN, NO)]))
        return self._written(point, both([settled, agree if alike else no(agree)]))

    def _apart(self) -> Iterator[Point]:
        """Write a point for each condition on a ledger and for each guard of a procedure's step."""
        for line in self.policy.ledgers:
            idle = [self._said("ledger.established", False), self._said("ledger.last_updated", NEVER)]
            if "trigger" in line.places[0]:
                idle.append(_held("ledger", line.places[0]["trigger"])[1])
            resting = either(idle)
            for slot, place in line.places[0].items():
                true, false = _held("ledger", place)
                if slot == "trigger":
                    true, false = no(false), false
                else:
                    true, false = both([true, no(resting)]), both([false, no(resting)])
                facts = self._facts("ledger", line.places[0].values()) | {"ledger.established", "ledger.last_updated"}
                assert isinstance(line.rule, LedgerRule)
                yield _plain(f"ledger.{line.rule.id}/{slot}", "duties", true, false, facts)
        for direction, route in self.policy.referrals.items():
            block = f"referral.{direction}"
            for number, step in enumerate(route.steps):
                if step.guard is not None:
                    true, false = _held(block, step.guard)
                    yield _plain(f"{block}/step:{number}", "referral", true, false, self._facts(block, [step.guard]))

    def _said(self, fact: str, value: Value) -> Formula:
        return both([self._terms.known(fact), self._terms.holds(fact, value)]) if fact in self.domain.facts else NO

    def _facts(self, block: str, places: Iterable[int]) -> frozenset[str]:
        there = set(self.domain.facts)
        found = {name for place in places for name in _facts_in(self.policy, block, place)}
        return frozenset(found & there)

    # -- one fact varied -------------------------------------------------------------------------------------------

    def with_value(self, formula: Formula, fact: str, value: Value | None) -> Formula:
        """Put a fact's value into a formula; None: nobody recorded it. A date tells whether it happened."""
        return _truth(z3.simplify(z3.substitute(formula, *self._bound(fact, value))))

    def beside(self, formula: Formula, fact: str, step: int) -> Formula:
        """Put a fact's neighbour so many steps away into a formula that leaves its value open."""
        number = self._terms.number(fact)
        put = [(self._terms.known(fact), YES), (number, number + step)]
        for flag, day in DATED:
            if day == fact and flag in self.domain.facts:
                came = z3.And(number + step > NEVER, number + step <= self.as_of)
                put += [(self._terms.known(flag), YES), (self._terms.flag(flag), came)]
        return _truth(z3.substitute(formula, *put))

    def recorded(self, fact: str) -> Formula:
        """State that a fact is recorded."""
        return self._terms.known(fact)

    def holds(self, condition: nodes.Condition) -> Formula:
        """State that a condition is certainly true."""
        return self.pair(condition)[0]

    def comes_to(self, condition: nodes.Condition, value: bool | None) -> Formula:
        """State that a condition is certainly true, certainly false, or (None) open."""
        true, false = self.pair(condition)
        return both([no(true), no(false)]) if value is None else true if value else false

    def unlike(self, one: nodes.Condition, other: nodes.Condition) -> Formula:
        """State that two conditions do not come to the same."""
        return either(z3.Xor(here, there) for here, there in zip(self.pair(one), self.pair(other), strict=True))

    def turns_beside(self, condition: nodes.Condition, fact: str) -> Formula:
        """State that a condition turns between a fact's value and the next one."""
        here, there = self.pair(condition)
        return either(both([one, self.beside(other, fact, 1)]) for one, other in ((here, there), (there, here)))

    def _bound(self, fact: str, value: Value | None) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        terms = self._terms
        put: list[tuple[z3.ExprRef, z3.ExprRef]] = [(terms.known(fact), YES if value is not None else NO)]
        if value is not None:
            match self.domain.vocabulary[fact].type:
                case FactType.BOOL:
                    put.append((terms.flag(fact), z3.BoolVal(value)))
                case FactType.SET:
                    assert isinstance(value, frozenset)
                    words = frozenset(self._words.get(fact, ()))
                    held = value & words
                    put += [(terms.word(fact, word), z3.BoolVal(word in held)) for word in words]
                    put.append((terms.word(fact, OTHER_WORD), z3.BoolVal(bool(value - words))))
                    put.append((z3.Bool(f"{fact} holds something"), z3.BoolVal(bool(value))))
                case FactType.ENUM:
                    assert isinstance(value, str)
                    put.append((terms.number(fact), z3.IntVal(terms.place(fact, value))))
                case _:
                    put.append((terms.number(fact), z3.IntVal(value)))
        for flag, day in DATED:
            if fact == flag and day in self.domain.facts:
                put.append((terms.known(day), NO))
            if fact == day and value is not None:
                assert isinstance(value, int)
                put += [(terms.known(flag), YES), (terms.flag(flag), z3.BoolVal(NEVER < value <= self.as_of))]
        return put

    # -- cases -----------------------------------------------------------------------------------------------------

    @contextmanager
    def cases(self, given: Mapping[str, Value]) -> Iterator[Cases]:
        """Ask for cases of which some facts are given."""
        with self.solving.within(*self.domain.recorded(given)):
            yield Cases(self.solving)

    def can_swing(self, one: nodes.Condition, other: nodes.Condition) -> Found:
        """Tell whether a case makes one condition certainly true and the other certainly false, or the reverse."""
        return self.solving.check(self._swinging(one, other))

    def can_be(self, condition: nodes.Condition, value: bool | None) -> bool:
        """Tell whether a case can make a condition true, false, or (None) leave it open; yes where not decided."""
        return self.solving.check(self.comes_to(condition, value)) is not Found.NONE

    def alike(self, left: ir.Ir, right: ir.Ir) -> Found:
        """Tell whether a case sets two conditions apart, definitions written out; NONE: proved that none does."""
        return self.solving.check(self._unlike(left, right))

    def setting_apart(self, left: ir.Ir, right: ir.Ir, facts: Sequence[str]) -> dict[str, Value] | None:
        """Give the smallest case that sets two conditions apart; None where none is found in time."""
        with self.cases({}) as cases:
            return cases.smallest(facts) if cases.take(self._unlike(left, right)) is Found.SOME else None

    def _unlike(self, left: ir.Ir, right: ir.Ir) -> Formula:
        (here, not_here), (there, not_there) = (self._terms.pair(part, {}) for part in (left, right))
        return either([z3.Xor(here, there), z3.Xor(not_here, not_there)])


class Cases:
    """A class of cases that is narrowed step by step and never becomes empty."""

    def __init__(self, solving: Solving) -> None:
        self._solving = solving

    def take(self, *formulas: Formula) -> Found:
        """Narrow the class where a case is left; else leave it as it was, and say so."""
        if any(z3.is_false(formula) for formula in formulas):
            return Found.NONE
        found = self._solving.check(*formulas)
        if found is Found.SOME:
            self._solving.solver.add(*formulas)
        return found

    def smallest(self, facts: Sequence[str]) -> dict[str, Value] | None:
        """Give the smallest case of the class, ordinary where it can be, with round figures; None: out of time."""
        try:
            return self._solving.smallest(facts)
        except OutOfTimeError:
            return None


class _Whole(Domain):
    """The domain of one policy with all its conditions, those on ledgers and procedures among them."""

    def __init__(self, policy: Policy, as_of: int) -> None:
        super().__init__([policy], as_of)
        frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        definitions = {name: ir.lower(node, frame) for name, node in policy.definitions.items()}
        for block in policy.blocks.values():
            for _, node in block.conditions:
                self.terms.pair(ir.lower(node, frame), definitions)
        there = set(self.terms.facts)
        for flag, day in DATED:
            if day in there:
                self.terms.flag(flag)
        self.hard = [*self._dated(), *self.terms.links(), *self.terms.within_bounds()]
        self.plausible = self._plausible()


class _Held(Terms):
    """Terms that give a held condition its two truths."""

    def pair(self, part: ir.Ir, definitions: Mapping[str, ir.Ir]) -> Pair:
        """Give the truths of a held condition; write any other."""
        if isinstance(part, ir.Named) and _HELD in part.name:
            return z3.Bool(f"true {part.name}"), z3.Bool(f"false {part.name}")
        return super().pair(part, definitions)


def _block_of(point: Point) -> str:
    """Name the block whose conditions a point hangs on."""
    if point.key.startswith("ledger."):
        return "ledger"
    if point.key.startswith("referral."):
        return point.key.partition("/")[0]
    direction = point.given.get("referral.direction")
    return f"referral.{direction}" if direction else point.dimension


def _held(block: str, place: int) -> Pair:
    name = f"{block}{_HELD}{place}"
    return z3.Bool(f"true {name}"), z3.Bool(f"false {name}")


def _skeleton(policy: Policy) -> Policy:
    """Put a name where each condition of a policy stands."""
    definitions = dict(policy.definitions)
    blocks = {}
    for block in policy.blocks.values():
        conditions = []
        for place, (rule, node) in enumerate(block.conditions):
            name = f"{block.name}{_HELD}{place}"
            definitions[name] = node
            conditions.append((rule, nodes.Definition(name)))
        blocks[block.name] = Block(block.name, tuple(conditions))
    return replace(policy, blocks=blocks, definitions=definitions)


def _plain(key: str, dimension: str, true: Formula, false: Formula, facts: frozenset[str]) -> Point:
    labels: dict[Label, Formula] = {("true",): true, ("false",): false, (_OPEN,): both([no(true), no(false)])}
    return Point(key, dimension, labels, facts, {}, True)


def _facts_in(policy: Policy, block: str, place: int) -> Iterator[str]:
    queue = [policy.blocks[block].conditions[place][1]]
    while queue:
        node = queue.pop()
        yield from nodes.facts_of(node)
        queue += [policy.definitions[name] for name in nodes.definitions_of(node)]


def _words_of(policy: Policy) -> dict[str, tuple[str, ...]]:
    """List, for each set, the words that conditions name."""
    out: dict[str, tuple[str, ...]] = {}
    queue: list[nodes.Condition] = [node for block in policy.blocks.values() for _, node in block.conditions]
    queue += policy.definitions.values()
    while queue:
        node = queue.pop()
        match node:
            case nodes.Contains(fact, word):
                out[fact.name] = tuple(sorted({*out.get(fact.name, ()), word}))
            case nodes.Not(operand):
                queue.append(operand)
            case nodes.And(operands) | nodes.Or(operands):
                queue += operands
            case _:
                pass
    return out


def _truth(formula: z3.ExprRef) -> Formula:
    assert isinstance(formula, z3.BoolRef)
    return formula
