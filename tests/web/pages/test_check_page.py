"""The form of one case over HTTP: it says what the interface says, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.web.conftest import serving
from tests.web.pages.check_posted import PART, form, preview, state_of, statuses
from tests.web.reading import Element, addresses, faults_of, inline_code, read

from xianjie.vocabulary import BASE
from xianjie.vocabulary.facts import LISTS
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES
from xianjie.web.pages.check.questions import OF_MEMBER


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("check")) as made:
        made.follow_redirects = False
        yield made


# -- the form ------------------------------------------------------------------------------------------------------


def test_every_fact_has_a_labelled_field(client: TestClient) -> None:
    lists = {f"add{number}": "" for number in range(3)}
    page = preview(client, dimension=list(DIMENSIONS), **{f"{LISTS[name]}.0.kind": "" for name in LISTS}, **lists)
    names = {
        one.attributes["name"].removesuffix(".never")
        for tag in ("input", "select", "textarea")
        for one in page.all(tag)
        if "name" in one.attributes
    }
    for spec in BASE.facts:
        prefix = f"{LISTS[spec.record]}.0." if spec.record in LISTS else ""
        name = f"{prefix}{spec.short}" if prefix else f"m0.{spec.name}" if spec.record in OF_MEMBER else spec.name
        assert name in names
    assert spec.zh in page.text
    assert faults_of(page) == []
    assert inline_code(page) == []


def test_not_known_is_chosen_from_the_start(client: TestClient) -> None:
    page = read(client.get("/check").text)
    for one in page.all("input", type="radio"):
        assert ("checked" in one.attributes) == (one.attributes["value"] == "")
    assert not [
        one
        for one in page.all("input", type="checkbox")
        if one.attributes["name"].endswith(".never") and "checked" in one.attributes
    ]


def test_drafts_and_digests_are_named_where_regions_are_chosen(client: TestClient) -> None:
    chips = [one.text for one in read(client.get("/check").text).all("label", class_="chip")]
    assert any("金华" in one and "征求意见稿" in one for one in chips)
    assert any("山西" in one and "只有摘要" in one for one in chips)
    assert any(one == "湖北" for one in chips)


def test_what_was_typed_stands_there_again(client: TestClient) -> None:
    page = preview(client, regions=["jinhua"])
    assert page.one("input", name="household.annual_income").attributes["value"] == "8万元"
    (ticked,) = [one for one in page.all("input", name="m0.person.tekun") if "checked" in one.attributes]
    assert ticked.attributes["value"] == "true"
    assert "checked" in page.one("input", name="m0.aid.exit_date.never").attributes
    assert page.one("input", name="as_of").attributes["value"] == "2025-05-01"


@pytest.mark.parametrize(("region", "dimension"), [*zip(FIVE, DIMENSIONS, strict=True)])
def test_facts_that_no_rule_reads_are_folded_away(client: TestClient, region: str, dimension: str) -> None:
    page = read(client.get(f"/check?regions={region}&dimension={dimension}").text)
    assert faults_of(page) == []
    folded = page.all("details", class_="other-facts")
    if folded:
        other = {one.attributes["class"].split()[1] for one in folded[0].all("div", class_="question")}
        assert other == {"is-other"}
    shown = [one for one in page.all("div", class_="question") if "is-other" not in one.attributes["class"]]
    inside = folded[0].all("div", class_="question") if folded else []
    assert not [one for one in shown if one in inside]
    assert len(shown) + len(inside) == len([spec for spec in BASE.facts if spec.record not in LISTS])


def test_the_questions_get_fewer_as_answers_come(client: TestClient) -> None:
    empty = read(client.get("/check?regions=shanghai").text)
    assert state_of(empty, "q-m0-person-tekun") == "asked"
    assert state_of(empty, "q-household-emergency_hardship") == "asked"
    matched = preview(client, regions=["shanghai"], **{"household.emergency_hardship": "true"})
    assert state_of(matched, "q-m0-person-tekun") == "told"
    assert state_of(matched, "q-household-emergency_hardship") == "settled"
    assert state_of(matched, "q-household-illness_impoverished") == "idle"
    assert "没有还影响结论的问题了" in matched.one("p", id="live-count").text


def test_an_unreadable_field_comes_back_with_its_words_and_the_rest_is_answered(client: TestClient) -> None:
    good = statuses(preview(client, regions=["shanghai"]))
    answer = client.post("/check", data=form(client, regions=["shanghai"], **{"household.size": "三个"}))
    assert answer.status_code == 422
    page = read(answer.text)
    assert statuses(page) == good == [("上海", "属优先对象")]
    field = page.one("input", name="household.size")
    assert field.attributes["value"] == "三个"
    assert field.attributes["aria-invalid"] == "true"
    assert page.one("span", id="q-household-size-fault").text == "须是整数"
    (link,) = page.one("div", id="faults").all("a")
    assert link.attributes["href"] == "#q-household-size"
    assert faults_of(page) == []


def test_a_day_that_is_none_is_told_and_today_stands_in(client: TestClient) -> None:
    answer = client.post("/check", data=form(client, as_of="2025-02-30"))
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.one("input", name="as_of").attributes["value"] == "2025-02-30"
    assert "没有这一天" in page.one("div", id="faults").text


# -- the answers ---------------------------------------------------------------------------------------------------


def test_the_preview_says_what_the_interface_says(client: TestClient) -> None:
    page = preview(client, dimension=["eligibility", "services"], regions=FIVE)
    case = {
        "person": {"tekun": True, "elderly": False},
        "aid": {"received": True, "exit_date": "never"},
        "household": {"size": 3, "annual_income": 80000, "property_within_limits": True},
    }
    asked = {"case": case, "regions": FIVE, "as_of": "2025-05-01"}
    answer = client.post("/v1/assessments", json=asked).json()
    names = {"hubei": "湖北", "tianjin": "天津", "jinhua": "金华", "shanxi": "山西", "shanghai": "上海"}
    wanted = [(names[name], STATUSES[found["eligibility"]["status"]][0]) for name, found in answer["regions"].items()]
    assert statuses(page) == wanted
    for region, found in answer["regions"].items():
        (shown,) = [one for one in page.all("article", class_="answer") if one.one("h3").text == names[region]]
        for group in found["eligibility"]["groups"]:
            assert group["name"] in shown.text
            assert group["clause"] in shown.text


def test_a_preview_is_not_recorded_and_says_so(client: TestClient) -> None:
    before = len(client.get("/v1/decisions").json()["items"])
    assert "预览，未记录" in preview(client).text
    assert len(client.get("/v1/decisions").json()["items"]) == before


def test_a_script_gets_the_answers_and_how_each_question_stands(client: TestClient) -> None:
    answer = client.post("/check", data=form(client, **{"household.size": "x"}), headers=PART)
    assert answer.status_code == 200
    assert answer.headers["hx-trigger-after-settle"] == "answered"
    part = read(answer.text)
    assert not part.all("form")
    states = part.one("div", id="states").attributes
    assert "q-m0-person-tekun" in (states["data-told"] + states["data-settled"]).split()
    assert "q-household-size" in states["data-told"].split() + states["data-settled"].split()
    (fault,) = [one for one in part.all("li") if "data-at" in one.attributes]
    assert fault.attributes["data-at"] == "q-household-size"
    whole = client.post("/check", data=form(client), headers={**PART, "hx-target": "check"})
    assert read(whole.text).all("form")
    assert "<html" not in whole.text


def test_the_asserted_source_stands_beside_the_facts(client: TestClient) -> None:
    page = preview(
        client, regions=["shanghai"], **{"said.m0.person.tekun.by": "镇民政办", "said.m0.person.tekun.note": "供养证"}
    )
    sources = [one.text for one in page.all("span", class_="source")]
    assert any("镇民政办" in one and "供养证" in one for one in sources)


def test_facts_never_stand_in_an_address(client: TestClient) -> None:
    page = preview(client)
    led = [one for one in addresses(page) if not one.startswith("#")]
    assert not [one for one in led if "person" in one or "household" in one or "80000" in one]
    assert page.one("form", id="check-form").attributes["method"] == "post"


# -- hostile words -------------------------------------------------------------------------------------------------

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&{{7*7}}"


ANYWHERE = [
    "m0.label",
    "m1.label",
    "household_ref",
    "said_by",
    "said.m0.person.tekun.note",
    "m0.referral.events.0.by",
    "open.x",
    "division",
    "m0.aid.special_programmes",
    "household.size",
    "case_id",
    "ledgers.0.kind",
    "m0.person.orphan",
    "as_of",
    "office",
]


@pytest.mark.parametrize("headers", [{}, PART, {**PART, "hx-target": "check"}], ids=["page", "live", "check"])
@pytest.mark.parametrize("path", ["/check", "/check/decide", "/check/keep", "/check/file"])
def test_words_stay_words(client: TestClient, path: str, headers: dict[str, str]) -> None:
    data = form(client, dimension=list(DIMENSIONS), regions="shanghai", **dict.fromkeys((*ANYWHERE, HOSTILE), HOSTILE))
    answer = client.post(path, data={**data, "m0.referral.events.0.event": "informed"}, headers=headers)
    assert answer.status_code in (200, 422)
    page = read(answer.text)
    assert inline_code(page) == []
    assert page.all("script", src="x") == page.all("img") == []
    assert not [one for one in page.all("script") if "src" not in one.attributes]
    assert HOSTILE in {one.attributes.get("value", "") for one in page.all("input")} or headers == PART


@pytest.mark.parametrize("name", ["m0.label", "household_ref", "said_by", "said.m0.person.tekun.note"])
def test_words_that_are_taken_stay_words_in_the_answer(client: TestClient, name: str) -> None:
    answer = client.post("/check", data=form(client, regions="shanghai", **{name: HOSTILE, "m1.label": ""}))
    assert answer.status_code == 200
    assert inline_code(read(answer.text)) == []
    assert "<script>alert" not in answer.text


def test_an_identity_number_is_refused_and_not_repeated_outside_its_field(client: TestClient) -> None:
    answer = client.post("/check", data=form(client, **{"m0.label": "11010519491231002X"}))
    page = read(answer.text)
    assert answer.status_code == 422
    assert "不得填写公民身份号码" in page.one("div", id="faults").text
    assert answer.text.count("11010519491231002X") == answer.text.count('value="11010519491231002X"') == 1
    assert client.post("/check/decide", data=form(client, **{"m0.label": "11010519491231002X"})).status_code == 422


# -- members of a household ----------------------------------------------------------------------------------------


def test_members_stand_side_by_side(client: TestClient) -> None:
    page = preview(client, add="member", regions=["shanghai", "hubei"])
    assert [one.text for one in page.all("h3") if one.text.startswith("成员")] == ["成员一", "成员二"]
    table = page.one("table", class_="answers-table")
    assert [one.text for one in table.all("th", scope="row")] == ["成员一", "成员二"]
    assert faults_of(page) == []
    again = preview(client, regions=["shanghai"], **{"m1.label": "乙", "m1.person.tekun": "false"})
    rows = again.one("table", class_="answers-table").all("tr")[1:]
    assert "属优先对象" in rows[0].text
    assert "成员二 乙" in rows[1].text
    assert "未规定" in rows[1].text
    gone = preview(client, remove="m0", **{"m1.label": "", "m1.person.tekun": "true"})
    assert [
        one.attributes["name"] for one in gone.all("input") if one.attributes.get("name", "").endswith(".label")
    ] == ["m1.label"]


def test_each_member_is_a_case_with_the_same_household(client: TestClient) -> None:
    data = form(client, regions=["shanghai"], household_ref="H-12", **{"m1.label": "乙", "m1.person.tekun": "false"})
    given = client.post("/check/decide", data=data)
    assert given.headers["location"].startswith("/check/decided?")
    page = read(client.get(given.headers["location"]).text)
    ids = [
        one.attributes["href"].rpartition("/")[2]
        for one in page.all("a")
        if one.attributes["href"].startswith("/decisions/")
    ]
    asked = [client.get(f"/v1/decisions/{id}").json()["asked"]["case"] for id in ids]
    assert [one["household_ref"] for one in asked] == ["H-12", "H-12"]
    assert (
        asked[0]["household"]
        == asked[1]["household"]
        == {"size": 3, "annual_income": 80000, "property_within_limits": True}
    )
    assert [one["person"]["tekun"] for one in asked] == [True, False]
    assert [one.get("case") for one in asked] == [None, "乙"]


@pytest.mark.parametrize(
    "what", ["ledgers", "duties", "targets", "m0.referral.events", "duties.0.meetings", "targets.0.additions"]
)
def test_rows_are_added_and_taken_away(client: TestClient, what: str) -> None:
    data = {"dimension": ["duties", "referral"], "duties.0.kind": "consultation", "targets.0.item": "1"}
    before = preview(client, **data)
    page = preview(client, **data, add=what)
    assert faults_of(page) == []

    def fields(found: Element) -> set[str]:
        tags = ("input", "select")
        return {
            one.attributes["name"]
            for tag in tags
            for one in found.all(tag)
            if one.attributes.get("name", "").startswith(f"{what}.")
        }

    added = fields(page) - fields(before)
    assert added
    row = ".".join(next(iter(added)).split(".")[: len(what.split(".")) + 1])
    kept = {name: "" for name in added if not name.endswith(".held")}
    assert fields(preview(client, **{**data, **kept}, remove=row)) == fields(before)
