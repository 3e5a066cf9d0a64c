"""Mount the pages on the service: where each is served, and that nobody sees one unless the door lets them in."""

from __future__ import annotations

import functools
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, OpenDoor, admitting
from xianjie.service.state import service_of
from xianjie.web.pages import comparison, display, glossary, home, policies
from xianjie.web.showing.assets import PATH
from xianjie.web.showing.problem_pages import ProblemPages
from xianjie.web.showing.rendering import make_workbench, page

_READ = (Resource.POLICY, Action.READ)


def mount(app: FastAPI) -> None:
    """Add the pages to a service that is made already; PluginError where a file of theirs is not whole."""
    workbench = make_workbench()
    app.state.workbench = workbench
    router = APIRouter(include_in_schema=False)
    for path, endpoint in (
        ("/", home.show_home),
        ("/compare", comparison.show_matrix),
        ("/compare/{topic}", comparison.show_topic),
        ("/downloads/comparison.{form}", comparison.give_file),
        ("/policies", policies.show_policies),
        ("/policies/{policy_id}", policies.show_policy),
        ("/glossary", glossary.show_glossary),
        ("/display", display.show_display),
    ):
        router.add_api_route(path, _open(endpoint), methods=["GET"])
    router.add_api_route("/display", _open(display.choose), methods=["POST"])
    router.add_api_route(PATH + "/{sha256}/{name}", _asset, methods=["GET"])
    app.include_router(router)
    app.add_middleware(ProblemPages, workbench=workbench)


async def _asset(request: Request) -> Response:
    return await request.app.state.workbench.assets.give(request)  # type: ignore[no-any-return]


def _open(endpoint: Endpoint) -> Endpoint:
    """Serve a page where the one user of this machine asks; where callers must show who they are, say that it waits."""
    admitted = admitting(endpoint, _READ)

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        if isinstance(service_of(request).door, OpenDoor):
            return await admitted(request, *args, **kwargs)
        response = page(request, "closed.html.j2")
        response.status_code = 403
        return response

    return answered
