"""Open a page to who may see it; whoever is not known yet is asked to log in first."""

from __future__ import annotations

import functools
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.service.door.admission import Endpoint, Needs, OpenDoor, admitting
from xianjie.service.state import service_of
from xianjie.web.showing.rendering import page


def opened(endpoint: Endpoint, needs: Needs) -> Endpoint:
    """Serve a page where the one user of this machine asks; where callers must show who they are, say that it waits."""
    admitted = admitting(endpoint, needs)

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        if isinstance(service_of(request).door, OpenDoor):
            return await admitted(request, *args, **kwargs)
        return page(request, "closed.html.j2", status=403)

    return answered
