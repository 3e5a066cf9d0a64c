"""Who lacks one fact alone is decided once it is recorded, whatever it turns out to be: that is what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import polars as pl
from tests.population.people import invent, pools_of

from xianjie.api import installed_engine
from xianjie.language.evaluate import Value
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import Column
from xianjie.population.compiler.eligibility import EligibilityColumns
from xianjie.population.compiler.policies import compiled
from xianjie.population.expanding import eligibility_entry

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
AS_OF = dt.date(2025, 8, 1).toordinal()
MOST = 60


def filled(frame: pl.DataFrame, rows: list[int], column: Column, values: Sequence[Value | Decimal]) -> pl.DataFrame:
    """Give rows with each of the values."""
    there = frame[rows]
    return pl.concat(
        [there.with_columns(pl.lit(column.code(value), column.dtype).alias(column.name)) for value in values]
    )


def test_the_one_fact_that_is_missing_decides() -> None:
    plan = compiled(answering_policies(installed_engine(), FIVE, AS_OF), AS_OF)
    policies = [parts["eligibility"].policy for parts in plan.parts.values()]
    frame = invent(plan.layout, policies, 3_000, 17, AS_OF).frame
    pools = pools_of(plan.layout, policies, AS_OF)
    answers = plan.answer(frame.lazy()).collect()
    tried = 0
    for parts in plan.parts.values():
        part = parts["eligibility"]
        assert isinstance(part, EligibilityColumns)
        alone: dict[str, list[int]] = {}
        for number, row in enumerate(answers.iter_rows(named=True)):
            lacking = eligibility_entry(row, part, plan)["missing"]
            if len(lacking) == 1 and len(alone.setdefault(lacking[0], [])) < MOST:
                alone[lacking[0]].append(number)
        for fact, rows in alone.items():
            after = plan.answer(filled(frame, rows, plan.layout.column(fact), pools[fact]).lazy()).collect()
            words = {part.status.words[code] for code in after[part.status.name].unique()}
            assert "undetermined" not in words, (part.policy.id, fact)
            tried += len(rows)
    assert tried > 100
