"""What can be read: regions, documents with their tags, the vocabulary, comparisons, differences."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import OPEN
from tests.service.conftest import Make, Server
from typer.testing import CliRunner

from xianjie.cli import create_app
from xianjie.plugins import Regions
from xianjie.service import shown
from xianjie.service.working import busy
from xianjie.vocabulary.topics import TOPICS

JSON = {"content-type": "application/json"}


def of_the_command_line(*command: str, status: int = 0) -> Any:
    done = CliRunner().invoke(create_app(), [*command, "--json"])
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_the_regions_are_those_of_the_command_line(client: TestClient) -> None:
    today = of_the_command_line("regions")
    answer = client.get("/v1/regions", params={"as_of": "2026-11-21"})
    assert [one["id"] for one in answer.json()] == [one["id"] for one in today]
    assert [set(one) for one in answer.json()] == [set(one) for one in today]
    shown.Regions.model_validate(answer.json())


def test_a_region_is_described_as_of_the_day(client: TestClient) -> None:
    def validity(day: str) -> str:
        answer = client.get("/v1/regions", params={"as_of": day})
        return next(str(one["validity"]) for one in answer.json() if one["id"] == "hubei")

    assert validity("2024-09-02") == "not_in_force"
    assert validity("2024-09-03") == "in_force"


def test_a_document_s_tag_is_the_hash_that_anybody_can_compute(client: TestClient, regions: Regions) -> None:
    listed = client.get("/v1/policies").json()
    shown.Documents.model_validate(listed)
    assert {one["policy"] for one in listed} == {policy.id for policy in regions.load()}
    for one in listed:
        answer = client.get(f"/v1/policies/{one['policy']}")
        written = answer.json()
        shown.WrittenPolicy.model_validate(written)
        canonical = json.dumps(written["policy"], ensure_ascii=False, sort_keys=True)
        sha256 = hashlib.sha256(canonical.encode()).hexdigest()
        assert answer.headers["etag"] == f'"{sha256}"'
        assert written["sha256"] == one["sha256"] == sha256
        assert client.get(one["href"]).content == answer.content


def test_a_hash_is_kept_for_ever_and_a_name_asked_for_again(client: TestClient) -> None:
    version = client.get("/v1/policies/hubei-2024").json()["version"]
    sha256 = client.get("/v1/policies/hubei-2024").json()["sha256"]
    for path, keep in (
        ("/v1/policies/hubei-2024", "no-cache"),
        (f"/v1/policies/hubei-2024/versions/{version}", "no-cache"),
        (f"/v1/policies/hubei-2024/versions/{sha256}", "max-age=31536000, immutable"),
    ):
        assert client.get(path).headers["cache-control"] == keep
    missing = client.get("/v1/policies/hubei-2024/versions/0.0")
    assert (missing.status_code, missing.json()["code"]) == (404, "version-unknown")
    missing = client.get("/v1/policies/hubei-1999")
    assert (missing.status_code, missing.json()["code"]) == (404, "policy-unknown")


@pytest.mark.parametrize(
    "path", ["/v1/regions", "/v1/policies", "/v1/policies/hubei-2024", "/v1/vocabulary", "/openapi.json", "/docs"]
)
def test_what_the_client_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]
    for has in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, headers={"if-none-match": has})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    for has in ('"other"', etag.strip('"'), ""):
        assert client.get(path, headers={"if-none-match": has}).content == first.content


def test_the_vocabulary_has_every_fact_and_every_term(client: TestClient, regions: Regions) -> None:
    found = client.get("/v1/vocabulary").json()
    shown.Vocabulary.model_validate(found)
    assert [one["name"] for one in found["facts"]] == list(regions.vocabulary.names)
    bounds = {one["name"]: (one["least"], one["most"]) for one in found["facts"]}
    assert bounds == {one.name: (one.least, one.most) for one in regions.vocabulary.facts}
    assert bounds["household.size"] == (1, 99)
    assert [one["id"] for one in found["topics"]] == [topic.id for topic in TOPICS]
    direction = next(one for one in found["facts"] if one["name"] == "referral.direction")
    assert [word["id"] for word in direction["words"]] == ["forward", "reverse", "community_report"]
    assert {"id": "not_stipulated", "zh": "未规定", "en": "not stipulated"} in found["terms"]["statuses"]


def test_a_comparison_is_that_of_the_command_line(client: TestClient, tmp_path: Path) -> None:
    asked = {"regions": ["hubei", "tianjin"], "topics": ["转介", "coverage"], "as_of": "2025-08-01"}
    options = ["--regions", "hubei,tianjin", "--topics", "转介,coverage", "--as-of", "2025-08-01"]
    found = client.post("/v1/comparisons", json=asked).json()
    shown.Comparison.model_validate(found)
    assert found == of_the_command_line("compare", *options)
    only = {**asked, "only_differences": True, "lang": "en"}
    assert client.post("/v1/comparisons", json=only).json() == of_the_command_line(
        "compare", *options, "--only-differences", "--lang", "en"
    )
    path = tmp_path / "case.json"
    path.write_text(json.dumps(OPEN), "utf-8")
    found = client.post("/v1/comparisons", json={**asked, "case": OPEN}).json()
    assert found == of_the_command_line("compare", *options, "--case", str(path))
    assert found["case"]


def test_without_regions_every_region_is_compared_today(client: TestClient) -> None:
    found = client.post("/v1/comparisons", json={}).json()
    assert [column["region"] for column in found["columns"]] == ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]
    assert found["as_of"] == "2025-08-01"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({"regions": ["hubie"]}, "region-unknown", "/regions/0"),
        ({"topics": ["referal"]}, "topic-unknown", "/topics/0"),
        ({"case": {"person": 1}}, "type-mapping", "/case/person"),
        ({"when": 1}, "field-unknown", "/when"),
    ],
)
def test_a_bad_comparison_is_refused_at_its_place(
    client: TestClient, body: dict[str, Any], code: str, where: str
) -> None:
    answer = client.post("/v1/comparisons", json=body)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == (code, where)


def test_a_difference_is_that_of_the_command_line(client: TestClient) -> None:
    asked = {"left": "hubei", "right": "tianjin", "dimensions": ["对象"], "as_of": "2025-08-01"}
    answer = client.post("/v1/differences", json=asked)
    assert answer.status_code == 200, answer.text
    options = ["hubei", "tianjin", "--dimension", "eligibility", "--as-of", "2025-08-01"]
    assert answer.json() == of_the_command_line("prove", *options, status=1)
    shown.DifferenceReport.model_validate(answer.json())


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({"right": "hubei"}, "field-missing", "/left"),
        ({"left": "hubei", "right": "tianjn"}, "region-unknown", "/right"),
        ({"left": "./x.yaml", "right": "hubei"}, "region-unknown", "/left"),
        ({"left": "hubei", "right": "tianjin", "dimensions": ["duty"]}, "dimension-unknown", "/dimensions/0"),
        ({"left": "hubei", "right": "tianjin", "seconds": 31}, "number-too-large", "/seconds"),
        ({"left": "hubei", "right": "tianjin", "as_of": "1948-12-31"}, "as-of-early", "/as_of"),
    ],
)
def test_a_bad_difference_is_refused_at_its_place(
    client: TestClient, body: dict[str, Any], code: str, where: str
) -> None:
    answer = client.post("/v1/differences", json=body)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == (code, where)


def test_questions_are_those_of_the_command_line(client: TestClient, tmp_path: Path) -> None:
    case = {"case": "E-1", "person": {"dibao_recipient": True}, "aid": {"received": True}}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    asked = {"case": case, "regions": ["hubei", "tianjin"], "dimensions": ["all"], "as_of": "2025-08-01"}
    answer = client.post("/v1/questions", json=asked)
    assert answer.status_code == 200, answer.text
    shown.QuestionsReport.model_validate(answer.json())
    options = [str(path), "-r", "hubei", "-r", "tianjin", "--dimension", "all", "--as-of", "2025-08-01"]
    status = 0 if answer.json()["state"] in ("decided", "found") else 4
    assert answer.json() == of_the_command_line("ask", *options, status=status)
    assert answer.json()["passed_over"] == ["referral"]


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({}, "field-missing", "/case"),
        ({"case": {}}, "region-missing", "/regions"),
        ({"case": {"person": 1}, "regions": ["hubei"]}, "type-mapping", "/case/person"),
        ({"case": {}, "regions": ["hubei"], "dimensions": ["duties"]}, "dimension-unknown", "/dimensions/0"),
        (
            {"case": {}, "regions": ["hubei"], "dimensions": ["referral"]},
            "direction-missing",
            "/case/referral/direction",
        ),
        ({"case": {}, "regions": ["hubei"], "readings": {"tianjin:x": "y"}}, "reading-unknown", "/readings"),
    ],
)
def test_a_bad_question_is_refused_at_its_place(
    client: TestClient, body: dict[str, Any], code: str, where: str
) -> None:
    answer = client.post("/v1/questions", json=body)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == (code, where)


def test_the_solver_s_work_has_a_bound_and_its_process_is_ended(make: Make) -> None:
    client = make(proving_seconds=0.3)
    answer = client.post("/v1/differences", json={"left": "hubei", "right": "jinhua"})
    assert (answer.status_code, answer.json()["code"]) == (504, "work-too-long")
    service = client.app.state.service  # type: ignore[attr-defined]
    assert client.portal is not None
    assert client.portal.call(lambda: service.proving.free.borrowed_tokens) == 0


def test_where_there_is_no_place_the_client_is_told_to_come_back(make: Make) -> None:
    client = make(waiting_seconds=0.05)
    service = client.app.state.service  # type: ignore[attr-defined]
    assert client.portal is not None
    client.portal.call(service.proving.free.acquire_on_behalf_of_nowait, self := object())
    answer = client.post("/v1/differences", json={"left": "hubei", "right": "jinhua"})
    assert (answer.status_code, answer.json()["code"]) == (503, busy().problems[0].code)
    client.portal.call(service.proving.free.release_on_behalf_of, self)


def test_a_real_server_proves_beside_answering(server: Server) -> None:
    with server.client() as client:
        asked = {"left": "hubei", "right": "shanghai", "dimensions": ["eligibility"]}
        answer = client.post("/v1/differences", json=asked)
        assert answer.status_code == 200
        assert answer.json()["equality"]["with_unknown"] == "some"


def test_the_solver_s_process_ends_when_the_client_goes(server: Server) -> None:
    process = psutil.Process(server.process.pid)
    body = json.dumps({"left": "hubei", "right": "jinhua", "by_rule": True}).encode()
    head = "POST /v1/differences HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        spent = {child.pid: child.cpu_times().user for child in process.children()}  # one stands by
        working: set[int] = set()
        while not working:
            found = process.children()
            working = {child.pid for child in found if child.cpu_times().user > spent.get(child.pid, 0.0) + 2.0}
    for _ in range(100):
        if not working & {child.pid for child in process.children()}:
            break
        time.sleep(0.05)
    assert not working & {child.pid for child in process.children()}
    with server.client() as client:
        asked = {"left": "hubei", "right": "shanghai", "dimensions": ["eligibility"]}
        assert client.post("/v1/differences", json=asked).status_code == 200


def test_alive_and_ready(make: Make) -> None:
    client = make()
    assert client.get("/livez").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert len(ready.json()["regions"]) == 5
    client.app.state.service.ready = False  # type: ignore[attr-defined]
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")


def test_the_counts_know_routes_and_no_more(client: TestClient) -> None:
    client.get("/v1/policies/zhangsan-110101199003071234")
    client.get("/110101199003071234")
    client.request("BREW110101199003071234", "/livez")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    assert 'route="/v1/policies/{policy_id}",status="404"' in text
    assert 'method="other",route="/livez",status="405"' in text
    assert 'route="unmatched",status="404"' in text
    assert "xianjie_http_request_seconds_bucket" in text
    assert "110101" not in text
    assert "zhangsan" not in text
