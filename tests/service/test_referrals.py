"""Referrals over HTTP: opened, read, moved step by step, refused with the step that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient
from tests.service.somebody import (
    ADMIN,
    AUDITOR,
    OFFICER,
    WORKER,
    ask,
    consent,
    disclosure,
    offices,
    organisation,
    person,
    told,
)

from xianjie.plugins import Regions
from xianjie.service import shown
from xianjie.service.routes.referrals import ReferralListed, ReferralMoved, ReferralsShown, ReferralWhole

PATH = "/v1/referrals"
FACTS: dict[str, Any] = {
    "aid": {"meets_conditions": False},
    "person": {"in_low_income_database": True},
    "referral": {
        "initiator": "civil_affairs",
        "matches_project_conditions": True,
        "handled_during_acceptance": True,
    },
}
NEW: dict[str, Any] = {"region": "hubei", "direction": "forward", "division": "880101", "facts": FACTS}


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an application that the tests of this file share."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def opened(office: TestClient, **more: Any) -> str:
    return str(told(office, WORKER, "POST", PATH, {**NEW, **more})["id"])


def step(office: TestClient, id: str, event: str, who: str = OFFICER, **more: Any) -> Any:
    headers = more.pop("headers", {})
    return ask(office, who, "POST", f"{PATH}/{id}/events", {"event": event, "on": "2025-08-01", **more}, **headers)


def fits(shape: type[BaseModel], value: Any) -> None:
    shape.model_validate(value, strict=False)


def test_a_referral_is_opened_read_and_listed(office: TestClient) -> None:
    answer = ask(office, WORKER, "POST", PATH, NEW)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    made = answer.json()
    fits(ReferralListed, made)
    assert answer.headers["location"] == f"{PATH}/{made['id']}"
    assert (made["state"], made["policy"]["id"], made["as_of"]) == ("identified", "hubei-2024", "2025-08-01")
    whole = ask(office, AUDITOR, "GET", answer.headers["location"])
    fits(ReferralWhole, whole.json())
    assert whole.headers["etag"] == '"1"'
    assert (whole.json()["facts"], whole.json()["open_events"]) == (FACTS, ["informed"])
    english = told(office, OFFICER, "GET", f"{PATH}/{made['id']}?lang=en")
    assert english["answer"]["why"]["text"].isascii()
    page = told(office, OFFICER, "GET", f"{PATH}?region=hubei&state=identified&division=8801")
    fits(ReferralsShown, page)
    assert made["id"] in [one["id"] for one in page["items"]]
    assert told(office, OFFICER, "GET", f"{PATH}?region=tianjin&state=nowhere") == {"items": [], "next": None}


def test_steps_move_it_on_and_one_out_of_turn_tells_what_is_missing(office: TestClient) -> None:
    id = opened(office)
    answer = step(office, id, "informed", by="街道经办人")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    moved = answer.json()
    fits(ReferralMoved, moved)
    assert (moved["state"], moved["name"], moved["event"]["by"]) == ("informed", "已充分告知", "街道经办人")
    refused = step(office, id, "letter_issued")
    problem = refused.json()
    fits(shown.Problem, problem)
    assert (refused.status_code, problem["type"]) == (409, "urn:xianjie:problem:referral-step")
    assert problem["missing_step"] == {"id": "consent", "zh": "征得同意", "en": "obtain consent"}
    assert (problem["state"], problem["open_events"]) == ("informed", ["informed", "consented", "withdrawn"])
    assert problem["detail"] == (
        "转介现在是“已充分告知”，从这里不能记“已出具转介函”；缺少“征得同意”；现在可以记：已告知、已同意、已撤回"
    )
    english = step(office, id, "letter_issued", headers={"accept_language": "en"}).json()
    assert english["detail"] == (
        "the referral stands at informed, from where letter issued does not follow; missing: obtain consent; "
        "open now: informed, consented, withdrawn"
    )
    assert told(office, OFFICER, "GET", f"{PATH}/{id}")["steps"] == 1
    for event in ("consented", "letter_issued", "referred", "delivered"):
        assert step(office, id, event).status_code == 201
    assert told(office, OFFICER, "GET", f"{PATH}/{id}")["state"] == "delivered"


def test_a_step_that_is_past_is_told_as_such(office: TestClient) -> None:
    id = opened(office)
    for event in ("informed", "consented"):
        assert step(office, id, event).status_code == 201
    problem = step(office, id, "informed").json()
    assert problem["missing_step"] is None
    assert "缺少" not in problem["detail"]
    assert "转介现在是“已同意”" in problem["detail"]
    for event in ("letter_issued", "delivered"):
        assert step(office, id, event).status_code == 201
    assert "文件没有写以后的步骤" in step(office, id, "letter_issued").json()["detail"]


@pytest.mark.parametrize("who", [WORKER, OFFICER])
def test_a_withdrawal_is_recorded_by_whichever_office_is_told(office: TestClient, who: str) -> None:
    id = opened(office)
    assert step(office, id, "informed").status_code == 201
    assert step(office, id, "consented", WORKER).status_code == 403
    assert step(office, id, "withdrawn", "case_worker 8802").status_code == 404
    assert step(office, id, "withdrawn", "reader 8801").status_code == 403
    assert step(office, id, "withdrawn", AUDITOR).status_code == 403
    assert step(office, id, "withdrawn", who).json()["state"] == "withdrawn"


def test_the_answer_is_that_of_an_assessment_of_the_same_case(office: TestClient) -> None:
    id = opened(office)
    for event in ("informed", "consented"):
        step(office, id, event)
    events = [{"event": event, "on": "2025-08-01"} for event in ("informed", "consented")]
    case = {**FACTS, "referral": {**FACTS["referral"], "direction": "forward", "events": events}}
    asked = {"case": case, "regions": ["hubei"], "as_of": "2025-08-01"}
    answer = told(office, WORKER, "POST", "/v1/assessments", asked)
    assert told(office, WORKER, "GET", f"{PATH}/{id}")["answer"] == answer["regions"]["hubei"]["referral"]


def test_facts_are_changed_under_a_version(office: TestClient) -> None:
    id = opened(office)
    changed = {"facts": {**FACTS, "referral": {"informed": True}}}
    assert ask(office, WORKER, "PUT", f"{PATH}/{id}", changed).status_code == 428
    answer = ask(office, WORKER, "PUT", f"{PATH}/{id}", changed, if_match='"1"')
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"2"', 2)
    assert ask(office, WORKER, "PUT", f"{PATH}/{id}", changed, if_match='"1"').status_code == 412
    assert step(office, id, "consented", headers={"if_match": '"1"'}).status_code == 412
    assert step(office, id, "consented", headers={"if_match": '"2"'}).status_code == 201
    assert step(office, id, "referred", headers={"if_match": "3"}).json()["code"] == "version-form"
    gone = ask(office, WORKER, "PUT", f"{PATH}/{id}", {"facts": FACTS}, if_match='"3"')
    assert (gone.status_code, gone.json()["code"]) == (409, "referral-facts")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"region": "hubie"}, "region-unknown", "/region"),
        ({"direction": "back"}, "word-unknown", "/direction"),
        ({"as_of": "2025-08-02"}, "day-future", "/as_of"),
        ({"facts": {"aid": {"recieved": True}}}, "fact-unknown", "/facts/aid/recieved"),
        ({"facts": {"ledgers": []}}, "field-unknown", "/facts/ledgers"),
        ({"facts": {"referral": {"events": []}}}, "facts-apart", "/facts/referral/events"),
        ({"facts": {"referral": {"informed": 1}}}, "type-bool", "/facts/referral/informed"),
        ({"division": "99"}, "division-form", "/division"),
    ],
)
def test_what_is_wrong_has_a_pointer(office: TestClient, body: dict[str, Any], code: str, pointer: str) -> None:
    answer = ask(office, WORKER, "POST", PATH, {**NEW, **body})
    assert answer.status_code == 422
    faults = {(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]}
    if code in ("word-unknown", "field-unknown"):
        assert {at for _, at in faults} == {pointer}
    else:
        assert faults == {(code, pointer)}


@pytest.mark.parametrize("on", ["2025-08-02", "2025-13-01", 20250801, None])
def test_a_day_that_is_none_is_refused(office: TestClient, on: Any) -> None:
    answer = step(office, opened(office), "informed", on=on)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/on")


def test_an_event_that_there_is_not_is_refused_without_being_repeated(office: TestClient) -> None:
    answer = step(office, opened(office), "teleported")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/event")
    assert "teleported" not in answer.text


def test_the_same_key_takes_a_step_once(office: TestClient) -> None:
    id = opened(office)
    headers = {"idempotency_key": "once-and-for-all"}
    first, again = (step(office, id, "informed", headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = step(office, id, "consented", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-other")
    assert told(office, OFFICER, "GET", f"{PATH}/{id}")["steps"] == 1


def test_of_eight_at_once_one_wins(office: TestClient) -> None:
    id = opened(office, region="tianjin")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: step(office, id, "consented").status_code, range(8)))
    assert sorted(answers) == [201] + [409] * 7
    with ThreadPoolExecutor(8) as pool:
        headers = {"if_match": '"2"'}
        answers = list(pool.map(lambda _: step(office, id, "accepted", headers=headers).status_code, range(8)))
    assert sorted(answers) == [201] + [412] * 7


def test_a_charity_is_shown_what_was_disclosed_and_no_facts(office: TestClient) -> None:
    whom, to = person(office), organisation(office)
    id = opened(office, region="tianjin", person=whom, organisation=to)
    mine = f"charity_user 8801 {to}"
    theirs = f"charity_user 8801 {organisation(office)}"
    needed = step(office, id, "consented")
    assert (needed.status_code, needed.json()["code"]) == (409, "referral-consent")
    assert needed.json()["missing_step"]["id"] == "consent"
    given = consent(office, whom, to, referral=id)
    assert step(office, id, "consented", consent=given).status_code == 201
    assert step(office, id, "referred").status_code == 201
    for who in (mine, theirs):
        assert ask(office, who, "GET", f"{PATH}/{id}").status_code == 404
    disclosure(office, given, referral=id)
    whole = told(office, mine, "GET", f"{PATH}/{id}")
    assert (whole["facts"], whole["answer"], whole["person"], whole["state"]) == (None, None, None, "referred")
    assert [one["id"] for one in told(office, mine, "GET", PATH)["items"]] == [id]
    assert told(office, theirs, "GET", PATH)["items"] == []
    assert step(office, id, "delivered", who=mine).status_code == 201
    assert step(office, id, "closed", who=mine).status_code == 403
    assert step(office, id, "fed_back", who=theirs).status_code == 404
    told(office, OFFICER, "POST", f"/v1/consents/{given}/withdrawal", {"channel": "office"})
    assert step(office, id, "fed_back", who=mine).status_code == 404
    assert told(office, mine, "GET", PATH)["items"] == []


def test_a_withdrawn_consent_stops_what_needs_it(office: TestClient) -> None:
    whom, to = person(office), organisation(office)
    id = opened(office, region="tianjin", person=whom, organisation=to)
    given = consent(office, whom, to)
    assert step(office, id, "consented", consent=given).status_code == 201
    told(office, OFFICER, "POST", f"/v1/consents/{given}/withdrawal", {"channel": "office"})
    refused = step(office, id, "referred")
    assert (refused.status_code, refused.json()["missing_step"]["id"]) == (409, "consent")
    assert refused.json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("reader 8801", "GET", "", 403),
        ("policy_editor 8801", "POST", "", 403),
        (ADMIN, "GET", "/{id}", 403),
        (AUDITOR, "GET", "/{id}", 200),
        (AUDITOR, "PUT", "/{id}", 403),
        (WORKER, "POST", "/{id}/events", 403),
        ("case_worker 8802", "GET", "/{id}", 404),
        ("referral_officer 8802", "POST", "/{id}/events", 404),
        ("referral_officer 8802", "PUT", "/{id}", 404),
        ("case_worker 8802", "POST", "", 403),
    ],
)
def test_who_may_what(office: TestClient, who: str, method: str, path: str, status: int) -> None:
    id = opened(office)
    bodies = {"": NEW, "/{id}": {"facts": FACTS}, "/{id}/events": {"event": "informed", "on": "2025-08-01"}}
    body = None if method == "GET" else bodies[path]
    headers = {"if_match": '"1"'} if method == "PUT" else {}
    answer = ask(office, who, method, PATH + path.format(id=id), body, **headers)
    assert answer.status_code == status, answer.text
