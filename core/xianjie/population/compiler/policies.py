"""Policies compiled to columns: what is asked of a frame of cases, and what it is answered in, part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Place, Problem
from xianjie.language.ir import Frame
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.columns import DIMENSIONS, Layout, layout_of
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.eligibility import EligibilityColumns, eligibility_columns
from xianjie.population.compiler.entitlements import EntitlementColumns, entitlement_columns
from xianjie.population.compiler.fields import Choice, Field
from xianjie.population.compiler.terms import Terms

Part = EligibilityColumns | EntitlementColumns


@dataclass(frozen=True)
class Compiled:
    """Policies on one date, ready for frames. `parts` holds, by region and dimension, the columns of the answer."""

    layout: Layout
    parts: Mapping[str, Mapping[str, Part]]
    as_of: int
    terms: Terms

    def columns(self, leaving_out: Collection[str] = ()) -> list[str]:
        """Name the columns of the answer; `leaving_out` names fields that are not wanted (`group_missing`)."""
        out: list[str] = []
        for item in self._wanted(leaving_out):
            out += [item.name] if isinstance(item, Choice) else item.columns
        return out

    def answer(self, frame: pl.LazyFrame, keep: Sequence[str] = (), leaving_out: Collection[str] = ()) -> pl.LazyFrame:
        """Answer every row of a frame laid out as `layout` says; the columns named in `keep` go along.

        Raises InputError where the frame's columns are not the layout's.
        """
        self.check(frame.collect_schema(), keep)
        wanted = list(self._wanted(leaving_out))
        truths = [
            truth
            for item in wanted
            for truth in (item.truths if isinstance(item, Field) else [case for case, _ in item.cases])
        ]
        layers, read = self.terms.layers(truths)
        rows = frame
        for layer in layers:
            rows = rows.with_columns(layer)
        columns = [
            column
            for item in wanted
            for column in ([item.packed(read)] if isinstance(item, Choice) else item.packed(read))
        ]
        # added first, so that a policy that is silent on everything is still answered row by row
        return rows.with_columns(columns).select(*keep, *self.columns(leaving_out))

    @staticmethod
    def optimizations() -> pl.QueryOptFlags:
        """Say what Polars is not to look for when the answer is collected: what stands twice stands once here."""
        return pl.QueryOptFlags(comm_subexpr_elim=False)

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

    def _wanted(self, leaving_out: Collection[str]) -> Iterator[Choice | Field]:
        for parts in self.parts.values():
            for part in parts.values():
                if isinstance(part, EligibilityColumns):
                    yield part.status
                yield from (field for field in part.fields if field.name.rpartition(".")[2] not in leaving_out)


def compiled(
    policies: Mapping[str, Policy],
    as_of: int,
    settings: Settings | None = None,
    dimensions: Sequence[str] = ("eligibility",),
) -> Compiled:
    """Compile policies, each under the name that it answers by, on one date (an ordinal).

    `settings` names readings that an office settled on. Raises InputError for no policy, or an unknown dimension.
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
    layout = layout_of(policies.values(), dimensions)
    terms = Terms(layout)
    parts: dict[str, Mapping[str, Part]] = {}
    for name, policy in policies.items():
        conditions = Conditions(
            terms, policy.definitions, Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        )
        readings = chosen.chosen(policy.region)
        parts[name] = {
            dimension: _part(policy, dimension, conditions, readings, f"{name}.{dimension}") for dimension in dimensions
        }
    return Compiled(layout, parts, as_of, terms)


def _part(policy: Policy, dimension: str, conditions: Conditions, readings: Mapping[str, str], prefix: str) -> Part:
    if dimension == "eligibility":
        return eligibility_columns(policy, conditions, readings, prefix)
    return entitlement_columns(policy, dimension, conditions, readings, prefix)
