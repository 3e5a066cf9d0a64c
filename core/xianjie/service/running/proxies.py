"""Stand behind a proxy: take requests from it alone, and believe what it says of who asks."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from xianjie.errors import Problem
from xianjie.service.language import accepted
from xianjie.service.problems import problem_response


class BehindProxy:
    """Wrap an application. Requests come from `proxies` (addresses or networks), or from this machine itself.

    Others would send their keys in plain text past the proxy: they are refused.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self.app = app
        self.trusted = tuple(ipaddress.ip_network(one) for one in proxies)
        self.proxied = ProxyHeadersMiddleware(app, list(proxies))  # type: ignore[arg-type]  # two types for one thing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        address = ipaddress.ip_address(client[0]) if client else None
        mapped = getattr(address, "ipv4_mapped", None)
        peer = mapped or address
        if peer is not None and any(peer in network for network in self.trusted):
            await self.proxied(scope, receive, send)  # type: ignore[arg-type]
        elif peer is not None and peer.is_loopback:
            await self.app(scope, receive, send)
        else:
            problem = Problem("proxy-only", "请经由代理访问本服务", "come to this service by way of its proxy")
            lang = accepted(Headers(scope=scope).get("accept-language"))
            await problem_response(403, [problem], lang, None)(scope, receive, send)
