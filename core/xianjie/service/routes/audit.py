"""`/v1/audit`: what the audit chain tells, for those who may read it, and whether it is whole."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import CapacityLimiter, move_on_after
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.records import audit_log
from xianjie.records.audit_log import MOST
from xianjie.records.desk import Desk
from xianjie.service.keeping import Made, found
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import busy, in_thread
from xianjie.store import Entry

PATH = "/v1/audit"
MOST_PROBLEMS = 1000
AfterNumber = Annotated[
    int | None,
    Query(description="上一页的 next，或从第几条之后 `next` of the page before", ge=0, le=2**53),
]
EntryLimit = Annotated[
    int | None, Query(description=f"每页多少条，1 至 {MOST}，默认 100 how many on a page", ge=1, le=MOST)
]


class AuditEntryShown(Shown):
    """审计链的一条 one entry of the audit chain."""

    seq: int
    at: str
    body: dict[str, Any] = Field(description="事件、凭据、持有人、集合、编号 event, credential, holder, collection, id")
    previous: str
    hash: str


class AuditEntriesShown(Shown):
    """一页 one page; `next` is `after` for what comes behind, null at the chain's end. A page can be empty."""

    items: list[AuditEntryShown]
    next: int | None


class AuditFault(Shown):
    """一处不符 something that is wrong with the chain, and where."""

    code: str
    place: str
    detail: str


class AuditVerificationShown(Shown):
    """核验的结果 what an examination found; `anchor` is to be noted down elsewhere."""

    whole: bool
    entries: int
    anchor: str | None
    problems: list[AuditFault] = Field(description=f"至多 {MOST_PROBLEMS} 处 the first {MOST_PROBLEMS}")
    problem_count: int


MODELS = (AuditEntriesShown, AuditVerificationShown)
TAGS = {"audit": "审计链 who did what, in a chain that cannot be edited unnoticed"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["audit"])
    one_at_a_time = CapacityLimiter(1)

    async def verify_audit(request: Request) -> Response:
        """Examine the chain, one at a time: it is a long way."""
        service = service_of(request)
        with move_on_after(service.settings.waiting_seconds) as patience:
            async with one_at_a_time:
                patience.deadline = float("inf")
                keeping = service.keeping
                told = await in_thread(service.storing, audit_log.examine, keeping.store, keeping.ring)
                return Response(answer_bytes(_verified(told)), media_type=JSON)
        raise busy()

    add_route(
        router,
        "GET",
        PATH + "/entries",
        (Resource.AUDIT, Action.READ),
        list_audit_entries,
        "审计记录 Entries of the audit chain",
        "全国范围的审计看到全部；有区划的，看到记录在其区划之内的。没有个人信息。\n\n"
        "Who reads for the whole country sees all; who reads for a division, entries whose record lies in it. No "
        "personal data.",
        content("AuditEntriesShown", "审计记录 the entries"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/verification",
        (Resource.AUDIT, Action.VERIFY),
        verify_audit,
        "核验审计链 Is the chain whole",
        "逐条核对哈希，以及链上所记的、只增不改的记录是否还在、是否如初。末尾被截去看不出来：把 `anchor` 另存一处，"
        "下次用 `xianjie audit verify --anchor` 核对。\n\n"
        "Each entry's hash, and whether the records that only grow are there as the chain says. That its end was cut "
        "off cannot be seen: keep `anchor` elsewhere, and give it to `xianjie audit verify --anchor`.",
        content("AuditVerificationShown", "结果 what was found"),
        (503,),
    )
    return router


async def list_audit_entries(request: Request, after: AfterNumber = None, limit: EntryLimit = None) -> Response:
    """List entries."""

    def look(desk: Desk) -> Made:
        page = audit_log.entries(desk, after or 0, limit or 100)
        return Made({"items": [shown_entry(entry) for entry in page.entries], "next": page.after})

    return await found(request, look)


def shown_entry(entry: Entry) -> dict[str, Any]:
    """Show an entry."""
    return {
        "seq": entry.seq,
        "at": entry.at,
        "body": dict(entry.body),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _verified(told: audit_log.Examined) -> dict[str, Any]:
    problems = [
        {"code": one.code, "place": str(one.place), "detail": f"{one.zh} {one.en}"}
        for one in told.problems[:MOST_PROBLEMS]
    ]
    return {
        "whole": not told.problems,
        "entries": told.entries,
        "anchor": None if told.tip is None else str(told.tip),
        "problems": problems,
        "problem_count": len(told.problems),
    }
