"""Tokens of an OIDC provider, against a real one: what is let in, what is refused, and how its keys are kept."""

from __future__ import annotations

import base64
import hmac
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey, RSAKey
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, NOW, TODAY, kept
from tests.service.provider import AUDIENCE, Issuing, issuing, signed

from xianjie.access import ClaimRules
from xianjie.errors import InputError
from xianjie.plugins import Regions
from xianjie.service.app import create_app
from xianjie.service.door.credentials import door_of
from xianjie.service.door.provider import Provider, provider_from
from xianjie.service.settings import ServiceSettings

SECOND = 1_000_000_000
AT = NOW.timestamp()


class Ticks:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)


@pytest.fixture(scope="module")
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048)


@pytest.fixture(scope="module")
def ec() -> ECKey:
    return ECKey.generate_key("P-256")


@pytest.fixture(scope="module")
def running() -> Iterator[Issuing]:
    with issuing() as one:
        yield one


@pytest.fixture
def provider(running: Issuing, rsa: RSAKey, ec: ECKey) -> Issuing:
    """Give the provider as it is at first, at its old address."""
    fresh = Issuing(running.url, {"first": rsa, "curve": ec})
    vars(running).update(vars(fresh))
    return running


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


Ask = Callable[[str | bytes], Any]


@pytest.fixture(scope="module")
def client(running: Issuing, regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with kept(tmp_path_factory.mktemp("kept")) as keeping:
        chosen = Provider(ClaimRules(running.url, AUDIENCE), patience=1.0)
        settings = ServiceSettings(today=lambda: TODAY, provider=chosen)
        app = create_app(keeping, settings, regions, door=door_of(keeping, settings))
        with TestClient(app, AT_HOME) as made:
            yield made


@pytest.fixture
def ask(client: TestClient, provider: Issuing, ticks: Ticks) -> Ask:
    """Ask who one is, with a token, at a door that knows nobody's keys yet."""
    service = cast(FastAPI, client.app).state.service
    service.door = door_of(service.keeping, service.settings, ticks)

    def with_token(token: str | bytes) -> Any:
        ticks.pass_seconds(20)  # so that refusals do not add up
        raw = token if isinstance(token, bytes) else token.encode()
        return client.get("/v1/identity", headers=[(b"authorization", b"Bearer " + raw)])

    return with_token


def refused(answer: Any, code: str = "token-refused") -> bool:
    challenge: str = answer.headers.get("www-authenticate", "")
    assert 'error="invalid_token"' in challenge
    return bool((answer.status_code, answer.json()["code"]) == (401, code))


def test_a_good_token_is_somebody_with_roles_and_an_end(ask: Ask, provider: Issuing) -> None:
    for kid, algorithm in (("first", "RS256"), ("first", "PS256"), ("curve", "ES256")):
        answer = ask(provider.token(kid, provider.claims(AT), algorithm, typ="at+jwt"))
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["grants"] == [{"role": "case_worker", "division": "8801"}]
        assert (told["by"], told["expires"]) == ("oidc", "2025-08-01T01:35:00+00:00")
        assert told["id"].startswith("oidc:k-")
        assert "somebody" not in answer.text
    assert len(provider.asked) == 2  # one for its description, one for its keys, and no more


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS512"])
def test_an_algorithm_that_is_not_allowed_is_refused(ask: Ask, provider: Issuing, algorithm: str) -> None:
    assert refused(ask(provider.token("first", provider.claims(AT), algorithm)))
    assert provider.asked == []  # nobody is asked about it


def plain(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_a_signature_is_refused(ask: Ask, provider: Issuing, name: str) -> None:
    assert refused(ask(plain({"alg": name, "kid": "first"}, provider.claims(AT))))


def test_a_public_key_taken_for_a_shared_secret_opens_nothing(ask: Ask, provider: Issuing, rsa: RSAKey) -> None:
    message = plain({"alg": "HS256", "kid": "first"}, provider.claims(AT)).rpartition(".")[0]
    public = rsa.as_dict(private=False)
    for secret in (rsa.as_pem(private=False), json.dumps(public).encode(), str(public["n"]).encode(), b""):
        code = base64.urlsafe_b64encode(hmac.digest(secret, message.encode(), "sha256")).decode().rstrip("=")
        assert refused(ask(f"{message}.{code}"))


def test_another_s_signature_or_a_changed_word_is_refused(ask: Ask, provider: Issuing, rsa: RSAKey) -> None:
    other = RSAKey.generate_key(2048)
    assert refused(ask(signed(other, "RS256", {"kid": "first"}, provider.claims(AT))))
    head, _, tail = provider.token("first", provider.claims(AT)).split(".")
    forged = provider.claims(AT, roles=["administrator"])
    body = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    assert refused(ask(f"{head}.{body}.{tail}"))
    assert refused(ask(f"{head}.{body}."))


def test_a_key_in_the_token_itself_is_not_believed(ask: Ask, provider: Issuing) -> None:
    own = RSAKey.generate_key(2048)
    for header in ({"jwk": own.as_dict(private=False)}, {"jku": f"{provider.url}/mine"}):
        assert refused(ask(signed(own, "RS256", {"kid": "first", **header}, provider.claims(AT))))
    assert "/mine" not in provider.asked


def test_a_key_is_for_its_own_algorithm(ask: Ask, provider: Issuing, rsa: RSAKey, ec: ECKey) -> None:
    provider.shown = [{**rsa.as_dict(private=False), "kid": "first", "alg": "RS256"}]
    assert ask(provider.token("first", provider.claims(AT), "RS256")).status_code == 200
    assert refused(ask(provider.token("first", provider.claims(AT), "PS256")))
    # the name of one key with the algorithm of the other
    assert refused(ask(signed(ec, "ES256", {"kid": "first"}, provider.claims(AT))))


@pytest.mark.parametrize(
    "shown",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kid": 7},
        {"n": "AQAB"},
        {"n": 7},
        {"kty": None},
    ],
)
def test_keys_for_other_ends_or_not_whole_are_passed_over(
    ask: Ask, provider: Issuing, rsa: RSAKey, ec: ECKey, shown: dict[str, Any]
) -> None:
    provider.shown = [
        {**rsa.as_dict(private=False), "kid": "first", "use": "sig", **shown},
        {**ec.as_dict(private=False), "kid": "curve"},
    ]
    assert refused(ask(provider.token("first", provider.claims(AT))))
    assert ask(provider.token("curve", provider.claims(AT), "ES256")).status_code == 200


def test_a_short_rsa_key_is_passed_over(ask: Ask, provider: Issuing) -> None:
    with warnings.catch_warnings(action="ignore"):
        provider.keys["short"] = RSAKey.generate_key(1024)
        token = provider.token("short", provider.claims(AT))
        provider.shown = provider.jwks()
    assert refused(ask(token))


def test_without_a_name_the_only_fitting_key_is_meant(ask: Ask, provider: Issuing, ticks: Ticks) -> None:
    nameless = signed(provider.keys["first"], "RS256", {}, provider.claims(AT))
    assert ask(nameless).status_code == 200
    provider.keys["second"] = RSAKey.generate_key(2048)
    ticks.pass_seconds(3600)
    assert refused(ask(nameless))


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"exp": int(AT) - 61}, "/exp"),
        ({"exp": None}, "/exp"),
        ({"exp": "tomorrow"}, "/exp"),
        ({"nbf": int(AT) + 61}, "/nbf"),
        ({"iat": int(AT) + 3600}, "/iat"),
        ({"iss": "http://127.0.0.1:1"}, "/iss"),
        ({"aud": "another"}, "/aud"),
        ({"aud": None}, "/aud"),
        ({"sub": None}, "/sub"),
        ({"roles": None}, "/roles"),
        ({"roles": ["god"]}, "/roles"),
        ({"division": None}, "/division"),
    ],
)
def test_claims_that_are_wrong_are_named(ask: Ask, provider: Issuing, changed: dict[str, Any], at: str) -> None:
    answer = ask(provider.token("first", provider.claims(AT, **changed)))
    assert refused(answer, "claims-refused")
    assert answer.json()["errors"][0]["pointer"] == at


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "dpop+jwt"}, {}),
        ({"typ": "logout+jwt"}, {}),
        ({"typ": 7}, {}),
        ({"crit": ["exp"]}, {}),
        ({"kid": 7}, {}),
        ({}, {"typ": "ID"}),
        ({}, {"typ": "Refresh"}),
        ({}, {"cnf": {"jkt": "x"}}),
    ],
)
def test_tokens_for_another_use_are_refused(
    ask: Ask, provider: Issuing, rsa: RSAKey, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    head = {"alg": "RS256", "kid": "first", **header}
    message = plain(head, provider.claims(AT, **claims)).rpartition(".")[0]
    assert refused(ask(f"{message}.{signature_of(rsa, message)}"))


def signature_of(key: RSAKey, message: str) -> str:
    """Sign anything at all, also what the library would not."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    private: Any = key.get_op_key("sign")
    return base64.urlsafe_b64encode(private.sign(message.encode(), PKCS1v15(), SHA256())).decode().rstrip("=")


def test_what_is_no_token_at_all_is_refused(ask: Ask, provider: Issuing) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 1500).decode()
    for text in ("", ".", "..", "a.b.c", "e30.e30.e30", "x" * 5000, f"{deep}.e30.e30", "eyJhbGciOjF9.e30.e30", "é.é.é"):
        answer = ask(text)
        assert answer.status_code == 401, text[:20]
        assert answer.json()["code"] in ("token-refused", "credential-malformed")
    assert provider.asked == []


def test_a_signed_body_that_is_no_object_is_refused(ask: Ask, provider: Issuing, rsa: RSAKey) -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": "first"}).encode()).decode().rstrip("=")
    for body in (b"[]", b"7", b"{", b"[" * 100_000, b'{"exp": ' + b"9" * 10_000 + b"}", b'{"exp": NaN}'):
        message = f"{head}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}"
        if len(message) < 16_000:
            assert ask(f"{message}.{signature_of(rsa, message)}").status_code == 401


# -- the provider's keys -----------------------------------------------------------------------------------------------


def test_a_new_key_is_found_at_once_and_no_more_than_once_a_minute(ask: Ask, provider: Issuing, ticks: Ticks) -> None:
    assert ask(provider.token("first", provider.claims(AT))).status_code == 200
    ticks.pass_seconds(60)
    provider.keys["second"] = RSAKey.generate_key(2048)
    assert ask(provider.token("second", provider.claims(AT))).status_code == 200
    asked = len(provider.asked)
    provider.keys["third"] = RSAKey.generate_key(2048)
    assert refused(ask(provider.token("third", provider.claims(AT))))
    assert refused(ask(provider.token("third", provider.claims(AT))))
    assert len(provider.asked) == asked
    ticks.pass_seconds(60)
    assert ask(provider.token("third", provider.claims(AT))).status_code == 200


def test_a_key_that_was_taken_back_is_good_for_an_hour_at_most(ask: Ask, provider: Issuing, ticks: Ticks) -> None:
    token = provider.token("first", provider.claims(AT))
    assert ask(token).status_code == 200
    del provider.keys["first"]
    assert ask(token).status_code == 200
    ticks.pass_seconds(3600)
    assert refused(ask(token))


def test_where_the_provider_is_not_there_that_is_said(ask: Ask, provider: Issuing, ticks: Ticks) -> None:
    token = provider.token("first", provider.claims(AT))
    provider.status = 500
    answer = ask(token)
    assert (answer.status_code, answer.json()["code"]) == (503, "login-unavailable")
    assert answer.headers["retry-after"] == "10"
    provider.status = 200
    assert ask(token).status_code == 200


def test_known_keys_go_on_for_a_day_without_the_provider(ask: Ask, provider: Issuing, ticks: Ticks) -> None:
    token = provider.token("first", provider.claims(AT))
    stranger = signed(RSAKey.generate_key(2048), "RS256", {"kid": "new"}, provider.claims(AT))
    assert ask(token).status_code == 200
    provider.status = 500
    ticks.pass_seconds(3600)
    assert ask(token).status_code == 200
    assert ask(stranger).status_code == 503  # it may be a new key: that cannot be told
    ticks.pass_seconds(86_400)
    assert ask(token).status_code == 503


@pytest.mark.parametrize(
    ("changed"),
    [
        {"body": b"no JSON"},
        {"body": b"[]"},
        {"body": b"[" * 100_000},
        {"body": b"{" + b" " * 600_000 + b"}"},
        {"about": {"issuer": "https://elsewhere.example"}},
        {"about": {"jwks_uri": "http://keys.example/keys"}},
        {"about": {"jwks_uri": "file:///etc/passwd"}},
        {"about": {"jwks_uri": 7}},
        {"status": 302},
        {"delay": 1.2},
    ],
    ids=str,
)
def test_a_provider_that_misbehaves_is_one_that_is_not_there(
    ask: Ask, provider: Issuing, changed: dict[str, Any]
) -> None:
    token = provider.token("first", provider.claims(AT))
    for name, value in changed.items():
        setattr(provider, name, value)
    assert ask(token).status_code == 503
    assert "/elsewhere" not in provider.asked


def test_api_keys_go_on_beside_tokens(ask: Ask, provider: Issuing) -> None:
    answer = ask("xjk_" + "a" * 10 + "_" + "a" * 52 + "_" + "a" * 7)
    assert answer.json()["code"] == "api-key-mistyped"
    assert provider.asked == []


# -- the settings ------------------------------------------------------------------------------------------------------


def test_a_provider_is_called_over_tls_and_never_trusts_a_shared_secret() -> None:
    for issuer in (
        "http://login.example",
        "ftp://login.example",
        "https://",
        "https://u:p@login.example",
        "https://a?b",
    ):
        with pytest.raises(InputError) as raised:
            Provider(ClaimRules(issuer, AUDIENCE))
        assert raised.value.problems[0].code == "oidc-url"
    for algorithms in ((), ("HS256",), ("RS256", "none"), ("ES256K",)):
        with pytest.raises(InputError) as raised:
            Provider(ClaimRules("https://login.example", AUDIENCE), algorithms)
        assert raised.value.problems[0].code == "oidc-algorithm"


def test_the_environment_names_a_provider() -> None:
    assert provider_from({"XIANJIE_HOME": "x", "XIANJIE_OIDC_ISSUER": " "}) is None
    both = {"XIANJIE_OIDC_ISSUER": "https://login.example/realms/r", "XIANJIE_OIDC_AUDIENCE": "xianjie"}
    found = provider_from(both)
    assert found is not None
    assert (found.rules.issuer, found.rules.audience) == ("https://login.example/realms/r", "xianjie")
    found = provider_from(
        {
            **both,
            "XIANJIE_OIDC_ALGORITHMS": "ES256 ES384",
            "XIANJIE_OIDC_ROLES": "jingban=case_worker shenji=auditor",
            "XIANJIE_OIDC_IGNORED_ROLES": "offline_access",
            "XIANJIE_OIDC_ROLES_CLAIM": "realm_access.roles",
            "XIANJIE_OIDC_DIVISION_CLAIM": "https://xianjie.example/division",
        }
    )
    assert found is not None
    assert found.algorithms == ("ES256", "ES384")
    assert {name: role.value for name, role in found.rules.roles.items()} == {
        "jingban": "case_worker",
        "shenji": "auditor",
    }
    assert found.rules.roles_claim == ("realm_access", "roles")
    assert found.rules.division_claim == ("https://xianjie.example/division",)


@pytest.mark.parametrize(
    "environment",
    [
        {"XIANJIE_OIDC_ISSUER": "https://login.example"},
        {"XIANJIE_OIDC_AUDIENCE": "xianjie"},
        {"XIANJIE_OIDC_ISUER": "https://login.example"},
        {"XIANJIE_OIDC_ISSUER": "https://a.example", "XIANJIE_OIDC_AUDIENCE": "x", "XIANJIE_OIDC_ROLES": "a=b"},
    ],
)
def test_settings_that_are_not_whole_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError) as raised:
        provider_from(environment)
    (problem,) = raised.value.problems
    assert problem.code == "oidc-setting"
    assert str(problem.place).startswith("XIANJIE_OIDC_")
