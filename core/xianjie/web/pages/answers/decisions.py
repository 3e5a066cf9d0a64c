"""`/decisions`: what was decided, day by day; each with its question, and the same answer made again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.engine.wording import say
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import BEIJING
from xianjie.records import decisions as records
from xianjie.records.desk import Desk
from xianjie.records.pages import Asked
from xianjie.records.placing import place_of
from xianjie.records.refusals import missing
from xianjie.service.answering import Answering
from xianjie.service.asking import Language
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import looked
from xianjie.service.problems import parameter, refuse
from xianjie.service.routes.decisions import Kept, answered_again, asked_then, kept_decision, shown_decision
from xianjie.service.state import Service, service_of
from xianjie.service.supposing import supposed_engine
from xianjie.service.wire import JSON
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.web.pages.answers.facts import RecordTold, facts_told
from xianjie.web.pages.answers.settling import Place as Settleable
from xianjie.web.pages.answers.settling import Typed, documents_of, places_of
from xianjie.web.pages.answers.shown import Answers, answer_of, shown_answers, title
from xianjie.web.pages.downloads import DOCX, download
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

ON_A_PAGE = 50
_ID = re.compile(r"[a-z0-9-]{1,100}")
_AFTER = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Again:
    """A decision with its question opened. `answers` is None where it is not made again as it was: `reproduced` says.

    `facts` is None where the question cannot be read any more.
    """

    reproduced: str
    answers: Answers | None
    facts: tuple[RecordTold, ...] | None
    supposed: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision in the list: nothing of what was asked, but before which documents, when, and for which office."""

    id: str
    as_of: str
    at: dt.datetime
    case: str | None
    division: str
    by: str
    regions: tuple[str, ...]


async def show_decisions(request: Request) -> Response:
    """List decisions: those of one day, of one region, about one pending case."""
    service, query = service_of(request), request.query_params
    lang, names = viewer_of(request.headers, query).spoken, service.regions.names
    region = query.get("region", "")
    if region and region not in names:
        raise refuse(422, "region-unknown", "没有这个地区", "there is no such region", parameter("region"))
    wanted = {"day": _day(query.get("day", "")), "case": query.get("case", "").strip()[:100]}
    where = {name: value for name, value in wanted.items() if value}
    after = query.get("after", "") if _AFTER.fullmatch(query.get("after", "")) else None

    def look(desk: Desk) -> tuple[Sequence[Record], str | None]:
        found = records.decisions(desk, Asked(where, None, after, ON_A_PAGE), region or None)
        return found.records, found.after

    found, following = await looked(request, look)
    listed = [_listed(record, names, lang) for record in found]
    if after is None and following is None:  # all of them are here: the latest first
        listed.sort(key=lambda one: one.at, reverse=True)
    kept = {name: value for name, value in {**where, "region": region}.items() if value}
    return page(
        request,
        "answers/decisions.html.j2",
        "answers/decisions_part.html.j2",
        private=True,
        listed=listed,
        wanted={"day": wanted["day"], "case": wanted["case"], "region": region},
        regions=[(name, pair) for name, pair in names.items() if name in service.answering.engine.documents.timelines],
        today=service.settings.today().isoformat(),
        first="/decisions" + (f"?{urlencode(kept)}" if kept else ""),
        following=None if following is None else "/decisions?" + urlencode({**kept, "after": following}),
        further=after is not None,
    )


def _listed(record: Record, names: Names, lang: str) -> Listed:
    body = record.body
    return Listed(
        body["decision"],
        body["as_of"],
        moment(body["at"]),
        body["case"],
        body["division"],
        body["by"],
        tuple(title(reference, names, lang) for reference in body["policies"]),
    )


def moment(text: str) -> dt.datetime:
    """Read an instant, as it is in Beijing."""
    return dt.datetime.fromisoformat(text).astimezone(BEIJING)


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        zh, en = "日期须是年-月-日，如 2025-08-01", "write the day as 2025-08-01"
        raise InputError(Problem("type-date", zh, en, parameter("day"))) from None


async def kept_here(request: Request) -> Kept:
    """Find the decision that the path names, and note that it was read; 404 where there is none for the asker."""
    id = request.path_params["id"]
    if not _ID.fullmatch(id):
        raise missing()
    return await kept_decision(request, id)


async def show_decision(request: Request) -> Response:
    """Show a decision: the answer made again, the facts, the readings, and what can be done with it."""
    kept = await kept_here(request)
    service, lang = service_of(request), viewer_of(request.headers, request.query_params).spoken
    names = service.regions.names
    again = await in_thread(service.threads, made_again, service.answering, kept, names, lang)
    places: Sequence[Settleable] = ()
    if again.answers is not None and not again.supposed:
        places = await places_of(request, again.answers, place_of(kept.record.body))
    return page(
        request,
        "answers/decision.html.j2",
        private=True,
        id=kept.record.body["decision"],
        body=kept.record.body,
        at=moment(kept.record.body["at"]),
        again=again,
        not_the_same=NOT_THE_SAME,
        places=places,
        no_typed=Typed(),
        used=_used(service, kept.record.body["readings"], lang),
        names=names,
        regions=[title(reference, names, lang) for reference in kept.record.body["policies"]],
        settled=request.query_params.get("settled") == "1",
        opened=request.query_params.get("open") == "1",
        may_run=_may_run(request),
        back=f"/decisions/{kept.record.body['decision']}",
    )


def _used(service: Service, readings: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Name the readings that an answer was given under; by their ids where no document knows them any more."""
    out = []
    for name, option in readings.items():
        region, _, axis = name.rpartition(":")
        sets = [one.file.readings[axis] for one in documents_of(service) if axis in one.file.readings]
        words = [say(lang, one.zh, one.en) for found in sets for one in found.options if one.id == option]
        pair = service.regions.names.get(region)
        out.append((say(lang, *pair) if pair else name, words[0] if words else option))
    return out


def _may_run(request: Request) -> bool:
    return bool(reach(principal_of(request), Action.RUN, Resource.ASSESSMENT))


def made_again(answering: Answering, kept: Kept, names: Names, lang: str) -> Again:
    """Make the answer again in a language, and tell the facts it rests on."""
    reproduced, line = answered_again(answering, kept, _spoken(lang))
    try:
        asked = asked_then(answering, kept)
        case = answering.case(asked.case)
    except InputError:  # its words are no longer those of the vocabulary
        return Again(reproduced, None, None, False)
    vocabulary = answering.engine.vocabulary
    facts = facts_told(case, vocabulary, lang, dt.date.fromisoformat(kept.record.body["as_of"]).toordinal())
    overlay = asked.settings.overlay
    if line is None:
        return Again(reproduced, None, facts, bool(overlay))
    with supposed_engine(answering.engine, overlay) as engine:
        return Again(reproduced, shown_answers(answer_of(line), engine, names, lang, "", case), facts, bool(overlay))


def _spoken(lang: str) -> Language:
    return "zh" if lang == "zh" else "en"


async def give_json(request: Request) -> Response:
    """Give a decision as the interface gives it."""
    kept = await kept_here(request)
    service = service_of(request)
    body = await in_thread(service.threads, shown_decision, service.answering, kept)
    return download(body, JSON, f"decision-{kept.record.body['decision']}.json")


async def give_paper(request: Request) -> Response:
    """Give a decision as a Word document; 409 where it cannot be made again as it was."""
    kept = await kept_here(request)
    service, lang = service_of(request), viewer_of(request.headers, request.query_params).spoken
    body = await in_thread(service.threads, _paper, service, kept, lang)
    return download(body, DOCX, f"decision-{kept.record.body['decision']}.docx")


def _paper(service: Service, kept: Kept, lang: str) -> bytes:
    from xianjie.papers.decision import decision_paper

    answering = service.answering
    reproduced, line = answered_again(answering, kept, _spoken(lang))
    if line is None:
        zh, en = NOT_THE_SAME[reproduced]
        raise refuse(409, "decision-not-reproduced", f"没有文书：{zh}", f"no paper: {en}")
    asked = asked_then(answering, kept)
    answer: dict[str, Any] = dict(answer_of(line))
    names = {one: title(one, service.regions.names, lang) for one in answer["regions"]}
    with supposed_engine(answering.engine, asked.settings.overlay) as engine:
        day = asked.as_of or 0
        policies = {engine.documents.answering(one, day).sha256: engine.documents.answering(one, day) for one in names}
        used = _used(service, kept.record.body["readings"], lang)
        remarks = [
            say(lang, f"采用的读法：{name}，{words}", f"reading chosen: {name}, {words}") for name, words in used
        ]
        case = answering.case(asked.case)
        return decision_paper(answer, case, policies, names, lang, service.settings.home, remarks)


NOT_THE_SAME: Mapping[str, tuple[str, str]] = {
    "documents_gone": (
        "当时的文件已不在本机，同样的答案无法重新作出",
        "documents of then are no longer installed, so the same answer cannot be made again",
    ),
    "engine_changed": (
        "判定程序已经换了版本，同样的答案无法重新作出",
        "the engine is of another version now, so the same answer cannot be made again",
    ),
    "answer_differs": (
        "用当时的问题重新判定，编号与当时不同，所以不把它当作当时的答案",
        "asked again, the answer has another id than then, and is not shown as that of then",
    ),
}
