"""What is refused: the status, the stable type, the pointer, both languages, and never a submitted value."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from tests.service.conftest import Make, Server

from xianjie.errors import Place, Problem
from xianjie.service.language import accepted
from xianjie.service.problems import pointer, scrubbed, told
from xianjie.store import StoreError
from xianjie.store.refusals import busy, full, unavailable

PATH = "/v1/assessments"
JSON = {"content-type": "application/json"}
SECRET = "张三丰110101199003071234"


def fault(answer: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a problem in good form, and give its one fault."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:xianjie:problem:{problem['code']}"
    assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert problem["title"]
    assert SECRET not in answer.text
    assert not re.search(r"\d{11,}", re.sub(r'"instance":"[^"]*"', "", answer.text))
    (found,) = problem["errors"]
    assert found["detail"] == problem["detail"]
    return dict(found)


@pytest.mark.parametrize(
    ("body", "status", "code", "where"),
    [
        (b"", 400, "body-empty", None),
        (b"  \n", 400, "body-empty", None),
        (b"\xff\xfe", 400, "body-encoding", None),
        (b"{", 400, "json-syntax", None),
        (b'{"case": {}} {}', 400, "json-syntax", None),
        (b"{'case': {}}", 400, "json-syntax", None),
        (b'{"case": {"household": {"annual_income": NaN}}}', 400, "json-constant", "/case/household/annual_income"),
        (b'{"case": {"household": {"annual_income": -Infinity}}}', 400, "json-constant", None),
        (b'{"case": {"case": "a", "case": "b"}}', 400, "json-doubled-key", "/case/case"),
        (b'{"case": {"person": {"x": {}, "x": 1}}}', 400, "json-doubled-key", "/case/person/x"),
        (b"[" * 100_000, 400, "json-too-deep", None),
        (b'{"case": ' + b'{"a": ' * 80 + b"1" + b"}" * 81, 400, "json-too-deep", None),
        (b'{"case": {"household": {"size": ' + b"9" * 500_000 + b"}}}", 400, "number-too-large", None),
        (b'{"case": {"household": {"annual_income": 1e999}}, "regions": ["hubei"]}', 422, "number-too-large", None),
        (b'{"case": {"case": "\\ud800"}, "regions": ["hubei"]}', 422, "text-invalid", "/case/case"),
        (b'{"case": {"case": "a\\u0000b"}, "regions": ["hubei"]}', 422, "text-invalid", "/case/case"),
        (b'{"case": {"$s": 1}, "regions": ["hubei"]}', 422, "fact-unknown", "/case"),
        (b'{"case": {"label": "x"}, "regions": ["hubei"]}', 422, "fact-unknown", "/case/label"),
        (b'{"case": {"referral": {"chart": {}}}, "regions": ["hubei"]}', 422, "fact-unknown", "/case/referral/chart"),
        (b"3", 422, "type-mapping", ""),
        (b"[]", 422, "type-mapping", ""),
        (b"null", 422, "type-mapping", ""),
        (b'{"regions": ["hubei"]}', 422, "field-missing", "/case"),
        (b'{"case": [], "regions": ["hubei"]}', 422, "case-shape", "/case"),
        (b'{"case": {}}', 422, "region-missing", "/regions"),
        (b'{"case": {}, "regions": []}', 422, "region-missing", "/regions"),
        (b'{"case": {}, "regions": "hubei"}', 422, "type-list", "/regions"),
        (b'{"case": {}, "regions": ["hubei", "hubie"]}', 422, "region-unknown", "/regions/1"),
        (b'{"case": {}, "regions": ["hubei@nothing"]}', 422, "document-unknown", "/regions/0"),
        (b'{"case": {}, "regions": ["/etc/passwd"]}', 422, "region-unknown", "/regions/0"),
        (b'{"case": {}, "regions": ["hubei"], "as_of": "2025-02-29"}', 422, "date-impossible", "/as_of"),
        (b'{"case": {}, "regions": ["hubei"], "as_of": 20250101}', 422, "type-date", "/as_of"),
        (b'{"case": {}, "regions": ["hubei"], "lang": "fr"}', 422, "word-unknown", "/lang"),
        (b'{"case": {}, "regions": ["hubei"], "when": 1}', 422, "field-unknown", "/when"),
        (b'{"case": {}, "regions": ["hubei"], "settings": {"due_soon_days": 3661}}', 422, "number-too-large", None),
        (b'{"case": {}, "regions": ["hubei"], "settings": {"due_soon_days": -1}}', 422, "number-too-small", None),
        (b'{"case": {}, "regions": ["hubei"], "settings": {"due_soon_days": true}}', 422, "type-int", None),
        (
            b'{"case": {}, "regions": ["hubei"], "settings": {"readings": {"tianjin:half-year": "x"}}}',
            422,
            "reading-unknown",
            "/settings/readings",
        ),
        (
            b'{"case": {"aid": {"received": "true"}}, "regions": ["hubei"]}',
            422,
            "type-bool",
            "/case/aid/received",
        ),
        (
            b'{"case": {"ledgers": [{}, {"kind": "x"}]}, "regions": ["hubei"]}',
            422,
            "word-unknown",
            "/case/ledgers/1/kind",
        ),
        (
            b'{"case": {"provenance": {"aid.received": {"on": "x"}}}, "regions": ["hubei"]}',
            422,
            "type-date",
            "/case/provenance/aid.received/on",
        ),
    ],
)
def test_a_bad_body_is_refused_at_its_place(
    client: TestClient, body: bytes, status: int, code: str, where: str | None
) -> None:
    found = fault(client.post(PATH, content=body, headers=JSON), status)
    assert found["code"] == code
    if where is not None:
        assert found["pointer"] == where


@pytest.mark.parametrize(
    "body",
    [
        {"case": {"case": SECRET}},
        {"case": {"household_ref": SECRET}},
        {"case": {"person": {SECRET: True}}},
        {"case": {SECRET: True}},
        {"case": {"person": {"x110101199003071234": True}}},
        {"case": {"person": {"orphan": SECRET}}},
        {"case": {"referral": {"direction": SECRET}}},
        {"case": {"referral": {"events": [{"event": SECRET}]}}},
        {"case": {"aid": {"exit_date": SECRET}}},
        {"case": {"household": {"annual_income": SECRET}}},
        {"case": {"household": {"annual_income": -110101199003071234}}},
        {"case": {"provenance": {SECRET: {}}}},
        {"case": {"provenance": {"aid.received": {"note": SECRET}}}},
        {"case": {"provenance": {"aid.received": {"on": SECRET}}}},
        {"case": {"targets": [{"additions": {SECRET: 1}}]}},
        {"case": SECRET},
        {"case": {}, "regions": [SECRET]},
        {"case": {}, "regions": [f"hubei@{SECRET}"]},
        {"case": {}, "as_of": SECRET},
        {"case": {}, "lang": SECRET},
        {"case": {}, SECRET: 1},
        {"case": {}, "settings": {"readings": {SECRET: SECRET}}},
        {"case": {}, "settings": {SECRET: 1}},
        {"case": {}, "settings": {"overlay": {SECRET: SECRET}}},
    ],
    ids=range(24),
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_message_repeats_what_was_submitted(client: TestClient, body: dict[str, Any], lang: str) -> None:
    answer = client.post(PATH, json={"regions": ["hubei"], **body}, headers={"accept-language": lang})
    assert answer.status_code == 422
    for part in (SECRET, "110101199003071234", "张三丰"):
        assert part not in answer.text
        assert json.dumps(part)[1:-1] not in answer.text


OVERLAY = {"overlay": 1, "id": "o", "base": "jinhua-draft", "zh": "改", "en": "change"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"base": "zhangsan-1990"}, "overlay-base-unknown"),
        ({"base": "hubei-2024"}, "overlay-idle"),
        ({"definitions": {"after": "zhangsan.lisi and aid.received"}}, None),
        ({"definitions": {"zhangsan": "aid.received and"}}, None),
        ({"set": {"zhangsan": 3}}, "parameter-unknown"),
        ({"set": {"income_line": "张三丰"}}, None),
        ({"drop": ["zhangsan-lisi"]}, "rule-unknown"),
        ({"rules": {"zhangsan-lisi": {"force": "may"}}}, "rule-unknown"),
        ({"zhangsan": 1}, "field-unknown"),
        ({"overlay": 2}, None),
        ({"en": ""}, "text-empty"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_with_an_overlay_is_told_without_its_words(
    client: TestClient, more: dict[str, Any], code: str | None, lang: str
) -> None:
    body = {"case": {}, "regions": ["jinhua"], "settings": {"overlay": {**OVERLAY, **more}}}
    answer = client.post(PATH, json=body, headers={"accept-language": lang})
    assert answer.status_code == 422, answer.text
    found = answer.json()["errors"]
    assert code is None or code in {one["code"] for one in found}
    assert all(one["pointer"].startswith("/settings/overlay") or one["pointer"] == "/overlay" for one in found)
    told = " ".join(one["detail"] for one in found)
    for word in ("zhangsan", "lisi", "张三丰", "1990"):
        assert word not in told
    assert "/work" not in answer.text
    assert ".yaml" not in answer.text


def test_an_overlay_without_anything_is_one_that_is_wrong(client: TestClient) -> None:
    asked = {"case": {}, "regions": ["jinhua"]}
    for given, status in (({}, 422), ([{}], 422), ([], 200), (None, 200), (3, 422), ("x", 422)):
        answer = client.post(PATH, json={**asked, "settings": {"overlay": given}})
        assert answer.status_code == status, given


def test_a_body_with_an_overlay_has_a_bound_of_its_own(make: Make) -> None:
    client = make(largest_overlay=1024)
    asked = {"case": {}, "regions": ["jinhua"]}
    supposed = {**asked, "settings": {"overlay": {**OVERLAY, "set": {"income_line": 150000}}}}
    assert client.post(PATH, content=json.dumps(supposed).ljust(1024), headers=JSON).status_code == 200
    answer = client.post(PATH, content=json.dumps(supposed).ljust(1025), headers=JSON)
    assert fault(answer, 413) == {
        "code": "overlay-too-large",
        "pointer": "/settings/overlay",
        "detail": "带有设想的改动的正文不得超过 1 KB",
    }
    assert client.post(PATH, content=json.dumps(asked).ljust(1025), headers=JSON).status_code == 200


def test_several_faults_are_one_wrong_request(client: TestClient) -> None:
    body = {"case": {"aid": {"received": 1}, "household": {"size": 0}}, "regions": ["hubei"]}
    problem = client.post(PATH, json=body).json()
    assert problem["code"] == "request-invalid"
    assert problem["detail"] == "有 2 处错误"
    assert {one["pointer"] for one in problem["errors"]} == {"/case/aid/received", "/case/household/size"}


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.5, zh;q=0.4", "en"),
        ("en;q=0.4, zh;q=0.5", "zh"),
        ("de", "zh"),
        ("*", "zh"),
        ("en;q=0", "zh"),
        ("zh;q=0, *", "en"),
        ("en;q=nonsense", "zh"),
        (",;=,", "zh"),
        ("x" * 10_000, "zh"),
    ],
)
def test_the_language_is_the_one_that_is_wanted_most(header: str | None, lang: str) -> None:
    assert accepted(header) == lang


def test_a_problem_says_its_language(client: TestClient) -> None:
    for lang, title in (("zh", "输入有误"), ("en", "the input is wrong")):
        answer = client.post(PATH, json={}, headers={"accept-language": lang})
        assert answer.headers["content-language"] == lang
        assert answer.headers["vary"] == "accept-language"
        assert answer.json()["title"] == title


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "multipart/form-data",
    ],
)
def test_other_content_types_are_refused(client: TestClient, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = client.post(PATH, content=b"{}", headers=headers)
    assert fault(answer, 415)["code"] == "body-media-type"
    assert answer.headers["accept-post"] == "application/json"


def test_a_compressed_body_is_refused(client: TestClient) -> None:
    answer = client.post(PATH, content=b"{}", headers={**JSON, "content-encoding": "gzip"})
    assert fault(answer, 415)["code"] == "body-compressed"


@pytest.mark.parametrize("how", ["declared", "streamed"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(make: Make, how: str) -> None:
    client = make(largest_body=1000)
    fits = json.dumps({"case": {}, "regions": ["hubei"]}).encode()
    fits += b" " * (1000 - len(fits))
    assert client.post(PATH, content=fits, headers=JSON).status_code == 200
    body: Any = fits + b" " if how == "declared" else iter([fits, b" "])
    answer = client.post(PATH, content=body, headers=JSON)
    assert fault(answer, 413)["code"] == "body-too-large"
    assert answer.headers["connection"] == "close"


def test_no_such_path_and_no_such_method(client: TestClient) -> None:
    assert fault(client.get("/v2/assessments"), 404) == {"code": "resource-unknown", "detail": "没有这个资源"}
    assert fault(client.get("/v1/regions/"), 404)["code"] == "resource-unknown"
    assert fault(client.get(f"/{SECRET}"), 404)["code"] == "resource-unknown"
    refused = client.put(PATH, json={})
    assert fault(refused, 405)["code"] == "method-not-allowed"
    assert refused.headers["allow"] == "POST"
    assert fault(client.request("BREW", "/livez"), 405)["code"] == "method-not-allowed"


def test_a_bad_parameter_is_named(client: TestClient) -> None:
    found = fault(client.get("/v1/regions", params={"as_of": "2025-13-01"}), 422)
    assert (found["code"], found["parameter"]) == ("date-impossible", "as_of")
    found = fault(client.get("/v1/regions", params={"as_of": SECRET}), 422)
    assert (found["code"], found["parameter"]) == ("text-too-long", "as_of")
    assert fault(client.get(f"/v1/policies/{SECRET}"), 404)["parameter"] == "policy_id"


def test_what_fails_in_us_is_hidden_and_has_a_reference(make: Make) -> None:
    import io

    log = io.BytesIO()
    client = make(log)

    async def broken(request: Request) -> Response:
        raise ValueError(SECRET)

    client.app.router.add_api_route("/broken", broken)  # type: ignore[attr-defined]
    answer = client.get("/broken")
    assert fault(answer, 500)["code"] == "service-failed"
    assert "ValueError" not in answer.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (told_line,) = [line for line in lines if line["event"] == "request failed"]
    assert told_line["request_id"] == answer.headers["x-request-id"]
    assert told_line["exception"] == "ValueError"
    assert any("test_problems.py" in frame for frame in told_line["frames"])
    assert SECRET not in log.getvalue().decode()


def test_a_fault_of_the_engine_is_ours(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from xianjie.errors import InternalError
    from xianjie.service.answering import Answering

    def disagree(*_: object) -> bytes:
        raise InternalError(Problem("engines-disagree", "两个引擎不一致", SECRET))

    client = make()
    monkeypatch.setattr(Answering, "answered", disagree)
    answer = client.post(PATH, json={"case": {}, "regions": ["hubei"]})
    assert fault(answer, 500)["code"] == "service-failed"
    batch = client.post(f"{PATH}/batch", json=[{"case": {}, "regions": ["hubei"]}])
    assert json.loads(batch.text)["code"] == "service-failed"


def test_another_host_is_refused(client: TestClient, server: Server) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "localhost:x", "[::1", "10.0.0.1"):
        assert fault(client.get("/livez", headers={"host": host}), 421)["code"] == "host-unknown"
    for host in ("localhost", "LOCALHOST:80", "[::1]:8765", "127.0.0.1:9"):
        assert client.get("/livez", headers={"host": host}).status_code == 200
    with server.client() as live:
        assert live.get("/livez", headers={"host": "evil.example"}).status_code == 421


def test_a_slow_body_is_given_up(make: Make) -> None:
    import anyio
    from starlette.types import Message

    client = make(body_seconds=0.05)

    async def slowly() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            await anyio.sleep_forever()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "headers": headers,
            "root_path": "",
        }
        await client.app(scope, receive, send)
        return sent

    sent = anyio.run(slowly)
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "body-slow"


def test_pointers_end_before_a_key_that_could_be_personal() -> None:
    assert pointer(()) == ""
    assert pointer(("case", "ledgers", 3, "kind")) == "/case/ledgers/3/kind"
    assert pointer(("case", "张三", "x")) == "/case"
    assert pointer(("case", "x1234567")) == "/case"
    assert pointer(("provenance", "aid.received")) == "/provenance/aid.received"


def test_digits_are_cut_out_of_sentences() -> None:
    assert scrubbed("号 11010119900307123X。") == "号 …。"
    assert scrubbed("３３０７００１９９００３０７１２３４") == "…"
    assert scrubbed("电话 13800001234") == "电话 …"
    assert scrubbed("2025-01-31，不得大于 1000000000") == "2025-01-31，不得大于 1000000000"
    problem = Problem("a-code", "号 110101199003071234", "no", Place(path="case.ledgers[2].kind"))
    out = told(422, [problem], "zh")
    assert out["errors"] == [{"code": "a-code", "pointer": "/case/ledgers/2/kind", "detail": "号 …"}]


@pytest.mark.parametrize(
    ("refusal", "status"), [(busy(), 503), (unavailable("OperationalError"), 503), (full(None), 507)]
)
def test_a_store_that_cannot_just_now_is_no_defect(
    make: Make, monkeypatch: pytest.MonkeyPatch, refusal: StoreError, status: int
) -> None:
    client = make()

    def refuse() -> Any:
        raise refusal

    monkeypatch.setattr(client.app.state.service.keeping.store, "read", refuse)  # type: ignore[attr-defined]
    answer = client.get("/v1/organisations")
    assert (answer.status_code, answer.json()["code"]) == (status, refusal.code)
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
