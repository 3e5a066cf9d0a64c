"""`/display`: choose language, colours, contrast and size of text."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.service.body import read_body
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 4096
_FORM = "application/x-www-form-urlencoded"


async def show_display(request: Request) -> Response:
    """Show the choices."""
    return page(request, "display.html.j2", back=_local(request.query_params.get("back", "/")))


async def choose(request: Request) -> Response:
    """Keep the choices, and go back to where they were made."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise refuse(403, "form-foreign", "表单不是从本站提交的", "the form was not sent from these pages")
    data = await read_body(request, _LARGEST, service_of(request).settings.body_seconds, (_FORM,))
    form = {name: values[-1] for name, values in parse_qs(data.decode("latin-1")).items()}
    response = RedirectResponse(_local(form.get("back", "/")), 303)
    viewer_of(request.headers, {}).chosen(form).keep(response, request.url.scheme == "https")
    return response


def _local(path: str) -> str:
    """Let nobody be sent to another host."""
    split = urlsplit(path)
    fine = not split.scheme and not split.netloc and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if fine and path.isprintable() and path.isascii() else "/"
