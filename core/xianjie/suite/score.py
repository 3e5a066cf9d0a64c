"""How well a list of cases guards a policy: what share of the mutants that ask something else it kills."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from xianjie.errors import InputError, Problem
from xianjie.policy.prepared import Policy
from xianjie.proof.solving import TIMEOUT_MS
from xianjie.regression.model import RegressionCase
from xianjie.suite.killing import Killing
from xianjie.suite.mutants import KINDS, Mutant, mutants
from xianjie.suite.sameness import Sameness, Words

Verdict = Literal["killed", "equivalent", "not_decided", "survivor"]
VERDICTS: tuple[Verdict, ...] = ("killed", "equivalent", "not_decided", "survivor")


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant with what became of it.

    `case` names the case that killed it; `why` and `record` say how a survivor could be told apart, or why a mutant is
    no other policy at all.
    """

    id: str
    kind: str
    rule: str
    clause: str
    zh: str
    en: str
    verdict: Verdict
    case: str | None
    why: Words
    record: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Score:
    """The mutants of a policy at a date (an ordinal), judged by a number of cases; `supposed` as in a suite."""

    policy: str
    region: str
    sha256: str
    as_of: int
    cases: int
    judged: tuple[Judged, ...]
    supposed: tuple[str, ...] = ()

    def count(self, verdict: Verdict, kind: str | None = None) -> int:
        """Count the mutants of a verdict, of one kind or of all."""
        return sum(one.verdict == verdict and kind in (None, one.kind) for one in self.judged)

    @property
    def share(self) -> float:
        """Give the share of the killed among those that ask something else; 1 where there are none."""
        killed, alive = self.count("killed"), self.count("survivor")
        return killed / (killed + alive) if killed + alive else 1.0

    @property
    def kinds(self) -> tuple[str, ...]:
        """List the kinds of mutants that there are, in their order."""
        there = {one.kind for one in self.judged}
        return tuple(kind for kind in KINDS if kind in there)

    def of(self, verdict: Verdict) -> tuple[Judged, ...]:
        """List the mutants of a verdict."""
        return tuple(one for one in self.judged if one.verdict == verdict)


def score(
    policy: Policy,
    cases: Sequence[RegressionCase],
    as_of: int,
    timeout_ms: int = TIMEOUT_MS,
    progress: Callable[[int, int], None] | None = None,
    generated: bool = False,
) -> Score:
    """Judge the mutants of a policy at a date (an ordinal) by cases that hold for it.

    `generated`: the cases are the policy's own suite, which need not be made again to look for what shows a survivor.
    `progress` is told how many of how many are done. InputError names each case that does not hold for the policy.
    """
    killing, sameness = Killing(policy, cases), Sameness(policy, as_of, timeout_ms, generated)
    try:
        broken = killing.breaks()
        if broken:
            raise InputError(
                [
                    Problem(
                        "suite-case-broken",
                        f"个案“{case.name}”对原文件就不成立，不能用来衡量",
                        f"the case “{case.name}” does not hold for the policy itself and measures nothing",
                        one.place,
                    )
                    for case, one in broken
                ]
            )
        every = mutants(policy, as_of)
        judged = []
        for number, mutant in enumerate(every):
            judged.append(_judged(mutant, killing, sameness))
            if progress is not None:
                progress(number + 1, len(every))
    finally:
        killing.close()
        sameness.close()
    supposed = tuple(overlay.id for overlay in policy.supposed)
    return Score(policy.id, policy.region, policy.sha256, as_of, len(cases), tuple(judged), supposed)


def _judged(mutant: Mutant, killing: Killing, sameness: Sameness) -> Judged:
    told = (mutant.id, mutant.kind, mutant.rule, mutant.clause, mutant.zh, mutant.en)
    case = killing.killer(mutant)
    if case is not None:
        return Judged(*told, "killed", case.name, ("", ""))
    found = sameness.of(mutant)
    if found.equal is None:
        return Judged(*told, "not_decided", None, found.why)
    return Judged(*told, "equivalent" if found.equal else "survivor", None, found.why, found.record)
