"""docs/workbench.md: the addresses that it names answer, on a server as `xianjie serve` starts it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from tests.docs.fences import DOCS, blocks
from tests.service.conftest import Server, start

from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.web.showing.assets import VENDORED

PAGE = DOCS / "workbench.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMED = re.findall(r"^\| `(/[^`]*)` \|", TEXT, re.MULTILINE)
SHOWN = [block.text.strip() for block in blocks(PAGE) if block.info == "text"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("workbench") / "log")
    yield made
    made.stop()


@pytest.mark.parametrize("path", [*NAMED, *SHOWN])
def test_an_address_of_the_page_answers(server: Server, path: str) -> None:
    assert len(NAMED) >= 12
    answer = httpx2.get(f"{server.url}{path}", headers={"accept": "text/html"})
    assert answer.status_code == 200
    if not path.startswith("/downloads"):
        assert answer.headers["content-type"].startswith("text/html")


def test_the_other_forms_of_the_table_are_there(server: Server) -> None:
    for form in ("md", "json"):
        assert httpx2.get(f"{server.url}/downloads/comparison.{form}").status_code == 200


def test_the_dimensions_and_the_vendored_version_are_those_of_the_code() -> None:
    (row,) = re.findall(r"^\| `dimension` \|(.*)$", TEXT, re.MULTILINE)
    assert re.findall(r"`([a-z]+)`", row) == list(DIMENSIONS)
    for name in VENDORED:
        (version,) = re.findall(r"\d+\.\d+\.\d+", name)
        assert version in TEXT
