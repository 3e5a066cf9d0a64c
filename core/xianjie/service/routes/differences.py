"""`POST /v1/differences`: which cases two documents answer differently, each class with its smallest case."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.errors import InputError, Problem
from xianjie.service.asking import DifferenceAsked, dimensions_named, provable
from xianjie.service.problems import at
from xianjie.service.proving import outcome, prove_difference
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.taking import taken
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_process
from xianjie.vocabulary.terms import DIMENSIONS


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["differences"])
    add_route(
        router,
        "POST",
        "/v1/differences",
        (Resource.POLICY, Action.READ),
        find_differences,
        "逐类比对两份文件 Find the cases that two documents answer differently",
        "或证明没有这样的个案；与 `xianjie prove --json` 相同。求解在单独的进程里进行，有时限。\n\n"
        "Or prove that there are none, as `xianjie prove --json`. The solver works in its own process, within a time.",
        content("DifferenceReport", "差别 the differences"),
        (400, 408, 413, 415, 422, 503, 504),
        takes=content("DifferenceAsked", "比对什么 what to compare"),
    )
    return router


async def find_differences(request: Request) -> Response:
    """Have the solver compare two documents."""
    service = service_of(request)
    settings, answering = service.settings, service.answering
    _, asked = await taken(request, DifferenceAsked)
    documents = answering.engine.documents
    names = [asked.left, asked.right]
    try:
        documents.check(names)
    except InputError as error:
        raise InputError([_on_its_side(problem) for problem in error.problems]) from None
    day = provable(answering.day(asked.as_of))
    dimensions = dimensions_named(asked.dimensions or list(DIMENSIONS), list(DIMENSIONS))
    hashes = [documents.answering(name, day).sha256 for name in names]
    told = await in_process(
        request,
        service.proving,
        settings.waiting_seconds,
        settings.proving_seconds,
        prove_difference,
        names,
        hashes,
        day,
        dimensions,
        asked.complete,
        asked.by_rule,
        asked.seconds * 1000,
    )
    return Response(answer_bytes(outcome(told)), media_type=JSON)


def _on_its_side(problem: Problem) -> Problem:
    side = "left" if problem.place.path == "regions[0]" else "right"
    return Problem(problem.code, problem.zh, problem.en, at((side,)))
