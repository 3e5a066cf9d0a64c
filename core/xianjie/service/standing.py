"""Show ledgers and counted duties with their states: what their resources share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from xianjie.cases.read import read_case
from xianjie.cases.shape import Day, Note
from xianjie.engine.answer import DutyEntry
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing, StatePage, listed_by_state, standing_of
from xianjie.records.desk import Desk
from xianjie.records.pages import Asked
from xianjie.service.asking import Language
from xianjie.service.door.admission import principal_of
from xianjie.service.problems import at, parameter
from xianjie.service.recording import RecordShown
from xianjie.service.routes.regions import day_asked
from xianjie.service.schema import REGION
from xianjie.service.shown import Shown
from xianjie.service.state import Service, service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.vocabulary import Vocabulary

RegionId = Annotated[
    str,
    Field(
        max_length=100, description="地区 the region by whose documents it is judged", json_schema_extra={REGION: True}
    ),
]
InRegion = Annotated[
    str | None,
    Query(alias="region", description="只要这个地区的 only those of this region", json_schema_extra={REGION: True}),
]
OnDay = Annotated[Day, Field(description="哪天，不晚于今天 on which day, not after today")]
ByRole = Annotated[
    Note | None, Field(max_length=50, description="由谁：写岗位或单位，不写姓名 by whom: a role or an office, no name")
]
Corrects = Annotated[
    str | None,
    Field(max_length=100, pattern="^[a-z0-9-]+$", description="所更正的一条 the entry that this one corrects"),
]
DueSoon = Annotated[int | None, Query(description="到期前多少天起算即将到期 days before the due date", ge=0, le=3660)]
InLanguage = Annotated[Language, Query(description="理由的语言 the language of the reasons")]


class PolicyOfState(Shown):
    """依据的文件 the document that a state was found under."""

    id: str
    version: str
    sha256: str
    standing: Literal["issued", "draft", "press_report"]
    validity: Literal["in_force", "unverified", "not_in_force", "lapsed"]


class StateShown(DutyEntry):
    """判定日的状态 the state on the day of evaluation, as in an answer's `duties`."""

    policy: PolicyOfState


class EntryShown(Shown):
    """What every entry of a ledger or a duty shows. `facts`: the opening, where the entry tells of it."""

    id: str
    what: str
    on: str | None
    by: str | None
    corrects: str | None
    facts: dict[str, Any] | None
    recorded: str


class StatedShown(RecordShown):
    """What ledgers and duties show: `opening` as it was recorded, `entries` the number of what was recorded in all."""

    name: str | None
    region: str
    entries: int
    changed: str


def check_region(service: Service, region: str, place: Place) -> None:
    """Refuse a region that is not installed; a document's name is no region."""
    if region in service.answering.engine.policies:
        return
    known = tuple(service.answering.engine.policies)
    zh, en = f"没有这个地区；可用：{'、'.join(known)}", f"no such region; known: {', '.join(known)}"
    raise InputError(Problem("region-unknown", zh, en, place))


def region_asked(request: Request, region: str | None) -> str | None:
    """Check the region of a query."""
    if region is not None:
        check_region(service_of(request), region, parameter("region"))
    return region


def check_listed(listed: str, facts: Mapping[str, Any], vocabulary: Vocabulary) -> None:
    """Check facts as those of one of a case's ledgers or duties; InputError with pointers below `/facts`."""

    def place(steps: Sequence[str | int]) -> Place:
        return at(("facts", *list(steps)[2:]))

    read_case({listed: [facts]}, vocabulary, place)


def given(where: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not asked for."""
    return {path: value for path, value in where.items() if value is not None}


def reckoning_asked(request: Request, as_of: str | None, due_soon_days: int | None, lang: str) -> Reckoning:
    """Make what states are found with: the engine, the day, and from when on something is due soon."""
    answering = service_of(request).answering
    day = day_asked(as_of) or answering.day(None)
    return Reckoning(answering.engine, day, 30 if due_soon_days is None else due_soon_days, lang)


async def listed_states(
    request: Request, kind: Kind, asked: Asked, statuses: Sequence[str], reckoning: Reckoning
) -> Response:
    """Answer with a page of records and their states, found in a thread."""
    service, principal = service_of(request), principal_of(request)

    def run() -> StatePage:
        return listed_by_state(service.keeping, principal, kind, asked, frozenset(statuses), reckoning)

    page = await in_thread(service.threads, run)
    items = [_standing(one, reckoning) for one in page.standings]
    return Response(answer_bytes({"items": items, "next": page.after}), media_type=JSON)


async def found_state(request: Request, kind: Kind, find: Callable[[Desk], Record], reckoning: Reckoning) -> Response:
    """Answer with one record and its state."""
    service, principal = service_of(request), principal_of(request)

    def run() -> Standing:
        return standing_of(service.keeping, principal, kind, find, reckoning)

    standing = await in_thread(service.storing, run)
    headers = {"etag": f'"{standing.item.record.version}"'}
    return Response(answer_bytes(_standing(standing, reckoning)), headers=headers, media_type=JSON)


def _standing(standing: Standing, reckoning: Reckoning) -> dict[str, Any]:
    item = standing.item
    return {**shown_record(item.record, item.facts), "as_of": iso(reckoning.day), "state": standing.state}


def shown_record(record: Record, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Show a ledger or a duty with its facts."""
    told = ("name", "region", "division", "opening", "entries", "changed")
    return {"id": record.id, "version": record.version, **{name: record.body[name] for name in told}, "facts": facts}


def shown_entry(record: Record) -> dict[str, Any]:
    """Show what was recorded of a ledger or a duty, without what it belongs to."""
    hidden = ("ledger", "duty", "fact")
    return {"id": record.id, **{name: value for name, value in record.body.items() if name not in hidden}}
