"""Approvals are read strictly, cover what they name and nothing else, and run out."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.asking import day
from tests.revision.test_impact import CHARITABLE, CHARITY, family, grants, policy

from xianjie.errors import InputError
from xianjie.revision.approvals import NONE, Judged, approvals_in, judge, read_approvals
from xianjie.revision.impact import Impact, impact

AS_OF = day("2025-08-01")
OLD, NEW = policy(1000), policy(1200, force="may")
SAID = "who: 甲, why: 提标, document: 文号〔2025〕1号"
GAINED = f"- {{change: gained, dimension: eligibility, rule: below-the-line, {SAID}}}\n"
FORCE = f"- {{change: force_changed, dimension: eligibility, rule: below-the-line, {SAID}}}\n"


def found() -> Impact:
    return impact(OLD, NEW, [family(1100), family(10)], AS_OF)


def judged(text: str, today: str = "2025-08-01") -> Judged:
    return judge(found(), approvals_in(text, "approvals.yaml", OLD, NEW), day(today))


def codes(result: Judged) -> list[tuple[str, int | None]]:
    return [(warning.code, warning.place.line) for warning in result.warnings]


def test_without_approvals_nothing_is_approved() -> None:
    result = judge(found(), NONE, AS_OF)
    assert result.unapproved == len(result.rows) == 4  # the status and the group, gained and of another force
    assert result.warnings == ()


def test_an_approval_covers_its_change_in_every_part_of_its_dimension() -> None:
    result = judged(GAINED)
    assert {(one.row.part, one.row.change) for one, approval in result.rows if approval is not None} == {
        ("status", "gained"),
        ("group", "gained"),
    }
    assert result.unapproved == 2
    assert judged(GAINED + FORCE).unapproved == 0
    assert codes(judged(GAINED + FORCE)) == []


def test_the_approval_itself_stands_beside_the_row() -> None:
    approval = judged(GAINED).rows[0][1]
    assert approval is not None
    assert (approval.who, approval.why, approval.document) == ("甲", "提标", "文号〔2025〕1号")


@pytest.mark.parametrize(
    "change",
    [
        ("change: gained", "change: lost"),
        ("dimension: eligibility", "dimension: services"),
        ("rule: below-the-line", "rule: children"),
        ("rule: below-the-line", "rule: null"),
    ],
)
def test_whatever_is_named_otherwise_is_not_covered_and_is_told_as_unused(change: tuple[str, str]) -> None:
    result = judged(GAINED.replace(*change) + FORCE)
    assert result.unapproved == 2
    assert codes(result) == [("approval-unused", 1)]


def test_a_clause_narrows_an_approval() -> None:
    assert judged(GAINED.replace("who", "clause: 一, who") + FORCE).unapproved == 0
    moved = [(GAINED.replace("who", "clause: 一, who"))]
    assert judged("".join(moved)).rows[0][1] is not None


def test_an_approval_runs_out_after_its_last_day() -> None:
    text = GAINED.replace("who", "until: 2025-08-01, who") + FORCE
    assert judged(text, "2025-08-01").unapproved == 0
    result = judged(text, "2025-08-02")
    assert result.unapproved == 2
    assert codes(result) == [("approval-expired", 1)]


def test_a_second_approval_holds_where_the_first_has_run_out() -> None:
    text = GAINED.replace("who", "until: 2025-01-01, who") + GAINED.replace("甲", "乙")
    result = judged(text)
    assert codes(result) == [("approval-expired", 1)]
    assert {approval.who for _, approval in result.rows if approval is not None} == {"乙"}


def test_a_change_that_hangs_on_no_rule_is_approved_by_null() -> None:
    silences = impact(grants(), grants(text="digest"), [CHARITY], AS_OF)
    text = "".join(
        f"- {{change: reason_changed, dimension: {one}, rule: null, {SAID}}}\n" for one in ("eligibility", "incentives")
    )
    assert judge(silences, approvals_in(text, "a.yaml", grants(), grants(text="digest")), AS_OF).unapproved == 0


def test_a_rule_of_either_policy_is_known() -> None:
    old, new = grants(), grants(CHARITABLE)
    text = f"- {{change: gained, dimension: incentives, rule: start-up, {SAID}}}\n"
    assert judge(impact(old, new, [CHARITY], AS_OF), approvals_in(text, "a.yaml", old, new), AS_OF).unapproved == 0
    lost = text.replace("gained", "lost")
    assert judge(impact(new, old, [CHARITY], AS_OF), approvals_in(lost, "a.yaml", new, old), AS_OF).unapproved == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GAINED.replace("below-the-line", "below-the-lime"), [("approval-rule-unknown", 1, 51, "[0].rule")]),
        (GAINED.replace("who", "clause: 壹, who"), [("approval-clause-unknown", 1, 67, "[0].clause")]),
        (GAINED.replace("who", "wer"), [("field-missing", 1, 3, "[0].who"), ("field-unknown", 1, 67, "[0].wer")]),
        (GAINED.replace("甲", '"  "'), [("text-empty", 1, 67, "[0].who")]),
        (GAINED.replace("why: 提标", 'why: ""'), [("text-empty", 1, 75, "[0].why")]),
        (GAINED.replace("文号〔2025〕1号", '" "'), [("text-empty", 1, 84, "[0].document")]),
        (GAINED.replace("文号〔2025〕1号", "2025"), [("type-text", 1, 84, "[0].document")]),
        (GAINED.replace("gained", "unchanged"), [("word-unknown", 1, 4, "[0].change")]),
        (GAINED.replace("eligibility", "coverage"), [("word-unknown", 1, 20, "[0].dimension")]),
        (GAINED.replace("who", "until: 明年, who"), [("type-date", 1, 67, "[0].until")]),
        (GAINED.replace("who", 'until: "2025-01-01", who'), [("type-date", 1, 67, "[0].until")]),
        (GAINED.replace("rule: below-the-line, ", ""), [("field-missing", 1, 3, "[0].rule")]),
        ("approvals: []", [("type-list", 1, 1, None)]),
        ("- gained", [("type-mapping", 1, 3, "[0]")]),
        ("- {change: gained", [("yaml-syntax", 2, 1, None)]),
        (GAINED.replace("who: 甲", "who: 甲, who: 乙"), [("yaml-doubled-key", 1, 75, None)]),
    ],
)
def test_faults_are_told_with_their_place(text: str, expected: list[tuple[str, int, int, str | None]]) -> None:
    with pytest.raises(InputError) as error:
        approvals_in(text, "approvals.yaml", OLD, NEW)
    problems = error.value.problems
    places = [(one.code, one.place.line, one.place.column, one.place.path) for one in problems]
    assert [place[:2] for place in places] == [place[:2] for place in expected]
    assert [place[3] for place in places] == [place[3] for place in expected]
    assert all(one.place.file == "approvals.yaml" for one in problems)


def test_a_slip_names_the_nearest_rule_and_no_fault_hides_another() -> None:
    text = GAINED.replace("below-the-line", "below-the-lime") + GAINED.replace("below-the-line", "childen")
    with pytest.raises(InputError) as error:
        approvals_in(text, "approvals.yaml", OLD, NEW)
    told = [(one.place.line, one.zh, one.en) for one in error.value.problems]
    assert [line for line, _, _ in told] == [1, 2]
    assert "below-the-line" in told[0][1]
    assert "children" in told[1][2]
    assert "lime" not in told[0][1] + told[0][2]


def test_a_file_is_read_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(GAINED, encoding="utf-8")
    assert len(read_approvals(path, OLD, NEW).all) == 1
    path.write_text("[]\n", encoding="utf-8")
    assert read_approvals(path, OLD, NEW).all == ()
    for bad, code in ((tmp_path / "none.yaml", "file-missing"), (tmp_path, "file-directory")):
        with pytest.raises(InputError) as error:
            read_approvals(bad, OLD, NEW)
        assert error.value.problems[0].code == code
