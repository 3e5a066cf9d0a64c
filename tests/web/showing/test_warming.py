"""Making ready: what first views need is there before they come, and no other than without; nothing is recorded."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept
from tests.service.invented import copied
from tests.service.let_in import service_behind
from tests.web.conftest import BROWSER

from xianjie.errors import InputError, Place, Problem
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.web import workbench
from xianjie.web.door.addresses import At
from xianjie.web.workbench import FIRST, ROUTES, mount, mount_ready

PATIENCE = 60
VARYING = re.compile(r'name="(form_token|once)" value="[^"]*"')


@contextmanager
def serving(folder: Path, ready: bool) -> Iterator[tuple[TestClient, io.BytesIO]]:
    regions, _ = copied("tianjin", folder / "tianjin")
    said = io.BytesIO()
    with kept(folder / "store") as keeping:
        settings = ServiceSettings(today=lambda: TODAY, home=folder / "home")
        app = create_app(keeping, settings, regions, make_log("debug", said))
        (mount_ready if ready else mount)(app)
        with TestClient(app, AT_HOME, headers=BROWSER, raise_server_exceptions=False) as client:
            yield client, said


def events(said: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().decode().splitlines()]


def await_event(said: io.BytesIO, wanted: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for one in events(said):
            if one["event"] == wanted:
                return one
        time.sleep(0.01)
    raise AssertionError(f"it never came: {wanted}")


def test_pages_are_made_ready_as_the_service_starts_and_are_what_they_would_be(tmp_path: Path) -> None:
    with serving(tmp_path / "cold", ready=False) as (client, said):
        shown = {path: VARYING.sub("", client.get(path).text) for path in FIRST}
        assert "pages ready" not in {one["event"] for one in events(said)}
    with serving(tmp_path / "ready", ready=True) as (client, said):
        await_event(said, "pages ready")
        app: Any = client.app
        templates = app.state.workbench.templates
        assert len(templates.cache) == len(templates.list_templates())
        kept_before = set(app.state.workbench.memory._kept)
        assert {"matrix", "guide", "procedures", "incentives", "check"} <= {key[0] for key in kept_before}
        assert {path: VARYING.sub("", client.get(path).text) for path in FIRST} == shown
        assert set(app.state.workbench.memory._kept) == kept_before  # nothing was worked out anew


def test_nobody_is_counted_or_noted_for_it(tmp_path: Path) -> None:
    with serving(tmp_path, ready=True) as (client, said):
        await_event(said, "pages ready")
        assert {one["event"] for one in events(said)} == {"ready", "pages ready"}
        with service_behind(client).keeping.store.read() as view:
            assert list(view.entries("audit", limit=10)) == []
        assert "set-cookie" in client.get("/display").headers  # the secret of forms was given to nobody before


def test_a_page_is_answered_while_pages_are_made_ready_and_the_service_stops_in_the_midst_of_it(tmp_path: Path) -> None:
    with serving(tmp_path, ready=True) as (client, said):
        assert client.get("/").status_code == 200
    assert events(said)[-1]["event"] == "stopped"
    assert "pages not made ready" not in {one["event"] for one in events(said)}


def _only(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    asked: list[str] = []

    async def failing(request: Request) -> Response:
        asked.append(request.url.path)
        raise error

    routes = [At("GET", path, failing) for path in FIRST]
    monkeypatch.setattr(workbench, "ROUTES", [*routes, *(at for at in ROUTES if at.path not in FIRST)])
    return asked


def test_a_page_that_documents_refuse_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem("region-missing", "至少要有一份文件", "at least one document is needed", Place())
    asked = _only(monkeypatch, InputError(problem))
    with serving(tmp_path, ready=True) as (_, said):
        await_event(said, "pages ready")
        assert asked == list(FIRST)
        assert await_event(said, "page not made ready")["codes"] == ["region-missing"]


def test_what_fails_is_told_and_the_service_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, RuntimeError("secret words"))
    with serving(tmp_path, ready=True) as (client, said):
        told = await_event(said, "pages not made ready")
        assert told["exception"] == "RuntimeError"
        assert "secret words" not in said.getvalue().decode()
        assert client.get("/glossary").status_code == 200


def test_what_is_made_ready_is_served_to_everybody_who_looks() -> None:
    assert set(FIRST) <= {at.path for at in ROUTES if at.method == "GET"}
