"""docs/service.md shows real requests: its curl commands go to a server of this test, and are answered as shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.test_readme import holds
from tests.docs.walk import environment, run
from tests.service.conftest import Server, start

from xianjie.service.problems import told

PAGE = DOCS / "service.md"
SHOWN = list(blocks(PAGE))
REQUESTS = [block for block in SHOWN if block.info == "bash"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("page") / "log")
    yield made
    made.stop()


def sent(command: str, base: str) -> str:
    """Do what a curl command of the page says; only the options that the page uses are known."""
    words = shlex.split(command)
    assert words[:2] == ["curl", "-s"]
    url, rest = words[2].replace("http://127.0.0.1:8765", base), words[3:]
    headers, body = {}, None
    while rest:
        option, value, *rest = rest
        if option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        else:
            assert option in ("-d", "--data-binary")
            body = value.encode()
    return httpx2.request("GET" if body is None else "POST", url, headers=headers, content=body).text


def values(text: str) -> Any:
    lines = text.splitlines()
    return json.loads(lines[0]) if len(lines) == 1 else [json.loads(line) for line in lines]


@pytest.mark.parametrize("block", REQUESTS, ids=lambda block: block.where)
def test_a_request_is_answered_as_shown(server: Server, block: Block) -> None:
    output = SHOWN[SHOWN.index(block) + 1]
    assert output.info == "json"
    assert holds(values(sent(block.text.strip(), server.url)), json.loads(output.text))


def test_the_url_and_the_refusal_are_told_as_shown(server: Server) -> None:
    texts = [block.text.strip() for block in SHOWN if block.info == "text"]
    assert texts[0].replace("http://127.0.0.1:8765", server.url).startswith(f"衔接服务 {server.url}")
    done = run("xianjie serve --host 0.0.0.0", ROOT, environment())
    assert (done.returncode, done.stderr.strip()) == (2, texts[1])


def test_every_resource_is_named_and_every_named_resource_is_there(server: Server) -> None:
    text = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))  # each topic tells its own
    named = set(re.findall(r"`(?:GET|POST|PUT|DELETE) (/[^`? ]*)", text))
    assert named == set(httpx2.get(f"{server.url}/openapi.json").json()["paths"])


def test_the_statuses_of_the_page_have_titles() -> None:
    rows = re.findall(r"^\| ([0-9 ]+) \|", PAGE.read_text("utf-8"), re.M)
    for status in " ".join(rows).split():
        assert re.search("[\u4e00-\u9fff]", told(int(status), [], "zh")["title"]), status


def test_the_page_is_listed() -> None:
    assert "(service.md)" in (DOCS / "README.md").read_text("utf-8")
    assert Path(PAGE).exists()
