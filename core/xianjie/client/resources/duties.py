"""`/v1/duties`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.resources.ledgers import StateShown
from xianjie.client.shape import Shape


class DutyShown(Shape):
    """一项职责 a duty: `opening` 是登记的，`facts` 是加上以后各次的 `facts` with what was recorded since."""

    id: str
    version: int
    division: str
    name: str | None
    region: str
    entries: int
    changed: str
    opening: dict[str, Any]
    facts: dict[str, Any]


class DutyStanding(Shape):
    """职责和它的状态 a duty and its state; null where its region is installed no more."""

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


class DutiesShown(Shape):
    """一页职责 a page of duties."""

    next: str | None
    items: list[DutyStanding]


class DutyEventShown(Shape):
    """职责的一条记录 an entry of a duty; `opened`、`mended` 是登记和更正登记 tell of the opening itself."""

    id: str
    what: str
    on: str | None
    by: str | None
    corrects: str | None
    facts: dict[str, Any] | None
    recorded: str
    departments: bool | None = None
    charities: bool | None = None
    grassroots: bool | None = None


class DutyEventsShown(Shape):
    """一页记录 a page of entries."""

    next: str | None
    items: list[DutyEventShown]


def record_duty(
    *, region: str, division: str, facts: Mapping[str, Any], name: str | None = None, idempotency_key: str | None = None
) -> Call[DutyShown]:
    """登记职责 Record a counted duty."""
    return write(
        "POST",
        path("v1", "duties"),
        {"region": region, "division": division, "facts": facts, **given({"name": name})},
        reads(DutyShown),
        idempotency_key=idempotency_key,
    )


def list_duties(
    *,
    status: Sequence[str] | None = None,
    kind: str | None = None,
    year: int | None = None,
    region: str | None = None,
    division: str | None = None,
    as_of: dt.date | str | None = None,
    lang: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[DutiesShown]:
    """列出职责和状态 List counted duties with their states."""
    return get(
        path(
            "v1",
            "duties",
            status=status,
            kind=kind,
            year=year,
            region=region,
            division=division,
            as_of=as_of,
            lang=lang,
            after=after,
            limit=limit,
        ),
        reads(DutiesShown),
    )


def get_duty(id: str, *, as_of: dt.date | str | None = None, lang: str | None = None) -> Call[DutyStanding]:
    """一项职责和状态 A counted duty with its state."""
    return get(path("v1", "duties", id, as_of=as_of, lang=lang), reads(DutyStanding))


def change_duty(
    id: str,
    version_read: int,
    *,
    region: str,
    division: str,
    facts: Mapping[str, Any],
    name: str | None = None,
    idempotency_key: str | None = None,
) -> Call[DutyShown]:
    """更正登记 Mend what was recorded."""
    return write(
        "PUT",
        path("v1", "duties", id),
        {"region": region, "division": division, "facts": facts, **given({"name": name})},
        reads(DutyShown),
        version=version_read,
        idempotency_key=idempotency_key,
    )


def record_duty_event(
    id: str,
    *,
    on: dt.date | str,
    what: str | None = None,
    departments: bool | None = None,
    charities: bool | None = None,
    grassroots: bool | None = None,
    by: str | None = None,
    corrects: str | None = None,
    idempotency_key: str | None = None,
) -> Call[DutyEventShown]:
    """记录一次 Record that it was done once more."""
    return write(
        "POST",
        path("v1", "duties", id, "events"),
        {
            "on": on,
            **given(
                {
                    "what": what,
                    "departments": departments,
                    "charities": charities,
                    "grassroots": grassroots,
                    "by": by,
                    "corrects": corrects,
                }
            ),
        },
        reads(DutyEventShown),
        idempotency_key=idempotency_key,
    )


def list_duty_events(id: str, *, after: str | None = None, limit: int | None = None) -> Call[DutyEventsShown]:
    """职责的各次记录 The entries of a duty."""
    return get(path("v1", "duties", id, "events", after=after, limit=limit), reads(DutyEventsShown))
