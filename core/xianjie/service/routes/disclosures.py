"""`/v1/disclosures`: what was passed on about somebody, to whom, under which consent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.cases.shape import Shape
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked
from xianjie.records.people import disclosures as records
from xianjie.service.keeping import Made, division_asked, found, listed, looked_and_noted, written
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId, RecordShown
from xianjie.service.routes.consents import Categories, Category, Ref
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.taking import RecordRef, taken
from xianjie.service.wire import JSON, answer_bytes

PATH = "/v1/disclosures"


class DisclosureAsked(Shape):
    """要披露什么 what to disclose, to the recipient of the consent; without a consent, nothing.

    `case` is where the facts are. Without `referral` it is for the referral of the consent, if that is for one.
    """

    consent: RecordRef | None = Field(default=None, description="依据的同意 the consent that it rests on")
    categories: Categories = Field(description="类别 the categories of data")
    referral: RecordRef | None = Field(default=None, description="转介 the referral")
    case: RecordRef | None = Field(default=None, description="个案 the case")


class DisclosureShown(RecordShown):
    """一次披露，不含内容 a disclosure without its content; `commitment` proves later what it was."""

    consent: str
    person: str
    recipient: str
    categories: list[Category]
    referral: str | None
    case: str | None
    at: str
    commitment: str


class DisclosuresShown(PageShown):
    """一页披露 a page of disclosures."""

    items: list[DisclosureShown]


class DisclosedPerson(Shown):
    """所披露的个人信息 the person's data that were disclosed."""

    name: str | None = None
    number: str | None = None
    phone: str | None = None
    address: str | None = None


class DisclosureOpened(Shown):
    """所披露的内容 what was disclosed, as it was on that day, and no more than its categories cover."""

    id: str
    categories: list[Category]
    person: DisclosedPerson
    facts: dict[str, dict[str, Any]] = Field(description="个案的事实 facts of the case, by record and name")


MODELS = (DisclosureAsked, DisclosureShown, DisclosuresShown, DisclosureOpened)
TAGS = {"disclosures": "披露 what was passed on, to whom, under which consent"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["disclosures"])
    shown = content("DisclosureShown", "披露 the disclosure, without its content")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.DISCLOSURE, Action.CREATE),
        disclose,
        "披露 Disclose",
        "向同意所写的组织，在同意的类别之内；没有同意、已撤回、已到期都是 409。\n\n"
        "To the organisation of the consent, in its categories; without one, or once it was withdrawn or has ended: "
        "409.",
        shown,
        (400, 404, 408, 409, 410, 413, 415, 422, 507),
        takes=content("DisclosureAsked", "披露什么 what to disclose"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.DISCLOSURE, Action.READ),
        list_disclosures,
        "列出披露 List disclosures",
        "按编号次序，逐页；慈善组织只看到向它披露的。\n\n"
        "Page by page, in the order of their ids; a charity sees those that were made to it.",
        content("DisclosuresShown", "披露 the disclosures"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.DISCLOSURE, Action.READ),
        get_disclosure,
        "一次披露 A disclosure",
        "何时、向谁、哪些类别，不含内容。\n\nWhen, to whom and which categories; not the content.",
        shown,
        (404, 422),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}/content",
        (Resource.DISCLOSURE, Action.OPEN),
        open_disclosure,
        "打开所披露的内容 Open what was disclosed",
        "只给被披露的组织和转介人，同意有效期间；每次打开都记入审计链。\n\n"
        "For the organisation that it was made to and the officer, while the consent stands; each opening is noted in "
        "the audit chain.",
        content("DisclosureOpened", "内容 the content"),
        (404, 409, 410, 422),
    )
    return router


async def disclose(request: Request) -> Response:
    """Disclose."""
    data, asked = await taken(request, DisclosureAsked)
    wanted = records.Disclosure(asked.consent, frozenset(asked.categories), asked.referral, asked.case)

    def work(change: Change) -> Made:
        record = records.disclose(change, wanted)
        return Made(records.shown(record), 201, record.version, f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_disclosures(
    request: Request,
    division: InDivision = None,
    consent: Ref = None,
    person: Ref = None,
    recipient: Ref = None,
    referral: Ref = None,
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List disclosures."""
    given = {"consent": consent, "person": person, "recipient": recipient, "referral": referral}
    where = {name: value for name, value in given.items() if value is not None}
    asked = Asked(where, division_asked(division), after, limit or 50)
    return await found(request, lambda desk: Made(listed(records.disclosures(desk, asked), records.shown)))


async def get_disclosure(request: Request, id: RecordId) -> Response:
    """Give a disclosure."""

    def work(desk: Desk) -> Made:
        record = records.disclosure(desk, id)
        return Made(records.shown(record), 200, record.version)

    return await found(request, work)


async def open_disclosure(request: Request, id: RecordId) -> Response:
    """Open what was disclosed."""
    record, disclosed = await looked_and_noted(request, lambda change: records.open_disclosure(change, id))
    body = {"id": record.id, "categories": record.body["categories"], **disclosed}
    return Response(answer_bytes(body), media_type=JSON)
