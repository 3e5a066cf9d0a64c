"""The Python API: put a case to regions and get a typed answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.answer import Answer
from xianjie.engine.assess import Engine
from xianjie.engine.choice import supposing
from xianjie.engine.deciders import EngineName
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Place, Problem
from xianjie.plugins import discover
from xianjie.policy.overlay import overlay_of, read_overlay
from xianjie.policy.overlay_model import Overlay

Supposition = str | PathLike[str] | Mapping[str, Any]
Suppositions = Supposition | Sequence[Supposition]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@lru_cache(maxsize=4)
def installed_engine(engine: EngineName = "generated") -> Engine:
    """Load the policies of every installed region once, and keep them.

    Raises PluginError or PolicyError where a plugin or a policy is at fault.
    """
    regions = discover()
    return Engine(regions.load(), regions.vocabulary, engine)


def assess(
    case: Mapping[str, Any],
    regions: Sequence[str],
    as_of: dt.date | str | None = None,
    *,
    due_soon_days: int = 30,
    readings: Mapping[str, str] | None = None,
    lang: str = "zh",
    engine: Engine | None = None,
    overlay: Suppositions | None = None,
) -> Answer:
    """Answer one case for each region named, on one date.

    A region is named by its id, which means the document that governs on the date, or as `region@policy-id`.

    `case` has the contract's shape, the same as an HTTP body. `as_of` (a date or an ISO date) stands before the case's
    own; one of the two is needed, the clock is never read. `readings` names readings that an office settled on, by
    `region:set`. `overlay` supposes changes: the path of an overlay file, a mapping of its shape, or a list of these.
    Raises InputError, which lists every fault with its path, and PolicyError where an overlay is at fault.

    >>> answer = assess(
    ...     {"household": {"size": 3, "annual_income": 80000, "property_within_limits": True}},
    ...     regions=["jinhua"],
    ...     as_of="2025-05-01",
    ... )
    >>> answer.regions["jinhua"].eligibility.status
    'covered'
    >>> answer.regions["jinhua"].policy.standing
    'draft'
    """
    chosen = engine or installed_engine()
    record = read_case(case, chosen.vocabulary)
    day = day_of(as_of)
    settings = Settings(due_soon_days, dict(readings or {}))
    if overlay is None:
        return Answer.model_validate(chosen.assess(record, regions, day, settings, lang))
    supposed = chosen.under(supposing(chosen.documents.timelines, overlays_of(overlay)))
    try:
        return Answer.model_validate(supposed.assess(record, regions, day, settings, lang))
    finally:
        supposed.close()


def overlays_of(given: Suppositions) -> list[Overlay]:
    """Read overlays given by path or as mappings; PolicyError with the faults of the first that has any."""
    listed = [given] if isinstance(given, str | PathLike | Mapping) else given
    return [
        overlay_of(one, path=("overlay",)) if isinstance(one, Mapping) else read_overlay(Path(one)) for one in listed
    ]


def day_of(value: dt.date | str | None) -> int | None:
    """Read a date or an ISO date as an ordinal; InputError where there is no such day."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and not _DAY.fullmatch(value):
            raise ValueError
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
        return day.toordinal()
    except (ValueError, AttributeError):
        raise InputError(
            Problem(
                "date-impossible",
                "没有这一天，日期须如 2025-05-01",
                "no such day; write a date as 2025-05-01",
                Place(path="as_of"),
            )
        ) from None
