"""Let a request in: who asks, how often, and whether any of their roles may do such a thing at all."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from fastapi import Request, Response

from xianjie.access import Action, Principal, Resource, loopback, reach
from xianjie.access.rules import BY_PLACE
from xianjie.errors import Problem
from xianjie.service.problems import Refused
from xianjie.service.state import service_of

Endpoint = Callable[..., Awaitable[Response]]
Needs = tuple[Resource, Action]
"""What an endpoint does with what. Which records of it somebody may have is decided where the record is known."""


class Door(Protocol):
    """Tell who asks."""

    async def principal(self, request: Request, /) -> Principal:
        """Find out who asks; Refused with 401 where nobody is let in, with 429 where they ask too often."""


class OpenDoor:
    """Take everybody for the one user of this machine: for a service that listens to loopback alone."""

    async def principal(self, _: Request) -> Principal:
        """Give the user of this machine."""
        return loopback()


def principal_of(request: Request) -> Principal:
    """Give who asks, once the request was let in."""
    found: Principal = request.scope["state"]["principal"]
    return found


async def admit(request: Request, needs: Needs) -> Principal:
    """Let a request in, or refuse it: 401, 429, and 403 where none of the roles may do such a thing anywhere."""
    principal = await service_of(request).door.principal(request)
    request.scope["state"]["principal"] = principal
    resource, action = needs
    if not reach(principal, action, resource):
        able = [role.value for role in BY_PLACE[needs].roles]
        zh = f"所有的角色都不能做这件事；可以的有：{'、'.join(able)}"
        raise Refused(403, Problem("access-role", zh, f"none of your roles may do this; {', '.join(able)} may"))
    return principal


def admitting(endpoint: Endpoint, needs: Needs) -> Endpoint:
    """Put the door before an endpoint, whose parameters stay as they are; its first one is the request."""

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        await admit(request, needs)
        return await endpoint(request, *args, **kwargs)

    return answered
