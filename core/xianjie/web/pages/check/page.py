"""`/check`: the form, and what follows from it region by region, at once and without any of it being recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import Action, Division, Principal, Resource, division, reach
from xianjie.engine.later import REMARK
from xianjie.language.calendar import iso
from xianjie.records.desk import offices
from xianjie.service.answering import Answered, Answering, Office
from xianjie.service.body import JsonBody
from xianjie.service.describing import described_document
from xianjie.service.door.admission import principal_of
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.vault import PersonKey
from xianjie.vocabulary.terms import EVENTS
from xianjie.web.door.form_tokens import FIELD
from xianjie.web.door.posted import AGAIN, posted_form
from xianjie.web.pages.answers.shown import answer_of, shown_answers
from xianjie.web.pages.check.asked import Asked, asked_of, text_of
from xianjie.web.pages.check.filled import PARTIES, Fault, Filled, Typed, filled, numbers
from xianjie.web.pages.check.mattering import Bearing, document
from xianjie.web.pages.check.sheet import IDLE, Sheet, id_of, sheet_of
from xianjie.web.showing.memory import Memory
from xianjie.web.showing.rendering import is_partial, page, workbench_of
from xianjie.web.showing.viewer import viewer_of

Fields = ImmutableMultiDict[str, str]
Names = Mapping[str, tuple[str, str]]

PAGE = "check/page.html.j2"
_PARTS = {"live": "check/live.html.j2", "check": "check/body.html.j2"}
_CHOICES = ("regions", "dimension", "as_of", "add", "remove", "file", FIELD, AGAIN)
_ADD = re.compile(
    r"member|ledgers|duties|targets|(m[0-9]{1,3}\.referral\.events|duties\.[0-9]{1,3}\.meetings|targets\.[0-9]{1,3}\.additions)"
)
_REMOVE = re.compile(
    r"m[0-9]{1,3}|(ledgers|duties|targets)\.[0-9]{1,3}"
    r"|(m[0-9]{1,3}\.referral\.events|duties\.[0-9]{1,3}\.meetings|targets\.[0-9]{1,3}\.additions)\.[0-9]{1,3}"
)
_FIRST = {
    "ledgers": "kind",
    "duties": "kind",
    "targets": "item",
    "events": "event",
    "meetings": "held",
    "additions": "year",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A form as it came in: what is asked, what was typed, the cases read from it, and all that is wrong."""

    asked: Asked
    filled: Filled
    faults: tuple[Fault, ...]
    office: Office
    code: str | None
    lang: str


async def show_form(request: Request) -> Response:
    """Show an empty form; regions, dimensions and the day may be chosen by the address."""
    return await shown(request, Fields(request.query_params.multi_items()), fresh(request))


async def preview(request: Request) -> Response:
    """Show the form again with what follows from it. Nothing is recorded."""
    posted = await posted_form(request)
    return await shown(request, posted.fields, edited(posted.fields))


async def start_anew(request: Request) -> Response:  # noqa: ARG001 - an address has one
    """Send whoever comes here by an address to the form: this takes forms alone."""
    return RedirectResponse("/check", 303)


def fresh(request: Request) -> dict[str, str]:
    """Give what stands in a form that nobody has touched yet."""
    lang = viewer_of(request.headers, request.query_params).spoken
    said = "本次谈话" if lang == "zh" else "this conversation"
    return {"m0.label": "", "said_by": said, "said_on": iso(service_of(request).settings.today().toordinal())}


def edited(fields: Fields) -> dict[str, str]:
    """Give what stands in the fields, a member or a row added or taken away where a button asks for it."""
    typed = {name: value for name, value in fields.items() if name not in _CHOICES}
    add, remove = fields.get("add", ""), fields.get("remove", "")
    if _ADD.fullmatch(add):
        if add == "member":
            typed[f"m{max(numbers(typed, 'm'), default=0) + 1}.label"] = ""
        else:
            last = add.rpartition(".")[2]
            held = [int(found[1]) for name in typed if (found := re.match(re.escape(add) + r"\.([0-9]{1,3})\.", name))]
            typed[f"{add}.{max(held, default=-1) + 1}.{_FIRST[last]}"] = "1" if last == "meetings" else ""
    if _REMOVE.fullmatch(remove):
        typed = {name: value for name, value in typed.items() if not name.startswith((f"{remove}.", f"said.{remove}."))}
    return typed


async def take(request: Request, fields: Fields, typed: Typed) -> Taken:
    """Read a form; InputError where it asks for a region that is not there."""
    service = service_of(request)
    asked = asked_of(fields, service.answering.engine.documents, service.settings.today().toordinal())
    code = _office_code(principal_of(request), typed.get("office", ""))
    office = await service.offices.of(
        service.answering.engine, principal_of(request), None if code is None else division(code)
    )
    read = filled(typed, service.answering.engine.vocabulary, asked.records)
    faults = (*asked.faults, *read.faults)
    return Taken(asked, read, faults, office, code, viewer_of(request.headers, request.query_params).spoken)


def _office_code(principal: Principal, chosen: str) -> str | None:
    """Give the office to name: None where there is only one, so that nothing has to be said."""
    codes = [one.code or "national" for one in offices(principal)]
    if len(codes) < 2:
        return None
    return chosen if chosen in codes else codes[0]


async def shown(
    request: Request,
    fields: Fields,
    typed: Typed,
    notes: Sequence[tuple[str, str]] = (),
    status: int = 200,
    more: Sequence[Fault] = (),
    asking: Mapping[str, Any] | None = None,
) -> Response:
    """Show a form as it was filled in; `more` is what else is wrong, `asking` what is best asked next."""
    taken = await take(request, fields, typed)
    taken = replace(taken, faults=(*more, *taken.faults))
    service, memory = service_of(request), workbench_of(request).memory
    context = await in_thread(service.threads, _context, memory, service, taken)
    principal = principal_of(request)
    partial = is_partial(request.headers)
    part = _PARTS.get(request.headers.get("hx-target", ""), _PARTS["check"])
    if taken.faults and not partial:
        status = 422
    response = page(
        request,
        PAGE,
        part,
        status=status,
        private=True,
        notes=notes,
        asking=asking,
        offices=_offices(principal),
        keeps=bool(reach(principal, Action.WRITE, Resource.CASE)),
        opens=bool(reach(principal, Action.READ, Resource.CASE)),
        office=taken.code,
        whole=not partial or part != _PARTS["live"],
        unsent=bool(fields.get(AGAIN)),
        **context,
    )
    if partial:
        response.headers["hx-trigger-after-settle"] = "answered"
    return response


def _offices(principal: Principal) -> list[Division]:
    own = list(offices(principal))
    return own if len(own) > 1 else []


def answered(answering: Answering, taken: Taken, at: int, key: PersonKey | None = None) -> Answered:
    """Answer for one member as `/v1/assessments` does; whether it goes on record is for the caller."""
    text = text_of(taken.asked.question(taken.filled.data[at], taken.lang, taken.code))
    return answering.answered(answering.asked(JsonBody(text.encode()).value), text, taken.office, key)


def bearing_of(memory: Memory, answering: Answering, asked: Asked) -> Bearing:
    """Give what matters for a question; each document is taken apart once."""
    engine = answering.engine
    documents = [
        memory.of(engine, ("check", name, asked.day), lambda name=name: document(engine, name, asked.day))  # type: ignore[misc]
        for name in asked.named
    ]
    return Bearing(documents, asked.dimensions, asked.day)


def _context(memory: Memory, service: Service, taken: Taken) -> dict[str, Any]:
    answering, asked = service.answering, taken.asked
    engine = answering.engine
    sheet = sheet_of(taken.filled, taken.faults, bearing_of(memory, answering, asked), engine.vocabulary)
    names = service.regions.names
    answers = []
    for at in range(len(taken.filled.cases)):
        answer = answer_of(answered(answering, taken, at).line)
        answers.append(shown_answers(answer, engine, names, taken.lang, f"m{at}", taken.filled.cases[at]))
    return {
        "asked": asked,
        "sheet_shown": sheet,
        "answers_shown": answers,
        "fields": [_fields(sheet, at) for at in range(len(answers))],
        "choices": _choices(service, asked, names),
        "case_id": taken.filled.typed.get("case_id", ""),
        "case_version": taken.filled.typed.get("case_version", ""),
        "id_of": id_of,
        "late_remark": REMARK,
        "events": EVENTS,
        "parties": PARTIES,
    }


def _fields(sheet: Sheet, at: int) -> dict[str, str]:
    """Give for each fact the id of its field, as far as the form shows one for this member and asks for it."""
    found = (one for section in (*sheet.shared, *sheet.members[at].sections) for one in section.questions)
    return {one.question.name: one.id for one in found if one.state != IDLE}


def _choices(service: Service, asked: Asked, names: Names) -> list[dict[str, Any]]:
    """List the regions that can be chosen, each with how far its document can be relied on that day."""
    documents = service.answering.engine.documents
    out = []
    for name in dict.fromkeys((*documents.timelines, *asked.regions)):
        policy = documents.answering(name, asked.day)
        region, _, document_id = name.partition("@")
        title = names.get(region, (region, region))
        label = tuple(f"{one} @ {document_id}" for one in title) if document_id else title
        out.append(
            {"name": name, "label": label, "chosen": name in asked.regions, **described_document(policy, asked.day)}
        )
    return out
