"""The door: keys as bearer tokens and as passwords, what is said to who is not let in, and how often one may ask."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, NOW, TODAY, kept
from tests.service.let_in import Ticks, bearing, code_of, guarded, key_of, service_behind

from xianjie.access import Rate
from xianjie.plugins import Regions
from xianjie.records.desk import Keeping
from xianjie.service.app import create_app
from xianjie.service.door.credentials import MOST_KNOWN, Credentials
from xianjie.service.settings import ServiceSettings
from xianjie.vault import Purpose, Suite, rotated

WHO = "/v1/identity"


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> dt.datetime:
        return self.at


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def keeping(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept(tmp_path_factory.mktemp("kept")) as one:
        yield replace(one, instant=clock)


@pytest.fixture(scope="module")
def app(keeping: Keeping, regions: Regions) -> Iterator[TestClient]:
    settings = ServiceSettings(today=lambda: TODAY, rate=Rate(60, 60, 5), failure_rate=Rate(60, 60, 3))
    with TestClient(create_app(keeping, settings, regions), AT_HOME, client=("192.0.2.7", 5000)) as made:
        yield made


@pytest.fixture
def ticks(clock: Clock) -> Ticks:
    clock.at = NOW
    return Ticks()


@pytest.fixture
def door(app: TestClient, ticks: Ticks) -> Credentials:
    return guarded(app, ticks)


@pytest.fixture
def client(app: TestClient, door: Credentials) -> TestClient:
    """Give a client before a door that has seen nobody yet."""
    return app


@pytest.fixture(scope="module")
def key(keeping: Keeping) -> str:
    return key_of(keeping, ("case_worker", "8801"), ("auditor", "88"))


def test_a_key_lets_in_who_it_was_issued_to(client: TestClient, key: str) -> None:
    answer = client.get(WHO, headers=bearing(key))
    assert answer.status_code == 200
    told = answer.json()
    assert told == {
        "id": f"key:{key[4:14]}",
        "holder": "somebody",
        "grants": [{"role": "auditor", "division": "88"}, {"role": "case_worker", "division": "8801"}],
        "organisation": None,
        "by": "api_key",
        "expires": "2025-08-31T01:30:00+00:00",
    }
    assert answer.headers["cache-control"] == "no-store"


def test_nobody_in_particular_is_told_how_to_be_let_in(client: TestClient) -> None:
    answer = client.get(WHO)
    assert code_of(answer) == (401, "access-anonymous")
    assert answer.headers["www-authenticate"] == 'Bearer realm="xianjie", Basic realm="xianjie", charset="UTF-8"'
    written = client.post("/v1/api-keys", json={})
    assert written.headers["www-authenticate"] == 'Bearer realm="xianjie"'  # to write, Basic is not offered
    browser = client.get(WHO, headers={"sec-fetch-mode": "cors"})
    assert browser.headers["www-authenticate"] == 'Bearer realm="xianjie"'  # else it would ask for a password by itself


def test_what_is_open_to_all_stays_so(client: TestClient) -> None:
    for path in ("/livez", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 200


def other(key: str, part: int) -> str:
    """Make a well-formed key that differs in its id (1) or its secret (2)."""
    from xianjie.access.api_keys import _checksum

    parts = key.split("_")
    parts[part] = parts[part][:-1] + ("a" if parts[part][-1] != "a" else "b")
    text = "_".join(parts[:3])
    return f"{text}_{_checksum(text)}"


def test_an_unknown_key_and_a_wrong_secret_get_the_very_same_answer(client: TestClient, key: str) -> None:
    answers = [client.get(WHO, headers=bearing(other(key, part))) for part in (1, 2)]
    first, second = ({**one.json(), "instance": ""} for one in answers)
    assert first == second
    assert code_of(answers[0]) == (401, "api-key-refused")
    for one in answers:
        assert one.headers["www-authenticate"].startswith('Bearer realm="xianjie", error="invalid_token"')
    assert set(answers[0].headers) == set(answers[1].headers)


def test_both_are_as_much_work(
    client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch, door: Credentials
) -> None:
    counted: list[str] = []

    class Counting:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def tag(self, data: bytes) -> str:
            counted.append("hash")
            return str(self.inner.tag(data))

        def check(self, data: bytes, tag: str) -> bool:
            counted.append("hash")
            return bool(self.inner.check(data, tag))

        def is_current(self, tag: str) -> bool:
            return bool(self.inner.is_current(tag))

    monkeypatch.setattr(door, "_hashing", Counting(door._hashing))
    for part in (1, 2):
        counted.clear()
        assert client.get(WHO, headers=bearing(other(key, part))).status_code == 401
        assert counted == ["hash"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "credential-malformed"),
        ("Bearer", "api-key-malformed"),
        ("Bearer ", "api-key-malformed"),
        ("Bearer xjk_", "api-key-malformed"),
        ("Bearer eyJhbGciOiJSUzI1NiJ9.e30.x", "api-key-malformed"),
        ("Digest x", "credential-malformed"),
        ("Basic", "credential-malformed"),
        ("Basic ***", "credential-malformed"),
        ("Basic /w==", "credential-malformed"),
        ("Bearer " + "x" * 20_000, "credential-malformed"),
    ],
)
def test_a_header_that_is_no_credential_is_refused(client: TestClient, header: str, code: str) -> None:
    answer = client.get(WHO, headers={"authorization": header})
    if header == "Basic":
        code = "api-key-malformed"  # a name and a password, both empty
    assert code_of(answer) == (401, code)
    assert "xxx" not in answer.text


def test_two_headers_are_refused(client: TestClient, key: str) -> None:
    answer = client.get(WHO, headers=[("authorization", f"Bearer {key}"), ("authorization", f"Bearer {key}")])
    assert code_of(answer) == (401, "credential-malformed")


def test_the_scheme_s_case_does_not_matter(client: TestClient, key: str) -> None:
    assert client.get(WHO, headers={"authorization": f"bEARER  {key} "}).status_code == 200


def test_a_key_is_a_password_for_reading_alone(client: TestClient, key: str) -> None:
    assert client.get(WHO, auth=("calendar", key)).status_code == 200
    assert client.head(WHO, auth=("", key)).status_code == 200
    answer = client.post("/v1/organisations", json={}, auth=("calendar", key))
    assert code_of(answer) == (401, "basic-reading-only")
    assert code_of(client.get(WHO, auth=("calendar", "wrong"))) == (401, "api-key-malformed")
    named = base64.b64encode(f"日历:{key}".encode()).decode()
    assert client.get(WHO, headers={"authorization": f"Basic {named}"}).status_code == 200


def test_an_expired_key_is_told_to_its_holder_alone(client: TestClient, clock: Clock, key: str) -> None:
    clock.at = NOW + dt.timedelta(days=30) - dt.timedelta(seconds=1)
    assert client.get(WHO, headers=bearing(key)).status_code == 200
    clock.at = NOW + dt.timedelta(days=30)
    assert code_of(client.get(WHO, headers=bearing(key))) == (401, "api-key-expired")  # though it was just good
    assert code_of(client.get(WHO, headers=bearing(other(key, 2)))) == (401, "api-key-refused")


def test_a_revoked_key_ends_at_once_here_and_within_seconds_elsewhere(
    client: TestClient, keeping: Keeping, ticks: Ticks, door: Credentials
) -> None:
    revoked = key_of(keeping, ("reader", "88"))
    admin = key_of(keeping, ("administrator", "national"), holder="admin")
    elsewhere = guarded(client, ticks)
    assert client.get(WHO, headers=bearing(revoked)).status_code == 200  # known to another process
    service_behind(client).door = door
    assert client.get(WHO, headers=bearing(revoked)).status_code == 200
    assert client.delete(f"/v1/api-keys/{revoked[4:14]}", headers=bearing(admin)).status_code == 200
    assert code_of(client.get(WHO, headers=bearing(revoked))) == (401, "api-key-revoked")
    service_behind(client).door = elsewhere
    ticks.pass_seconds(4.999)
    assert client.get(WHO, headers=bearing(revoked)).status_code == 200
    ticks.pass_seconds(0.001)
    assert code_of(client.get(WHO, headers=bearing(revoked))) == (401, "api-key-revoked")


def test_a_key_revoked_while_it_is_looked_up_is_not_taken_for_good(
    client: TestClient, keeping: Keeping, door: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = key_of(keeping, ("reader", "88"))
    looked = door._verified

    def slowly(text: str) -> Any:
        found = looked(text)
        door.forget(text[4:14])  # another request revokes it after it was read
        return found

    monkeypatch.setattr(door, "_verified", slowly)
    assert client.get(WHO, headers=bearing(text)).status_code == 200
    assert not door._known


def test_what_is_remembered_of_keys_is_no_key_and_is_bounded(client: TestClient, key: str, door: Credentials) -> None:
    client.get(WHO, headers=bearing(key))
    assert len(door._known) == 1
    assert key not in repr(door._known)
    for number in range(MOST_KNOWN):
        door._known[str(number).encode()] = next(iter(door._known.values()))
    door._known.popitem(last=False)
    client.get(WHO, headers=bearing(key))
    assert len(door._known) == MOST_KNOWN


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda body: {**body, "grants": [["administrator", "national"]]},
        lambda body: {**body, "expires": "2026-07-01T00:00:00+00:00"},
        lambda body: {**body, "holder": "another"},
        lambda body: {**body, "hash": "k-aaaaaaaa.AAAA"},
        lambda body: {**body, "hash": 7},
        lambda body: {name: value for name, value in body.items() if name != "hash"},
    ],
)
def test_a_record_that_was_altered_lets_nobody_in(client: TestClient, keeping: Keeping, spoilt: Any) -> None:
    text = key_of(keeping, ("reader", "88"))
    with keeping.store.transaction() as transaction:
        found = transaction.get("api_keys", text[4:14])
        assert found is not None
        transaction.replace("api_keys", found.id, spoilt(dict(found.body)), found.version)
    assert code_of(client.get(WHO, headers=bearing(text))) == (401, "api-key-refused")


def test_after_a_change_of_keys_a_key_is_hashed_anew_when_it_is_used(
    app: TestClient, keeping: Keeping, ticks: Ticks
) -> None:
    text = key_of(keeping, ("reader", "88"))
    service = service_behind(app)
    ring = rotated(keeping.ring, Suite.AES, TODAY, [Purpose.ACCESS])
    service.keeping = replace(keeping, ring=ring)
    try:
        door = guarded(app, ticks)
        for _ in range(2):
            assert app.get(WHO, headers=bearing(text)).status_code == 200
            door.forget(text[4:14])
    finally:
        service.keeping = keeping
    with keeping.store.read() as view:
        found = view.get("api_keys", text[4:14])
        tip = view.tip("audit")
    assert found is not None
    assert tip is not None
    assert found.body["hash"].startswith(ring.current[Purpose.ACCESS])
    assert found.version == 2
    assert (tip.body["event"], tip.body["id"], tip.body["by"]) == ("api_key_rehashed", found.id, f"key:{found.id}")


# -- how often ---------------------------------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(client: TestClient, key: str, ticks: Ticks) -> None:
    answers = [client.get(WHO, headers=bearing(key)) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert [one.headers["ratelimit"] for one in answers[:2]] == ['"principal";r=4;t=1', '"principal";r=3;t=2']
    last = answers[-1]
    assert last.json()["code"] == "rate-exceeded"
    assert (last.headers["retry-after"], last.headers["ratelimit"]) == ("1", '"principal";r=0;t=5')
    ticks.pass_seconds(1)
    assert client.get(WHO, headers=bearing(key)).status_code == 200


def test_each_person_has_a_rate_of_their_own_however_many_keys_they_hold(client: TestClient, keeping: Keeping) -> None:
    keys = [key_of(keeping, ("reader", "88"), holder=holder) for holder in ("desk07", "Desk07", "desk08")]
    for _ in range(3):
        assert client.get(WHO, headers=bearing(keys[0])).status_code == 200
    answers = [client.get(WHO, headers=bearing(keys[1])).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert client.get(WHO, headers=bearing(keys[0])).status_code == 429
    assert client.get(WHO, headers=bearing(keys[2])).status_code == 200


def test_an_address_that_tries_keys_is_stopped_while_good_keys_go_on(
    client: TestClient, key: str, keeping: Keeping, ticks: Ticks
) -> None:
    assert client.get(WHO, headers=bearing(key)).status_code == 200
    tried = [client.get(WHO, headers=bearing(other(key, 2))).status_code for _ in range(5)]
    assert tried == [401, 401, 401, 429, 429]
    assert code_of(client.get(WHO)) == (429, "rate-exceeded")
    assert client.get(WHO, headers=bearing(key)).status_code == 200  # found good a moment ago: it is no guess
    unseen = key_of(keeping, ("reader", "88"))
    assert client.get(WHO, headers=bearing(unseen)).status_code == 429
    ticks.pass_seconds(1)
    assert client.get(WHO, headers=bearing(unseen)).status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("", "unix", False),
    ],
)
def test_an_address_is_a_household_s(app: TestClient, ticks: Ticks, first: str, second: str, same: bool) -> None:
    guarded(app, ticks)
    one, other_ = (TestClient(app.app, AT_HOME, client=(host, 1)) for host in (first, second))
    for _ in range(3):
        assert one.get(WHO).status_code == 401
    assert one.get(WHO).status_code == 429
    assert other_.get(WHO).status_code == (429 if same else 401)


def test_loopback_s_user_is_not_counted(regions: Regions, tmp_path: Path) -> None:
    with kept(tmp_path / "kept") as keeping:
        settings = ServiceSettings(today=lambda: TODAY, rate=Rate(1, 60, 1))
        with TestClient(create_app(keeping, settings, regions), AT_HOME) as client:
            answers = [client.get(WHO) for _ in range(4)]
    assert [one.status_code for one in answers] == [200] * 4
    assert answers[0].json()["by"] == "loopback"
    assert "ratelimit" not in answers[0].headers


# -- what is told of it ------------------------------------------------------------------------------------------------


def test_the_interface_says_how_one_is_let_in(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    assert set(told["components"]["securitySchemes"]) == {"apiKey", "basic"}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            ways: list[dict[str, list[str]]] = [{"apiKey": []}, {"basic": []}] if method == "get" else [{"apiKey": []}]
            assert operation.get("security") == (ways if "x-access" in operation else None), path
            assert ("401" in operation["responses"]) == ("x-access" in operation)


def test_over_tls_the_answer_says_to_stay_with_it(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/livez").headers
    answer = TestClient(client.app, "https://127.0.0.1").get("/livez")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert not [name for name in answer.headers if name.startswith("access-control")]
