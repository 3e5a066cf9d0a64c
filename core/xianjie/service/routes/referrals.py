"""`/v1/referrals`: referrals in both directions, and their steps, each decided by the region's statechart."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Day, Label, Shape
from xianjie.engine.answer import Referral
from xianjie.policy.model import Direction, Event
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked
from xianjie.records.referring import events as referral_events
from xianjie.records.referring import referrals
from xianjie.records.referring.log import Standing
from xianjie.service.asking import Language
from xianjie.service.divisions import DivisionCode
from xianjie.service.keeping import Made, division_asked, found, listed, looked_and_noted, version_asked, written
from xianjie.service.recording import After, InDivision, Limit, PageShown, RecordId, RecordShown, facts_of
from xianjie.service.schema import PART, REGION, add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import service_of
from xianjie.service.taking import RecordRef, taken
from xianjie.service.wire import JSON, answer_bytes
from xianjie.store import Record

PATH = "/v1/referrals"
_OWN_PARTS: dict[str, Any] = {
    PART: "CaseReferral",
    # what the record and its steps tell is not told again
    "properties": {"direction": {"type": "null"}, "events": {"type": "null"}},
}


class ReferralFacts(Shape):
    """事实 facts, as in a case. The direction stands beside them, and steps are recorded one by one."""

    person: dict[str, Any] = facts_of("person", {})
    household: dict[str, Any] = facts_of("household", {})
    aid: dict[str, Any] = facts_of("aid", {})
    referral: dict[str, Any] = Field(default={}, description="转介", json_schema_extra=_OWN_PARTS)
    organisation: dict[str, Any] = facts_of("organisation", {})
    area: dict[str, Any] = facts_of("area", {})


class ReferralMatterAsked(Shape):
    """转介的内容 what a referral is about: whom, to or from which organisation, and on which facts."""

    person: RecordRef | None = Field(default=None, description="这个人的编号 the id of the person")
    organisation: RecordRef | None = Field(default=None, description="组织的编号 the id of the organisation")
    facts: ReferralFacts = ReferralFacts()


class ReferralAsked(ReferralMatterAsked):
    """发起的转介 a referral to open, under the document that governs on `as_of` (today where it is not given)."""

    region: str = Field(description="地区 the region", max_length=80, json_schema_extra={REGION: True})
    direction: Direction = Field(description="方向 the direction")
    division: DivisionCode
    as_of: Day | None = Field(default=None, description="提出之日 the day on which it was asked for")


class ReferralStepAsked(Shape):
    """一个步骤 a step that took place. `consent`: the record that `consented` rests on, of a person who is named."""

    event: Event = Field(description="步骤 which step")
    on: Day = Field(description="发生之日 the day on which it took place")
    by: Label | None = Field(default=None, description="由谁，写职务 by whom: a role, no name")
    consent: RecordRef | None = Field(default=None, description="同意书的编号 the id of the consent")


class ReferralDocument(Shown):
    """一份文件 a document: its id, version and fingerprint."""

    id: str
    version: str
    sha256: str


class ReferralListed(RecordShown):
    """一次转介，不含事实 a referral without its facts.

    `state` is the statechart's; null where the document sets out no steps. `ended`: withdrawn where the document does
    not know what follows. `steps` counts those recorded.
    """

    person: str | None
    region: str
    direction: Direction
    organisation: str | None
    policy: ReferralDocument
    as_of: str
    opened: str
    state: str | None
    ended: bool
    steps: int


class ReferralStep(Shown):
    """一个步骤 a step. `decided`: in turn, passed over by the document, or under no procedure at all.

    `origin` is `consent` where a withdrawal follows from the end of a consent; `number` is null until it is written.
    """

    number: int | None
    event: Event
    on: str
    by: str | None
    consent: str | None
    decided: Literal["in_turn", "passed_over", "no_procedure"]
    state: str | None
    recorded: str | None
    origin: Literal["recorded", "consent"]


class ReferralMoved(ReferralListed):
    """记录步骤之后的转介 a referral after a step, where it stands by the document's word, and what is open now."""

    name: str | None
    open_events: list[str]
    event: ReferralStep


class ReferralWhole(ReferralListed):
    """一次转介 a referral whole. `governs_now`: the document that governs today; `superseded`: another than its own.

    `facts` and `answer` are null for a charity, and once the person is erased.
    """

    name: str | None
    open_events: list[str]
    events: list[ReferralStep]
    facts: dict[str, Any] | None
    governs_now: ReferralDocument | None
    superseded: bool
    answer: Referral | None


class ReferralsShown(PageShown):
    """一页转介 a page of referrals."""

    items: list[ReferralListed]


MODELS = (ReferralAsked, ReferralMatterAsked, ReferralStepAsked, ReferralMoved, ReferralWhole, ReferralsShown)
TAGS = {"referrals": "转介 referrals in both directions, and their steps"}
InRegion = Annotated[str | None, Query(description="地区 the region", max_length=80, pattern="^[a-z0-9-]+$")]
InState = Annotated[str | None, Query(description="状态 the state", max_length=80, pattern="^[a-z0-9_-]+$")]
OfRecord = Annotated[str | None, Query(description="编号 an id", max_length=100, pattern="^[a-z0-9-]+$")]
IfMatch = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias="If-Match",
        description="读取时的 ETag，可不写 the ETag it was read with, where that matters",
        json_schema_extra={"pattern": '^"[1-9][0-9]{0,9}"$'},
    ),
]


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["referrals"])
    listed_ = content("ReferralListed", "转介 the referral")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.REFERRAL, Action.CREATE),
        open_referral,
        "发起转介 Open a referral",
        "由当日适用的文件规定，此后即使另有新文件，仍依这一份。\n\n"
        "It stands under the document that governs on the day, whatever document comes after.",
        listed_,
        (400, 404, 408, 409, 410, 413, 415, 422, 507),
        takes=content("ReferralAsked", "转介 the referral"),
        status=201,
    )
    add_route(
        router,
        "GET",
        PATH,
        (Resource.REFERRAL, Action.READ),
        list_referrals,
        "列出转介 List referrals",
        "慈善组织只看到已向它披露的。\n\nA charity sees those alone that were disclosed to it.",
        content("ReferralsShown", "转介 the referrals"),
        (422,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.REFERRAL, Action.READ),
        get_referral,
        "一次转介 A referral",
        "事实、步骤、现在的状态，和今日的判定；查看记入审计链。\n\n"
        "Facts, steps, where it stands, and the answer of today; that it was read is noted in the audit chain.",
        content("ReferralWhole", "转介 the referral"),
        (404, 422, 507),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        (Resource.REFERRAL, Action.CREATE),
        change_referral,
        "更正转介 Change a referral",
        "须带 If-Match；内容一并更换，已记录的步骤须仍然成立。\n\n"
        "Needs If-Match; all of it is replaced, and the steps that are recorded must still be in turn.",
        listed_,
        (400, 404, 408, 409, 410, 412, 413, 415, 422, 428, 507),
        takes=content("ReferralMatterAsked", "转介的内容 what it is about"),
    )
    add_route(
        router,
        "POST",
        PATH + "/{id}/events",
        (Resource.REFERRAL, Action.CREATE),  # whoever takes part in referrals; which step it is says what it takes
        record_step,
        "记录步骤 Record a step",
        "由文件的状态图决定；次序不成立的是 409，写明缺少的步骤。"
        "撤回由机关里收到的人记录，其余步骤须有推进或报告的权限。\n\n"
        "The document's statechart decides; a step out of turn is 409, with the step that is missing. A withdrawal is "
        "recorded by whoever is told in the office; other steps take the right to advance or to report.",
        content("ReferralMoved", "转介 the referral"),
        (400, 404, 408, 409, 410, 412, 413, 415, 422, 507),
        takes=content("ReferralStepAsked", "步骤 the step"),
        status=201,
    )
    return router


async def open_referral(request: Request) -> Response:
    """Open a referral."""
    engine = service_of(request).answering.engine
    data, asked = await taken(request, ReferralAsked)
    assert isinstance(asked.division, Division)
    as_of = None if asked.as_of is None else dt.date.fromordinal(asked.as_of)
    opening = referrals.Opening(asked.region, asked.direction, asked.division, _matter(asked), as_of)

    def work(change: Change) -> Made:
        record = referrals.open_referral(change, engine, opening)
        return _listed(change, record, 201)

    return await written(request, data, work)


async def list_referrals(
    request: Request,
    region: InRegion = None,
    division: InDivision = None,
    state: InState = None,
    organisation: OfRecord = None,
    person: OfRecord = None,
    after: After = None,
    limit: Limit = None,
) -> Response:
    """List referrals."""
    given = {"region": region, "state": state, "organisation": organisation, "person": person}
    where = {name: value for name, value in given.items() if value is not None}
    asked = Asked(where, division_asked(division), after, limit or 50)

    def look(desk: Desk) -> Made:
        return Made(listed(referrals.referrals(desk, asked), lambda record: referrals.shown(desk, record)))

    return await found(request, look)


async def get_referral(
    request: Request, id: RecordId, lang: Annotated[Language, Query(description="理由的语言 of the reasons")] = "zh"
) -> Response:
    """Give a referral whole."""
    engine = service_of(request).answering.engine
    record, whole = await looked_and_noted(request, lambda change: referrals.whole(change, engine, id, lang))
    return Response(answer_bytes(whole), headers={"etag": f'"{record.version}"'}, media_type=JSON)


async def change_referral(request: Request, id: RecordId) -> Response:
    """Put other facts in place."""
    version = version_asked(request)
    engine = service_of(request).answering.engine
    data, asked = await taken(request, ReferralMatterAsked)

    def work(change: Change) -> Made:
        return _listed(change, referrals.change_referral(change, engine, id, version, _matter(asked)), 200)

    return await written(request, data, work)


async def record_step(request: Request, id: RecordId, if_match: IfMatch = None) -> Response:
    """Record a step."""
    version = None if if_match is None else version_asked(request)
    engine = service_of(request).answering.engine
    data, asked = await taken(request, ReferralStepAsked)
    report = referral_events.Report(asked.event, dt.date.fromordinal(asked.on), asked.by, asked.consent)

    def work(change: Change) -> Made:
        record, standing = referral_events.take_step(change, engine, id, report, version)
        return Made(_moved(change, record, standing), 201, record.version, f"{PATH}/{id}")

    return await written(request, data, work)


def _matter(asked: ReferralMatterAsked) -> referrals.Matter:
    facts = {part: given for part, given in asked.facts.model_dump().items() if given}
    return referrals.Matter(facts, asked.person, asked.organisation)


def _listed(desk: Desk, record: Record, status: int) -> Made:
    location = f"{PATH}/{record.id}" if status == 201 else None
    return Made(referrals.shown(desk, record), status, record.version, location)


def _moved(desk: Desk, record: Record, standing: Standing) -> dict[str, Any]:
    return {
        **referrals.shown(desk, record),
        "name": standing.walked.name,
        "open_events": [] if standing.ended else list(standing.walked.open_events),
        "event": standing.steps[-1].shown(),
    }
