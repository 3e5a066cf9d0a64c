"""Watch a browser window: what it asks for and from whom, and what it complains of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

_INSIDE = ("data:", "blob:", "about:")
_GIVEN_UP = ("htmx:sendAbort", "htmx:afterRequest, [object HTML")
"""What htmx writes where a newer request takes the place of one under way, as it is told to."""


class Watch:
    """What was wrong in one window: requests to another host, errors of scripts, refused styles, broken answers.

    `refusals` are the 4xx statuses that the test means to get, as it sends what must be refused.
    """

    def __init__(self, context: BrowserContext, url: str, refusals: Iterable[int] = ()) -> None:
        self.host = urlsplit(url).netloc
        self.refusals = set(refusals)
        self.faults: list[str] = []
        self.requests: list[str] = []
        self._context = context
        self._hears: dict[Any, Any] = {
            "request": self._asked,
            "response": self._answered,
            "console": self._said,
            "weberror": self._failed,
        }
        for event, hear in self._hears.items():
            context.on(event, hear)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith(_INSIDE) and urlsplit(request.url).netloc != self.host:
            self.faults.append(f"left the host: {request.method} {request.url}")

    def _answered(self, response: Response) -> None:
        page = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= 400 and not (page and response.status in self.refusals):
            self.faults.append(f"answered {response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith("Failed to load resource") or "Response Status Error Code" in message.text:
            return  # told already, by its answer
        if message.text.startswith(_GIVEN_UP):
            return
        self.faults.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def end(self) -> None:
        """Watch no longer."""
        for event, hear in self._hears.items():
            self._context.remove_listener(event, hear)

    def check(self) -> None:
        """Fail where anything was wrong."""
        assert not self.faults, "\n".join(["the browser complains:", *dict.fromkeys(self.faults)])
