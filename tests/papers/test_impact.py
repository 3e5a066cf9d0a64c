"""The impact paper: what changed, whom it moves, a witness for each kind of change, drift, and approvals."""

from __future__ import annotations

from functools import lru_cache

import pytest
from tests.engine.asking import day
from tests.papers.setting import TEMPLATE_MARKS, opened, read, schema_faults
from tests.policy.base import read as read_made
from tests.regions.region_cases import REGIONS, ROOT

from xianjie.papers import impact_paper
from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.reference import patched_by, resolve
from xianjie.revision.approvals import NONE, Judged, judge, read_approvals
from xianjie.revision.diff import diff
from xianjie.revision.impact import Impact, impact
from xianjie.revision.sampling import sample_cases
from xianjie.sources.drift import drift

AS_OF = day("2025-08-01")
EXAMPLES = ROOT / "examples" / "revisions"


@lru_cache(maxsize=3)
def judged(region: str, approved: bool = True) -> tuple[Impact, Judged]:
    overlay = EXAMPLES / f"{region}.overlay.yaml"
    old, new = patched_by(overlay, REGIONS), resolve(str(overlay), REGIONS, AS_OF)
    assert old is not None
    found = impact(old, new, sample_cases((old, new), 120, 1, AS_OF), AS_OF, listed=5000)
    approvals = read_approvals(EXAMPLES / f"{region}.approvals.yaml", old, new) if approved else NONE
    return found, judge(found, approvals, AS_OF)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_change_row_and_clause_is_there(lang: str) -> None:
    found, one = judged("hubei")
    data = impact_paper(found, one, ["个案是虚构的"], lang)
    told = read(data)
    assert list(schema_faults(data)) == []
    assert not TEMPLATE_MARKS.search(told.text)
    assert "个案是虚构的" in told.text
    assert found.old.sha256 in told.text
    assert found.new.sha256 in told.text
    for change in diff(found.old, found.new, AS_OF).changes:
        assert change.subject.said(lang) in told.text
        assert change.clause in told.text
    for counted, approval in one.rows:
        assert (counted.row.clause or "") in told.text
        assert (counted.row.rule or "") in told.text
        if approval is not None:
            assert {approval.document, approval.who} <= {cell for table in told.tables for row in table for cell in row}


def test_the_counts_are_those_of_the_impact() -> None:
    found, one = judged("hubei")
    told = read(impact_paper(found, one))
    totals = next(table for table in told.tables if table[0][0] == "部分")
    assert [row[1:] for row in totals[1:]] == [
        [f"{total.entries:,}", *(f"{number:,}" for number in total.counts.values())] for total in found.totals
    ]
    assert f"核对 120 个个案，其中 {found.changed} 个有变化" in told.text
    assert f"有 {one.unapproved} 种变化没有批准。" in told.paragraphs


def test_each_kind_of_change_has_a_witness_up_to_what_fits() -> None:
    found, one = judged("shanghai")
    told = read(impact_paper(found, one))
    witnesses = next(table for table in told.tables if "修订前 → 修订后" in table[0])
    assert len(witnesses) - 1 == min(60, len(one.rows))
    labels = {label for label, _ in found.listed}
    assert {row[0] for row in witnesses[1:]} <= labels


def test_officers_are_spared_the_conditions_as_they_are_written() -> None:
    found, one = judged("hubei")
    assert "person.dibao" not in read(impact_paper(found, one)).text


def test_without_approvals_and_without_changes_it_says_so() -> None:
    found, one = judged("hubei", approved=False)
    told = read(impact_paper(found, one))
    assert f"{len(one.rows)} 种变化中，0 种已批准，{len(one.rows)} 种未批准。" in told.paragraphs
    policy = found.old
    none = impact(policy, policy, sample_cases((policy, policy), 5, 1, AS_OF), AS_OF)
    data = impact_paper(none, judge(none, NONE, AS_OF))
    nothing = read(data)
    assert list(schema_faults(data)) == []
    assert "核对 5 个个案，结论都没有变化。" in nothing.paragraphs
    assert "两份文件的结构化内容没有差异。" in nothing.paragraphs
    assert "没有需要批准的变化。" in nothing.paragraphs
    assert [int(section.orientation) for section in opened(data).sections] == [0]


def test_the_drift_of_the_text_is_told_where_it_is_given() -> None:
    folder = ROOT / "examples" / "drift"
    policy = read_made((folder / "policy.yaml").read_text(encoding="utf-8"))
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("old.txt", "new.txt")]
    found = impact(policy, policy, [], AS_OF)
    one = judge(found, NONE, AS_OF)
    drifted = drift(policy, texts[0], texts[1])
    told = read(impact_paper(found, one, drift=drifted))
    changed = drifted.of("changed")[0]
    assert changed.old is not None
    assert changed.new is not None
    assert changed.old.text in told.text
    assert changed.new.text in told.text
    anchored = read(impact_paper(found, one, drift=drift(policy, None, texts[1])))
    assert "没有旧文本" in anchored.text


def test_two_regions_are_told_to_be_two() -> None:
    policies: dict[str, Policy] = {one.region: one for one in discover().load(["hubei", "tianjin"])}
    found = impact(policies["hubei"], policies["tianjin"], [], AS_OF)
    assert "两份文件属于不同地区" in read(impact_paper(found, judge(found, NONE, AS_OF))).text


def test_the_same_impact_gives_the_same_bytes() -> None:
    found, one = judged("shanghai")
    assert impact_paper(found, one) == impact_paper(found, one)
