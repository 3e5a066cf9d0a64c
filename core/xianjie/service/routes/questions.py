"""`POST /v1/questions`: the fewest further facts that decide a case in all regions asked, the best question first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Problem
from xianjie.service.asking import ASKED, EVERYTHING, QuestionsAsked, dimensions_named, provable
from xianjie.service.door.admission import principal_of
from xianjie.service.problems import at
from xianjie.service.proving import find_questions, outcome
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.taking import taken, weighed
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_process

DIRECTION = "referral.direction"


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["questions"])
    add_route(
        router,
        "POST",
        "/v1/questions",
        (Resource.ASSESSMENT, Action.RUN),
        find_next_questions,
        "还要问什么 What to ask",
        "求最少的一组事实，问到之后各地都有结论，最有用的在前；与 `xianjie ask --json` 相同。"
        "求解在单独的进程里进行，有时限。\n\n"
        "The smallest set of facts that decides the case in all regions, as `xianjie ask --json`. The solver works "
        "in its own process, within a time.",
        content("QuestionsReport", "问题 the questions"),
        (400, 408, 413, 415, 422, 503, 504),
        takes=content("QuestionsAsked", "个案与地区 the case and the regions"),
    )
    return router


async def find_next_questions(request: Request) -> Response:
    """Have the solver look for the questions."""
    service = service_of(request)
    settings, answering = service.settings, service.answering
    data, asked = await taken(request, QuestionsAsked)
    case = await weighed(request, data, answering.case, asked.case)
    documents = answering.engine.documents
    office = await service.offices.of(answering.engine, principal_of(request), asked.office)
    names = list(dict.fromkeys(asked.regions))
    documents.check(names)
    _check_readings(answering.engine, asked)
    day = provable(answering.day(asked.as_of, case))
    keys, passed_over = _keys(asked, case)
    hashes = [documents.answering(name, day).sha256 for name in names]
    told = await in_process(
        request,
        service.proving,
        settings.waiting_seconds,
        settings.proving_seconds,
        find_questions,
        asked.case,
        names,
        hashes,
        day,
        keys,
        {**answering.settled(names, day, office), **asked.readings},
        asked.seconds * 1000,
    )
    found = {"case": case.label, "dimensions": keys, "passed_over": passed_over, **outcome(told)}
    return Response(answer_bytes(found), media_type=JSON)


def _check_readings(engine: Engine, asked: QuestionsAsked) -> None:
    try:
        engine.check_settings(Settings(readings=asked.readings))
    except InputError as error:
        raise InputError([Problem(one.code, one.zh, one.en, at(("readings",))) for one in error.problems]) from None


def _keys(asked: QuestionsAsked, case: Case) -> tuple[list[str], list[str]]:
    """Give the dimensions asked for; second, those that `all` passes over because the case has no direction."""
    named = dimensions_named(asked.dimensions or ["eligibility"], [*ASKED, EVERYTHING])
    directed = DIRECTION in case.facts
    if EVERYTHING in named:
        passed_over = [] if directed else ["referral"]
        return [name for name in ASKED if name not in passed_over], passed_over
    if "referral" in named and not directed:
        zh, en = "问转介，须先写明转介方向", "to ask about a referral its direction is needed"
        raise InputError(Problem("direction-missing", zh, en, at(("case", "referral", "direction"))))
    return named, []
