"""What would have to be otherwise: the smallest changes of facts that change an answer, each with its clause.

Fewest facts changed or newly recorded; among equals the fewest recorded facts that nobody can change, then an ordinary
case, then the values nearest to the recorded ones. Each change has been put to the engine. It says what the document
would give if the facts were so; it is no advice on what to record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import z3

from xianjie.cases import Case
from xianjie.cases.steps import DATED
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.ask import dimension_of
from xianjie.proof.domain import Domain
from xianjie.proof.filling import Asked, confirmed, facts_at, filled, told_by_steps
from xianjie.proof.kinds import Kind, kinds
from xianjie.proof.points import Label, Point
from xianjie.proof.solving import TIMEOUT_MS, Found, OutOfTimeError, Solving
from xianjie.proof.witness import Answering, label_in
from xianjie.vocabulary import FactType

MOST = 3
"""How many changes are given, each of other facts than those before."""

BEST: tuple[str, ...] = ("covered", "priority_match", "applies", "allowed", "available")
"""The statuses looked for where none is named, the best first."""


class Outcome(Enum):
    """What came of looking for changes.

    `ALREADY`: the answer is as wanted, or the best there is. `NOT_DECIDED`: time did not suffice. `OUT_OF_BOUNDS`: the
    case's records lie outside of what is worked out at all.
    """

    FOUND = "found"
    ALREADY = "already"
    IMPOSSIBLE = "impossible"
    NOT_DECIDED = "not_decided"
    OUT_OF_BOUNDS = "out_of_bounds"


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One fact of a change: what is recorded (None: nothing) and what it would be.

    `fixed`: nobody can change it, it can only turn out to have been recorded wrongly, or not at all. `span` is the
    range of values that would do, with the others as they are; None where only single words or truths would.
    """

    fact: str
    was: Value | None
    value: Value
    fixed: bool
    span: Kind | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest change: the status it leads to, its label (rule, force, clause), and the engine's whole answer.

    `group` is the class of people that then matches; None where the status is of another kind.
    """

    facts: tuple[ChangedFact, ...]
    status: str
    label: Label
    answer: Mapping[str, Any]

    @property
    def group(self) -> str | None:
        """Name the group that decides."""
        return self.label[1] if len(self.label) == 5 and self.status in ("covered", "priority_match") else None

    @property
    def ruling(self) -> Label:
        """Give rule, force and clause; empty where no rule decides by itself."""
        named = self.label[2:5] if self.group is not None else self.label[1:4]
        return named if any(named) else ()

    @property
    def bound(self) -> bool:
        """Tell whether it changes a recorded fact that nobody can change."""
        return any(changed.fixed and changed.was is not None for changed in self.facts)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What would change an answer. `want` is the status looked for; None where none better can be reached.

    `only_fixed`: every change would be one of recorded facts that nobody can change.
    """

    policy: Policy
    as_of: int
    key: str
    status: str
    want: str | None
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    only_fixed: bool = False


def why_not(
    case: Case,
    policy: Policy,
    as_of: int,
    key: str = "eligibility",
    want: str | None = None,
    chosen: Mapping[str, str] | None = None,
    timeout_ms: int = TIMEOUT_MS,
) -> WhyNot:
    """Find the smallest changes of a case's facts that give a point the status wanted.

    Without `want`: the best status, above the one it has, that can be reached. Raises InputError for a point or a
    status that the policy's answer does not have, and for a referral with recorded steps, which formulas leave aside.
    """
    return _Search(case, policy, as_of, key, chosen or {}, timeout_ms).go(want)


class _Search:
    def __init__(
        self, case: Case, policy: Policy, as_of: int, key: str, chosen: Mapping[str, str], timeout_ms: int
    ) -> None:
        self.case, self.policy, self.as_of, self.key = case, policy, as_of, key
        self.domain = Domain([policy], as_of, [chosen], [dimension_of(key)])
        self.terms, self.vocabulary = self.domain.terms, self.domain.vocabulary
        self.recorded = facts_at(case, as_of)
        self.point = self._point()
        self.solving = Solving(self.domain, timeout_ms, strict=True)
        self.answering = Answering([policy], [chosen])
        self.asked = Asked(0, key)
        pinned = told_by_steps(case) | set(self.point.given)
        self.facts = tuple(name for name in self.domain.facts_of([self.point]) if name not in pinned)
        self.same = {name: self._same(name) for name in self.facts}
        # a change of date changes what it tells, which is not counted once more
        days = {
            flag: day
            for flag, day in DATED
            if flag in self.same and day in self.same and (day in self.recorded or flag not in self.recorded)
        }
        self.kept = {
            name: z3.Or(same, self.terms.known(days[name])) if name in days else same
            for name, same in self.same.items()
        }
        self.solving.solver.add(
            *self.domain.recorded({name: value for name, value in self.recorded.items() if name in pinned}),
            *(self.terms.known(name) for name in self.facts if name in self.recorded),
        )

    def _point(self) -> Point:
        points = self.domain.asked[0].points
        if self.key not in points:
            near = nearest(self.key, tuple(points))
            raise InputError(
                Problem(
                    "point-unknown",
                    "结论里没有这一处" + (f"，是否为 {near}？" if near else ""),
                    "an answer has no such point" + (f"; did you mean {near}?" if near else ""),
                    Place(path="key"),
                )
            )
        point = points[self.key]
        if not point.given.items() <= self.recorded.items():
            raise InputError(
                Problem(
                    "direction-other",
                    "个案没有写转介方向，或写的是另一个方向",
                    "the case says no direction of referral, or another one",
                    Place(path="referral.direction"),
                )
            )
        if self.key.startswith("referral.") and self.case.events:
            raise InputError(
                Problem(
                    "steps-recorded",
                    "个案记有转介步骤；有步骤时能否转介由程序逐步决定，这里不作推算",
                    "the case records steps of a referral; what they allow is walked step by step, not worked out here",
                    Place(path="referral.events"),
                )
            )
        return point

    def _same(self, name: str) -> z3.BoolRef:
        """State that a fact is as it is: recorded so, or not recorded."""
        value = self.recorded.get(name)
        known = self.terms.known(name)
        return z3.Not(known) if value is None else z3.And(known, self.terms.holds(name, value))

    # -- what is wanted --------------------------------------------------------------------------------------------

    def go(self, want: str | None) -> WhyNot:
        now = label_in(self._answer({}), self.key)[0]
        formulas = {status: formula for status, formula in self.point.statuses().items() if not z3.is_false(formula)}
        if want is not None and want not in formulas:
            listed = "、".join(formulas)
            raise InputError(
                Problem(
                    "status-unreachable",
                    f"这一处不会有这种结论；可能的有：{listed}",
                    f"no case has this status here; there are: {', '.join(formulas)}",
                    Place(path="want"),
                )
            )
        try:
            return self._sought(now, want, formulas)
        except OutOfTimeError:
            return self._outcome(now, want, Outcome.NOT_DECIDED)

    def _sought(self, now: str, want: str | None, formulas: Mapping[str, z3.BoolRef]) -> WhyNot:
        if self.solving.check(*self.same.values()) is not Found.SOME:
            return self._outcome(now, want, Outcome.OUT_OF_BOUNDS)
        wanted = [want] if want is not None else [status for status in BEST if status in formulas]
        if now in wanted[:1] or (want is None and now in BEST and now not in wanted):
            return self._outcome(now, want, Outcome.ALREADY)
        wanted = wanted[: wanted.index(now)] if now in wanted else wanted
        for status in wanted:
            if self.solving.check(formulas[status]) is Found.SOME:
                return self._changes(now, status, formulas[status])
        return self._outcome(now, want, Outcome.IMPOSSIBLE)

    def _outcome(self, now: str, want: str | None, outcome: Outcome, *changes: Change, fixed: bool = False) -> WhyNot:
        return WhyNot(self.policy, self.as_of, self.key, now, want, outcome, changes, fixed)

    def _answer(self, facts: Mapping[str, Value]) -> Mapping[str, Any]:
        return self.answering.answer(0, filled(self.case, facts, self.point.records), self.as_of)

    # -- changes ---------------------------------------------------------------------------------------------------

    def _changes(self, now: str, status: str, formula: z3.BoolRef) -> WhyNot:
        bound = [name for name in self.facts if name in self.recorded and self._fixed(name)]
        pinned = [self.same[name] for name in bound]
        found: list[Change] = []
        apart: list[z3.BoolRef] = []
        with self.solving.within(formula):
            free = self.solving.check(*pinned) is Found.SOME
            while len(found) < MOST:
                # at least one that somebody could bring about, where there is one
                narrow = free and len(found) == MOST - 1 and all(change.bound for change in found)
                base = [*apart, *(pinned if narrow else ())]
                if self.solving.check(*base) is not Found.SOME:
                    break
                found.append(self._smallest(status, base, bound))
                apart.append(z3.Or([self.kept[changed.fact] for changed in found[-1].facts]))
        return self._outcome(now, status, Outcome.FOUND, *found, fixed=not free)

    def _smallest(self, status: str, base: Sequence[z3.BoolRef], bound: Sequence[str]) -> Change:
        """Find the smallest change left; the class must not be empty."""
        number = self._least(base, self.kept)
        base = [*base, _at_most(self.kept.values(), number)]
        if bound:
            fixed = {name: self.kept[name] for name in bound}
            base.append(_at_most(fixed.values(), self._least(base, fixed)))
        if self.solving.check(*base, self.solving.plausible) is Found.SOME:
            base.append(self.solving.plausible)
        changed = self.solving.first(base, self.kept, number)
        base += [kept for name, kept in self.kept.items() if name not in changed]
        base += [self.terms.known(name) for name in changed]
        for name in changed:
            base.append(self._settled(name, base))
        self.solving.check(*base)
        values = self.domain.read(self.solving.model(), changed)
        made = filled(self.case, values, self.point.records)
        answer = confirmed(self.answering, self.asked, made, self.as_of, status)
        facts = tuple(self._told(name, values, status) for name in changed)
        return Change(facts, status, label_in(answer, self.key), answer)

    def _least(self, base: Sequence[z3.BoolRef], kept: Mapping[str, z3.BoolRef]) -> int:
        """Count the least number of facts of some that must be given up."""
        self.solving.check(*base)
        model = self.solving.model()
        most = sum(not z3.is_true(model.eval(one, model_completion=True)) for one in kept.values())
        for number in range(most):
            if self.solving.check(*base, _at_most(kept.values(), number)) is Found.SOME:
                return number
        return most

    def _settled(self, name: str, base: Sequence[z3.BoolRef]) -> z3.BoolRef:
        """Settle a changed fact: the value nearest to the recorded one, else one that a person would write."""
        was = self.recorded.get(name)
        kind = self.vocabulary[name].type
        counted = kind in (FactType.INT, FactType.MONEY) or (kind is FactType.EVENT and was != NEVER)
        return self._nearest(name, was, base) if counted and isinstance(was, int) else self.solving.settled(name, base)

    def _nearest(self, name: str, was: int, base: Sequence[z3.BoolRef]) -> z3.BoolRef:
        number = self.terms.number(name)
        ordinary = number > NEVER if self.vocabulary[name].type is FactType.EVENT else number >= 0
        if self.solving.check(*base, ordinary) is not Found.SOME:
            return number == NEVER
        least, most = 0, abs(self._value(name) - was)
        while least < most:
            middle = (least + most) // 2
            near = z3.And(ordinary, number >= was - middle, number <= was + middle)
            if self.solving.check(*base, near) is Found.SOME:
                most = min(middle, abs(self._value(name) - was))
            else:
                least = middle + 1
        below = number == was - most
        return below if self.solving.check(*base, below) is Found.SOME else number == was + most

    def _value(self, name: str) -> int:
        value = self.terms.value(name, self.solving.model())
        assert isinstance(value, int)
        return value

    def _told(self, name: str, values: Mapping[str, Value], status: str) -> ChangedFact:
        span = self._span(name, values, status)
        return ChangedFact(name, self.recorded.get(name), values[name], self._fixed(name), span)

    def _fixed(self, name: str) -> bool:
        """Tell whether nobody can change a fact; what has not happened yet can still happen."""
        spec = self.vocabulary[name]
        return spec.fixed and not (spec.type is FactType.EVENT and self.recorded.get(name) == NEVER)

    def _span(self, name: str, values: Mapping[str, Value], status: str) -> Kind | None:
        """Widen a value to the range around it that would do, with the others as they are."""
        value = values[name]
        spec = self.vocabulary[name]
        if not isinstance(value, int) or isinstance(value, bool) or (spec.type is FactType.EVENT and value == NEVER):
            return None
        others = {**self.recorded, **values}
        ranges = [kind for kind in kinds(name, self.domain.atoms, self.vocabulary, self.as_of, others) if kind.ranged]
        here = next((number for number, kind in enumerate(ranges) if _inside(value, kind)), None)
        if here is None:
            return None
        first = last = here
        while first > 0 and self._gives(name, ranges[first - 1], values, status):
            first -= 1
        while last + 1 < len(ranges) and self._gives(name, ranges[last + 1], values, status):
            last += 1
        return Kind(value, ranges[first].least, ranges[last].most, ranged=True)

    def _gives(self, name: str, kind: Kind, values: Mapping[str, Value], status: str) -> bool:
        return label_in(self._answer({**values, name: kind.value}), self.key)[0] == status


def _inside(value: int, kind: Kind) -> bool:
    return (kind.least is None or kind.least <= value) and (kind.most is None or value <= kind.most)


def _at_most(kept: Iterable[z3.BoolRef], number: int) -> z3.BoolRef:
    return z3.PbLe([(z3.Not(one), 1) for one in kept], number)
