"""Services and incentives as columns: for whom each rule is meant, and whether its circumstances hold.

They are answered for every row, whether or not the row records anything of a household or an organisation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xianjie.engine.entitlements import Row, incentive_rows, service_rows
from xianjie.language import nodes
from xianjie.policy.prepared import Line, Policy
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.fields import Choice, Field, Figure, Meaning, coded, field_of
from xianjie.population.compiler.settling import Outcome, either, settle, where

STATUSES = ("does_not_apply", "applies", "condition_not_met", "undetermined", "ambiguous")
"""The status of a rule by its code of three bits."""


@dataclass(frozen=True)
class EntitlementColumns:
    """The columns that hold a region's services or incentives, rule by rule; `rows` is the order of the answer."""

    policy: Policy
    dimension: str
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    statuses: Field
    missing: Field
    readings: Field
    flagged: Field

    @property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""
        return ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """List what is a number."""
        return ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """List the packed columns."""
        return (self.statuses, self.missing, self.readings, self.flagged)


def entitlement_columns(
    policy: Policy, dimension: str, conditions: Conditions, chosen: Mapping[str, str], prefix: str
) -> EntitlementColumns:
    """Compile a policy's services or incentives; `prefix` stands before the columns' names."""
    terms = conditions.terms
    lines = policy.services if dimension == "services" else policy.incentives
    rows = service_rows(policy) if dimension == "services" else incentive_rows(policy)
    block = policy.blocks.get(dimension)
    nodes_at = [node for _, node in block.conditions] if block else []
    statuses: dict[Meaning, int] = {}
    missing: dict[Meaning, int] = {}
    readings: dict[Meaning, int] = {}
    flagged: dict[Meaning, int] = {}
    for line in lines:
        rule = line.rule.id
        outcomes = [_outcome(conditions, nodes_at, places) for places in line.places]
        settled = settle(terms, line.readings, outcomes, chosen)
        for bit, truth in coded(terms, settled.statuses, STATUSES, 3).items():
            statuses[rule, bit] = truth
        missing.update({(rule, name): truth for name, truth in settled.missing.items()})
        flagged[rule,] = settled.flagged
        if line.readings.several:
            for reading, outcome in zip(line.readings.all, outcomes, strict=True):
                for bit, truth in coded(terms, outcome.statuses, STATUSES, 2).items():
                    readings[rule, reading.id, bit] = truth
    return EntitlementColumns(
        policy,
        dimension,
        tuple(rows),
        tuple(lines),
        field_of(f"{prefix}.statuses", statuses),
        field_of(f"{prefix}.missing", missing),
        field_of(f"{prefix}.readings", readings),
        field_of(f"{prefix}.flagged", flagged),
    )


def _outcome(conditions: Conditions, nodes_at: Sequence[nodes.Condition], places: Mapping[str, int]) -> Outcome:
    terms = conditions.terms
    beneficiary, circumstance = nodes_at[places["beneficiary"]], nodes_at[places["when"]]
    who, when = conditions.value(beneficiary), conditions.value(circumstance)
    # an absent circumstance decides nothing while it is open whether the rule is for them at all
    is_open = terms.any_of((terms.is_open(who), terms.all_of((terms.holds(who), terms.is_open(when)))))
    return Outcome(
        {
            "does_not_apply": terms.fails(who),
            "applies": terms.all_of((terms.holds(who), terms.holds(when))),
            "condition_not_met": terms.all_of((terms.holds(who), terms.fails(when))),
        },
        is_open,
        either(
            terms,
            [conditions.missing(beneficiary), where(terms, terms.can_hold(who), conditions.missing(circumstance))],
        ),
    )
