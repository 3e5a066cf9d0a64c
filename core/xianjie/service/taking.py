"""Take in the body of a write: read within its bounds, and checked against its shape."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, Field
from starlette.requests import Request

from xianjie.service.body import JsonBody, checked, read_body
from xianjie.service.state import service_of

Model = TypeVar("Model", bound=BaseModel)

RecordRef = Annotated[str, Field(min_length=1, max_length=100, pattern="^[a-z0-9-]+$")]
"""The id of another record, in a body."""


async def taken(request: Request, shape: type[Model]) -> tuple[bytes, Model]:
    """Give the bytes of a body, and what they say."""
    settings = service_of(request).settings
    data = await read_body(request, settings.largest_body, settings.body_seconds)
    return data, checked(JsonBody(data).value, shape)
