"""Households first: who belongs together, where they live, what they live on; their members share it.

Shares and sums are made up, so that the kinds of cases stand beside each other; they are nobody's statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import polars as pl

from xianjie.population.generating.draws import Draws, looked_up, mixed_column

Layer = dict[str, pl.Expr]
"""Columns to add at once. A name that begins with a dot is not a fact, and is left out in the end."""

PERSON, HOUSE = Draws("·person"), Draws("·house")

BLOCK = 12
"""So many people running fall into whole households."""

_SIZES = (
    (1, 1, 1, 2, 3, 4),
    (1, 2, 2, 3, 4),
    (2, 2, 3, 5),
    (1, 1, 2, 2, 2, 4),
    (3, 3, 3, 3),
    (1, 2, 3, 6),
    (1, 1, 2, 3, 5),
    (2, 2, 2, 3, 3),
    (1, 1, 1, 1, 2, 2, 4),
    (4, 3, 2, 2, 1),
    (1, 2, 2, 7),
    (3, 3, 2, 2, 1, 1),
    (1, 1, 1, 2, 2, 5),
    (2, 3, 3, 4),
    (1, 1, 2, 8),
    (3, 1, 1, 2, 2, 3),
)
"""The ways in which a block falls into households."""

_SEEDS = {"block": 0, "person": 1, "house": 2}

POOR = 9_000.0
"""Yuan a head and year below which a household here is poor: an invented line."""
_MEDIAN_LOG, _SPREAD = 9.35, 0.75
_CROWDED = 0.12
"""Share of households whose income lies on a limit of a policy, or a fen beside it."""
_FEN = 100


def division_codes(count: int) -> list[str]:
    """List codes of invented divisions: six digits as in GB/T 2260, all under 99, which is no province's."""
    return [f"99{1 + number // 99 % 99:02d}{1 + number % 99:02d}" for number in range(count)]


def division_weights(count: int) -> list[float]:
    """Give the share of the people that each division has: the first ones are the largest."""
    ends = [sqrt(number / count) for number in range(count + 1)]
    return [above - below for below, above in pairwise(ends)]


def membership(seed: int) -> list[Layer]:
    """Say of each row (its number in `·row`, UInt64) which household it belongs to, as which member."""
    members = [member for sizes in _SIZES for size in sizes for member in range(size)]
    wholes = [size for sizes in _SIZES for size in sizes for _ in range(size)]
    row = pl.col("·row")
    pattern = mixed_column(row // BLOCK, seed * 3 + _SEEDS["block"]) // pl.lit((1 << 64) // len(_SIZES), pl.UInt64)
    key = pl.col("·key")
    return [
        {"·key": (pattern * BLOCK + row % BLOCK).cast(pl.UInt8), "·person": _mixed(row, seed, "person")},
        {
            "·member": looked_up(key, members, pl.UInt8()),
            "household.size": looked_up(key, wholes, pl.Int64()),
        },
        {"·first": row - pl.col("·member")},
        {"·house": _mixed(pl.col("·first"), seed, "house")},
    ]


def _mixed(number: pl.Expr, seed: int, kind: str) -> pl.Expr:
    return mixed_column(number, seed * 3 + _SEEDS[kind])


def place(divisions: int) -> list[Layer]:
    """Give each household a division (its number), the first ones the most."""
    word = HOUSE.word("division") // pl.lit(1 << 32, pl.UInt64)
    squared = word * word // pl.lit(1 << 32, pl.UInt64)
    return [{"·division": (squared * pl.lit(divisions, pl.UInt64) // pl.lit(1 << 32, pl.UInt64)).cast(pl.UInt32)}]


def livelihood(limits: Sequence[int]) -> list[Layer]:
    """Give households their income (fen) and what goes with it; `limits` are sums that policies compare it with.

    Reads `person.tekun`, which only people who live alone are here.
    """
    size, income, per_head = pl.col("household.size"), pl.col("household.annual_income"), pl.col("·per head")
    drawn = (_MEDIAN_LOG + _SPREAD * HOUSE.normal("income")).exp() * size
    drawn = pl.when(pl.col("person.tekun")).then(drawn / 12).otherwise(drawn).clip(0, 1e9)
    yuan = drawn.cast(pl.Int64)
    fen = (
        pl.when(HOUSE.chance("income to the fen", 0.1))
        .then((drawn * _FEN).cast(pl.Int64))
        .otherwise(yuan // 100 * 100 * _FEN)
    )
    near = [limit + step for limit in limits if limit > 0 for step in (-1, 0, 1)]
    if near:
        crowded = HOUSE.chance("income on a limit", _CROWDED) & ~pl.col("person.tekun")
        fen = pl.when(crowded).then(looked_up(HOUSE.below("limit", len(near)), near, pl.Int64())).otherwise(fen)
    poor, near_poor, ill = pl.col("·poor"), pl.col("·near poor"), pl.col("·ill")
    return [
        {"household.annual_income": fen, "·ill": HOUSE.chance("illness", 0.14)},
        {"·per head": income / size / _FEN},
        {"·poor": per_head < POOR, "·near poor": per_head < 1.5 * POOR},
        {
            "household.property_within_limits": HOUSE.chances(
                "property", pl.when(near_poor).then(0.95).when(per_head < 4 * POOR).then(0.6).otherwise(0.2)
            ),
            "household.illness_impoverished": ill & near_poor & HOUSE.chance("impoverished", 0.45),
            "household.emergency_hardship": HOUSE.chance("emergency", 0.015),
            "household.major_misfortune": HOUSE.chance("misfortune", 0.012),
            "household.medical_burden_heavy": ill & HOUSE.chance("burden", 0.6),
            "household.poor_housing": HOUSE.chances("housing", pl.when(poor).then(0.2).otherwise(0.04)),
        },
        {"household.willing_to_renovate": pl.col("household.poor_housing") & HOUSE.chance("renovate", 0.7)},
    ]
