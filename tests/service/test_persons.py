"""People over HTTP: recorded and found without a trace of who they are, opened on record, erased for good."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.records.people.invented import everything
from tests.service.somebody import (
    ADMIN,
    AUDITOR,
    NAME,
    NUMBER,
    OFFICER,
    PERSON,
    WORKER,
    ask,
    case,
    consent,
    disclosure,
    offices,
    organisation,
    person,
    told,
)

from xianjie.plugins import Regions
from xianjie.records.desk import Keeping
from xianjie.service.routes.persons import PersonFrame, PersonsFound, PersonShown

PATH = "/v1/persons"


@pytest.fixture
def log() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def office(regions: Regions, tmp_path: Path, log: io.BytesIO) -> Iterator[TestClient]:
    """Give a client of an application whose store is empty."""
    with offices(tmp_path, regions, log) as client:
        yield client


@pytest.fixture(scope="module")
def shared(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client for tests that record nobody."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def keeping(client: TestClient) -> Keeping:
    found: Keeping = client.app.state.service.keeping  # type: ignore[attr-defined]
    return found


def chain(client: TestClient) -> list[dict[str, Any]]:
    with keeping(client).store.read() as view:
        return [dict(entry.body) for entry in view.entries("audit", limit=1000)]


def test_recording_repeats_nothing_and_opening_gives_it_back(office: TestClient) -> None:
    answer = ask(office, WORKER, "POST", PATH, PERSON)
    frame = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{PATH}/{frame['id']}")
    assert PersonFrame.model_validate(frame).division == "880101"
    opened = ask(office, OFFICER, "GET", f"{PATH}/{frame['id']}")
    assert (opened.headers["etag"], opened.headers["cache-control"]) == ('"1"', "no-store")
    PersonShown.model_validate(opened.json())
    assert opened.json() == {**frame, **PERSON}
    assert chain(office)[-1]["event"] == "person_opened"


def test_somebody_is_found_by_number_or_name_and_only_counted(office: TestClient) -> None:
    id = person(office, number=NUMBER)
    for body in ({"number": NUMBER.lower()}, {"name": "东方 无名"}):
        found = told(office, WORKER, "POST", f"{PATH}/search", body)
        PersonsFound.model_validate(found)
        assert found == {"items": [{"id": id, "version": 1, "division": "880101"}], "more": False}
        assert told(office, "case_worker 8802", "POST", f"{PATH}/search", body)["items"] == []
    looked = [entry for entry in chain(office) if entry["event"] == "person_looked_up"]
    assert [(one["by"], one["count"]) for one in looked] == [
        ("key-case_worker-8801", 1),
        ("key-case_worker-8802", 0),
    ] * 2


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": NAME, "number": NUMBER}])
def test_one_thing_is_searched_by(shared: TestClient, body: dict[str, Any]) -> None:
    answer = ask(shared, WORKER, "POST", f"{PATH}/search", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "search-one")


@pytest.mark.parametrize(
    ("more", "where", "code"),
    [
        ({"name": ""}, "/name", "text-empty"),
        ({"name": "  "}, "/name", "text-empty"),
        ({"name": NUMBER}, "/name", "citizen-number"),
        ({"number": " - "}, "/number", "text-empty"),
        ({"number": 880101199001010010}, "/number", "type-text"),
        ({"phone": "x" * 101}, "/phone", "text-too-long"),
        ({"address": ""}, "/address", "text-empty"),
        ({"division": ""}, "/division", "division-form"),
        ({"surname": "x"}, "/surname", "field-unknown"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(shared: TestClient, more: dict[str, Any], where: str, code: str) -> None:
    answer = ask(shared, WORKER, "POST", PATH, {**PERSON, **more})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"]) == (422, where)
    assert fault["code"] == code
    assert NUMBER[:-1] not in answer.text


def test_a_number_is_taken_once_without_telling_whose_it_is(office: TestClient) -> None:
    id = person(office, division="8802", number=NUMBER)
    other = person(office, name="另一个")
    for method, path in (("POST", PATH), ("PUT", f"{PATH}/{other}")):
        answer = ask(office, WORKER, method, path, PERSON, if_match='"1"')
        assert (answer.status_code, answer.json()["code"]) == (409, "person-known")
        assert id not in answer.text
        assert chain(office)[-1] == {
            "event": "person_number_taken",
            "by": "key-case_worker-8801",
            "holder": "holder-case_worker",
            "collection": "persons",
        }


def test_a_change_needs_the_version_and_replaces_all(office: TestClient) -> None:
    path = f"{PATH}/{person(office)}"
    new = {"name": "东方改名", "division": "880102"}
    assert ask(office, WORKER, "PUT", path, new).status_code == 428
    assert told(office, WORKER, "PUT", path, new, if_match='"1"')["version"] == 2
    assert ask(office, WORKER, "PUT", path, new, if_match='"1"').status_code == 412
    opened = told(office, WORKER, "GET", path)
    assert {name: opened[name] for name in PERSON} == {**dict.fromkeys(PERSON), **new}


def test_a_second_try_records_nobody_twice_and_keeps_no_bare_hash_of_them(office: TestClient, tmp_path: Path) -> None:
    first = ask(office, WORKER, "POST", PATH, PERSON, idempotency_key="once")
    again = ask(office, WORKER, "POST", PATH, PERSON, idempotency_key="once")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = ask(office, WORKER, "POST", PATH, {**PERSON, "name": "另一个"}, idempotency_key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-other")
    body = first.request.content
    bare = hashlib.sha256(f"POST {PATH}? \n".encode() + body).hexdigest()
    assert bare not in everything(tmp_path)


def test_erasing_is_the_administrator_s_and_leaves_nothing_to_open(office: TestClient) -> None:
    id, to = person(office, number=NUMBER), organisation(office)
    entered = case(office, id)
    agreed = consent(office, id, to, "identity", "aid", note="由本人说明")
    made = disclosure(office, agreed, "identity", "aid", case=entered)
    decision = told(office, WORKER, "POST", f"/v1/cases/{entered}/assessments", {})["answer"]["decision_id"]
    path = f"{PATH}/{id}"
    for who in (WORKER, OFFICER, AUDITOR):
        assert ask(office, who, "DELETE", path).status_code == 403
    answer = ask(office, ADMIN, "DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    gone = [
        (WORKER, "GET", path, None),
        (ADMIN, "DELETE", path, None),
        (OFFICER, "GET", f"/v1/cases/{entered}", None),
        (WORKER, "POST", f"/v1/cases/{entered}/assessments", {}),
        (OFFICER, "GET", f"/v1/disclosures/{made}/content", None),
        (OFFICER, "POST", "/v1/disclosures", {"consent": agreed, "categories": ["identity"]}),
        (WORKER, "GET", f"/v1/decisions/{decision}", None),
    ]
    for who, method, where, body in gone:
        answer = ask(office, who, method, where, body)
        assert (answer.status_code, answer.json()["code"]) == (410, "person-erased"), where
    assert ask(office, WORKER, "PUT", path, PERSON, if_match='"2"').status_code == 410
    shown = told(office, OFFICER, "GET", f"/v1/consents/{agreed}")
    assert (shown["standing"], shown["ended"], shown["note"]) == (False, "erased", None)
    assert told(office, WORKER, "POST", f"{PATH}/search", {"number": NUMBER})["items"] == []
    found = keeping(office).store.verify()
    assert (found.problems, found.remarks) == ((), ())
    assert found.entries["audit"] == len(chain(office))


def test_who_somebody_is_stands_in_no_log_no_chain_no_file_and_no_refusal(
    office: TestClient, log: io.BytesIO, tmp_path: Path
) -> None:
    id, to = person(office, number=NUMBER), organisation(office)
    entered = case(office, id)
    agreed = consent(office, id, to, "identity", "contact", "case", note="由本人说明")
    made = disclosure(office, agreed, "identity", "contact", "case", case=entered)
    refused = [
        ask(office, WORKER, "POST", PATH, PERSON),
        ask(office, WORKER, "POST", PATH, {**PERSON, NAME: NUMBER, "division": NUMBER}),
        ask(office, WORKER, "POST", f"{PATH}/search", {"name": NAME, "number": NUMBER}),
        ask(office, WORKER, "POST", "/v1/cases", {"division": "8801", "regions": [NAME], "case": {NAME: NUMBER}}),
        ask(office, OFFICER, "POST", "/v1/consents", {"note": NUMBER, "purpose": NAME}),
        ask(office, OFFICER, "POST", "/v1/disclosures", {"consent": NUMBER, "categories": [NAME]}),
        ask(office, "case_worker 8802", "GET", f"{PATH}/{id}"),
    ]
    assert {answer.status_code for answer in refused} == {404, 409, 422}
    opened = [
        ask(office, WORKER, "GET", f"{PATH}/{id}"),
        ask(office, f"charity_user 8801 {to}", "GET", f"/v1/disclosures/{made}/content"),
    ]
    assert all(NAME in answer.text and NUMBER in answer.text for answer in opened)
    told(office, WORKER, "POST", f"{PATH}/search", {"name": NAME})
    told(office, WORKER, "POST", f"/v1/cases/{entered}/assessments", {})
    told(office, OFFICER, "POST", f"/v1/consents/{agreed}/withdrawal", {"channel": "office"})
    told(office, ADMIN, "DELETE", f"{PATH}/{id}")
    written = {
        "log": log.getvalue().decode(),
        "chain": str(chain(office)),
        "files": everything(tmp_path),
        "metrics": office.get("/metrics").text,
        **{f"refusal {number}": answer.text + str(answer.headers) for number, answer in enumerate(refused)},
    }
    assert id in written["chain"]
    assert id in written["files"]
    for where, text in written.items():
        for secret in (NAME, NUMBER, NUMBER[:17], "电话一二三", "无名路一号", "由本人说明"):
            assert secret not in text, where
            assert secret.encode().hex() not in text, where
            assert secret.encode("unicode-escape").decode() not in text, where


def test_another_division_gets_404_for_every_route_as_if_there_were_nobody(office: TestClient) -> None:
    id = person(office)
    for who, method, path, body in (
        ("case_worker 8802", "GET", "", None),
        ("referral_officer 8802", "GET", "", None),
        ("case_worker 8802", "PUT", "", PERSON),
        ("administrator 8802", "DELETE", "", None),
    ):
        answers = [
            ask(office, who, method, f"{PATH}/{one}{path}", body, if_match='"1"').json() for one in (id, "nobody")
        ]
        there, nowhere = ({name: value for name, value in one.items() if name != "instance"} for one in answers)
        assert there == nowhere
        assert (there["status"], there["code"]) == (404, "record-unknown")
