"""`/readings`: what the documents leave open, how this office settled it, and settling it with reason and authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import NATIONAL, AccessError, Action, Division, Resource, Target, division
from xianjie.engine.wording import say
from xianjie.errors import InputError, Problem, XianjieError
from xianjie.language.calendar import BEIJING
from xianjie.policy.prepared import Policy
from xianjie.records import reading_choices as records
from xianjie.records.desk import Change, Desk, offices
from xianjie.records.pages import Asked
from xianjie.records.refusals import Clash, Denied
from xianjie.service.body import checked
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, looked
from xianjie.service.problems import Refused, parameter, refuse, status_of
from xianjie.service.routes.reading_choices import ReadingChoiceAsked
from xianjie.service.state import Service, service_of
from xianjie.store import Record
from xianjie.web.door.once import new_key, posted_once
from xianjie.web.door.posted import Posted, posted_form
from xianjie.web.door.ways import local
from xianjie.web.pages.answers.shown import Answers
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_FIELDS = {
    "option": ("采用的读法", "Reading"),
    "reason": ("理由", "Reason"),
    "authority": ("依据", "Authority"),
    "division": ("机关", "Office"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """How a place was settled: the option, why, by what authority, by which credential, when, and by which office.

    `own`: by the very office that is asked for, not one above it.
    """

    id: str
    option: str
    words: str
    reason: str
    authority: str
    by: str
    at: dt.datetime
    division: str
    own: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a document that can be read in several ways. `office` is for whom it is settled.

    `open`: nobody settled it, and what follows is `differ`: `ambiguous`, or the `recommended` reading with a flag.
    """

    region: str
    name: str
    policy: str
    title: str
    axis: str
    ambiguity: str | None
    question: str
    differ: str
    options: tuple[tuple[str, str, bool], ...]
    office: str
    choice: Choice | None
    may_settle: bool
    once: str

    @property
    def path(self) -> str:
        """Give the page of this place."""
        return f"/readings/{self.policy}/{self.axis}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, and what is wrong with it: (id of the field, its name, the sentence)."""

    option: str = ""
    reason: str = ""
    authority: str = ""
    faults: tuple[tuple[str, str, str], ...] = ()

    def fault(self, id: str) -> str:
        """Give what is wrong at a field; empty where nothing is."""
        return next((sentence for at, _, sentence in self.faults if at == id), "")


def office_of(desk: Desk, wanted: Division | None = None) -> Division:
    """Choose the office that is meant: the one wanted if the asker acts for it, else their first."""
    own = offices(desk.principal)
    if wanted is not None and any(one.covers(wanted) for one in own):
        return wanted
    return own[0] if own else NATIONAL


def place(desk: Desk, service: Service, policy: Policy, axis: str, office: Division, lang: str) -> Place:
    """Tell a place of a document as it stands for an office."""
    model = policy.file.readings[axis]
    question = next((one for one in policy.file.ambiguities if one.id == model.ambiguity), None)
    region = service.regions.regions[policy.region]
    target = Target(Resource.READING_CHOICE, office)
    return Place(
        policy.region,
        say(lang, region.zh, region.en),
        policy.id,
        policy.file.document.title,
        axis,
        model.ambiguity,
        "" if question is None else say(lang, question.zh, question.en),
        model.differ,
        tuple((one.id, say(lang, one.zh, one.en), one.recommended) for one in model.options),
        str(office),
        _choice(desk, policy, axis, office, lang),
        desk.may(Action.SETTLE, target),
        new_key(),
    )


def _choice(desk: Desk, policy: Policy, axis: str, office: Division, lang: str) -> Choice | None:
    """Find how a place is settled for an office; None where it is not."""
    found = records.settled(desk.view, office, [policy]).get(policy.id, {}).get(f"{policy.region}:{axis}")
    if found is None:
        return None
    return told(desk.get(records.COLLECTION, found.id), policy, office, lang)


def told(record: Record, policy: Policy | None, office: Division | None, lang: str) -> Choice:
    """Tell a settlement; where it takes one back, its option is empty."""
    body = record.body
    words = ""
    if body["option"] is None:
        words = say(lang, "收回", "taken back")
    elif policy is not None and body["axis"] in policy.file.readings:
        options = policy.file.readings[body["axis"]].options
        words = next((say(lang, one.zh, one.en) for one in options if one.id == body["option"]), body["option"])
    return Choice(
        record.id,
        body["option"] or "",
        words or str(body["option"]),
        body["reason"],
        body["authority"],
        body["by"],
        dt.datetime.fromisoformat(body["at"]).astimezone(BEIJING),
        body["division"],
        office is not None and body["division"] == str(office),
    )


async def places_of(request: Request, answers: Answers, office: Division) -> Sequence[Place]:
    """Find the places of the documents whose readings bear on an answer that was given for an office."""
    service, lang = service_of(request), answers.lang
    documents = {one.id: one for one in documents_of(service)}
    bearing = [(axis.policy, axis.id) for region in answers.regions for axis in region.axes if axis.bears]
    wanted = [(documents[policy], axis) for policy, axis in dict.fromkeys(bearing) if policy in documents]

    def look(desk: Desk) -> list[Place]:
        if not desk.reaches(Action.READ, Resource.READING_CHOICE):
            return []
        return [place(desk, service, policy, axis, office, lang) for policy, axis in wanted]

    return await looked(request, look)


def documents_of(service: Service) -> Iterator[Policy]:
    """Go through the documents of all regions."""
    for timeline in service.answering.engine.documents.timelines.values():
        yield from timeline.all


async def show_places(request: Request) -> Response:
    """List every place that can be read in several ways, settled or open."""
    service, query = service_of(request), request.query_params
    lang = viewer_of(request.headers, query).spoken
    wanted = division_named(query.get("office", ""))
    only_open = query.get("open") == "1"

    def look(desk: Desk) -> tuple[Division, list[Place]]:
        office = office_of(desk, wanted)
        return office, [
            place(desk, service, policy, axis, office, lang)
            for policy in documents_of(service)
            for axis in policy.file.readings
        ]

    office, found = await looked(request, look)
    return page(
        request,
        "answers/readings.html.j2",
        private=True,
        places=[one for one in found if one.choice is None] if only_open else found,
        open=sum(one.choice is None for one in found),
        only_open=only_open,
        office=str(office),
        offices=[str(one) for one in offices(principal_of(request))],
    )


def division_named(text: str) -> Division | None:
    """Read a division of the query; None where none is named."""
    try:
        return division(text) if text else None
    except AccessError as error:
        problems = [Problem(one.code, one.zh, one.en, parameter("office")) for one in error.problems]
        raise InputError(problems) from None


async def show_place(request: Request) -> Response:
    """Show one place, how it was settled over time, and the form to settle it."""
    policy, axis = _named(request)
    wanted = division_named(request.query_params.get("office", ""))
    back = local(request.query_params.get("back", "/readings"))
    return await _shown(request, policy, axis, wanted, Typed(), back, 200)


async def _shown(
    request: Request, policy: Policy, axis: str, wanted: Division | None, typed: Typed, back: str, status: int
) -> Response:
    service, lang = service_of(request), viewer_of(request.headers, request.query_params).spoken

    def look(desk: Desk) -> tuple[Place, list[Choice]]:
        office = office_of(desk, wanted)
        made = place(desk, service, policy, axis, office, lang)
        found, _ = records.settlements(desk, Asked({"axis": axis, "region": policy.region}, limit=200))
        history = [told(one, policy, office, lang) for one in found.records if one.body["policy"] == policy.id]
        return made, history[::-1]

    made, history = await looked(request, look)
    return page(
        request,
        "answers/reading.html.j2",
        status=status,
        private=True,
        place=made,
        history=history,
        typed=typed,
        back=back,
    )


def _named(request: Request) -> tuple[Policy, str]:
    """Find the place that the path names."""
    id, axis = request.path_params["policy"], request.path_params["axis"]
    for policy in documents_of(service_of(request)):
        if policy.id == id and axis in policy.file.readings:
            return policy, axis
    raise refuse(404, "reading-unknown", "文件里没有这处读法", "the document has no such place")


async def settle(request: Request) -> Response:
    """Enter a settlement, and go back to where it was asked for."""
    policy, axis = _named(request)
    posted = await posted_form(request)
    back = local(posted.text("back") or "/readings")
    typed = Typed(posted.text("option"), posted.text("reason"), posted.text("authority"))
    if posted.only_again:
        return await _shown(request, policy, axis, division_named(posted.text("division")), typed, back, 200)
    try:
        asked = _asked(policy, axis, posted)
        assert isinstance(asked.division, Division)
        settlement = records.Settlement(axis, asked.option, asked.reason, asked.authority, asked.division)

        def work(change: Change) -> Made:
            return Made({"id": records.settle(change, policy, settlement).id}, 201)

        await posted_once(request, posted, work)
    except (InputError, Clash, Denied, Refused) as error:
        lang = viewer_of(request.headers, request.query_params).spoken
        typed = replace(typed, faults=tuple(_faults(error, lang)))
        wanted = division_named(posted.text("division"))
        return await _shown(request, policy, axis, wanted, typed, back, status_of(error))
    service_of(request).offices.forget()
    mark = "&" if "?" in back else "?"
    return RedirectResponse(f"{back}{mark}{urlencode({'settled': '1'})}#settled", 303, {"cache-control": "no-store"})


def _asked(policy: Policy, axis: str, posted: Posted) -> ReadingChoiceAsked:
    """Check what was typed, as the interface does."""
    option = posted.text("option")
    if not option:
        zh, en = "请选一种读法，或选“收回”", "choose a reading, or take back"
        raise InputError(Problem("option-missing", zh, en, parameter("option")))
    given: Mapping[str, object] = {
        "region": policy.region,
        "policy": policy.id,
        "axis": axis,
        "option": None if option == TAKE_BACK else option,
        "reason": posted.text("reason"),
        "authority": posted.text("authority"),
        "division": posted.text("division"),
    }
    return checked(given, ReadingChoiceAsked)


TAKE_BACK = "-"
"""The value of the choice that takes a settlement back; no option has such a name."""


def _faults(error: XianjieError, lang: str) -> Iterator[tuple[str, str, str]]:
    for problem in error.problems:
        field = (problem.place.path or "").strip("/?")
        known = field if field in _FIELDS else ""
        sentence = say(lang, problem.zh, problem.en)
        yield (f"settle-{known}" if known else ""), (say(lang, *_FIELDS[known]) if known else ""), sentence
