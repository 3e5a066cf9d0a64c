"""What nobody recorded: facts that go missing together, and more of them in some divisions than in others."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from xianjie.population.generating.draws import Draws, looked_up, mixed
from xianjie.population.generating.households import HOUSE, PERSON, Layer, division_weights

_WORD = 1 << 64

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "finances": ("household.annual_income", "household.property_within_limits"),
    "burdens": ("household.illness_impoverished", "household.medical_burden_heavy"),
    "exit": ("aid.exit_date", "aid.exit_programme", "aid.exit_by_procedure"),
    "application": ("aid.application_is_new", "aid.application_submitted", "aid.application_refused"),
    "hardship": ("aid.still_in_difficulty", "aid.covered_by_existing_policy"),
    "consent": ("referral.informed", "referral.consent_given", "referral.consent_date"),
    "letter": ("referral.letter_issued", "referral.letter_date"),
    "merits": ("organisation.active_participation", "organisation.significant_results"),
}
"""Facts that one visit, or one form, records: half of what is missing of them is missing together."""

_GROUP_OF = {fact: group for group, facts in TOGETHER.items() for fact in facts}


def shares_by_division(seed: int, divisions: int, share: float) -> list[float]:
    """Give each division its share of unknown facts: from none to about twice the mean, weighted to be the mean."""
    weights = division_weights(divisions)
    drawn = [mixed(seed ^ mixed(number)) / _WORD for number in range(divisions)]
    mean = sum(weight * one for weight, one in zip(weights, drawn, strict=True))
    return [min(0.95, share * one / mean) for one in drawn]


def gaps(seed: int, divisions: int, share: float) -> list[Layer]:
    """Draw which groups of facts are missing of whom."""
    # two chances of p miss with 1 - (1 - p)²
    halves = [1 - (1 - one) ** 0.5 for one in shares_by_division(seed, divisions, share)]
    bounds = [min(_WORD - 1, round(half * _WORD)) for half in halves]
    bound = pl.col("·gap")
    return [
        {"·gap": looked_up(pl.col("·division"), bounds, pl.UInt64())},
        {f"·no {group}": _draws(facts[0]).word(f"no {group}") < bound for group, facts in TOGETHER.items()},
    ]


def missing(fact: str) -> pl.Expr:
    """Tell whether a fact is missing."""
    draws, bound = _draws(fact), pl.col("·gap")
    alone = draws.word(f"no {fact}") < bound
    group = _GROUP_OF.get(fact)
    # a fact in no group has two chances of its own, so that every fact is missing as often
    return alone | (pl.col(f"·no {group}") if group else draws.word(f"nor {fact}") < bound)


def _draws(fact: str) -> Draws:
    return HOUSE if fact.startswith("household.") else PERSON
