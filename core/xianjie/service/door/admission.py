"""Let a request in: who asks, how often, and whether any of their roles may do such a thing at all."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from fastapi import Request, Response

from xianjie.access import Action, Principal, Resource, loopback, reach
from xianjie.access.rules import BY_PLACE
from xianjie.errors import InputError, Place, Problem, is_plain_key, nearest
from xianjie.service.problems import Refused, parameter
from xianjie.service.state import service_of

MOST_PROBLEMS = 20
_DIGITS = re.compile(r"[0-9]{6}")

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
    require(principal, needs)
    return principal


def require(principal: Principal, needs: Needs) -> None:
    """Refuse, with 403 `access-role`, who may not do such a thing anywhere."""
    resource, action = needs
    if not reach(principal, action, resource):
        able = [role.value for role in BY_PLACE[needs].roles]
        zh = f"所有的角色都不能做这件事；可以的有：{'、'.join(able)}"
        raise Refused(403, Problem("access-role", zh, f"none of your roles may do this; {', '.join(able)} may"))


def admitting(endpoint: Endpoint, needs: Needs, strict: bool = False) -> Endpoint:
    """Put the door before an endpoint, whose parameters stay as they are; its first one is the request.

    Where it is `strict`, a parameter of the query that the endpoint does not declare is refused: a filter that is
    misspelt would else give everything.
    """

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        await admit(request, needs)
        if strict and request.url.query:
            _check_parameters(request)
        return await endpoint(request, *args, **kwargs)

    return answered


def _check_parameters(request: Request) -> None:
    known = [declared.alias for declared in request.scope["route"].dependant.query_params]
    problems = []
    for name in dict.fromkeys(request.query_params):
        if name not in known:
            near = nearest(name, known)
            zh = "没有这个查询参数" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(known) or '无'}")
            en = "no such parameter" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known) or 'none'}")
            place = parameter(name) if is_plain_key(name) and not _DIGITS.search(name) else Place()
            problems.append(Problem("query-unknown", zh, en, place))
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
