"""Put frames of cases to the policies of the regions named, on one date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.policy.prepared import Policy
from xianjie.population.compiler.policies import compiled


def answering_policies(
    engine: Engine, regions: Sequence[str], as_of: int, settings: Settings | None = None
) -> dict[str, Policy]:
    """Give the document that answers for each region named (`region` or `region@policy-id`) on a day (an ordinal).

    Raises InputError for a region or a reading that is not there, and where a supposition would change no answer.
    """
    engine.documents.check(regions)
    engine.check_settings(settings or Settings())
    engine.documents.check_supposed(regions, as_of)
    return {name: engine.documents.answering(name, as_of) for name in dict.fromkeys(regions)}


def assess_frame(
    frame: pl.LazyFrame,
    policies: Mapping[str, Policy],
    as_of: int,
    settings: Settings | None = None,
    dimensions: Sequence[str] = ("eligibility",),
    keep: Sequence[str] = (),
    leaving_out: Collection[str] = (),
    unrecorded: Collection[str] = (),
) -> pl.LazyFrame:
    """Answer every row of a frame laid out as `layout_of(policies, dimensions, unrecorded)` says; nothing is read yet.

    The answer's columns are named `region.dimension.field`; `expanded` tells what a row says. The columns in `keep`
    go along; fields in `leaving_out` (as `group_missing`) are not worked out. Raises InputError for columns that are
    missing or of another type.
    """
    return compiled(policies, as_of, settings, dimensions, unrecorded).answer(frame, keep, leaving_out)
