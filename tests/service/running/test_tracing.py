"""Traces: off unless asked for, and then a span for each request that tells its route and status, and no value."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept

from xianjie.errors import InputError
from xianjie.plugins import Regions
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.running.tracing import require_tracing, trace_with, tracing, wanted
from xianjie.service.settings import ServiceSettings

NUMBER = "11010519491231002X"  # of the standard's own example; nobody's
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
KNOWN = {"http.request.method", "http.route", "http.response.status_code"}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def client(spans: InMemorySpanExporter, regions: Regions, tmp_path: Path) -> Iterator[TestClient]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    with kept(tmp_path) as keeping:
        app = create_app(keeping, ServiceSettings(today=lambda: TODAY), regions, make_log("info", io.BytesIO()))
        trace_with(app, provider)

        async def fail(_: Request) -> Response:
            raise ValueError(NUMBER)

        app.router.add_route("/fails/{id}", fail)
        with TestClient(app, AT_HOME, raise_server_exceptions=False) as made:
            yield made


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (one,) = spans.get_finished_spans()
    return one


@pytest.mark.parametrize(
    ("method", "path", "name", "status"),
    [
        ("GET", "/livez", "GET /livez", 200),
        ("GET", f"/v1/policies/{NUMBER}?q={NUMBER}", "GET /v1/policies/{policy_id}", 422),
        ("HEAD", "/livez", "GET /livez", 200),  # the edge makes one of the other
        ("POST", "/v1/assessments", "POST /v1/assessments", 422),
        ("GET", f"/{NUMBER}", "GET unmatched", 404),
        ("DELETE", "/livez", "DELETE /livez", 405),
        ("张三", "/livez", "_OTHER /livez", 405),
    ],
)
def test_a_request_is_a_span(
    client: TestClient, spans: InMemorySpanExporter, method: str, path: str, name: str, status: int
) -> None:
    client.request(method, path, headers={"content-type": "application/json"}, content="{}")
    span = only(spans)
    assert span.name == name
    assert span.kind is SpanKind.SERVER
    assert dict(span.attributes or {}) == {
        "http.request.method": name.partition(" ")[0],
        "http.route": name.partition(" ")[2],
        "http.response.status_code": status,
    }
    assert span.parent is None


def test_nothing_that_was_sent_is_in_a_span(client: TestClient, spans: InMemorySpanExporter) -> None:
    headers = {
        "traceparent": f"00-{'1' * 32}-{'2' * 16}-01",
        "tracestate": f"x={NUMBER}",
        "baggage": f"name={NUMBER}",
        "user-agent": NUMBER,
        "authorization": f"Bearer {NUMBER}",
        "x-request-id": NUMBER,
    }
    client.post(f"/v1/assessments?x={NUMBER}", json={"case": {"case": NUMBER}, "regions": [NUMBER]}, headers=headers)
    client.get(f"/fails/{NUMBER}", headers=headers)
    for span in spans.get_finished_spans():
        told = span.to_json()
        for secret in (NUMBER, NUMBER[:12], "1" * 32, "2" * 16):
            assert secret not in told
        assert set(span.attributes or {}) == KNOWN
        assert span.events == ()
        assert list(span.links) == []


def test_a_failure_is_an_error_without_its_message(client: TestClient, spans: InMemorySpanExporter) -> None:
    assert client.get("/fails/1").status_code == 500
    span = only(spans)
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert dict(span.attributes or {})["http.response.status_code"] == 500


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_it_is_off_unless_somewhere_to_send_to_is_named(environment: dict[str, str], expected: bool) -> None:
    assert wanted(environment) is expected


def test_where_it_is_off_the_application_is_left_alone() -> None:
    class Untouched:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    tracing(Untouched(), {})()  # type: ignore[arg-type]


def test_asked_for_and_not_installed_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    require_tracing({ENDPOINT: "http://127.0.0.1:4318"})
    monkeypatch.setattr("xianjie.service.running.tracing.find_spec", lambda _: None)
    require_tracing({})
    with pytest.raises(InputError) as raised:
        require_tracing({ENDPOINT: "http://127.0.0.1:4318"})
    assert raised.value.problems[0].code == "tracing-missing"


def test_spans_are_sent_to_where_the_environment_says(tmp_path: Path) -> None:
    """The exporter's own form, taken in by a collector of this test."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from tests.service.conftest import start

    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        server = start(tmp_path / "log", **{ENDPOINT: f"http://127.0.0.1:{collector.server_port}"})
        with server.client() as one:
            one.get(f"/v1/policies/{NUMBER}")
        server.stop()
        collector.shutdown()
    sent = b"".join(got)
    assert b"GET /v1/policies/{policy_id}" in sent
    assert b"xianjie" in sent
    assert NUMBER.encode() not in sent
    assert all("Traceback" not in json.dumps(line) for line in server.log.read_text("utf-8").splitlines())
