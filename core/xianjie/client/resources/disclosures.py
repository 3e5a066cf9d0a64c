"""`/v1/disclosures`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class DisclosureShown(Shape):
    """一次披露，不含内容 a disclosure without its content; `commitment` proves later what it was."""

    id: str
    version: int
    division: str
    consent: str
    person: str
    recipient: str
    categories: list[str]
    referral: str | None
    case: str | None
    at: str
    commitment: str


class DisclosuresShown(Shape):
    """一页披露 a page of disclosures."""

    next: str | None
    items: list[DisclosureShown]


class DisclosedPerson(Shape):
    """所披露的个人信息 the person's data that were disclosed."""

    name: str | None = None
    number: str | None = None
    phone: str | None = None
    address: str | None = None


class DisclosureOpened(Shape):
    """所披露的内容 what was disclosed, as it was on that day, and no more than its categories cover."""

    id: str
    categories: list[str]
    person: DisclosedPerson
    facts: dict[str, dict[str, Any]]


def disclose(
    *,
    categories: Sequence[str],
    consent: str | None = None,
    referral: str | None = None,
    case: str | None = None,
    idempotency_key: str | None = None,
) -> Call[DisclosureShown]:
    """披露 Disclose."""
    return write(
        "POST",
        path("v1", "disclosures"),
        {"categories": categories, **given({"consent": consent, "referral": referral, "case": case})},
        reads(DisclosureShown),
        idempotency_key=idempotency_key,
    )


def list_disclosures(
    *,
    division: str | None = None,
    consent: str | None = None,
    person: str | None = None,
    recipient: str | None = None,
    referral: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[DisclosuresShown]:
    """列出披露 List disclosures."""
    return get(
        path(
            "v1",
            "disclosures",
            division=division,
            consent=consent,
            person=person,
            recipient=recipient,
            referral=referral,
            after=after,
            limit=limit,
        ),
        reads(DisclosuresShown),
    )


def get_disclosure(id: str) -> Call[DisclosureShown]:
    """一次披露 A disclosure."""
    return get(path("v1", "disclosures", id), reads(DisclosureShown))


def open_disclosure(id: str) -> Call[DisclosureOpened]:
    """打开所披露的内容 Open what was disclosed."""
    return get(path("v1", "disclosures", id, "content"), reads(DisclosureOpened))
