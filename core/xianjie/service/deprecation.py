"""Announce that a resource will go: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) on every answer it gives."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import ParamSpec, TypeVar

from starlette.responses import Response

P = ParamSpec("P")
R = TypeVar("R", bound=Response)


@dataclass(frozen=True, slots=True)
class Deprecation:
    """From when a resource should no longer be used, when it goes, and the page that says what to use instead."""

    since: dt.date
    sunset: dt.date | None = None
    instead: str | None = None

    def headers(self) -> dict[str, str]:
        """Give the headers that say so; a day begins at midnight, UTC."""
        out = {"deprecation": f"@{int(_midnight(self.since).timestamp())}"}
        if self.sunset is not None:
            out["sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        if self.instead is not None:
            out["link"] = f'<{self.instead}>; rel="deprecation"; type="text/html"'
        return out


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def deprecated(announced: Deprecation) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Put the headers on what an endpoint answers; register its route with `deprecated=True` as well."""
    headers = announced.headers()

    def around(endpoint: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(endpoint)
        async def answered(*args: P.args, **kwargs: P.kwargs) -> R:
            response = await endpoint(*args, **kwargs)
            response.headers.update(headers)
            return response

        return answered

    return around
