"""Referrals in pages: opened, moved on, mended, refused with the reason, and never twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.service.somebody import SaidSo
from tests.web.conftest import serving
from tests.web.reading import Element, faults_of, inline_code, read

EVIL = "<script>alert(1)</script>'\"&lt;"
FACTS = {
    "facts.aid.meets_conditions": "no",
    "facts.person.in_low_income_database": "yes",
    "facts.referral.initiator": "civil_affairs",
    "facts.referral.matches_project_conditions": "yes",
    "facts.referral.handled_during_acceptance": "yes",
}
STEP = {"on": "2025-08-01"}
IN_JSON: dict[str, Any] = {
    "aid": {"meets_conditions": False},
    "person": {"in_low_income_database": True},
    "referral": {"initiator": "civil_affairs", "matches_project_conditions": True, "handled_during_acceptance": True},
}


def page_of(client: TestClient, path: str, status: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return checked(answer)


def checked(answer: httpx2.Response) -> Element:
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    return page


def hidden(page: Element) -> dict[str, str]:
    form = page.one("form", method="post")
    return {
        one.attributes["name"]: one.attributes["value"]
        for one in form.all("input")
        if one.attributes.get("type") == "hidden"
    }


def new(client: TestClient, region: str = "hubei", direction: str = "forward", **typed: str) -> httpx2.Response:
    form = hidden(page_of(client, f"/referrals/new?region={region}&direction={direction}"))
    given = {**form, "division": "420502", "as_of": "2025-08-01", **FACTS, **typed}
    return client.post("/referrals/new", data=given, follow_redirects=False)


def opened(client: TestClient, **more: Any) -> str:
    """Open a referral through the interface."""
    body = {"region": "hubei", "direction": "forward", "division": "420502", "facts": IN_JSON, **more}
    answer = client.post("/v1/referrals", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def step(client: TestClient, id: str, event: str, on: str = "2025-08-01", **typed: str) -> httpx2.Response:
    form = hidden(page_of(client, f"/referrals/{id}"))
    given = {**form, "event": event, "on": on, "by": "", **typed}
    return client.post(f"/referrals/{id}/steps", data=given, follow_redirects=False)


def state(client: TestClient, id: str) -> tuple[str, int]:
    whole = client.get(f"/v1/referrals/{id}").json()
    return whole["state"], whole["steps"]


def test_a_referral_is_opened_once_however_often_the_form_is_sent(client: TestClient) -> None:
    form = hidden(page_of(client, "/referrals/new?region=hubei&direction=forward"))
    given = {**form, "division": "420502", "as_of": "2025-08-01", **FACTS}
    first, again = (client.post("/referrals/new", data=given, follow_redirects=False) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    made = client.get("/v1" + first.headers["location"].partition("?")[0]).json()
    asked = {name: value for name, value in IN_JSON["referral"].items() if name != "handled_during_acceptance"}
    assert made["facts"] == {**IN_JSON, "referral": asked}  # acceptance is no question of this document
    assert (made["region"], made["direction"], made["as_of"]) == ("hubei", "forward", "2025-08-01")


def test_the_form_asks_only_what_the_document_asks_and_steps_do_not_tell(client: TestClient) -> None:
    page = page_of(client, "/referrals/new?region=tianjin&direction=forward")
    names = {
        one.attributes.get("name", "") for one in page.walk() if one.attributes.get("name", "").startswith("facts.")
    }
    assert "facts.referral.initiator" in names
    assert "facts.referral.handled_during_acceptance" in names
    assert "facts.referral.consent_given" not in names
    assert "facts.household.size" not in names
    reverse = page_of(client, "/referrals/new?region=hubei&direction=reverse")
    assert reverse.all("select", name="facts.referral.initiator")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"division": "不知道"}, "f-division"),
        ({"division": ""}, "f-division"),
        ({"as_of": "2025-02-30"}, "f-as-of"),
        ({"as_of": "2025-08-02"}, "f-as-of"),
        ({"person": "nobody-knows"}, "f-person"),
        ({"organisation": "nobody-knows"}, "f-organisation"),
        ({"facts.referral.initiator": "mayor"}, "f-facts-referral-initiator"),
        ({"facts.aid.meets_conditions": "perhaps"}, "f-facts-aid-meets-conditions"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    client: TestClient, typed: dict[str, str], field: str
) -> None:
    before = len(client.get("/v1/referrals", params={"limit": 200}).json()["items"])
    answer = new(client, **typed)
    assert answer.status_code in (404, 422)
    page = checked(answer)
    banner = page.one("div", id="faults")
    assert [one.attributes["href"] for one in banner.all("a")] == [f"#{field}"]
    (at,) = [one for one in page.walk() if one.attributes.get("id") == field]
    assert at.attributes["aria-invalid"] == "true"
    (name,) = typed
    if not name.startswith("facts"):
        shown = [one.attributes.get("value") for one in page.all("input", name=name)]
        shown += [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
        assert typed[name] in shown
    assert page.one("input", name="facts.person.in_low_income_database", value="yes").attributes.get("checked") == ""
    assert len(client.get("/v1/referrals", params={"limit": 200}).json()["items"]) == before


def test_steps_are_recorded_and_the_page_follows(client: TestClient) -> None:
    id = opened(client)
    page = page_of(client, f"/referrals/{id}")
    assert page.one("p", class_="present").one("strong").text == "已发现需要"
    offered = [one.attributes["value"] for one in page.one("fieldset", id="f-event").all("input")]
    assert offered[0] == "informed"
    for event in ("informed", "consented", "letter_issued"):
        answer = step(client, id, event, by="街道" + EVIL)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/referrals/{id}?done=step")
    page = page_of(client, f"/referrals/{id}?done=step")
    assert page.one("p", class_="present").one("strong").text == "已出函或盖章"
    assert page.one("p", role="status", class_="banner").text == "步骤已记下。"
    rows = page.one("section", class_="log").one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == ["1 已告知", "2 已同意", "3 已出具转介函"]
    assert all(EVIL in row.text for row in rows)
    assert all("2025-08-01 09:30" in row.text for row in rows)
    assert "可以转介" in page.one("main").text
    assert "不算逾期" in page.one("main").text


def test_a_step_out_of_turn_is_refused_with_what_is_missing_and_the_form_stays(client: TestClient) -> None:
    id = opened(client)
    step(client, id, "informed")
    answer = step(client, id, "letter_issued", by="街道经办人", on="2025-07-31")
    assert answer.status_code in (409, 422)
    again = step(client, id, "letter_issued", by="街道经办人")
    assert again.status_code == 409
    page = checked(again)
    assert "缺少“征得同意”" in page.one("div", id="faults").text
    assert page.one("input", name="by").attributes["value"] == "街道经办人"
    assert state(client, id) == ("informed", 1)
    closed = page.one("ul", class_="closed-steps").text
    assert "已出具转介函：还不能：先“征得同意” 条款 三(三)" in closed


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"event": ""}, "f-event"),
        ({"event": "flown"}, "f-event"),
        ({"on": ""}, "f-on"),
        ({"on": "2025-08-32"}, "f-on"),
        ({"on": "2025-08-02"}, "f-on"),
        ({"by": "长" * 101}, "f-by"),
    ],
)
def test_a_step_written_wrongly_is_told_at_its_field(client: TestClient, typed: dict[str, str], field: str) -> None:
    id = opened(client)
    answer = step(client, id, **{"event": "informed", "on": "2025-08-01", **typed})
    assert answer.status_code == 422
    page = checked(answer)
    assert [one.attributes["href"] for one in page.one("div", id="faults").all("a")] == [f"#{field}"]
    assert state(client, id)[1] == 0


def test_a_double_click_records_once_and_a_stale_page_records_nothing(client: TestClient) -> None:
    id = opened(client)
    form = {**hidden(page_of(client, f"/referrals/{id}")), "event": "informed", "on": "2025-08-01", "by": ""}
    stale = {**hidden(page_of(client, f"/referrals/{id}")), "event": "informed", "on": "2025-08-01", "by": "另一人"}
    for _ in range(3):
        assert client.post(f"/referrals/{id}/steps", data=form, follow_redirects=False).status_code == 303
    assert state(client, id) == ("informed", 1)
    answer = client.post(f"/referrals/{id}/steps", data=stale, follow_redirects=False)
    assert answer.status_code == 412
    page = checked(answer)
    assert "有了新的步骤" in page.one("div", id="faults").text
    assert page.one("input", name="by").attributes["value"] == "另一人"
    assert hidden(page)["version"] == "2"
    assert state(client, id) == ("informed", 1)


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    id = opened(client)
    for path in (f"/referrals/{id}/steps", "/referrals/new", f"/referrals/{id}/facts"):
        answer = client.post(path, data={"event": "informed", "on": "2025-08-01"}, follow_redirects=False)
        assert answer.status_code == 403, path
    assert state(client, id)[1] == 0


def test_facts_are_mended_and_an_overtaken_form_keeps_what_was_typed(client: TestClient) -> None:
    id = opened(client)
    form = hidden(page_of(client, f"/referrals/{id}/facts"))
    typed = {**form, **FACTS, "facts.referral.informed": "yes", "organisation": "", "person": ""}
    assert client.post(f"/referrals/{id}/facts", data=typed, follow_redirects=False).status_code == 303
    assert client.get(f"/v1/referrals/{id}").json()["facts"]["referral"]["informed"] is True
    late = {**form, **FACTS, "facts.referral.informed": "no", "organisation": "", "person": "", "once": "another"}
    answer = client.post(f"/referrals/{id}/facts", data=late, follow_redirects=False)
    assert answer.status_code == 412
    page = checked(answer)
    assert "有人改动了这次转介" in page.one("main").text
    assert page.one("p", class_="now-is").text == "记录里现在是：是"
    assert "checked" in page.one("input", name="facts.referral.informed", value="no").attributes
    assert client.get(f"/v1/referrals/{id}").json()["facts"]["referral"]["informed"] is True
    saved = {**hidden(page), **{k: v for k, v in late.items() if k not in ("version", "once")}}
    assert client.post(f"/referrals/{id}/facts", data=saved, follow_redirects=False).status_code == 303
    assert client.get(f"/v1/referrals/{id}").json()["facts"]["referral"]["informed"] is False


def test_facts_that_no_field_shows_are_kept(client: TestClient) -> None:
    facts = {**IN_JSON, "household": {"size": 3}}
    id = opened(client, facts=facts)
    form = hidden(page_of(client, f"/referrals/{id}/facts"))
    given = {**form, **FACTS, "organisation": "", "person": ""}
    assert client.post(f"/referrals/{id}/facts", data=given, follow_redirects=False).status_code == 303
    assert client.get(f"/v1/referrals/{id}").json()["facts"] == facts


def test_the_reverse_direction_goes_its_own_way(client: TestClient) -> None:
    facts = {"aid": {"received": False}, "referral": {"possibly_meets_aid_conditions": True, "initiator": "charity"}}
    id = opened(client, direction="reverse", facts=facts)
    for event in ("notified", "aid_reviewed", "aid_given"):
        assert step(client, id, event).status_code == 303
    page = page_of(client, f"/referrals/{id}")
    assert page.one("p", class_="present").one("strong").text == "已给予救助"
    assert "文件没有写以后的步骤" in page.one("main").text


def test_a_document_without_steps_keeps_them_without_a_state(client: TestClient) -> None:
    id = opened(client, region="shanxi", division="140100")
    assert step(client, id, "referred").status_code == 303
    page = page_of(client, f"/referrals/{id}")
    assert page.all("p", class_="present") == []
    assert "文件没有写步骤，照记" in page.one("section", class_="log").text
    assert "摘要未载" in page.one("main").text


def test_a_consent_after_the_letter_is_told_as_the_engine_tells_it(client: TestClient) -> None:
    facts = {**IN_JSON, "referral": {**IN_JSON["referral"], "letter_date": "2025-07-01"}}
    id = opened(client, region="tianjin", division="120101", facts=facts)
    step(client, id, "consented", on="2025-07-20")
    whole = client.get(f"/v1/referrals/{id}").json()
    assert whole["answer"]["missing_step"] == "consent_before_letter"
    text = page_of(client, f"/referrals/{id}").one("main").text
    assert "不得转介" in text
    assert "先同意、后出函" in text
    told = re.sub(r"(\d{4})-0?(\d+)-0?(\d+)", r"\1年\2月\3日", whole["answer"]["why"]["text"])
    assert told.replace(" ", "") in text.replace(" ", "")


def test_the_same_steps_are_taken_under_another_region(client: TestClient) -> None:
    id = opened(client)
    for event in ("informed", "consented", "letter_issued"):
        step(client, id, event)
    page = page_of(client, f"/referrals/{id}?under=tianjin")
    under = page.one("section", aria_labelledby="under-title")
    assert under.one("p", class_="present").one("strong").text == "已征得同意"
    assert [one.attributes["class"] for one in under.one("ol", class_="trail").all("li")] == [
        "is-passed_over",
        "is-in_turn",
        "is-passed_over",
    ]
    assert len(page.all("svg", class_="drawing")) == 2
    silent = page_of(client, f"/referrals/{id}?under=shanghai").one("section", aria_labelledby="under-title")
    assert "未规定" in silent.text or "不属" in silent.text or "机制" in silent.text


def test_they_are_listed_filtered_and_paged(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        empty = page_of(client, "/referrals")
        assert "还没有转介" in empty.one("main").text
        ids = [opened(client, region=name) for name in ("hubei", "tianjin") for _ in range(17)]
        step(client, ids[0], "informed")
        page = page_of(client, "/referrals")
        rows = page.one("table", class_="referrals").one("tbody").all("tr")
        assert len(rows) == 30
        (following,) = [one for one in page.one("nav", class_="pager").all("a") if "下一页" in one.text]
        second = page_of(client, following.attributes["href"])
        assert len(second.one("table", class_="referrals").one("tbody").all("tr")) == 4
        only = page_of(client, "/referrals?region=hubei&state=informed")
        (row,) = only.one("table", class_="referrals").one("tbody").all("tr")
        assert "已充分告知" in row.text
        assert row.one("span", class_="state-told").all("svg", class_="icon-pin")
        assert "没有符合这些条件" in page_of(client, "/referrals?region=jinhua").one("main").text
        for wrong in ("region=nowhere", "state=nowhere", "division=xx"):
            assert client.get(f"/referrals?{wrong}").status_code == 422


def test_the_address_of_the_form_of_a_step_leads_to_its_page(client: TestClient) -> None:
    id = opened(client)
    answer = client.get(f"/referrals/{id}/steps?lang=en", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/referrals/{id}")


def test_the_longest_open_comes_first_and_the_caption_says_so(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        days = ("2025-07-30", "2025-05-01", "2025-06-01")
        ids = {day: opened(client, region="hubei", as_of=day) for day in days}
        page = page_of(client, "/referrals")
        rows = page.one("table", class_="referrals").one("tbody").all("th", scope="row")
        assert [one.one("span", class_="code").text for one in rows] == [ids[day] for day in sorted(days)]
        assert "还在进行的在前，提出最早的最先" in page.one("caption").text
        assert [one["id"] for one in client.get("/v1/referrals").json()["items"]] == sorted(ids.values())


@pytest.mark.parametrize("id", ["no-such", "..%2f", "A", "x" * 200, "%3Cscript%3E"])
def test_there_is_no_page_for_what_is_not_there(client: TestClient, id: str) -> None:
    for path in (f"/referrals/{id}", f"/referrals/{id}/facts"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert inline_code(read(answer.text)) == []


def test_who_may_not_is_told_so(tmp_path: Path) -> None:
    with serving(tmp_path, door=SaidSo()) as client:
        client.headers["authorization"] = "as-said"
        officer, worker, reader = ({"x-as": f"{role} 88"} for role in ("referral_officer", "case_worker", "reader"))
        body = {"region": "hubei", "direction": "forward", "division": "880101", "facts": IN_JSON}
        id = client.post("/v1/referrals", json=body, headers=officer).json()["id"]
        page = read(client.get(f"/referrals/{id}", headers=worker).text)
        assert "由转介人或接收方记的" in page.one("main").text
        assert client.post(f"/v1/referrals/{id}/events", json=dict(STEP, event="informed"), headers=officer).is_success
        # what a person takes back is recorded by whoever is told
        page = read(client.get(f"/referrals/{id}", headers=worker).text)
        form = page.one("form", class_="next-form")
        assert [one.attributes["value"] for one in form.all("input", name="event")] == ["withdrawn"]
        given = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
        sent = {**given, "on": "2025-08-01"}
        answer = client.post(f"/referrals/{id}/steps", data=sent, headers=worker, follow_redirects=False)
        assert answer.status_code == 303
        assert not read(client.get(f"/referrals/{id}", headers=worker).text).all("form", class_="next-form")
        assert client.get(f"/v1/referrals/{id}", headers=officer).json()["state"] == "withdrawn"
        assert client.get(f"/referrals/{id}", headers=reader).status_code == 403
        assert client.get("/referrals/procedures", headers=reader).status_code == 200
        assert client.get("/referrals/walk", headers=reader).status_code == 200
        assert client.get(f"/referrals/{id}", headers={"x-as": "referral_officer 77"}).status_code == 404


def test_a_named_person_gives_consent_by_a_record(client: TestClient) -> None:
    person = {"name": "东方无名", "number": None, "phone": None, "address": None, "division": "420502"}
    whom = client.post("/v1/persons", json=person).json()["id"]
    to = client.post("/v1/organisations", json={"name": EVIL[:60], "division": "420502"}).json()["id"]
    id = opened(client, person=whom, organisation=to)
    step(client, id, "informed")
    assert step(client, id, "consented").status_code == 409
    consent = {
        "person": whom, "recipient": to, "purpose": "aid_referral", "categories": ["identity"], "form": "written",
        "on": "2025-07-01",
    }  # fmt: skip
    given = client.post("/v1/consents", json=consent).json()["id"]
    page = page_of(client, f"/referrals/{id}")
    assert given in [one.attributes["value"] for one in page.one("select", name="consent").all("option")]
    assert EVIL[:60] in page.one("main").text
    assert "东方无名" not in page.text
    assert step(client, id, "consented", consent=given).status_code == 303
    withdrawn = client.post(f"/v1/consents/{given}/withdrawal", json={"channel": "office"})
    assert withdrawn.status_code in (200, 201), withdrawn.text
    page = page_of(client, f"/referrals/{id}")
    assert page.one("p", class_="present").one("strong").text == "已撤回"
    assert "因同意撤回或到期而来" in page.one("section", class_="log").text
