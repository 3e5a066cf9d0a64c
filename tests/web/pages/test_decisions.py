"""Decisions on pages: read again as the interface reads them, settled, downloaded, listed, each office its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from ruamel.yaml import YAML
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.service.let_in import Ticks, bearing, guarded, key_of
from tests.web.conftest import serving, token
from tests.web.reading import Element, faults_of, inline_code, read
from tests.web.test_hostile import EVIL as HOSTILE
from tests.web.test_hostile import hostile

from xianjie.service.state import Service
from xianjie.vocabulary.terms import STATUSES, term
from xianjie.web.pages.answers.decisions import NOT_THE_SAME

EXAMPLES = Path(__file__).parents[3] / "examples" / "cases"
EVIL = "</bdi><script>alert(1)</script>\"'‮תָו"


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        json.dumps(YAML(typ="safe").load((EXAMPLES / name).read_text("utf-8")), default=str)
    )
    return found


def decided(client: TestClient, case: dict[str, Any], regions: list[str] = FIVE, **more: Any) -> str:
    headers = {"accept": "application/json", **more.pop("headers", {})}
    answer = client.post("/v1/assessments", json={"case": case, "regions": regions, **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["decision_id"])


def page_of(client: TestClient, path: str, headers: Mapping[str, str] | None = None) -> Element:
    answer = client.get(path, headers=dict(headers or {}))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    return page


def service(client: TestClient) -> Service:
    return cast(Service, cast(FastAPI, client.app).state.service)


def events(client: TestClient) -> list[str]:
    with service(client).keeping.store.read() as view:
        return [str(entry.body["event"]) for entry in view.entries("audit", limit=1000)]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[TestClient]:
    """Give a client with a store of its own."""
    with serving(tmp_path) as made:
        yield made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.yaml")))
def test_a_decision_is_shown_as_it_was_given(client: TestClient, name: str, lang: str) -> None:
    id = decided(client, example(name))
    page = page_of(client, f"/decisions/{id}?lang={lang}")
    answer = client.get(f"/v1/decisions/{id}").json()["answer"]
    for region, entry in answer["regions"].items():
        number = list(answer["regions"]).index(region) + 1
        box = page.one("article", id=f"r{number}")
        chip = box.one("p", class_="answer-status").all("span", class_="status-chip")[0]
        assert chip.text == term(STATUSES, entry["eligibility"]["status"], lang)
    assert page.one("p", class_="reproduced").text.startswith("与当时一致" if lang == "zh" else "The same as then")
    assert id in page.text


def test_the_facts_are_told_with_who_asserted_them(client: TestClient) -> None:
    case = example("hubei-family.yaml")
    page = page_of(client, f"/decisions/{decided(client, case)}")
    table = page.one("table", class_="facts-table")
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in table.all("tr") if row.all("td")}
    assert rows["政府救助后仍有困难"] == ["是", "街道经办人员 ，2025年6月20日，入户走访"]
    assert rows["家庭年总收入"] == ["36000 元", "未记录"]
    assert rows["步骤：已告知"] == ["2025年7月1日", "经办人员"]
    told = sum(len(facts) for facts in case.values() if isinstance(facts, dict)) - 1  # provenance is told beside
    assert len(rows) >= told - 2


def test_a_refused_referral_simplifies_nothing_yet(client: TestClient) -> None:
    text = page_of(client, f"/decisions/{decided(client, example('letter-before-consent.yaml'))}").text
    assert "须先可以转介" in text
    allowed = page_of(client, f"/decisions/{decided(client, example('hubei-family.yaml'))}").text
    assert "可以简化" in allowed
    assert "须先可以转介" not in allowed


def test_the_overview_tells_what_applies_beside_what_is_open(client: TestClient) -> None:
    page = page_of(client, f"/decisions/{decided(client, example('hubei-family.yaml'))}")
    row = page.all("table", class_="answers-table")[0].one("tbody").all("tr")[0]
    assert [chip.text for chip in row.all("td")[-1].all("span", class_="status-chip")] == ["无法判定", "适用"]


def test_lists_of_a_case_are_told_row_by_row(client: TestClient) -> None:
    case = {
        "duties": [
            {
                "kind": "consultation",
                "level": "county",
                "year": 2025,
                "meetings": [{"departments": True}, {"charities": False}],
            }
        ],
        "targets": [{"item": 15, "year": 2025, "value": 79.9, "additions": {"2024": 3}}],
        "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-10-10"}],
    }
    text = page_of(client, f"/decisions/{decided(client, case, ['jinhua'])}").one("table", class_="facts-table").text
    for words in (
        "相关救助部门到场；慈善组织不清楚；基层力量不清楚",
        "慈善组织未到场",
        "79.9",
        "2024年10月10日",
        "台账 1",
    ):
        assert words in text


def test_the_file_is_the_very_answer_of_the_interface(client: TestClient) -> None:
    id = decided(client, example("hubei-family.yaml"))
    given = client.get(f"/decisions/{id}.json")
    assert given.content == client.get(f"/v1/decisions/{id}").content
    assert given.headers["content-disposition"] == f'attachment; filename="decision-{id}.json"'
    assert given.headers["cache-control"] == "no-store"


def test_the_paper_is_a_word_document(client: TestClient) -> None:
    id = decided(client, example("hubei-hardship-unrecorded.yaml"), ["hubei"])
    given = client.get(f"/decisions/{id}.docx")
    assert given.content.startswith(b"PK")
    assert given.headers["content-type"].endswith("wordprocessingml.document")


def test_reading_a_decision_is_noted(own: TestClient) -> None:
    id = decided(own, example("hubei-hardship-unrecorded.yaml"), ["hubei"])
    for path in (f"/decisions/{id}", f"/decisions/{id}.json", f"/decisions/{id}.docx"):
        own.get(path)
    own.get("/decisions")
    assert events(own) == ["decided", "decision_read", "decision_read", "decision_read"]


def test_an_answer_that_cannot_be_made_again_is_not_shown(own: TestClient) -> None:
    id = decided(own, example("hubei-hardship-unrecorded.yaml"), ["hubei"])
    service(own).answering.version = "0.0.9"
    page = page_of(own, f"/decisions/{id}")
    told = page.one("p", class_="reproduced").text
    assert "与当时不一致" in told
    assert NOT_THE_SAME["engine_changed"][0] in told
    assert page.all("span", class_="status-chip") == []
    assert "已获政府救助" in page.one("table", class_="facts-table").text
    assert own.get(f"/decisions/{id}.docx").status_code == 409
    assert own.get(f"/decisions/{id}/changes?region=hubei").status_code == 409
    assert json.loads(own.get(f"/decisions/{id}.json").content)["answer"] is None


def test_a_supposition_is_told_as_such(client: TestClient) -> None:
    overlay = {
        "overlay": 1,
        "id": "suppose-less",
        "base": "jinhua-draft",
        "zh": "设想收入线为五万元",
        "en": "suppose the line at 50,000",
        "set": {"income_line": 50000},
    }
    case = example("jinhua-household-of-five.yaml")
    asked = {"case": case, "regions": ["jinhua"], "settings": {"overlay": overlay}}
    answer = client.post("/v1/assessments", json=asked, headers={"accept": "application/json"})
    if answer.status_code == 422:
        pytest.fail(answer.text)
    page = page_of(client, f"/decisions/{answer.json()['decision_id']}")
    assert "设想收入线为五万元" in page.one("article", id="r1").text
    assert page.all("p", class_="what-changes") == []


@pytest.mark.parametrize("path", ["/decisions/nope", "/decisions/NOPE", "/decisions/a.b", "/decisions/nope.json"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_list_tells_nothing_of_anybody(own: TestClient) -> None:
    assert "还没有核对记录" in page_of(own, "/decisions").text
    ids = {decided(own, {**example("hubei-family.yaml"), "case": f"E-{number}"}, ["hubei"]) for number in range(3)}
    other = decided(own, example("hubei-hardship-unrecorded.yaml"), ["tianjin"])
    page = page_of(own, "/decisions")
    links = {one.attributes["href"] for one in page.one("tbody").all("a")}
    assert links == {f"/decisions/{id}" for id in (*ids, other)}
    assert "E-1" not in page.text
    assert "街道经办人员" not in page.text
    only = page_of(own, "/decisions?region=tianjin&day=2025-08-01")
    assert [one.attributes["href"] for one in only.one("tbody").all("a")] == [f"/decisions/{other}"]
    assert page_of(own, "/decisions?day=2025-07-31").all("tbody") == []
    assert page_of(own, "/decisions?case=nope").all("tbody") == []
    assert "decision_read" not in events(own)


def test_whoever_did_not_sign_in_is_told_in_words(own: TestClient) -> None:
    id = decided(own, example("hubei-family.yaml"))
    for path in ("/decisions", f"/decisions/{id}"):
        page = page_of(own, path)
        assert "本机（未登录）" in page.text
        assert "loopback" not in page.text
        assert "this machine, not signed in" in page_of(own, f"{path}?lang=en").text
        own.cookies.clear()


def test_the_list_goes_on_page_by_page(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.web.pages.answers.decisions.ON_A_PAGE", 2)
    ids = {decided(own, {"case": f"E-{number}"}, ["hubei"]) for number in range(5)}
    seen: list[str] = []
    path: str | None = "/decisions?region=hubei"
    while path:
        page = page_of(own, path)
        seen += [one.attributes["href"].rpartition("/")[2] for one in page.one("tbody").all("a")]
        links = [one.attributes["href"] for nav in page.all("nav", class_="pages") for one in nav.all("a")]
        path = next((link for link in links if "after=" in link), None)
    assert len(seen) == 5
    assert set(seen) == ids


@pytest.mark.parametrize(("query", "status"), [("day=x", 422), ("region=nowhere", 422), ("after=<b>", 200)])
def test_a_query_that_is_wrong_is_told(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/decisions?{query}").status_code == status


def test_what_would_change_an_answer(client: TestClient) -> None:
    id = decided(client, example("jinhua-household-of-five.yaml"), ["jinhua", "shanxi"])
    page = page_of(client, f"/decisions/{id}/changes?region=jinhua")
    told = page.one("ol", class_="change-list").text
    assert "留守儿童：是 （现记：否）" in told
    part = read(client.get(f"/decisions/{id}/changes?region=jinhua", headers={"hx-request": "true"}).text)
    assert part.all("html") == []
    assert part.one("ol", class_="change-list").text == told
    silent = page_of(client, f"/decisions/{id}/changes?region=shanxi")
    assert silent.all("ol", class_="change-list") == []
    assert client.get(f"/decisions/{id}/changes?region=hubei").status_code == 404
    assert "没有" in page_of(client, f"/decisions/{id}/changes?region=jinhua&point=nothing").text


def settle(client: TestClient, path: str, **fields: str) -> Any:
    given = {"option": "per-capita", "reason": "按家庭人口折算更合文件本意", "authority": "市民政局会议纪要〔2025〕3号"}
    return client.post(path, data={**token(client), "division": "national", **given, **fields}, follow_redirects=False)


def test_an_ambiguous_answer_is_settled_on_its_page(own: TestClient) -> None:
    id = decided(own, example("jinhua-household-of-five.yaml"), ["jinhua"])
    page = page_of(own, f"/decisions/{id}")
    (form,) = [one for one in page.all("form", class_="settle-form") if "以三口之家" in one.text]
    options = {one.attributes["value"] for one in form.all("input", name="option")}
    hidden = {one.attributes["name"]: one.attributes["value"] for one in form.all("input", type="hidden")}
    path, axis = form.attributes["action"], form.attributes["action"].rpartition("/")[2]
    option = sorted(options)[0]
    fields = {**hidden, "option": option, "reason": f"按家庭人口折算更合本意{EVIL}", "authority": f"纪要{EVIL}"}
    for _ in range(2):  # a second click settles nothing more
        answer = own.post(path, data=fields, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/decisions/{id}?settled=1#settled")
    choices = own.get("/v1/reading-choices").json()["items"]
    assert [(one["axis"], one["option"], one["current"]) for one in choices] == [(axis, option, True)]
    page = page_of(own, f"/decisions/{id}?settled=1")
    assert page.one("p", id="settled").text.startswith("已选定")
    assert page.all("script", src="alert") == []
    words = {one.text for one in page.all("bdi")}
    assert {" ".join(fields["reason"].split()), " ".join(fields["authority"].split())} <= words
    assert "本机（未登录）" in page.one("section", id="places").text
    assert "loopback" not in words
    again = own.get(f"/v1/decisions/{id}").json()
    assert again["reproduced"] == "same"
    assert again["answer"]["regions"]["jinhua"]["eligibility"]["status"] == "ambiguous"
    new = decided(own, example("jinhua-household-of-five.yaml"), ["jinhua"])
    assert new != id
    later = page_of(own, f"/decisions/{new}")
    assert later.one("p", class_="answer-status").text != page.one("p", class_="answer-status").text
    assert "当时采用的读法" in later.text


def jinhua_place(client: TestClient) -> str:
    """Find the page of a place of Jinhua's draft that makes answers ambiguous."""
    page = page_of(client, "/readings")
    (link,) = [
        box.one("h2").one("a").attributes["href"]
        for box in page.all("article", class_="place")
        if "三口之家" in box.text
    ]
    return link


def first_option(client: TestClient, path: str) -> str:
    return page_of(client, path).all("input", name="option")[0].attributes["value"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"option": ""}, "settle-option"),
        ({"option": "no-such-reading"}, "settle-option"),
        ({"reason": "太短"}, "settle-reason"),
        ({"reason": ""}, "settle-reason"),
        ({"authority": ""}, "settle-authority"),
        ({"authority": "长" * 101}, "settle-authority"),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(client: TestClient, fields: dict[str, str], at: str) -> None:
    path = jinhua_place(client)
    good = {"option": first_option(client, path), "reason": "按家庭人口折算更合文件本意", "authority": "会议纪要"}
    answer = settle(client, path, **{**good, **fields})
    assert answer.status_code == 422
    page = read(answer.text)
    assert faults_of(page) == []
    assert [one.attributes["href"] for one in page.one("div", id="faults").all("a")] == [f"#{at}"]
    typed = {**good, **fields}
    assert page.one("textarea").text == typed["reason"]
    assert page.one("input", name="authority").attributes["value"] == typed["authority"]
    assert page.all("span", id=f"{at}-fault")
    assert client.get("/v1/reading-choices").json()["items"] == []


def test_a_settlement_is_replaced_and_taken_back(own: TestClient) -> None:
    path = jinhua_place(own)
    options = [one.attributes["value"] for one in page_of(own, path).all("input", name="option")]
    before = page_of(own, "/readings?open=1").all("article", class_="place")
    assert settle(own, path, option="-").status_code == 422 or settle(own, path, option="-").status_code == 409
    for option in options:
        assert settle(own, path, option=option).status_code == 303
    page = page_of(own, path)
    assert len(page.one("ol", class_="history").all("li")) == 2
    assert len(page_of(own, "/readings?open=1").all("article", class_="place")) == len(before) - 1
    assert settle(own, path, option="-").status_code == 303
    page = page_of(own, path)
    assert len(page.one("ol", class_="history").all("li")) == 3
    assert "未选定" in page.text
    assert len(page_of(own, "/readings?open=1").all("article", class_="place")) == len(before)


def test_a_form_of_another_site_settles_nothing(own: TestClient) -> None:
    path = jinhua_place(own)
    given = {"option": first_option(own, path), "reason": "按家庭人口折算更合文件本意", "authority": "纪要"}
    assert own.post(path, data={**given, "division": "national"}).status_code == 403
    assert settle(own, "/readings/jinhua-draft/no-such-place").status_code == 404
    sent = settle(own, path, **given, back="https://elsewhere.example/")
    assert sent.headers["location"].startswith("/?settled=1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_words_stay_words(own: TestClient, lang: str) -> None:
    case = {
        **example("hubei-hardship-unrecorded.yaml"),
        "case": "E<img src=x onerror=y>",
        "household_ref": "H\"'><script>",
        "provenance": {"aid.received": {"by": EVIL, "on": "2025-07-01", "note": EVIL}},
    }
    id = decided(own, case)
    page = page_of(own, f"/decisions/{id}?lang={lang}&open=1")
    assert page.all("img") == []
    assert all("src" in one.attributes for one in page.all("script"))
    words = [one.text for one in page.all("bdi")]
    assert words.count(EVIL) >= 4
    assert {case["case"], case["household_ref"]} <= set(words)
    assert own.get(f"/decisions/{id}.docx").content.startswith(b"PK")


def test_a_hostile_policy_stays_text(tmp_path: Path) -> None:
    with serving(tmp_path, hostile(tmp_path / "yunlu")) as client:
        case = {**example("hubei-family.yaml"), "provenance": {}}
        id = decided(client, case, ["yunlu"])
        place = page_of(client, "/readings").all("article", class_="place")[0].one("h2").one("a").attributes["href"]
        for path in (f"/decisions/{id}?open=1", "/readings", place):  # the solver knows installed regions alone
            page = page_of(client, path)
            assert page.all("img") == []
            assert all("src" in one.attributes for one in page.all("script"))
            assert HOSTILE in page.text


def test_an_office_sees_its_own_decisions_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        guarded(client, Ticks())
        keeping = service(client).keeping
        here = bearing(key_of(keeping, ("case_worker", "4205")))
        there = bearing(key_of(keeping, ("case_worker", "31")))
        editor = bearing(key_of(keeping, ("policy_editor", "4205")))
        id = decided(client, example("hubei-hardship-unrecorded.yaml"), ["hubei"], headers=here)
        page = page_of(client, f"/decisions/{id}", here)
        assert page.all("form", class_="settle-form") == []  # who works on a case settles no reading
        assert id in page_of(client, "/decisions", here).text
        assert id not in page_of(client, "/decisions", there).text
        for path in (f"/decisions/{id}", f"/decisions/{id}.json", f"/decisions/{id}/changes?region=hubei"):
            assert client.get(path, headers=there).status_code == 404
        assert client.get("/decisions", headers=editor).status_code in (200, 403)
        assert client.get(f"/decisions/{id}", headers=editor).status_code in (403, 404)


def test_who_edits_policies_settles_for_their_own_office(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        guarded(client, Ticks())
        keeping = service(client).keeping
        editor = bearing(key_of(keeping, ("policy_editor", "4205")))
        worker = bearing(key_of(keeping, ("case_worker", "4205")))
        first = page_of(client, "/readings", editor).all("article", class_="place")[0]
        place = first.one("h2").one("a").attributes["href"]
        form = page_of(client, place, editor).one("form", class_="settle-form")
        hidden = {one.attributes["name"]: one.attributes["value"] for one in form.all("input", type="hidden")}
        assert hidden["division"] == "4205"
        option = form.all("input", name="option")[0].attributes["value"]
        fields = {
            **hidden,
            "option": option,
            "reason": "与本市历年做法一致，见会议纪要",
            "authority": "纪要〔2025〕1号",
        }
        refused = client.post(place, data={**fields, "division": "national"}, headers=editor)
        assert refused.status_code == 403
        assert read(refused.text).one("div", id="faults").text
        assert client.post(place, data=fields, headers=worker).status_code == 403
        done = client.post(place, data={**fields, "once": "another"}, headers=editor, follow_redirects=False)
        assert done.status_code == 303
        assert "已选定" in page_of(client, place, worker).text
        assert page_of(client, place, worker).all("form", class_="settle-form") == []


def test_the_sheet_of_answers_prints_upright() -> None:
    import xianjie.web

    css = (Path(xianjie.web.__file__).parent / "static" / "answers.css").read_text("utf-8")
    paper = css.partition("@media print")[2]
    assert "A4 portrait" in paper
    assert ".decision-actions" in paper
