"""Policies compiled to columns: what is asked of a frame of cases, and what it is answered in, part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Place, Problem
from xianjie.language.ir import Frame
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.columns import DIMENSIONS, LEDGER_BLOCK, Layout, layout_of, out_of_sight
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.counts import count_columns
from xianjie.population.compiler.duties import DutiesColumns
from xianjie.population.compiler.eligibility import eligibility_columns
from xianjie.population.compiler.entitlements import entitlement_columns
from xianjie.population.compiler.fields import Packed, Part, columns_of
from xianjie.population.compiler.ledgers import ledger_columns
from xianjie.population.compiler.referral import referral_columns
from xianjie.population.compiler.targets import target_columns
from xianjie.population.compiler.terms import Terms


def beside_name(term: int) -> str:
    """Name the column of a term that goes along with the answers."""
    return f"·truth {term}"


@dataclass(frozen=True)
class Compiled:
    """Policies on one date, ready for frames. `parts` holds, by region and dimension, the columns of the answer."""

    layout: Layout
    parts: Mapping[str, Mapping[str, Part]]
    as_of: int
    terms: Terms

    def columns(self, leaving_out: Collection[str] = ()) -> list[str]:
        """Name the columns of the answer; `leaving_out` names fields that are not wanted (`group_missing`)."""
        return [name for item in self._wanted(leaving_out) for name in item.columns]

    def answer(
        self,
        frame: pl.LazyFrame,
        keep: Sequence[str] = (),
        leaving_out: Collection[str] = (),
        beside: Collection[int] = (),
    ) -> pl.LazyFrame:
        """Answer every row of a frame laid out as `layout` says; the columns named in `keep` go along.

        The terms in `beside` go along too, each in a column of its own (`beside_name`). Raises InputError where the
        frame's columns are not the layout's.
        """
        self.check(frame.collect_schema(), keep)
        layers, columns = self._written(frozenset(leaving_out), tuple(beside))
        rows = frame
        for layer in layers:
            rows = rows.with_columns(layer)
        # added first, so that a policy that is silent on everything is still answered row by row
        return rows.with_columns(columns).select(*keep, *self.columns(leaving_out), *map(beside_name, beside))

    def answered(
        self,
        frame: pl.DataFrame,
        keep: Sequence[str] = (),
        leaving_out: Collection[str] = (),
        beside: Collection[int] = (),
    ) -> pl.DataFrame:
        """Answer every row of a frame at once, as `answer` does: what memory it takes goes by the frame's rows."""
        answers = self.answer(frame.lazy(), keep, leaving_out, beside)
        # in pieces, as Polars would take it, each of a thousand columns costs time by the piece; and it is not to look
        # for what stands twice: everything stands once here
        return answers.collect(engine="in-memory", optimizations=pl.QueryOptFlags(comm_subexpr_elim=False))

    def _written(
        self, leaving_out: frozenset[str], beside: tuple[int, ...]
    ) -> tuple[list[list[pl.Expr]], list[pl.Expr]]:
        """Write the expressions, once: with many rules it takes as long as to answer a hundred thousand rows."""
        asked = leaving_out, beside
        if asked not in self._kept:
            wanted = list(self._wanted(leaving_out))
            layers, read = self.terms.layers([*(term for item in wanted for term in item.terms), *beside])
            columns = [column for item in wanted for column in item.packed(read)]
            self._kept[asked] = layers, [*columns, *(read(term).alias(beside_name(term)) for term in beside)]
        return self._kept[asked]

    @cached_property
    def _kept(self) -> dict[tuple[frozenset[str], tuple[int, ...]], tuple[list[list[pl.Expr]], list[pl.Expr]]]:
        return {}

    def check(self, schema: Mapping[str, pl.DataType], keep: Sequence[str] = ()) -> None:
        """Refuse a frame that lacks a column or holds one otherwise than the layout says."""
        problems = [
            Problem("column-missing", "数据里没有这一列", "the data has no such column", Place(path=name))
            for name in (*self.layout.names, *keep)
            if name not in schema
        ]
        problems += [
            Problem(
                "column-type",
                f"这一列的类型须是 {column.dtype}",
                f"this column is to be of the type {column.dtype}",
                Place(path=column.name),
            )
            for column in self.layout.columns
            if column.name in schema and schema[column.name] != column.dtype
        ]
        if problems:
            raise InputError(problems)

    def _wanted(self, leaving_out: Collection[str]) -> Iterator[Packed]:
        for parts in self.parts.values():
            for part in parts.values():
                yield from columns_of(part, leaving_out)


def compiled(
    policies: Mapping[str, Policy],
    as_of: int,
    settings: Settings | None = None,
    dimensions: Sequence[str] = ("eligibility",),
    unrecorded: Collection[str] = (),
) -> Compiled:
    """Compile policies, each under the name that it answers by, on one date (an ordinal).

    `settings` names readings that an office settled on. Facts in `unrecorded` no row has: they take no column, and what
    would rest on them costs nothing. Raises InputError for no policy, or an unknown dimension.
    """
    if not policies:
        raise InputError(Problem("region-missing", "须写明地区", "name the regions", Place(path="regions")))
    if unknown := [name for name in dimensions if name not in DIMENSIONS]:
        raise InputError(
            Problem(
                "dimension-unknown",
                f"只能成批回答 {'、'.join(DIMENSIONS)}",
                f"in bulk are answered {', '.join(DIMENSIONS)}",
                Place(path=f"dimensions[{list(dimensions).index(unknown[0])}]"),
            )
        )
    chosen = settings or Settings()
    layout = layout_of(policies.values(), dimensions, unrecorded)
    terms = Terms(layout)
    parts: dict[str, Mapping[str, Part]] = {}
    for name, policy in policies.items():
        frame = Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        conditions, about_ledgers = (
            Conditions(terms, policy.definitions, frame, out_of_sight(block, policy.vocabulary))
            for block in ("", LEDGER_BLOCK)
        )
        readings = chosen.chosen(policy.region)
        parts[name] = {
            dimension: duties_columns(policy, conditions, about_ledgers, readings, chosen, f"{name}.{dimension}")
            if dimension == "duties"
            else _part(policy, dimension, conditions, readings, f"{name}.{dimension}")
            for dimension in dimensions
        }
    return Compiled(layout, parts, as_of, terms)


def _part(policy: Policy, dimension: str, conditions: Conditions, readings: Mapping[str, str], prefix: str) -> Part:
    match dimension:
        case "eligibility":
            return eligibility_columns(policy, conditions, readings, prefix)
        case "referral":
            return referral_columns(policy, conditions, readings, prefix)
        case _:
            return entitlement_columns(policy, dimension, conditions, readings, prefix)


def duties_columns(
    policy: Policy,
    conditions: Conditions,
    about_ledgers: Conditions,
    readings: Mapping[str, str],
    settings: Settings,
    prefix: str,
) -> DutiesColumns:
    """Compile a policy's duties; `about_ledgers` are its conditions where a ledger's facts are known."""
    return DutiesColumns(
        policy,
        ledger_columns(policy, about_ledgers, readings, settings, f"{prefix}.ledger"),
        count_columns(policy, conditions, readings, f"{prefix}.count"),
        target_columns(policy, conditions, readings, f"{prefix}.target"),
    )
