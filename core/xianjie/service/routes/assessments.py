"""`POST /v1/assessments`: one case before the documents of regions."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.service.answering import Answering
from xianjie.service.asking import AssessmentAsked
from xianjie.service.body import QUICK, JsonBody, read_body
from xianjie.service.door.admission import principal_of
from xianjie.service.problems import at, refuse
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.taking import weighed
from xianjie.service.wire import JSON
from xianjie.service.working import in_thread


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["assessments"])
    add_route(
        router,
        "POST",
        "/v1/assessments",
        (Resource.ASSESSMENT, Action.RUN),
        assess,
        "判定一个个案 Assess a case",
        "把一个个案问若干地区，与 `xianjie assess --json` 给出相同的 JSON。“无法判定”“有歧义”也是 200。\n\n"
        "Put one case to regions; the JSON is that of `xianjie assess --json`. Undetermined and ambiguous are 200.",
        content("Answer", "答案 the answer"),
        (400, 408, 413, 415, 422),
        takes=content("AssessmentAsked", "问题 the question"),
    )
    return router


async def assess(request: Request) -> Response:
    """Answer one case, on record; a large one, or one under a supposition, in a thread."""
    service = service_of(request)
    principal = principal_of(request)
    data = await read_body(request, service.settings.largest_body, service.settings.body_seconds)
    answering = service.answering
    asked = await weighed(request, data, _asked, answering, data)
    office = await service.offices.of(answering.engine, principal, asked.office)
    if len(data) > QUICK or asked.settings.overlay is not None:
        answered = await in_thread(service.threads, answering.answered, asked, data.decode(), office)
    else:
        answered = answering.answered(asked, data.decode(), office)
    await service.decisions.record(principal, [answered.decision])
    service.metrics.answered.inc()
    return Response(answered.line, media_type=JSON)


def _asked(answering: Answering, data: bytes) -> AssessmentAsked:
    asked = answering.asked(JsonBody(data).value)
    if asked.settings.overlay is not None and len(data) > answering.settings.largest_overlay:
        kilobytes = answering.settings.largest_overlay // 1024
        raise refuse(  # every condition of it is compiled anew
            413,
            "overlay-too-large",
            f"带有设想的改动的正文不得超过 {kilobytes} KB",
            f"a body with an overlay may have {kilobytes} KB",
            at(("settings", "overlay")),
        )
    return asked
