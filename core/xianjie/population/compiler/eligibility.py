"""A policy's groups as columns: who is covered, who comes first, by which rule, and what is missing for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xianjie.engine.eligibility import MATCH
from xianjie.language import nodes
from xianjie.language.nodes import atoms_of
from xianjie.policy.prepared import GroupLine, Policy
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.depending import turn_of
from xianjie.population.compiler.fields import Choice, Field, Figure, Meaning, choice_of, field_of
from xianjie.population.compiler.settling import Outcome, Settled, either, settle, where
from xianjie.population.compiler.terms import NO, Terms

STATUSES = (
    "not_matched",
    "covered",
    "undetermined",
    "ambiguous",
    "priority_match",
    "not_stipulated",
    "not_reported",
)
"""The status by its code."""

BITS: Mapping[str, tuple[int, ...]] = {"matched": (0,), "undetermined": (1,), "ambiguous": (0, 1), "not_matched": ()}
"""How a group stands, in two bits."""

BLOCK = "eligibility"


@dataclass(frozen=True)
class EligibilityColumns:
    """The columns that hold a region's eligibility. `exact` tells that the status asks for the engine's very facts.

    Where it does not, a bound of the engine's has been met: then it asks for every open fact, here for fewer.
    """

    policy: Policy
    status: Choice
    groups: Field
    rules: Field
    missing: Field
    group_missing: Field
    readings: Field
    flagged: Field
    advice: Field
    exact: bool

    @property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""
        return (self.status,)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """List what is a number."""
        return ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """List the packed columns."""
        return (
            self.groups,
            self.rules,
            self.missing,
            self.group_missing,
            self.readings,
            self.flagged,
            self.advice,
        )


@dataclass(frozen=True, slots=True)
class _Group:
    line: GroupLine
    settled: Settled
    outcomes: Sequence[Outcome]
    deciding: Mapping[int, int]


def eligibility_columns(
    policy: Policy, conditions: Conditions, chosen: Mapping[str, str], prefix: str
) -> EligibilityColumns:
    """Compile a policy's eligibility; `prefix` stands before the columns' names."""
    terms = conditions.terms
    block = policy.blocks.get(BLOCK)
    nodes_at = [node for _, node in block.conditions] if block else []
    groups = [_group(line, nodes_at, conditions, chosen) for line in policy.groups]
    gives = "coverage" if any(group.line.group.gives == "coverage" for group in groups) else "priority"
    asked = [group for group in groups if group.line.group.gives == gives]
    stands = _overall(terms, asked)
    missing, exact = _missing(asked, stands["undetermined"], nodes_at, conditions)
    names: dict[Meaning, int] = {}
    for group in groups:
        for status, truth in group.settled.statuses.items():
            for bit in BITS[status]:
                meaning = (group.line.group.id, bit)
                names[meaning] = terms.any_of((names.get(meaning, NO), truth))
    return EligibilityColumns(
        policy,
        _status(policy, gives, stands, f"{prefix}.status"),
        field_of(f"{prefix}.groups", names),
        field_of(
            f"{prefix}.rules",
            {
                (group.line.group.id, group.line.rules[number][0]): truth
                for group in groups
                for number, truth in group.deciding.items()
            },
        ),
        field_of(f"{prefix}.missing", {(name,): truth for name, truth in missing.items()}),
        field_of(
            f"{prefix}.group_missing",
            {(group.line.group.id, name): truth for group in groups for name, truth in group.settled.missing.items()},
        ),
        field_of(f"{prefix}.readings", _readings(groups)),
        field_of(
            f"{prefix}.flagged",
            {
                (): _flagged(terms, gives, asked, stands),
                **{(group.line.group.id,): group.settled.flagged for group in groups},
            },
        ),
        field_of(
            f"{prefix}.advice",
            {
                (line.rule.id,): terms.holds(conditions.value(nodes_at[line.places[0]["when"]]))
                for line in policy.advice
            },
        ),
        exact,
    )


def default_rule(line: GroupLine) -> int:
    """Number the rule that is named for a group where none holds: the first, or one that is called as the group."""
    ids = [rule for rule, _, _ in line.rules]
    return ids.index(line.group.id) if line.group.id in ids else 0


def _group(
    line: GroupLine, nodes_at: Sequence[nodes.Condition], conditions: Conditions, chosen: Mapping[str, str]
) -> _Group:
    terms = conditions.terms
    outcomes = []
    for places in line.places:
        rules = [nodes_at[place] for place in places.values()]
        value = terms.any_of(conditions.value(node) for node in rules)
        is_open = terms.is_open(value)
        missing = either(terms, [conditions.missing(node) for node in rules])
        if len(rules) > 1:
            missing = where(terms, is_open, missing)
        outcomes.append(Outcome({"matched": terms.holds(value), "not_matched": terms.fails(value)}, is_open, missing))
    settled = settle(terms, line.readings, outcomes, chosen)
    values = {rule: conditions.value(nodes_at[place]) for rule, place in line.places[settled.main].items()}
    decided = terms.opposite(settled.undetermined)
    deciding: dict[int, int] = {}
    before: list[int] = []
    for number, (rule, _, _) in enumerate(line.rules):
        holds = terms.holds(values[rule])
        if number != default_rule(line):
            deciding[number] = terms.all_of((decided, holds, *(terms.opposite(other) for other in before)))
        before.append(holds)
    return _Group(line, settled, outcomes, deciding)


def _overall(terms: Terms, groups: Sequence[_Group]) -> dict[str, int]:
    """Draw one status from groups: matched before undetermined, that before ambiguous."""
    out: dict[str, int] = {}
    left = 1
    for status in ("matched", "undetermined", "ambiguous"):
        any_ = terms.any_of(group.settled.statuses[status] for group in groups)
        out[status] = terms.all_of((left, any_))
        left = terms.all_of((left, terms.opposite(any_)))
    out["not_matched"] = left
    return out


def _status(policy: Policy, gives: str, stands: Mapping[str, int], name: str) -> Choice:
    if not policy.groups:
        return choice_of(name, {}, STATUSES, policy.silence)
    if gives == "priority":
        return choice_of(name, {MATCH[gives]: stands["matched"]}, STATUSES, policy.silence)
    cases = {MATCH[gives]: stands["matched"], **{one: stands[one] for one in ("undetermined", "ambiguous")}}
    return choice_of(name, cases, STATUSES, "not_matched")


def _flagged(terms: Terms, gives: str, asked: Sequence[_Group], stands: Mapping[str, int]) -> int:
    """Tell whether a reading that is not recommended would give another status, not only another group."""
    flags = [(group.settled.decided["matched"], group.settled.flagged) for group in asked]
    if all(flagged == NO for _, flagged in flags):
        return NO
    all_matches = terms.all_of(terms.any_of((terms.opposite(matched), flagged)) for matched, flagged in flags)
    flagged_match = terms.all_of((stands["matched"], all_matches))
    if gives == "priority":
        return flagged_match  # where no one comes first the status is a silence, which no reading changes
    return terms.any_of(
        (flagged_match, terms.all_of((stands["not_matched"], terms.any_of(flagged for _, flagged in flags))))
    )


def _readings(groups: Sequence[_Group]) -> dict[Meaning, int]:
    """Tell by two bits how each group stands under each of its readings, where there are several."""
    out: dict[Meaning, int] = {}
    for group in groups:
        if group.line.readings.several:
            for reading, outcome in zip(group.line.readings.all, group.outcomes, strict=True):
                out[group.line.group.id, reading.id, 0] = outcome.decided["matched"]
                out[group.line.group.id, reading.id, 1] = outcome.open
    return out


def _missing(
    asked: Sequence[_Group], is_open: int, nodes_at: Sequence[nodes.Condition], conditions: Conditions
) -> tuple[dict[str, int], bool]:
    """Tell of each fact whether it is missing at the status, over every reading that takes part.

    It is where the status is open, a group lacks the fact, and it still matters whether any group's rule holds.
    """
    terms = conditions.terms
    wanted: list[dict[str, int]] = []
    exact = True
    for turn in range(max((len(group.settled.standing) for group in asked), default=0)):
        together = [
            nodes_at[place]
            for group in asked
            for place in group.line.places[group.settled.standing[min(turn, len(group.settled.standing) - 1)]].values()
        ]
        atoms = atoms_of(together, conditions.definitions)
        found = turn_of(together, conditions.definitions, {atom: conditions.value(atom) for atom in atoms}, terms)
        exact = exact and found.exact
        listed = either(terms, [conditions.missing(node) for node in together])
        if found.facts is None:
            wanted.append(listed)
        else:
            # where the parts cancel out, every open one is told
            idle = where(terms, terms.opposite(found.any), listed)
            wanted.append(either(terms, [found.facts, idle]))
    matters = either(terms, wanted)
    lacking = either(terms, [group.settled.missing for group in asked])
    return {name: terms.all_of((is_open, truth, matters.get(name, NO))) for name, truth in lacking.items()}, exact
