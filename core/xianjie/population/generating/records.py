"""Referrals, organisations, areas, ledgers, duties and targets: one record a row, beside a person or instead of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from xianjie.population.generating.aid import Days
from xianjie.population.generating.draws import looked_up
from xianjie.population.generating.households import PERSON, Layer
from xianjie.vocabulary import FactSpec, FactType

_LIKELY = 0.3
"""Chance of a flag that has no model of its own."""
_MOST_COUNT = 8


def referrals(days: Days) -> list[Layer]:
    """Draw referrals: first informed, then consent, then a letter, on days that follow each other."""
    informed, agreed, issued = (pl.col(f"referral.{name}") for name in ("informed", "consent_given", "letter_issued"))
    agreed_on, today = pl.col("referral.consent_date"), days.as_of
    after = agreed_on + PERSON.below("letter day", 30).cast(pl.Int32) - 3
    written = pl.when(agreed & issued).then(after.clip(days.first, max(days.first, today))).otherwise(0)
    alone = days.drawn(PERSON, "referral.letter_date", 365, issued & ~agreed)
    return [
        {
            "referral.direction": PERSON.one_of("direction", {0: 0.7, 1: 0.15, 2: 0.15}),
            "referral.informed": PERSON.chance("informed", 0.9),
        },
        {
            "referral.initiator": _initiator(),
            "referral.consent_given": informed & PERSON.chance("consent", 0.85),
        },
        {
            "referral.consent_date": pl.min_horizontal(
                days.drawn(PERSON, "referral.consent_date", 400, agreed), pl.lit(today, pl.Int32)
            ),
            "referral.letter_issued": PERSON.chances("letter", pl.when(agreed).then(0.7).otherwise(0.1)),
        },
        {
            "referral.letter_date": pl.when(agreed)
            .then(written)
            .otherwise(pl.min_horizontal(alone, pl.lit(today, pl.Int32)))
            .cast(pl.Int32),
        },
    ]


def _initiator() -> pl.Expr:
    """Draw who began, by the direction; codes are the places of the words."""
    direction = pl.col("referral.direction")
    return (
        pl.when(direction == 0)
        .then(PERSON.one_of("initiator forward", {0: 0.5, 1: 0.5}))
        .when(direction == 1)
        .then(PERSON.one_of("initiator reverse", {2: 0.8, 3: 0.2}))
        .otherwise(pl.lit(4, pl.UInt8))
    )


def organisations() -> list[Layer]:
    """Draw organisations: of one kind each; what merits they have goes together."""
    kind, good = pl.col("·kind"), pl.col("·good")
    merits = ("outstanding_contribution", "good_social_influence", "active_participation", "significant_results")
    return [
        {
            "·kind": PERSON.one_of("organisation", {0: 0.55, 1: 0.1, 2: 0.15, 3: 0.08, 4: 0.12}),
            "·good": PERSON.chance("good", 0.35),
        },
        {
            "organisation.charitable": kind == 0,
            "organisation.individual": kind == 1,
            "organisation.community_social_organisation": kind == 2,
            "organisation.volunteer": (kind == 3) | ((kind == 1) & PERSON.chance("volunteer", 0.4)),
            "organisation.social_work_agency": kind == 4,
            "organisation.good_credit": PERSON.chances("credit", pl.when(good).then(0.97).otherwise(0.7)),
            **{
                f"organisation.{merit}": PERSON.chances(merit, pl.when(good).then(0.8).otherwise(0.1))
                for merit in merits
            },
        },
    ]


def ledgers(days: Days) -> list[Layer]:
    """Draw ledgers: one that was never established has no day of update, nor was it handed on."""
    established, updated = pl.col("ledger.established"), "ledger.last_updated"
    handed_on, happened = "ledger.provided_to_townships", established & PERSON.chance("handed on", 0.75)
    return [
        {"ledger.established": PERSON.chance("established", 0.88)},
        {
            updated: days.drawn(PERSON, updated, 2 * 365, established & PERSON.chance("updated", 0.95)),
            handed_on: days.drawn(PERSON, handed_on, 2 * 365, happened),
            **{
                f"ledger.{name}": established & PERSON.chance(name, 0.7)
                for name in ("entered_on_platform", "provided_to_service_window")
            },
        },
    ]


def others(specs: Sequence[FactSpec], days: Days, words: Mapping[str, int]) -> Layer:
    """Draw facts that have no model of their own, each by its type; `words` counts those of sets."""
    return {spec.name: _by_type(spec, days, words.get(spec.name, 1)) for spec in specs}


def _by_type(spec: FactSpec, days: Days, sets: int) -> pl.Expr:
    name = spec.name
    near = [limit + step for limit in days.limits.get(name, ()) for step in (-1, 0, 1)]
    match spec.type:
        case FactType.BOOL:
            return PERSON.chance(name, _LIKELY)
        case FactType.ENUM:
            return PERSON.below(name, len(spec.words)).cast(pl.UInt8)
        case FactType.SET:
            return PERSON.below(name, sets).cast(pl.UInt8)
        case FactType.EVENT:
            return days.drawn(PERSON, name, 2 * 365, PERSON.chance(f"{name} happened", 0.85))
        case FactType.NUMBER:
            return (PERSON.below(name, 2_000).cast(pl.Float64) / 10).round(1)
        case FactType.MONEY:
            near = [value for value in near if value >= 0] or [0]
            crowded = looked_up(PERSON.below(f"{name} limit", len(near)), near, pl.Int64())
            drawn = PERSON.below(name, 200_000).cast(pl.Int64) * 100
            return pl.when(PERSON.chance(f"{name} crowded", _LIKELY)).then(crowded).otherwise(drawn)
        case FactType.INT:
            return _whole(spec, days, near)


def _whole(spec: FactSpec, days: Days, near: Sequence[int]) -> pl.Expr:
    least = spec.least or 0
    if spec.short == "year":
        back = PERSON.below(spec.name, 3).cast(pl.Int64)
        return pl.lit(_year(days.as_of), pl.Int64) - back
    choices = sorted({least + step for step in range(_MOST_COUNT)} | {value for value in near if value >= least})
    return looked_up(PERSON.below(spec.name, len(choices)), choices, pl.Int64())


def _year(day: int) -> int:
    return dt.date.fromordinal(day).year
