"""The five minutes: what they say is what the rules say, and the family opens in the form as it stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE, TODAY
from tests.service.invented import copied
from tests.web.conftest import serving, token
from tests.web.reading import faults_of, read

from xianjie import assess
from xianjie.vocabulary.terms import STATUSES
from xianjie.web.pages.guide import FAMILY


def statuses(still_in_difficulty: bool | None) -> dict[str, str]:
    case = {**FAMILY, "aid": {**FAMILY["aid"], "still_in_difficulty": still_in_difficulty}}
    answer = assess(case, FIVE, as_of=TODAY)
    return {name: region["eligibility"]["status"] for name, region in answer.to_json()["regions"].items()}


def test_it_says_what_the_rules_say_before_and_after_the_question(client: TestClient) -> None:
    page = read(client.get("/guide").text)
    told = [one.text.split() for one in page.one("main").all("ul", class_="guide-list")]
    before, after = statuses(None), statuses(True)
    assert before != after
    for name in FIVE:
        zh = {"hubei": "湖北", "tianjin": "天津", "jinhua": "金华", "shanxi": "山西", "shanghai": "上海"}[name]
        shown = " ".join(told[1])
        assert f"{zh} {STATUSES[before[name]][0]}" in shown
        changed = f"{zh} {STATUSES[after[name]][0]}" in " ".join(told[2])
        assert changed == (before[name] != after[name])


def test_the_family_opens_in_the_form(client: TestClient) -> None:
    page = read(client.get("/guide").text)
    form = page.one("form", action="/check")
    fields = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}
    opened = client.post("/check", data={**fields, **token(client, "/guide")})
    assert opened.status_code == 200
    assert faults_of(read(opened.text)) == []
    chosen = {
        one.attributes["name"]: one.attributes["value"]
        for one in read(opened.text).all("input", type="radio")
        if "checked" in one.attributes
    }
    assert chosen["m0.person.dibao_recipient"] == "true"
    assert chosen["m0.person.tekun"] == "false"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_well_formed_and_links_lead_somewhere(client: TestClient, lang: str) -> None:
    page = read(client.get("/guide", params={"lang": lang}).text)
    assert faults_of(page) == []
    for link in {one.attributes["href"].partition("#")[0] for one in page.one("main").all("a")}:
        assert client.get(link).status_code == 200, link


def test_the_first_page_leads_to_it(client: TestClient) -> None:
    assert "/guide" in [one.attributes["href"] for one in read(client.get("/").text).one("main").all("a")]


@pytest.mark.parametrize("region", ["shanxi", "shanghai"])
def test_one_region_alone_is_enough(tmp_path: Path, region: str) -> None:
    regions, _ = copied(region, tmp_path / region)
    with serving(tmp_path, regions) as client:
        answer = client.get("/guide")
        assert answer.status_code == 200
        assert faults_of(read(answer.text)) == []
