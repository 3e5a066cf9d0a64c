"""`/v1/audit` over HTTP: what is told of the chain, page by page, and whether it is whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import Make
from tests.service.let_in import service_behind

from xianjie.access import loopback
from xianjie.records.audit_log import anchor
from xianjie.service.routes.audit import AuditEntriesShown, AuditVerificationShown
from xianjie.vault import Suite, new_ring

ENTRIES, VERIFICATION = "/v1/audit/entries", "/v1/audit/verification"
CASE = {"case": {"aid": {"received": True}}, "regions": ["tianjin"]}


@pytest.fixture
def client(make: Make) -> TestClient:
    """Give a client of an application that has given five decisions."""
    one = make()
    for number in range(5):
        case = {"case": f"E-{number}", **CASE["case"]}  # type: ignore[dict-item]
        assert one.post("/v1/assessments", json={**CASE, "case": case}).status_code == 200
    return one


def test_entries_are_told_page_by_page(client: TestClient) -> None:
    answer = client.get(ENTRIES, params={"limit": 3})
    AuditEntriesShown.model_validate(answer.json())
    first = answer.json()
    second = client.get(ENTRIES, params={"after": first["next"]}).json()
    assert [one["seq"] for one in first["items"] + second["items"]] == [1, 2, 3, 4, 5]
    assert second["next"] is None
    body = first["items"][0]["body"]
    assert (body["event"], body["by"], body["collection"]) == ("decided", "loopback", "decisions")
    assert set(body["digests"]["decisions"]) == {body["id"]}
    assert client.get(ENTRIES, params={"after": 99}).json() == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501", "after=99999999999999999999"])
def test_a_wrong_parameter_is_named(client: TestClient, query: str) -> None:
    answer = client.get(f"{ENTRIES}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_whole_chain_gives_its_anchor(client: TestClient) -> None:
    told = client.get(VERIFICATION).json()
    AuditVerificationShown.model_validate(told)
    assert (told["whole"], told["entries"], told["problems"], told["problem_count"]) == (True, 5, [], 0)
    assert anchor(told["anchor"]).seq == 5
    assert client.get(ENTRIES, params={"after": 4}).json()["items"][0]["hash"] == anchor(told["anchor"]).hash


def test_what_is_wrong_is_told_with_its_place(client: TestClient) -> None:
    service = service_behind(client)
    service.keeping = replace(service.keeping, ring=new_ring(Suite.AES, service.settings.today()))
    told = client.get(VERIFICATION).json()
    AuditVerificationShown.model_validate(told)
    assert (told["whole"], told["entries"], told["problem_count"]) == (False, 5, 10)
    assert {one["code"] for one in told["problems"]} == {"audit-seal-unknown", "audit-record-edited"}
    assert told["problems"][0]["place"] == "audit[1]"


def test_the_log_that_cannot_be_written_refuses_the_request(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xianjie.store.embedded_views import EmbeddedTransaction

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EmbeddedTransaction, "append", broken)
    organisation = {"name": "示例慈善会", "division": "88"}
    assert client.post("/v1/organisations", json=organisation).status_code >= 500
    assert client.post("/v1/assessments", json={**CASE, "as_of": "2025-07-01"}).status_code >= 500
    monkeypatch.undo()
    with service_behind(client).keeping.look(loopback()) as desk:
        assert desk.view.count("organisations") == 0
        assert desk.view.count("decisions") == 5
    assert client.get(VERIFICATION).json()["entries"] == 5
