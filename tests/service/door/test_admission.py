"""Nobody comes in unasked: each endpoint tells what it needs, and the door stands before all but the public ones."""

from __future__ import annotations

import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from tests.service.conftest import Make

from xianjie.access import Grant, Principal, Role, division
from xianjie.service.app import RECORDS, RESOURCES
from xianjie.service.problems import refuse

PUBLIC = {"/livez", "/readyz", "/openapi.json", "/docs"}
NEW = {"name": "示例慈善会", "division": "420500"}


class ClosedDoor:
    """Let nobody in."""

    async def principal(self, _: Request) -> Principal:
        raise refuse(401, "access-anonymous", "需要登录或接口密钥", "log in or give an API key")


class DoorFor:
    """Let everybody in as one role."""

    def __init__(self, role: Role, place: str) -> None:
        organisation = "org-a" if role is Role.CHARITY_USER else None
        self._principal = Principal("key-a", "a", frozenset({Grant(role, division(place))}), organisation)

    async def principal(self, _: Request) -> Principal:
        return self._principal


def operations(client: TestClient) -> list[tuple[str, str]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def test_behind_a_closed_door_everything_but_the_public_is_401(make: Make) -> None:
    client = make(door=ClosedDoor())
    tried = 0
    for method, path in operations(client):
        answer = client.request(method, path.replace("{", "").replace("}", ""))
        if path in PUBLIC:
            assert answer.status_code == 200
        else:
            tried += 1
            assert (answer.status_code, answer.json()["code"]) == (401, "access-anonymous"), (method, path)
    assert tried >= 14


def test_no_route_is_left_out_of_the_document_but_the_public(client: TestClient) -> None:
    told = {path for _, path in operations(client)}
    routes = [route for resource in (*RESOURCES, *RECORDS) for route in resource.routes().routes]
    assert {route.path for route in routes if isinstance(route, APIRoute)} - told == {"/openapi.json"}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_not_write_anywhere_is_refused_before_the_body_is_read(make: Make, role: Role) -> None:
    client = make(door=DoorFor(role, "42"))
    assert client.get("/v1/organisations").status_code == 200
    answer = client.post("/v1/organisations", content=b"{", headers={"content-type": "application/json"})
    if role is Role.REFERRAL_OFFICER:
        assert answer.status_code == 400
        assert client.post("/v1/organisations", json=NEW).status_code == 201
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "access-role")
        assert "可以的有：" in answer.json()["detail"]


def test_a_role_within_a_division_writes_there_alone(make: Make) -> None:
    client = make(door=DoorFor(Role.REFERRAL_OFFICER, "4206"))
    refused = client.post("/v1/organisations", json=NEW)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "/division")
    assert client.post("/v1/organisations", json={**NEW, "division": "420602"}).status_code == 201


@pytest.mark.parametrize(("role", "place", "status"), [
    (Role.READER, "national", 200), (Role.READER, "42", 403), (Role.ADMINISTRATOR, "national", 200),
    (Role.CHARITY_USER, "national", 403),
])  # fmt: skip
def test_the_counts_are_for_the_whole_country(make: Make, role: Role, place: str, status: int) -> None:
    assert make(door=DoorFor(role, place)).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("query", "parameter", "word"),
    [
        ("divison=42", "divison", "division"),
        ("status=overdue&stauts=x", "stauts", "status"),
        ("as_of=2025-08-01&as_off=1", "as_off", "as_of"),
        ("%E5%BC%A0=1", None, "有："),
        ("n110101199003071234=1", None, "有："),
    ],
)
def test_a_parameter_that_is_misspelt_is_refused(
    client: TestClient, query: str, parameter: str | None, word: str
) -> None:
    answer = client.get(f"/v1/ledgers?{query}")
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["code"], fault.get("parameter")) == (422, "query-unknown", parameter)
    assert word in fault["detail"]
    assert client.get("/v1/vocabulary?x=1").status_code == 422
    assert client.get("/livez?x=1").status_code == 200
