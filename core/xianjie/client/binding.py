"""Make methods of calls: the same functions that make a call become methods that are called, or awaited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from xianjie.client.call import Call

P = ParamSpec("P")
T = TypeVar("T")


class Sends(Protocol):
    """Carry out a call."""

    def send(self, call: Call[T], /) -> T:
        """Give its result."""


class SendsLater(Protocol):
    """Carry out a call when awaited."""

    async def send(self, call: Call[T], /) -> T:
        """Give its result."""


def called(make: Callable[P, Call[T]]) -> Callable[Concatenate[Sends, P], T]:
    """Make a method that is called."""

    @wraps(make)
    def method(self: Sends, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.send(make(*args, **kwargs))

    method.__annotations__ = {**make.__annotations__, "return": Any}
    return method


def awaited(make: Callable[P, Call[T]]) -> Callable[Concatenate[SendsLater, P], Awaitable[T]]:
    """Make a method that is awaited."""

    @wraps(make)
    async def method(self: SendsLater, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.send(make(*args, **kwargs))

    method.__annotations__ = {**make.__annotations__, "return": Any}
    return method
