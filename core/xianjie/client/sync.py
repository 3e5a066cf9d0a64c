"""The client that is called: each method waits for its answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Self, TypeVar

import httpx2

from xianjie.client.asking import Case, Outcome, assess, batches
from xianjie.client.binding import called
from xianjie.client.call import Call, Reply
from xianjie.client.methods import Called
from xianjie.client.retrying import Retrying
from xianjie.client.session import Failed, Result, Send, Session, Wait
from xianjie.client.shape import Paged

T = TypeVar("T")


class Client(Called):
    """Call the service at `url`, else at XIANJIE_URL, else on this machine; the key is `api_key` or XIANJIE_API_KEY.

    `lang` is that of problems, zh or en. `timeout` is in seconds, for connecting and for each wait for bytes. A client
    can be used by several threads.
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
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = Session(url, api_key, lang, retrying or Retrying(), insecure)
        self._http = httpx2.Client(timeout=timeout, transport=transport)
        self._sleep = sleep

    def __repr__(self) -> str:
        """Tell the address, never the key."""
        return f"Client({self._session!r})"

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def send(self, call: Call[T]) -> T:
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
                self._sleep(step.seconds)
                result = None
            else:
                result = self._sent(step)

    assess = called(assess)

    def assess_many(self, cases: Iterable[Case], regions: Sequence[str], **asked: Any) -> Iterator[Outcome]:
        """Put any number of cases, and give the answers in order as they come; one that is wrong is Refused alone.

        The other arguments are those of `assess`, without `overlay`.
        """
        for batch in batches(cases, regions=regions, **asked):
            while batch.open:
                result: Reply | Failed = Failed("the answers ended early")
                send = self._session.prepared(batch.call())
                try:
                    with self._streamed(send) as reply:
                        if reply.status_code == 200:
                            for line in reply.iter_lines():
                                yield batch.take(line)
                        else:
                            result = Reply(reply.status_code, reply.headers, reply.read())
                except httpx2.TransportError as error:
                    result = Failed(type(error).__name__)
                if batch.open:
                    self._sleep(batch.wait(self._session.retrying, result))

    def every(self, listing: Callable[..., Paged[T]], *of: str, **asked: Any) -> Iterator[T]:
        """Go through all pages of a list, such as `client.every(client.list_organisations, division="42")`.

        `of`: whose list it is, where it is that of one record.
        """
        after: str | int | None = None
        while True:
            page = listing(*of, after=after, **asked)
            yield from page.items
            after = page.next
            if after is None:
                return

    def _streamed(self, send: Send) -> AbstractContextManager[httpx2.Response]:
        return self._http.stream(send.method, send.url, headers=send.headers, content=send.content)

    def _sent(self, send: Send) -> Reply | Failed:
        try:
            reply = self._http.request(send.method, send.url, headers=send.headers, content=send.content)
        except httpx2.TransportError as error:
            return Failed(type(error).__name__)
        return Reply(reply.status_code, reply.headers, reply.content)
