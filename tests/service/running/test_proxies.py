"""Behind a proxy: only it is let in, and only it is believed about who asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from xianjie.service.running.proxies import BehindProxy

FORWARDED = [(b"x-forwarded-for", b"203.0.113.7"), (b"x-forwarded-proto", b"https")]


def asked(peer: str | None, headers: list[tuple[bytes, bytes]]) -> tuple[int, Any]:
    """Give the status, and the client that the application was told of."""
    seen: list[Any] = []
    statuses: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["client"][0], scope["scheme"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Any:
        return {"type": "http.request"}

    client = None if peer is None else (peer, 1)
    scope = {"type": "http", "method": "GET", "scheme": "http", "client": client, "headers": headers, "path": "/"}
    asyncio.run(BehindProxy(app, ["10.0.0.5/32", "fd00::/64"])(scope, receive, send))
    return statuses[0], seen[0] if seen else None


@pytest.mark.parametrize("peer", ["10.0.0.5", "fd00::7", "::ffff:10.0.0.5"])
def test_the_proxy_is_believed(peer: str) -> None:
    status, seen = asked(peer, FORWARDED)
    assert status == 200
    if not peer.startswith("::ffff"):
        assert seen == ("203.0.113.7", "https")


@pytest.mark.parametrize("peer", ["10.0.0.6", "203.0.113.7", "fd01::1", None])
def test_others_are_refused_whatever_they_say(peer: str | None) -> None:
    assert asked(peer, FORWARDED) == (403, None)


def test_this_machine_may_ask_for_itself_and_is_not_believed_about_others() -> None:
    assert asked("127.0.0.1", FORWARDED) == (200, ("127.0.0.1", "http"))
    assert asked("::1", []) == (200, ("::1", "http"))


def test_of_several_addresses_the_nearest_that_is_no_proxy_counts() -> None:
    chain = [(b"x-forwarded-for", b"192.0.2.66, 203.0.113.7, 10.0.0.5")]
    assert asked("10.0.0.5", chain)[1] == ("203.0.113.7", "http")
