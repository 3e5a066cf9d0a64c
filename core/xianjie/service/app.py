"""Make the application: nothing of it exists before it is asked for, and every part is given to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from xianjie.engine.assess import Engine
from xianjie.errors import Place, Problem, XianjieError
from xianjie.messages import sentence
from xianjie.plugins import Regions, discover
from xianjie.records.desk import Keeping
from xianjie.records.refusals import RecordError
from xianjie.service import docs_page
from xianjie.service.answering import Answering
from xianjie.service.deciding import DecisionLog
from xianjie.service.door.admission import Door, OpenDoor
from xianjie.service.edge import Edge
from xianjie.service.logs import Log, make_log
from xianjie.service.metrics import Metrics
from xianjie.service.offices import Offices
from xianjie.service.problems import Refused, parameter, problem_response, status_of
from xianjie.service.routes import (
    api_keys,
    assessments,
    audit,
    batches,
    calendar,
    cases,
    comparisons,
    consents,
    decisions,
    differences,
    disclosures,
    duties,
    identity,
    ledgers,
    operation,
    organisations,
    persons,
    policies,
    publications,
    questions,
    reading_choices,
    referrals,
    regions,
    sources,
    vocabulary,
)
from xianjie.service.running.reloading import Reloading, answer_nothing, files_written
from xianjie.service.schema import openapi
from xianjie.service.settings import ServiceSettings
from xianjie.service.state import Service, language_of, request_id_of, service_of
from xianjie.service.working import Places
from xianjie.version import __version__

RESOURCES = (
    assessments,
    batches,
    questions,
    regions,
    policies,
    comparisons,
    differences,
    vocabulary,
    operation,
)
RECORDS = (
    api_keys,
    audit,
    identity,
    decisions,
    organisations,
    persons,
    cases,
    consents,
    disclosures,
    referrals,
    reading_choices,
    publications,
    sources,
    ledgers,
    duties,
    calendar,
)
"""The resources that keep records, with the shapes and the tags that they bring."""


def create_app(
    keeping: Keeping,
    settings: ServiceSettings | None = None,
    regions: Regions | None = None,
    log: Log | None = None,
    door: Door | None = None,
) -> FastAPI:
    """Build the application over the records, and over the regions given or those installed; `door` lets callers in.

    Without a door everybody is the user of this machine. Raises PluginError or PolicyError where a plugin or a policy
    is at fault.
    """
    found = regions or discover()
    written = files_written(found)
    service = _service(keeping, settings or ServiceSettings(), found, log or make_log(), door or OpenDoor())
    app = FastAPI(
        title="衔接 xianjie",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.reloading = Reloading(service, discover if regions is None else lambda: found, written)
    app.state.written_out = defaultdict(set)
    for resource in (*RESOURCES, *RECORDS):
        router = resource.routes()
        app.router.routes += router.routes  # not included, which would make each of them twice
        for route in router.routes:
            if isinstance(route, APIRoute) and "{" not in route.path:
                app.state.written_out[route.path] |= route.methods or set()
    app.router.routes += docs_page.routes().routes
    models = [model for resource in RECORDS for model in resource.MODELS]
    tags = {name: text for resource in RECORDS for name, text in resource.TAGS.items()}
    app.openapi = lambda: openapi(app, service.answering.engine, models, tags)  # type: ignore[method-assign]
    app.add_middleware(Edge, service=service)
    app.add_exception_handler(XianjieError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    return app


def _service(keeping: Keeping, settings: ServiceSettings, regions: Regions, log: Log, door: Door) -> Service:
    engine = Engine(regions.load(), regions.vocabulary)
    storing = CapacityLimiter(settings.storing)
    return Service(
        settings,
        regions,
        Answering(engine, settings, keeping.ring),
        log,
        Metrics(),
        threads=CapacityLimiter(settings.threads),
        batches=CapacityLimiter(settings.batches),
        proving=Places(CapacityLimiter(settings.proving)),
        keeping=keeping,
        storing=storing,
        door=door,
        decisions=DecisionLog(keeping, log),
        offices=Offices(keeping, storing),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Answer an empty case before anybody asks, so that the documents are compiled and found good."""
    service: Service = app.state.service
    answer_nothing(service.answering.engine, service.settings.today().toordinal())
    service.ready = True
    service.log.info("ready", regions=list(service.answering.engine.policies), version=__version__)
    yield
    service.ready = False
    service.answering.engine.close()
    service.log.info("stopped")


# -- what goes wrong ---------------------------------------------------------------------------------------------------


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, XianjieError)
    status = status_of(error)
    if status == 500:
        raise error
    headers = error.headers if isinstance(error, Refused) else {"retry-after": "5"} if status == 503 else {}
    members = error.members if isinstance(error, RecordError) else {}
    service_of(request).log.debug("refused", codes=[problem.code for problem in error.problems])
    return problem_response(status, error.problems, language_of(request), request_id_of(request), headers, members)


async def _invalid(request: Request, error: Exception) -> Response:
    """Tell what is wrong with parameters, as everything else is told."""
    assert isinstance(error, RequestValidationError)
    problems = []
    for item in error.errors():
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        name = next((str(step) for step in item["loc"][1:2]), "")
        problems.append(Problem(code, zh, en, parameter(name)))
    return problem_response(422, problems, language_of(request), request_id_of(request))


async def _http(request: Request, error: Exception) -> Response:
    """Tell what the framework itself refuses: no such path, no such method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        problem = Problem("method-not-allowed", "这个资源不接受这种方法", "the resource does not take this method")
    elif error.status_code == 404:
        problem = Problem("resource-unknown", "没有这个资源", "there is no such resource")
    else:
        problem = Problem("request-refused", "请求不被接受", "the request is not accepted", Place())
    headers = dict(error.headers or {})
    return problem_response(error.status_code, [problem], language_of(request), request_id_of(request), headers)


async def _gone(_: Request, __: Exception) -> Response:
    """Answer a client that is gone: nobody reads it."""
    return Response(status_code=499)
