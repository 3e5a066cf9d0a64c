"""`/display`: choose language, colours, contrast and size of text."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.web.door.posted import posted_form
from xianjie.web.door.ways import local
from xianjie.web.showing.rendering import is_partial, page
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 4096


async def show_display(request: Request) -> Response:
    """Show the choices."""
    back = local(request.query_params.get("back", "/"))
    return page(request, "display.html.j2", "display_part.html.j2", back=back)


async def choose(request: Request) -> Response:
    """Keep the choices, and go back to where they were made; a script that asks is told them, and stays."""
    posted = await posted_form(request, _LARGEST)
    viewer = viewer_of(request.headers, {}).chosen(posted.fields)
    response: Response
    if is_partial(request.headers):  # the page stays, with all that is filled in there, and takes on its new look
        look = {"theme": viewer.theme, "contrast": viewer.contrast, "text": viewer.text}
        response = Response(status_code=204, headers={"hx-trigger": json.dumps({"displayed": look})})
    else:
        response = RedirectResponse(local(posted.fields.get("back", "/")), 303)
    viewer.keep(response, request.url.scheme == "https")
    return response
