"""The outermost layer of the service: ids, hosts, HEAD and OPTIONS, headers, counts, the log, and what went wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xianjie.errors import Problem
from xianjie.service.language import accepted
from xianjie.service.logs import told_exception
from xianjie.service.metrics import UNMATCHED
from xianjie.service.problems import problem_response
from xianjie.service.state import Service

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::[0-9]{1,5})?")
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_UNLESS_SAID = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cache-control", b"no-store"),
)


class Edge:
    """Wrap the application; `service` is what it serves."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and see to it that every answer leaves in good order."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        started = time.perf_counter()
        method: str = scope["method"]
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        leaving = _Leaving(send, scope, request_id, bodiless=method == "HEAD")
        self.service.metrics.under_way.inc()
        try:
            if not self._is_ours(headers.getlist("host")):
                await self._foreign(scope, receive, leaving)
            elif method not in _HARMLESS and headers.get("sec-fetch-site") == "cross-site":
                await self._from_elsewhere(scope, receive, leaving)
            elif method == "OPTIONS" and (allowed := self._allowed(scope)):
                await leaving({"type": "http.response.start", "status": 204, "headers": [(b"allow", allowed)]})
                await leaving({"type": "http.response.body", "body": b""})
            else:
                if method == "HEAD":
                    scope = {**scope, "method": "GET"}  # the server knows by its own that no body is to be sent
                await self.app(scope, receive, leaving)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client learns nothing but a reference
            await self._failed(error, scope, receive, leaving)
        finally:
            self._count(scope, method, leaving.status, started, request_id)

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, named: Sequence[str]) -> bool:
        hosts = self.service.settings.hosts
        found = _HOST.fullmatch(named[0]) if len(named) == 1 else None  # of two, a proxy may have meant the other
        return hosts is None or (found is not None and found["name"].strip("[]").lower() in hosts)

    async def _foreign(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = Problem("host-unknown", "请求的 Host 不是本服务", "the request's Host is not this service")
        await self._refuse(421, problem, scope, receive, send)

    async def _from_elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another site's page sends in the name of who looks at it: an open door would let it in."""
        problem = Problem(
            "cross-site", "不接受其他网站的页面发来的改动", "a page of another site may not send changes here"
        )
        await self._refuse(403, problem, scope, receive, send)

    async def _refuse(self, status: int, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        lang = accepted(Headers(scope=scope).get("accept-language"))
        request_id = scope["state"]["request_id"]
        await problem_response(status, [problem], lang, request_id)(scope, receive, send)

    async def _failed(self, error: Exception, scope: Scope, receive: Receive, leaving: _Leaving) -> None:
        self.service.log.error(
            "request failed", request_id=scope["state"]["request_id"], route=_route(scope), **told_exception(error)
        )
        if leaving.status:
            raise error  # the answer has begun: the server breaks the connection off, so that it is not taken for whole
        problem = Problem(
            "service-failed",
            "服务出错；报告时请附上 instance",
            "the service failed; quote `instance` when you report it",
        )
        await self._refuse(500, problem, scope, receive, leaving)

    def _allowed(self, scope: Scope) -> bytes:
        """List the methods that the routes of a path take; nothing where there is no such path."""
        # what is written out, as `/v1/persons/search`, is not the path with an id in that place
        found: set[str] = set(scope["app"].state.written_out.get(scope["path"], ()))
        for method in () if found else ("GET", "POST", "PUT", "PATCH", "DELETE"):
            tried = {**scope, "method": method}
            if any(route.matches(tried)[0] is Match.FULL for route in self._routes(scope)):
                found.add(method)
        found |= {"HEAD"} if "GET" in found else set()
        return ", ".join(sorted({*found, "OPTIONS"})).encode() if found else b""

    def _routes(self, scope: Scope) -> Iterable[BaseRoute]:
        routes: Iterable[BaseRoute] = scope["app"].routes
        return routes

    def _count(self, scope: Scope, method: str, status: int, started: float, request_id: str) -> None:
        seconds = time.perf_counter() - started
        route = _route(scope)
        service = self.service
        service.metrics.under_way.dec()
        # 499: the client went before there was an answer
        service.metrics.observe(route, method, status or 499, seconds)
        service.log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status or 499,
            ms=round(seconds * 1e3, 2),
        )


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", UNMATCHED)


class _Leaving:
    """Send an answer with the headers that every answer has; to a HEAD request without its body."""

    def __init__(self, send: Send, scope: Scope, request_id: str, bodiless: bool) -> None:
        self.send, self.bodiless, self.status = send, bodiless, 0
        self.state = scope["state"]
        self.always = [*_ALWAYS, (b"x-request-id", request_id.encode())]
        if scope.get("scheme") == "https":  # as the server itself, or a proxy that it trusts, has told
            self.always.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[Any] = list(message.get("headers", ()))
            names = {name for name, _ in headers}
            headers += self.always
            headers += [(name.encode(), value.encode()) for name, value in self.state.get("headers", {}).items()]
            headers += [item for item in _UNLESS_SAID if item[0] not in names]
            message = {**message, "headers": headers}
        elif self.bodiless and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self.send(message)
