"""What became of government aid: received, refused, ended; its dates crowd around the windows of the policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xianjie.language.calendar import FIRST_DAY, LAST_DAY, NEVER, add_period
from xianjie.population.generating.draws import Draws, looked_up
from xianjie.population.generating.households import PERSON, Layer

PROGRAMMES = (
    ("无",),
    ("教育救助",),
    ("医疗救助",),
    ("住房救助",),
    ("就业救助",),
    ("教育救助", "医疗救助"),
    ("医疗救助", "住房救助"),
)
"""Sets of special-assistance programmes, by their code; the first is none."""

_CROWDED = 0.15
"""Share of dates that lie on the end of a window, or a day beside it."""
_ROUND = (1, 6, 12, 24, 36)
"""Periods, in months, whose ends are crowded whatever the policies say."""
_FAR_YEARS, _AHEAD_DAYS = 12, 366


@dataclass(frozen=True)
class Days:
    """The days that invented dates can lie on, about the day of assessment; and the limits that they crowd around."""

    as_of: int
    limits: Mapping[str, Sequence[int]]

    @property
    def first(self) -> int:
        """Give the earliest day."""
        return max(FIRST_DAY, add_period(self.as_of, -_FAR_YEARS, "years"))

    @property
    def last(self) -> int:
        """Give the latest day."""
        return min(LAST_DAY, self.as_of + _AHEAD_DAYS)

    def near(self, fact: str) -> list[int]:
        """List the days on a limit of a fact and beside it."""
        limits = {*self.limits.get(fact, ()), self.as_of, *(add_period(self.as_of, -n, "months") for n in _ROUND)}
        days = sorted({limit + step for limit in limits for step in (-1, 0, 1)})
        return [day for day in days if self.first <= day <= self.last]

    def drawn(self, draws: Draws, fact: str, back: int, happened: pl.Expr) -> pl.Expr:
        """Draw a day of the last so many (Int32); `never` where it did not happen."""
        near = self.near(fact)
        plain = pl.lit(self.as_of, pl.Int32) - draws.below(f"{fact} day", back).cast(pl.Int32)
        limit = looked_up(draws.below(f"{fact} limit", len(near)), near, pl.Int32())
        day = pl.when(draws.chance(f"{fact} crowded", _CROWDED)).then(limit).otherwise(plain)
        day = day.clip(self.first, self.last)
        return pl.when(happened).then(day).otherwise(pl.lit(NEVER, pl.Int32)).cast(pl.Int32)


def course(days: Days) -> list[Layer]:
    """Draw how aid went for each person."""
    dibao, tekun = pl.col("person.dibao_recipient"), pl.col("person.tekun")
    marginal, near_poor = pl.col("person.dibao_marginal_member"), pl.col("·near poor")
    received, left, applied = pl.col("aid.received"), pl.col("·left"), pl.col("aid.application_is_new")
    submitted, refused = pl.col("aid.application_submitted"), "aid.application_refused"
    struck = pl.col("household.emergency_hardship") | pl.col("household.major_misfortune")
    worse = pl.col("person.seriously_ill") | pl.col("person.disabled") | struck
    today = max(days.first, min(days.last, days.as_of))
    waited = submitted + 10 + PERSON.below("days to the refusal", 50).cast(pl.Int32)
    near = days.near(refused)
    on_a_limit = looked_up(PERSON.below("refusal limit", len(near)), near, pl.Int32())
    refusal_day = (
        pl.when(PERSON.chance("refusal crowded", _CROWDED)).then(on_a_limit).otherwise(waited.clip(None, today))
    )
    gone = ~dibao & ~tekun & near_poor
    return [
        {
            "aid.meets_conditions": PERSON.chances(
                "meets",
                pl.when(dibao | tekun).then(0.985).when(marginal).then(0.5).when(near_poor).then(0.3).otherwise(0.04),
            ),
            "aid.received": PERSON.chances(
                "received",
                pl.when(dibao | tekun).then(0.985).when(marginal).then(0.55).when(near_poor).then(0.2).otherwise(0.02),
            ),
            "·left": PERSON.chances("left", pl.when(gone).then(0.2).when(tekun).then(0.0).otherwise(0.02)),
            "aid.application_is_new": ~dibao
            & ~tekun
            & PERSON.chances("new", pl.when(near_poor).then(0.15).otherwise(0.03)),
            "·temporary": PERSON.chances(
                "temporary", pl.when(struck).then(0.5).when(near_poor).then(0.06).otherwise(0.01)
            ),
        },
        {
            "aid.still_in_difficulty": PERSON.chances(
                "still", pl.when(received & worse).then(0.55).when(received).then(0.25).otherwise(0.01)
            ),
            "aid.covered_by_existing_policy": PERSON.chances(
                "covered", pl.when(pl.col("aid.meets_conditions")).then(0.85).otherwise(0.3)
            ),
            "aid.exit_date": days.drawn(PERSON, "aid.exit_date", 5 * 365, left),
            "aid.exit_programme": pl.when(left).then(PERSON.one_of("programme", {0: 0.8, 1: 0.05, 2: 0.15})),
            "aid.exit_by_procedure": left & PERSON.chance("procedure", 0.9),
            "aid.application_submitted": days.drawn(PERSON, "aid.application_submitted", 4 * 365, applied),
            "aid.temporary_aid_date": days.drawn(PERSON, "aid.temporary_aid_date", 3 * 365, pl.col("·temporary")),
            "aid.special_programmes": PERSON.one_of(
                "special", {0: 0.86, **{code: 0.14 / (len(PROGRAMMES) - 1) for code in range(1, len(PROGRAMMES))}}
            ),
        },
        {
            refused: pl.when(applied & PERSON.chance("refused", 0.6))
            .then(pl.max_horizontal(refusal_day, submitted))
            .otherwise(pl.lit(NEVER, pl.Int32))
        },
    ]
