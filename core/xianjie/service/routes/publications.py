"""`/v1/publications`: what documents came into service and when, and taking changed ones into service."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.errors import InputError, PluginError, PolicyError
from xianjie.records import publications as records
from xianjie.records.pages import Asked
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, found, listed, shown
from xianjie.service.problems import MEDIA, Refused
from xianjie.service.recording import After, Limit, PageShown, RecordShown
from xianjie.service.running.reloading import Reloading, told_in_short
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.wire import JSON, answer_bytes

PATH = "/v1/publications"
_ID = "^[a-z0-9-]+$"

OfRegion = Annotated[
    str | None, Query(alias="region", description="地区 of this region alone", max_length=60, pattern=_ID)
]
OfPolicy = Annotated[
    str | None, Query(alias="policy", description="文件编号 of this document alone", max_length=200, pattern=_ID)
]


class ApprovalShown(Shown):
    """谁批准、为什么、依据哪份文件 who approved it, why, and under which document."""

    who: str
    why: str
    document: str


class PublicationShown(RecordShown):
    """一份文件的一个版本投入使用 a version of a document came into service."""

    region: str
    policy: str = Field(description="文件编号 the document's id")
    policy_version: str = Field(description="文件的版本 the document's version")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    standing: str
    published_at: str = Field(description="何时 when, with its offset from UTC")
    by: str = Field(
        description="由谁，`service` 为启动或重读时 by whom; `service`: when it started or was told to look"
    )
    approval: ApprovalShown | None = Field(
        default=None, description="在工作台批准发布的，有批准的记录 where it was published in the workbench"
    )


class PublicationsShown(PageShown):
    """一页 a page of publications."""

    items: list[PublicationShown]


class ReloadShown(Shown):
    """重读的结果 what came of looking at the documents again."""

    changed: bool = Field(description="文件有没有改动 whether any file had changed")
    published: list[PublicationShown] = Field(description="新投入使用的 what came into service for the first time")


MODELS = (PublicationShown, PublicationsShown, ReloadShown)
TAGS = {"publications": "发布 which documents came into service, and when"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["publications"])
    add_route(
        router,
        "GET",
        PATH,
        (Resource.POLICY, Action.READ),
        list_publications,
        "哪些文件何时投入使用 What came into service, and when",
        "服务启动和重读文件时，每份文件的每个版本记录一次。\n\n"
        "Each version of each document is recorded once, when the service starts or looks at its documents again.",
        content("PublicationsShown", "投入使用的文件 the documents"),
        (422,),
    )
    add_route(
        router,
        "POST",
        PATH,
        (Resource.POLICY, Action.PUBLISH),
        publish_policies,
        "重读政策文件 Take changed documents into service",
        "重新读取各地区的文件，试答并核对地区自带的个案，通过后换用；进行中的请求仍用原来的。"
        "有错则一切照旧，答 409 并说明。改动的文件须都在辖区之内。\n\n"
        "Read the regions' files again, try them and the regions' own cases, and change over; requests under way keep "
        "the old ones. Where something is wrong all stays as it is, and 409 tells what. All that changed must lie "
        "within your divisions.",
        content("ReloadShown", "结果 what came of it"),
        (409,),
        # looking twice comes to the same: no key is needed
        also={507: content("Problem", "存储空间不足 the store is full", (MEDIA,))},
    )
    return router


async def list_publications(
    request: Request, region: OfRegion = None, policy: OfPolicy = None, after: After = None, limit: Limit = None
) -> Response:
    """List what came into service."""
    where = {name: value for name, value in (("region", region), ("policy", policy)) if value is not None}
    asked = Asked(where, None, after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.publications(desk, asked))))


async def publish_policies(request: Request) -> Response:
    """Look at the documents again."""
    reloading: Reloading = request.app.state.reloading
    try:
        done = await reloading.again(principal_of(request))
    except (InputError, PolicyError, PluginError) as error:
        raise Refused(409, told_in_short(error)) from None
    if reloading.forward is not None:
        reloading.forward()
    told = {"changed": done.changed, "published": [shown(record) for record in done.published]}
    return Response(answer_bytes(told), media_type=JSON)
