"""Networks that fail as told: before the service hears of a request, or after it has done its work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import httpx2

Fault = Literal["none", "unheard", "unanswered", "busy", "torn"]


class Faulty(httpx2.BaseTransport):
    """Do with each request in turn what the list says, then let all through.

    `unheard`: it is lost on the way there; `unanswered`: the reply is lost on the way back; `torn`: it breaks off;
    `busy`: a proxy answers 503 in its own words.
    """

    def __init__(self, behind: httpx2.BaseTransport, *faults: Fault) -> None:
        self.behind, self.faults = behind, list(faults)
        self.sent: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Fail, or hand on."""
        self.sent.append(request)
        fault = self.faults.pop(0) if self.faults else "none"
        if fault == "unheard":
            raise httpx2.ConnectError("no way")
        if fault == "busy":
            return httpx2.Response(503, headers={"retry-after": "3"}, content=b"<html>busy</html>")
        reply = self.behind.handle_request(request)
        if fault == "unanswered":
            reply.read()
            raise httpx2.ReadError("lost")
        if fault == "torn":
            return httpx2.Response(reply.status_code, headers=reply.headers, stream=Torn(reply.read()))
        return reply

    def close(self) -> None:
        """Leave what is behind open: others use it."""


class Torn(httpx2.SyncByteStream):
    """Give two thirds of what there is."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __iter__(self) -> Iterator[bytes]:
        """Break off."""
        yield self.data[: len(self.data) * 2 // 3]
        raise httpx2.RemoteProtocolError("torn")


class Replies(httpx2.BaseTransport):
    """Answer from a list."""

    def __init__(self, *replies: httpx2.Response | Exception) -> None:
        self.replies: Sequence[httpx2.Response | Exception] = replies
        self.sent: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give the next one."""
        found = self.replies[len(self.sent)]
        self.sent.append(request)
        if isinstance(found, Exception):
            raise found
        return found


def problem(status: int, code: str, **headers: str) -> httpx2.Response:
    """Make a problem as the service writes it."""
    told: dict[str, Any] = {"type": f"urn:xianjie:problem:{code}", "status": status, "code": code, "detail": "不行"}
    told |= {
        "title": "不行",
        "errors": [{"code": code, "detail": "不行", "pointer": "/case"}],
        "instance": "urn:uuid:x",
    }
    return httpx2.Response(status, headers={name.replace("_", "-"): text for name, text in headers.items()}, json=told)
