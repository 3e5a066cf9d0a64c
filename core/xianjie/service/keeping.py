"""Carry requests to the records: in a thread, in one transaction, once for each idempotency key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request, Response

from xianjie.access import AccessError, Division, division
from xianjie.errors import InputError, Problem
from xianjie.records import idempotency, refusals
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Page
from xianjie.service.door.admission import principal_of
from xianjie.service.problems import parameter, refuse
from xianjie.service.state import service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread
from xianjie.store import Record

T = TypeVar("T")

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION = re.compile(r'"([1-9][0-9]{0,9})"')


@dataclass(frozen=True, slots=True)
class Made:
    """What a write answers: JSON, the version of the record that it is of, and where it is found if it is new.

    `once` is added to the answer when it is first given, and never remembered for a second try: a secret.
    """

    value: Any
    status: int = 200
    version: int | None = None
    location: str | None = None
    once: Mapping[str, Any] | None = None


def shown(record: Record) -> dict[str, Any]:
    """Show a record: its id, its version, and its body without what it is only looked up by."""
    return {
        "id": record.id,
        "version": record.version,
        **{name: value for name, value in record.body.items() if name != "within"},
    }


def made(record: Record, location: str | None = None) -> Made:
    """Answer with a record as it is now; with `location`, as one that was created there."""
    return Made(shown(record), 200 if location is None else 201, record.version, location)


def listed(page: Page, show: Callable[[Record], Any] = shown) -> dict[str, Any]:
    """Show a page: `next` is what `after` is for the page behind it."""
    return {"items": [show(record) for record in page.records], "next": page.after}


def division_asked(text: str | None) -> Division | None:
    """Read the division of a query; InputError `division-form` names the parameter."""
    try:
        return None if text is None else division(text)
    except AccessError as error:
        problems = [Problem(one.code, one.zh, one.en, parameter("division")) for one in error.problems]
        raise InputError(problems) from None


async def looked(request: Request, work: Callable[[Desk], T]) -> T:
    """Look at the records as the asker may, in a thread."""
    service = service_of(request)
    principal = principal_of(request)

    def run() -> T:
        with service.keeping.look(principal) as desk:
            return work(desk)

    return await in_thread(service.storing, run)


async def looked_and_noted(request: Request, work: Callable[[Change], T]) -> T:
    """Look at records whose reading itself is noted in the audit chain."""
    service = service_of(request)
    principal = principal_of(request)

    def run() -> T:
        with service.keeping.change(principal) as change:
            return work(change)

    return await in_thread(service.storing, run)


async def found(request: Request, work: Callable[[Desk], Made]) -> Response:
    """Answer with what a look found."""
    return _response(await looked(request, work))


async def written(request: Request, data: bytes, work: Callable[[Change], Made]) -> Response:
    """Change the records, in a thread and in one transaction, and answer.

    Under an `Idempotency-Key` that was there before, the answer of then is given again: 422 where the request was
    another one.
    """
    done, again = await done_once(request, _idempotent(request, data), work)
    response = _response(done)
    if again:
        response.headers["idempotency-replayed"] = "true"
    return response


async def done_once(
    request: Request, asked: idempotency.Asked | None, work: Callable[[Change], Made]
) -> tuple[Made, bool]:
    """Change the records, in a thread and in one transaction, unless it was done under the same key before.

    Gives what was made, and whether it had been before; Refused `idempotency-other` where the key stood for another
    request.
    """
    service = service_of(request)
    principal = principal_of(request)

    def run() -> Made:
        with service.keeping.change(principal) as change:
            if asked is not None:
                before = idempotency.earlier(change, asked)
                if before is not None:
                    raise _Repeated(before)
            done = work(change)
            if asked is not None:
                idempotency.remember(change, asked, [done.value, done.status, done.version, done.location])
            return done

    def run_once() -> tuple[Made, bool]:
        try:
            return run(), False
        except _Repeated as repeated:
            if not repeated.before.same:
                raise refuse(
                    422,
                    "idempotency-other",
                    "这个 Idempotency-Key 已用于另一个请求，请换一个",
                    "this Idempotency-Key was used for another request: take a new one",
                ) from None
            return Made(*repeated.before.answer), True

    return await in_thread(service.storing, run_once)


class _Repeated(Exception):  # noqa: N818 - not an error: it leaves the transaction, which then changes nothing
    def __init__(self, before: idempotency.Answered) -> None:
        super().__init__()
        self.before = before


def _idempotent(request: Request, data: bytes) -> idempotency.Asked | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise refuse(
            422,
            "idempotency-form",
            "Idempotency-Key 须是 1 至 200 个可见的 ASCII 字符",
            "an Idempotency-Key has 1 to 200 visible ASCII characters",
        )
    told = f"{request.method} {request.url.path}?{request.url.query} {request.headers.get('if-match', '')}\n".encode()
    return idempotency.Asked(key, hashlib.sha256(told + data).hexdigest())


def version_asked(request: Request) -> int:
    """Read which version a change is of, out of If-Match; Unversioned where it is not told."""
    header = request.headers.get("if-match")
    if header is None:
        raise refusals.unversioned()
    found = _VERSION.fullmatch(header.strip())
    if found is None:
        raise refuse(
            422,
            "version-form",
            'If-Match 须是读取时的 ETag，如 "3"',
            'If-Match is the ETag that the record was read with, such as "3"',
        )
    return int(found[1])


def _response(done: Made) -> Response:
    headers: Mapping[str, str] = {
        **({} if done.version is None else {"etag": f'"{done.version}"'}),
        **({} if done.location is None else {"location": done.location}),
    }
    if done.status == 204:
        return Response(status_code=204, headers=dict(headers))
    value = done.value if done.once is None else {**done.value, **done.once}
    return Response(answer_bytes(value), done.status, dict(headers), JSON)
