"""`/v1/identity`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt

from xianjie.client.call import Call, get, path, reads
from xianjie.client.resources.keys import Role
from xianjie.client.shape import Shape


class RoleShown(Shape):
    """一个角色和它的区划 a role and the division that it is for."""

    role: Role
    division: str


class IdentityShown(Shape):
    """使用者 who asks; `by` is what they were let in by, `expires` when that ends, null where it does not."""

    id: str
    holder: str
    grants: list[RoleShown]
    organisation: str | None
    by: str
    expires: dt.datetime | None


def get_identity() -> Call[IdentityShown]:
    """我是谁 Who am I."""
    return get(path("v1", "identity"), reads(IdentityShown))
