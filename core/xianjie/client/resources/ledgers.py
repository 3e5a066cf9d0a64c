"""`/v1/ledgers`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.resources.referrals import ReadingEntry, Why
from xianjie.client.shape import Shape


class LedgerShown(Shape):
    """一个台账 a ledger: `opening` 是登记的，`facts` 是加上以后各次更新的 `facts` with what was recorded since."""

    id: str
    version: int
    division: str
    name: str | None
    region: str
    entries: int
    changed: str
    opening: dict[str, Any]
    facts: dict[str, Any]


class PolicyOfState(Shape):
    """依据的文件 the document that a state was found under."""

    id: str
    version: str
    sha256: str
    standing: str
    validity: str


class StateShown(Shape):
    """判定日的状态 the state on the day of evaluation, as in an answer's `duties`."""

    force: str | None
    clause: str | None
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    notes: list[str]
    why: Why
    kind: str | None
    level: str | None
    status: str
    rule: str | None
    qualifier: str | None
    interval: str | None
    cadence: str | None
    next_due: str | None
    days_left: int | None
    days_overdue: int | None
    compliance: str
    unmet: list[str]
    compliance_missing: list[str]
    condition: str | None
    item: int | None = None
    year: int | None = None
    name: str | None = None
    unit: str | None = None
    required: int | float | None = None
    actual: int | float | None = None
    shortfall: int | float | None = None
    comparator_source: str | None = None
    warnings: list[str] | None = None
    policy: PolicyOfState


class LedgerStanding(Shape):
    """台账和它的状态 a ledger and its state; null where its region is installed no more."""

    id: str
    version: int
    division: str
    name: str | None
    region: str
    entries: int
    changed: str
    opening: dict[str, Any]
    facts: dict[str, Any]
    as_of: str
    state: StateShown | None


class LedgersShown(Shape):
    """一页台账 a page of ledgers."""

    next: str | None
    items: list[LedgerStanding]


class LedgerUpdateShown(Shape):
    """台账的一条记录 an entry of a ledger; `opened`、`mended` 是登记和更正登记 tell of the opening itself."""

    id: str
    what: str
    on: str | None
    by: str | None
    corrects: str | None
    facts: dict[str, Any] | None
    recorded: str
    done: bool | None


class LedgerUpdatesShown(Shape):
    """一页记录 a page of entries."""

    next: str | None
    items: list[LedgerUpdateShown]


def record_ledger(
    *, region: str, division: str, facts: Mapping[str, Any], name: str | None = None, idempotency_key: str | None = None
) -> Call[LedgerShown]:
    """登记台账 Record a ledger."""
    return write(
        "POST",
        path("v1", "ledgers"),
        {"region": region, "division": division, "facts": facts, **given({"name": name})},
        reads(LedgerShown),
        idempotency_key=idempotency_key,
    )


def list_ledgers(
    *,
    status: Sequence[str] | None = None,
    kind: str | None = None,
    region: str | None = None,
    division: str | None = None,
    as_of: dt.date | str | None = None,
    due_soon_days: int | None = None,
    lang: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[LedgersShown]:
    """列出台账和状态 List ledgers with their states."""
    return get(
        path(
            "v1",
            "ledgers",
            status=status,
            kind=kind,
            region=region,
            division=division,
            as_of=as_of,
            due_soon_days=due_soon_days,
            lang=lang,
            after=after,
            limit=limit,
        ),
        reads(LedgersShown),
    )


def get_ledger(
    id: str, *, as_of: dt.date | str | None = None, due_soon_days: int | None = None, lang: str | None = None
) -> Call[LedgerStanding]:
    """一个台账和状态 A ledger with its state."""
    return get(path("v1", "ledgers", id, as_of=as_of, due_soon_days=due_soon_days, lang=lang), reads(LedgerStanding))


def change_ledger(
    id: str,
    version_read: int,
    *,
    region: str,
    division: str,
    facts: Mapping[str, Any],
    name: str | None = None,
    idempotency_key: str | None = None,
) -> Call[LedgerShown]:
    """更正登记 Mend what was recorded."""
    return write(
        "PUT",
        path("v1", "ledgers", id),
        {"region": region, "division": division, "facts": facts, **given({"name": name})},
        reads(LedgerShown),
        version=version_read,
        idempotency_key=idempotency_key,
    )


def update_ledger(
    id: str,
    *,
    what: str,
    on: dt.date | str,
    done: bool | None = None,
    by: str | None = None,
    corrects: str | None = None,
    idempotency_key: str | None = None,
) -> Call[LedgerUpdateShown]:
    """记录更新或移交 Record an update or a hand-over."""
    return write(
        "POST",
        path("v1", "ledgers", id, "updates"),
        {"what": what, "on": on, **given({"done": done, "by": by, "corrects": corrects})},
        reads(LedgerUpdateShown),
        idempotency_key=idempotency_key,
    )


def list_updates(id: str, *, after: str | None = None, limit: int | None = None) -> Call[LedgerUpdatesShown]:
    """台账的各次更新 The updates of a ledger."""
    return get(path("v1", "ledgers", id, "updates", after=after, limit=limit), reads(LedgerUpdatesShown))
