"""docs/referrals.md: its requests go to a server of this test, one after the other, and are answered as shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, get_args

import httpx2
import pytest
from tests.docs.fences import DOCS, blocks
from tests.docs.test_readme import holds
from tests.service.conftest import Server, start

from xianjie.records.referring.events import REPORTED
from xianjie.records.referring.log import Decided

PAGE = DOCS / "referrals.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("referrals") / "log")
    yield made
    made.stop()


def sent(command: str, base: str, id: str) -> Any:
    """Do what a curl command of the page says."""
    words = shlex.split(command.replace("$ID", id))
    assert (words[:2], words[3::2]) == (["curl", "-s"], ["-H", "-d"])
    url = words[2].replace("http://127.0.0.1:8765", base)
    name, _, text = words[4].partition(": ")
    return httpx2.post(url, headers={name: text}, content=words[6].encode()).json()


def test_the_requests_are_answered_as_shown(server: Server) -> None:
    shown = list(blocks(PAGE))
    asked = [block for block in shown if block.info == "bash"]
    id = ""
    for block in asked:
        output = shown[shown.index(block) + 1]
        answer = sent(block.text.strip(), server.url, id)
        assert holds(answer, json.loads(output.text)), block.where
        id = id or answer["id"]
    assert len(asked) == 4


def test_the_tables_are_whole() -> None:
    text = PAGE.read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, re.M)) == {"decided", *get_args(Decided)}
    assert all(f"`{event}`" in text for event in REPORTED)


def test_the_page_is_listed() -> None:
    assert "(referrals.md)" in (DOCS / "README.md").read_text("utf-8")
