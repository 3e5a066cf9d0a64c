"""Do heavy work beside the event loop: in a thread, or in a process of its own that can be ended at any moment."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_process
import anyio.to_thread
from anyio import CapacityLimiter, Event
from starlette.requests import ClientDisconnect, Request

from xianjie.service.problems import Refused, refuse

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(slots=True)
class Places:
    """The places for work in processes of its own. `lost` is set once a process was ended in the midst of its work."""

    free: CapacityLimiter
    lost: Event = field(default_factory=Event)


def busy() -> Refused:
    """Make the refusal of work for which there is no place just now."""
    return refuse(
        503, "service-busy", "正在处理的请求过多，请稍后再试", "too much work under way; try again", retry_after="5"
    )


async def in_thread(limiter: CapacityLimiter, work: Callable[[Unpack[Ts]], T], *given: *Ts) -> T:
    """Do work in a thread, of which there are only so many."""
    return await anyio.to_thread.run_sync(work, *given, limiter=limiter)


async def in_process(
    request: Request,
    places: Places,
    waiting: float,
    seconds: float,
    work: Callable[[Unpack[Ts]], T],
    *given: *Ts,
) -> T:
    """Do work in a process of its own, which ends with the time or when the client goes.

    Raises Refused as `apart` does, and ClientDisconnect.
    """
    found: list[T] = []
    refused: list[Refused] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        try:
            found.append(await apart(places, waiting, seconds, work, *given))
        except Refused as refusal:  # else the group would wrap it up
            refused.append(refusal)
        tasks.cancel_scope.cancel()
    if found:
        return found[0]
    raise refused[0] if refused else ClientDisconnect


async def apart(places: Places, waiting: float, seconds: float, work: Callable[[Unpack[Ts]], T], *given: *Ts) -> T:
    """Do work in a process of its own, which ends with the time, or when the task that awaits it is cancelled.

    The solver is not safe between threads, and cannot be stopped by one. Raises Refused with 503 where no place gets
    free in time, with 504 where the work takes too long.
    """
    with anyio.move_on_after(waiting) as patience:
        await places.free.acquire()
    if patience.cancelled_caught:
        raise busy()
    lost = True
    try:
        with anyio.CancelScope(shield=True):  # a process that is called off while it starts would be left over
            await anyio.to_process.run_sync(os.getpid, limiter=CapacityLimiter(1))
        with anyio.move_on_after(seconds):
            made = await anyio.to_process.run_sync(work, *given, cancellable=True, limiter=CapacityLimiter(1))
            lost = False
            return made
    finally:
        places.free.release()
        if lost:
            places.lost.set()
    raise refuse(504, "work-too-long", "没有在时限内算完，请缩小范围", "not finished within the time; ask for less")
