"""The made-up revision of each region: several kinds of change, run through impact and diff, and their approvals."""

from __future__ import annotations

import pytest
from tests.engine.asking import day
from tests.regions.region_cases import REGIONS, ROOT

from xianjie.policy.overlay import read_overlay
from xianjie.policy.prepared import Policy
from xianjie.reference import patched_by, resolve
from xianjie.revision.approvals import judge, read_approvals
from xianjie.revision.diff import diff
from xianjie.revision.impact import Impact, impact
from xianjie.revision.sampling import sample_cases

FOLDER = ROOT / "examples" / "revisions"
FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
AS_OF = day("2025-08-01")
CASES = 2000

MADE: dict[str, Impact] = {}


def pair(region: str) -> tuple[Policy, Policy]:
    path = FOLDER / f"{region}.overlay.yaml"
    old = patched_by(path, REGIONS)
    assert old is not None
    return old, resolve(str(path), REGIONS, AS_OF)


def impact_of(region: str) -> Impact:
    """Run a region's revision once for all tests."""
    if region not in MADE:
        old, new = pair(region)
        MADE[region] = impact(old, new, sample_cases((old, new), CASES, 1, AS_OF), AS_OF)
    return MADE[region]


def test_there_is_one_for_each_region_and_nothing_unread() -> None:
    overlays = {path.name for path in FOLDER.glob("*.overlay.yaml")}
    assert overlays == {f"{region}.overlay.yaml" for region in FIVE}
    rest = {path.name for path in FOLDER.iterdir()} - overlays
    assert {name for name in rest if name.endswith(".yaml")} == {"shanghai.approvals.yaml", "hubei.approvals.yaml"}


@pytest.mark.parametrize("region", FIVE)
def test_each_says_that_it_is_invented_and_changes_many_kinds_of_things(region: str) -> None:
    path = FOLDER / f"{region}.overlay.yaml"
    overlay = read_overlay(path)
    assert overlay.file.zh.startswith("虚构的修订，仅作示例")
    assert "invented" in overlay.file.en
    assert path.read_text(encoding="utf-8").startswith("# 虚构的修订，仅作示例")
    assert overlay.file.document is None  # a supposition, never a document
    _, new = pair(region)
    (applied,) = new.overlays
    kinds = {kind for kind, _ in applied.changes}
    assert kinds >= {"rule", "rule_added", "rule_dropped"}
    assert kinds & {"parameter", "parameter_added"}
    assert applied.supposed


@pytest.mark.parametrize("region", FIVE)
def test_each_runs_through_impact(region: str) -> None:
    found = impact_of(region)
    assert found.cases == CASES
    assert found.changed > CASES // 4
    changes = {one.row.change for one in found.rows}
    assert changes >= {"gained", "lost", "undecided", "reason_changed", "force_changed"}
    for total in found.totals:
        assert sum(total.counts.values()) == total.entries
        told = sum(one.entries for one in found.rows if one.row.part == total.part)
        assert told == total.entries - total.counts["unchanged"]
    known = {rule.id for policy in (found.old, found.new) for _, rule in policy.rules()}
    assert {one.row.rule for one in found.rows if one.row.rule is not None} <= known
    assert all(1 <= len(one.examples) <= 3 and one.cases <= one.entries for one in found.rows)


@pytest.mark.parametrize("region", FIVE)
def test_what_impact_names_is_what_diff_lists(region: str) -> None:
    """A rule that nobody touched, directly or through a definition, changes for nobody but by way of another."""
    old, new = pair(region)
    touched = {change.item for change in diff(old, new).changes if change.section == "rules"}
    found = impact_of(region)
    forced = {one.row.rule for one in found.rows if one.row.change == "force_changed"}
    assert forced
    assert forced <= touched
    entitled = {one.row.rule for one in found.rows if one.row.part in ("service", "incentive", "duty") and one.row.rule}
    assert entitled
    assert entitled <= touched


def test_the_revision_of_a_line_and_two_windows() -> None:
    """Jinhua's: whoever earns between the lines gains, who left two to three years ago loses."""
    told = {(one.row.change, one.row.name, one.row.rule) for one in impact_of("jinhua").rows if one.row.part == "group"}
    assert {
        ("gained", "uplift", "low-income-household"),
        ("lost", "uplift", "left-behind-child"),
        ("lost", "monitored", "left-assistance"),
        ("gained", "monitored", "temporary-aid"),
    } <= told
    lost = {(one.row.rule, one.row.after.detail) for one in impact_of("jinhua").rows if one.row.part == "referral"}
    assert ("forward-referral", "inform") in lost


def test_one_approvals_file_approves_everything_and_one_leaves_something_out() -> None:
    old, new = pair("shanghai")
    found = impact(old, new, sample_cases((old, new), 10_000, 1, AS_OF), AS_OF)
    judged = judge(found, read_approvals(FOLDER / "shanghai.approvals.yaml", old, new), AS_OF)
    assert (judged.unapproved, judged.warnings) == (0, ())
    old, new = pair("hubei")
    judged = judge(impact_of("hubei"), read_approvals(FOLDER / "hubei.approvals.yaml", old, new), AS_OF)
    left = {(one.row.change, one.row.rule) for one, approval in judged.rows if approval is None}
    assert ("gained", "left-assistance-within-a-year") in left
    assert ("force_changed", "forward-referral") not in left
    assert judged.warnings == ()
