"""Bodies that mean harm: each is refused, the process lives, memory stays bounded, nothing is repeated."""

from __future__ import annotations

import io
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import OPEN
from tests.service.conftest import FIVE, Server
from tests.service.hostile import KINDS, MARK, OF_ASSESSMENTS, TOO_LONG, bodies, headers, taking_bodies

JSON = {"content-type": "application/json"}
PATH = "/v1/assessments"


@pytest.mark.parametrize("kind", KINDS)
def test_every_hostile_body_is_refused(client: TestClient, logged: io.BytesIO, kind: str) -> None:
    drawn = [body for found, body in bodies(65 * len(KINDS)) if found == kind]
    assert len(drawn) == 65
    for body in drawn:
        answer = client.post(PATH, content=body, headers=JSON)
        assert answer.status_code in (400, 413, 422), body[:300]
        assert answer.headers["content-type"] == "application/problem+json"
        assert MARK not in answer.text
        assert len(answer.content) < 100_000
    assert MARK[2:].encode() not in logged.getvalue()


def test_what_the_bodies_are_made_of_is_answered_where_it_is_left_whole(client: TestClient) -> None:
    """The generator spoils what is good: without its harm the body would be answered."""
    import random

    from tests.service import hostile

    question = hostile._question(random.Random(1))
    assert client.post(PATH, json=question).status_code == 200


def test_every_resource_that_takes_a_body_refuses_them(client: TestClient) -> None:
    operations = taking_bodies(client.get("/openapi.json").json())
    assert len(operations) > 20
    for number, (method, path) in enumerate(operations):
        for kind, body in bodies(2 * len(KINDS), seed=number):
            if kind not in OF_ASSESSMENTS:
                answer = client.request(method, path, content=body, headers=headers())
                assert 400 <= answer.status_code < 500, (method, path, kind, answer.status_code)
                assert MARK not in answer.text


def test_a_real_server_lives_on_and_its_memory_stays_bounded(server: Server) -> None:
    process = psutil.Process(server.process.pid)

    drawn = [body for _, body in bodies(4 * len(KINDS), seed=3)]
    with server.client() as client, ThreadPoolExecutor(8) as pool:

        def send(body: bytes) -> int:
            answer = client.post(PATH, content=body, headers=JSON)
            assert MARK not in answer.text
            return answer.status_code

        assert set(pool.map(send, drawn)) <= {400, 413, 422}
        before = process.memory_info().rss
        assert set(pool.map(send, drawn)) <= {400, 413, 422}
    assert process.memory_info().rss - before < 64 * 2**20
    assert server.alive()


def test_texts_of_ten_megabytes_are_refused_unread(server: Server) -> None:
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            head = f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            connection.sendall(f"{head}content-length: {len(TOO_LONG)}\r\n\r\n".encode())
            answer = connection.recv(10_000)  # before a byte of the body is sent
            assert b" 413 " in answer.splitlines()[0]
            assert b"connection: close" in answer.lower()
    chunked = f"{head}transfer-encoding: chunked\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(chunked)
        part = TOO_LONG[: 64 * 1024].encode()
        try:
            for _ in range(160):
                connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        except OSError:
            pass  # the server has closed
        else:
            assert b" 413 " in connection.recv(10_000)
    assert process.memory_info().rss - before < 32 * 2**20
    assert server.alive()


def test_a_head_without_end_is_cut_off(server: Server) -> None:
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(b"a" * 64 * 2**20)
    assert process.memory_info().rss - before < 32 * 2**20
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 30_000 + b"\r\n\r\n")
        assert b" 200 " in connection.recv(10_000).splitlines()[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00" * 100,
        b"GET\r\n\r\n",
        b"POST /v1/assessments HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/assessments HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /%00%ff%2e%2e/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n\r\n",
    ],
    ids=range(8),
)
def test_a_request_that_is_none_is_refused(server: Server, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(10_000)
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer)
    assert server.alive()


def test_clients_that_go_half_way_leave_nothing_behind(server: Server) -> None:
    for cut in (10, 60, 200):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            head = f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            connection.sendall(f"{head}content-length: 500\r\n\r\n{'{' * 400}"[:cut].encode())
    with server.client() as client:
        counts = client.get("/metrics").text
        assert "xianjie_http_requests_under_way 1.0" in counts  # this very one
    assert server.alive()


def test_many_at_once_are_each_answered_with_their_own(server: Server) -> None:
    with server.client() as client, ThreadPoolExecutor(16) as pool:

        def ask(number: int) -> tuple[int, str, list[str]]:
            regions = FIVE[number % 5 :]
            answer = client.post(PATH, json={"case": {**OPEN, "case": f"E-{number}"}, "regions": regions}).json()
            return number, answer["case"], list(answer["regions"])

        for number, case, regions in pool.map(ask, range(48)):
            assert case == f"E-{number}"
            assert regions == FIVE[number % 5 :]
