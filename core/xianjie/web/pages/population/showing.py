"""`/populations`: what was assessed, and what one population comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import InputError, Problem
from xianjie.population.summary import cells, tables
from xianjie.population.summary.guarding import POINTS
from xianjie.service.problems import parameter
from xianjie.web.pages.population.seen import LEAST, Seen, all_seen, folder_of, one_seen
from xianjie.web.showing.rendering import page

_SHOWN = 400
"""So many rows of divisions are on the page; the files have all of them."""


async def show_list(request: Request) -> Response:
    """List the populations that the asker may see."""
    return page(
        request,
        "population/list.html.j2",
        private=True,
        section="/populations",
        found=await all_seen(request),
        configured=folder_of(request) is not None,
        least=LEAST,
    )


async def show_one(request: Request) -> Response:
    """Show what one population comes to, and how two regions of it go together."""
    seen = await one_seen(request)
    summary = seen.summary
    chosen = _two(request, seen)
    listed = tables.tables_of(summary) if seen.whole else []
    by_key: dict[str, cells.Table | None] = defaultdict(lambda: None)
    by_key.update((table.key, table) for table in listed)
    divided = [table for table in tables.divisions(summary) if table.rows]
    return page(
        request,
        "population/one.html.j2",
        "population/flow.html.j2",
        private=True,
        section="/populations",
        seen=seen,
        summary=summary,
        least=LEAST,
        statuses=[table for table in listed if table.key.endswith(_choices(seen))],
        tables=by_key,
        points=_points(seen, listed),
        disagreeing=[table for table in listed if table.key.endswith("-readings")],
        impacts=[
            (base, side, tables.crossing(summary, base.name, side.name), tables.flow(summary, base.name, side.name))
            for base, side in (summary.supposed if seen.whole else ())
        ],
        divided=divided,
        most=_SHOWN,
        shown=cells.shown,
        note=tables.guard_note(summary),
        chosen=chosen,
        crossing=tables.crossing(summary, *chosen) if chosen else None,
        flow=tables.flow(summary, *chosen) if chosen else None,
        kinds=_kinds(seen),
    )


def _choices(seen: Seen) -> tuple[str, ...]:
    return tuple(f"{dimension}-{choice}" for dimension, choice in cells.choices(seen.summary))


def _points(seen: Seen, listed: Sequence[cells.Table]) -> list[cells.Table]:
    """List what is told rule by rule and point by point, dimension by dimension."""
    ends = ("-lacking", "-unmet", *POINTS)
    return [
        table
        for dimension in seen.summary.dimensions
        for table in listed
        if table.key == dimension or (table.key.startswith(f"{dimension}-") and table.key.endswith(ends))
    ]


def _kinds(seen: Seen) -> dict[str, list[str]]:
    """Name the statuses of each table of them, for the columns of the picture."""
    return {
        f"{dimension}-{choice}": cells.words_of(
            seen.summary.statuses(side.name, dimension, choice) for side in seen.summary.sides
        )
        for dimension, choice in cells.choices(seen.summary)
    }


def _two(request: Request, seen: Seen) -> tuple[str, str] | None:
    """Read which two regions are to be set beside each other: by default the first two; None where there are none."""
    names = [side.name for side in seen.summary.sides if seen.summary.statuses(side.name)]
    if not seen.whole or len(names) < 2:
        return None
    one = request.query_params.get("a") or names[0]
    other = request.query_params.get("b") or next(name for name in names if name != one)
    for key, name in (("a", one), ("b", other)):
        if name not in names:
            zh, en = "测算里没有这个地区", "no such region was asked"
            raise InputError(Problem("region-unknown", zh, en, parameter(key)))
    return one, other
