"""The made-up revisions against what they revise: every class has a case that the engine answers as claimed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.engine.asking import day

from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.proof.report import difference
from xianjie.reference import resolve

OVERLAYS = sorted((Path(__file__).parents[2] / "examples" / "revisions").glob("*.overlay.yaml"))


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.name.partition(".")[0])
def test_a_made_up_revision_is_told_apart_class_by_class(path: Path, policies: Mapping[str, Policy]) -> None:
    new = resolve(str(path), discover())
    old = policies[new.region]
    report = difference(old, new, day("2026-05-01"), ["eligibility", "services", "referral", "incentives"])
    assert report["equality"]["with_unknown"] == "some"
    differing = [cell for point in report["points"] for cell in point["cells"] if cell["differ"]]
    assert differing
    assert all(point["not_decided"] == 0 for point in report["points"])
    assert {side["sha256"] for side in (report["left"], report["right"])} == {old.sha256, new.sha256}


def test_every_region_has_a_made_up_revision() -> None:
    assert [path.name.partition(".")[0] for path in OVERLAYS] == ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]
