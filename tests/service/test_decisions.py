"""Decisions on record: before they are given, once each, read again with the same answer; none without a record."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import OPEN
from tests.service.conftest import AT_HOME, FIVE, RING, TODAY, Make, kept

from xianjie.access import NATIONAL, Grant, Principal, Role, loopback
from xianjie.errors import XianjieError
from xianjie.plugins import Regions
from xianjie.records.decisions import Decision
from xianjie.records.desk import Keeping
from xianjie.service.app import create_app
from xianjie.service.deciding import DecisionLog
from xianjie.service.logs import make_log
from xianjie.service.problems import Refused
from xianjie.service.settings import ServiceSettings
from xianjie.service.state import Service
from xianjie.store import Store
from xianjie.store.refusals import full
from xianjie.vault import Suite, rotated
from xianjie.version import __version__

PATH = "/v1/assessments"
QUESTION = {"case": OPEN, "regions": FIVE, "as_of": "2025-08-01"}


def service(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


def audit(client: TestClient) -> list[dict[str, Any]]:
    with service(client).keeping.store.read() as view:
        return [dict(entry.body) for entry in view.entries("audit", limit=1000)]


def test_a_decision_is_read_again_with_the_same_answer(make: Make) -> None:
    client = make()
    answer = client.post(PATH, json=QUESTION).json()
    found = client.get(f"/v1/decisions/{answer['decision_id']}").json()
    assert (found["reproduced"], found["answer"], found["asked"]) == ("same", answer, QUESTION)
    assert (found["engine"], found["division"], found["by"]) == (__version__, "national", "loopback")
    assert found["policies"] == {name: one["policy"]["sha256"] for name, one in answer["regions"].items()}
    assert [one["event"] for one in audit(client)] == ["decided", "decision_read"]
    assert client.get("/v1/decisions").json()["items"][0]["decision_id"] == answer["decision_id"]


def test_a_decision_is_read_again_after_its_key_was_changed(regions: Regions, tmp_path: Path) -> None:
    with kept(tmp_path / "kept") as before:
        after = replace(before, ring=rotated(RING, Suite.AES, TODAY))
        settings, log = ServiceSettings(today=lambda: TODAY), make_log("error", io.BytesIO())
        clients = [TestClient(create_app(one, settings, regions, log), AT_HOME) for one in (before, after)]
        with clients[0] as first, clients[1] as second:
            answer = first.post(PATH, json=QUESTION).json()
            found = second.get(f"/v1/decisions/{answer['decision_id']}").json()
            assert (found["reproduced"], found["answer"]) == ("same", answer)
            assert second.post(PATH, json=QUESTION).json()["decision_id"] != answer["decision_id"]


def test_the_same_question_is_one_record_and_noted_each_time(make: Make) -> None:
    client = make()
    first, second = (client.post(PATH, json=QUESTION).json() for _ in range(2))
    assert first == second
    assert len(client.get("/v1/decisions").json()["items"]) == 1
    noted = [(one["event"], one["by"], one["id"]) for one in audit(client)]
    assert noted == [("decided", "loopback", first["decision_id"])] * 2


def test_the_date_is_kept_where_none_was_asked(make: Make) -> None:
    client = make()
    answer = client.post(PATH, json={"case": {}, "regions": ["hubei"]}).json()
    found = client.get(f"/v1/decisions/{answer['decision_id']}").json()
    assert (found["as_of"], found["answer"]) == ("2025-08-01", answer)


def test_a_case_that_is_refused_is_no_decision(make: Make) -> None:
    client = make()
    assert client.post(PATH, json={"case": {"person": 1}, "regions": ["hubei"]}).status_code == 422
    assert audit(client) == []


def test_a_batch_is_on_record_case_by_case(make: Make) -> None:
    client = make()
    lines = [{"case": {"household": {"size": size}}, "regions": ["jinhua"]} for size in range(1, 6)]
    answers = client.post(PATH + "/batch", json=[*lines, {"case": 1}, lines[0]]).text.splitlines()
    ids = [json.loads(line).get("decision_id") for line in answers]
    assert ids[5] is None
    assert ids[0] == ids[6]
    (noted,) = audit(client)
    assert noted["ids"] == [id for id in ids if id is not None]
    assert {one["decision_id"] for one in client.get("/v1/decisions").json()["items"]} == {*ids} - {None}
    assert client.get(f"/v1/decisions/{ids[3]}").json()["answer"] == json.loads(answers[3])


def test_under_another_engine_the_answer_is_not_made_again(make: Make) -> None:
    client = make()
    id = client.post(PATH, json=QUESTION).json()["decision_id"]
    service(client).answering.version = "9.9"
    found = client.get(f"/v1/decisions/{id}").json()
    assert (found["reproduced"], found["answer"], found["asked"]) == ("engine_changed", None, QUESTION)


def test_those_about_a_pending_case_are_listed_by_it(make: Make) -> None:
    client = make()
    client.post(PATH, json=QUESTION)
    opened = client.post("/v1/cases", json={"division": "420502", "regions": ["hubei"], "case": {}}).json()["id"]
    answer = client.post(f"/v1/cases/{opened}/assessments", json={}).json()["answer"]
    (item,) = client.get(f"/v1/decisions?case={opened}").json()["items"]
    assert (item["decision_id"], item["case"]) == (answer["decision_id"], opened)
    assert client.get("/v1/decisions?case=nowhere").json()["items"] == []
    assert len(client.get("/v1/decisions").json()["items"]) == 2


def test_an_unknown_decision_is_not_there(client: TestClient) -> None:
    answer = client.get("/v1/decisions/" + "a" * 32)
    assert (answer.status_code, answer.json()["code"]) == (404, "record-unknown")


@pytest.mark.parametrize(("error", "status"), [(full("x"), 507), (OSError("no"), 503)])
@pytest.mark.parametrize("path", [PATH, PATH + "/batch"])
def test_without_a_record_nothing_is_given(
    make: Make, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, path: str
) -> None:
    client = make()

    def fails(_: Store) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(type(service(client).keeping.store), "transaction", fails)
        answer = client.post(path, json=QUESTION if path == PATH else [QUESTION])
    told = answer.json() if path == PATH else json.loads(answer.text.splitlines()[0])
    assert told["status"] == status
    assert "regions" not in told
    assert client.post(PATH, json=QUESTION).status_code == 200


def decision(number: int) -> Decision:
    return Decision(f"d{number}", "{}", "2025-08-01", {}, {}, "1", NATIONAL)


def test_those_of_one_moment_share_a_transaction(tmp_path: Path) -> None:
    worker = Principal("key:w", "office", frozenset({Grant(Role.CASE_WORKER, NATIONAL)}))

    async def run(keeping: Keeping) -> None:
        log = DecisionLog(keeping, make_log("error", io.BytesIO()))
        await asyncio.gather(*(log.record((loopback(), worker)[n % 2], [decision(n)]) for n in range(1, 61)))
        await log.record(worker, [])

    with kept(tmp_path) as keeping:
        asyncio.run(run(keeping))
        with keeping.store.read() as view:
            entries = view.entries("audit")
            assert view.count("decisions") == 60
        named = [id for entry in entries for id in entry.body.get("ids", [entry.body.get("id")])]
        assert sorted(named) == sorted(decision(number).record for number in range(1, 61))
        assert len(entries) <= 4
        assert not keeping.store.verify().problems


def test_who_has_gone_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async def run(keeping: Keeping) -> None:
        log = DecisionLog(keeping, make_log("error", io.BytesIO()))
        gone = asyncio.create_task(log.record(loopback(), [decision(1)]))
        await asyncio.sleep(0)
        gone.cancel()
        await log.record(loopback(), [decision(2)])

    with kept(tmp_path) as keeping:
        asyncio.run(run(keeping))
        with keeping.store.read() as view:
            assert view.get("decisions", decision(2).record) is not None


def test_a_refusal_reaches_everybody_who_waits(tmp_path: Path) -> None:
    def broken() -> dt.datetime:
        raise OSError

    async def run(keeping: Keeping) -> list[Any]:
        log = DecisionLog(Keeping(keeping.store, RING, broken), make_log("error", io.BytesIO()))
        return await asyncio.gather(
            *(log.record(loopback(), [decision(n)]) for n in range(1, 4)), return_exceptions=True
        )

    with kept(tmp_path) as keeping:
        found = asyncio.run(run(keeping))
        assert [type(one) for one in found] == [Refused] * 3
        assert {one.code for one in found[0].problems} == {"decision-unrecorded"}
        assert keeping.store.verify().entries == {"audit": 0}


def test_what_is_wrong_with_one_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    async def run(keeping: Keeping) -> list[Any]:
        log = DecisionLog(keeping, make_log("error", io.BytesIO()))
        of_nobody = replace(decision(2), case="c", person="nobody")
        given = (decision(1), of_nobody, decision(3))
        return await asyncio.gather(*(log.record(loopback(), [one]) for one in given), return_exceptions=True)

    with kept(tmp_path) as keeping:
        found = asyncio.run(run(keeping))
        assert (found[0], found[2]) == (None, None)
        assert isinstance(found[1], XianjieError)
        with keeping.store.read() as view:
            assert view.count("decisions") == 2
            assert len(view.entries("audit")) == 2
