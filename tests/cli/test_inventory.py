"""Tests of what lists policies: regions, rules, coverage, schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from xianjie.plugins import discover
from xianjie.policy.prepared import Policy

from .conftest import OPEN, Run


@pytest.fixture(scope="module")
def tianjin() -> Policy:
    return discover().load(["tianjin"])[0]


def test_regions_lists_every_installed_region(run: Run, tianjin: Policy) -> None:
    listed = json.loads(run("regions", "--json").stdout)
    assert [one["id"] for one in listed] == list(discover().regions)
    one = next(one for one in listed if one["id"] == "tianjin")
    assert (one["zh"], one["code"], one["number"]) == ("天津", "120000", "津民发〔2024〕22号")
    assert one["rules"] == len(tianjin.rules())
    assert one["silent"] == len(tianjin.silent)
    table = run("regions").stdout
    assert "津民发〔2024〕22号" in table
    assert "效力待核实" in table
    assert "press report" in run("regions", "--lang", "en", width=120).stdout


def test_rules_stand_in_the_documents_order(run: Run, tianjin: Policy) -> None:
    listed = json.loads(run("rules", "tianjin", "--json").stdout)
    assert [(one["clause"], one["id"]) for one in listed] == [(clause, rule.id) for clause, rule in tianjin.rules()]
    reading = next(one for one in listed if one["id"] == "recognised-recipient")
    assert [condition["reading"] for condition in reading["conditions"]] == [
        "recognised-limb=own-limb",
        "recognised-limb=within-first-sentence",
    ]
    assert reading["conditions"][0]["words"] == "最低生活保障对象，或特困人员，或其他已认定的社会救助对象"
    assert reading["conditions"][0]["written"] == "recognised"


def test_rules_of_one_dimension_and_one_rule(run: Run) -> None:
    listed = json.loads(run("rules", "天津", "--dimension", "eligibility", "--json").stdout)
    assert {one["part"] for one in listed} == {"group", "advice", "provision"}
    text = run("rules", "tianjin", "--id", "hardship-after-aid").stdout
    assert "已获政府救助，且政府救助后仍有困难" in text
    assert "hardship_after_aid" in text
    assert "共 1 条规则" in text
    wrong = run("rules", "tianjin", "--id", "hardship-after-ade")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "是否为 hardship-after-aid？" in wrong.stderr


@pytest.mark.parametrize("region", sorted(discover().regions))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rules_of_every_region_can_be_said(run: Run, region: str, lang: str) -> None:
    result = run("rules", region, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert run("rules", region, "--lang", lang, "--json").exit_code == 0


def test_coverage_names_what_carries_each_clause(run: Run, tianjin: Policy) -> None:
    described = json.loads(run("coverage", "tianjin", "--json").stdout)
    assert [one["path"] for one in described["clauses"]] == [clause.path for clause in tianjin.file.clauses]
    clause = next(one for one in described["clauses"] if one["path"] == "二(二)3")
    assert {"id": "hardship-after-aid", "part": "group", "rows": ["TJ-E-02"]} in clause["rules"]
    assert {topic for one in described["silent"] for topic in one["topics"]} == tianjin.silent
    totals = described["totals"]
    assert totals["rules"] == len(tianjin.rules())
    assert totals["topics_silent"] == len(tianjin.silent)
    text = run("coverage", "tianjin").stdout
    assert "hardship-after-aid  TJ-E-02" in text
    assert "TJ-X-01" in text
    assert "TJ-I-N1" in text


@pytest.mark.parametrize("command", ["rules", "coverage"])
def test_an_unknown_region_is_refused(run: Run, command: str) -> None:
    result = run(command, "tianjing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "是否为 tianjin？" in result.stderr


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


@pytest.mark.parametrize("of", ["policy", "overlay", "case", "answer"])
def test_schemas_are_whole(run: Run, of: str) -> None:
    schema = json.loads(run("schema", of).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"].startswith(f"xianjie {of}")
    for one in _objects(schema):
        if isinstance(one.get("$ref"), str):
            assert one["$ref"].removeprefix("#/$defs/") in schema["$defs"]


def test_schema_of_a_policy_names_the_keys_as_files_write_them(run: Run) -> None:
    schema = json.loads(run("schema").stdout)
    assert "schema" in schema["properties"]
    assert "schema_version" not in schema["properties"]


def test_schema_of_a_case_knows_what_cases_hold(run: Run) -> None:
    schema = json.loads(run("schema", "case").stdout)
    assert set(OPEN) <= set(schema["properties"])
