"""`/v1/api-keys`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import RootModel

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class Role(RootModel[str]):
    """What somebody is there for."""


class GrantShown(Shape):
    """一个角色和它的区划 a role and the division that it is for."""

    role: Role
    division: str


class ApiKeyShown(Shape):
    """一个密钥 a key, without its secret; `division` is the smallest around its roles."""

    id: str
    version: int
    division: str
    label: str
    holder: str
    grants: list[GrantShown]
    organisation: str | None
    created: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None
    key: str | None = None


class ApiKeysShown(Shape):
    """一页密钥 a page of keys."""

    next: str | None
    items: list[ApiKeyShown]


def issue_api_key(
    *,
    label: str,
    holder: str,
    grants: Sequence[Mapping[str, Any]],
    organisation: str | None = None,
    days: int | None = None,
    idempotency_key: str | None = None,
) -> Call[ApiKeyShown]:
    """签发密钥 Issue a key."""
    return write(
        "POST",
        path("v1", "api-keys"),
        {"label": label, "holder": holder, "grants": grants, **given({"organisation": organisation, "days": days})},
        reads(ApiKeyShown),
        idempotency_key=idempotency_key,
    )


def list_api_keys(
    *, division: str | None = None, after: str | None = None, limit: int | None = None
) -> Call[ApiKeysShown]:
    """列出密钥 List keys."""
    return get(path("v1", "api-keys", division=division, after=after, limit=limit), reads(ApiKeysShown))


def get_api_key(id: str) -> Call[ApiKeyShown]:
    """一个密钥 A key."""
    return get(path("v1", "api-keys", id), reads(ApiKeyShown))


def revoke_api_key(id: str, *, idempotency_key: str | None = None) -> Call[ApiKeyShown]:
    """吊销密钥 Revoke a key."""
    return write("DELETE", path("v1", "api-keys", id), None, reads(ApiKeyShown), idempotency_key=idempotency_key)
