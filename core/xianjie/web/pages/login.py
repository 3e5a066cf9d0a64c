"""`/login`: show an API key, or log in at the provider, and be let in for a working day; `/logout` ends that."""

from __future__ import annotations

import base64
import datetime as dt
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import AccessError, Principal
from xianjie.records import sessions
from xianjie.service.door.admission import principal_of
from xianjie.service.door.credentials import COOKIE, Credentials
from xianjie.service.problems import Refused, refuse
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.door.opening import LOGIN, is_guarded
from xianjie.web.door.posted import posted_form
from xianjie.web.door.ways import local
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 8192
_AWAY = "xianjie_away"
"""The cookie of who is away to log in; it is sent nowhere but to the way back."""
_AWAY_SECONDS = 600


async def show_login(request: Request) -> Response:
    """Ask for a key; where the service is for this machine alone, there is nothing to ask."""
    back = local(request.query_params.get("back", "/"))
    if not is_guarded(request):
        return RedirectResponse(back, 303)
    return _asking(request, back)


async def log_in(request: Request) -> Response:
    """Let in who shows a key."""
    posted = await posted_form(request, _LARGEST)
    back = local(posted.text("back"))
    if not is_guarded(request):
        return RedirectResponse(back, 303)
    try:
        principal, credential = await _door(request).by_key(request, posted.text("key"))
    except Refused as refused:
        if refused.status != 401:
            raise
        return _asking(request, back, refused)
    return await _let_in(request, principal, credential.expires, principal.id.removeprefix("key:"), back)


async def leave(request: Request) -> Response:
    """Send somebody to the provider, to log in there."""
    login = _door(request).code_login if is_guarded(request) else None
    if login is None:
        raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource")
    leaving = await login.leave(_returning(request))
    back = local(request.query_params.get("back", "/"))
    kept = f"{leaving.kept}.{base64.urlsafe_b64encode(back.encode()).decode()}"
    response = RedirectResponse(leaving.url, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(_AWAY, kept, _AWAY_SECONDS, path=LOGIN, secure=secure, httponly=True, samesite="lax")
    return response


async def come_back(request: Request) -> Response:
    """Let in who comes back from the provider with a code."""
    login = _door(request).code_login if is_guarded(request) else None
    if login is None:
        raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource")
    kept, _, encoded = request.cookies.get(_AWAY, "").rpartition(".")
    back = _decoded(encoded)
    query = request.query_params
    try:
        text = await login.token(
            kept, query.get("state", ""), query.get("code", ""), query.get("iss"), _returning(request)
        )
        principal = await _door(request).by_token(request, text)
    except (AccessError, Refused) as refused:
        if isinstance(refused, Refused) and refused.status != 401:
            raise
        return _asking(request, back, refused)
    ends = service_of(request).keeping.instant() + sessions.LASTS
    response = await _let_in(request, principal, ends, None, back)
    response.delete_cookie(_AWAY, path=LOGIN)
    return response


async def _let_in(request: Request, principal: Principal, ends: dt.datetime, origin: str | None, back: str) -> Response:
    """Begin a login, kept in a cookie which no script can read."""
    service = service_of(request)
    text, expires, displaced = await in_thread(service.storing, _begun, request, principal, ends, origin)
    if displaced is not None:
        _door(request).forget(displaced)
    response = RedirectResponse(back, 303)
    lasts = max(1, int((expires - service.keeping.instant()).total_seconds()))
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, text, lasts, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _asking(request: Request, back: str, refused: AccessError | Refused | None = None) -> Response:
    lang = viewer_of(request.headers, request.query_params).spoken
    return page(
        request,
        "login.html.j2",
        status=200 if refused is None else 401,
        private=True,
        back=back,
        fault=None if refused is None else refused.problems[0].text(lang),
        at_key=request.method == "POST",
        by_provider=_door(request).code_login is not None,
    )


def _door(request: Request) -> Credentials:
    return cast(Credentials, service_of(request).door)


def _returning(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}{LOGIN}/return"


def _decoded(encoded: str) -> str:
    try:
        return local(base64.urlsafe_b64decode(encoded).decode())
    except ValueError:
        return "/"


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


def _begun(
    request: Request, principal: Principal, ends: dt.datetime, origin: str | None
) -> tuple[str, dt.datetime, str | None]:
    """Begin a login; one that this browser had already is ended by it."""
    kept = request.cookies.get(COOKIE)
    with service_of(request).keeping.change(principal) as change:
        displaced = None if not kept else sessions.displaced(change, kept)
        return *sessions.begin(change, ends, origin), displaced


def _ended(request: Request, id: str) -> None:
    with service_of(request).keeping.change(principal_of(request)) as change:
        sessions.end(change, id)
