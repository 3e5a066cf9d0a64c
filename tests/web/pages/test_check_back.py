"""What was typed into the form of one case is there again: after a decision, and after a file that cannot be opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import SaidSo
from tests.web.conftest import serving, token
from tests.web.pages.check_posted import FILLED, form, notes, statuses, values_of
from tests.web.reading import Element, addresses, faults_of, read

SCRIPTED = {"hx-request": "true", "hx-target": "check"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("check")) as made:
        made.follow_redirects = False
        yield made


def ticked(page: Element, name: str) -> str:
    (one,) = [one for one in page.all("input", name=name) if "checked" in one.attributes]
    return one.attributes["value"]


# -- after a decision ----------------------------------------------------------------------------------------------


def test_a_script_is_told_where_what_was_typed_stands_before_it_leaves(client: TestClient) -> None:
    answer = client.post("/check/decide", data=form(client, regions=["hubei"]), headers=SCRIPTED)
    where = answer.headers["hx-redirect"]
    id = where.removeprefix("/decisions/")
    assert client.get(where).status_code == 200
    assert json.loads(answer.headers["hx-trigger"]) == {"kept": {"at": f"/check?from={id}"}}
    assert answer.headers["cache-control"] == "no-store"
    page = read(client.get(f"/check?from={id}").text)
    assert page.one("input", name="household.annual_income").attributes["value"] == "80000"
    assert ticked(page, "m0.person.tekun") == "true"


def test_all_members_of_a_household_come_back(client: TestClient) -> None:
    more = {"m1.label": "乙", "m1.person.tekun": "false", "household_ref": "H-2", "m0.label": "甲"}
    sent = form(client, regions=["shanghai"], dimension=["eligibility", "services"], **more)
    answer = client.post("/check/decide", data=sent, headers=SCRIPTED)
    at = json.loads(answer.headers["hx-trigger"])["kept"]["at"]
    assert at.count("from=") == 2
    page = read(client.get(at).text)
    assert faults_of(page) == []
    assert notes(page) == ""
    assert [page.one("input", name=f"m{n}.label").attributes["value"] for n in (0, 1)] == ["甲", "乙"]
    assert [ticked(page, f"m{n}.person.tekun") for n in (0, 1)] == ["true", "false"]
    assert page.one("input", name="household_ref").attributes["value"] == "H-2"
    assert values_of(page)["regions"] == ["shanghai"]
    again = client.post("/check/decide", data={**token(client, "/check"), **values_of(page)}, headers=SCRIPTED)
    assert again.headers["hx-redirect"] == answer.headers["hx-redirect"]  # the same decisions, to the byte
    listed = read(client.get(answer.headers["hx-redirect"]).text)
    assert at in addresses(listed)


def test_decisions_of_different_questions_do_not_stand_in_one_form(client: TestClient) -> None:
    asked = {"case": {"person": {"tekun": True}}, "regions": ["hubei"], "as_of": "2025-03-01"}
    others = (
        {**asked, "as_of": "2025-03-02"},
        {**asked, "regions": ["tianjin"]},
        {**asked, "case": {"household": {"size": 2}}},
    )
    first, *rest = [client.post("/v1/assessments", json=one).json()["decision_id"] for one in (asked, *others)]
    for id in rest:
        page = read(client.get(f"/check?from={first}&from={id}").text)
        assert "只带回了第一个" in notes(page)
        assert not page.all("input", name="m1.label")
    assert client.get("/check?" + "&".join(f"from={first}" for _ in range(9))).status_code == 422


def test_the_source_of_the_whole_form_comes_back_as_such(client: TestClient) -> None:
    more = {"said.household.size.by": "村委会", "said.m0.person.tekun.note": "供养证"}
    where = client.post("/check/decide", data=form(client, regions=["hubei"], **more)).headers["location"]
    page = read(client.get(where.replace("/decisions/", "/check?from=")).text)
    assert page.one("input", name="said_by").attributes["value"] == "本次谈话"
    assert page.one("input", name="said_on").attributes["value"] == "2025-08-01"
    assert page.one("input", name="said.household.size.by").attributes["value"] == "村委会"
    assert page.one("input", name="said.m0.person.tekun.note").attributes["value"] == "供养证"
    assert page.one("input", name="said.m0.person.tekun.by").attributes["value"] == ""
    again = client.post("/check/decide", data={**token(client, "/check"), **values_of(page)})
    assert again.headers["location"] == where


def test_a_fact_that_nobody_vouched_for_is_not_given_a_source_on_the_way_back(client: TestClient) -> None:
    case = {
        "person": {"tekun": True},
        "household": {"size": 3},
        "provenance": {"person.tekun": {"by": "村委会", "on": "2025-01-02"}},
    }
    asked = {"case": case, "regions": ["hubei"], "as_of": "2025-03-01"}
    id = client.post("/v1/assessments", json=asked).json()["decision_id"]
    page = read(client.get(f"/check?from={id}").text)
    assert page.one("input", name="said_by").attributes["value"] == ""
    again = client.post("/check/decide", data={**token(client, "/check"), **values_of(page)})
    assert again.headers["location"] == f"/decisions/{id}"


def test_who_may_not_read_decisions_stays_in_the_form(tmp_path: Path) -> None:
    with serving(tmp_path, door=SaidSo()) as client:
        client.headers.update({"authorization": "as-said", "x-as": "reader 42"})
        page = read(client.get("/check").text)
        data = {"form_token": page.all("input", name="form_token")[0].attributes["value"], **FILLED}
        answer = client.post("/check/decide", data=data, headers=SCRIPTED)
        assert answer.status_code == 200
        assert "hx-redirect" not in answer.headers
        back = read(answer.text)
        assert "已出具结论" in notes(back)
        assert back.one("input", name="household.annual_income").attributes["value"] == "8万元"


def test_a_case_that_is_kept_is_where_back_leads(client: TestClient) -> None:
    answer = client.post("/check/keep", data=form(client, division="4201", regions=["hubei"]), headers=SCRIPTED)
    where = answer.headers["hx-redirect"]
    assert where.startswith("/check?case=")
    assert json.loads(answer.headers["hx-trigger"]) == {"kept": {"at": where}}


def test_without_scripts_it_is_said_where_what_was_typed_is_found(client: TestClient) -> None:
    hints = [one.text for one in read(client.get("/check").text).all("noscript")]
    where = client.post("/check/decide", data=form(client, regions=["hubei"])).headers["location"]
    page = read(client.get(where).text)
    (link,) = [one for one in page.all("a") if one.attributes["href"] == where.replace("/decisions/", "/check?from=")]
    assert [hint for hint in hints if link.text in hint]


# -- after a file that cannot be opened ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "said"),
    [(("a.json", b"{"), "JSON 语法不对"), (("a.txt", b"x"), "只打开"), (("", b""), "请选一个文件")],
)
def test_a_bad_file_leaves_what_was_typed_as_it_is(client: TestClient, file: tuple[str, bytes], said: str) -> None:
    sent = form(client, regions=["shanghai"], **{"m1.label": "乙", "household.size": "三个"})
    answer = client.post("/check/load", data=sent, files={"file": file})
    assert answer.status_code == 422
    page = read(answer.text)
    assert faults_of(page) == []
    assert page.one("input", name="household.size").attributes["value"] == "三个"
    assert page.one("input", name="household.annual_income").attributes["value"] == "8万元"
    assert page.one("input", name="m1.label").attributes["value"] == "乙"
    assert values_of(page)["regions"] == ["shanghai"]
    assert statuses(page)
    field = page.one("input", type="file")
    assert field.attributes["form"] == "check-form"
    assert field.attributes["aria-invalid"] == "true"
    assert "q-file-fault" in field.attributes["aria-describedby"].split()
    assert said in page.one("span", id="q-file-fault").text
    assert "open" in page.one("details", class_="check-open").attributes
    links = [one.attributes["href"] for one in page.one("div", id="faults").all("a")]
    assert links == ["#q-file", "#q-household-size"]


def test_a_good_file_takes_the_place_of_what_was_typed(client: TestClient) -> None:
    sent = form(client, regions=["shanghai"], household_ref="H-9")
    body = json.dumps({"household": {"size": 5}}).encode()
    page = read(client.post("/check/load", data=sent, files={"file": ("a.json", body)}).text)
    assert page.one("input", name="household.size").attributes["value"] == "5"
    assert page.one("input", name="household_ref").attributes["value"] == ""
    assert "aria-invalid" not in page.one("input", type="file").attributes


def test_the_name_of_a_file_that_was_chosen_but_not_opened_is_no_fact(client: TestClient) -> None:
    plain = client.post("/check/file", data=form(client))
    chosen = client.post("/check/file", data=form(client, file="甲某.json"))
    assert plain.content == chosen.content
    assert "甲某" not in client.post("/check", data=form(client, file="甲某.json")).text
