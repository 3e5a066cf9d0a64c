"""Settled readings over HTTP: who settles, what is kept, what holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import OFFICER, ask, offices, told

from xianjie.plugins import Regions
from xianjie.service.routes.reading_choices import ReadingChoiceShown, ReadingChoicesShown

PATH = "/v1/reading-choices"
EDITOR = "policy_editor 42"
NEW: dict[str, Any] = {
    "region": "hubei",
    "axis": "year",
    "option": "calendar",
    "reason": "经厅务会议研究，统一按自然年办理",
    "authority": "厅务会议纪要〔2025〕3号",
    "division": "420500",
}


@pytest.fixture
def office(regions: Regions, tmp_path: Any) -> Iterator[TestClient]:
    """Give a client of an application whose store is empty."""
    with offices(tmp_path / "offices", regions) as client:
        yield client


def test_a_reading_is_settled_and_found(office: TestClient) -> None:
    answer = ask(office, EDITOR, "POST", PATH, NEW)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{PATH}/choice-000001")
    made = answer.json()
    ReadingChoiceShown.model_validate(made)
    assert (made["policy"], made["division"], made["current"], made["reason"]) == (
        "hubei-2024",
        "4205",
        True,
        NEW["reason"],
    )
    assert told(office, "reader 33", "GET", answer.headers["location"]) == made
    again = told(office, EDITOR, "POST", PATH, {**NEW, "option": None, "policy": "hubei-2024"})
    assert (again["option"], again["current"]) == (None, False)
    page = told(office, "reader 33", "GET", f"{PATH}?region=hubei&division=42")
    ReadingChoicesShown.model_validate(page)
    assert [(one["option"], one["current"]) for one in page["items"]] == [("calendar", False), (None, False)]
    assert told(office, "reader 33", "GET", f"{PATH}?region=tianjin")["items"] == []
    assert told(office, "reader 33", "GET", f"{PATH}?division=4206")["items"] == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"region": "hubie"}, "region-unknown", "/region"),
        ({"policy": "hubei-1999"}, "document-unknown", "/policy"),
        ({"axis": "yaer"}, "reading-unknown", "/axis"),
        ({"option": "calender"}, "reading-unknown", "/option"),
        ({"reason": "太短"}, None, "/reason"),
        ({"reason": "长" * 501}, None, "/reason"),
        ({"reason": "当事人是 88010119900101001X，故按此办理"}, "citizen-number", "/reason"),
        ({"authority": ""}, None, "/authority"),
        ({"division": "abc"}, "division-form", "/division"),
        ({"more": 1}, None, "/more"),
    ],
)
def test_what_is_wrong_has_a_pointer(office: TestClient, body: dict[str, Any], code: str | None, pointer: str) -> None:
    answer = ask(office, EDITOR, "POST", PATH, {**NEW, **body})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert code is None or fault["code"] == code
    assert told(office, EDITOR, "GET", PATH)["items"] == []


def test_nothing_is_taken_back_that_was_not_settled(office: TestClient) -> None:
    answer = ask(office, EDITOR, "POST", PATH, {**NEW, "option": None})
    assert (answer.status_code, answer.json()["code"]) == (409, "reading-unsettled")
    missing = {name: value for name, value in NEW.items() if name != "option"}
    assert ask(office, EDITOR, "POST", PATH, missing).status_code == 422


@pytest.mark.parametrize(
    ("who", "method", "status"),
    [
        ("policy_editor 4205", "POST", 201),
        ("policy_editor 4206", "POST", 403),
        ("policy_editor 420502", "POST", 403),
        (OFFICER, "POST", 403),
        ("administrator national", "POST", 403),
        ("auditor 33", "GET", 200),
        ("administrator national", "GET", 403),
        ("charity_user 42 someorganisation", "GET", 403),
    ],
)
def test_who_may_what(office: TestClient, who: str, method: str, status: int) -> None:
    answer = ask(office, who, method, PATH, NEW if method == "POST" else None)
    assert answer.status_code == status, answer.text


def test_a_settled_reading_enters_the_referrals_of_the_office(office: TestClient) -> None:
    facts = {
        "aid": {"meets_conditions": False, "received": False},
        "person": {"in_low_income_database": False},
        "referral": {"initiator": "civil_affairs"},
    }
    body = {"region": "hubei", "direction": "forward", "division": "420502", "facts": facts}
    id = told(office, "case_worker 4205", "POST", "/v1/referrals", body)["id"]
    seen = [told(office, "case_worker 4205", "GET", f"/v1/referrals/{id}")["answer"]["status"]]
    told(office, EDITOR, "POST", PATH, {**NEW, "axis": "referral-scope", "option": "section-two-controls"})
    seen.append(told(office, "case_worker 4205", "GET", f"/v1/referrals/{id}")["answer"]["status"])
    assert seen == ["undetermined", "not_triggered"]
