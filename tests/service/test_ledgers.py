"""`/v1/ledgers` over HTTP: recorded, updated, listed with their states; refused with a code and a pointer."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.service.conftest import Make

PATH = "/v1/ledgers"
SUPPLY = {"kind": "supply", "level": "county"}


def asked(region: str = "hubei", division: str = "420502", **facts: Any) -> dict[str, Any]:
    return {"name": "西区供给台账", "region": region, "division": division, "facts": {**SUPPLY, **facts}}


def recorded(client: TestClient, **more: Any) -> dict[str, Any]:
    response = client.post(PATH, json=asked(**more))
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    assert response.headers["location"] == f"{PATH}/{found['id']}"
    return found


def told(response: httpx2.Response) -> tuple[int, str, Any]:
    body = response.json()
    return response.status_code, body["code"], body["errors"][0].get("pointer", body["errors"][0].get("parameter"))


def test_a_ledger_lives(make: Make) -> None:
    client = make()
    made = recorded(client, last_updated="2024-08-20")
    path = f"{PATH}/{made['id']}"
    found = client.get(path).json()
    assert (found["as_of"], found["state"]["status"], found["state"]["days_left"]) == ("2025-08-01", "due_soon", 19)
    assert found["state"]["policy"]["id"] == "hubei-2024"
    update = client.post(f"{path}/updates", json={"what": "updated", "on": "2025-07-30", "by": "社会救助科"})
    assert update.status_code == 201
    assert client.get(path).json()["state"]["status"] == "fresh"
    assert client.get(path, params={"as_of": "2025-07-29"}).json()["state"]["status"] == "due_soon"
    assert client.get(path, params={"due_soon_days": "3660"}).json()["state"]["status"] == "due_soon"
    corrected = {"what": "retracted", "on": "2025-08-01", "corrects": update.json()["id"]}
    assert client.post(f"{path}/updates", json=corrected).status_code == 201
    found = client.get(path)
    assert (found.json()["state"]["status"], found.json()["facts"]["last_updated"]) == ("due_soon", "2024-08-20")
    assert found.headers["etag"] == '"3"'
    entries = client.get(f"{path}/updates").json()["items"]
    assert [one["what"] for one in entries] == ["opened", "updated", "retracted"]
    mended = client.put(path, json=asked(last_updated="2024-08-21"), headers={"if-match": '"3"'})
    assert (mended.status_code, mended.json()["opening"]["last_updated"]) == (200, "2024-08-21")
    assert client.put(path, json=asked(), headers={"if-match": '"3"'}).status_code == 412
    assert client.put(path, json=asked()).status_code == 428


def test_the_state_is_what_an_assessment_says(make: Make) -> None:
    client = make()
    made = recorded(client, region="tianjin", division="120101", last_updated="2024-11-15")
    state = client.get(f"{PATH}/{made['id']}", params={"as_of": "2025-05-16"}).json()["state"]
    case = {"ledgers": [{**SUPPLY, "last_updated": "2024-11-15"}]}
    body = {"case": case, "regions": ["tianjin"], "as_of": "2025-05-16"}
    (entry,) = client.post("/v1/assessments", json=body).json()["regions"]["tianjin"]["duties"]
    assert {name: value for name, value in state.items() if name != "policy"} == entry
    assert state["status"] == "ambiguous"


def test_lists_are_chosen_by_state_region_kind_and_division(make: Make) -> None:
    client = make()
    overdue = recorded(client, last_updated="2023-01-01")["id"]
    fresh = recorded(client, last_updated="2025-07-01", division="420602")["id"]
    none = recorded(client, kind="demand")["id"]
    other = recorded(client, region="tianjin", division="120101", last_updated="2025-07-01")["id"]

    def listed(**query: Any) -> set[str]:
        found = client.get(PATH, params=query).json()
        assert found["next"] is None
        return {one["id"] for one in found["items"]}

    assert listed() == {overdue, fresh, none, other}
    assert listed(status="overdue") == {overdue}
    assert listed(status=["overdue", "not_stipulated"]) == {overdue, none}
    assert listed(status="fresh", region="hubei") == {fresh}
    assert listed(kind="demand") == {none}
    assert listed(division="4205") == {overdue, none}
    assert listed(status="fresh", as_of="2025-06-30") == set()
    assert listed(status="due_soon", due_soon_days=3660) == {fresh, other}
    page = client.get(PATH, params={"status": "fresh", "limit": 1}).json()
    rest = client.get(PATH, params={"status": "fresh", "limit": 1, "after": page["next"]}).json()
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {fresh, other}
    assert rest["next"] is None
    why = client.get(PATH, params={"status": "overdue", "lang": "en"}).json()["items"][0]["state"]["why"]["text"]
    assert "overdue" in why


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (asked("nowhere"), (422, "region-unknown", "/region")),
        (asked("hubei@hubei-2024"), (422, "region-unknown", "/region")),
        ({**asked(), "division": "42050"}, (422, "division-form", "/division")),
        ({**asked(), "extra": 1}, (422, "field-unknown", "/extra")),
        (asked(kind="supplies"), (422, "word-unknown", "/facts/kind")),
        (asked(last_updtaed="2025-01-01"), (422, "fact-unknown", "/facts/last_updtaed")),
        (asked(last_updated="2025-08-02"), (422, "day-future", "/facts/last_updated")),
        (asked(last_updated="2025-02-29"), (422, "date-impossible", "/facts/last_updated")),
        (asked(established=False, last_updated="2025-02-28"), (422, "facts-contradict", "/facts/established")),
        ({**asked(), "name": "110101199003070012"}, (422, "citizen-number", "/name")),
        ({"region": "hubei", "division": "42"}, (422, "field-missing", "/facts")),
    ],
)
def test_what_cannot_be_recorded_is_told_where_it_is_wrong(
    client: TestClient, body: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert told(client.post(PATH, json=body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"what": "burnt", "on": "2025-01-01"}, (422, "update-unknown", "/what")),
        ({"what": "updated", "on": "never"}, (422, "type-date", "/on")),
        ({"what": "updated", "on": "2025-08-02"}, (422, "day-future", "/on")),
        ({"what": "updated", "on": "2025-08-01", "done": False}, (422, "update-not-done", "/done")),
        ({"what": "retracted", "on": "2025-08-01"}, (422, "correction-missing", "/corrects")),
        ({"what": "retracted", "on": "2025-08-01", "corrects": "no-such"}, (409, "correction-unknown", "/corrects")),
        (
            {"what": "updated", "on": "2025-08-01", "by": "１１０１０１１９９００３０７００１２"},
            (422, "citizen-number", "/by"),
        ),
    ],
)
def test_what_cannot_have_been_done_is_told_where_it_is_wrong(
    client: TestClient, body: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    made = recorded(client)
    assert told(client.post(f"{PATH}/{made['id']}/updates", json=body)) == expected
    assert client.get(f"{PATH}/{made['id']}").json()["version"] == 1


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"status": "late"}, "status"),
        ({"region": "nowhere"}, "region"),
        ({"kind": "supplies"}, "kind"),
        ({"as_of": "2025-02-30"}, "as_of"),
        ({"due_soon_days": "-1"}, "due_soon_days"),
        ({"due_soon_days": "3661"}, "due_soon_days"),
        ({"division": "42050"}, "division"),
        ({"lang": "fr"}, "lang"),
    ],
)
def test_a_wrong_query_is_told(client: TestClient, query: dict[str, str], parameter: str) -> None:
    response = client.get(PATH, params=query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == parameter


def test_what_is_not_there_is_not_there(client: TestClient) -> None:
    for response in (
        client.get(f"{PATH}/nothing"),
        client.get(f"{PATH}/nothing/updates"),
        client.post(f"{PATH}/nothing/updates", json={"what": "updated", "on": "2025-01-01"}),
        client.put(f"{PATH}/nothing", json=asked(), headers={"if-match": '"1"'}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "record-unknown")


def test_a_repeated_update_is_recorded_once(client: TestClient) -> None:
    made = recorded(client)
    path, body = f"{PATH}/{made['id']}/updates", {"what": "updated", "on": "2025-01-01"}
    first = client.post(path, json=body, headers={"idempotency-key": "one"})
    again = client.post(path, json=body, headers={"idempotency-key": "one"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(client.get(path).json()["items"]) == 2


def test_the_page_of_the_interface_tells_regions_and_acts(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert schemas["LedgerAsked"]["properties"]["region"]["enum"] == [
        "hubei",
        "jinhua",
        "shanghai",
        "shanxi",
        "tianjin",
    ]
    assert {"updated", "provided_to_townships", "retracted"} <= set(
        schemas["LedgerUpdateAsked"]["properties"]["what"]["enum"]
    )
    assert schemas["LedgerAsked"]["properties"]["facts"]["$ref"].endswith("/CaseLedger")
