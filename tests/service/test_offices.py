"""What an office has settled holds for its later answers, and for those of the offices below it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import ask, offices, told
from tests.service.test_reading_choices import EDITOR, NEW
from tests.service.test_reading_choices import PATH as CHOICES

from xianjie.plugins import Regions

PATH = "/v1/assessments"
LEDGER = {"kind": "supply", "level": "province", "established": True, "last_updated": "2024-02-01"}
QUESTION: dict[str, Any] = {"case": {"ledgers": [LEDGER]}, "regions": ["hubei"], "as_of": "2025-03-01"}
SETTLED = {"hubei:year": "calendar"}


@pytest.fixture
def office(regions: Regions, tmp_path: Path) -> Iterator[TestClient]:
    with offices(tmp_path / "offices", regions) as client:
        yield client


def answer(client: TestClient, who: str, **more: Any) -> Any:
    return told(client, who, "POST", PATH, {**QUESTION, **more})


def duty(found: Any) -> str:
    status: str = found["regions"]["hubei"]["duties"][0]["status"]
    return status


def test_an_ambiguous_answer_is_settled_for_the_office_and_those_below(office: TestClient) -> None:
    before = answer(office, "case_worker 420502")
    assert (duty(before), before["settings"]["readings"]) == ("ambiguous", {})
    told(office, EDITOR, "POST", CHOICES, NEW)
    for who in ("case_worker 4205", "case_worker 420502", "reader 420502001"):
        after = answer(office, who)
        assert after["settings"]["readings"] == SETTLED
        assert duty(after) != "ambiguous"
        assert after["decision_id"] != before["decision_id"]
    for who in ("case_worker 4206", "case_worker 42", "reader national"):
        assert answer(office, who) == before


def test_the_office_can_be_named_by_who_acts_for_it(office: TestClient) -> None:
    told(office, EDITOR, "POST", CHOICES, NEW)
    assert answer(office, "case_worker 42")["settings"]["readings"] == {}
    assert answer(office, "case_worker 42", office="420502")["settings"]["readings"] == SETTLED
    refused = ask(office, "case_worker 4206", "POST", PATH, {**QUESTION, "office": "420502"})
    assert (refused.status_code, refused.json()["code"]) == (403, "office-foreign")


def test_what_the_question_sets_stands_before(office: TestClient) -> None:
    told(office, EDITOR, "POST", CHOICES, NEW)
    found = answer(office, "case_worker 4205", settings={"readings": {"hubei:year": "rolling"}})
    assert found["settings"]["readings"] == {"hubei:year": "rolling"}


def test_it_is_taken_back_and_what_was_decided_meanwhile_is_read_as_it_was(office: TestClient) -> None:
    told(office, EDITOR, "POST", CHOICES, NEW)
    settled = answer(office, "case_worker 4205")
    told(office, EDITOR, "POST", CHOICES, {**NEW, "option": None})
    assert answer(office, "case_worker 4205")["settings"]["readings"] == {}
    record = told(office, "case_worker 4205", "GET", f"/v1/decisions/{settled['decision_id']}")
    assert (record["reproduced"], record["answer"], record["readings"]) == ("same", settled, SETTLED)


def test_a_batch_carries_it_line_by_line(office: TestClient) -> None:
    told(office, EDITOR, "POST", CHOICES, NEW)
    lines = [QUESTION, {**QUESTION, "office": "420601"}, {**QUESTION, "office": "420502"}]
    text = ask(office, "case_worker 42", "POST", f"{PATH}/batch", lines).text
    assert [json.loads(line)["settings"]["readings"] for line in text.splitlines()] == [{}, {}, SETTLED]


def test_another_document_of_the_region_is_not_bound_by_it(office: TestClient) -> None:
    told(office, EDITOR, "POST", CHOICES, {**NEW, "region": "tianjin", "axis": "half-year", "option": "rolling"})
    found = answer(office, "case_worker 4205", regions=["hubei", "tianjin"])
    assert found["settings"]["readings"] == {"tianjin:half-year": "rolling"}
