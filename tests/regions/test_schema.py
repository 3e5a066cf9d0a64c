"""The JSON Schema of policy files: what editors read is what the model says, and every policy file names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.regions.region_cases import REGIONS, ROOT

from xianjie.policy.model import PolicyFile

SHIPPED = ROOT / "core/xianjie/policy/policy.schema.json"
FIRST_LINE = "# yaml-language-server: $schema="
FILES = [path for region in REGIONS.regions.values() for path in region.policy_files()]


def of_the_model() -> dict[str, Any]:
    return PolicyFile.model_json_schema(by_alias=True)


def without_heading(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a schema says of itself: its dialect and its title."""
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id", "title")}


def named(path: Path) -> Path:
    """Give the schema that a policy file names in its first line."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(FIRST_LINE), f"{path.name}: the first line names no schema"
    return (path.parent / first.removeprefix(FIRST_LINE)).resolve()


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_policy_file_names_a_schema_that_is_there_and_says_what_the_model_says(path: Path) -> None:
    schema = named(path)
    assert schema.is_relative_to(ROOT)
    assert schema.is_file(), f"{schema.relative_to(ROOT)} is missing: run `make schema`"
    held = json.loads(schema.read_text(encoding="utf-8"))
    assert without_heading(held) == without_heading(of_the_model()), "out of date: run `make schema`"


def test_the_policies_in_the_tree_share_the_schema_of_the_core() -> None:
    assert {named(path) for path in FILES if path.is_relative_to(ROOT / "plugins")} == {SHIPPED}


def test_the_schema_knows_the_parts_of_a_policy_by_their_names_in_the_file() -> None:
    made = of_the_model()
    assert "schema" in made["properties"]
    assert made["additionalProperties"] is False
    assert {"GroupRule", "LedgerRule", "ReferralRule", "IncentiveRule"} <= set(made["$defs"])
