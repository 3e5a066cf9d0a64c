"""`/v1/organisations`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class OrganisationShown(Shape):
    """一个组织 an organisation."""

    id: str
    version: int
    division: str
    name: str
    code: str | None
    facts: dict[str, Any]


class OrganisationsShown(Shape):
    """一页组织 a page of organisations."""

    next: str | None
    items: list[OrganisationShown]


def record_organisation(
    *,
    name: str,
    division: str,
    code: str | None = None,
    facts: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Call[OrganisationShown]:
    """登记组织 Record an organisation."""
    return write(
        "POST",
        path("v1", "organisations"),
        {"name": name, "division": division, **given({"code": code, "facts": facts})},
        reads(OrganisationShown),
        idempotency_key=idempotency_key,
    )


def list_organisations(
    *, division: str | None = None, after: str | None = None, limit: int | None = None
) -> Call[OrganisationsShown]:
    """列出组织 List organisations."""
    return get(path("v1", "organisations", division=division, after=after, limit=limit), reads(OrganisationsShown))


def get_organisation(id: str) -> Call[OrganisationShown]:
    """一个组织 An organisation."""
    return get(path("v1", "organisations", id), reads(OrganisationShown))


def change_organisation(
    id: str,
    version_read: int,
    *,
    name: str,
    division: str,
    code: str | None = None,
    facts: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Call[OrganisationShown]:
    """更正组织 Change an organisation."""
    return write(
        "PUT",
        path("v1", "organisations", id),
        {"name": name, "division": division, **given({"code": code, "facts": facts})},
        reads(OrganisationShown),
        version=version_read,
        idempotency_key=idempotency_key,
    )
