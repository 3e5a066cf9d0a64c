"""Tell what is wrong with a request as RFC 9457 says: a stable type, a pointer, a sentence, and no submitted value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from xianjie.access import AccessError
from xianjie.errors import InputError, Place, Problem, XianjieError, is_plain_key
from xianjie.records.refusals import Clash, Denied, Missing, Stale, Unversioned
from xianjie.store import StoreError
from xianjie.vault import VaultError

MEDIA = "application/problem+json"
TYPE = "urn:xianjie:problem:"
"""A problem's `type` is this and its code."""

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("请求无法读取", "the request cannot be read"),
    401: ("需要登录或接口密钥", "log in or give an API key"),
    403: ("没有权限", "not allowed"),
    404: ("没有这个资源", "there is no such resource"),
    405: ("这个资源不接受这种方法", "the resource does not take this method"),
    408: ("请求发送得太慢", "the request came too slowly"),
    409: ("与现状不符", "it does not fit the state of things"),
    410: ("已不存在", "it is there no more"),
    412: ("已被改动", "it was changed meanwhile"),
    413: ("请求过大", "the request is too large"),
    415: ("不接受这种内容类型", "this type of content is not accepted"),
    421: ("请求发错了主机", "the request is for another host"),
    422: ("输入有误", "the input is wrong"),
    428: ("须写明所改的版本", "the version that is changed is wanted"),
    429: ("请求过于频繁", "too many requests"),
    500: ("服务出错", "the service failed"),
    503: ("服务繁忙", "the service is busy"),
    504: ("没有在时限内算完", "not finished within the time"),
    507: ("存储空间不足", "the store is full"),
}

_OF_KIND: Mapping[type[XianjieError], int] = {
    InputError: 422,
    AccessError: 422,
    Missing: 404,
    Denied: 403,
    Clash: 409,
    Stale: 412,
    Unversioned: 428,
}
_OF_STORE: Mapping[str, int] = {
    "store-conflict": 412,
    "store-duplicate": 409,
    "store-value": 422,
    "store-full": 507,
    "store-busy": 503,
    "store-unavailable": 503,
}
_OF_VAULT: Mapping[str, int] = {"person-erased": 410}

_NUMBER = re.compile(r"\d{11,}[Xx]?")  # from the length of a telephone number on
_DIGITS = re.compile(r"\d{6}")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class Refused(XianjieError):  # noqa: N818 - not an error of ours, but what the client is told
    """Refuse a request with a status of HTTP, and headers that go with it."""

    def __init__(
        self, status: int, problems: Problem | Sequence[Problem], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(problems)
        self.status, self.headers = status, dict(headers or {})


def scrubbed(text: str) -> str:
    """Take long runs of digits out of a text: a person's number could be among them."""
    return _NUMBER.sub("…", text)


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as a JSON Pointer (RFC 6901), which ends before a key that could be personal data."""
    out = []
    for step in path:
        if isinstance(step, str) and (not is_plain_key(step) or _DIGITS.search(step)):
            break
        out.append("/" + str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(out)


def at(path: Sequence[str | int]) -> Place:
    """Make the place of a part of the body."""
    return Place(path=pointer(path) or "/")


def parameter(name: str) -> Place:
    """Make the place of a parameter of the query or of the path."""
    return Place(path=f"?{name}")


def _where(place: Place) -> dict[str, Any]:
    """Say where a fault lies: a pointer into the body, or a parameter's name; with line and column for bad JSON."""
    path = place.path
    if path is not None and path.startswith("?"):
        return {"parameter": path[1:]}
    if path is not None and not path.startswith("/"):
        path = pointer(int(number) if number else name for number, name in _STEP.findall(path))
    out: dict[str, Any] = {} if path is None else {"pointer": "" if path == "/" else path}
    if place.line is not None:
        out["line"], out["column"] = place.line, place.column
    return out


def told(
    status: int,
    problems: Sequence[Problem],
    lang: str,
    request_id: str | None = None,
    members: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give the members of a problem; where several faults have not one code, the type is that of a wrong request.

    `members` are those of its own kind.
    """
    codes = {problem.code for problem in problems}
    code = codes.pop() if len(codes) == 1 else "request-invalid"
    zh = lang == "zh"
    sentences = [scrubbed(problem.zh if zh else problem.en) for problem in problems]
    many = f"有 {len(problems)} 处错误" if zh else f"{len(problems)} faults"
    title = _TITLES.get(status)
    phrase = HTTPStatus(status).phrase
    out: dict[str, Any] = {
        "type": TYPE + code,
        "title": (title or (phrase, phrase))[0 if zh else 1],
        "status": status,
        "detail": sentences[0] if len(sentences) == 1 else many,
        "code": code,
        "errors": [
            {"code": problem.code, **_where(problem.place), "detail": sentence}
            for problem, sentence in zip(problems, sentences, strict=True)
        ],
        **(members or {}),
    }
    if request_id is not None:
        out["instance"] = f"urn:uuid:{request_id}"
    return out


def status_of(error: XianjieError) -> int:
    """Choose the status for an error: what the client sent is wrong, or we are."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, StoreError):
        return _OF_STORE.get(error.code, 500)
    if isinstance(error, VaultError):
        return _OF_VAULT.get(error.code, 500)
    return next((status for kind, status in _OF_KIND.items() if isinstance(error, kind)), 500)


def problem_response(
    status: int,
    problems: Sequence[Problem],
    lang: str,
    request_id: str | None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Make the response that tells a problem."""
    body = orjson.dumps(told(status, problems, lang, request_id, members), option=orjson.OPT_APPEND_NEWLINE)
    more = {"content-language": lang, "vary": "accept-language", "cache-control": "no-store", **(headers or {})}
    return Response(body, status, more, MEDIA)


def refuse(status: int, code: str, zh: str, en: str, place: Place | None = None, **headers: str) -> Refused:
    """Make the refusal of a request for one reason; a header's name is written with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(status, Problem(code, zh, en, place or Place()), named)
