"""`/v1/referrals`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class ReferralDocument(Shape):
    """一份文件 a document: its id, version and fingerprint."""

    id: str
    version: str
    sha256: str


class ReferralListed(Shape):
    """一次转介，不含事实 a referral without its facts."""

    id: str
    version: int
    division: str
    person: str | None
    region: str
    direction: str
    organisation: str | None
    policy: ReferralDocument
    as_of: str
    opened: str
    state: str | None
    ended: bool
    steps: int


class ReferralsShown(Shape):
    """一页转介 a page of referrals."""

    next: str | None
    items: list[ReferralListed]


class ReferralStep(Shape):
    """一个步骤 a step. `decided`: in turn, passed over by the document, or under no procedure at all."""

    number: int | None
    event: str
    on: str
    by: str | None
    consent: str | None
    decided: str
    state: str | None
    recorded: str | None
    origin: str


class ReadingEntry(Shape):
    """What one way to read the text comes to. `next_due` and the like stand where the reading alters them."""

    reading: str
    recommended: bool
    status: str
    chosen: bool | None = None
    group: str | None = None
    text: str | None = None
    next_due: str | None = None
    days_left: int | None = None
    days_overdue: int | None = None
    required: int | float | None = None
    actual: int | float | None = None
    shortfall: int | float | None = None


class Because(Shape):
    """One ground of an explanation: a fact or a parameter with its value, or a part with its own grounds."""

    fact: str | None = None
    parameter: str | None = None
    op: str | None = None
    definition: str | None = None
    part: str | None = None
    value: bool | int | float | str | list[str] | None = None
    text: str | None = None
    because: list[Because] | None = None


class Why(Shape):
    """The explanation of a status: the rule, what it came to, in words, and what it rests on."""

    rule: str
    op: str
    value: bool | None
    text: str
    because: list[Because]


class Simplification(Shape):
    """Whether a charity may simplify its procedure for this person."""

    force: str | None
    clause: str | None
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    notes: list[str]
    why: Why
    status: str
    rule: str | None


class Accompanying(Shape):
    """What somebody owes around the referral."""

    force: str | None
    clause: str | None
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    notes: list[str]
    why: Why
    duty: str
    actor: str | None
    status: str
    rule: str | None
    text: str | None


class Refusal(Shape):
    """The first recorded step that was out of turn."""

    index: int
    event: str
    missing_step: str | None
    missing: list[str]
    text: str


class ProcedureEntry(Shape):
    """Where the procedure stands after the recorded steps, and the steps that are open now."""

    state: str
    name: str
    open_events: list[str]
    passed_over: list[str]
    refused: Refusal | None


class Referral(Shape):
    """Whether the referral may go ahead."""

    force: str | None
    clause: str | None
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    notes: list[str]
    why: Why
    direction: str | None
    status: str
    rule: str | None
    missing_step: str | None
    next_step: str | None
    documents_any_of: list[str]
    document_required: bool | str
    channel: str | None
    simplification: Simplification | None
    options: list[str]
    accompanying: list[Accompanying]
    procedure: ProcedureEntry | None


class ReferralWhole(Shape):
    """一次转介 a referral whole. `governs_now`: the document that governs today; `superseded`: another than its own."""

    id: str
    version: int
    division: str
    person: str | None
    region: str
    direction: str
    organisation: str | None
    policy: ReferralDocument
    as_of: str
    opened: str
    state: str | None
    ended: bool
    steps: int
    name: str | None
    open_events: list[str]
    events: list[ReferralStep]
    facts: dict[str, Any] | None
    governs_now: ReferralDocument | None
    superseded: bool
    answer: Referral | None


class ReferralMoved(Shape):
    """记录步骤之后的转介 a referral after a step, where it stands by the document's word, and what is open now."""

    id: str
    version: int
    division: str
    person: str | None
    region: str
    direction: str
    organisation: str | None
    policy: ReferralDocument
    as_of: str
    opened: str
    state: str | None
    ended: bool
    steps: int
    name: str | None
    open_events: list[str]
    event: ReferralStep


def open_referral(
    *,
    region: str,
    direction: str,
    division: str,
    person: str | None = None,
    organisation: str | None = None,
    facts: Mapping[str, Any] | None = None,
    as_of: dt.date | str | None = None,
    idempotency_key: str | None = None,
) -> Call[ReferralListed]:
    """发起转介 Open a referral."""
    return write(
        "POST",
        path("v1", "referrals"),
        {
            "region": region,
            "direction": direction,
            "division": division,
            **given({"person": person, "organisation": organisation, "facts": facts, "as_of": as_of}),
        },
        reads(ReferralListed),
        idempotency_key=idempotency_key,
    )


def list_referrals(
    *,
    region: str | None = None,
    division: str | None = None,
    state: str | None = None,
    organisation: str | None = None,
    person: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[ReferralsShown]:
    """列出转介 List referrals."""
    return get(
        path(
            "v1",
            "referrals",
            region=region,
            division=division,
            state=state,
            organisation=organisation,
            person=person,
            after=after,
            limit=limit,
        ),
        reads(ReferralsShown),
    )


def get_referral(id: str, *, lang: str | None = None) -> Call[ReferralWhole]:
    """一次转介 A referral."""
    return get(path("v1", "referrals", id, lang=lang), reads(ReferralWhole))


def change_referral(
    id: str,
    version_read: int,
    *,
    person: str | None = None,
    organisation: str | None = None,
    facts: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Call[ReferralListed]:
    """更正转介 Change a referral."""
    return write(
        "PUT",
        path("v1", "referrals", id),
        given({"person": person, "organisation": organisation, "facts": facts}),
        reads(ReferralListed),
        version=version_read,
        idempotency_key=idempotency_key,
    )


def record_step(
    id: str,
    *,
    event: str,
    on: dt.date | str,
    by: str | None = None,
    consent: str | None = None,
    idempotency_key: str | None = None,
    version_read: int | None = None,
) -> Call[ReferralMoved]:
    """记录步骤 Record a step."""
    return write(
        "POST",
        path("v1", "referrals", id, "events"),
        {"event": event, "on": on, **given({"by": by, "consent": consent})},
        reads(ReferralMoved),
        version=version_read,
        idempotency_key=idempotency_key,
    )
