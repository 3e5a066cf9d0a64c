"""docs/client.md shows real calls: its code runs against a server of this test, and gives what is shown."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.docs.fences import DOCS, blocks
from tests.service.conftest import Server, start

from xianjie.client import Client

PAGE = DOCS / "client.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("client-page") / "log")
    yield made
    made.stop()


def test_the_code_of_the_page_gives_what_is_shown(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIANJIE_URL", server.url)
    monkeypatch.delenv("XIANJIE_API_KEY", raising=False)
    known: dict[str, Any] = {}
    examples = 0
    for block in blocks(PAGE, "python"):
        parsed = doctest.DocTestParser().get_doctest(block.text, known, block.where, str(PAGE), block.line)
        examples += len(parsed.examples)
        failed = doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE).run(parsed, clear_globs=False)
        assert failed.failed == 0, capsys.readouterr().out
        known = parsed.globs
    assert examples > 15


def test_the_page_is_listed_and_names_what_is_there() -> None:
    text = PAGE.read_text("utf-8")
    assert "(client.md)" in (DOCS / "README.md").read_text("utf-8")
    for name in re.findall(r"client\.(\w+)\(", text):
        assert hasattr(Client, name), name
    for file in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert (Path(PAGE).parents[1] / file).exists()
