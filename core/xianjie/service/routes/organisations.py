"""`/v1/organisations`: the organisations that referrals and disclosures go to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Label, Shape
from xianjie.records import organisations as records
from xianjie.records.desk import Change
from xianjie.records.pages import Asked
from xianjie.service.keeping import Made, division_asked, found, listed, made, version_asked, written
from xianjie.service.recording import (
    After,
    DivisionCode,
    InDivision,
    Limit,
    PageShown,
    RecordId,
    RecordShown,
    checked_facts,
    facts_of,
)
from xianjie.service.schema import add_route, content
from xianjie.service.state import Service, service_of
from xianjie.service.taking import taken, weighed

PATH = "/v1/organisations"
Code = Annotated[str, Field(pattern=r"^[0-9A-HJ-NP-RT-UW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RT-UW-Y]{10}$")]


class OrganisationAsked(Shape):
    """登记的组织 an organisation to record."""

    name: Label = Field(description="名称 its name")
    code: Code | None = Field(default=None, description="统一社会信用代码 its unified social credit code (GB 32100)")
    division: DivisionCode
    facts: dict[str, Any] = facts_of("organisation", {})


class OrganisationShown(RecordShown):
    """一个组织 an organisation."""

    name: str
    code: str | None
    facts: dict[str, Any] = facts_of("organisation")


class OrganisationsShown(PageShown):
    """一页组织 a page of organisations."""

    items: list[OrganisationShown]


MODELS = (OrganisationAsked, OrganisationShown, OrganisationsShown)
TAGS = {"organisations": "组织 the organisations that referrals go to"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["organisations"])
    shown = content("OrganisationShown", "组织 the organisation")
    taken = content("OrganisationAsked", "组织 the organisation")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.ORGANISATION, Action.WRITE),
        record_organisation,
        "登记组织 Record an organisation",
        "统一社会信用代码不得重复。\n\nNo two organisations have the same unified social credit code.",
        shown,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=taken,
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.ORGANISATION, Action.READ),
        list_organisations,
        "列出组织 List organisations",
        "按编号次序，逐页。\n\nPage by page, in the order of their ids.",
        content("OrganisationsShown", "组织 the organisations"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.ORGANISATION, Action.READ),
        get_organisation,
        "一个组织 An organisation",
        "ETag 是它的版本，更正时带在 If-Match 里。\n\nThe ETag is its version; a change gives it in If-Match.",
        shown,
        (404, 422),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        (Resource.ORGANISATION, Action.WRITE),
        change_organisation,
        "更正组织 Change an organisation",
        "须带 If-Match；全部内容一并更换。\n\nNeeds If-Match; all of it is replaced.",
        shown,
        (400, 404, 408, 409, 412, 413, 415, 422, 428, 507),
        takes=taken,
    )
    return router


async def record_organisation(request: Request) -> Response:
    """Enter an organisation."""
    data, organisation = await _organisation(request)

    def work(change: Change) -> Made:
        record = records.record_organisation(change, organisation)
        return made(record, f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_organisations(
    request: Request, division: InDivision = None, after: After = None, limit: Limit = None
) -> Response:
    """List organisations."""
    asked = Asked({}, division_asked(division), after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.organisations(desk, asked))))


async def get_organisation(request: Request, id: RecordId) -> Response:
    """Give an organisation."""
    return await found(request, lambda desk: made(records.organisation(desk, id)))


async def change_organisation(request: Request, id: RecordId) -> Response:
    """Put other words in place."""
    version = version_asked(request)
    data, organisation = await _organisation(request)
    return await written(
        request, data, lambda change: made(records.change_organisation(change, id, version, organisation))
    )


async def _organisation(request: Request) -> tuple[bytes, records.Organisation]:
    service: Service = service_of(request)
    data, asked = await taken(request, OrganisationAsked)
    assert isinstance(asked.division, Division)
    vocabulary = service.answering.engine.vocabulary
    await weighed(request, data, checked_facts, {"organisation": asked.facts}, vocabulary)
    return data, records.Organisation(asked.name, asked.code, asked.division, asked.facts)
