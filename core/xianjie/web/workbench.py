"""Mount the workbench on the service: where each page is served, and what its asker must be allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint
from xianjie.web.door.addresses import At
from xianjie.web.door.opening import LOGIN, opened
from xianjie.web.jobs import Elsewhere, Jobs, closing
from xianjie.web.pages import comparison, display, glossary, guide, home, incentives, login, policies, working
from xianjie.web.pages.answers.addresses import ADDRESSES as ANSWERS
from xianjie.web.pages.batch.addresses import ADDRESSES as BATCH
from xianjie.web.pages.check.addresses import ADDRESSES as CHECK
from xianjie.web.pages.deadlines.addresses import ADDRESSES as DEADLINES
from xianjie.web.pages.population.addresses import ADDRESSES as POPULATIONS
from xianjie.web.pages.referral.addresses import ADDRESSES as REFERRALS
from xianjie.web.pages.revise.addresses import ADDRESSES as REVISING
from xianjie.web.showing.assets import PATH
from xianjie.web.showing.packing import packed
from xianjie.web.showing.problem_pages import ProblemPages
from xianjie.web.showing.rendering import Workbench, make_workbench, workbench_of
from xianjie.web.showing.warming import warming

ROUTES: Sequence[At] = (
    At("GET", "/", packed(home.show_home)),
    At("GET", "/compare", packed(comparison.show_matrix)),
    At("GET", "/compare/{topic}", packed(comparison.show_topic)),
    At("GET", "/downloads/comparison.{form}", comparison.give_file),
    At("GET", "/policies", packed(policies.show_policies)),
    At("GET", "/policies/{policy_id}", packed(policies.show_policy)),
    *CHECK,
    *BATCH,
    *DEADLINES,
    *REFERRALS,
    At("GET", "/incentives", incentives.show_incentives),
    At("POST", "/incentives", incentives.answer_incentives, (Resource.ASSESSMENT, Action.RUN)),
    At("GET", "/downloads/incentives.xlsx", incentives.give_file),
    At("POST", "/downloads/incentives.xlsx", incentives.give_answered_file, (Resource.ASSESSMENT, Action.RUN)),
    *ANSWERS,
    *REVISING,
    *POPULATIONS,
    At("GET", "/guide", guide.show_guide, (Resource.ASSESSMENT, Action.RUN)),
    At("GET", "/glossary", packed(glossary.show_glossary)),
    At("GET", "/display", display.show_display),
    At("POST", "/display", display.choose),
    At("POST", "/logout", login.log_out),
    At("GET", "/jobs/{id}", working.show_job),
    At("POST", "/jobs/{id}/cancel", working.call_off),
)
"""Every page; one with a fixed name stands before one with a parameter in its place."""

FIRST = ("/", "/check", "/compare", "/guide", "/incentives", "/referrals/procedures", "/timeline", "/cadence")
"""Pages that take long at first and then no more; whoever opens one after a start is not to wait."""


def mount_ready(app: FastAPI) -> None:
    """Add the pages as `mount` does, and have what first views would wait for worked out as the service starts."""
    mount(app)
    pages = {at.path: at.endpoint for path in FIRST for at in ROUTES if (at.method, at.path) == ("GET", path)}
    app.router.lifespan_context = _making_ready(app.state.workbench, pages, app.router.lifespan_context)


def mount(app: FastAPI) -> None:
    """Add the pages to a service that is made already; PluginError where a file of theirs is not whole."""
    workbench = make_workbench()
    app.state.workbench = workbench
    router = APIRouter(include_in_schema=False)
    for at in ROUTES:
        router.add_api_route(at.path, opened(at.endpoint, at.needs), methods=[at.method])
    router.add_api_route(LOGIN, login.show_login, methods=["GET"])
    router.add_api_route(LOGIN, login.log_in, methods=["POST"])
    router.add_api_route(f"{LOGIN}/provider", login.leave, methods=["GET"])
    router.add_api_route(f"{LOGIN}/return", login.come_back, methods=["GET"])
    router.add_api_route(PATH + "/{sha256}/{name}", _asset, methods=["GET"])
    app.include_router(router)
    app.add_exception_handler(Elsewhere, working.ask_again)
    app.add_middleware(ProblemPages, workbench=workbench)
    app.router.lifespan_context = _calling_off(workbench.jobs, app.router.lifespan_context)


def _calling_off(jobs: Jobs, inner: Callable[[Any], AbstractAsyncContextManager[Any]]) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        async with inner(app) as state, closing(jobs):
            yield state

    return lifespan


def _making_ready(
    workbench: Workbench, pages: Mapping[str, Endpoint], inner: Callable[[Any], AbstractAsyncContextManager[Any]]
) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        async with inner(app) as state, warming(app, workbench, pages):
            yield state

    return lifespan


async def _asset(request: Request) -> Response:
    return await workbench_of(request).assets.give(request)
