"""The documents' own texts, where they are at hand: nothing drifts from itself, whatever format it comes in."""

from __future__ import annotations

import html
import os
from pathlib import Path

import pytest
from tests.regions.region_cases import REGIONS, policy_of
from tests.regions.test_anchors import TEXTS
from tests.sources.documents import pdf, word

from xianjie.policy.prepared import Policy
from xianjie.sources.drift import drift
from xianjie.sources.extract import extract, read_source


def text_and_policy(region: str) -> tuple[str, Policy]:
    folder = os.environ.get("XIANJIE_SOURCES")
    if not folder:
        pytest.skip(
            "XIANJIE_SOURCES does not name the folder of the documents' texts, which are no part of the project"
        )
    return read_source(Path(folder) / TEXTS[region]).text, policy_of(REGIONS.regions[region])


@pytest.mark.parametrize("region", TEXTS)
def test_nothing_drifts_from_itself(region: str) -> None:
    text, policy = text_and_policy(region)
    found = drift(policy, text, text)
    assert not found.drifted
    assert found.counts["unchanged"] == len(found.entries) > 40
    assert found.adrift == ()


@pytest.mark.parametrize("region", TEXTS)
def test_every_anchored_rule_is_found_by_its_anchor_alone(region: str) -> None:
    text, policy = text_and_policy(region)
    found = drift(policy, None, text)
    assert not found.drifted
    assert {one.state for one in found.rules} == {"same"}
    assert len(found.rules) == len(policy.rules())


@pytest.mark.parametrize("region", ["hubei", "tianjin", "jinhua", "shanghai"])
def test_rules_stand_in_the_clauses_that_their_policies_name(region: str) -> None:
    text, policy = text_and_policy(region)
    assert [
        (one.rule, one.clause)
        for one in drift(policy, None, text).rules
        if one.sentence and one.sentence.clause != one.clause
    ] == []


@pytest.mark.parametrize("region", TEXTS)
@pytest.mark.parametrize("format_", ["pdf", "docx", "html", "gb18030"])
def test_nothing_drifts_in_another_format(region: str, format_: str) -> None:
    text, policy = text_and_policy(region)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrapped = [line[at : at + 30].replace("\t", " ") for line in lines for at in range(0, len(line), 30)]
    pages = [["内部资料", *wrapped[at : at + 30], f"— {at // 30 + 1} —"] for at in range(0, len(wrapped), 30)]
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    data = {
        "pdf": lambda: pdf(pages),
        "docx": lambda: word(lines),
        "html": lambda: f"<html><meta charset=gb2312><body><nav>首页</nav><div>{page}</div></body></html>".encode(
            "gb18030"
        ),
        "gb18030": lambda: text.encode("gb18030"),
    }[format_]()
    other = extract(data, f"a.{format_}" if format_ != "gb18030" else "a.txt").text
    found = drift(policy, text, other)
    assert [entry for entry in found.entries if entry.kind != "unchanged"] == []
    assert not drift(policy, None, other).drifted


def test_a_changed_word_is_told_with_its_rules() -> None:
    text, policy = text_and_policy("tianjin")
    found = drift(policy, text, text.replace("每半年", "每季度"))
    (entry,) = [entry for entry in found.entries if entry.kind != "unchanged"]
    assert [rule.rule for rule in entry.rules] == ["district-supply-directory", "other-supply-directories"]
    assert [(one.old_text, one.new_text) for one in entry.numbers] == [("每半年", "每季度")]
    assert not drift(policy, text, text.replace("每半年", "每六个月")).drifted
    text, policy = text_and_policy("hubei")
    found = drift(policy, text, text.replace("慈善组织可以简化", "慈善组织应当简化"))
    (entry,) = [entry for entry in found.entries if entry.kind != "unchanged"]
    assert [(old and old.force, new and new.force) for old, new in entry.modals] == [("may", "must")]
    assert "simplified-for-referred" in [rule.rule for rule in entry.rules]
