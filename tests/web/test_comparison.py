"""The table of regions and topics: what it says, its structure, its filters, one cell in full, its files."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.service.invented import EXAMPLES, drifting
from tests.web.conftest import serving
from tests.web.reading import Element, addresses, faults_of, read

from xianjie.compare.measure import FORCE_RANK
from xianjie.sources import shelf
from xianjie.vocabulary.terms import DIMENSIONS, FORCES
from xianjie.vocabulary.topics import TOPICS

NAMES = ["湖北", "天津", "金华", "山西", "上海"]


def table(client: TestClient, path: str) -> Element:
    return read(client.get(path).text).one("table", class_="matrix")


def columns(found: Element) -> list[str]:
    return [one.one("a").text for one in found.all("th", scope="col") if one.all("a")]


def topics(found: Element) -> list[str]:
    return [one.attributes["id"][2:] for one in found.all("th", scope="row")]


def said(text: str) -> str:
    """Write a text of the interface as a page does: its days in Chinese."""
    return re.sub(r"(20\d\d)-0?(\d+)-0?(\d+)", r"\1年\2月\3日", " ".join(text.split()))


def test_it_is_a_table_with_a_caption_and_scoped_headers(client: TestClient) -> None:
    found = table(client, "/compare")
    assert "2025年8月1日" in found.one("caption").text
    assert sorted(columns(found)) == sorted(NAMES)
    assert topics(found) == [topic.id for topic in TOPICS]
    assert [one.attributes["id"] for one in found.all("th", scope="rowgroup")] == [f"g-{name}" for name in DIMENSIONS]
    for row in found.all("tr", class_="cells"):
        cells = row.all("td")
        assert len(cells) == len(NAMES)
        for number, cell in enumerate(cells):
            column, topic = cell.attributes["headers"].split()
            assert column == f"c{number}"
            assert topic.startswith("t-")


def test_it_says_what_the_interface_says(client: TestClient) -> None:
    regions = list(client.get("/v1/regions").json())
    made = client.post("/v1/comparisons", json={"regions": [one["id"] for one in regions]}).json()
    rows = [row for dimension in made["dimensions"] for row in dimension["rows"]]
    found = table(client, "/compare")
    assert [one.text for one in found.all("td", class_="sentence")] == [said(row["sentence"]) for row in rows]
    for row, shown in zip(rows, found.all("tr", class_="cells"), strict=True):
        for cell, td in zip(row["cells"], shown.all("td"), strict=True):
            assert said(cell["value"]) in td.text
            assert all(clause in td.text for clause in cell["clauses"])
            assert ("is-silent" in td.attributes.get("class", "")) == (cell["status"] != "ruled")


def test_a_silence_says_which_kind_it_is(client: TestClient) -> None:
    words = {one.text for one in table(client, "/compare").all("span", class_="silence")}
    assert words == {"未规定", "摘要未载"}


def test_regions_are_chosen(client: TestClient) -> None:
    page = read(client.get("/compare?regions=tianjin&regions=hubei").text)
    assert columns(page.one("table", class_="matrix")) == ["天津", "湖北"]
    ticked = [one.attributes["value"] for one in page.all("input", name="regions") if "checked" in one.attributes]
    assert sorted(ticked) == ["hubei", "tianjin"]


def test_a_very_document_can_be_named(client: TestClient) -> None:
    page = read(client.get("/compare?regions=jinhua@jinhua-draft&regions=hubei").text)
    assert columns(page.one("table", class_="matrix")) == ["金华", "湖北"]
    assert "jinhua@jinhua-draft" in page.one("form", class_="filters").text


@pytest.mark.parametrize("dimension", list(DIMENSIONS))
def test_dimensions_are_chosen(client: TestClient, dimension: str) -> None:
    page = read(client.get(f"/compare?dimension={dimension}").text)
    assert topics(page.one("table", class_="matrix")) == [one.id for one in TOPICS if one.dimension == dimension]
    (ticked,) = [one for one in page.all("input", name="dimension") if "checked" in one.attributes]
    assert ticked.attributes["value"] == dimension


def test_only_differences_leaves_out_the_rest_and_names_it(client: TestClient) -> None:
    whole, some = table(client, "/compare"), read(client.get("/compare?only=1").text)
    shown = topics(some.one("table", class_="matrix"))
    alike = [
        one.one("th").attributes["id"][2:]
        for one in whole.all("tr", class_="told")
        if "is-silent" in one.attributes["class"]
    ]
    assert set(shown) == set(topics(whole)) - set(alike)
    assert all(
        next(one.zh for one in TOPICS if one.id == topic) in some.one("details", class_="left-out").text
        for topic in alike
    )


@pytest.mark.parametrize(("day", "said"), [("2024-09-02", "未生效"), ("2024-09-03", "现行"), ("2024-09-04", "现行")])
def test_the_date_decides_what_is_in_force(client: TestClient, day: str, said: str) -> None:
    (_, head) = table(client, f"/compare?regions=hubei&as_of={day}").all("th", scope="col")
    assert said in head.text


def test_an_empty_form_asks_for_everything_today(client: TestClient) -> None:
    assert client.get("/compare?regions=&dimension=&as_of=").text.count("<tr") == client.get("/compare").text.count(
        "<tr"
    )


def test_a_script_gets_the_table_alone_unless_it_restores_the_page(client: TestClient) -> None:
    part = client.get("/compare?only=1", headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert topics(read(part.text).one("table", class_="matrix"))
    again = client.get("/compare?only=1", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in again.text


def test_every_link_of_the_table_leads_somewhere(client: TestClient) -> None:
    page = read(client.get("/compare?regions=hubei&regions=jinhua&dimension=duties&only=1&as_of=2025-01-01").text)
    for address in sorted(set(addresses(page)))[:80]:
        if not address.startswith("#"):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("region", FIVE)
@pytest.mark.parametrize("topic", ["coverage", "income_test", "supply_interval", "forward", "instrument.premises"])
def test_a_cell_in_full_gives_rules_clauses_force_and_readings(client: TestClient, topic: str, region: str) -> None:
    made = client.post("/v1/comparisons", json={"regions": [region], "topics": [topic]}).json()
    (cell,) = made["dimensions"][0]["rows"][0]["cells"]
    page = read(client.get(f"/compare/{topic}?at={region}").text)
    said = page.one("article", class_="topic-card").text
    assert len(page.all("div", class_="rule")) == len(cell["rules"])
    for rule, shown in zip(cell["rules"], page.all("div", class_="rule"), strict=True):
        assert rule["clause"] in shown.text
        assert rule["id"] in shown.text
    for question in cell["questions"]:
        assert question["id"] in said
    if cell["status"] != "ruled":
        assert {"not_stipulated": "未规定", "not_reported": "摘要未载"}[cell["status"]] in said
    assert page.one("nav", class_="tabs").all("a", aria_current="true")[0].text in NAMES


@pytest.mark.parametrize(
    ("region", "said"), [("jinhua", "征求意见稿，未生效"), ("shanxi", "只有摘要"), ("shanghai", "效力待核实")]
)
def test_what_cannot_be_relied_on_is_said_beside_every_cell(client: TestClient, region: str, said: str) -> None:
    for topic in ("coverage", "forward", "closing"):
        assert said in read(client.get(f"/compare/{topic}?at={region}").text).one("div", role="note").text
    assert read(client.get("/compare/coverage?at=hubei").text).all("div", role="note") == []


def test_the_original_sentence_stands_there_marked_where_a_copy_was_added(tmp_path: Path) -> None:
    regions = drifting(tmp_path / "yunlu")
    with serving(tmp_path, regions) as client:
        path = "/compare/coverage?at=yunlu"
        assert "没有添加这份文件的原文" in client.get(path).text
        (policy,) = regions.load()
        shelf.add(tmp_path / "home", policy, EXAMPLES / "drift" / "old.txt", dt.date(2025, 6, 1))
        text = (EXAMPLES / "drift" / "old.txt").read_text(encoding="utf-8").replace("\n", "")
        for shown in (path, "/policies/yunlu-2024"):
            page = read(client.get(shown).text)
            marked = [one.text for one in page.all("mark")]
            assert marked
            assert all(one.replace(" ", "") in text for one in marked)
            assert faults_of(page) == []


def test_a_copy_that_is_damaged_is_told_and_does_not_stand_in_the_way(tmp_path: Path) -> None:
    regions = drifting(tmp_path / "yunlu")
    with serving(tmp_path, regions) as client:
        (policy,) = regions.load()
        shelf.add(tmp_path / "home", policy, EXAMPLES / "drift" / "old.txt", dt.date(2025, 6, 1))
        (text,) = (tmp_path / "home").rglob("text-*.txt")
        text.write_text("别的", encoding="utf-8")
        answer = client.get("/compare/coverage?at=yunlu")
        assert answer.status_code == 200
        assert "已损坏" in answer.text
        assert str(tmp_path) not in answer.text


def test_the_table_is_downloaded_as_it_is_shown(client: TestClient) -> None:
    query = "regions=hubei&regions=tianjin&dimension=duties&only=1&as_of=2025-03-01"
    data = client.get(f"/downloads/comparison.json?{query}")
    shown = topics(table(client, f"/compare?{query}"))
    assert [row["topic"] for one in data.json()["dimensions"] for row in one["rows"]] == shown
    assert data.json()["as_of"] == "2025-03-01"
    assert 'filename="comparison-2025-03-01.json"' in data.headers["content-disposition"]
    text = client.get(f"/downloads/comparison.md?{query}").text
    assert text.startswith("# 政策比较")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/downloads/comparison.xlsx?{query}").content))
    assert len(book.sheetnames) == 3
    english = client.get(f"/downloads/comparison.json?{query}&lang=en").json()
    assert english["lang"] == "en"


def test_the_page_links_to_files_of_what_it_shows(client: TestClient) -> None:
    page = read(client.get("/compare?regions=hubei&only=1").text)
    links = [one for one in addresses(page) if one.startswith("/downloads/")]
    assert len(links) == 3
    assert all(one.endswith("?regions=hubei&only=1") for one in links)


def test_the_order_of_forces_is_told_with_what_each_means(client: TestClient) -> None:
    for lang, force, meaning in (
        ("zh", "应当（无情态词）", "没有“应当”“可以”这类词"),
        ("en", "must (bare)", "without"),
    ):
        page = read(client.get(f"/compare?lang={lang}").text)
        assert faults_of(page) == []
        legend = page.one("details", id="forces")
        ranked = [one.one("span", class_="force").text for one in legend.one("ol").all("li")]
        wanted = sorted(FORCE_RANK, key=FORCE_RANK.__getitem__, reverse=True)
        assert ranked == [FORCES[name][lang == "en"] for name in wanted]
        assert ranked[1] == force
        assert meaning in legend.text
        others = [one.one("span", class_="force").text for one in legend.one("ul").all("li")]
        assert sorted([*ranked, *others]) == sorted(FORCES[name][lang == "en"] for name in FORCES)
    client.get("/compare?lang=zh")
