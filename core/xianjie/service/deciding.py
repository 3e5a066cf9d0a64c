"""Record every decision before it leaves: those that are given at the same time share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from anyio import CapacityLimiter

from xianjie.access import Principal
from xianjie.errors import XianjieError
from xianjie.records.decisions import Decision, record_decisions
from xianjie.records.desk import Keeping
from xianjie.service.logs import Log, told_exception
from xianjie.service.problems import refuse
from xianjie.service.working import in_thread
from xianjie.store import StoreError
from xianjie.vault import VaultError

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Waiting:
    principal: Principal
    decisions: Sequence[Decision]
    done: asyncio.Future[None]


class DecisionLog:
    """Take decisions in on the event loop, and write them in a thread; nobody is answered before theirs are durable."""

    def __init__(self, keeping: Keeping, log: Log) -> None:
        self._keeping, self._log = keeping, log
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._place = CapacityLimiter(1)

    async def record(self, principal: Principal, decisions: Sequence[Decision]) -> None:
        """Wait until the decisions are on record.

        Raises Refused with 507 where the store is full, and with 503 where it cannot be written for another reason.
        """
        if not decisions:
            return
        waiting = _Waiting(principal, decisions, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        await waiting.done

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                if not await self._written(batch, alone=len(batch) == 1):
                    for one in batch:  # what is wrong with one of them must not take the others with it
                        await self._written([one], alone=True)
        finally:
            self._writer = None

    async def _written(self, batch: Sequence[_Waiting], alone: bool) -> bool:
        """Write a batch, and tell those who wait; where it fails they are told only if nothing else is tried."""
        error: Exception | None = None
        try:
            await in_thread(self._place, _recorded, self._keeping, batch)
        except Exception as raised:  # noqa: BLE001 - whatever it is, none of these may be answered
            self._log.error("decisions not recorded", cases=len(batch), **told_exception(raised))
            error = raised
        if error is not None and not alone:
            return False
        for one in batch:
            if not one.done.done():  # else the client is gone
                if error is None:
                    one.done.set_result(None)
                else:
                    one.done.set_exception(_refusal(error))
        return True

    def _next(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        count = 0
        while self._waiting and (not batch or count + len(self._waiting[0].decisions) <= MOST_AT_ONCE):
            count += len(self._waiting[0].decisions)
            batch.append(self._waiting.pop(0))
        return batch


def _recorded(keeping: Keeping, batch: Sequence[_Waiting]) -> None:
    by_principal: dict[Principal, list[Decision]] = {}
    for one in batch:
        by_principal.setdefault(one.principal, []).extend(one.decisions)
    with keeping.changes() as change_by:
        for principal, decisions in by_principal.items():
            record_decisions(change_by(principal), decisions)


def _refusal(error: Exception) -> XianjieError:
    if isinstance(error, StoreError) and error.code == "store-full":
        return StoreError(error.problems)
    if isinstance(error, VaultError) and error.code == "person-erased":
        return VaultError(error.problems)
    return refuse(
        503,
        "decision-unrecorded",
        "决定无法记录，因此不予答复",
        "the decision cannot be recorded, and so it is not given",
        retry_after="5",
    )
