"""`xianjie serve`: starts with no configuration, on this machine only, tells its URL once, and stops in good order."""

from __future__ import annotations

import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.service.conftest import Server, start
from typer.testing import CliRunner

from xianjie.cli import create_app

DIGITS = re.compile(r"\d{17}[\dXx]")


def refused(*options: str) -> str:
    done = CliRunner().invoke(create_app(), ["serve", *options])
    assert done.exit_code == 2
    assert done.stdout == ""
    return done.stderr


def test_only_this_machine_can_be_served() -> None:
    for host in ("0.0.0.0", "::", "10.1.2.3", "example.org"):
        assert "[serve-not-loopback]" in refused("--host", host)
    assert "only a loopback address" in refused("--host", "0.0.0.0", "--lang", "en")


def test_it_is_refused_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys; from xianjie.cli import create_app; from typer.testing import CliRunner; "
        "done = CliRunner().invoke(create_app(), ['serve', '--host', '0.0.0.0']); "
        "print(done.exit_code, {'fastapi', 'uvicorn', 'orjson', 'z3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "2 set()\n"


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "[serve-port]" in refused("--port", str(taken.getsockname()[1]))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_tells_its_url_once_and_stops_in_good_order(tmp_path: Path, how: signal.Signals) -> None:
    server = start(tmp_path / "log")
    with server.client() as client:
        assert client.get("/readyz").json()["status"] == "ready"
    status = server.stop(how)
    assert status == (0 if how is signal.SIGINT else -signal.SIGTERM)
    log = server.log.read_text("utf-8")
    assert "http://" not in log
    assert "Traceback" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["event"] for line in lines if line["event"] != "request"] == ["ready", "stopped"]


def test_requests_under_way_are_answered_before_it_stops(tmp_path: Path) -> None:
    server = start(tmp_path / "log", "--log-level", "warning")
    found: list[int] = []

    def ask() -> None:
        with server.client() as client:
            asked = {"left": "hubei", "right": "shanghai", "dimensions": ["eligibility"]}
            found.append(client.post("/v1/differences", json=asked).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    with server.client() as client:
        while "under_way 2.0" not in client.get("/metrics").text:
            pass
    server.stop()
    asking.join()
    assert found == [200]
    assert server.log.read_text("utf-8") == ""


def test_the_other_loopback_is_served_too(tmp_path: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    server = start(tmp_path / "log", "--host", "::1")
    assert server.url.startswith("http://[::1]:")
    assert server.alive()
    server.stop()


def test_the_help_speaks_both_languages() -> None:
    done = CliRunner().invoke(create_app(), ["serve", "--help"])
    assert "启动 HTTP 服务" in done.stdout
    assert "Start the HTTP service" in done.stdout


def test_the_log_of_all_these_tests_holds_no_person_s_number(server: Server, logged: io.BytesIO) -> None:
    """Runs last of the files: whatever the others sent, no line has kept it."""
    for text in (server.log.read_text("utf-8"), logged.getvalue().decode()):
        assert not DIGITS.search(text)
        assert "张三" not in text
