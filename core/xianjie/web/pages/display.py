"""`/display`: choose language, colours, contrast and size of text."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.web.door.posted import posted_form
from xianjie.web.door.ways import local
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 4096


async def show_display(request: Request) -> Response:
    """Show the choices."""
    return page(request, "display.html.j2", back=local(request.query_params.get("back", "/")))


async def choose(request: Request) -> Response:
    """Keep the choices, and go back to where they were made."""
    posted = await posted_form(request, _LARGEST)
    response = RedirectResponse(local(posted.fields.get("back", "/")), 303)
    viewer_of(request.headers, {}).chosen(posted.fields).keep(response, request.url.scheme == "https")
    return response
