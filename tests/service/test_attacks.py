"""What somebody with a key, or after somebody's erasure, tried to get beyond what the table of access gives."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import Message
from tests.service.conftest import Make
from tests.service.let_in import code_of
from tests.service.somebody import (
    ADMIN,
    FACTS,
    OFFICER,
    PERSON,
    WORKER,
    ask,
    case,
    consent,
    offices,
    organisation,
    person,
    told,
)
from tests.service.test_referrals import NEW, opened, step

from xianjie.plugins import Regions
from xianjie.service import taking
from xianjie.service.body import QUICK, checked
from xianjie.service.framing import line_spans
from xianjie.service.running import protocol

REFERRALS = "/v1/referrals"


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an application that the tests of this file share."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def consented(office: TestClient, **more: Any) -> str:
    """Open a referral, and record what comes before and with the consent."""
    rests = more.pop("consent", None)
    id = opened(office, **more)
    assert step(office, id, "informed").status_code == 201
    assert step(office, id, "consented", consent=rests).status_code == 201
    return id


def change(office: TestClient, id: str, **matter: Any) -> Any:
    return ask(office, WORKER, "PUT", f"{REFERRALS}/{id}", {"facts": NEW["facts"], **matter}, if_match='"3"')


# -- consents ----------------------------------------------------------------------------------------------------------


def test_a_consent_is_not_carried_over_to_another_organisation(office: TestClient) -> None:
    who, theirs, other = person(office), organisation(office), organisation(office)
    id = consented(office, person=who, organisation=theirs, consent=consent(office, who, theirs))
    answer = change(office, id, person=who, organisation=other)
    assert (code_of(answer), answer.json()["errors"][0]["pointer"]) == ((409, "referral-consent"), "/organisation")
    assert change(office, id, person=who, organisation=theirs).status_code == 200


def test_an_organisation_that_is_named_later_is_that_of_the_consent(office: TestClient) -> None:
    who, theirs, other = person(office), organisation(office), organisation(office)
    id = consented(office, person=who, consent=consent(office, who, theirs))
    assert code_of(change(office, id, person=who, organisation=other)) == (409, "referral-consent")
    assert change(office, id, person=who, organisation=theirs).status_code == 200


def test_after_a_withdrawal_another_organisation_is_asked_for_anew(office: TestClient) -> None:
    who, theirs, other = person(office), organisation(office), organisation(office)
    given = consent(office, who, theirs)
    id = consented(office, person=who, organisation=theirs, consent=given)
    told(office, OFFICER, "POST", f"/v1/consents/{given}/withdrawal", {"channel": "office"})
    assert change(office, id, person=who, organisation=other).status_code == 200
    assert code_of(step(office, id, "letter_issued")) == (409, "referral-step")


def test_who_consented_without_a_record_is_not_named_afterwards(office: TestClient) -> None:
    id = consented(office)
    answer = change(office, id, person=person(office))
    assert (code_of(answer), answer.json()["errors"][0]["pointer"]) == ((409, "referral-consent"), "/person")
    assert change(office, id).status_code == 200


def test_who_has_moved_away_is_not_disclosed_by_the_office_of_before(office: TestClient) -> None:
    who, recipient = person(office), organisation(office)
    given = consent(office, who, recipient, "identity", "contact")
    moved = {**PERSON, "number": None, "address": "新址", "division": "880201"}
    told(office, "case_worker 88", "PUT", f"/v1/persons/{who}", moved, if_match='"1"')
    assert code_of(ask(office, OFFICER, "GET", f"/v1/persons/{who}")) == (404, "record-unknown")
    body = {"consent": given, "categories": ["contact"]}
    assert code_of(ask(office, OFFICER, "POST", "/v1/disclosures", body)) == (404, "record-unknown")
    assert ask(office, "referral_officer 88", "POST", "/v1/disclosures", body).status_code == 201


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_every_office_has_its_own_decision_on_record_whoever_asked_first(office: TestClient) -> None:
    question = {"case": {"household": {"size": 7}}, "regions": ["hubei"]}
    first, second = (told(office, f"case_worker {at}", "POST", "/v1/assessments", question) for at in ("8801", "8802"))
    assert first == second
    for place in ("8801", "8802"):
        found = told(office, f"auditor {place}", "GET", f"/v1/decisions/{first['decision_id']}")
        assert (found["division"], found["reproduced"], found["answer"]) == (place, "same", first)
        assert first["decision_id"] in decided(office, f"auditor {place}")
    assert first["decision_id"] not in decided(office, "auditor 8803")


def decided(office: TestClient, who: str) -> set[str]:
    return {one["decision_id"] for one in told(office, who, "GET", "/v1/decisions?limit=200")["items"]}


def test_what_an_erased_person_told_is_not_found_by_asking_until_the_ids_are_the_same(office: TestClient) -> None:
    who = person(office)
    answer = told(office, WORKER, "POST", f"/v1/cases/{case(office, who)}/assessments", {})["answer"]
    kept = told(office, WORKER, "GET", f"/v1/decisions/{answer['decision_id']}")
    assert (kept["reproduced"], kept["answer"]) == ("same", answer)
    told(office, ADMIN, "DELETE", f"/v1/persons/{who}")
    guess = {"case": FACTS, "regions": list(answer["regions"]), "as_of": answer["as_of"]}
    asked = told(office, WORKER, "POST", "/v1/assessments", guess)
    assert {**asked, "decision_id": ""} == {**answer, "decision_id": ""}
    assert asked["decision_id"] != answer["decision_id"]
    assert code_of(ask(office, WORKER, "GET", f"/v1/decisions/{answer['decision_id']}")) == (410, "person-erased")


# -- keys --------------------------------------------------------------------------------------------------------------


def test_nobody_issues_a_key_to_themselves_in_capitals(office: TestClient) -> None:
    body = {"label": "x", "holder": "Holder-Administrator", "grants": [{"role": "case_worker", "division": "8801"}]}
    assert code_of(ask(office, ADMIN, "POST", "/v1/api-keys", body)) == (422, "access-own-hand")


# -- what costs others their turn --------------------------------------------------------------------------------------


def test_who_does_not_read_the_answers_of_a_batch_is_broken_off(make: Make) -> None:
    client = make(batches=1, waiting_seconds=5, body_seconds=0.2)
    body = b"\n".join(json.dumps({"case": {}, "regions": ["hubei"]}).encode() for _ in range(3))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/assessments/batch",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/x-ndjson")],
        "asgi": {"spec_version": "2.3"},
    }
    sent: list[Message] = []
    bodies = [body]

    async def stall() -> None:
        async def receive() -> Message:
            if not bodies:
                await anyio.sleep_forever()
            return {"type": "http.request", "body": bodies.pop()}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                await anyio.sleep_forever()

        with anyio.fail_after(10):
            await client.app(scope, receive, send)

    assert client.portal is not None
    client.portal.call(stall)
    assert [one.get("more_body") for one in sent] == [None, True]  # it was not ended as if it were whole
    again = client.post("/v1/assessments/batch", content=body, headers={"content-type": "application/x-ndjson"})
    assert len(again.content.splitlines()) == 3


def test_millions_of_blank_lines_are_passed_over_at_once() -> None:
    began = time.perf_counter()
    assert line_spans(b"\n" * 30_000_000 + b" {}\r\n\n {}", 10) == [(30_000_000, 30_000_004), (30_000_006, 30_000_009)]
    assert time.perf_counter() - began < 2  # line by line it took six seconds


def test_a_large_body_is_read_beside_the_event_loop(office: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    where = []

    def told_where(value: object, shape: Any) -> Any:
        where.append(threading.get_ident())
        return checked(value, shape)

    monkeypatch.setattr(taking, "checked", told_where)
    for size in (10, QUICK):
        body = {"consent": "x" * size, "categories": []}
        assert ask(office, OFFICER, "POST", "/v1/disclosures", body).status_code == 422
    assert len(set(where)) == 2


WHOLE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("sent", [b"", WHOLE[:-5], WHOLE + WHOLE[:-5]])
def test_a_head_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    async def run() -> bytes:
        config = uvicorn.Config(_nothing, http=protocol.BoundedProtocol, lifespan="off", log_config=None)
        config.load()
        state = uvicorn.server.ServerState()
        serving = asyncio.get_running_loop().create_server(
            lambda: protocol.BoundedProtocol(config, state, {}), "127.0.0.1", 0
        )
        async with await serving as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(sent)
            told = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return told

    assert asyncio.run(run()).count(b"HTTP/1.1 204") == sent.count(WHOLE)


async def _nothing(_: Any, __: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_of_two_hosts_none_is_believed(make: Make) -> None:
    headers = [("host", "127.0.0.1"), ("host", "evil.example")]
    assert make().get("/livez", headers=headers).status_code == 421
