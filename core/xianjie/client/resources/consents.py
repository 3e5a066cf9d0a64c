"""`/v1/consents`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class ConsentWithdrawn(Shape):
    """何时怎样撤回 when and how a consent was withdrawn."""

    on: str
    channel: str


class ConsentListed(Shape):
    """一项同意 a consent. `standing`: it covers a disclosure today; `ended` says why not."""

    id: str
    version: int
    division: str
    person: str
    recipient: str
    referral: str | None
    purpose: str
    categories: list[str]
    form: str
    on: str
    until: str | None
    withdrawn: ConsentWithdrawn | None
    standing: bool
    ended: str | None


class ConsentsShown(Shape):
    """一页同意 a page of consents."""

    next: str | None
    items: list[ConsentListed]


class ConsentShown(Shape):
    """一项同意，连同说明 a consent with its note, which is null once the person was erased."""

    id: str
    version: int
    division: str
    person: str
    recipient: str
    referral: str | None
    purpose: str
    categories: list[str]
    form: str
    on: str
    until: str | None
    withdrawn: ConsentWithdrawn | None
    standing: bool
    ended: str | None
    note: str | None


def record_consent(
    *,
    person: str,
    recipient: str,
    purpose: str,
    categories: Sequence[str],
    form: str,
    on: dt.date | str,
    note: str | None = None,
    until: dt.date | str | None = None,
    referral: str | None = None,
    idempotency_key: str | None = None,
) -> Call[ConsentListed]:
    """登记同意 Record a consent."""
    return write(
        "POST",
        path("v1", "consents"),
        {
            "person": person,
            "recipient": recipient,
            "purpose": purpose,
            "categories": categories,
            "form": form,
            "on": on,
            **given({"note": note, "until": until, "referral": referral}),
        },
        reads(ConsentListed),
        idempotency_key=idempotency_key,
    )


def list_consents(
    *,
    division: str | None = None,
    person: str | None = None,
    recipient: str | None = None,
    referral: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[ConsentsShown]:
    """列出同意 List consents."""
    return get(
        path(
            "v1",
            "consents",
            division=division,
            person=person,
            recipient=recipient,
            referral=referral,
            after=after,
            limit=limit,
        ),
        reads(ConsentsShown),
    )


def get_consent(id: str) -> Call[ConsentShown]:
    """一项同意 A consent."""
    return get(path("v1", "consents", id), reads(ConsentShown))


def withdraw_consent(
    id: str, *, channel: str, on: dt.date | str | None = None, idempotency_key: str | None = None
) -> Call[ConsentListed]:
    """撤回同意 Withdraw a consent."""
    return write(
        "POST",
        path("v1", "consents", id, "withdrawal"),
        {"channel": channel, **given({"on": on})},
        reads(ConsentListed),
        idempotency_key=idempotency_key,
    )
