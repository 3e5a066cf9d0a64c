"""The cheapest choice that meets every clause learnt: of each clause something chosen, or something left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_STEPS = 100_000


class TooManyStepsError(Exception):
    """The search did not come to an end within its steps."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a choice must meet: one of `any_of` is chosen, or all of one of `none_of` are left alone."""

    any_of: frozenset[str]
    none_of: tuple[frozenset[str], ...] = ()

    def met(self, chosen: frozenset[str]) -> bool:
        """Tell whether a choice, with everything else left alone, meets the clause."""
        return bool(self.any_of & chosen) or any(not group & chosen for group in self.none_of)


def cheapest(costs: Mapping[str, int], clauses: Sequence[Clause]) -> tuple[str, ...] | None:
    """Choose from the keys of `costs` (above zero) what meets all clauses at the least cost; None where nothing does.

    The same question has the same answer, in the order of the keys. Raises TooManyStepsError.
    """
    search = _Search(costs, clauses)
    search.go(frozenset(), frozenset(), 0)
    return None if search.best is None else tuple(name for name in costs if name in search.best)


class _Search:
    def __init__(self, costs: Mapping[str, int], clauses: Sequence[Clause]) -> None:
        self.costs = costs
        self.clauses = [Clause(clause.any_of & costs.keys(), clause.none_of) for clause in dict.fromkeys(clauses)]
        self.order = {name: number for number, name in enumerate(costs)}
        self.best: frozenset[str] | None = None
        self.least = 0
        self.steps = 0

    def go(self, chosen: frozenset[str], banned: frozenset[str], cost: int) -> None:
        """Try every choice that holds `chosen` and nothing `banned`, as long as it can still be the cheapest."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooManyStepsError
        while True:
            unmet = [clause.any_of - banned for clause in self.clauses if not clause.met(chosen)]
            forced = frozenset().union(*(options for options in unmet if len(options) == 1))
            chosen |= forced
            cost += sum(self.costs[name] for name in forced)
            if not forced:
                break
        if not unmet:
            if self.best is None or cost < self.least:
                self.best, self.least = chosen, cost
            return
        unmet.sort(key=len)
        if self.best is not None and cost + self._bound(unmet) >= self.least:
            return
        # what is left alone stays left alone only while it is not chosen, so one of these has to be
        for name in sorted(unmet[0], key=lambda name: (self.costs[name], self.order[name])):
            self.go(chosen | {name}, banned, cost + self.costs[name])
            banned |= {name}

    def _bound(self, unmet: Sequence[frozenset[str]]) -> int:
        """Add up what clauses that share nothing cost at the least."""
        seen: set[str] = set()
        total = 0
        for options in unmet:
            if seen.isdisjoint(options):
                seen |= options
                total += min((self.costs[name] for name in options), default=0)
        return total
