"""Forms: only what was shown in this very browser is taken, within bounds; nothing of a file's name is a path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.web.conftest import serving, token

from xianjie.web.door.form_tokens import COOKIE, FIELD
from xianjie.web.door.posted import _name


def test_a_form_without_its_token_changes_nothing(client: TestClient) -> None:
    good = token(client)
    for given_token in ({}, {FIELD: ""}, {FIELD: "x" * 64}, {FIELD: good[FIELD][:-1]}, {FIELD: "令牌"}):
        answer = client.post("/display", data={**given_token, "theme": "dark"}, follow_redirects=False)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "刷新" in answer.text
    assert client.post("/display", data={**good, "theme": "dark"}, follow_redirects=False).status_code == 303


def test_a_token_of_another_browser_is_good_for_nothing(client: TestClient) -> None:
    foreign = token(client)
    client.cookies.clear()
    own = token(client)
    assert foreign != own
    assert client.post("/display", data={**foreign, "theme": "dark"}).status_code == 403
    assert client.post("/display", data={**own, "theme": "dark"}, follow_redirects=False).status_code == 303


def test_the_secret_is_kept_out_of_scripts_and_never_changes_while_the_browser_has_it(client: TestClient) -> None:
    first = client.get("/display")
    cookie = next(one for one in first.headers.get_list("set-cookie") if one.startswith(COOKIE))
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert client.cookies[COOKIE] not in first.text
    assert "set-cookie" not in client.get("/display").headers


@pytest.mark.parametrize("kept", ["", "x", "令" * 43, "a" * 42, "a" * 44, "a" * 42 + ";"])
def test_a_secret_that_was_tampered_with_is_replaced(client: TestClient, kept: str) -> None:
    answer = client.get("/display", headers=[(b"cookie", f"{COOKIE}={kept}".encode())])
    assert any(one.startswith(COOKIE) for one in answer.headers.get_list("set-cookie"))


def test_over_tls_the_secret_is_not_sent_in_the_clear(tmp_path: Any) -> None:
    with serving(tmp_path) as client:
        client.base_url = str(client.base_url).replace("http://", "https://")
        cookie = client.get("/display").headers.get_list("set-cookie")[0]
        assert "secure" in cookie.lower()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("text/plain", b"a=b", 415),
        ("", b"a=b", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 5000, 413),
        ("application/x-www-form-urlencoded", b"", 403),
        ("application/x-www-form-urlencoded", b"&&==&%%%=%zz", 403),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00", 403),
        ("application/x-www-form-urlencoded", b"&".join(b"a" for _ in range(2001)), 400),
    ],
)
def test_what_is_no_form_is_refused(client: TestClient, kind: str, body: bytes, status: int) -> None:
    answer = client.post("/display", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("个案.xlsx", "个案.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\someone\\cases.xlsx", "cases.xlsx"),
        ("a\x00b\r\n.xlsx", "ab.xlsx"),
        ("\u202excod.exe", "xcod.exe"),
        ("", ""),
        ("x" * 500, "x" * 120),
    ],
)
def test_of_a_name_only_the_last_part_is_kept(given_name: str, kept: str) -> None:
    assert _name(given_name) == kept


@given(st.text())
def test_no_name_is_a_path(name: str) -> None:
    assert not set(_name(name)) & set("/\\\x00\r\n")
