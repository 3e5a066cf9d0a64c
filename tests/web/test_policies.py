"""Documents clause by clause: nothing left out, and their standing on every page."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.web.reading import read

from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.service.describing import described_coverage

POLICIES = discover().load(FIVE)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_clause_and_every_rule_stands_there_in_order(client: TestClient, policy: Policy) -> None:
    page = read(client.get(f"/policies/{policy.id}").text)
    blocks = page.all("section", class_="clause-block")
    assert len(blocks) == len(policy.file.clauses) + 1
    for clause, block in zip(policy.file.clauses, blocks, strict=False):
        assert block.one("h2").text.startswith(clause.path)
        words = {"rules": "已编成规则", "background": "背景", "supervision": "监督"}[clause.treatment]
        assert words in block.text
        assert [one.attributes["id"] for one in block.all("div", class_="rule")] == [rule.id for rule in clause.rules]
        for rule, shown in zip(clause.rules, block.all("div", class_="rule"), strict=True):
            assert shown.all("span", class_=f"is-{rule.force}")
    totals = described_coverage(policy)["totals"]
    assert str(totals["rules"]) in page.one("dl", class_="head-facts").text
    assert str(totals["topics_silent"]) in blocks[-1].text


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_what_cannot_be_relied_on_says_so_at_the_top(client: TestClient, policy: Policy) -> None:
    page = read(client.get(f"/policies/{policy.id}").text)
    document = policy.file.document
    notes = page.all("div", role="note")
    assert bool(notes) == (
        document.standing != "issued" or document.validity != "in_force" or document.text == "digest"
    )
    for wanted, said in (
        (document.standing == "draft", "不得当作现行规定"),
        (document.text == "digest", "不等于没有规定"),
        (document.validity == "unverified", "效力待核实"),
    ):
        assert any(said in note.text for note in notes) == wanted


def test_conditions_are_said_in_words(client: TestClient) -> None:
    page = read(client.get("/policies/jinhua-draft").text)
    rule = next(one for one in page.all("div", class_="rule") if one.attributes["id"] == "low-income-household")
    assert "家庭年总收入" in rule.one("dl", class_="terms").text
    assert "以三口之家为准按人均折算" in rule.text


def test_all_documents_are_listed_with_their_coverage(client: TestClient) -> None:
    rows = read(client.get("/policies").text).one("table", class_="listing").one("tbody").all("tr")
    assert sorted(row.one("a").attributes["href"] for row in rows) == sorted(f"/policies/{one.id}" for one in POLICIES)
    assert all(row.one("progress").attributes["max"] == "76" for row in rows)
