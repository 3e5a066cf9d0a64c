"""What one process of the service does: open the store, load the documents, and stop in good order."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from xianjie.errors import XianjieError
from xianjie.records.desk import Keeping
from xianjie.records.publications import publish, the_service
from xianjie.service.app import create_app
from xianjie.service.door.credentials import door_of
from xianjie.service.logs import Log, make_log, take_over
from xianjie.service.running.address import Listening
from xianjie.service.running.kept import opened_keeping
from xianjie.service.running.proxies import BehindProxy
from xianjie.service.running.reloading import Reloading, documents, self_test
from xianjie.service.running.tracing import tracing
from xianjie.service.settings import ServiceSettings
from xianjie.service.state import Service

HANGUP: int | None = getattr(signal, "SIGHUP", None)
_PAUSE = 1.0
"""How long a worker that cannot start waits before it ends, so that it is not started a hundred times a second."""


@dataclass(frozen=True, slots=True)
class Serving:
    """All that a process of the service is told. Keys are not among it: each process reads them itself.

    `where` is the store, and may hold a database's password. `mount` adds pages to the application.
    """

    listening: Listening
    where: str | Path = field(repr=False)
    home: Path
    settings: ServiceSettings
    level: str = "info"
    workers: int = 1
    authenticated: bool = False
    mount: Callable[[FastAPI], None] | None = None


def worker_app(serving: Serving) -> ASGIApp:
    """Make the application of one of several processes; where it cannot be made, this process ends."""
    log = make_log(serving.level).bind(worker=os.getpid())
    take_over(log, "warning")
    try:
        app = application(serving, opened_keeping(os.environ, serving.home, serving.where), log)
        stay()
        return app
    except XianjieError as error:
        log.error("a worker cannot start", codes=[problem.code for problem in error.problems])
        time.sleep(_PAUSE)
        sys.exit(1)  # the others go on, and this one is started again


def stay() -> None:
    """Tell the collector that what is loaded by now stays: else it goes through all of it at the worst moments."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def try_out(serving: Serving, keeping: Keeping, log: Log) -> None:
    """Make what each of several processes is going to make, to find out here what is wrong with it; close the store."""
    with keeping.store:
        _made(serving, keeping, log).state.service.answering.engine.close()


def application(serving: Serving, keeping: Keeping, log: Log) -> ASGIApp:
    """Make the application: documents tried, and recorded as in service. It closes the store when it ends.

    Raises PluginError, PolicyError or InputError where a document is not fit, StoreError where it cannot be recorded.
    """
    app = _made(serving, keeping, log)
    service: Service = app.state.service
    reloading: Reloading = app.state.reloading
    if serving.workers > 1:
        reloading.forward = forward_to_parent
    inner = app.router.lifespan_context
    finish = tracing(app, os.environ)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        with keeping.store:
            async with inner(app) as state:
                with _signals(service, reloading), _orphaned(serving.workers > 1):
                    yield state
            finish()

    app.router.lifespan_context = lifespan
    return BehindProxy(app, serving.listening.proxies) if serving.listening.proxies else app


def _made(serving: Serving, keeping: Keeping, log: Log) -> FastAPI:
    door = door_of(keeping, serving.settings) if serving.authenticated else None
    app = create_app(keeping, serving.settings, log=log, door=door)
    if serving.mount is not None:
        serving.mount(app)
    service: Service = app.state.service
    engine = service.answering.engine
    self_test(service.regions, engine, service.settings.today().toordinal())
    publish(keeping, the_service(), documents(service.regions, engine))
    return app


@contextmanager
def _signals(service: Service, reloading: Reloading) -> Iterator[None]:
    """Say at `/readyz` that the end is near before it comes, and look at the documents again when told to."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    tasks: set[asyncio.Task[None]] = set()
    told = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal told
        then = before[signal.Signals(number)]
        assert callable(then)
        service.ready = False
        wait = 0.0 if told or number == signal.SIGINT else service.settings.draining_seconds
        told = True
        if wait:
            loop.call_soon_threadsafe(loop.call_later, wait, then, number, None)
        else:
            then(number, frame)

    def hang_up() -> None:
        if terminal and not _has_terminal():
            os.kill(os.getpid(), signal.SIGTERM)  # the window in which it was started was closed
            return
        task = loop.create_task(look_again(service, reloading))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number, then in before.items():
        if callable(then):
            signal.signal(number, stop)
    terminal = False
    if HANGUP is not None:
        terminal = signal.getsignal(HANGUP) is not signal.SIG_IGN and _has_terminal()
        loop.add_signal_handler(HANGUP, hang_up)
    try:
        yield
    finally:
        if HANGUP is not None:
            loop.remove_signal_handler(HANGUP)
            signal.signal(HANGUP, signal.SIG_IGN)  # while it stops
        for number, then in before.items():
            signal.signal(number, then)


async def look_again(service: Service, reloading: Reloading) -> None:
    """Take changed documents into service; where they are not fit, tell so and go on with those there are."""
    try:
        await reloading.again(the_service())
    except XianjieError as error:
        service.log.error("documents not reloaded", codes=[problem.code for problem in error.problems[:20]])


def _has_terminal() -> bool:
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return True
    return False


@contextmanager
def _orphaned(worker: bool) -> Iterator[None]:
    """Stop a worker whose parent has ended without telling it to."""
    if not worker:
        yield
        return
    parent = os.getppid()

    async def watch() -> None:
        while os.getppid() == parent:
            await asyncio.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    task = asyncio.get_running_loop().create_task(watch())
    try:
        yield
    finally:
        task.cancel()


def forward_to_parent() -> None:
    """Have all the other workers look at the documents again: the parent hands the signal on."""
    if HANGUP is not None:
        os.kill(os.getppid(), HANGUP)
