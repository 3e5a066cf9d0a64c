"""The form of one case on record, in files and among pending cases; what is best asked next; who may do what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Request
from starlette.testclient import TestClient
from tests.service.somebody import SaidSo
from tests.web.conftest import serving, token
from tests.web.pages.check_posted import FILLED, Data, form, notes, statuses, values_of
from tests.web.reading import addresses, faults_of, read

from xianjie.access import Grant, Principal, Role, division
from xianjie.vocabulary import BASE


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("check")) as made:
        made.follow_redirects = False
        yield made


# -- on record -----------------------------------------------------------------------------------------------------


def test_a_decision_is_that_of_the_interface_byte_for_byte(client: TestClient) -> None:
    given = client.post("/check/decide", data=form(client, regions=["hubei", "jinhua"], dimension=["services"]))
    assert given.status_code == 303
    where = given.headers["location"]
    decision = client.get(f"/v1{where}").json()
    assert decision["reproduced"] == "same"
    asked = decision["asked"]
    assert asked == {
        "case": {
            "person": {"tekun": True, "elderly": False},
            "aid": {"received": True, "exit_date": "never"},
            "household": {"size": 3, "annual_income": 80000, "property_within_limits": True},
            "provenance": {
                name: {"by": "本次谈话", "on": "2025-08-01"}
                for name in (
                    "person.tekun",
                    "person.elderly",
                    "household.size",
                    "household.annual_income",
                    "household.property_within_limits",
                    "aid.received",
                    "aid.exit_date",
                )
            },
        },
        "regions": ["hubei", "jinhua"],
        "as_of": "2025-05-01",
        "lang": "zh",
    }
    answer = client.post("/v1/assessments", json=asked)
    assert answer.json()["decision_id"] == where.rpartition("/")[2]
    assert answer.json() == decision["answer"]
    assert client.get(where).status_code == 200


def test_what_cannot_be_read_is_not_put_on_record(client: TestClient) -> None:
    before = len(client.get("/v1/decisions").json()["items"])
    answer = client.post("/check/decide", data=form(client, **{"household.size": "x"}))
    assert answer.status_code == 422
    page = read(answer.text)
    assert "没有出具结论" in notes(page)
    assert page.one("input", name="household.annual_income").attributes["value"] == "8万元"
    assert len(client.get("/v1/decisions").json()["items"]) == before


@pytest.mark.parametrize(
    "path", ["/check", "/check/decide", "/check/next", "/check/file", "/check/keep", "/check/load"]
)
def test_a_form_of_another_page_is_refused(client: TestClient, path: str) -> None:
    client.get("/check")
    data = {**FILLED, "form_token": "0" * 64}
    more: Data = {"files": {"file": ("a.json", b"{}")}} if path == "/check/load" else {}
    assert client.post(path, data=data, **more).status_code == 403
    assert client.post(path, data=FILLED, **more).status_code == 403


@pytest.mark.parametrize("path", ["decide", "next", "file", "keep", "load"])
def test_an_address_that_takes_forms_leads_back_to_the_form(client: TestClient, path: str) -> None:
    answer = client.get(f"/check/{path}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/check")


@pytest.mark.parametrize(
    ("field", "value"),
    [("regions", "nowhere"), ("dimension", "weather"), ("regions", "hubei@none")],
)
def test_a_choice_that_is_not_there_is_refused(client: TestClient, field: str, value: str) -> None:
    assert client.post("/check", data=form(client, **{field: value})).status_code == 422
    assert client.get(f"/check?{field}={value}").status_code == 422


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_case_is_taken_away_and_opened_again(client: TestClient) -> None:
    sent = form(client, household_ref="H-1", **{"m0.label": "E-7", "m0.referral.direction": "forward"})
    answer = client.post("/check/file", data=sent)
    assert answer.headers["content-disposition"].startswith('attachment; filename="case-2025-05-01.json"')
    case = answer.json()
    assert case["case"] == "E-7"
    assert case["as_of"] == "2025-05-01"
    opened = client.post("/check/load", data=token(client, "/check"), files={"file": ("个案.json", answer.content)})
    assert opened.status_code == 200
    page = read(opened.text)
    assert notes(page) == ""
    assert page.one("input", name="as_of").attributes["value"] == "2025-05-01"
    assert page.one("input", name="household.annual_income").attributes["value"] == "80000"
    again = client.post("/check/file", data={**token(client, "/check"), **values_of(page)})
    assert again.json() == case


def test_the_command_line_reads_what_is_taken_away(client: TestClient, tmp_path: Path) -> None:
    from xianjie.cases.files import read_cases

    answer = client.post("/check/file", data=form(client, **{"m1.label": "乙"}))
    file = tmp_path / "case.json"
    file.write_bytes(answer.content)
    assert [case.label for case in read_cases(file, BASE)] == [None, "乙"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"", "请选一个文件"),
        ("a.json", b"{", "JSON 语法不对"),
        ("a.json", b'{"person": {"tekn": true}}', "第 1 行第 13 列，person.tekn：没有名为 tekn 的项，是否为 tekun？"),
        ("a.yaml", "person:\n  tekun: 是\n".encode(), "第 2 行"),
        ("a.yaml", b"a: [", "第"),
        ("a.json", b"[]", "文件里没有个案"),
        ("a.json", json.dumps([{}] * 9).encode(), "超过 8 个"),
        ("a.json", b'[{"household": {"size": 1}}, {"household": {"size": 2}}]', "不是同一户"),
        ("a.json", b"\xff\xfe\x00", "第"),
        ("a.xlsx", b"PK", "批量核对"),
        ("../../etc/passwd", b"x", "只打开"),
        ("a.json", b"1", "个案须是"),
        ("a.json", b'{"case": "11010519491231002X"}', "公民身份号码"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_told_where(client: TestClient, name: str, content: bytes, said: str) -> None:
    answer = client.post("/check/load", data=token(client, "/check"), files={"file": (name, content)})
    assert answer.status_code == 422
    found = read(answer.text).one("span", id="q-file-fault").text
    assert said in found or (said == "第" and found)
    assert "11010519491231002X" not in answer.text


def test_a_file_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/check/load", data=token(client, "/check"), files={"file": ("a.json", b" " * 3_000_000)})
    assert answer.status_code == 422
    assert "超过 1 MB" in read(answer.text).one("span", id="q-file-fault").text
    answer = client.post("/check/load", data=token(client, "/check"), files={"file": ("a.json", b" " * 9_000_000)})
    assert answer.status_code == 413


# -- pending cases and decisions -----------------------------------------------------------------------------------


def test_a_pending_case_is_kept_listed_opened_and_mended(client: TestClient) -> None:
    kept = client.post("/check/keep", data=form(client, division="4201", regions=["hubei"]))
    assert kept.status_code == 303
    where = kept.headers["location"]
    assert where in addresses(read(client.get("/check/cases").text))
    page = read(client.get(where).text)
    assert faults_of(page) == []
    assert page.one("input", name="household.size").attributes["value"] == "3"
    id = page.one("input", name="case_id").attributes["value"]
    assert client.get(f"/v1/cases/{id}").json()["case"]["person"] == {"tekun": True, "elderly": False}
    more = {"household.size": "4", "division": "4201", "as_of": "2025-06-01"}
    mended = {**token(client, "/check"), **values_of(page), **more}
    assert client.post("/check/keep", data=mended).headers["location"] == where
    found = client.get(f"/v1/cases/{id}").json()
    assert found["case"]["household"]["size"] == 4
    assert found["asked_on"] == "2025-05-01"  # the day of a preview is not the day on which it was asked
    stale = client.post("/check/keep", data=mended)
    assert stale.status_code == 422
    assert "没有保存" in notes(read(stale.text))
    assert "已被改动" in stale.text


KEPT_WRONG = [("division", ""), ("division", "42x"), ("person", "nobody"), ("as_of", "2030-01-01")]


@pytest.mark.parametrize(("field", "value"), KEPT_WRONG)
def test_a_case_that_cannot_be_kept_comes_back(client: TestClient, field: str, value: str) -> None:
    answer = client.post("/check/keep", data=form(client, **{"division": "4201", field: value}))
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    assert page.one("input", name="household.size").attributes["value"] == "3"
    assert faults_of(page) == []


def test_what_is_known_of_a_person_stays_sealed_with_them(client: TestClient) -> None:
    person = client.post("/v1/persons", json={"division": "4201", "name": "甲某"}).json()
    kept = client.post("/check/keep", data=form(client, division="4201", person=person["id"], regions=["hubei"]))
    page = read(client.get(kept.headers["location"]).text)
    given = client.post("/check/decide", data={**token(client, "/check"), **values_of(page)})
    assert given.status_code == 303
    id = given.headers["location"].rpartition("/")[2]
    decision = client.get(f"/v1/decisions/{id}").json()
    assert decision["case"] == kept.headers["location"].rpartition("=")[2]
    again = read(client.get(f"/check?from={id}").text)
    assert again.one("input", name="case_id").attributes["value"] == decision["case"]
    assert client.delete(f"/v1/persons/{person['id']}").status_code in (200, 204)
    assert client.get(f"/v1/decisions/{id}").status_code == 410
    assert client.get(f"/check?from={id}").status_code == 410


def test_the_question_of_a_decision_is_passed_on(client: TestClient) -> None:
    asked = {
        "case": {"person": {"tekun": True}, "referral": {"direction": "forward", "events": [{"event": "informed"}]}},
        "regions": ["hubei", "tianjin"],
        "as_of": "2025-03-01",
    }
    id = client.post("/v1/assessments", json=asked).json()["decision_id"]
    page = read(client.get(f"/check?from={id}").text)
    assert faults_of(page) == []
    assert page.one("input", name="as_of").attributes["value"] == "2025-03-01"
    assert page.one("input", name="said_by").attributes["value"] == ""
    assert values_of(page)["regions"] == ["hubei", "tianjin"]
    given = client.post("/check/decide", data={**token(client, "/check"), **values_of(page)})
    assert given.headers["location"] == f"/decisions/{id}"


@pytest.mark.parametrize("query", ["from=none", "case=none"])
def test_what_is_not_there_is_told(client: TestClient, query: str) -> None:
    assert client.get(f"/check?{query}").status_code == 404


# -- what to ask next ----------------------------------------------------------------------------------------------


def test_the_solver_names_the_best_questions(client: TestClient) -> None:
    data = form(client, regions=["hubei"])
    part = client.post("/check/next", data=data, headers={"hx-request": "true", "hx-target": "next"})
    asked = client.post(
        "/v1/questions",
        json={
            "case": {
                "person": {"tekun": True, "elderly": False},
                "aid": {"received": True, "exit_date": "never"},
                "household": {"size": 3, "annual_income": 80000, "property_within_limits": True},
            },
            "regions": ["hubei"],
            "as_of": "2025-05-01",
        },
    ).json()
    names = [one["zh"] for one in asked["questions"]]
    found = [one.text for one in read(part.text).all("a")]
    assert names
    assert found == names
    whole = read(client.post("/check/next", data=data).text)
    assert faults_of(whole) == []
    assert whole.one("ol", class_="next-list").all("a")[0].text == names[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"regions": ["shanghai"]}, "不必再问"),
        ({"dimension": ["referral"]}, "先选转介方向"),
        ({"dimension": ["duties"]}, "没有可由求解器判断的问题"),
    ],
)
def test_where_there_is_nothing_for_the_solver_it_is_said(client: TestClient, more: Data, said: str) -> None:
    part = client.post("/check/next", data=form(client, **more), headers={"hx-request": "true"})
    assert said in read(part.text).text


def test_a_solver_without_time_does_not_stand_in_the_way(tmp_path: Path) -> None:
    with serving(tmp_path, proving_seconds=0.01) as client:
        answer = client.post("/check/next", data=form(client, regions=["hubei"]))
        assert answer.status_code == 200
        page = read(answer.text)
        assert "没有在时限内算完" in page.text
        assert statuses(page)


def test_it_is_there_in_english(client: TestClient) -> None:
    page = read(client.get("/check", headers={"accept-language": "en"}).text)
    assert page.one("h1").text == "Check a case"
    assert faults_of(page) == []


# -- who may -------------------------------------------------------------------------------------------------------


def test_each_role_sees_what_it_may_do(tmp_path: Path) -> None:
    with serving(tmp_path, door=SaidSo()) as client:
        client.follow_redirects = False
        client.headers["authorization"] = "as-said"
        worker, reader, auditor = ({"x-as": f"{role} 42"} for role in ("case_worker", "reader", "auditor"))
        assert client.get("/check", headers=auditor).status_code == 403
        page = read(client.get("/check", headers=reader).text)
        assert page.all("details", class_="keep") == []
        assert "/check/cases" not in addresses(page)
        assert client.get("/check/cases", headers=reader).status_code == 403
        data = {"form_token": page.all("input", name="form_token")[0].attributes["value"], **FILLED}
        assert client.post("/check/keep", data={**data, "division": "4201"}, headers=reader).status_code == 403
        given = client.post("/check/decide", data=data, headers=reader).headers["location"]
        assert given.startswith("/check/decided?")
        assert "不能查看记录" in client.get(given, headers=reader).text
        assert client.get(given.replace("/check/decided?id=", "/check?from="), headers=reader).status_code in (403, 404)
        page = read(client.get("/check", headers=worker).text)
        assert page.all("details", class_="keep")
        data["form_token"] = page.all("input", name="form_token")[0].attributes["value"]  # a form is its reader's own
        kept = client.post("/check/keep", data={**data, "division": "4201"}, headers=worker).headers["location"]
        elsewhere = {"x-as": "case_worker 33"}
        assert client.get(kept, headers=elsewhere).status_code == 404
        foreign = {**data, "case_id": kept.rpartition("=")[2]}
        assert client.post("/check/decide", data=foreign, headers=elsewhere).status_code == 404
        assert client.post("/check/decide", data=foreign, headers=worker).status_code == 303
        far = client.post("/check/keep", data={**data, "division": "3301"}, headers=worker)
        assert far.status_code == 422
        assert read(far.text).one("input", name="division").attributes["aria-invalid"] == "true"


class InTwoPlaces(SaidSo):
    async def principal(self, request: Request) -> Principal:  # noqa: ARG002 - a door has one
        grants = frozenset({Grant(Role.CASE_WORKER, division("4201")), Grant(Role.CASE_WORKER, division("4202"))})
        return Principal("key", "holder", grants)


def test_who_acts_for_several_offices_says_for_which(tmp_path: Path) -> None:
    with serving(tmp_path, door=InTwoPlaces()) as client:
        client.follow_redirects = False
        client.headers["authorization"] = "as-said"
        page = read(client.get("/check").text)
        assert [one.attributes["value"] for one in page.one("select", name="office").all("option")] == ["4201", "4202"]
        assert faults_of(page) == []
        sent = {**values_of(page), **FILLED, **token(client, "/check"), "office": "4202"}
        where = client.post("/check/decide", data=sent).headers["location"]
        back = read(client.get(where.replace("/decisions/", "/check?from=")).text)
        assert values_of(back)["office"] == "4202"
        assert client.get(f"/v1{where}").json()["division"] == "4202"
        assert client.post("/check", data={**sent, "office": "9999"}).status_code == 200
