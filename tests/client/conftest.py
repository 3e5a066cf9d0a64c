"""What the tests of the client share: the application in this process, and a real server, both with empty stores."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, Server, kept, make, regions, start

from xianjie.records.desk import Keeping
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings

__all__ = ["make", "regions"]  # fixtures of the service, used here as well


@pytest.fixture(scope="session")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept(tmp_path_factory.mktemp("client")) as made:
        yield made


@pytest.fixture(scope="session")
def near(keeping: Keeping) -> Iterator[httpx2.BaseTransport]:
    """Give the way to an application in this process."""
    app = create_app(keeping, ServiceSettings(today=lambda: TODAY), log=make_log("error", io.BytesIO()))
    with TestClient(app, AT_HOME) as client:
        yield client._transport


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("server") / "log")
    yield made
    made.stop()
