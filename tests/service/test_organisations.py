"""Organisations over HTTP: recorded, listed, read, changed, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import Make

PATH = "/v1/organisations"
CODE = "53420500MJ0000000A"
NEW: Mapping[str, Any] = {"name": "示例慈善会", "division": "420500", "facts": {"charitable": True, "stage": "early"}}


@pytest.fixture
def office(make: Make) -> TestClient:
    """Give a client of an application whose store is empty."""
    return make()


def recorded(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_an_organisation_is_recorded_and_found_where_it_is_told(office: TestClient) -> None:
    answer = office.post(PATH, json={**NEW, "code": CODE})
    assert answer.status_code == 201
    told = answer.json()
    assert told == {"id": told["id"], "version": 1, **NEW, "division": "4205", "code": CODE}
    assert answer.headers["location"] == f"{PATH}/{told['id']}"
    assert answer.headers["etag"] == '"1"'
    again = office.get(answer.headers["location"])
    assert (again.status_code, again.content, again.headers["etag"]) == (200, answer.content, '"1"')


def test_a_list_is_walked_page_by_page(office: TestClient) -> None:
    ids = sorted(recorded(office, name=f"示例 {number}")["id"] for number in range(7))
    found: list[str] = []
    after: str | None = None
    while True:
        answer = office.get(PATH, params={"limit": 3, **({} if after is None else {"after": after})}).json()
        found += [one["id"] for one in answer["items"]]
        after = answer["next"]
        if after is None:
            break
    assert found == ids


def test_a_list_of_a_division_holds_those_within(office: TestClient) -> None:
    for division in ("420500", "420502", "430000", "national"):
        recorded(office, division=division)

    def within(division: str) -> list[str]:
        items = office.get(PATH, params={"division": division}).json()["items"]
        return sorted(one["division"] for one in items)

    assert within("42") == within("420000") == ["4205", "420502"]
    assert within("43") == ["43"]
    assert within("national") == ["4205", "420502", "43", "national"]
    assert within("11") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"division": "x"}, "division-form"),
        ({"division": ""}, "division-form"),
        ({"limit": "0"}, "number-range"),
        ({"limit": "201"}, "number-range"),
        ({"limit": "many"}, "type-int"),
        ({"after": "A B"}, "text-pattern"),
    ],
)
def test_a_wrong_query_is_told_with_its_parameter(office: TestClient, query: dict[str, str], code: str) -> None:
    answer = office.get(PATH, params=query)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == next(iter(query))
    assert "many" not in answer.text


def test_a_change_gives_the_version_it_is_of(office: TestClient) -> None:
    path = f"{PATH}/{recorded(office)['id']}"
    body = {**NEW, "name": "改名慈善会"}

    def put(**headers: str) -> tuple[int, str | None]:
        answer = office.put(path, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})
        return answer.status_code, answer.json().get("code")

    assert put() == (428, "version-needed")
    for wrong in ("1", "*", 'W/"1"', '"0"', '"x"', '"1", "2"', ""):
        assert put(if_match=wrong) == (422, "version-form"), wrong
    assert put(if_match='"2"') == (412, "record-changed")
    answer = office.put(path, json=body, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"2"', 2)
    assert "location" not in answer.headers
    assert put(if_match='"1"') == (412, "record-changed")
    assert office.get(path).content == answer.content


def test_a_code_belongs_to_one(office: TestClient) -> None:
    recorded(office, code=CODE)
    other = recorded(office)
    answer = office.post(PATH, json={**NEW, "code": CODE})
    assert (answer.status_code, answer.json()["code"]) == (409, "store-duplicate")
    answer = office.put(f"{PATH}/{other['id']}", json={**NEW, "code": CODE}, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (409, "store-duplicate")
    assert CODE not in answer.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"division": "42"}, "/name"),
        ({"name": "x"}, "/division"),
        ({**NEW, "division": "42050"}, "/division"),
        ({**NEW, "division": 4205}, "/division"),
        ({**NEW, "division": None}, "/division"),
        ({**NEW, "name": 3}, "/name"),
        ({**NEW, "code": "11010119900307721X"[:17]}, "/code"),
        ({**NEW, "facts": {"charitble": True}}, "/facts/charitble"),
        ({**NEW, "facts": {"charitable": "yes"}}, "/facts/charitable"),
        ({**NEW, "facts": []}, "/facts"),
        ({**NEW, "extra": 1}, "/extra"),
        ([], ""),
    ],
)
def test_a_wrong_body_is_told_with_a_pointer(office: TestClient, body: Any, pointer: str) -> None:
    answer = office.post(PATH, json=body)
    assert answer.status_code == 422
    assert pointer in [fault.get("pointer") for fault in answer.json()["errors"]]
    assert office.get(PATH).json()["items"] == []


def test_one_that_is_not_there_is_not_found(office: TestClient) -> None:
    answer = office.get(f"{PATH}/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "record-unknown")
    answer = office.put(f"{PATH}/nowhere", json=NEW, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (404, "record-unknown")
    answer = office.get(f"{PATH}/NOWHERE")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "id")
    assert office.delete(f"{PATH}/nowhere").status_code == 405
