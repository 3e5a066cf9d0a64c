"""What the tests of the workbench share: a client of a service with its pages mounted, in this process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept
from tests.web.reading import read

from xianjie.plugins import Regions, discover
from xianjie.service.app import create_app
from xianjie.service.door.admission import Door
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.web.door.form_tokens import FIELD
from xianjie.web.showing import rendering
from xianjie.web.workbench import mount

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "zh-CN,zh;q=0.9"}
PAGES = [
    "/",
    "/compare",
    "/compare?only=1",
    "/compare/coverage",
    "/compare/instrument.premises",
    "/check",
    "/check/cases",
    "/policies",
    "/ledgers",
    "/ledgers/new",
    "/duties",
    "/calendar?month=2025-02",
    "/timeline",
    "/cadence",
    "/glossary",
    "/glossary?q=转介",
    "/glossary?q=nothing-holds-this",
    "/display",
    "/nothing-here",
    "/compare?as_of=nonsense",
]
"""Pages that are there whatever regions are installed; the last two are told as problems."""


class Compiled(BytecodeCache):
    """Keeps templates that were compiled, by what they are made of, for the next application of these tests."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (bucket.key, bucket.checksum) in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "Environment", partial(Environment, bytecode_cache=Compiled()))
        yield


@contextmanager
def serving(
    folder: Path, regions: Regions | None = None, door: Door | None = None, **more: Any
) -> Iterator[TestClient]:
    """Serve the pages; the user's own files lie in `folder`/home."""
    with kept(folder / "store") as keeping:
        settings = ServiceSettings(**{"today": lambda: TODAY, "home": folder / "home", **more})
        app = create_app(keeping, settings, regions or discover(), make_log("info", io.BytesIO()), door)
        mount(app)
        with TestClient(app, AT_HOME, headers=BROWSER, raise_server_exceptions=False) as client:
            yield client


def token(client: TestClient, path: str = "/display") -> dict[str, str]:
    """Look at a page with a form, and give the token that its forms hold."""
    field = read(client.get(path).text).all("input", name=FIELD)[0]
    return {FIELD: field.attributes["value"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of a service with all installed regions."""
    with serving(tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture(autouse=True)
def without_choices(request: pytest.FixtureRequest) -> None:
    """Let no test see what another one chose to be shown."""
    if "client" in request.fixturenames:
        request.getfixturevalue("client").cookies.clear()
