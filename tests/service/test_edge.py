"""What every answer carries, whatever it says: ids, headers, HEAD, OPTIONS, and what is announced to go."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.service.conftest import Make

from xianjie.service.deprecation import Deprecation, deprecated

PATHS = ["/livez", "/v1/regions", "/docs", "/nothing", "/openapi.json", "/metrics"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers_of_safety(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"]
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_no_other_origin_is_let_in(client: TestClient) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for method in ("OPTIONS", "GET"):
        answer = client.request(method, "/v1/regions", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_request_has_an_id_which_the_client_may_give(client: TestClient) -> None:
    mine = str(uuid.uuid4())
    assert client.get("/livez", headers={"x-request-id": mine}).headers["x-request-id"] == mine
    for other in ("", "110101199003071234", mine.upper(), f"{mine}x", "x" * 10_000):
        given = client.get("/livez", headers={"x-request-id": other}).headers["x-request-id"]
        assert given != other
        uuid.UUID(given)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    if path not in ("/metrics", "/nothing"):
        assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/livez", "GET, HEAD, OPTIONS"),
        ("/v1/assessments", "OPTIONS, POST"),
        ("/v1/policies/hubei-2024", "GET, HEAD, OPTIONS"),
        ("/v1/persons/search", "OPTIONS, POST"),
        ("/v1/persons/somebody", "DELETE, GET, HEAD, OPTIONS, PUT"),
    ],
)
def test_options_tells_the_methods(client: TestClient, path: str, allowed: str) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.content, answer.headers["allow"]) == (204, b"", allowed)


def test_options_and_head_of_nothing(client: TestClient) -> None:
    assert client.options("/nothing").status_code == 404
    assert client.head("/v1/assessments").status_code == 405
    assert client.options("*").status_code in (404, 405)


def test_a_deprecation_says_when_and_what_instead() -> None:
    headers = Deprecation(dt.date(2026, 1, 1), dt.date(2027, 1, 1), "/docs").headers()
    assert headers == {
        "deprecation": "@1767225600",
        "sunset": "Fri, 01 Jan 2027 00:00:00 GMT",
        "link": '</docs>; rel="deprecation"; type="text/html"',
    }
    assert Deprecation(dt.date(2026, 1, 1)).headers() == {"deprecation": "@1767225600"}


def test_a_deprecated_endpoint_answers_as_before_and_says_so(make: Make) -> None:
    client = make()

    @deprecated(Deprecation(dt.date(2026, 1, 1), dt.date(2027, 1, 1)))
    async def old(request: Request) -> Response:
        return Response(b"as before")

    client.app.router.add_api_route("/v0/old", old, deprecated=True)  # type: ignore[attr-defined]
    answer = client.get("/v0/old")
    assert (answer.status_code, answer.content) == (200, b"as before")
    assert answer.headers["deprecation"] == "@1767225600"
    assert answer.headers["sunset"].endswith("GMT")
    assert client.app.openapi()["paths"]["/v0/old"]["get"]["deprecated"] is True  # type: ignore[attr-defined]
    assert "deprecation" not in client.get("/livez").headers


def test_websockets_are_closed(client: TestClient) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def connect() -> None:
        await client.app({"type": "websocket", "path": "/", "headers": []}, receive, send)

    asyncio.run(connect())
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_pages_of_the_interface_come_from_here_alone(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "://" not in page
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert {name.rpartition("/")[2] for name in linked} == {
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "start.js",
        "favicon.png",
        "openapi.json",
    }
    for name in linked:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        if name != "openapi.json":
            assert answer.headers["cache-control"].endswith("immutable")
            assert client.get(f"/{name}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/docs/0000000000000000/start.js").status_code == 404
    assert client.get("/docs/0000000000000000/secrets").status_code == 404


def test_the_integrity_of_what_the_page_loads_is_told(client: TestClient) -> None:
    import base64
    import hashlib

    page = client.get("/docs").text
    told = re.findall(r'(?:src|href)="([^"]+)" integrity="sha384-([^"]+)"', page)
    assert len(told) == 3
    for name, integrity in told:
        assert base64.b64encode(hashlib.sha384(client.get(f"/{name}").content).digest()).decode() == integrity
    start = next(name for name, _ in told if name.endswith("start.js"))
    assert "validatorUrl: null" in client.get(f"/{start}").text


@pytest.mark.parametrize("site", ["cross-site", "same-origin", "same-site", "none", None])
def test_a_page_of_another_site_changes_nothing(client: TestClient, site: str | None) -> None:
    headers = {} if site is None else {"sec-fetch-site": site}
    answer = client.post("/v1/organisations", json={"name": "示例协会", "division": "420500"}, headers=headers)
    assert answer.status_code == (403 if site == "cross-site" else 201)
    assert client.get("/v1/organisations", headers=headers).status_code == 200
