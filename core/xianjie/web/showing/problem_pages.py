"""Tell a browser what went wrong as a page; every other client gets the problem details as they are."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xianjie.access import Principal, loopback
from xianjie.service.door.admission import OpenDoor
from xianjie.service.problems import MEDIA
from xianjie.web.showing.navigation import tasks_of
from xianjie.web.showing.rendering import HEADERS, HTML, Workbench, is_partial, rendered
from xianjie.web.showing.viewer import viewer_of

_LARGEST = 64 * 1024


class ProblemPages:
    """Wrap the application: problem details become a page where the client is a browser and asks for no data."""

    def __init__(self, app: ASGIApp, workbench: Workbench) -> None:
        self.app, self.workbench = app, workbench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; whoever sees pages is told problems in the language of the pages."""
        if scope["type"] != "http" or not _by_browser(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        viewer = viewer_of(headers, QueryParams(scope["query_string"]))
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-language"]
        asked = {**scope, "headers": [*kept, (b"accept-language", viewer.spoken.encode())]}
        await self.app(asked, receive, _Telling(self.workbench, scope, send))


def _by_browser(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    page = "text/html" in headers.get("accept", "") or is_partial(headers)
    return page and scope["method"] != "HEAD" and not scope["path"].startswith("/v1/")


class _Telling:
    """Hold back the beginning of a problem until all of it is there, and send a page in its place."""

    def __init__(self, workbench: Workbench, scope: Scope, send: Send) -> None:
        self.workbench, self.scope, self.send = workbench, scope, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message.get("headers", [])).get("content-type", "").startswith(MEDIA):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if message.get("more_body") and len(self.body) < _LARGEST:
                return
            await self._tell(self.start)
            return
        await self.send(message)

    async def _tell(self, start: Message) -> None:
        told: dict[str, Any] = json.loads(self.body)
        headers, query = Headers(scope=self.scope), QueryParams(self.scope["query_string"])
        name = "problem_part.html.j2" if is_partial(headers) else "problem.html.j2"
        viewer = viewer_of(headers, query)
        body = rendered(
            self.workbench, name, viewer, self.scope["path"], query, told=told, tasks=tasks_of(_asker(self.scope))
        )
        sent = MutableHeaders(raw=list(start["headers"]))
        for key, value in {**HEADERS, "content-type": HTML, "content-length": str(len(body))}.items():
            sent[key] = value
        sent["content-language"] = viewer.spoken
        await self.send({**start, "headers": sent.raw})
        await self.send({"type": "http.response.body", "body": body})


def _asker(scope: Scope) -> Principal | None:
    """Give who asked; where everybody is the user of this machine, that one, though no page was found for them."""
    found: Principal | None = scope.get("state", {}).get("principal")
    return found or (loopback() if isinstance(scope["app"].state.service.door, OpenDoor) else None)
