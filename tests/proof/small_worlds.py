"""Invent small policies, and go through every case of a small world: the reference that the solver is held to.

The values of the world lie on both sides of every threshold that the conditions use, so that whatever a case within the
bounds can make of the conditions, one of the world's does too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from tests.engine.asking import AS_OF, day, iso, small_policy

from xianjie.cases import Case
from xianjie.cases.steps import DATED
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.filling import BLANK, Asked, Deciders, with_told

DAY = day(AS_OF)
ELIGIBILITY = Asked(0, "eligibility")

WORLD: Mapping[str, tuple[Value, ...]] = {
    "person.tekun": (False, True),
    "person.orphan": (False, True),
    "aid.received": (False, True),
    "aid.still_in_difficulty": (False, True),
    "household.size": (1, 2, 3, 30),
    "household.annual_income": (
        0, 2_000_000, 2_000_001, 4_000_000, 4_999_999, 5_000_000, 6_000_000, 6_000_001, 60_000_000, 60_000_001,
    ),
    "aid.exit_date": (NEVER, DAY - 400, DAY - 365, DAY, DAY + 1),
    "aid.exit_programme": ("dibao", "tekun", "other"),
    "referral.consent_given": (False, True),
    "referral.consent_date": (NEVER, DAY - 10, DAY, DAY + 1),
}  # fmt: skip

ATOMS = (
    "person.tekun",
    "person.orphan",
    "aid.received",
    "aid.still_in_difficulty",
    "household.size >= 3",
    "household.annual_income <= line * household.size",
    "household.annual_income < 50000",
    "within(aid.exit_date, years=1)",
    "happened(aid.exit_date)",
    "aid.exit_programme in ('dibao', 'tekun')",
    "aid.exit_programme == 'other'",
    "referral.consent_given",
    "happened(referral.consent_date)",
    "known(person.tekun)",
    "known(aid.received)",
    "known(person.orphan)",
    "known(referral.consent_date)",
    "known(household.size)",
)


def condition(r: random.Random, atoms: Sequence[str], depth: int) -> str:
    """Draw a condition over some atoms."""
    if depth == 0 or r.random() < 0.2:
        atom = r.choice(atoms)
        return f"not {atom}" if r.random() < 0.3 else atom
    parts = [condition(r, atoms, depth - 1) for _ in range(r.randrange(2, 4))]
    joined = r.choice((" and ", " or ")).join(f"({part})" for part in parts)
    return f"not ({joined})" if r.random() < 0.2 else joined


def policy_of(*conditions: str, alternative: str | None = None, differ: str = "ambiguous") -> Policy:
    """Make a policy with a group for each condition; the last one reads otherwise under a second reading."""
    when = [f'"{one}"' for one in conditions]
    if alternative is not None:
        when[-1] = f'{{by: way, readings: {{plain: "{conditions[-1]}", other: "{alternative}"}}}}'
    groups = "\n".join(
        f"          - {{id: g{n}, gives: coverage, zh: 类{n}, en: group {n}}}" for n in range(len(conditions))
    )
    rules = "\n".join(
        f"              - {{part: group, id: r{n}, group: g{n}, force: may, zh: 一, en: one, when: {text}}}"
        for n, text in enumerate(when)
    )
    readings = f"""
        ambiguities: [{{id: A-01, zh: 甲, en: first, becomes: {differ}}}]
        readings:
          way:
            ambiguity: A-01
            differ: {differ}
            options:
              - {{id: plain, recommended: true, zh: 一, en: plain}}
              - {{id: other, zh: 二, en: other}}
    """
    return small_policy(
        f"""{readings if alternative is not None else ""}
        parameters:
          line: {{zh: 每人的线, en: line a head, type: money, values: [{{value: 20000}}]}}
        groups:
{groups}
        clauses:
          - path: 一
            treatment: rules
            rules:
{rules}
        """
    )


def invented(seed: int, facts: int = 6) -> Policy:
    """Draw a small policy over at most so many facts."""
    r = random.Random(seed)
    while True:
        atoms = r.sample(ATOMS, r.randrange(3, 7))
        conditions = [condition(r, atoms, r.randrange(1, 4)) for _ in range(r.randrange(1, 4))]
        alternative = condition(r, atoms, 2) if r.random() < 0.4 else None
        named = {name for name in WORLD for text in (*conditions, alternative or "") if name in text}
        if 0 < len(named) <= facts:
            return policy_of(*conditions, alternative=alternative, differ=r.choice(("ambiguous", "recommended")))


def facts_of(policy: Policy) -> tuple[str, ...]:
    """List the facts of the world that a policy's conditions name."""
    return tuple(name for name in WORLD if name in str(policy.blocks) + str(policy.definitions))


class Brute:
    """Every case of the world, decided by the engine."""

    def __init__(self, policy: Policy, asked: Asked = ELIGIBILITY) -> None:
        self.deciders = Deciders([policy], DAY, [{}], ())
        self.asked = asked
        self.facts = facts_of(policy)

    def status(self, facts: Mapping[str, Value]) -> str:
        return self.deciders.statuses([self.asked], facts)[self.asked]

    def cases(self, recorded: Mapping[str, Value], names: Sequence[str]) -> Iterator[dict[str, Value]]:
        """Record the facts named in every way that agrees with what is recorded and with each other."""
        for values in product(*(WORLD[name] for name in names)):
            facts = {**recorded, **dict(zip(names, values, strict=True))}
            told = with_told(facts, DAY)
            if all(flag not in facts or facts[flag] is told[flag] for flag, date in DATED if date in facts):
                yield told

    def enough(self, recorded: Mapping[str, Value], names: Sequence[str]) -> bool:
        """Tell whether nothing is left open, whatever the facts named turn out to be."""
        return all(self.status(facts) != "undetermined" for facts in self.cases(recorded, names))

    def least(self, recorded: Mapping[str, Value]) -> int:
        """Count the fewest facts that are enough."""
        missing = [name for name in self.facts if name not in with_told(recorded, DAY)]
        return next(
            number
            for number in range(len(missing) + 1)
            if any(self.enough(recorded, names) for names in combinations(missing, number))
        )

    def reachable(self, recorded: Mapping[str, Value]) -> set[str]:
        """List the statuses of all complete cases that agree with what is recorded."""
        missing = [name for name in self.facts if name not in with_told(recorded, DAY)]
        return {self.status(facts) for facts in self.cases(recorded, missing)}


def drawn(seed: int, policy: Policy, share: float = 0.4) -> dict[str, Value]:
    """Draw recorded facts of the world, a consent agreeing with its date."""
    r = random.Random(seed)
    facts = {name: r.choice(WORLD[name]) for name in facts_of(policy) if r.random() < share}
    return with_told(facts, DAY)


def case_with(facts: Mapping[str, Value]) -> Case:
    """Make a case of facts; what dates tell is told, not recorded."""
    from xianjie.proof.filling import filled

    return filled(BLANK, facts)


def written(facts: Mapping[str, Value]) -> dict[str, object]:
    """Show facts in a failure."""
    return {name: iso(value) if name.endswith("_date") and isinstance(value, int) and value else value
            for name, value in facts.items()}  # fmt: skip
