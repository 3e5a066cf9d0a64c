"""`/login`: show an API key once, and be let in for a working day; `/logout`: end that for good."""

from __future__ import annotations

import datetime as dt
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import Principal
from xianjie.records import sessions
from xianjie.service.door.admission import principal_of
from xianjie.service.door.credentials import COOKIE, Credentials
from xianjie.service.problems import Refused
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.door import form_tokens
from xianjie.web.door.opening import LOGIN, is_guarded
from xianjie.web.door.posted import posted_form
from xianjie.web.door.ways import local
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 8192


async def show_login(request: Request) -> Response:
    """Ask for a key; where the service is for this machine alone, there is nothing to ask."""
    back = local(request.query_params.get("back", "/"))
    if not is_guarded(request):
        return RedirectResponse(back, 303)
    return page(request, "login.html.j2", private=True, back=back, fault=None)


async def log_in(request: Request) -> Response:
    """Let in who shows a key, and keep that in a cookie which no script can read."""
    posted = await posted_form(request, _LARGEST)
    back = local(posted.text("back"))
    if not is_guarded(request):
        return RedirectResponse(back, 303)
    service = service_of(request)
    door = cast(Credentials, service.door)
    try:
        principal, credential = await door.by_key(request, posted.text("key"))
    except Refused as refused:
        if refused.status != 401:
            raise
        lang = viewer_of(request.headers, request.query_params).spoken
        return page(request, "login.html.j2", status=401, back=back, fault=refused.problems[0].text(lang))
    text, expires = await in_thread(service.storing, _begun, request, principal, credential.expires)
    response = RedirectResponse(back, 303)
    lasts = max(1, int((expires - service.keeping.instant()).total_seconds()))
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, text, lasts, path="/", secure=secure, httponly=True, samesite="lax")
    response.delete_cookie(form_tokens.COOKIE)  # forms that were shown before belong to nobody
    return response


async def log_out(request: Request) -> Response:
    """End the login of this browser."""
    await posted_form(request, _LARGEST)
    service = service_of(request)
    id = principal_of(request).id
    if id.startswith("session:"):
        await in_thread(service.storing, _ended, request, id.removeprefix("session:"))
        cast(Credentials, service.door).forget(id.removeprefix("session:"))
    response = RedirectResponse(LOGIN, 303)
    response.delete_cookie(COOKIE)
    response.headers["clear-site-data"] = '"cache"'
    return response


def _begun(request: Request, principal: Principal, ends: dt.datetime) -> tuple[str, dt.datetime]:
    with service_of(request).keeping.change(principal) as change:
        return sessions.begin(change, ends, principal.id.removeprefix("key:"))


def _ended(request: Request, id: str) -> None:
    with service_of(request).keeping.change(principal_of(request)) as change:
        sessions.end(change, id)
