"""Read the body of a request within its bounds, as strict JSON whose parts have pointers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from xianjie.cases.json_tree import JsonTree, Key
from xianjie.errors import InputError, Place, Problem
from xianjie.messages import sentence
from xianjie.service.problems import Refused, at, pointer, refuse
from xianjie.service.wire import JSON

MOST_PROBLEMS = 100
QUICK = 32 * 1024
"""Up to this size, in bytes, a body is read on the event loop: a thread would cost more than it saves."""
MOST_MARKS = 120_000
"""A body with more commas and brackets than this holds more values than a case may have, and is not even parsed."""

Shape = TypeVar("Shape", bound=BaseModel)


async def read_body(request: Request, most: int, seconds: float, kinds: Sequence[str] = (JSON,)) -> bytes:
    """Read a body of one of the content types named; what is too large is refused before it is read.

    Raises Refused with 408, 413 or 415, and ClientDisconnect where the client is gone.
    """
    _check_kind(request, kinds)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > most):
        raise _too_large(most)
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _too_large(most)
                parts.append(part)
    except TimeoutError:
        raise refuse(
            408, "body-slow", "请求正文没有在时限内到达", "the body did not arrive in time", connection="close"
        ) from None
    return b"".join(parts)


def _check_kind(request: Request, kinds: Sequence[str]) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() not in kinds or charset not in ("", "utf-8", "utf8"):
        listed = "、".join(kinds)
        raise refuse(
            415,
            "body-media-type",
            f"Content-Type 须是 {listed}，编码为 UTF-8",
            f"the Content-Type must be {' or '.join(kinds)}, in UTF-8",
            accept_post=", ".join(kinds),
        )
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise refuse(
            415,
            "body-compressed",
            "请求正文不得压缩",
            "the body must not be compressed",
            accept_encoding="identity",
        )


def _too_large(most: int) -> Refused:
    # the rest of the body is not read, so the connection is of no more use
    megabytes = most / (1024 * 1024)
    return refuse(
        413,
        "body-too-large",
        f"请求正文超过 {megabytes:g} MB 上限",
        f"the body is larger than {megabytes:g} MB",
        connection="close",
    )


class JsonBody(JsonTree):
    """Hold a body's value; the places of its parts are JSON Pointers."""

    def __init__(self, data: bytes) -> None:
        """Read the bytes; Refused with 400 where they are no good JSON."""
        if not data.strip():
            raise refuse(400, "body-empty", "请求没有正文", "the request has no body")
        if sum(data.count(mark) for mark in b",[{") > MOST_MARKS:
            raise refuse(413, "body-too-many", "请求正文里的值过多", "the body holds too many values")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise refuse(400, "body-encoding", "请求正文不是 UTF-8", "the body is not UTF-8") from None
        try:
            super().__init__(text, "")
        except InputError as error:
            raise Refused(400, error.problems) from None

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands."""
        return replace(super().place(path), path=at(path).path)


def checked(value: object, shape: type[Shape]) -> Shape:
    """Check a value against a shape; InputError with a pointer to every fault."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise InputError(shape_problems(error)) from None


def shape_problems(error: ValidationError, prefix: Sequence[str] = ()) -> list[Problem]:
    """Give pydantic's findings as problems with pointers."""
    out: dict[Problem, None] = {}
    items: list[Any] = error.errors(include_url=False, include_input=False)
    for item in items[:MOST_PROBLEMS]:
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        path = [step for step in item["loc"] if step != "[key]"]
        out[Problem(code, zh, en, Place(path=pointer([*prefix, *path]) or "/"))] = None
    if len(items) > MOST_PROBLEMS:
        more = Problem("problems-more", "还有更多错误未列出", "there are more faults, not listed", at(prefix))
        out[more] = None
    return list(out)
