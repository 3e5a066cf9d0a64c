"""`/v1/audit/entries, /v1/audit/verification`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from typing import Any

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape


class AuditEntryShown(Shape):
    """审计链的一条 one entry of the audit chain."""

    seq: int
    at: str
    body: dict[str, Any]
    previous: str
    hash: str


class AuditEntriesShown(Shape):
    """一页 one page; `next` is `after` for what comes behind, null at the chain's end. A page can be empty."""

    items: list[AuditEntryShown]
    next: int | None


class AuditFault(Shape):
    """一处不符 something that is wrong with the chain, and where."""

    code: str
    place: str
    detail: str


class AuditVerificationShown(Shape):
    """核验的结果 what an examination found; `anchor` is to be noted down elsewhere."""

    whole: bool
    entries: int
    anchor: str | None
    problems: list[AuditFault]
    problem_count: int


def list_audit_entries(*, after: int | None = None, limit: int | None = None) -> Call[AuditEntriesShown]:
    """审计记录 Entries of the audit chain."""
    return get(path("v1", "audit", "entries", after=after, limit=limit), reads(AuditEntriesShown))


def verify_audit() -> Call[AuditVerificationShown]:
    """核验审计链 Is the chain whole."""
    return get(path("v1", "audit", "verification"), reads(AuditVerificationShown))
