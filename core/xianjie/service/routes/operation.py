"""`/livez`, `/readyz`, `/metrics` and `/openapi.json`: for those who run the service and those who build on it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.service.cached import tagged
from xianjie.service.metrics import MEDIA
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.version import __version__


def routes() -> APIRouter:
    """Make the resources."""
    router = APIRouter(tags=["operation"])
    add_route(
        router,
        "GET",
        "/livez",
        None,
        is_alive,
        "活着 Is the process alive",
        "进程能够应答。\n\nThe process answers.",
        content("Alive", "活着 it is"),
        (),
    )
    ready = content("Ready", "就绪 it is")
    add_route(
        router,
        "GET",
        "/readyz",
        None,
        is_ready,
        "就绪 Is the service ready",
        "政策文件已装入，并试答过一个空的个案；否则 503。\n\n"
        "The documents are loaded, and an empty case was answered; else 503.",
        ready,
        (),
        also={503: content("Ready", "尚未就绪 not yet")},
    )
    add_route(
        router,
        "GET",
        "/metrics",
        (Resource.OPERATION, Action.READ),
        give_metrics,
        "计数 Counts for Prometheus",
        "按路由模板和状态码计数，不含个人信息。\n\nBy route template and status; nothing personal.",
        {"description": "计数 the counts", "content": {"text/plain": {"schema": {"type": "string"}}}},
        (),
    )
    router.add_api_route("/openapi.json", give_openapi, methods=["GET"], include_in_schema=False)
    return router


async def is_alive() -> Response:
    """Say that the process answers."""
    return Response(b'{"status":"alive"}\n', media_type=JSON)


async def is_ready(request: Request) -> Response:
    """Say whether the documents are loaded and tried."""
    service = service_of(request)
    status = "ready" if service.ready else "not_ready"
    found = {"status": status, "regions": list(service.answering.engine.policies), "version": __version__}
    return Response(answer_bytes(found), 200 if service.ready else 503, media_type=JSON)


async def give_metrics(request: Request) -> Response:
    """Write the counts."""
    return Response(service_of(request).metrics.written(), headers={"content-type": MEDIA})


async def give_openapi(request: Request) -> Response:
    """Give the OpenAPI document, made once for the documents that are installed."""
    service = service_of(request)
    engine = service.answering.engine
    if service.described is None or service.described[0] is not engine:
        service.described = engine, answer_bytes(request.app.openapi())
    return tagged(request, service.described[1])
