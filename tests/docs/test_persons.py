"""docs/persons.md: its requests go to a server of this test, one after the other, and are answered as shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from tests.docs.fences import DOCS, blocks
from tests.docs.test_readme import holds
from tests.service.conftest import Server, start

from xianjie.records.people.cases import REASONS

PAGE = DOCS / "persons.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("page") / "log")
    yield made
    made.stop()


def sent(command: str, base: str, known: Mapping[str, str]) -> httpx2.Response:
    """Do what a curl command of a page says, with `$NAME` for what is known by that name."""
    told = re.sub(r"'?\$([A-Z]+)'?", lambda found: known[found[1]], command)
    words = shlex.split(told)
    assert words[:2] == ["curl", "-s"]
    method, headers, body, url, rest = "", dict[str, str](), None, "", words[2:]
    while rest:
        match rest:
            case ["-X", method, *rest]:
                pass
            case ["-H", header, *rest]:
                name, _, text = header.partition(": ")
                headers[name] = text
            case ["-d", text, *rest]:
                body = text.encode()
            case [url, *rest]:
                assert not url.startswith("-")
    method = method or ("GET" if body is None else "POST")
    return httpx2.request(method, url.replace("http://127.0.0.1:8765", base), headers=headers, content=body)


def walked(server: Server, page: Path) -> int:
    """Do all commands of a page in order, and hold the answers to what stands behind them."""
    known: dict[str, str] = {}
    shown = [*blocks(page), None]
    asked = 0
    for block, behind in pairwise(shown):
        if block is None or block.info != "bash":
            continue
        asked += 1
        answer = sent(block.text.strip(), server.url, known)
        if behind is not None and behind.info == "json":
            assert holds(answer.json(), json.loads(behind.text)), (block.where, answer.text)
        else:
            assert answer.is_success, (block.where, answer.text)
        if answer.status_code == 201:
            name = answer.headers["location"].split("/")[2]
            known[name.removesuffix("s").upper()] = answer.json()["id"]
    return asked


def table(page: Path, name: str) -> list[list[str]]:
    """Read the rows of a table between two marks."""
    text = page.read_text("utf-8").partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_the_requests_are_answered_as_shown(server: Server) -> None:
    assert walked(server, PAGE) == 8


def test_the_reasons_are_those_there_are() -> None:
    assert table(PAGE, "reasons") == [[f"`{code}`", zh, en] for code, (zh, en) in REASONS.items()]
