"""`GET /v1/identity`: who one is to this service, with which roles, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource, Role
from xianjie.service.divisions import CODE
from xianjie.service.door.admission import principal_of
from xianjie.service.door.credentials import credential_of
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.wire import JSON, answer_bytes


class RoleShown(Shown):
    """一个角色和它的区划 a role and the division that it is for."""

    role: Role
    division: Annotated[str, Field(pattern=CODE["pattern"])]


class IdentityShown(Shown):
    """使用者 who asks; `by` is what they were let in by, `expires` when that ends, null where it does not."""

    id: str
    holder: str
    grants: list[RoleShown]
    organisation: str | None
    by: Literal["api_key", "oidc", "loopback"]
    expires: dt.datetime | None


MODELS = (IdentityShown,)
TAGS = {"identity": "我是谁 who one is to this service"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["identity"])
    add_route(
        router,
        "GET",
        "/v1/identity",
        (Resource.POLICY, Action.READ),  # which everybody may who is let in at all
        get_identity,
        "我是谁 Who am I",
        "角色、区划、组织，以及凭据何时到期。\n\nRoles, divisions, organisation, and when the credential ends.",
        content("IdentityShown", "使用者 who asks"),
        (),
    )
    return router


async def get_identity(request: Request) -> Response:
    """Tell who asks."""
    principal, credential = principal_of(request), credential_of(request)
    told = {
        "id": principal.id,
        "holder": principal.holder,
        "grants": [{"role": one.role.value, "division": str(one.division)} for one in sorted(principal.grants)],
        "organisation": principal.organisation,
        "by": "loopback" if credential is None else credential.kind,
        "expires": None if credential is None else credential.expires.isoformat(),
    }
    return Response(answer_bytes(told), media_type=JSON)
