"""What the tests of the service share: a client of the application in this process, and a real server in another."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from xianjie.plugins import Regions, discover
from xianjie.records.desk import Keeping
from xianjie.service.app import create_app
from xianjie.service.door.admission import Door
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.store import Seal, open_store
from xianjie.vault import Suite, audit_seals, new_ring

AT_HOME = "http://127.0.0.1"
TODAY = dt.date(2025, 8, 1)
NOW = dt.datetime(2025, 8, 1, 1, 30, tzinfo=dt.UTC)
RING = new_ring(Suite.AES, TODAY)
FIVE = ["hubei", "tianjin", "jinhua", "shanxi", "shanghai"]

Make = Callable[..., TestClient]

_NUMBER = re.compile(rb"(?<![0-9.])[0-9]{17}[0-9Xx](?![0-9])")
"""A citizen's number; not the digits behind a decimal point, of which a sum of seconds has many."""


def holds_no_number(data: bytes) -> None:
    """See to it that a log, an error or the counts hold no citizen's number: in every run of these tests."""
    assert not _NUMBER.search(data)


def _error_holds_no_number(response: httpx2.Response) -> None:
    if response.status_code >= 400:
        holds_no_number(response.read())


WATCHED: dict[str, list[Callable[..., Any]]] = {"response": [_error_holds_no_number]}


@dataclass
class Server:
    """A server in a process of its own, and the file that its log goes to."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=60, event_hooks=WATCHED)

    def alive(self) -> bool:
        return self.process.poll() is None and httpx2.get(f"{self.url}/livez").status_code == 200

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.communicate(timeout=30)
        holds_no_number(self.log.read_bytes())
        return self.process.returncode


def start(log: Path, *more: str, **variables: str) -> Server:
    """Run `xianjie serve` on a free port, and wait for the line that tells it; `variables` of its environment."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "XIANJIE"))}
    env |= {"PYTHONUTF8": "1", "XIANJIE_HOME": str(log.parent / "home"), **variables}
    command = [str(Path(sys.executable).with_name("xianjie")), "serve", "--port", "0", *more]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=env,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "http" in line, log.read_text("utf-8")
    server = Server(line[line.index("http") :].split()[0], process, log)
    for _ in range(100):
        try:
            if httpx2.get(f"{server.url}/readyz", verify=False).status_code == 200:
                return server
        except httpx2.TransportError:
            pass
    raise AssertionError(log.read_text("utf-8"))


@contextmanager
def kept(folder: Path) -> Iterator[Keeping]:
    """Keep records in an embedded store; its clock stands still on TODAY."""
    seals = [Seal(name, hash) for name, hash in audit_seals(RING)]
    with open_store(folder, seals=seals) as store:
        yield Keeping(store, RING, lambda: NOW)


@pytest.fixture(scope="session")
def regions() -> Regions:
    return discover()


@pytest.fixture(scope="session")
def logged() -> io.BytesIO:
    """Gather the log of the application in this process."""
    return io.BytesIO()


@pytest.fixture(scope="session")
def client(regions: Regions, logged: io.BytesIO, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of one application, whose today never changes."""
    with kept(tmp_path_factory.mktemp("kept")) as keeping:
        app = create_app(keeping, ServiceSettings(today=lambda: TODAY), regions, make_log("debug", logged))
        with TestClient(app, AT_HOME) as made:
            made.event_hooks = WATCHED
            yield made
            holds_no_number(made.get("/metrics").content)
    holds_no_number(logged.getvalue())


@pytest.fixture
def make(regions: Regions, tmp_path: Path) -> Iterator[Make]:
    """Make a client of an application with settings and a store of its own; its errors are answered, not raised."""
    made: list[TestClient] = []
    logs: list[io.BytesIO] = []
    stores = ExitStack()

    def with_settings(log: io.BytesIO | None = None, door: Door | None = None, **settings: Any) -> TestClient:
        given = ServiceSettings(**{"today": lambda: TODAY, **settings})
        keeping = stores.enter_context(kept(tmp_path / f"kept-{len(made)}"))
        stream = log or io.BytesIO()
        logs.append(stream)
        app = create_app(keeping, given, regions, make_log("debug", stream), door)
        one = TestClient(app, AT_HOME, raise_server_exceptions=False)
        one.event_hooks = WATCHED
        one.__enter__()
        made.append(one)
        return one

    with stores:
        yield with_settings
        for one in made:
            one.__exit__(None, None, None)
    for stream in logs:
        holds_no_number(stream.getvalue())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a real server, shared by the tests of a session."""
    made = start(tmp_path_factory.mktemp("server") / "log")
    yield made
    made.stop()
