"""`xianjie serve`: starts with no configuration, on this machine only, tells its URL once, and stops in good order."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import pty
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.service.conftest import Server, start
from tests.service.invented import installed
from typer.testing import CliRunner

from xianjie.cli import create_app

DIGITS = re.compile(r"\d{17}[\dXx]")


def refused(*options: str) -> str:
    # where the texts lie is for the tests alone, and the service would say that it does not know such a variable
    done = CliRunner().invoke(create_app(), ["serve", *options], env={"XIANJIE_SOURCES": None})
    assert done.exit_code == 2
    assert done.stdout == ""
    return done.stderr


def test_without_a_region_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("xianjie.plugins.entry_points", lambda **_: ())
    store = tmp_path / "store"
    told = refused("--store", str(store))
    assert told.startswith("没有安装任何地区")
    assert "pip install" in told
    assert told.endswith("[regions-none]\n")
    assert not store.exists()


def test_to_be_open_to_others_takes_what_makes_it_safe() -> None:
    told = refused("--host", "0.0.0.0")
    for code in ("serve-auth", "serve-host-name", "serve-plain"):
        assert f"[{code}]" in told
    assert "control of access" in refused("--host", "0.0.0.0", "--lang", "en")
    assert "[serve-address]" in refused("--host", "example.org")


def test_it_is_refused_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys; from xianjie.cli import create_app; from typer.testing import CliRunner; "
        "done = CliRunner().invoke(create_app(), ['serve', '--host', '0.0.0.0']); "
        "print(done.exit_code, {'fastapi', 'uvicorn', 'orjson', 'z3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "2 set()\n"


def test_several_processes_on_an_embedded_store_are_refused(tmp_path: Path) -> None:
    assert "[serve-workers-embedded]" in refused("--workers", "2", "--store", str(tmp_path / "store"))
    assert not (tmp_path / "store").exists()


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "c.pem"
    file.write_text("not a certificate", encoding="utf-8")
    for name in (file, tmp_path / "none.pem"):
        assert "[serve-certificate]" in refused("--tls-cert", str(name), "--tls-key", str(file))


def test_a_variable_that_is_wrong_is_refused_and_a_strange_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANJIE_LARGEST_BODI", "1")
    monkeypatch.setenv("XIANJIE_MOST_CASES", "none")
    told = refused()
    assert "XIANJIE_MOST_CASES" in told
    assert "[setting-variable]" in told
    assert "[variable-unknown]" in told


def test_a_second_service_on_the_same_store_is_told_who_has_it(tmp_path: Path) -> None:
    server = start(tmp_path / "log")
    env = {**os.environ, "XIANJIE_HOME": str(tmp_path / "home")}
    command = [str(Path(sys.executable).with_name("xianjie")), "serve", "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert second.returncode == 2
    assert second.stdout == ""
    assert "[store-locked]" in second.stderr
    assert str(server.process.pid) in second.stderr
    assert server.alive()
    server.stop()


def test_the_first_start_alone_makes_keys_and_records_what_came_into_service(tmp_path: Path) -> None:
    told: list[bool] = []
    counts: list[int] = []
    for _ in range(2):
        server = start(tmp_path / "log")
        with server.client() as client:
            items = client.get("/v1/publications").json()["items"]
            policies = client.get("/v1/policies").json()
        server.stop()
        counts.append(len(items))
        told.append("[keys-made]" in server.log.read_text("utf-8"))
        assert {one["by"] for one in items} == {"service"}
        assert {(one["policy"], one["sha256"]) for one in items} == {(one["policy"], one["sha256"]) for one in policies}
    assert told == [True, False]
    assert counts[0] == counts[1] > 0


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = refused("--port", str(taken.getsockname()[1]))
    assert told == "--port: 无法监听这个端口：已被另一个程序占用 [serve-port]\n"


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
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
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
    assert "{" not in server.log.read_text("utf-8")


def test_it_says_that_it_is_going_before_it_goes(tmp_path: Path) -> None:
    server = start(tmp_path / "log", XIANJIE_DRAINING_SECONDS="2")
    server.process.send_signal(signal.SIGTERM)
    statuses: list[int] = []
    try:
        while True:  # new connections are taken until the time is over
            statuses.append(httpx2.get(f"{server.url}/readyz").status_code)
            assert httpx2.get(f"{server.url}/livez").status_code == 200
    except httpx2.TransportError:
        pass
    assert statuses[-1] == 503
    assert set(statuses) <= {200, 503}
    server.stop()


def test_a_second_signal_ends_the_waiting(tmp_path: Path) -> None:
    server = start(tmp_path / "log", XIANJIE_DRAINING_SECONDS="600")
    server.process.send_signal(signal.SIGTERM)
    while httpx2.get(f"{server.url}/readyz").status_code != 503:
        pass
    assert server.stop() == -signal.SIGTERM


def test_a_signal_has_it_read_the_documents_again(tmp_path: Path) -> None:
    file = installed(tmp_path / "site")
    server = start(tmp_path / "log", PYTHONPATH=str(tmp_path / "site"))
    with server.client() as client:

        def version() -> str:
            return str(client.get("/v1/policies/shaanxi-digest").json()["version"])

        def publications() -> int:
            return len(client.get("/v1/publications", params={"region": "shaanxi"}).json()["items"])

        assert (version(), publications()) == ("digest-1", 1)
        asked = {"left": "shaanxi", "right": "hubei", "dimensions": ["eligibility"]}
        assert client.post("/v1/differences", json=asked).status_code == 200
        file.change("version: digest-1", "version: digest-2")
        server.process.send_signal(signal.SIGHUP)
        while version() != "digest-2":
            assert server.process.poll() is None
        assert publications() == 2
        # the solver's process, which has the old ones, reads them anew
        assert client.post("/v1/differences", json=asked).status_code == 200
        file.change("version: digest-2", "version: [")
        server.process.send_signal(signal.SIGHUP)
        while "documents not reloaded" not in server.log.read_text("utf-8"):
            assert server.process.poll() is None
        assert version() == "digest-2"
        assert client.get("/readyz").status_code == 200
    server.stop()


def test_closing_the_terminal_ends_it(tmp_path: Path) -> None:
    """A service that was started in a window goes with the window, rather than reading its documents again."""
    leader, follower = pty.openpty()
    env = {**os.environ, "XIANJIE_HOME": str(tmp_path / "home")}
    command = [str(Path(sys.executable).with_name("xianjie")), "serve", "--port", "0"]
    ends = ["env", "--default-signal=HUP"]  # also where the tests run under nohup
    process = subprocess.Popen(
        ["setsid", "--ctty", *ends, *command], stdin=follower, stdout=follower, stderr=follower, env=env
    )
    os.close(follower)
    seen = b""
    while b'"ready"' not in seen:
        seen += os.read(leader, 4096)
    os.close(leader)
    process.wait(timeout=30)


def test_open_to_others_it_lets_in_who_has_a_key(tmp_path: Path) -> None:
    """Behind a proxy on this machine: the key, the host's name and the forwarded address all count."""
    xianjie = str(Path(sys.executable).with_name("xianjie"))
    env = {**os.environ, "XIANJIE_HOME": str(tmp_path / "home")}
    command = [xianjie, "access", "issue", "--holder", "test", "--role", "reader@national"]
    key = subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout.split()[0]
    options = ("--auth", "keys", "--host-name", "xianjie.example", "--behind-proxy", "127.0.0.1")
    server = start(tmp_path / "log", *options, XIANJIE_DRAINING_SECONDS="0", XIANJIE_FAILURE_RATE="1/600/2")
    headers = {"host": "xianjie.example", "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}
    with server.client() as client:
        assert client.get("/v1/regions", headers=headers).status_code == 401
        assert client.get("/v1/regions", headers={**headers, "host": "other.example"}).status_code == 421
        let_in = {**headers, "authorization": f"Bearer {key}"}
        assert client.get("/v1/regions", headers=let_in).status_code == 200
        assert client.post("/v1/publications", headers=let_in).status_code == 403
        # refusals are counted by the address that the proxy tells
        wrong = {**headers, "authorization": f"Bearer {key[:-1]}x"}
        found = [client.get("/v1/regions", headers=wrong).status_code for _ in range(4)]
        assert found[-1] == 429
        elsewhere = {**wrong, "x-forwarded-for": "203.0.113.8"}
        assert client.get("/v1/regions", headers=elsewhere).status_code == 401
    server.stop()
    assert key not in server.log.read_text("utf-8")


def test_a_certificate_makes_it_speak_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    server = start(tmp_path / "log", "--tls-cert", str(certificate), "--tls-key", str(key))
    assert server.url.startswith("https://")
    context = ssl.create_default_context(cafile=str(certificate))
    with httpx2.Client(base_url=server.url, verify=context) as client:
        assert client.get("/readyz").json()["status"] == "ready"
    with pytest.raises(httpx2.TransportError):
        httpx2.get(server.url.replace("https", "http") + "/livez")
    server.stop()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine's address."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate, key


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
