"""README starts the service and asks it with curl: the bytes that come are those of `xianjie assess --json`."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.fences import ROOT, blocks
from tests.docs.test_readme import holds
from tests.docs.test_service import sent
from tests.docs.walk import environment
from tests.service.conftest import Server, start

PAGE = ROOT / "README.md"
ADDRESS = "http://127.0.0.1:8765"
BLOCKS = list(blocks(PAGE))
(ASKED,) = [block for block in BLOCKS if block.info == "bash" and block.text.startswith("curl ")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("readme") / "log")
    yield made
    made.stop()


def asked(server: Server) -> bytes:
    """Run the very command of the page, or do what it says where there is no curl."""
    command = ASKED.text.strip().replace(ADDRESS, server.url)
    if shutil.which("curl") is None:
        return sent(command, server.url).encode()
    return subprocess.run(["bash", "-c", command], capture_output=True, check=True, env=environment()).stdout


def test_the_page_starts_the_service_at_the_address_that_it_asks() -> None:
    assert any(block.text.strip() == "xianjie serve" for block in BLOCKS)
    assert ADDRESS in ASKED.text


def test_the_answer_is_that_of_the_page_and_of_the_command_line_byte_for_byte(server: Server, tmp_path: Path) -> None:
    found = asked(server)
    output = BLOCKS[BLOCKS.index(ASKED) + 1]
    assert output.info == "json"
    assert holds(json.loads(found), json.loads(output.text))
    words = shlex.split(ASKED.text)
    body = json.loads(words[words.index("-d") + 1])
    (tmp_path / "case.json").write_text(json.dumps(body["case"]), encoding="utf-8")
    regions = [word for region in body["regions"] for word in ("--region", region)]
    done = subprocess.run(
        ["xianjie", "assess", "case.json", *regions, "--as-of", body["as_of"], "--json"],
        cwd=tmp_path,
        env=environment(XIANJIE_HOME=str(server.log.parent / "home")),  # whose keys make the ids of decisions
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert done.stdout == found


def test_asked_again_it_says_the_same(server: Server) -> None:
    assert asked(server) == asked(server)
