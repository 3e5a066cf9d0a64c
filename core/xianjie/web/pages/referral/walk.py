"""`/referrals/walk`: take the steps of a procedure without a record, and see the present state and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.api import day_of
from xianjie.engine.assess import Engine
from xianjie.engine.wording import word_of
from xianjie.errors import InputError
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.records.referring.prospects import Prospect, ends, prospects, retrace
from xianjie.records.referring.walk import Path, Taken
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.vocabulary.terms import EVENTS, term
from xianjie.web.pages.answers.parts import Telling, referral_part
from xianjie.web.pages.referral.asking import asked_of, directions, governing
from xianjie.web.pages.referral.procedure import Procedure, procedure_of
from xianjie.web.pages.referral.procedures import shown_procedure
from xianjie.web.pages.referral.progress import Trodden, choices, done_since, progress_of, reason_told
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

Fault = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ticked:
    """A step that was ticked, with the day as it was typed."""

    event: str
    ticked: bool
    day: str


async def show_walk(request: Request) -> Response:
    """Show the form with the steps of a procedure, and where those that are ticked lead."""
    service, asked = service_of(request), asked_of(request)
    engine = service.answering.engine
    lang = viewer_of(request.headers, request.query_params).spoken
    names = service.regions.names
    region = asked.regions[0] if asked.regions else next(iter(names), None)
    given: dict[str, Any] = {"names": names, "directions": directions(engine), "asked": asked, "region": region}
    walked: dict[str, Any] = {
        "one": None,
        "rows": (),
        "others": (),
        "faults": [],
        "supposed": "",
        "state": None,
        "ended": False,
    }
    if region is not None:
        (policy,) = governing(engine, [region], asked.day)
        procedure = procedure_of(policy, asked.direction, lang, asked.day)
        rows, taken, faults = _ticked(request, procedure, asked.day, lang)
        known = set(procedure.events)
        walked = {
            "faults": faults,
            "rows": [row for row in rows if row.event in known],
            "others": [row for row in rows if row.event not in known],
            **await in_thread(service.threads, _walked, engine, policy, procedure, taken, asked.day, lang),
        }
    status = 422 if walked["faults"] else 200
    return page(
        request,
        "referral/walk.html.j2",
        "referral/walk_result.html.j2",
        status=status,
        iso=iso,
        today=service.settings.today().toordinal(),
        **given,
        **walked,
    )


def _ticked(
    request: Request, procedure: Procedure, day: int, lang: str
) -> tuple[list[Ticked], list[Taken], list[Fault]]:
    """Read which steps were ticked; those of a day stand in the order of the procedure."""
    query = request.query_params
    ticked = set(query.getlist("event"))
    rows: list[Ticked] = []
    faults: list[Fault] = []
    taken: list[tuple[int, Taken]] = []
    for event in (*procedure.events, *(one for one in EVENTS if one not in procedure.events)):
        text = query.get(f"on.{event}", "").strip()
        rows.append(Ticked(event, event in ticked, text))
        if event not in ticked:
            continue
        try:
            found = day_of(text or None) or day
            if found > day:
                zh, en = "晚于判定日", "later than the day of evaluation"
                faults.append((f"on-{event}", term(EVENTS, event, lang), zh if lang == "zh" else en))
                continue
            taken.append((found, Taken(event, dt.date.fromordinal(found))))
        except InputError as error:
            (problem,) = error.problems
            faults.append((f"on-{event}", term(EVENTS, event, lang), problem.zh if lang == "zh" else problem.en))
    return rows, [step for _, step in sorted(taken, key=lambda item: item[0])], faults


def _walked(
    engine: Engine, policy: Policy, procedure: Procedure, taken: Sequence[Taken], day: int, lang: str
) -> dict[str, Any]:
    path = Path(engine, policy, procedure.direction, _begun(procedure), dt.date.fromordinal(day), {})
    return {"supposed": _begun_by(procedure, engine, lang), **followed(engine, path, procedure, taken, lang)}


def _begun(procedure: Procedure) -> dict[str, Any]:
    """Suppose that who may begin has begun it: what is not set out for others is not what is tried here."""
    initiators = procedure.rule.initiators if procedure.rule is not None else ()
    return {"referral": {"initiator": initiators[0]}} if initiators else {}


def _begun_by(procedure: Procedure, engine: Engine, lang: str) -> str:
    begun = _begun(procedure)
    return word_of("referral.initiator", begun["referral"]["initiator"], engine.vocabulary, lang) if begun else ""


def followed(engine: Engine, path: Path, procedure: Procedure, taken: Sequence[Taken], lang: str) -> dict[str, Any]:
    """Follow steps as far as they are in turn, and make ready what the template shows of it."""
    trail = retrace(path, taken, lang)
    good = [step for step, found in trail if found.open]
    walked = path.walk(good, lang)
    ended = bool(trail) and ends(*trail[-1])
    ahead = prospects(path, good, path.day, lang) if walked.has_procedure and not ended else []
    trodden = [
        Trodden(step.event, step.on, found.state if found.outcome == "in_turn" else None)
        for step, found in trail
        if found.open
    ]
    lacking = walked.answer["missing_step"]
    marks = progress_of(procedure, trodden, walked.state, ahead, engine.vocabulary, lang, lacking)
    day = path.day.toordinal()
    telling = Telling(path.policy, {"referral": walked.answer}, {}, lang, "walk")
    return {
        "one": shown_procedure(engine, path.policy, procedure.direction, lang, day, marks),
        "trail": [(step, found, _told(found, engine, lang)) for step, found in trail],
        "left": taken[len(trail) :],
        "state": walked.state,
        "ended": ended,
        "choices": choices(procedure, ahead, engine.vocabulary, lang, done_since(trodden)),
        "told": referral_part(telling, "referral", walked.answer).told[0],
    }


def _told(found: Prospect, engine: Engine, lang: str) -> str:
    return "" if found.open else (found.text or reason_told(found, engine.vocabulary, lang))
