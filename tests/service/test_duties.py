"""`/v1/duties` over HTTP: consultations counted one by one, and what the document says of the number."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import Make
from tests.service.test_ledgers import told

PATH = "/v1/duties"


def asked(**facts: Any) -> dict[str, Any]:
    duty = {"kind": "consultation", "level": "county", "year": 2025, **facts}
    return {"region": "jinhua", "division": "330702", "facts": duty}


def recorded(client: TestClient, **facts: Any) -> dict[str, Any]:
    response = client.post(PATH, json=asked(**facts))
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def test_consultations_add_up(make: Make) -> None:
    client = make()
    path = f"{PATH}/{recorded(client, count=0)['id']}"
    first = client.post(f"{path}/events", json={"on": "2025-03-01", "departments": True, "charities": False})
    assert first.status_code == 201
    assert first.json()["charities"] is False
    assert "grassroots" not in first.json()
    found = client.get(path).json()
    assert (found["state"]["status"], found["state"]["shortfall"]) == ("in_progress", 1)
    client.post(f"{path}/events", json={"on": "2025-06-01"})
    assert client.get(path).json()["state"]["status"] == "met"
    assert client.get(path, params={"as_of": "2025-05-31"}).json()["state"]["status"] == "in_progress"
    client.post(f"{path}/events", json={"what": "retracted", "on": "2025-08-01", "corrects": first.json()["id"]})
    found = client.get(path)
    assert (found.json()["state"]["actual"], found.headers["etag"]) == (1, '"4"')
    mended = client.put(path, json=asked(count=1), headers={"if-match": '"4"'})
    assert mended.json()["facts"]["count"] == 2
    entries = client.get(f"{path}/events").json()["items"]
    assert [one["what"] for one in entries] == ["opened", "held", "held", "retracted", "mended"]


def test_the_state_is_what_an_assessment_says(client: TestClient) -> None:
    made = recorded(client, count=1)
    state = client.get(f"{PATH}/{made['id']}").json()["state"]
    body = {"case": {"duties": [asked(count=1)["facts"]]}, "regions": ["jinhua"], "as_of": "2025-08-01"}
    (entry,) = client.post("/v1/assessments", json=body).json()["regions"]["jinhua"]["duties"]
    assert {name: value for name, value in state.items() if name != "policy"} == entry


def test_lists_are_chosen_by_state_kind_and_year(make: Make) -> None:
    client = make()
    met = recorded(client, count=2)["id"]
    progressing = recorded(client, count=1)["id"]
    failed = recorded(client, count=1, year=2024)["id"]
    brand = recorded(client, kind="brand_project", count=0)["id"]

    def listed(**query: Any) -> set[str]:
        return {one["id"] for one in client.get(PATH, params=query).json()["items"]}

    assert listed() == {met, progressing, failed, brand}
    assert listed(status="met") == {met}
    assert listed(status="in_progress") == {progressing, brand}
    assert listed(status="not_met") == {failed}
    assert listed(status="not_met", as_of="2026-01-01") == {progressing, failed, brand}
    assert listed(kind="brand_project") == {brand}
    assert listed(year=2024) == {failed}
    assert listed(region="hubei") == set()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"on": "2025-08-02"}, (422, "day-future", "/on")),
        ({"on": "2024-12-31"}, (409, "duty-year-other", "/on")),
        ({"on": "2025-08-01", "what": "retracted"}, (422, "correction-missing", "/corrects")),
        ({"on": "2025-08-01", "corrects": "no-such"}, (409, "correction-unknown", "/corrects")),
        ({"on": "2025-08-01", "charities": 1}, (422, "type-bool", "/charities")),
        ({"departments": True}, (422, "field-missing", "/on")),
    ],
)
def test_what_cannot_have_been_held_is_told(client: TestClient, body: dict[str, Any], expected: Any) -> None:
    made = recorded(client, count=0)
    assert told(client.post(f"{PATH}/{made['id']}/events", json=body)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "supply"}, (422, "word-unknown", "/facts/kind")),
        ({"count": 1, "meetings": [{}, {}]}, (422, "facts-contradict", "/facts/count")),
        ({"last_done": "2025-08-02"}, (422, "day-future", "/facts/last_done")),
        ({"count": -1}, (422, "number-too-small", "/facts/count")),
    ],
)
def test_what_cannot_be_recorded_is_told(client: TestClient, facts: dict[str, Any], expected: Any) -> None:
    assert told(client.post(PATH, json=asked(**facts))) == expected


def test_what_is_not_there_is_not_there(client: TestClient) -> None:
    for response in (
        client.get(f"{PATH}/nothing"),
        client.get(f"{PATH}/nothing/events"),
        client.post(f"{PATH}/nothing/events", json={"on": "2025-01-01"}),
        client.put(f"{PATH}/nothing", json=asked(), headers={"if-match": '"1"'}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "record-unknown")
