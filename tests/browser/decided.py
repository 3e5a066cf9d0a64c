"""Decisions for the browser to look at, made through the interface."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
from ruamel.yaml import YAML
from tests.browser.sites import Site

CASES = Path(__file__).parents[2] / "examples" / "cases"
FIVE = ("hubei", "tianjin", "jinhua", "shanxi", "shanghai")


def decided(site: Site, case: str = "hubei-family", regions: tuple[str, ...] = FIVE) -> str:
    """Check a case of the examples, and give the path of the decision's page."""
    text = (CASES / f"{case}.yaml").read_text(encoding="utf-8")
    asked = {"case": json.loads(json.dumps(YAML(typ="safe").load(text), default=str)), "regions": list(regions)}
    answer = httpx2.post(f"{site.url}/v1/assessments", json=asked, timeout=60)
    assert answer.status_code == 200, answer.text
    return f"/decisions/{answer.json()['decision_id']}"


def ambiguous(site: Site) -> str:
    """Check a case that Jinhua's draft leaves ambiguous."""
    return decided(site, "jinhua-household-of-five", ("jinhua",))


def changed(site: Site) -> str:
    """Give the page of what would change that case's answer."""
    return f"{ambiguous(site)}/changes?region=jinhua"
