"""The cases that a proof is about: which facts, within which bounds, and what is plausible among people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import z3

from xianjie.cases.steps import DATED
from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.names import Scope
from xianjie.language.parse import parse_condition
from xianjie.language.smt import Terms
from xianjie.policy.prepared import Policy
from xianjie.proof.points import DIMENSIONS, Point, points
from xianjie.vocabulary import BASE, FactType

_PLAUSIBLE = (
    "person.minor or not (person.orphan or person.de_facto_unsupported_child or person.left_behind_child)",
    "person.minor or not person.child_in_difficulty",
    "not (person.minor and (person.elderly or person.elderly_alone))",
    "person.elderly or not person.elderly_alone",
    "not (person.dibao_recipient and (person.tekun or person.dibao_marginal_member))",
    "not (person.tekun and person.dibao_marginal_member)",
    "aid.received or not (person.dibao_recipient or person.tekun)",
    "aid.meets_conditions or not (person.dibao_recipient or person.tekun)",
    "aid.received or not aid.still_in_difficulty",
    "happened(aid.application_submitted) or not happened(aid.application_refused)",
    "not happened(aid.application_refused) or aid.application_submitted <= aid.application_refused",
    "aid.application_is_new or not happened(aid.application_submitted)",
    "happened(aid.exit_date) or not aid.exit_by_procedure",
    "not (organisation.charitable and organisation.individual)",
    "organisation.charitable or not organisation.project_gives_assistance",
    "referral.consent_given or not referral.review_passed",
)
"""What holds of ordinary cases. A witness keeps to it where it can; a proof never relies on it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy put to the solver: its points by key."""

    policy: Policy
    points: Mapping[str, Point]


class Domain:
    """Hold the variables that several policies share at one date, and what can be said of every case.

    `hard` holds of every case that can be read at all, within the bounds; `plausible` of ordinary ones. `atoms` are
    those of the policies' conditions.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        as_of: int,
        chosen: Sequence[Mapping[str, str]] | None = None,
        dimensions: Collection[str] = DIMENSIONS,
    ) -> None:
        """Write the policies' points, of some dimensions or all; `chosen` settles readings, policy by policy."""
        self.as_of = as_of
        self.vocabulary = max((policy.vocabulary for policy in policies), key=lambda found: len(found.facts))
        self.terms = Terms(self.vocabulary, as_of)
        settled = chosen or [{}] * len(policies)
        self.asked = tuple(
            Asked(policy, points(policy, self.terms, options, dimensions))
            for policy, options in zip(policies, settled, strict=True)
        )
        self.atoms = self.terms.atoms
        for flag, day in DATED:
            if day in self.terms.facts:
                self.terms.flag(flag)
        self.hard = [*self._dated(), *self.terms.links()]
        self.plausible = self._plausible()
        self.hard += self.terms.within_bounds()

    @property
    def facts(self) -> tuple[str, ...]:
        """List the facts on which any answer hangs, in the order of the vocabulary."""
        return self.terms.facts

    def facts_of(self, asked: Sequence[Point]) -> tuple[str, ...]:
        """List the facts on which some points hang, and those that their dates tell."""
        wanted = frozenset[str]().union(*(point.facts for point in asked))
        wanted |= {flag for flag, day in DATED if day in wanted}
        return tuple(name for name in self.facts if name in wanted)

    def recorded(self, facts: Mapping[str, Value]) -> list[z3.BoolRef]:
        """State that facts are recorded, with their values; those on which nothing hangs are passed over."""
        there = set(self.facts)
        return [
            z3.And(self.terms.known(name), self.terms.holds(name, value))
            for name, value in facts.items()
            if name in there
        ]

    def read(self, model: z3.ModelRef, facts: Sequence[str]) -> dict[str, Value]:
        """Read the recorded ones of some facts off a model."""
        return {
            name: self.terms.value(name, model)
            for name in facts
            if z3.is_true(model.eval(self.terms.known(name), model_completion=True))
        }

    def _dated(self) -> list[z3.BoolRef]:
        """State what a date tells: on the day of evaluation it happened, or has not happened yet."""
        terms, there = self.terms, set(self.terms.facts)
        out = []
        for flag, day in DATED:
            if day in there:
                came = z3.And(terms.number(day) > NEVER, terms.number(day) <= self.as_of)
                told = z3.And(terms.known(flag), terms.flag(flag) == came)
                out.append(z3.Implies(terms.known(day), told))
        return out

    def _plausible(self) -> list[z3.BoolRef]:
        there = set(self.terms.facts)
        frame = ir.Frame(self.as_of, {}, self.vocabulary.events)
        out = []
        for node in _ordinary():
            if set(nodes.facts_of(node)) <= there:
                _, false = self.terms.pair(ir.lower(node, frame), {})
                out.append(z3.Not(false))
        days = [name for name in self.terms.facts if self.vocabulary[name].type is FactType.EVENT]
        out += [z3.Or(z3.Not(self.terms.known(name)), self.terms.number(name) <= self.as_of) for name in days]
        return out


@lru_cache(maxsize=1)
def _ordinary() -> tuple[nodes.Condition, ...]:
    scope = Scope(BASE, {}, frozenset())
    return tuple(parse_condition(text, scope) for text in _PLAUSIBLE)
