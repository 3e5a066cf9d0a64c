"""Do heavy work beside the event loop: in a thread, or in a process of its own that can be ended at any moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

import anyio
import anyio.to_process
import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request

from xianjie.service.problems import Refused, refuse

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


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
    limiter: CapacityLimiter,
    waiting: float,
    seconds: float,
    work: Callable[[Unpack[Ts]], T],
    *given: *Ts,
) -> T:
    """Do work in a process of its own, which ends with the time or when the client goes.

    The solver is not safe between threads, and cannot be stopped by one. Raises Refused with 503 where no place gets
    free in time, with 504 where the work takes too long, and ClientDisconnect.
    """
    found: list[T] = []
    gone = late = False

    async def watch() -> None:
        nonlocal gone
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone = True
        tasks.cancel_scope.cancel()

    with anyio.move_on_after(waiting) as patience:
        await limiter.acquire()
    if patience.cancelled_caught:
        raise busy()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            with anyio.move_on_after(seconds) as time:
                found.append(
                    await anyio.to_process.run_sync(work, *given, cancellable=True, limiter=CapacityLimiter(1))
                )
            late = time.cancelled_caught
            tasks.cancel_scope.cancel()
    finally:
        limiter.release()
    if found:
        return found[0]
    if gone and not late:
        raise ClientDisconnect
    raise refuse(504, "work-too-long", "没有在时限内算完，请缩小范围", "not finished within the time; ask for less")
