"""Put load on a server on this machine: so many clients, each with its own connection, one request after another."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import cast

import uvloop

LOOPBACK = "127.0.0.1"
ANSWER = b'{"schema_version"'


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load came to: requests a second, the times of the single requests, sorted, the server's CPU time for one.

    Times are in seconds.
    """

    rate: float
    times: tuple[float, ...]
    cpu: float = 0.0

    def percentile(self, share: float) -> float:
        """Give the time that so large a share of the requests stayed below."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


class _Client(asyncio.Protocol):
    """One connection, which knows when an answer with a Content-Length is whole."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.whole: asyncio.Future[None] | None = None
        self.length = -1
        self.status = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.length < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            self.status = head[9:12]
            self.length = end + 4 + int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        if len(self.buffer) >= self.length and self.whole is not None:
            self.buffer.clear()
            self.length = -1
            self.whole.set_result(None)

    async def once(self, request: bytes) -> None:
        self.whole = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self.whole
        assert self.status == b"200", self.status


def post(port: int, path: str, body: bytes, kind: str = "application/json") -> bytes:
    """Write a request."""
    head = f"POST {path} HTTP/1.1\r\nhost: {LOOPBACK}:{port}\r\ncontent-type: {kind}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def load(port: int, path: str, bodies: Sequence[bytes], clients: int, requests: int) -> Measured:
    """Send so many requests in all, divided among the clients, with one body after another."""
    return uvloop.run(_load(port, [post(port, path, body) for body in bodies], clients, requests))


async def _load(port: int, bodies: Sequence[bytes], clients: int, requests: int) -> Measured:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    waiting = cycle(bodies)

    async def work(client: _Client, count: int) -> None:
        for _ in range(count):
            begun = time.perf_counter()
            await client.once(next(waiting))
            times.append(time.perf_counter() - begun)

    connected = [(await loop.create_connection(_Client, LOOPBACK, port))[1] for _ in range(clients)]
    begun = time.perf_counter()
    await asyncio.gather(*(work(client, requests // clients) for client in connected))
    seconds = time.perf_counter() - begun
    for client in connected:
        client.transport.close()
    return Measured(len(times) / seconds, tuple(sorted(times)))


def post_once(port: int, path: str, body: bytes, kind: str) -> int:
    """Send one request, and count the lines of an answer that comes in chunks."""
    lines = 0
    with socket.create_connection((LOOPBACK, port)) as connection:
        connection.sendall(post(port, path, body, kind))
        tail = b""
        while not tail.endswith(b"0\r\n\r\n"):
            part = connection.recv(1 << 18)
            assert part, "the server broke off"
            lines += (tail + part).count(ANSWER)
            tail = (tail + part)[1 - len(ANSWER) :]  # one that is cut in two is counted once
    return lines
