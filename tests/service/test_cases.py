"""Pending cases over HTTP: kept under the documents of their day, and told what a revision since would change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import (
    ADMIN,
    AUDITOR,
    FACTS,
    OFFICER,
    WORKER,
    ask,
    case,
    offices,
    organisation,
    person,
    told,
)

from xianjie.engine.assess import Engine
from xianjie.plugins import Region, Regions
from xianjie.records.desk import Keeping
from xianjie.records.people import cases as records
from xianjie.service.answering import Answering
from xianjie.service.revising import differing
from xianjie.service.routes.cases import CaseAnswer, CaseListed, CaseShown, CasesShown, Reason

PATH = "/v1/cases"
REVISED = """\
overlay: 1
id: invented-amendment
base: hubei-2024
zh: 虚构的修改：低保对象不再列入
en: invented, dibao recipients are no longer listed
document: {title: 虚构的修改, issuers: [甲], standing: issued, validity: in_force, effective: %s}
rules:
  dibao-still-in-difficulty: {when: person.dibao_recipient and not aid.received}
"""


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an application that the tests of this file share."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def revised(regions: Regions, folder: Path, effective: str) -> Regions:
    """Add an invented amendment of Hubei's document, in force from a day on."""
    region = regions.regions["hubei"]
    (folder / "policies").mkdir(parents=True)
    for path in region.policy_files():
        (folder / "policies" / path.name).write_bytes(path.read_bytes())
    (folder / "policies" / "invented-amendment.yaml").write_text(REVISED % effective, "utf-8")
    with_it = Region(region.id, region.zh, region.en, region.code, folder)
    return Regions({**regions.regions, "hubei": with_it}, regions.vocabulary)


@pytest.fixture
def after_revision(regions: Regions, tmp_path: Path) -> Iterator[TestClient]:
    """Give a client of an application over documents of which Hubei's was amended on the 15th of July."""
    with offices(tmp_path / "kept", revised(regions, tmp_path / "hubei", "2025-07-15")) as client:
        yield client


def assessed(client: TestClient, id: str, who: str = WORKER, **asked: Any) -> dict[str, Any]:
    found = told(client, who, "POST", f"{PATH}/{id}/assessments", asked)
    CaseAnswer.model_validate(json.loads(json.dumps(found)), strict=False)
    return dict(found)


def test_the_reasons_are_those_of_the_records() -> None:
    assert get_args(Reason) == tuple(records.REASONS)


def test_a_case_is_recorded_opened_listed_changed_and_closed(office: TestClient) -> None:
    whose = person(office)
    body = {"division": "880101", "person": whose, "regions": ["hubei"], "asked_on": "2025-07-01", "case": FACTS}
    answer = ask(office, WORKER, "POST", PATH, body)
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    CaseListed.model_validate(made)
    where = answer.headers["location"]
    assert where == f"{PATH}/{made['id']}"
    (document,) = made["governed"]
    assert document["region"] == "hubei"
    assert document["sha256"] == office.get("/v1/policies/hubei-2024").json()["sha256"]
    opened = ask(office, OFFICER, "GET", where)
    CaseShown.model_validate(opened.json())
    assert (opened.json(), opened.headers["etag"]) == ({**made, "case": FACTS}, '"1"')
    listed = told(office, OFFICER, "GET", f"{PATH}?person={whose}&state=pending&division=8801")
    CasesShown.model_validate(listed)
    assert listed["items"] == [made]
    changed = {**body, "regions": ["tianjin", "hubei"], "case": {}}
    del changed["asked_on"]
    assert ask(office, WORKER, "PUT", where, changed).status_code == 428
    now = told(office, WORKER, "PUT", where, changed, if_match='"1"')
    assert [one["region"] for one in now["governed"]] == ["tianjin", "hubei"]
    assert now["asked_on"] == "2025-07-01"
    assert ask(office, WORKER, "PUT", where, changed, if_match='"1"').status_code == 412
    closed = told(office, WORKER, "POST", f"{where}/closing", {"reason": "help_given"})
    assert (closed["state"], closed["closing"]) == ("closed", {"reason": "help_given", "on": "2025-08-01"})
    for method, path, more in (("PUT", where, changed), ("POST", f"{where}/closing", {"reason": "other"})):
        answer = ask(office, WORKER, method, path, more, if_match='"3"')
        assert (answer.status_code, answer.json()["code"]) == (409, "case-closed")


@pytest.mark.parametrize(
    ("more", "status", "where", "code"),
    [
        ({"asked_on": "2025-08-02"}, 422, "/asked_on", "day-future"),
        ({"case": {"as_of": "2025-08-02"}}, 422, "/asked_on", "day-future"),
        ({"case": {"as_of": "2025-07-02"}, "asked_on": "2025-07-01"}, 422, "/asked_on", "facts-contradict"),
        ({"regions": []}, 422, "/regions", "list-too-short"),
        ({"regions": ["hubie"]}, 422, "/regions/0", "region-unknown"),
        ({"case": {"person": {"dibao": True}}}, 422, "/case/person/dibao", "fact-unknown"),
        ({"case": 1}, 422, "/case", "type-mapping"),
        ({"person": "nobody"}, 404, "/person", "record-unknown"),
        ({"division": "8802"}, 403, "/division", "access-division"),
        (
            {"case": {"provenance": {"aid.received": {"note": "x" * 400}} | {"aid.exit_date": {"note": "x" * 501}}}},
            422,
            "/case/provenance/aid.exit_date/note",
            "text-too-long",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    office: TestClient, more: dict[str, Any], status: int, where: str | None, code: str
) -> None:
    body = {"division": "880101", "regions": ["hubei"], "case": FACTS, **more}
    answer = ask(office, WORKER, "POST", PATH, body)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault.get("pointer"), fault["code"]) == (status, where, code)


def test_the_case_s_own_date_is_the_day_on_which_it_was_asked(office: TestClient) -> None:
    id = case(office, None, case={**FACTS, "as_of": "2025-06-01"})
    assert told(office, WORKER, "GET", f"{PATH}/{id}")["asked_on"] == "2025-06-01"
    assert told(office, WORKER, "GET", f"{PATH}/{case(office, None)}")["asked_on"] == "2025-08-01"


def test_the_answer_is_that_of_an_assessment_on_the_day_and_on_record(office: TestClient) -> None:
    whose = person(office)
    id = case(office, whose, asked_on="2025-07-01")
    found = assessed(office, id, lang="en")
    plain = {"case": FACTS, "regions": ["hubei", "tianjin"], "as_of": "2025-07-01", "lang": "en"}
    bare = told(office, WORKER, "POST", "/v1/assessments", plain)
    # the person's key goes into the id: see test_attacks.py
    assert found == {"answer": {**bare, "decision_id": found["answer"]["decision_id"]}, "revisions": []}
    decided = told(office, WORKER, "GET", f"/v1/decisions/{found['answer']['decision_id']}")
    assert decided["reproduced"] == "same"
    listed = told(office, WORKER, "GET", "/v1/decisions?limit=200")["items"]
    assert {None, id} <= {one["case"] for one in listed}
    with keeping(office).store.read() as view:
        (record,) = view.find("decisions", {"case": id})
        told_of = [entry.body["event"] for entry in view.entries("audit", limit=1000) if entry.body.get("id") == id]
    assert record.body["asked"].startswith("f1.")
    assert record.body["division"] == "880101"
    assert told_of.count("case_assessed") == 1


def keeping(client: TestClient) -> Keeping:
    found: Keeping = client.app.state.service.keeping  # type: ignore[attr-defined]
    return found


def test_other_regions_and_another_day_can_be_asked_for(office: TestClient) -> None:
    id = case(office, None, asked_on="2025-07-01")
    found = assessed(office, id, regions=["shanghai"], as_of="2025-07-31")["answer"]
    assert (list(found["regions"]), found["as_of"]) == (["shanghai"], "2025-07-31")
    answer = ask(office, WORKER, "POST", f"{PATH}/{id}/assessments", {"regions": ["hubie"]})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/regions/0", "region-unknown")


@pytest.mark.parametrize(
    ("asked_on", "document", "status", "revised"),
    [
        ("2025-07-14", "hubei-2024", "covered", True),
        ("2025-07-15", "invented-amendment", "undetermined", False),
        ("2025-07-16", "invented-amendment", "undetermined", False),
    ],
)
def test_a_pending_case_stays_under_the_document_of_its_day_and_the_revision_is_told(
    after_revision: TestClient, asked_on: str, document: str, status: str, revised: bool
) -> None:
    id = case(after_revision, person(after_revision), asked_on=asked_on)
    kept_with_it = told(after_revision, WORKER, "GET", f"{PATH}/{id}")["governed"]
    found = assessed(after_revision, id)
    answer = found["answer"]["regions"]["hubei"]
    assert (answer["policy"]["id"], kept_with_it[0]["policy"]) == (document, document)
    assert (found["answer"]["as_of"], answer["eligibility"]["status"]) == (asked_on, status)
    if not revised:
        assert found["revisions"] == []
        return
    (one,) = found["revisions"]
    assert (one["region"], one["then"]["policy"], one["today"]["policy"]) == (
        "hubei",
        "hubei-2024",
        "invented-amendment",
    )
    assert one["then"]["sha256"] == kept_with_it[0]["sha256"] != one["today"]["sha256"]
    assert one["recorded"] is None
    assert one["differs"] == {"eligibility": True, "services": False}


def test_an_explicit_day_overrides_and_is_compared_with_today(after_revision: TestClient) -> None:
    id = case(after_revision, None, asked_on="2025-07-16")
    found = assessed(after_revision, id, as_of="2025-07-14")
    assert found["answer"]["regions"]["hubei"]["policy"]["id"] == "hubei-2024"
    assert [one["region"] for one in found["revisions"]] == ["hubei"]
    assert assessed(after_revision, id, as_of="2025-08-01")["revisions"] == []
    assert assessed(after_revision, id, regions=["tianjin"])["revisions"] == []


def test_a_revision_that_changes_nothing_for_the_case_is_told_as_that(after_revision: TestClient) -> None:
    id = case(after_revision, None, asked_on="2025-07-01", case={"person": {"tekun": True}}, regions=["hubei"])
    (one,) = assessed(after_revision, id)["revisions"]
    assert one["differs"] == {"eligibility": False, "services": False}


def test_where_the_words_were_replaced_since_that_is_told_too(regions: Regions, tmp_path: Path) -> None:
    with offices(tmp_path / "kept", regions) as office:
        replaced(office, regions, tmp_path)


def replaced(office: TestClient, regions: Regions, tmp_path: Path) -> None:
    id = case(office, None, asked_on="2025-07-16", regions=["hubei"])
    service = office.app.state.service  # type: ignore[attr-defined]
    given = revised(regions, tmp_path / "hubei", "2025-07-15")
    service.answering = Answering(Engine(given.load(), given.vocabulary), service.settings, service.keeping.ring)
    (one,) = assessed(office, id)["revisions"]
    assert one["then"] == one["today"]
    assert one["then"]["policy"] == "invented-amendment"
    assert one["recorded"]["policy"] == "hubei-2024"
    assert assessed(office, id, as_of="2025-07-16")["revisions"] == []
    told(
        office,
        WORKER,
        "PUT",
        f"{PATH}/{id}",
        {"division": "880101", "regions": ["hubei"], "case": {}},
        if_match='"1"',
    )
    assert assessed(office, id)["revisions"][0]["recorded"] is not None


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {}, {}),
        ({"referral": {"status": "allowed"}}, {}, {"referral": True}),
        ({"referral": {"status": "allowed"}}, {"referral": {"status": "refused"}}, {"referral": True}),
        ({"referral": {"status": "allowed"}}, {"referral": {"status": "allowed", "clause": "x"}}, {"referral": False}),
        (
            {"incentives": [{"instrument": "a", "status": "x"}, {"instrument": "b", "status": "y"}]},
            {"incentives": [{"instrument": "b", "status": "y"}, {"instrument": "a", "status": "x"}]},
            {"incentives": False},
        ),
        (
            {"duties": [{"kind": "supply", "level": "county", "status": "fresh"}]},
            {"duties": [{"kind": "supply", "level": "city", "status": "fresh"}]},
            {"duties": True},
        ),
        ({"services": [{"service": "a", "status": "x"}]}, {"services": []}, {"services": True}),
    ],
)
def test_dimensions_are_compared_by_their_statuses(
    one: dict[str, Any], other: dict[str, Any], found: dict[str, bool]
) -> None:
    assert differing(one, other) == found


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize(
    ("written", "kept"),
    [("80000.10", 80000.1), ("8e4", 80000), ("572661859114037.25", "572661859114037.25"), ('"80000.10"', "80000.10")],
)
def test_numbers_are_kept_exactly(office: TestClient, sealed: bool, written: str, kept: float | str) -> None:
    whose = f', "person": "{person(office)}"' if sealed else ""
    case = f'{{"household": {{"annual_income": {written}}}}}'
    body = f'{{"division": "880101", "regions": ["jinhua"], "case": {case}{whose}}}'
    answer = office.post(PATH, content=body.encode(), headers={"content-type": "application/json", "x-as": WORKER})
    id = answer.json()["id"]
    assert told(office, WORKER, "GET", f"{PATH}/{id}")["case"] == {"household": {"annual_income": kept}}
    assert assessed(office, id)["answer"]["regions"].keys() == {"jinhua"}


def test_another_division_gets_404_for_every_route_as_if_there_were_none(office: TestClient) -> None:
    id = case(office, person(office))
    body = {"division": "8802", "regions": ["hubei"], "case": {}}
    for who in ("case_worker 8802", "referral_officer 8802"):
        for method, path, sent in (
            ("GET", "", None),
            ("PUT", "", body),
            ("POST", "/closing", {"reason": "other"}),
            ("POST", "/assessments", {}),
        ):
            if who.startswith("referral") and (method, path) in (("PUT", ""), ("POST", "/closing")):
                continue  # not an officer's at all: 403, whatever the division
            answers = [
                ask(office, who, method, f"{PATH}/{one}{path}", sent, if_match='"1"').json() for one in (id, "nothing")
            ]
            there, nowhere = ({name: value for name, value in one.items() if name != "instance"} for one in answers)
            assert there == nowhere
            assert (there["status"], there["code"]) == (404, "record-unknown")
        assert told(office, who, "GET", PATH)["items"] == []


def test_who_may_not_by_role_is_told_so(office: TestClient) -> None:
    id = case(office, None)
    assert ask(office, OFFICER, "POST", f"{PATH}/{id}/closing", {"reason": "other"}).status_code == 403
    for who in (AUDITOR, ADMIN, f"charity_user 8801 {organisation(office)}"):
        for path in (PATH, f"{PATH}/{id}"):
            assert ask(office, who, "GET", path).status_code == 403


def test_a_second_try_of_a_large_case_gets_the_same(office: TestClient) -> None:
    ledgers = [{"kind": "supply", "level": "county", "last_updated": "2025-01-01"}] * 400
    body = {"division": "880101", "regions": ["hubei"], "case": {"ledgers": ledgers}}
    first, again = (ask(office, WORKER, "POST", PATH, body, idempotency_key="k") for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    body["case"] = {"ledgers": ledgers * 3}
    answer = ask(office, WORKER, "POST", PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "facts-too-large")
