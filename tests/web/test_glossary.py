"""The glossary: every word of the vocabulary, and a search that works without scripts."""

from __future__ import annotations

from starlette.testclient import TestClient
from tests.web.reading import read

from xianjie.vocabulary import terms
from xianjie.vocabulary.facts import BASE
from xianjie.vocabulary.meanings import MEANINGS
from xianjie.vocabulary.topics import TOPICS


def test_every_word_of_the_vocabulary_stands_there(client: TestClient) -> None:
    page = read(client.get("/glossary").text)
    codes = {one.text for one in page.all("code")}
    tables = (terms.FORCES, terms.STANDINGS, terms.VALIDITIES, terms.STATUSES, terms.INSTRUMENTS, terms.SERVICES)
    assert {key for table in tables for key in table} <= codes
    assert {topic.id for topic in TOPICS} <= codes
    assert {spec.name for spec in BASE.facts} <= codes


def test_a_search_keeps_what_holds_the_words(client: TestClient) -> None:
    page = read(client.get("/glossary", params={"q": "低保"}).text)
    rows = [one.text for body in page.all("tbody") for one in body.all("tr")]
    assert rows
    assert all("低保" in row for row in rows)
    assert page.one("input", id="q").attributes["value"] == "低保"


def test_a_search_looks_at_english_and_identifiers_whatever_the_case(client: TestClient) -> None:
    assert "person.tekun" in client.get("/glossary", params={"q": "TEKUN"}).text
    assert "未规定" in client.get("/glossary", params={"q": "not stipulated"}).text


def test_nothing_found_says_so(client: TestClient) -> None:
    page = read(client.get("/glossary", params={"q": "<b>没有"}).text)
    assert "没有含这些字的术语" in page.text
    assert page.all("b") == []


def test_every_term_is_explained_where_its_tip_leads(client: TestClient) -> None:
    rows = {
        row.attributes["id"]: row.text for row in read(client.get("/glossary").text).all("tr") if "id" in row.attributes
    }
    for table, meanings in MEANINGS.items():
        for key, (zh, _) in meanings.items():
            assert zh in rows[f"{table.lower()}-{key.replace('_', '-')}"]


def test_a_tip_says_what_the_term_means_and_leads_to_the_glossary(client: TestClient) -> None:
    page = read(client.get("/compare/coverage?at=hubei").text)
    tips = page.all("a", class_="tip")
    assert tips
    rows = {row.attributes.get("id") for row in read(client.get("/glossary").text).all("tr")}
    for tip in tips:
        path, _, row = tip.attributes["href"].partition("#")
        assert path == "/glossary"
        assert row in rows
        assert "：" in tip.text
