"""Many cases in one request: in order, each by itself, within bounds, and stopped when the client goes."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Sequence
from typing import Any

import psutil
import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import DECIDED, OPEN
from tests.service.conftest import FIVE, Make, Server

from xianjie.errors import XianjieError
from xianjie.service.framing import element_spans, line_spans

ONE = "/v1/assessments"
PATH = "/v1/assessments/batch"
NDJSON = {"content-type": "application/x-ndjson"}
JSON = {"content-type": "application/json"}


def question(case: Any, regions: Sequence[str] = ("tianjin",)) -> dict[str, Any]:
    return {"case": case, "regions": list(regions), "as_of": "2025-08-01"}


def lines_of(questions: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in questions)


@pytest.mark.parametrize("form", ["lines", "array"])
def test_the_answers_come_in_order_and_are_those_of_single_requests(client: TestClient, form: str) -> None:
    asked = [question({**(OPEN if n % 3 else DECIDED), "case": f"E-{n}"}, FIVE[: n % 5 + 1]) for n in range(30)]
    body = lines_of(asked) if form == "lines" else json.dumps(asked, indent=1).encode()
    answer = client.post(PATH, content=body, headers=NDJSON if form == "lines" else JSON)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content == b"".join(client.post(ONE, json=one).content for one in asked)


BAD: list[tuple[bytes, int, str]] = [
    (b"{", 400, "json-syntax"),
    (b"nonsense", 400, "json-syntax"),
    (b'{"case": {}, "case": {}}', 400, "json-doubled-key"),
    (b'{"case": NaN}', 400, "json-constant"),
    (b"[" * 5000, 400, "json-too-deep"),
    (b'{"case": "\xff"}', 400, "body-encoding"),
    (b"3", 422, "type-mapping"),
    (b'{"case": {"person": {"orphan": 1}}, "regions": ["hubei"]}', 422, "type-bool"),
    (b'{"case": {}, "regions": ["nowhere"]}', 422, "region-unknown"),
    (b'{"case": {}, "regions": ["jinhua"], "settings": {"overlay": {"overlay": 1}}}', 422, "batch-overlay"),
    (b'{"case": {"case": "' + b"a" * 1_100_000 + b'"}, "regions": ["hubei"]}', 413, "body-too-large"),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_line_fails_alone(client: TestClient, lang: str) -> None:
    good = json.dumps(question(DECIDED)).encode()
    body = b"\n".join(part for bad, _, _ in BAD for part in (good, bad)) + b"\r\n\r\n" + good
    answer = client.post(PATH, content=body, headers={**NDJSON, "accept-language": lang})
    assert answer.status_code == 200
    written = answer.content.splitlines()
    wanted = client.post(ONE, content=good, headers=JSON).content.rstrip()
    assert written[::2] == [wanted] * (len(BAD) + 1)
    for number, (line, (_, status, code)) in enumerate(zip(written[1::2], BAD, strict=True), 1):
        problem = json.loads(line)
        assert (problem["status"], problem["code"], problem["line"]) == (status, code, 2 * number)
        assert problem["title"].isascii() is (lang == "en")


def test_a_bad_element_of_an_array_fails_alone_where_its_brackets_close(client: TestClient) -> None:
    good = json.dumps(question(DECIDED)).encode()
    body = b"[" + b", ".join([good, b"{nonsense}", good, b'{"case": {"case": "]},["}}', b"", good]) + b"]"
    answer = client.post(PATH, content=body, headers=JSON)
    codes = [json.loads(line).get("code") for line in answer.content.splitlines()]
    assert codes == [None, "json-syntax", None, "region-missing", "body-empty", None]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", NDJSON, 422, "cases-none"),
        (b"\n \r\n", NDJSON, 422, "cases-none"),
        (b"[]", JSON, 422, "cases-none"),
        (b"{}", JSON, 400, "batch-shape"),
        (b"", JSON, 400, "batch-shape"),
        (b"[{}", JSON, 400, "json-syntax"),
        (b"[{}}", JSON, 400, "json-syntax"),
        (b'["a]', JSON, 400, "json-syntax"),
        (b"[{}] {}", JSON, 400, "json-syntax"),
        (b"{}", {"content-type": "text/csv"}, 415, "body-media-type"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(PATH, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_so_many_cases_and_no_more(make: Make) -> None:
    client = make(most_cases=3)
    asked = [question({"case": f"E-{n}"}) for n in range(4)]
    for form, headers in (("lines", NDJSON), ("array", JSON)):
        for count, status in ((3, 200), (4, 413)):
            body = lines_of(asked[:count]) if form == "lines" else json.dumps(asked[:count]).encode()
            answer = client.post(PATH, content=body, headers=headers)
            assert answer.status_code == status
            if status == 413:
                assert answer.json()["code"] == "batch-too-many"


def test_a_batch_has_a_bound_of_its_own(make: Make) -> None:
    client = make(largest_body=400, largest_batch=2000)
    one = lines_of([question({"case": "E-1"})])
    assert client.post(PATH, content=one * 10, headers=NDJSON).status_code == 200
    assert client.post(PATH, content=one * 40, headers=NDJSON).status_code == 413


def test_the_spans_of_an_array_are_those_that_a_parser_finds() -> None:
    values = [{"a": [1, {"b": '"],{\\'}]}, "x,]", [], 3.5, None, "好\\\\", {"\\": ["]"]}]
    for text in (json.dumps(values), json.dumps(values, indent=2), json.dumps(values, ensure_ascii=False)):
        data = text.encode()
        found = [json.loads(data[start:end]) for start, end in element_spans(data, 10)]
        assert found == values
        with pytest.raises(XianjieError):
            element_spans(data, 6)


def test_the_spans_of_lines_leave_blank_ones_out() -> None:
    data = b"a\n\n b \r\n\t\nc"
    assert [data[start:end] for start, end in line_spans(data, 3)] == [b"a", b" b \r", b"c"]


def test_a_hostile_array_is_cut_in_linear_time() -> None:
    for data in (b'["' + b"\\" * 300_001 + b'"]', b"[" + b'"' * 300_001, b"[" * 300_000, b"[" + b'"\\"' * 100_000):
        begun = time.process_time()
        with pytest.raises(XianjieError):
            element_spans(data, 10)
        assert time.process_time() - begun < 5


def test_only_so_many_batches_at_once(make: Make) -> None:
    client = make(batches=1, waiting_seconds=0.05)
    service = client.app.state.service  # type: ignore[attr-defined]
    portal = client.portal
    assert portal is not None
    portal.call(service.batches.acquire_on_behalf_of_nowait, self := object())
    answer = client.post(PATH, content=lines_of([question({})]), headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (503, "service-busy")
    assert answer.headers["retry-after"]
    portal.call(service.batches.release_on_behalf_of, self)
    for body in (lines_of([question({})]), b"", b"x" * 100):  # refused or answered, the place is given back
        client.post(PATH, content=body, headers=NDJSON)
    assert service.batches.borrowed_tokens == 0


def test_a_real_server_streams_a_large_batch_while_others_are_answered(server: Server) -> None:
    body = lines_of([question({**OPEN, "case": f"E-{n}"}, FIVE) for n in range(300)])
    with (
        server.client() as client,
        server.client() as other,
        client.stream("POST", PATH, content=body, headers=NDJSON) as answer,
    ):
        lines = answer.iter_lines()
        first = json.loads(next(lines))
        assert other.get("/livez").status_code == 200  # before the rest is read
        rest = [json.loads(line)["case"] for line in lines]
    assert [first["case"], *rest] == [f"E-{n}" for n in range(300)]


def test_the_work_stops_when_the_client_goes(server: Server) -> None:
    body = lines_of([question({**OPEN, "case": f"E-{n}"}, FIVE) for n in range(5000)])
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-ndjson\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + body)
        assert b"200 OK" in connection.recv(1000)
    process = psutil.Process(server.process.pid)
    busy = 1.0
    for _ in range(100):
        before = process.cpu_times().user
        time.sleep(0.1)
        busy = process.cpu_times().user - before
        if busy < 0.02:
            break
    assert busy < 0.02, "5,000 cases in five regions take far longer than this test waits"
    assert server.alive()
    with server.client() as client:
        counts = client.get("/metrics").text
    answered = re.search(r'^xianjie_cases_total{outcome="answered"} ([0-9.]+)', counts, re.M)
    assert answered is not None
    assert float(answered[1]) < 5000
