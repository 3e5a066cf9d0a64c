"""`POST /v1/comparisons`: documents side by side, topic by topic, with one case's outcomes where it is given."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.compare.asking import topics_named
from xianjie.compare.case import outcomes
from xianjie.compare.matrix import compare, matrix_json
from xianjie.service.asking import ComparisonAsked
from xianjie.service.schema import add_route, content
from xianjie.service.state import Service, service_of
from xianjie.service.taking import taken
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["comparisons"])
    add_route(
        router,
        "POST",
        "/v1/comparisons",
        (Resource.POLICY, Action.READ),
        compare_documents,
        "逐个议题比较 Compare documents topic by topic",
        "每格写明内容、力度、条款，或属于哪一种沉默；有差异的用一句话说明怎样不同。\n\n"
        "Each cell gives what is said, its force and clause, or the kind of silence; a row that differs says how.",
        content("Comparison", "比较 the comparison"),
        (400, 408, 413, 415, 422),
        takes=content("ComparisonAsked", "比较什么 what to compare"),
    )
    return router


async def compare_documents(request: Request) -> Response:
    """Compare in a thread: it takes long enough to keep others waiting."""
    service = service_of(request)
    _, asked = await taken(request, ComparisonAsked)
    return Response(await in_thread(service.threads, _compared, service, asked), media_type=JSON)


def _compared(service: Service, asked: ComparisonAsked) -> bytes:
    answering = service.answering
    documents = answering.engine.documents
    names = list(dict.fromkeys(asked.regions)) or list(documents.timelines)
    documents.check(names)
    topics = None if asked.topics is None else topics_named(asked.topics)
    case = None if asked.case is None else answering.case(asked.case)
    day = answering.day(asked.as_of, case)
    policies = [documents.answering(name, day) for name in names]
    titles = service.regions.names
    made = matrix_json(compare(policies, day, titles, topics, asked.only_differences), asked.lang)
    if case is not None:
        made["case"] = outcomes(case, policies, day, asked.lang).as_json()
    return answer_bytes(made)
