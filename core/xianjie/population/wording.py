"""Packed answers in words, column by column: statuses as words, groups and missing facts as lists with `|` between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from xianjie.engine.eligibility import MATCH
from xianjie.population.compiler.eligibility import EligibilityColumns
from xianjie.population.compiler.entitlements import EntitlementColumns
from xianjie.population.compiler.fields import Choice, Field, Part, columns_of
from xianjie.population.compiler.policies import Compiled
from xianjie.population.expanding import expanded_part
from xianjie.population.unpacking import held, in_order

BETWEEN = "|"
MISSING = "missing"
_TEXT = "·text"

MATCHED = frozenset(MATCH.values())
IDLE = "does_not_apply"

Text = Callable[[Mapping[str, Any]], str]


def in_words(answers: pl.DataFrame, compiled: Compiled) -> pl.DataFrame:
    """Put a frame of answers into words: its own columns first, then those of each region and dimension.

    Of each: every status as its word, the groups that match, or the rules with how they stand, the facts that are
    missing, and figures as they are.
    """
    packed = {name for parts in compiled.parts.values() for part in parts.values() for name in _names(part)}
    columns = [answers.select(name for name in answers.columns if name not in packed)]
    for region, parts in compiled.parts.items():
        for dimension, part in parts.items():
            columns += _part(answers, part, compiled, region, dimension)
    return pl.concat(columns, how="horizontal")


def _names(part: Part) -> Iterator[str]:
    for item in columns_of(part):
        yield from item.columns


def _part(answers: pl.DataFrame, part: Part, compiled: Compiled, region: str, dimension: str) -> Iterator[pl.DataFrame]:
    prefix = f"{region}.{dimension}"
    for choice in part.choices:
        if choice.name in answers.columns:
            yield answers.select(_word(choice))
    match part:
        case EligibilityColumns():
            yield _spread(answers, [part.groups], f"{prefix}.groups", _listed(compiled, region, dimension))
        case EntitlementColumns():
            yield _spread(answers, [part.statuses], f"{prefix}.rules", _listed(compiled, region, dimension))
    lacking = [field for field in part.fields if field.name.rpartition(".")[2] == MISSING]
    if lacking:

        def missing(row: Mapping[str, Any]) -> str:
            names = {str(meaning[-1]) for field in lacking for meaning in held(row, field)}
            return BETWEEN.join(in_order(names, compiled.layout.vocabulary))

        yield _spread(answers, lacking, f"{prefix}.{MISSING}", missing)
    figures = [name for figure in part.figures for name in figure.columns if name in answers.columns]
    if figures:
        yield answers.select(figures)


def _word(choice: Choice) -> pl.Expr:
    codes = list(range(len(choice.words)))
    return pl.col(choice.name).replace_strict(codes, list(choice.words), default=None, return_dtype=pl.String)


def _listed(compiled: Compiled, region: str, dimension: str) -> Text:
    """Tell, of a row with nothing but how things stand, which groups match, or which rules stand how."""

    key = {"eligibility": "id", "services": "service"}.get(dimension, "instrument")

    def text(row: Mapping[str, Any]) -> str:
        told = expanded_part(row, compiled, region, dimension)
        if dimension == "eligibility":
            return BETWEEN.join(group["id"] for group in told["groups"] if group["status"] in MATCHED)
        return BETWEEN.join(f"{one[key]}={one['status']}" for one in told if one["rule"] and one["status"] != IDLE)

    return text


def _spread(answers: pl.DataFrame, fields: Sequence[Field], name: str, text: Text) -> pl.DataFrame:
    """Write a text for each different state of fields, and lay it beside every row."""
    columns = [column for field in fields for column in field.columns if column in answers.columns]
    if not columns:
        return pl.DataFrame({name: pl.repeat(text({}), len(answers), dtype=pl.String, eager=True)})
    different = answers.select(columns).unique()
    texts = pl.Series(_TEXT, [text(row) for row in different.iter_rows(named=True)], pl.String)
    beside = answers.select(columns).join(different.with_columns(texts), on=columns, how="left", maintain_order="left")
    return beside.select(pl.col(_TEXT).alias(name))
