"""docs/ledgers.md shows real requests: its curl commands go, in order, to one service, and are answered as shown."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import httpx2
from starlette.testclient import TestClient
from tests.docs.fences import DOCS, blocks
from tests.docs.test_readme import holds
from tests.service.conftest import AT_HOME, TODAY, kept

from xianjie.records.deadlines.ledger_facts import acts
from xianjie.service.app import create_app
from xianjie.service.settings import ServiceSettings
from xianjie.vocabulary import BASE

PAGE = DOCS / "ledgers.md"
BASE_URL = "http://127.0.0.1:8765"


def sent(client: TestClient, command: str, id: str) -> httpx2.Response:
    """Do what a curl command of the page says; `$ID` is the id of the answer to the last record."""
    words = shlex.split(command)
    assert words[:2] == ["curl", "-s"]
    url, rest = words[2].removeprefix(BASE_URL).replace("$ID", id), words[3:]
    if not rest:
        return client.get(url)
    assert rest[:2] == ["-H", "Content-Type: application/json"]
    assert rest[2] == "-d"
    return client.post(url, content=rest[3].encode(), headers={"content-type": "application/json"})


def shown_in(text: str, shown: str) -> bool:
    """Tell whether the lines that are shown stand in a text in their order; `…` stands for any."""
    rest = iter(text.splitlines())
    return all(any(line == wanted for line in rest) for wanted in shown.splitlines() if wanted != "…")


def test_the_requests_are_answered_as_shown(tmp_path: Path) -> None:
    shown = list(blocks(PAGE))
    ran = 0
    with (
        kept(tmp_path / "kept") as keeping,
        TestClient(create_app(keeping, ServiceSettings(today=lambda: TODAY)), AT_HOME) as client,
    ):
        id = ""
        for request, answer in zip(shown[::2], shown[1::2], strict=True):
            assert request.info == "bash"
            response = sent(client, request.text.strip(), id)
            assert response.status_code in (200, 201), (request.where, response.text)
            if answer.info == "ics":
                assert shown_in(response.text, answer.text), request.where
            else:
                assert holds(response.json(), json.loads(answer.text)), (request.where, response.text)
            if "location" in response.headers:
                id = response.json()["id"]
            ran += 1
    assert ran == 9


def test_everything_that_can_be_done_to_a_ledger_is_named() -> None:
    text = PAGE.read_text("utf-8")
    for what in (*acts(BASE), "retracted"):
        assert f"`{what}`" in text, what


def test_the_page_is_listed() -> None:
    assert "(ledgers.md)" in (DOCS / "README.md").read_text("utf-8")
