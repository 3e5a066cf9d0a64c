"""What the pages on referrals are asked for in an address: regions, a direction, a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Problem
from xianjie.policy.prepared import Policy
from xianjie.service.problems import parameter
from xianjie.service.state import service_of
from xianjie.web.pages.parameters import day_asked, several

MOST = 4
"""More diagrams side by side nobody reads."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Regions in the order asked for, a direction, and a day (an ordinal)."""

    regions: tuple[str, ...]
    direction: str
    day: int


def directions(engine: Engine) -> Mapping[str, tuple[str, str]]:
    """Name the directions of referral."""
    return engine.vocabulary["referral.direction"].words


def asked_of(request: Request) -> Asked:
    """Read the query; InputError names the parameter that is wrong."""
    service, query = service_of(request), request.query_params
    engine = service.answering.engine
    regions = several(query, "region")
    if len(regions) > MOST:
        zh, en = f"一次最多并排 {MOST} 个地区", f"at most {MOST} regions side by side"
        raise InputError(Problem("regions-many", zh, en, parameter("region")))
    for name in regions:
        check_region(engine, name)
    direction = query.get("direction") or "forward"
    known = directions(engine)
    if direction not in known:
        zh, en = f"没有这个方向；有：{'、'.join(known)}", f"no such direction; known: {', '.join(known)}"
        raise InputError(Problem("direction-unknown", zh, en, parameter("direction")))
    return Asked(regions, direction, day_asked(query, service))


def check_region(engine: Engine, region: str) -> None:
    """Refuse a region that is not installed."""
    known = tuple(engine.documents.timelines)
    if region not in known:
        zh, en = f"没有这个地区；可用：{'、'.join(known)}", f"no such region; known: {', '.join(known)}"
        raise InputError(Problem("region-unknown", zh, en, parameter("region")))


def governing(engine: Engine, regions: Sequence[str], day: int) -> list[Policy]:
    """Give the documents that govern regions on a day."""
    return [engine.documents.answering(name, day) for name in regions]
