"""Whether an undetermined answer is settled all the same: whatever the missing facts are, it would come out alike.

Kleene's logic leaves open what a look at all completions may settle: `(a and b) or (a and not b)` hangs on `a` alone. A
completion records every missing fact within the bounds, and agrees with what is recorded. Each one that is claimed has
been put to the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import z3

from xianjie.cases import Case
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.domain import Domain
from xianjie.proof.filling import Asked, confirmed, facts_at, filled, with_told
from xianjie.proof.points import DIMENSIONS, Point
from xianjie.proof.solving import TIMEOUT_MS, Found, OutOfTimeError, Solving
from xianjie.proof.witness import Answering


@dataclass(frozen=True, slots=True)
class Completion:
    """A status that completions lead to.

    `facts` are the fewest missing facts that give it when they are recorded; `complete` are all missing facts of one
    completion that gives it.
    """

    status: str
    facts: Mapping[str, Value]
    complete: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Exact:
    """What all completions of a case come to at a point.

    `status` is the one that all lead to; None where several are reachable, or where it was not decided (`decided`).
    """

    key: str
    status: str | None
    decided: bool
    reachable: tuple[Completion, ...]

    @property
    def settled(self) -> bool:
        """Tell whether the answer is the same whatever the missing facts are."""
        return self.status is not None


def exact(
    case: Case,
    policies: Sequence[Policy],
    as_of: int,
    keys: Sequence[str] = ("eligibility",),
    chosen: Sequence[Mapping[str, str]] | None = None,
    timeout_ms: int = TIMEOUT_MS,
) -> tuple[dict[str, Exact], ...]:
    """Go through all completions of a case, policy by policy, for the points named that each of them has."""
    settled = list(chosen) if chosen is not None else [{}] * len(policies)
    return tuple(
        Completions(policy, as_of, options, timeout_ms).of(case, keys)
        for policy, options in zip(policies, settled, strict=True)
    )


class Completions:
    """All completions of cases under one policy at one date."""

    def __init__(
        self, policy: Policy, as_of: int, chosen: Mapping[str, str] | None = None, timeout_ms: int = TIMEOUT_MS
    ) -> None:
        """Write the policy's points; `chosen` settles readings."""
        self.policy, self.as_of = policy, as_of
        self._domain = Domain([policy], as_of, [chosen or {}], DIMENSIONS)
        self._solving = Solving(self._domain, timeout_ms, strict=True)
        self._answering = Answering([policy], [chosen or {}])

    def of(self, case: Case, keys: Sequence[str]) -> dict[str, Exact]:
        """Say of each point named what all completions of a case come to.

        Left out are points that the policy does not have, referrals in another direction than the case's, and those in
        which recorded steps take part.
        """
        points, facts = self._domain.asked[0].points, facts_at(case, self.as_of)
        return {
            key: self._exact(case, points[key])
            for key in keys
            if key in points and points[key].given.items() <= facts.items() and not _walked(case, key)
        }

    def _exact(self, case: Case, point: Point) -> Exact:
        recorded = facts_at(case, self.as_of)
        missing = [name for name in self._domain.facts_of([point]) if name not in recorded]
        complete = self._solving.complete(missing)
        reachable, unsure = [], False
        for status, formula in point.statuses().items():
            try:
                with self._solving.within(*self._domain.recorded(recorded)):
                    if not z3.is_false(formula) and self._solving.check(formula, *complete) is Found.SOME:
                        reachable.append(self._completion(case, point, status, formula, missing))
            except OutOfTimeError:
                unsure = True
        alone = len(reachable) == 1 and not unsure
        # without any completion the recorded facts lie outside the bounds
        decided = len(reachable) > 1 or alone
        return Exact(point.key, reachable[0].status if alone else None, decided, tuple(reachable))

    def _completion(
        self, case: Case, point: Point, status: str, formula: z3.BoolRef, missing: Sequence[str]
    ) -> Completion:
        solving, domain = self._solving, self._domain
        every = solving.complete(missing)
        with solving.within(formula, *every):
            whole = solving.smallest(missing, complete=True)
        with solving.within(formula):
            few = solving.smallest(missing)
        stated = domain.recorded(few)
        if solving.check(formula, *every, *stated) is Found.SOME:
            with solving.within(formula, *every, *stated):
                whole = solving.smallest(missing, complete=True)
        else:
            few = whole  # recorded by themselves they give it only as long as the rest is not recorded
        for facts in {id(few): few, id(whole): whole}.values():
            made = filled(case, facts, point.records)
            confirmed(self._answering, Asked(0, point.key), made, self.as_of, status)
        return Completion(status, _written(few, self.as_of), _written(whole, self.as_of))


def _walked(case: Case, key: str) -> bool:
    """Tell whether recorded steps take part in a point, which the formulas leave aside."""
    return bool(case.events) and key.startswith("referral.")


def _written(facts: Mapping[str, Value], as_of: int) -> dict[str, Value]:
    """Leave out what dates tell."""
    told = {name for day in facts for name in with_told({day: facts[day]}, as_of) if name != day}
    return {name: value for name, value in facts.items() if name not in told}
