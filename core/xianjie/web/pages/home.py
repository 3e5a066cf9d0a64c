"""`/`: what this is, the regions that are there, and where to go."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from xianjie.service.describing import described_region
from xianjie.service.state import service_of
from xianjie.web.showing.rendering import page


async def show_home(request: Request) -> Response:
    """Show the regions with the document that governs each today."""
    service = service_of(request)
    day = service.settings.today().toordinal()
    timelines = service.answering.engine.documents.timelines
    regions = [
        described_region(service.regions.regions[name], timeline, timelines, day)
        for name, timeline in timelines.items()
    ]
    return page(request, "home.html.j2", regions=regions, today=day)
