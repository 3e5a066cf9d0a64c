"""`/populations`: who sees which counts, none of them small, and the same numbers in the files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.population.summary.made import ROWS, put, summary
from tests.population.summary.test_points import answered
from tests.service.let_in import Ticks, bearing, guarded, key_of, service_behind
from tests.web.conftest import serving
from tests.web.reading import faults_of, read

from xianjie.access import Grant, Principal, Role, division, loopback
from xianjie.population.summary.points import lacking, readings
from xianjie.web.pages.population.seen import within_reach

PATH = "/populations/示例县"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("populations")
    put(made / "示例县")
    put(made / "各维度", answered()[0])
    (put(made / "under-way") / "manifest.json").unlink()
    (put(made / ".hidden") / "x").touch()
    (made / "a-file").touch()
    return made


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("web"), populations=folder) as made:
        yield made


def small(text: str) -> list[str]:
    """Find small counts in the cells of a page's tables."""
    cells = [cell.text for cell in read(text).all("td", class_="number")]
    assert cells
    return [cell for cell in cells if cell.isdigit() and 0 < int(cell) < 10]


def test_finished_populations_are_listed_and_no_others(client: TestClient) -> None:
    answer = client.get("/populations")
    assert faults_of(read(answer.text)) == []
    assert answer.headers["cache-control"] == "no-store"
    page = read(answer.text)
    assert [one.text.strip() for one in page.all("h2")] == ["各维度", "示例县"]
    assert f"{ROWS:,}" in page.text
    assert "少于 10" in page.text


def test_without_a_folder_it_says_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert "XIANJIE_POPULATIONS" in client.get("/populations").text
        assert client.get(PATH).status_code == 404
    with serving(tmp_path / "2", populations=tmp_path / "nowhere") as client:
        assert "还没有判定完的人群" in client.get("/populations").text


def test_one_population_tells_counts_and_no_small_one(client: TestClient) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert faults_of(read(answer.text)) == []
    assert small(answer.text) == []
    page = read(answer.text)
    heads = [one.text.strip() for one in page.all("h2")]
    assert heads[:4] == ["依据的文件", "结论：对象", "两地之间", "设想的影响：金华"]
    assert "另有 12 行有错" in page.text
    assert "征求意见稿" in page.text
    assert page.all("td", class_="is-held")
    table = page.one("table", id="eligibility-status")
    keys = [one.attributes.get("data-key") for one in table.all("th", class_="number")]
    assert (keys[0], keys[-1]) == ("covered", None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_dimension_tells_what_is_missing_and_where_readings_disagree(client: TestClient, lang: str) -> None:
    answer = client.get("/populations/各维度", params={"lang": lang})
    assert answer.status_code == 200
    assert faults_of(read(answer.text)) == []
    assert small(answer.text) == []
    told = answered()[0].guarded(10)
    at = int(lang == "en")
    page = read(answer.text)
    for table in [*lacking(told), *readings(told)]:
        if not table.rows:
            assert not page.all("table", id=table.key)
            continue
        shown = page.one("table", id=table.key)
        above = [row.one("th").text.strip() for row in shown.all("tr", class_="shared")]
        shared = [
            f"{row[0][at]} · {row[1][at]}"
            for row in table.rows
            if isinstance(row[0], tuple) and isinstance(row[1], tuple)
        ]
        assert above == [one for one, before in zip(shared, ["", *shared], strict=False) if one != before]
        words = [row[2][at] for row in table.rows if isinstance(row[2], tuple)]
        assert [one.text.strip() for one in shown.all("th", scope="row")] == words
        counts = ["*" if row[-1] is None else f"{row[-1]:,}" for row in table.rows]
        assert [cell.text.strip()[: len(count)] for cell, count in zip(shown.all("td"), counts, strict=True)] == counts
    heads = [one.text.strip() for one in page.all("h2")]
    assert ("Where readings disagree" if at else "读法不一致") in heads
    lists = [one.attributes["id"] for one in page.all("table", class_="counts")]
    assert lists.index("duties-ledger") < lists.index("duties-count")
    assert lists.index("referral-status") < lists.index("referral-direction")
    text = client.get("/populations/各维度/summary.csv", params={"lang": lang}).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert not [line for line in lines[1:] if line[-1] != "*" and 0 < int(line[-1]) < 10]
    titles = {line[0] for line in lines}
    assert {table.title[at] for table in [*lacking(told), *readings(told)] if table.rows} <= titles


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_regions_are_chosen_in_the_address(client: TestClient, lang: str) -> None:
    answer = client.get(PATH, params={"a": "tianjin", "b": "jinhua+", "lang": lang})
    assert faults_of(read(answer.text)) == []
    page = read(answer.text)
    chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
    assert chosen == ["tianjin", "jinhua+"]
    part = client.get(PATH, params={"a": "tianjin", "b": "jinhua+", "lang": lang}, headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "flow-table" in part
    assert client.get(PATH, params={"a": "tianjin", "b": "tianjin"}).status_code == 200


@pytest.mark.parametrize("query", [{"a": "nowhere"}, {"b": "jinhua@x"}, {"a": "湖北"}])
def test_a_region_that_was_not_asked_is_refused(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get(PATH, params=query)
    assert answer.status_code == 422
    assert "测算里没有这个地区" in answer.text


@pytest.mark.parametrize("name", ["nope", "under-way", ".hidden", "%2E%2E", "a-file", "x%2F..%2F示例县", "示例县%00"])
def test_what_is_no_finished_population_is_not_there(client: TestClient, name: str) -> None:
    assert client.get(f"/populations/{name}").status_code in (400, 404)
    assert client.get(f"/populations/{name}/summary.csv").status_code in (400, 404)


def test_the_files_hold_no_small_count_either(client: TestClient) -> None:
    answer = client.get(f"{PATH}/summary.csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="summary.csv"')
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert not [line for line in lines[1:] if line[-1] != "*" and 0 < int(line[-1]) < 10]
    assert client.get(f"{PATH}/summary.xlsx").content.startswith(b"PK")
    assert client.get(f"{PATH}/statuses.svg").content.startswith(b"<?xml")
    assert "* 少于 10" in client.get(f"{PATH}/crossings.svg").text
    for wrong in ("summary.svg", "statuses.pdf", "answers.parquet", "summary.json", "statuses"):
        assert client.get(f"{PATH}/{wrong}").status_code == 404


def test_no_file_that_lies_beside_is_given(client: TestClient, folder: Path) -> None:
    for wrong in ("manifest.json", "..%2Fmanifest.json", "receipts"):
        assert client.get(f"{PATH}/{wrong}").status_code == 404


def who(role: Role, *codes: str) -> Principal:
    return Principal("k", "somebody", frozenset(Grant(role, division(code)) for code in codes))


def test_who_reaches_part_of_it_sees_that_part() -> None:
    told = summary().guarded(10)
    seen = within_reach("x", told, who(Role.READER, "330702"))
    assert seen is not None
    assert not seen.whole
    assert set(seen.summary.tally["divisions"]) == {"330702"}
    assert seen.summary.rows is None
    seen = within_reach("x", told, who(Role.POLICY_EDITOR, "330703", "330704"))
    assert seen is not None
    assert set(seen.summary.tally["divisions"]) == {"330703", "330704"}
    for whole in (who(Role.READER, "national"), loopback()):
        seen = within_reach("x", told, whole)
        assert seen is not None
        assert seen.whole
    # a division that is no code is nobody's, so a prefecture has not all of it
    seen = within_reach("x", told, who(Role.READER, "3307"))
    assert seen is not None
    assert not seen.whole
    assert "=1+1" not in seen.summary.tally["divisions"]
    for nobody in (
        who(Role.READER, "42"),
        Principal("k", "s", frozenset({Grant(Role.CHARITY_USER, division("national"))}), "o-1"),
        who(Role.ADMINISTRATOR, "national"),
        None,
    ):
        assert within_reach("x", told, nobody) is None


def test_a_county_sees_its_own_counts_and_no_total(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path, populations=folder) as client:
        keeping = service_behind(client).keeping
        keys = {code: key_of(keeping, ("reader", code)) for code in ("330702", "42", "national")}
        admin = key_of(keeping, ("administrator", "national"))
        guarded(client, Ticks())
        own = client.get(PATH, headers=bearing(keys["330702"]))
        assert own.status_code == 200
        assert faults_of(read(own.text)) == []
        page = read(own.text)
        assert {row.text.strip() for row in page.all("th", scope="row")} == {"330702"}
        assert f"{ROWS:,}" not in page.text
        assert "只显示您辖区内的区划" in page.text
        for name in ("statuses.svg", "crossings.svg"):
            assert client.get(f"{PATH}/{name}", headers=bearing(keys["330702"])).status_code == 404
        text = client.get(f"{PATH}/summary.csv", headers=bearing(keys["330702"])).content.decode("utf-8-sig")
        assert {line[1] for line in csv.reader(io.StringIO(text))} == {"项目一", "330702"}
        assert client.get(PATH, headers=bearing(keys["42"])).status_code == 404
        assert "示例县" not in client.get("/populations", headers=bearing(keys["42"])).text
        assert f"{ROWS:,}" in client.get(PATH, headers=bearing(keys["national"])).text
        assert client.get(PATH, headers=bearing(admin)).status_code == 403
        assert client.get(PATH, follow_redirects=False).headers["location"].startswith("/login")
