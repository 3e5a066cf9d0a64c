"""Take in the body of a write: read within its bounds, and checked against its shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar, TypeVarTuple, Unpack

from pydantic import BaseModel, Field
from starlette.requests import Request

from xianjie.service.body import QUICK, JsonBody, checked, read_body
from xianjie.service.state import service_of
from xianjie.service.working import in_thread

Model = TypeVar("Model", bound=BaseModel)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

RecordRef = Annotated[str, Field(min_length=1, max_length=100, pattern="^[a-z0-9-]+$")]
"""The id of another record, in a body."""


async def taken(request: Request, shape: type[Model]) -> tuple[bytes, Model]:
    """Give the bytes of a body, and what they say."""
    settings = service_of(request).settings
    data = await read_body(request, settings.largest_body, settings.body_seconds)
    return data, await weighed(request, data, _read, data, shape)


async def weighed(request: Request, data: bytes, work: Callable[[Unpack[Ts]], T], *given: *Ts) -> T:
    """Do work on what a body says: here where it is short; a long one would keep everybody waiting, so in a thread."""
    return work(*given) if len(data) <= QUICK else await in_thread(service_of(request).threads, work, *given)


def _read(data: bytes, shape: type[Model]) -> Model:
    return checked(JsonBody(data).value, shape)
