"""A write under a key is done once: replays are the same to the byte, and other requests under the key are refused."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fastapi import Request
from httpx2 import Response
from starlette.testclient import TestClient
from tests.service.conftest import Make, Server

from xianjie.access import Grant, Principal, Role, division
from xianjie.service.state import Service

PATH = "/v1/organisations"
NEW: Mapping[str, Any] = {"name": "示例慈善会", "division": "420500"}
KEY = {"idempotency-key": "5f0a-key"}


class NamedDoor:
    """Let in whom the header names, with all that an officer may; for these tests alone."""

    async def principal(self, request: Request) -> Principal:
        name = request.headers.get("x-who", "a")
        return Principal(f"key-{name}", name, frozenset({Grant(Role.REFERRAL_OFFICER, division("42"))}))


@pytest.fixture
def office(make: Make) -> TestClient:
    return make(door=NamedDoor())


def service(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


def kept(client: TestClient) -> tuple[int, int]:
    """Count the organisations, and the entries of the audit chain that tell of one recorded or changed."""
    with service(client).keeping.store.read() as view:
        told = [entry for entry in view.entries("audit") if entry.body["collection"] == "organisations"]
        return view.count("organisations"), len(told)


def same(first: Response, second: Response) -> bool:
    names = ("etag", "location", "content-type")
    return (
        first.status_code == second.status_code
        and first.content == second.content
        and [first.headers.get(name) for name in names] == [second.headers.get(name) for name in names]
    )


def test_a_retry_gets_the_same_and_does_nothing(office: TestClient) -> None:
    first = office.post(PATH, json=NEW, headers=KEY)
    assert (first.status_code, "idempotency-replayed" in first.headers) == (201, False)
    for _ in range(3):
        again = office.post(PATH, json=NEW, headers=KEY)
        assert same(first, again)
        assert again.headers["idempotency-replayed"] == "true"
    assert kept(office) == (1, 1)


def test_a_retry_of_a_change_gets_the_version_of_then(office: TestClient) -> None:
    path = office.post(PATH, json=NEW).headers["location"]
    first = office.put(path, json=NEW, headers={**KEY, "if-match": '"1"'})
    office.put(path, json={**NEW, "name": "又改"}, headers={"if-match": '"2"'})
    again = office.put(path, json=NEW, headers={**KEY, "if-match": '"1"'})
    assert same(first, again)
    assert office.get(path).json()["version"] == 3


def test_another_request_under_the_key_is_refused(office: TestClient) -> None:
    first = office.post(PATH, json=NEW, headers=KEY)
    path = first.headers["location"]
    others = [
        office.post(PATH, json={**NEW, "name": "另一个"}, headers=KEY),
        office.post(PATH, content=first.request.content + b" ", headers={**KEY, "content-type": "application/json"}),
        office.put(path, json=NEW, headers={**KEY, "if-match": '"1"'}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in others] == [(422, "idempotency-other")] * 3
    changed = {**KEY, "idempotency-key": "another"}
    assert office.put(path, json=NEW, headers={**changed, "if-match": '"1"'}).status_code == 200
    other = office.put(path, json=NEW, headers={**changed, "if-match": '"2"'})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-other")
    assert kept(office) == (1, 2)


def test_the_key_of_another_principal_is_another(office: TestClient) -> None:
    first = office.post(PATH, json=NEW, headers=KEY)
    second = office.post(PATH, json=NEW, headers={**KEY, "x-who": "b"})
    third = office.post(PATH, json={**NEW, "name": "另一个"}, headers={**KEY, "x-who": "c"})
    assert {one.status_code for one in (first, second, third)} == {201}
    assert kept(office) == (3, 3)


def test_a_refused_write_leaves_the_key_free(office: TestClient) -> None:
    refused = [
        office.post(PATH, json={**NEW, "name": 3}, headers=KEY),
        office.post(PATH, json={**NEW, "division": "43"}, headers=KEY),
    ]
    assert [one.status_code for one in refused] == [422, 403]
    assert office.post(PATH, json=NEW, headers=KEY).status_code == 201
    assert kept(office) == (1, 1)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "\u00e9", "tab\tbed"])
def test_a_key_is_of_visible_letters(office: TestClient, key: str) -> None:
    answer = office.post(PATH, json=NEW, headers={b"idempotency-key": key.encode()})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-form")
    assert kept(office) == (0, 0)


def test_the_longest_key_is_taken(office: TestClient) -> None:
    assert office.post(PATH, json=NEW, headers={"idempotency-key": "~" * 200}).status_code == 201


def test_eight_at_once_under_one_key_make_one_record(office: TestClient) -> None:
    together = Barrier(8)

    def send(_: int) -> Response:
        together.wait()
        return office.post(PATH, json=NEW, headers=KEY)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert all(same(answers[0], one) for one in answers)
    assert sum("idempotency-replayed" not in one.headers for one in answers) == 1
    assert kept(office) == (1, 1)


def test_eight_at_once_without_a_key_make_eight(office: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: office.post(PATH, json=NEW), range(8)))
    assert len({one.json()["id"] for one in answers}) == 8
    assert kept(office) == (8, 8)


def test_of_eight_changes_of_one_version_one_is_made(office: TestClient) -> None:
    path = office.post(PATH, json=NEW).headers["location"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: office.put(path, json={**NEW, "name": f"{n}"}, headers={"if-match": '"1"'}), range(8))
        )
    assert sorted(one.status_code for one in answers) == [200] + [412] * 7
    assert kept(office) == (1, 2)


def test_a_real_server_replays_after_others_have_written(server: Server) -> None:
    with server.client() as client:
        key = {"idempotency-key": "a-real-one"}
        first = client.post(PATH, json=NEW, headers=key)
        client.post(PATH, json=NEW)
        again = client.post(PATH, json=NEW, headers=key)
    assert first.status_code == 201
    assert same(first, again)
