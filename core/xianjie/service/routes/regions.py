"""`GET /v1/regions`: the regions that are installed, each with its documents in time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from xianjie.access import Action, Resource
from xianjie.api import day_of
from xianjie.errors import InputError, Problem
from xianjie.service.cached import tagged
from xianjie.service.describing import described_region
from xianjie.service.problems import parameter
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.wire import answer_bytes

AsOf = Annotated[
    str | None,
    Query(
        description="日期，不写则今天 the day; today where it is not given",
        json_schema_extra={"format": "date"},
        max_length=10,
    ),
]


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["regions"])
    add_route(
        router,
        "GET",
        "/v1/regions",
        (Resource.POLICY, Action.READ),
        list_regions,
        "地区与文件 Regions and their documents",
        "列出已安装的地区、当日适用的文件和全部文件，与 `xianjie regions --json` 相同。\n\n"
        "List the installed regions, the document that governs on the day, and all documents.",
        content("Regions", "地区 the regions"),
        (304, 422),
    )
    return router


def day_asked(text: str | None) -> int | None:
    """Read the date of a parameter; InputError names the parameter."""
    try:
        return day_of(text)
    except InputError as error:
        raise InputError([Problem(one.code, one.zh, one.en, parameter("as_of")) for one in error.problems]) from None


async def list_regions(request: Request, as_of: AsOf = None) -> Response:
    """Describe the regions on a day."""
    service = service_of(request)
    answering = service.answering
    day = day_asked(as_of) or answering.day(None)
    timelines = answering.engine.documents.timelines
    described = [
        described_region(service.regions.regions[name], timeline, timelines, day)
        for name, timeline in timelines.items()
    ]
    return tagged(request, answer_bytes(described))
