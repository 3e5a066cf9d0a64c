"""`/v1/api-keys`: keys for programs and for people without a login, issued, seen without the secret, and revoked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Grant, Resource, Role
from xianjie.access.api_keys import LONGEST
from xianjie.cases.shape import Label, Shape
from xianjie.records import api_keys as records
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.service.divisions import CODE
from xianjie.service.door.credentials import Credentials
from xianjie.service.keeping import Made, division_asked, found, listed, made, shown, written
from xianjie.service.recording import After, DivisionCode, InDivision, Limit, PageShown, RecordId, RecordShown
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import service_of
from xianjie.service.taking import taken
from xianjie.store import Record

PATH = "/v1/api-keys"
MOST_GRANTS = 50
Holder = Annotated[str, Field(pattern=f"^{records.HOLDER}$", description="持有人的代号，不是姓名 a label, not a name")]


class GrantAsked(Shape):
    """一个角色和它的区划 a role and the division that it is for."""

    role: Annotated[Role, Field(strict=False)]
    division: DivisionCode


class ApiKeyAsked(Shape):
    """要签发的密钥 a key to issue."""

    label: Label = Field(description="用途 what it is for")
    holder: Holder
    grants: list[GrantAsked] = Field(min_length=1, max_length=MOST_GRANTS, description="角色与区划 roles and divisions")
    organisation: str | None = Field(
        default=None,
        max_length=100,
        pattern="^[a-z0-9-]+$",
        description="慈善组织用户所属组织的编号，其他角色不写 the organisation of a charity's user, of nobody else",
    )
    days: int = Field(default=90, ge=1, le=LONGEST.days, description="有效天数 how many days it is good for")


class GrantShown(Shown):
    """一个角色和它的区划 a role and the division that it is for."""

    role: Annotated[Role, Field(strict=False)]
    division: Annotated[str, Field(pattern=CODE["pattern"])]


class ApiKeyShown(RecordShown):
    """一个密钥 a key, without its secret; `division` is the smallest around its roles."""

    label: str
    holder: str
    grants: list[GrantShown]
    organisation: str | None
    created: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None
    key: str | None = Field(
        default=None,
        description="密钥本身，只在签发的回答里出现一次 the key itself, once, in the answer that issued it",
    )


class ApiKeysShown(PageShown):
    """一页密钥 a page of keys."""

    items: list[ApiKeyShown]


MODELS = (ApiKeyAsked, ApiKeyShown, ApiKeysShown)
TAGS = {"keys": "接口密钥 keys that programs are let in by"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["keys"])
    one = content("ApiKeyShown", "密钥 the key")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.API_KEY, Action.ISSUE),
        issue_api_key,
        "签发密钥 Issue a key",
        "`key` 只在这一次回答里出现，哪里也不保存；用同一个 Idempotency-Key 重试，得到同一个密钥的记录而没有 `key`："
        "没有收到就吊销，再签发。\n\n"
        "`key` stands in this one answer and is kept nowhere. A retry under the same Idempotency-Key gets the same "
        "key's record without `key`: where it was not received, revoke it and issue another.",
        one,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("ApiKeyAsked", "要签发的密钥 the key to issue"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.API_KEY, Action.READ),
        list_api_keys,
        "列出密钥 List keys",
        "不含密钥本身。\n\nWithout the keys themselves.",
        content("ApiKeysShown", "密钥 the keys"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.API_KEY, Action.READ),
        get_api_key,
        "一个密钥 A key",
        "不含密钥本身。\n\nWithout the key itself.",
        one,
        (404, 422),
    )
    add_route(
        router,
        "DELETE",
        PATH + "/{id}",
        (Resource.API_KEY, Action.REVOKE),
        revoke_api_key,
        "吊销密钥 Revoke a key",
        "立即生效，不能撤回；记录保留。再次吊销，时间不变。\n\n"
        "At once, and for good; the record stays. A second time changes nothing.",
        one,
        (404, 409, 422, 507),
    )
    return router


async def issue_api_key(request: Request) -> Response:
    """Issue a key."""
    data, asked = await taken(request, ApiKeyAsked)
    grants = frozenset(_grant(one) for one in asked.grants)
    wanted = records.Wanted(asked.label, asked.holder, grants, asked.organisation, asked.days)

    def work(change: Change) -> Made:
        record, issued = records.issue_key(change, wanted)
        answer = Made(_shown(record), 201, record.version, f"{PATH}/{record.id}")
        return replace(answer, once={"key": issued.text})

    return await written(request, data, work)


def _grant(asked: GrantAsked) -> Grant:
    assert isinstance(asked.division, Division)
    return Grant(asked.role, asked.division)


async def list_api_keys(
    request: Request, division: InDivision = None, after: After = None, limit: Limit = None
) -> Response:
    """List keys."""
    asked = Asked({}, division_asked(division), after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.keys(desk, asked), _shown)))


async def get_api_key(request: Request, id: RecordId) -> Response:
    """Give a key's record."""

    def look(desk: Any) -> Made:
        record = records.key(desk, id)
        return replace(made(record), value=_shown(record))

    return await found(request, look)


async def revoke_api_key(request: Request, id: RecordId) -> Response:
    """Revoke a key, here and now; other workers follow within the seconds that the settings name."""

    def work(change: Change) -> Made:
        record = records.revoke_key(change, id)
        return replace(made(record), value=_shown(record))

    response = await written(request, b"", work)
    door = service_of(request).door
    if isinstance(door, Credentials):
        door.forget(id)
    return response


def _shown(record: Record) -> dict[str, Any]:
    told = {name: value for name, value in shown(record).items() if name != "hash"}
    return {**told, "grants": [{"role": role, "division": code} for role, code in told["grants"]], "key": None}
