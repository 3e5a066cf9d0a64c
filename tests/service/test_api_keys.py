"""`/v1/api-keys` over HTTP: the key itself is answered once, its hash never."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.let_in import service_behind

from xianjie.service.routes.api_keys import ApiKeyShown, ApiKeysShown

PATH = "/v1/api-keys"
NEW: dict[str, Any] = {
    "label": "台账程序",
    "holder": "program-1",
    "grants": [{"role": "case_worker", "division": "880102"}, {"role": "reader", "division": "8801"}],
}


def test_a_key_is_issued_seen_listed_and_revoked(client: TestClient) -> None:
    answer = client.post(PATH, json={**NEW, "days": 30})
    assert answer.status_code == 201
    made = answer.json()
    ApiKeyShown.model_validate(made)
    assert answer.headers["location"] == f"{PATH}/{made['id']}"
    assert made["key"].startswith(f"xjk_{made['id']}_")
    assert (made["division"], made["created"], made["expires"]) == (
        "8801",
        "2025-08-01T01:30:00+00:00",
        "2025-08-31T01:30:00+00:00",
    )
    seen = client.get(answer.headers["location"])
    assert seen.json() == {**made, "key": None}
    page = client.get(PATH, params={"division": "8801"})
    ApiKeysShown.model_validate(page.json())
    assert made["id"] in [one["id"] for one in page.json()["items"]]
    first, second = (client.delete(answer.headers["location"]) for _ in range(2))
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert first.json() == second.json() == {**made, "key": None, "version": 2, "revoked": "2025-08-01T01:30:00+00:00"}
    for told in (seen, page, first):
        assert "hash" not in told.text
        assert made["key"][15:67] not in told.text


def test_a_retry_gets_the_record_but_never_the_key_again(client: TestClient) -> None:
    first, second = (client.post(PATH, json=NEW, headers={"idempotency-key": "once"}) for _ in range(2))
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json()["key"] is not None
    assert second.json() == {**first.json(), "key": None}
    with service_behind(client).keeping.store.read() as view:
        kept = json.dumps([one.body for name in ("api_keys", "idempotency_keys") for one in view.find(name)])
    assert first.json()["key"][15:67] not in kept


@pytest.mark.parametrize(
    ("changed", "status", "code", "pointer"),
    [
        ({"grants": []}, 422, None, "/grants"),
        ({"grants": [{"role": "king", "division": "88"}]}, 422, None, "/grants/0/role"),
        ({"grants": [{"role": "reader", "division": "9"}]}, 422, "division-form", "/grants/0/division"),
        ({"holder": "张三"}, 422, None, "/holder"),
        ({"holder": "loopback"}, 422, "access-own-hand", "/holder"),
        ({"days": 367}, 422, None, "/days"),
        ({"days": 0}, 422, None, "/days"),
        ({"days": 1.5}, 422, None, "/days"),
        ({"grants": [{"role": "charity_user", "division": "88"}]}, 422, "organisation-needed", None),
        ({"organisation": "nowhere"}, 422, "organisation-needed", None),
        (
            {"grants": [{"role": "charity_user", "division": "88"}], "organisation": "nowhere"},
            404,
            "record-unknown",
            "/organisation",
        ),
        ({"hash": "x"}, 422, "field-unknown", "/hash"),
    ],
)
def test_what_cannot_be_issued_is_refused(
    client: TestClient, changed: dict[str, Any], status: int, code: str | None, pointer: str | None
) -> None:
    answer = client.post(PATH, json={**NEW, **changed})
    problem = answer.json()
    assert answer.status_code == status, answer.text
    assert code in (None, problem["code"])
    assert problem["errors"][0].get("pointer") == pointer


def test_a_citizen_s_number_is_no_label(client: TestClient) -> None:
    number = "88010119900101" + "001X"
    for changed in ({"label": number}, {"holder": f"a{number}"}):
        answer = client.post(PATH, json={**NEW, **changed})
        assert (answer.status_code, answer.json()["code"]) == (422, "citizen-number")
        assert number not in answer.text
