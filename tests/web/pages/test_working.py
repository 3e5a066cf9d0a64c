"""The page of long work: how far it is, what went wrong, calling it off, and going on to what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.web.conftest import serving, token
from tests.web.reading import faults_of, inline_code, read

from xianjie.errors import InputError, Place, Problem
from xianjie.web.door.addresses import READING
from xianjie.web.door.opening import opened
from xianjie.web.jobs import Jobs, Progress
from xianjie.web.pages.working import begin, job_of, result_of
from xianjie.web.showing.rendering import page


async def for_ever(progress: Progress) -> None:
    progress.step(3, 7, ("逐个比较", "comparing"))
    await asyncio.Event().wait()


async def at_once(_: Progress) -> str:
    return "came of it"


async def wrongly(_: Progress) -> None:
    raise InputError(Problem("x-wrong", "这里<b>不对", "wrong <b>here", Place("a.yaml", 3, 5)))


WORKS = {"ever": for_ever, "once": at_once, "wrong": wrongly}


async def start(request: Request) -> Response:
    return begin(request, ("试做", "trying"), WORKS[request.path_params["work"]], "/tried/{id}", "/display", left="x")


async def tried(request: Request) -> Response:
    job = result_of(request)
    return Response(job.result + (job.left or "") + job_of(request).id[:0])


async def shown(request: Request) -> Response:
    return page(request, "display.html.j2", back="/")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("web")) as made:
        app: Any = made.app
        app.add_api_route("/try/{work}", opened(start, READING), methods=["POST"])
        app.add_api_route("/tried/{id}", opened(tried, READING), methods=["GET"])
        yield made


def begun(client: TestClient, work: str) -> str:
    answer = client.post(f"/try/{work}", follow_redirects=False)
    assert answer.status_code == 303
    at = answer.headers["location"]
    assert at.startswith("/jobs/")
    return at


def test_progress_is_told_and_it_can_be_called_off(client: TestClient) -> None:
    at = begun(client, "ever")
    answer = client.get(at)
    assert answer.headers["cache-control"] == "no-store"
    found = read(answer.text)
    assert faults_of(found) == []
    assert inline_code(found) == []
    assert found.one("h1").text == "试做"
    bar = found.one("progress").attributes
    assert (bar["value"], bar["max"]) == ("3", "7")
    assert found.all("meta", http_equiv="refresh")
    part = client.get(at, headers={"hx-request": "true"})
    assert read(part.text).one("section").attributes["hx-get"] == at
    assert client.post(at + "/cancel", data={"x": "y"}).status_code == 403  # without the token of a form
    answer = client.post(at + "/cancel", data=token(client), follow_redirects=True)
    assert "已取消" in answer.text
    assert read(answer.text).all("meta", http_equiv="refresh") == []
    assert client.get(at.replace("/jobs/", "/tried/")).status_code == 404


def test_done_it_goes_on_to_what_came_of_it(client: TestClient) -> None:
    at = begun(client, "once")
    client.get("/display")  # it has had its turn
    answer = client.get(at, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, at.replace("/jobs/", "/tried/"))
    assert client.get(at).text == "came of itx"
    part = client.get(at, headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (204, at.replace("/jobs/", "/tried/"))


def test_what_went_wrong_is_told_with_its_place(client: TestClient) -> None:
    at = begun(client, "wrong")
    client.get("/display")
    found = read(client.get(at).text)
    told = found.one("div", role="alert")
    assert "这里<b>不对" in told.text
    assert "a.yaml:3:5" in told.text
    assert found.one("section", id="job").one("a").attributes["href"] == "/display"
    english = read(client.get(at + "?lang=en").text)
    assert "wrong <b>here" in english.one("div", role="alert").text
    client.cookies.clear()


def test_what_is_not_there_is_told_as_a_page(client: TestClient) -> None:
    for name in ("x", "nothing.there", "a.b" * 40):
        answer = client.get(f"/jobs/{name}")
        assert answer.status_code == 404
        assert "不在" in answer.text


def test_another_process_is_asked_over_a_new_connection(client: TestClient) -> None:
    name = Jobs()._mine + ".anything"
    answer = client.get(f"/jobs/{name}", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/jobs/{name}?ask=1"
    assert answer.headers["connection"] == "close"
    assert client.get(f"/jobs/{name}?ask=15").status_code == 404
    assert client.get(f"/jobs/{name}?ask=abc", follow_redirects=False).headers["location"].endswith("ask=1")
