"""`/v1/consents`: to whom somebody's data may be disclosed, what for and which, until it is withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.cases.shape import Day, Note, Shape
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked
from xianjie.records.people import consents as records
from xianjie.service.keeping import Made, division_asked, found, written
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId, RecordShown
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.taking import RecordRef, taken

PATH = "/v1/consents"
Category = Literal["identity", "contact", "household", "aid", "health", "case"]
Categories = Annotated[list[Category], Field(min_length=1, max_length=6)]
Purpose = Literal["aid_referral", "charity_review", "service_delivery", "feedback", "aid_application", "other"]
Form = Literal["written", "electronic", "oral_recorded", "guardian"]
Channel = Literal["office", "telephone", "written", "electronic", "recipient", "guardian"]
Ref = Annotated[str | None, Query(max_length=100, pattern="^[a-z0-9-]+$")]
_CATEGORIES = "类别 the categories of data"


class ConsentAsked(Shape):
    """要登记的同意 a consent to record. `until` is its last day; without it there is no end but withdrawal."""

    person: RecordRef = Field(description="谁的信息 whose data")
    recipient: RecordRef = Field(description="向哪个组织 to which organisation")
    purpose: Purpose = Field(description="目的 what for")
    note: Note | None = Field(
        default=None, description="说明，不写个人信息 a note, without personal data; it is sealed"
    )
    categories: Categories = Field(description=_CATEGORIES)
    form: Form = Field(description="形式 how it was given")
    on: Day = Field(description="同意之日 the day on which it was given")
    until: Day | None = Field(default=None, description="最后一日 its last day")
    referral: RecordRef | None = Field(default=None, description="只为这次转介 for this referral alone")


class WithdrawalAsked(Shape):
    """撤回同意 withdraw a consent; without `on` it is today."""

    on: Day | None = Field(default=None, description="撤回之日 the day")
    channel: Channel = Field(description="向谁、怎样提出 how it was told")


class ConsentWithdrawn(Shown):
    """何时怎样撤回 when and how a consent was withdrawn."""

    on: str
    channel: Channel


class ConsentListed(RecordShown):
    """一项同意 a consent. `standing`: it covers a disclosure today; `ended` says why not."""

    person: str
    recipient: str
    referral: str | None
    purpose: Purpose
    categories: list[Category]
    form: Form
    on: str
    until: str | None
    withdrawn: ConsentWithdrawn | None
    standing: bool
    ended: Literal["erased", "withdrawn", "early", "expired"] | None


class ConsentShown(ConsentListed):
    """一项同意，连同说明 a consent with its note, which is null once the person was erased."""

    note: str | None


class ConsentsShown(PageShown):
    """一页同意 a page of consents."""

    items: list[ConsentListed]


MODELS = (ConsentAsked, WithdrawalAsked, ConsentListed, ConsentShown, ConsentsShown)
TAGS = {"consents": "同意 to whom somebody's data may be disclosed"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["consents"])
    shown = content("ConsentShown", "同意 the consent")
    unopened = content("ConsentListed", "同意，不含说明 the consent, without its note")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.CONSENT, Action.CREATE),
        record_consent,
        "登记同意 Record a consent",
        "逐项写明向谁、为何、哪些类别；只能撤回，不能更改。\n\n"
        "To whom, what for and which categories; it can be withdrawn, and is never changed.",
        unopened,
        (400, 404, 408, 409, 410, 413, 415, 422, 507),
        takes=content("ConsentAsked", "同意 the consent"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.CONSENT, Action.READ),
        list_consents,
        "列出同意 List consents",
        "按编号次序，逐页；慈善组织只看到给它的。\n\n"
        "Page by page, in the order of their ids; a charity sees those that are given to it.",
        content("ConsentsShown", "同意 the consents"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.CONSENT, Action.READ),
        get_consent,
        "一项同意 A consent",
        "连同是否撤回、今日是否有效。\n\nWith its withdrawal, and whether it stands today.",
        shown,
        (404, 422),
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/withdrawal",
        (Resource.CONSENT, Action.WITHDRAW),
        withdraw_consent,
        "撤回同意 Withdraw a consent",
        "此后不再披露，已披露的也不再打开。\n\nNothing is disclosed from now on, nor what was disclosed opened again.",
        unopened,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("WithdrawalAsked", "撤回 the withdrawal"),
    )
    return router


async def record_consent(request: Request) -> Response:
    """Enter a consent."""
    data, asked = await taken(request, ConsentAsked)
    consent = records.Consent(
        asked.person,
        asked.recipient,
        asked.purpose,
        frozenset(asked.categories),
        asked.form,
        dt.date.fromordinal(asked.on),
        asked.note or None,
        asked.referral,
        _day(asked.until),
    )

    def work(change: Change) -> Made:
        record = records.record_consent(change, consent)
        return Made(records.shown(change, record), 201, location=f"{PATH}/{record.id}")

    return await written(request, data, work)


async def list_consents(
    request: Request,
    division: InDivision = None,
    person: Ref = None,
    recipient: Ref = None,
    referral: Ref = None,
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List consents."""
    given = {"person": person, "recipient": recipient, "referral": referral}
    where = {name: value for name, value in given.items() if value is not None}
    asked = Asked(where, division_asked(division), after, limit or 50)

    def work(desk: Desk) -> Made:
        one = records.consents(desk, asked)
        return Made({"items": [records.shown(desk, record) for record in one.records], "next": one.after})

    return await found(request, work)


async def get_consent(request: Request, id: RecordId) -> Response:
    """Give a consent."""
    return await found(request, lambda desk: Made(records.shown(desk, records.consent(desk, id), opened=True)))


async def withdraw_consent(request: Request, id: RecordId) -> Response:
    """Enter that a consent was withdrawn."""
    data, asked = await taken(request, WithdrawalAsked)

    def work(change: Change) -> Made:
        record = records.withdraw(change, id, _day(asked.on), asked.channel)
        return Made(records.shown(change, record))

    return await written(request, data, work)


def _day(ordinal: int | None) -> dt.date | None:
    return None if ordinal is None else dt.date.fromordinal(ordinal)
