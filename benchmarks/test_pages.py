"""How long the service works on each page of the workbench, beside a page that only says hello in the same frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.web.conftest import serving, token
from tests.web.pages.check_posted import FILLED

from xianjie.errors import InputError
from xianjie.policy.yaml_tree import YamlTree
from xianjie.web.door.addresses import READING
from xianjie.web.door.opening import opened
from xianjie.web.showing.rendering import page

FIVE = ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]
ROUNDS = 15
HELLO = {
    "hello.html.j2": '{% extends "frame.html.j2" %}{% block title %}hello{% endblock %}'
    "{% block main %}<h1>hello</h1>{% endblock %}"
}
PATHS = (
    "/",
    "/compare",
    "/compare?only=1",
    "/compare/coverage",
    "/policies",
    "/policies/hubei-2024",
    "/check",
    "/decisions",
    "/readings",
    "/batch",
    "/ledgers",
    "/duties",
    "/calendar",
    "/timeline",
    "/cadence",
    "/referrals",
    "/referrals/procedures",
    "/referrals/walk",
    "/incentives",
    "/guide",
    "/revise",
    "/glossary",
    "/display",
)
"""Every page of the menu, and what it leads to."""

Benchmark = Any
FIGURES: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Print the figures after the module's benchmarks ran."""
    yield
    print("\n\n" + "\n".join(FIGURES))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve the pages with five regions, and one more that only says hello."""
    with serving(tmp_path_factory.mktemp("pages")) as client:
        app: Any = client.app
        templates = app.state.workbench.templates
        templates.loader = ChoiceLoader([templates.loader, DictLoader(HELLO)])
        app.add_api_route("/hello", opened(_hello, READING), methods=["GET"], include_in_schema=False)
        yield client


async def _hello(request: Request) -> Response:
    return page(request, "hello.html.j2")


@pytest.mark.parametrize("path", PATHS)
def test_a_page(benchmark: Benchmark, served: TestClient, path: str) -> None:
    _beside_hello(benchmark, served, path, lambda: served.get(path).content)


@pytest.mark.parametrize("part", [False, True], ids=["whole", "live"])
def test_a_form_that_was_filled_in(benchmark: Benchmark, served: TestClient, part: bool) -> None:
    data = {**token(served, "/check"), **FILLED, "regions": FIVE}
    headers = {"hx-request": "true", "hx-target": "live"} if part else {}
    name = "POST /check, " + ("what is swapped as one types" if part else "the whole page")
    _beside_hello(benchmark, served, name, lambda: served.post("/check", data=data, headers=headers).content)


def test_a_decision_with_five_regions(benchmark: Benchmark, served: TestClient) -> None:
    file = Path("examples/cases/hubei-family.yaml")
    case = YamlTree(file.read_text("utf-8"), str(file), InputError, dates=False).value
    asked = {"case": case, "regions": FIVE}
    decided = served.post("/v1/assessments", json=asked, headers={"accept": "application/json"}).json()
    path = f"/decisions/{decided['decision_id']}"
    _beside_hello(benchmark, served, "/decisions/…, a family in five regions", lambda: served.get(path).content)


def _beside_hello(benchmark: Benchmark, served: TestClient, name: str, ask: Callable[[], bytes]) -> None:
    """Measure the first view and later ones, as CPU time of this process, in units of the page that says hello."""
    hello = _median(lambda: served.get("/hello").content)
    first, body = _timed(ask)
    assert b"</" in body
    benchmark._timer = time.process_time
    benchmark.pedantic(ask, rounds=ROUNDS)
    later = _median(ask)
    benchmark.extra_info.update(first=first / hello, later=later / hello, kilobytes=len(body) / 1024)
    FIGURES.append(
        f"{name:46} first {first / hello:6.1f} × hello, then {later / hello:5.1f} ×  {len(body) / 1024:4.0f} KB"
    )


def _median(ask: Callable[[], bytes]) -> float:
    return median(_timed(ask)[0] for _ in range(ROUNDS))


def _timed(ask: Callable[[], bytes]) -> tuple[float, bytes]:
    start = time.process_time()
    body = ask()
    return time.process_time() - start, body
