"""Logging in at the provider: away with a challenge, back with a code, and in with the roles of the token."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient
from tests.service.conftest import NOW
from tests.service.invented import drifting
from tests.service.let_in import Ticks, guarded
from tests.service.provider import AUDIENCE, Issuing, issuing
from tests.web.conftest import serving
from tests.web.reading import faults_of, read

from xianjie.access import ClaimRules
from xianjie.service.door.credentials import COOKIE
from xianjie.service.door.provider import Client, Provider

SECRET = "what only the two know"


@pytest.fixture(scope="module")
def provider() -> Iterator[Issuing]:
    with issuing() as running:
        running.keys["first"] = RSAKey.generate_key(2048)
        yield running


@pytest.fixture
def client(provider: Issuing, tmp_path: Path) -> Iterator[TestClient]:
    provider.posted.clear()
    provider.about, provider.status = {}, 200
    rules = ClaimRules(provider.url, AUDIENCE)
    chosen = Provider(rules, patience=2.0, client=Client("workbench", SECRET, "openid roles"))
    with serving(tmp_path, drifting(tmp_path / "yunlu"), provider=chosen) as made:
        guarded(made, Ticks())
        yield made


def leave(client: TestClient, back: str = "/compare?only=1") -> dict[str, str]:
    """Go away, and give what the provider is asked."""
    answer = client.get("/login/provider", params={"back": back}, follow_redirects=False)
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def come_back(client: TestClient, provider: Issuing, **query: str) -> Any:
    provider.granted.setdefault("token_type", "Bearer")
    return client.get(f"/login/return?{urlencode(query)}", follow_redirects=False)


def granting(provider: Issuing, **claims: Any) -> None:
    told = provider.claims(NOW.timestamp(), **claims)
    provider.granted = {"access_token": provider.token("first", told), "token_type": "Bearer"}


def test_the_page_offers_it(client: TestClient) -> None:
    page = read(client.get("/login?back=/policies").text)
    assert faults_of(page) == []
    assert "/login/provider?back=/policies" in [one.attributes["href"] for one in page.one("main").all("a")]


def test_away_and_back(client: TestClient, provider: Issuing) -> None:
    asked = leave(client)
    assert asked["client_id"] == "workbench"
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid roles"
    assert asked["realm"] == "civil"
    assert asked["redirect_uri"].endswith("/login/return")
    granting(provider)
    answer = come_back(client, provider, state=asked["state"], code="good", iss=provider.url)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compare?only=1")
    sent = provider.posted[-1]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert (challenge, asked["code_challenge_method"]) == (asked["code_challenge"], "S256")
    assert sent["code"] == "good"
    assert sent["redirect_uri"] == asked["redirect_uri"]
    name, _, secret = base64.b64decode(sent["authorization"].removeprefix("Basic ")).decode().partition(":")
    assert (name, secret) == ("workbench", SECRET.replace(" ", "%20"))
    assert client.get("/compare").status_code == 200
    assert client.get("/v1/regions").status_code == 401


def test_only_the_browser_that_went_away_comes_back(client: TestClient, provider: Issuing) -> None:
    asked = leave(client)
    granting(provider)
    for query in (
        {"state": "other", "code": "good"},
        {"code": "good"},
        {"state": asked["state"]},
        {"state": asked["state"], "code": "x" * 5000},
        {"state": asked["state"], "code": "good", "iss": "https://elsewhere.example"},
        {"error": "access_denied", "state": asked["state"]},
        {"state": "状态", "code": "good"},
    ):
        answer = come_back(client, provider, **query)
        assert answer.status_code == 401
        assert "再登录一次" in answer.text
        assert COOKIE not in answer.headers.get("set-cookie", "")
    assert provider.posted == []
    client.cookies.clear()
    assert come_back(client, provider, state=asked["state"], code="good").status_code == 401


@pytest.mark.parametrize(
    "granted",
    [
        {},
        {"access_token": 7},
        {"access_token": "no token"},
        {"access_token": "x.y.z", "token_type": "mac"},
        {"error": "x"},
    ],
)
def test_what_is_no_token_lets_nobody_in(client: TestClient, provider: Issuing, granted: dict[str, Any]) -> None:
    asked = leave(client)
    provider.granted = granted
    assert come_back(client, provider, state=asked["state"], code="good").status_code == 401


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"roles": []}, {"exp": 1}, {"division": None}])
def test_claims_that_are_wrong_let_nobody_in(client: TestClient, provider: Issuing, claims: dict[str, Any]) -> None:
    asked = leave(client)
    granting(provider, **claims)
    answer = come_back(client, provider, state=asked["state"], code="good")
    assert answer.status_code == 401
    assert read(answer.text).one("div", role="alert").text


@pytest.mark.parametrize("status", [400, 401, 500, 302])
def test_a_provider_that_refuses_is_told(client: TestClient, provider: Issuing, status: int) -> None:
    asked = leave(client)
    granting(provider)
    provider.status = status
    assert come_back(client, provider, state=asked["state"], code="good").status_code in (401, 503)


def test_a_provider_that_is_not_there_is_told(client: TestClient, provider: Issuing) -> None:
    provider.about = {"authorization_endpoint": "http://elsewhere.example/authorize"}
    assert client.get("/login/provider", follow_redirects=False).status_code == 503
    provider.about = {"issuer": "https://elsewhere.example"}
    assert client.get("/login/provider", follow_redirects=False).status_code == 503


def test_nobody_is_sent_elsewhere_after_it(client: TestClient, provider: Issuing) -> None:
    asked = leave(client, "https://elsewhere.example/")
    granting(provider)
    assert come_back(client, provider, state=asked["state"], code="good").headers["location"] == "/"


def test_the_provider_s_own_roles_count(client: TestClient, provider: Issuing) -> None:
    asked = leave(client)
    granting(provider, roles=["auditor"])
    come_back(client, provider, state=asked["state"], code="good")
    offered = [one.attributes["href"] for one in read(client.get("/").text).one("nav").all("a")]
    assert "/compare" in offered
    assert "/check" not in offered


def test_without_a_client_there_is_no_such_way(tmp_path: Path, provider: Issuing) -> None:
    with serving(tmp_path, drifting(tmp_path / "yunlu"), provider=Provider(ClaimRules(provider.url, AUDIENCE))) as made:
        guarded(made, Ticks())
        assert made.get("/login/provider", follow_redirects=False).status_code == 404
        assert made.get("/login/return", follow_redirects=False).status_code == 404
        assert "/login/provider" not in made.get("/login").text
