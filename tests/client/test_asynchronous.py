"""The awaited client does the same: its steps are those of the other, and only how it waits is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import pytest
from tests.client.test_sync import CASE, DAY, cases, expected
from tests.service.conftest import FIVE, Server

from xianjie.client import AsyncClient, Client, ProblemError, Refused, Unreachable


class AsyncFaulty(httpx2.AsyncBaseTransport):
    """Lose the replies of so many requests on the way back, or break them off in the middle."""

    def __init__(self, lost: int = 0, torn: bool = False) -> None:
        self.behind, self.lost, self.torn = httpx2.AsyncHTTPTransport(), lost, torn
        self.sent: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        reply = await self.behind.handle_async_request(request)
        if len(self.sent) > self.lost:
            return reply
        data = await reply.aread()
        await reply.aclose()
        if self.torn:
            return httpx2.Response(200, stream=AsyncTorn(data))
        raise httpx2.ReadError("lost")

    async def aclose(self) -> None:
        await self.behind.aclose()


class AsyncTorn(httpx2.AsyncByteStream):
    def __init__(self, data: bytes) -> None:
        self.data = data

    async def __aiter__(self) -> Any:
        yield self.data[: len(self.data) // 2]
        raise httpx2.RemoteProtocolError("torn")


def run(server: Server, work: Callable[[AsyncClient], Coroutine[Any, Any, None]], **more: Any) -> None:
    async def whole() -> None:
        async with AsyncClient(server.url, **more) as client:
            await work(client)

    asyncio.run(whole())


async def no_time(_: float) -> None:
    return


def test_the_answers_are_those_of_the_other_client(server: Server) -> None:
    async def work(client: AsyncClient) -> None:
        with Client(server.url) as other:
            assert await client.assess(CASE, FIVE, DAY) == other.assess(CASE, FIVE, DAY)
            assert await client.get_policy("hubei-2024") == other.get_policy("hubei-2024")
        assert repr(client) == f"AsyncClient('{server.url}', api_key=None)"
        many = await asyncio.gather(*(client.assess(CASE, ["hubei"], DAY) for _ in range(8)))
        assert len({one.decision_id for one in many}) == 1

    run(server, work)


def test_a_lost_reply_makes_one_record(server: Server) -> None:
    way = AsyncFaulty(lost=2)

    async def work(client: AsyncClient) -> None:
        made = await client.record_organisation(name="等待", division="54")
        found = [one.id async for one in client.every(client.list_organisations, division="54", limit=1)]
        assert found == [made.id]

    run(server, work, transport=way, sleep=no_time)
    assert len({request.headers["idempotency-key"] for request in way.sent[:3]}) == 1


def test_a_batch_goes_on_where_it_broke_off(server: Server) -> None:
    way = AsyncFaulty(lost=2, torn=True)

    async def work(client: AsyncClient) -> None:
        found = client.assess_many(cases(30), ["hubei"], as_of=DAY)
        told = [f"{one.line}:{one.problem.code}" if isinstance(one, Refused) else one.case async for one in found]
        assert told == expected(30)

    run(server, work, transport=way, sleep=no_time)
    assert len(way.sent) == 3


def test_refusals_and_silence_are_told(server: Server) -> None:
    async def refused(client: AsyncClient) -> None:
        with pytest.raises(ProblemError, match="record-unknown"):
            await client.get_organisation("nowhere")
        with pytest.raises(ProblemError, match="region-unknown"):
            await client.assess({}, ["nowhere"])

    async def silent(client: AsyncClient) -> None:
        with pytest.raises(Unreachable):
            await client.is_alive()
        with pytest.raises(Unreachable):
            _ = [one async for one in client.assess_many(cases(3), ["hubei"])]

    run(server, refused)
    run(server, silent, transport=AsyncFaulty(lost=99), sleep=no_time)
