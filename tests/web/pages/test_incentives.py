"""Instruments by force: what the page shows for an organisation is the engine's answer, and the file says the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.service.conftest import FIVE, TODAY
from tests.service.invented import copied
from tests.service.let_in import Ticks, bearing, guarded, key_of, service_behind
from tests.web.conftest import serving, token
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.policy.model import IncentiveRule
from xianjie.vocabulary import FactType
from xianjie.vocabulary.terms import FORCES, INSTRUMENTS, STATUSES, term

EVIL = "<script>alert(1)</script>'\"&lt;"
REGIONS = discover()
ENGINE = Engine(REGIONS.load(), REGIONS.vocabulary)
DAY = TODAY.toordinal()
VOCABULARY = REGIONS.vocabulary
SPECS = VOCABULARY.of_record("organisation")
FLAGS = [spec for spec in SPECS if spec.type is FactType.BOOL]
WORDS = [spec for spec in SPECS if spec.type is FactType.ENUM]
FACTS = st.fixed_dictionaries(
    {},
    optional={spec.short: st.booleans() for spec in FLAGS} | {s.short: st.sampled_from(list(s.words)) for s in WORDS},
)


def page_of(answer: httpx2.Response, status: int = 200) -> Element:
    assert answer.status_code == status, answer.text
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    return page


def table(page: Element) -> Element:
    return page.one("table", class_="instruments")


def statuses(page: Element) -> dict[tuple[str, str, str, str], list[str]]:
    """Read the table: by force, instrument, column, the rule's clause, the statuses that stand there."""
    out: dict[tuple[str, str, str, str], list[str]] = {}
    found = table(page)
    columns = [
        one.one("a").attributes["href"].rpartition("/")[2] for one in found.all("th", scope="col") if one.all("a")
    ]
    for row in found.all("tr", class_="cells"):
        force, _, instrument = row.attributes["id"].removeprefix("r-").rpartition("-")
        for policy, cell in zip(columns, row.all("td"), strict=True):
            for offer in cell.all("div", class_="offered"):
                rule = offer.all("a", class_="clause")[0].attributes["href"].rpartition("#")[2]
                said = offer.all("span", class_="status-chip")
                out.setdefault((force, instrument, policy, rule), []).append(said[0].text if said else "")
    return out


def posted(client: TestClient, facts: dict[str, Any], path: str = "/incentives", **more: str) -> httpx2.Response:
    def written(value: Any) -> str:
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)

    form = {f"facts.organisation.{name}": written(value) for name, value in facts.items()}
    return client.post(path, data={**token(client), **form, **more})


@given(FACTS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_says_what_an_assessment_says_for_every_region(client: TestClient, facts: dict[str, Any]) -> None:
    page = page_of(posted(client, facts))
    body = {"case": {"organisation": facts}, "regions": FIVE, "as_of": "2025-08-01"}
    answer = client.post("/v1/assessments", json=body).json()["regions"]
    expected: dict[tuple[str, str, str, str], list[str]] = {}
    for entry in answer.values():
        for one in entry["incentives"]:
            if one["rule"] is not None:
                key = (one["force"], one["instrument"], entry["policy"]["id"], one["rule"])
                expected.setdefault(key, []).append(term(STATUSES, one["status"]))
    assert statuses(page) == expected
    silent = {
        name
        for name in INSTRUMENTS
        if all(
            one["rule"] is None for entry in answer.values() for one in entry["incentives"] if one["instrument"] == name
        )
    }
    shown = {row.attributes["id"].rpartition("-")[2] for row in table(page).all("tr", class_="cells")}
    assert shown == set(INSTRUMENTS) - silent
    wanted = {name for entry in answer.values() for one in entry["incentives"] for name in one["missing"]}
    for name in wanted:
        assert VOCABULARY[name].zh in page.one("main").text


def test_forces_stand_in_the_order_of_the_field(client: TestClient) -> None:
    found = table(page_of(client.get("/incentives")))
    groups = [one.attributes["id"].removeprefix("g-") for one in found.all("th", scope="rowgroup")]
    assert groups == [force for force in FORCES if force in groups]
    assert len(groups) >= 4
    for row in found.all("tr", class_="cells"):
        for cell in row.all("td"):
            column, head = cell.attributes["headers"].split()
            assert column.startswith("c")
            assert head.startswith("t-")
            assert cell.text


def test_without_an_organisation_it_lists_what_is_on_offer(client: TestClient) -> None:
    page = page_of(client.get("/incentives"))
    assert page.all("span", class_="status-chip") == []
    offers = statuses(page)
    lines = {
        (line.rule.force, instrument, policy.id, line.rule.id)
        for policy in (ENGINE.documents.answering(name, DAY) for name in FIVE)
        for line in policy.incentives
        if isinstance(line.rule, IncentiveRule)
        for instrument in line.rule.instruments
    }
    assert set(offers) == lines
    text = page.one("main").text
    for words in ("由谁给：", "未规定", "摘要未载", "征求意见稿，未生效", "效力待核实", "依据新闻摘要编写"):
        assert words in text


def test_regions_and_differences_are_chosen(client: TestClient) -> None:
    page = page_of(client.get("/incentives?regions=tianjin&regions=hubei&only=1"))
    found = table(page)
    assert [one.one("a").text for one in found.all("th", scope="col") if one.all("a")] == ["天津", "湖北"]
    assert all("有差异" in row.one("th").text for row in found.all("tr", class_="cells"))
    everything = table(page_of(client.get("/incentives?regions=tianjin&regions=hubei")))
    alike = {
        row.one("th").one("span", class_="topic").text
        for row in everything.all("tr", class_="cells")
        if "相同" in row.one("th").text
    }
    left = [one for one in page.all("details", class_="left-out") if "没有差异" in one.one("summary").text]
    assert alike == (set(left[0].one("p").text.split("、")) if left else set())
    one = page_of(client.get("/incentives?regions=hubei&only=1"))
    assert "没有可比的" in one.one("main").text


@pytest.mark.parametrize(
    ("query", "field"),
    [("regions=nowhere", "f-regions"), ("as_of=2025-02-30", "f-as-of"), ("organisation=none-such", "f-organisation")],
)
def test_what_is_wrong_with_an_address_is_told(client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/incentives?{query}")
    assert answer.status_code == 422
    page = read(answer.text)
    assert field in [one.attributes["href"][1:] for one in page.one("div", id="faults").all("a")]


@pytest.mark.parametrize(("name", "value"), [("charitable", "maybe"), ("field", "weather"), ("stage", "旧")])
def test_a_fact_that_is_wrong_is_told_at_its_field_and_the_rest_is_kept(
    client: TestClient, name: str, value: str
) -> None:
    page = page_of(posted(client, {"individual": True, name: value}), 422)
    assert [one.attributes["href"] for one in page.one("div", id="faults").all("a")] == [
        f"#f-facts-organisation-{name}"
    ]
    assert "checked" in page.one("input", name="facts.organisation.individual", value="yes").attributes
    assert page.all("span", class_="status-chip") == []


def test_a_recorded_organisation_is_chosen(client: TestClient) -> None:
    facts = {"charitable": True, "field": "social_assistance", "stage": "early"}
    body = {"name": "示例" + EVIL[:40], "division": "420502", "facts": facts}
    id = client.post("/v1/organisations", json=body).json()["id"]
    page = page_of(client.get(f"/incentives?organisation={id}"))
    assert EVIL[:40] in page.one("div", class_="result-head").text
    assert statuses(page) == statuses(page_of(posted(client, facts)))
    assert "适用" in table(page).text
    file = client.get(f"/downloads/incentives.xlsx?organisation={id}")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert any("示例" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)


def test_facts_are_never_part_of_an_address(client: TestClient) -> None:
    page = page_of(posted(client, {"charitable": True}))
    assert all("charitable" not in one.attributes.get("href", "") for one in page.all("a"))
    assert posted(client, {"charitable": True}).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_file_says_what_the_page_says(client: TestClient, lang: str) -> None:
    client.get(f"/display?lang={lang}")
    facts = {"charitable": True, "field": "social_assistance", "outstanding_contribution": True}
    answer = posted(client, facts, "/downloads/incentives.xlsx")
    assert answer.status_code == 200
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    notes, sheet = book.worksheets
    told = {str(cell.value) for row in notes.iter_rows() for cell in row if cell.value}
    assert any(VOCABULARY["organisation.charitable"].zh in one or "charitable" in one for one in told)
    page = page_of(posted(client, facts))
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    heads = [
        term(FORCES, one.attributes["id"].removeprefix("g-"), lang) for one in table(page).all("th", scope="rowgroup")
    ]
    assert [row[0] for row in rows[1:] if not any(row[1:])] == heads
    body = [row for row in rows[1:] if any(row[1:])]
    found = table(page).all("tr", class_="cells")
    assert len(body) == len(found)
    for row, shown in zip(body, found, strict=True):
        assert row[0] == shown.one("th").one("span", class_="topic").text
        for cell, td in zip(row[1:], shown.all("td"), strict=True):
            chips = [one.text for one in td.all("span", class_="status-chip")]
            first = [part.split("\n")[0] for part in cell.split("\n\n")] if chips else []
            assert set(first) <= set(chips)
            assert bool(first) == bool(chips)
    assert sheet.freeze_panes == "B2"
    assert sheet.print_area


def test_wrong_facts_give_no_file_but_the_form(client: TestClient) -> None:
    answer = posted(client, {"field": "weather"}, "/downloads/incentives.xlsx")
    assert "领域" in page_of(answer, 422).one("div", id="faults").text
    assert client.get("/downloads/incentives.xlsx?as_of=x").status_code == 422


def test_a_formula_in_a_name_is_text_in_the_file(client: TestClient) -> None:
    body = {"name": "=HYPERLINK(1)", "division": "420502", "facts": {}}
    id = client.post("/v1/organisations", json=body).json()["id"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/downloads/incentives.xlsx?organisation={id}").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    for path in ("/incentives", "/downloads/incentives.xlsx"):
        assert client.post(path, data={"facts.organisation.charitable": "yes"}).status_code == 403


def test_hostile_words_of_a_document_stay_text(tmp_path: Path) -> None:
    regions, file = copied("tianjin", tmp_path / "tianjin")
    file.change("actor: 天津市社会救助基金会", "actor: '<script>alert(1)</script>基金会'")
    with serving(tmp_path, regions) as client:
        page = page_of(client.get("/incentives"))
        assert len(page.all("script")) == 2
        assert "<script>alert(1)</script>基金会" in page.one("main").text


def test_it_is_said_in_english(client: TestClient) -> None:
    page = page_of(client.get("/incentives?lang=en"))
    assert [one.text for one in page.all("h1")] == ["Incentives"]
    assert table(page).all("th", scope="rowgroup")[0].text.startswith("must")


@pytest.mark.parametrize("path", ["/incentives", "/downloads/incentives.xlsx"])
def test_what_applies_to_an_organisation_is_for_who_may_assess(tmp_path: Path, path: str) -> None:
    with serving(tmp_path) as client:
        guarded(client, Ticks())
        key = key_of(service_behind(client).keeping, ("auditor", "national"))
        assert client.get(path, headers=bearing(key)).status_code == 200
        answer = client.get(path, params={"organisation": "abcdefghijklmnopqrst"}, headers=bearing(key))
        assert answer.status_code == 403
