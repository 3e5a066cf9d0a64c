"""Work out what first views would wait for before anybody looks: templates, files, the longest pages, the solver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message

from xianjie.access import NATIONAL, Grant, Principal, Role
from xianjie.errors import XianjieError
from xianjie.service.door.admission import Endpoint
from xianjie.service.logs import told_exception
from xianjie.service.standing_by import standing_by
from xianjie.service.state import Service
from xianjie.service.working import in_thread
from xianjie.web.showing.rendering import Workbench

NOBODY = Principal("warming", "warming", frozenset({Grant(Role.READER, NATIONAL)}))
"""Who looks at the pages beforehand: somebody who only reads, and what they see is thrown away."""
_PAUSE = 0.005
"""Seconds between two things, for whoever is asking already."""


@asynccontextmanager
async def warming(app: Starlette, workbench: Workbench, pages: Mapping[str, Endpoint]) -> AsyncGenerator[None, None]:
    """Get everything ready beside what the block does, in which askers are answered already."""
    service = cast(Service, app.state.service)

    def told(what: str, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:  # the pages are made all the same, each when it is asked for; and so is a process
            service.log.error(f"{what} not made ready", **told_exception(error))

    async def then_the_solver() -> None:
        await asyncio.wait([first])
        await standing_by(service)

    first = asyncio.create_task(warmed(app, workbench, pages))
    first.add_done_callback(partial(told, "pages"))
    second = asyncio.create_task(then_the_solver())
    second.add_done_callback(partial(told, "solver"))
    try:
        yield
    finally:
        first.cancel()
        second.cancel()
        await asyncio.wait([first, second])


async def warmed(app: Starlette, workbench: Workbench, pages: Mapping[str, Endpoint]) -> None:
    """Compile the templates, compress the files, and show each of the pages to nobody; documents may refuse that."""
    service = cast(Service, app.state.service)
    for name in sorted(workbench.templates.list_templates(), key=_depth):
        await in_thread(service.threads, workbench.templates.get_template, name)
        await asyncio.sleep(_PAUSE)
    await in_thread(service.threads, workbench.assets.pack)
    for path, endpoint in pages.items():
        try:
            await endpoint(_asking(app, path))
        except XianjieError as error:
            service.log.debug("page not made ready", codes=[problem.code for problem in error.problems])
        await asyncio.sleep(_PAUSE)
    service.log.debug("pages ready")


def _depth(name: str) -> int:
    """Put first what all pages share, and the pages that are come to first."""
    return name.count("/")


def _asking(app: Starlette, path: str) -> Request:
    """Ask for a page beneath the door and the log: nobody asked for it."""
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("localhost", 80),
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"accept-language", b"zh-CN")],
            "path_params": {},
            "app": app,
            "state": {"principal": NOBODY, "request_id": "warming"},
        },
        _nothing,
    )


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
