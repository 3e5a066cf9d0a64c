"""Invent rows by the hundred thousand: flags, words, and dates and sums on, below and above every limit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from tests.population.turning import goals, numbers_of

from xianjie.cases import Case, Ledger, RecordedDuty, RecordedTarget
from xianjie.cases.steps import DATED
from xianjie.language.calendar import NEVER, add_period
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.columns import Column, Layout
from xianjie.population.generating.limits import limits_of
from xianjie.vocabulary import FactType
from xianjie.vocabulary.facts import LISTS

SHARES = (0.0, 0.1, 0.3, 0.6)
"""Shares of unknown values; each thousand rows has one of these."""
LIKELY = (0.05, 0.3, 0.6)
BLOCK = 1_000
Held = Value | Decimal
ALONE = frozenset({"aid"})
"""The records of a case that is asked for eligibility alone."""

BESIDE = ("ledger.", "duty.", "target.", "referral.")
"""The facts of records that a row may have nothing of."""


@dataclass(frozen=True)
class People:
    """Rows, column by column: values as a case has them (None: unknown), and the same laid out in a frame."""

    values: dict[str, list[Held | None]]
    frame: pl.DataFrame

    def facts(self) -> Iterator[dict[str, Held]]:
        """Give each row's recorded facts."""
        names = tuple(self.values)
        for row in zip(*self.values.values(), strict=True):
            yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def case_of(facts: dict[str, Held], label: str | None = None, records: frozenset[str] = ALONE) -> Case:
    """Make a case of recorded facts; a ledger, a counted duty and a target are there where a fact of theirs is."""
    of: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        of.setdefault(name.partition(".")[0], {})[name] = value
    own: dict[str, Value] = {name: value for record in of if record not in LISTS for name, value in of[record].items()}
    targets = [{name.partition(".")[2]: value for name, value in of["target"].items()}] if "target" in of else []
    return Case(
        label,
        None,
        None,
        own,
        own,
        records | ({"ledger", "duty", "target", "referral"} & of.keys()),
        (Ledger(of["ledger"]),) if "ledger" in of else (),
        (RecordedDuty(of["duty"], None),) if "duty" in of else (),
        tuple(
            RecordedTarget(one.get("item"), one.get("year"), one.get("value"), one.get("value_in_year"), {})
            for one in targets
        ),
        (),
        {},
    )


def invent(layout: Layout, policies: Sequence[Policy], count: int, seed: int, as_of: int) -> People:
    """Draw rows from a seed; limits are those that the policies' conditions have on the day."""
    draw = random.Random(seed)
    pools = pools_of(layout, policies, as_of)
    values: dict[str, list[Held | None]] = {name: [] for name in pools}
    for _ in range(0, count, BLOCK):
        unknown, likely = draw.choice(SHARES), draw.choice(LIKELY)
        for column in layout.columns:
            choices = pools[column.name]
            weights = [likely, 1 - likely] if column.spec.type is FactType.BOOL else [1.0] * len(choices)
            weights = [weight * (1 - unknown) / sum(weights) for weight in weights]
            values[column.name] += draw.choices([*choices, None], [*weights, unknown + 1e-9], k=BLOCK)
    values = {name: found[:count] for name, found in values.items()}
    for record in BESIDE:
        # some rows have nothing of a record at all
        none = [draw.random() < 0.2 for _ in range(count)] if any(name.startswith(record) for name in values) else []
        for name in values:
            if name.startswith(record):
                values[name] = [None if gone else value for gone, value in zip(none, values[name], strict=True)]
    for flag, day in DATED:
        if flag in values and day in values:
            values[flag] = [
                told if on is None else happened(on, as_of) for told, on in zip(values[flag], values[day], strict=True)
            ]
    return People(values, pl.DataFrame([laid(column, values[column.name]) for column in layout.columns]))


def happened(on: Held, as_of: int) -> bool:
    """Tell whether something with a date had happened on a day."""
    assert isinstance(on, int)
    return NEVER < on <= as_of


def people_of(layout: Layout, rows: Sequence[Mapping[str, Held]]) -> People:
    """Lay given rows out."""
    values = {name: [row.get(name) for row in rows] for name in layout.names}
    return People(values, pl.DataFrame([laid(column, values[column.name]) for column in layout.columns]))


def laid(column: Column, values: Sequence[Held | None]) -> pl.Series:
    codes = {value: None if value is None else column.code(value) for value in set(values)}
    return pl.Series(column.name, [codes[value] for value in values], column.dtype)


def pools_of(layout: Layout, policies: Sequence[Policy], as_of: int) -> dict[str, list[Held]]:
    """List the values that each fact takes."""
    limits, figures = limits_of(policies, as_of), goals(policies)
    out = {}
    for column in layout.columns:
        edges = {number for policy in policies for number in numbers_of(column.name, policy, as_of)}
        out[column.name] = pool(column, sorted({*limits.get(column.name, []), *edges}), as_of, figures)
    return out


def pool(column: Column, edges: Sequence[int], as_of: int, figures: Sequence[Decimal] = ()) -> list[Held]:
    """List the values that a fact takes."""
    near = sorted({edge + step for edge in edges for step in (-1, 0, 1)})
    match column.spec.type:
        case FactType.BOOL:
            return [True, False]
        case FactType.ENUM:
            return list(column.words)
        case FactType.NUMBER:
            return list(figures)
        case FactType.SET:
            return [frozenset(), frozenset({"别的"}), *(frozenset({word}) for word in column.words)]
        case FactType.EVENT:
            ends = [add_period(as_of, -months, "months") for months in (1, 6, 12, 24)]
            days = {NEVER, as_of - 1, as_of, as_of + 1, as_of - 400, *ends, *near}
            return sorted(day for day in days if NEVER <= day <= column.most)
        case _:
            counts = {column.least, column.least + 1, 2, 3, 4, 5, 6, *near}
            return sorted(count for count in counts if column.least <= count <= column.most)
