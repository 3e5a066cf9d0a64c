"""A call as a value: what to send, and how to read what comes back; nothing is sent here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from xianjie.errors import InputError, Problem

T = TypeVar("T")
S = TypeVar("S", bound=BaseModel)

JSON = "application/json"
NDJSON = "application/x-ndjson"

Json = Mapping[str, Any]
Asked: TypeAlias = str | int | bool | dt.date | Sequence[str]
"""A value of a query; of several each stands by itself."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """Ask for `path`, which may bear a query, and make the result of the reply.

    `writes`: it changes records, and bears an idempotency key when it is sent. `cached`: what it gives can be kept with
    its ETag.
    """

    method: str
    path: str
    read: Callable[[Reply], T]
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    cached: bool = False


def written(value: object) -> bytes:
    """Write JSON; days as ISO 8601, decimals as text, sets as lists, None left to mean unknown."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    match value:
        case dt.date() if not isinstance(value, dt.datetime):
            return value.isoformat()
        case dt.datetime():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case set() | frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def nothing(_: Reply) -> None:
    """Read nothing."""


def path(*steps: str, **query: Asked | None) -> str:
    """Write a path, whatever is in its steps, with a query of what is not None; a `_` at a name's end is left out."""
    asked = "&".join(
        f"{name.rstrip('_')}={quote(one, safe='')}"
        for name, value in query.items()
        if value is not None
        for one in _query(value)
    )
    return "/" + "/".join(_step(step) for step in steps) + (f"?{asked}" if asked else "")


def _step(text: str) -> str:
    """Write a step of a path; InputError where it would lead somewhere else."""
    if text in ("", ".", "..") or any("\ud800" <= letter <= "\udfff" for letter in text):
        zh, en = "编号不能为空，也不能是 . 或 ..", "an id is not empty, and neither . nor .."
        raise InputError(Problem("client-id", zh, en))
    return quote(text, safe="")


def _query(value: Asked) -> list[str]:
    match value:
        case bool():
            return ["true" if value else "false"]
        case dt.date():
            return [value.isoformat()]
        case str() | int():
            return [str(value)]
    return list(value)


def get(where: str, read: Callable[[Reply], T], *, cached: bool = False) -> Call[T]:
    """Ask for what is there."""
    return Call("GET", where, read, cached=cached)


def ask(where: str, body: object, read: Callable[[Reply], T]) -> Call[T]:
    """Put a question, or ask for what can be done twice without harm; None for no body."""
    if body is None:
        return Call("POST", where, read)
    return Call("POST", where, read, written(body), {"content-type": JSON})


def write(
    method: str,
    where: str,
    body: object,
    read: Callable[[Reply], T],
    *,
    version: int | None = None,
    idempotency_key: str | None = None,
) -> Call[T]:
    """Change records; `version` is of the record as it was read. Without a key one is drawn when the call is made."""
    headers = {
        **({} if body is None else {"content-type": JSON}),
        **({} if version is None else {"if-match": f'"{version}"'}),
        **({} if idempotency_key is None else {"idempotency-key": idempotency_key}),
    }
    return Call(method, where, read, None if body is None else written(body), headers, writes=True)


def given(members: Mapping[str, object]) -> dict[str, object]:
    """Keep what is given: not None."""
    return {name: value for name, value in members.items() if value is not None}


def reads(shape: type[S]) -> Callable[[Reply], S]:
    """Read a reply of this shape."""
    return lambda reply: shape.model_validate_json(reply.content)


def text(reply: Reply) -> str:
    """Read a reply as text."""
    return reply.content.decode("utf-8", "replace")
