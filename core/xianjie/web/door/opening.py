"""Open a page to who may see it; whoever is not known yet logs in first, and comes back to where they were going."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.service.door.admission import Endpoint, Needs, OpenDoor, admitting
from xianjie.service.door.credentials import session_of
from xianjie.service.problems import Refused, refuse
from xianjie.service.state import service_of
from xianjie.web.door.numbers import without_numbers
from xianjie.web.door.ways import local, local_part
from xianjie.web.showing.rendering import is_partial

LOGIN = "/login"


def opened(endpoint: Endpoint, needs: Needs) -> Endpoint:
    """Put the door before a page."""
    admitted = admitting(endpoint, needs)

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        clean = without_numbers(request) if request.method in ("GET", "HEAD") else None
        if clean is not None:
            return _on_to(request, clean)
        if not is_guarded(request) or "authorization" in request.headers:
            return await admitted(request, *args, **kwargs)
        if session_of(request) is None:
            return _to_login(request)
        try:
            return await admitted(request, *args, **kwargs)
        except Refused as refused:
            if refused.status != 401:
                raise
            return _to_login(request)

    return answered


def is_guarded(request: Request) -> bool:
    """Tell whether askers must show who they are."""
    return not isinstance(service_of(request).door, OpenDoor)


def _on_to(request: Request, path: str) -> Response:
    """Send on to another address, whole where a part was asked for; nobody keeps that it was this one."""
    if is_partial(request.headers):
        return Response(status_code=204, headers={"hx-redirect": path, "cache-control": "no-store"})
    return RedirectResponse(path, 303, {"cache-control": "no-store"})


def _to_login(request: Request) -> Response:
    """Send to the login whoever looks for a page; whoever sends a form keeps what they typed, and is told."""
    if is_partial(request.headers):
        back = local_part(request.headers.get("hx-current-url", ""))
        return Response(status_code=204, headers={"hx-redirect": _login(back)})
    if request.method != "GET":
        zh = "登录已结束，这次没有保存。请在另一个窗口登录，再回到这里提交：填写的内容还在"
        en = "your login has ended and nothing was saved: log in in another window, then go back and send it again"
        raise refuse(401, "login-ended", zh, en)
    return RedirectResponse(_login(local(_whole(request.url.path, request.url.query))), 303)


def _whole(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _login(back: str) -> str:
    return LOGIN if back == "/" else f"{LOGIN}?{urlencode({'back': back})}"
