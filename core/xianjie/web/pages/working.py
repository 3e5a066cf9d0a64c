"""`/jobs/{id}`: long work, how far it is, and calling it off; what came of it is another page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.service.door.admission import principal_of
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.web.door.posted import posted_form
from xianjie.web.jobs import ASKED, ASKS, Job, State, Work
from xianjie.web.showing.rendering import is_partial, page, with_query, workbench_of


def begin(
    request: Request,
    title: tuple[str, str],
    work: Work,
    then: str,
    back: str,
    left: object = None,
    weigh: Callable[[Any], int] = lambda _: 0,
) -> Response:
    """Begin long work, and send the browser to where it sees how far it is.

    `then` is the page of what comes of it, `back` the one to go back to, which finds in `left` what was typed; `{id}`
    in both stands for the job. `weigh` gives the bytes of what came of it.
    """
    service = service_of(request)
    jobs, owner = workbench_of(request).jobs, principal_of(request).person
    job = jobs.start(service.log, owner, title, work, then, back, left, weigh)
    return seeing(request, f"/jobs/{job.id}")


def job_of(request: Request, name: str | None = None) -> Job:
    """Find the asker's job that the path names with `{id}`, whatever its state.

    Raises Elsewhere, which has the browser ask again, and Refused with 404 `job-gone`.
    """
    return workbench_of(request).jobs.of(
        principal_of(request).person, request.path_params["id"] if name is None else name, _asked(request)
    )


def result_of(request: Request) -> Job:
    """Find the asker's job that the path names with `{id}`, and that is done; Refused with 404 where it is not."""
    job = job_of(request)
    if job.state is not State.DONE:
        raise refuse(
            404, "job-not-done", "这项任务没有做完，还没有结果", "the work is not done: there is no result yet"
        )
    return job


async def show_job(request: Request) -> Response:
    """Show how far it is; where it is done, go on to what came of it."""
    job = job_of(request)
    if job.state is State.DONE:
        return seeing(request, job.then)
    return page(request, "jobs/job.html.j2", "jobs/job_part.html.j2", private=True, job=job)


async def call_off(request: Request) -> Response:
    """Call it off."""
    job = job_of(request)
    await posted_form(request)
    workbench_of(request).jobs.call_off(job)
    return seeing(request, f"/jobs/{job.id}")


def seeing(request: Request, path: str) -> Response:
    """Send the browser on to a page, also where a script asks for a part of this one."""
    if is_partial(request.headers):
        return Response(status_code=204, headers={"hx-redirect": path, "cache-control": "no-store"})
    return RedirectResponse(path, 303, {"cache-control": "no-store"})


async def ask_again(request: Request, _: Exception) -> Response:
    """Have the browser ask once more over a new connection: another process of the service may hold the job."""
    asked = min(_asked(request) + 1, ASKS)
    path = with_query(request.url.path, request.query_params, **{ASKED: str(asked)})
    return RedirectResponse(path, 307, {"connection": "close", "cache-control": "no-store"})


def _asked(request: Request) -> int:
    given = request.query_params.get(ASKED, "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
