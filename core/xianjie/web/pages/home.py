"""`/`: what this is, the regions that are there, and where to go."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.service.describing import Described, described_region
from xianjie.service.door.admission import principal_of
from xianjie.service.state import Service, service_of
from xianjie.web.showing.rendering import page


async def show_home(request: Request) -> Response:
    """Show the regions with the document that governs each today."""
    service = service_of(request)
    asker = principal_of(request)
    return page(
        request,
        "home.html.j2",
        regions=regions_today(service),
        today=service.settings.today().toordinal(),
        reads_decisions=bool(reach(asker, Action.READ, Resource.DECISION)),
        reads_readings=bool(reach(asker, Action.READ, Resource.READING_CHOICE)),
    )


def regions_today(service: Service) -> list[Described]:
    """Describe every region, with the document that governs it today."""
    timelines = service.answering.engine.documents.timelines
    day = service.settings.today().toordinal()
    return [
        described_region(service.regions.regions[name], timeline, timelines, day)
        for name, timeline in timelines.items()
    ]
