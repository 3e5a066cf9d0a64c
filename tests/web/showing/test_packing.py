"""Compression: the same page in fewer bytes to who takes it, and never where an answer is anybody's."""

from __future__ import annotations

import gzip

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.web.conftest import PAGES

from xianjie.web.showing.assets import MEDIA
from xianjie.web.showing.packing import LEAST, packed, takes_gzip
from xianjie.web.workbench import ROUTES

PLAIN = {"accept-encoding": "identity"}
EVERYBODYS = ["/", "/compare", "/compare?only=1", "/compare/coverage", "/policies", "/policies/hubei-2024", "/glossary"]
THEIRS = [
    "/check",
    "/check/cases",
    "/decisions",
    "/readings",
    "/ledgers",
    "/ledgers/new",
    "/duties",
    "/referrals",
    "/referrals/new",
    "/incentives",
    "/batch",
    "/revise",
    "/display",
]


def raw(client: TestClient, path: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    with client.stream("GET", path, headers=headers) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


@pytest.mark.parametrize("path", EVERYBODYS)
def test_a_page_that_everybody_sees_is_sent_packed_and_is_the_same(client: TestClient, path: str) -> None:
    plain, headers = raw(client, path, **PLAIN)
    assert "content-encoding" not in headers
    small, told = raw(client, path, **{"accept-encoding": "gzip, deflate, br"})
    assert told["content-encoding"] == "gzip"
    assert int(told["content-length"]) == len(small) < len(plain) / 2
    assert gzip.decompress(small) == plain
    for each in (headers, told):
        assert {"accept-encoding", "cookie"} <= {one.strip() for one in each["vary"].split(",")}
    assert told["etag"] == f"W/{headers['etag']}"  # the same page, not the same bytes
    for tag in (told["etag"], headers["etag"]):
        again = client.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert "content-encoding" not in again.headers


@pytest.mark.parametrize("path", [*THEIRS, "/nothing-here", "/compare?as_of=nonsense"])
def test_a_page_with_a_form_or_of_records_is_sent_as_it_is(client: TestClient, path: str) -> None:
    assert "content-encoding" not in raw(client, path, **{"accept-encoding": "gzip"})[1]


def test_every_page_with_the_token_of_a_form_is_sent_as_it_is(client: TestClient) -> None:
    seen = 0
    for path in dict.fromkeys([*PAGES, *THEIRS, *EVERYBODYS]):
        if 'name="form_token"' in client.get(path).text:
            seen += 1
            assert "content-encoding" not in raw(client, path, **{"accept-encoding": "gzip"})[1], path
    assert seen > 4


def test_nothing_is_packed_that_not_everybody_who_is_let_in_may_read() -> None:
    marked = [at for at in ROUTES if at.endpoint.__code__.co_filename == packed.__code__.co_filename]
    assert {at.path for at in marked} == {
        "/",
        "/compare",
        "/compare/{topic}",
        "/policies",
        "/policies/{policy_id}",
        "/glossary",
    }
    assert {(at.method, at.needs[0].value, at.needs[1].value) for at in marked} == {("GET", "policy", "read")}


@pytest.mark.parametrize("name", MEDIA)
def test_a_file_is_sent_packed_and_is_the_same(client: TestClient, name: str) -> None:
    path = client.app.state.workbench.assets[name].path  # type: ignore[attr-defined]
    plain, headers = raw(client, path, **PLAIN)
    for _ in range(2):  # the second is what was kept
        small, told = raw(client, path, **{"accept-encoding": "gzip"})
        assert ("content-encoding" in told) == (len(plain) >= LEAST)
        assert (gzip.decompress(small) if "content-encoding" in told else small) == plain
        assert told["vary"] == "accept-encoding"
    assert int(headers["content-length"]) == len(plain)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ((), False),
        (("",), False),
        (("identity",), False),
        (("br, zstd",), False),
        (("*",), False),
        (("gzip",), True),
        (("GZIP",), True),
        (("br;q=1, gzip;q=0.5",), True),
        (("deflate , gzip ; q=0.8",), True),
        (("gzip;q=0",), False),
        (("gzip; q=0.000",), False),
        (("x-gzip-not",), False),
        (("br", "gzip"), True),
    ],
)
def test_only_who_names_gzip_gets_it(accepted: tuple[str, ...], takes: bool) -> None:
    headers = [(b"accept-encoding", one.encode()) for one in accepted]
    assert takes_gzip(Request({"type": "http", "headers": headers})) is takes
