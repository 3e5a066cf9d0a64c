"""The client whose methods are awaited; all else is as with the one that is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Self, TypeVar

import httpx2

from xianjie.client.asking import Case, Outcome, assess, batches
from xianjie.client.binding import awaited
from xianjie.client.call import Call, Reply
from xianjie.client.methods import Awaited
from xianjie.client.retrying import Retrying
from xianjie.client.session import Failed, Result, Send, Session, Wait
from xianjie.client.shape import Paged

T = TypeVar("T")


class AsyncClient(Awaited):
    """Call the service at `url`, else at XIANJIE_URL, else on this machine; the key is `api_key` or XIANJIE_API_KEY.

    `lang` is that of problems, zh or en. `timeout` is in seconds, for connecting and for each wait for bytes. A client
    belongs to one event loop.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        lang: str = "zh",
        timeout: float = 90.0,
        retrying: Retrying | None = None,
        insecure: bool = False,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = Session(url, api_key, lang, retrying or Retrying(), insecure)
        self._http = httpx2.AsyncClient(timeout=timeout, transport=transport)
        self._sleep = sleep

    def __repr__(self) -> str:
        """Tell the address, never the key."""
        return f"AsyncClient({self._session!r})"

    async def __aenter__(self) -> Self:
        """Close at the end of the block."""
        return self

    async def __aexit__(self, *raised: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Carry out a call."""
        steps = self._session.exchange(call)
        result: Result = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as done:
                value: T = done.value
                return value
            if isinstance(step, Wait):
                await self._sleep(step.seconds)
                result = None
            else:
                result = await self._sent(step)

    assess = awaited(assess)

    async def assess_many(self, cases: Iterable[Case], regions: Sequence[str], **asked: Any) -> AsyncIterator[Outcome]:
        """Put any number of cases, and give the answers in order as they come; one that is wrong is Refused alone.

        The other arguments are those of `assess`, without `overlay`.
        """
        for batch in batches(cases, regions=regions, **asked):
            while batch.open:
                result: Reply | Failed = Failed("the answers ended early")
                send = self._session.prepared(batch.call())
                try:
                    async with self._streamed(send) as reply:
                        if reply.status_code == 200:
                            async for line in reply.aiter_lines():
                                yield batch.take(line)
                        else:
                            result = Reply(reply.status_code, reply.headers, await reply.aread())
                except httpx2.TransportError as error:
                    result = Failed(type(error).__name__)
                if batch.open:
                    await self._sleep(batch.wait(self._session.retrying, result))

    async def every(self, listing: Callable[..., Awaitable[Paged[T]]], *of: str, **asked: Any) -> AsyncIterator[T]:
        """Go through all pages of a list, such as `client.every(client.list_organisations, division="42")`.

        `of`: whose list it is, where it is that of one record.
        """
        after: str | int | None = None
        while True:
            page = await listing(*of, after=after, **asked)
            for item in page.items:
                yield item
            after = page.next
            if after is None:
                return

    def _streamed(self, send: Send) -> AbstractAsyncContextManager[httpx2.Response]:
        return self._http.stream(send.method, send.url, headers=send.headers, content=send.content)

    async def _sent(self, send: Send) -> Reply | Failed:
        try:
            reply = await self._http.request(send.method, send.url, headers=send.headers, content=send.content)
        except httpx2.TransportError as error:
            return Failed(type(error).__name__)
        return Reply(reply.status_code, reply.headers, reply.content)
