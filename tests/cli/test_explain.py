"""Tests of `xianjie explain`: rule, clause, facts with names and values, provenance, readings, notes."""

from __future__ import annotations

from .conftest import DECIDED, OPEN, Run, Write


def test_the_tree_goes_down_to_clause_and_fact(run: Run, write: Write) -> None:
    result = run("explain", write(OPEN), "--region", "tianjin", width=160)
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert "规则  hardship-after-aid  界定 · 二(二)3" in text
    assert "也覆盖得到救助之后生活还有困难的群众。" in text
    assert "已获政府救助 aid.received：是（来源：街道干部、2025-04-20、入户走访）" in text
    assert "政府救助后仍有困难 aid.still_in_difficulty：未记录" in text
    assert "备注 A-03" in text
    assert "独立成句" in text
    assert "district-supply-directory" in text


def test_parameters_are_told_with_their_value(run: Run, write: Write) -> None:
    case = {**DECIDED, "household": {"size": 3, "annual_income": 80000, "property_within_limits": True}}
    text = run("explain", write(case), "--region", "jinhua", "--part", "eligibility", width=160).stdout
    assert "household.annual_income：80000 元" in text
    assert "100000 元" in text


def test_one_part_only(run: Run, write: Write) -> None:
    text = run("explain", write(OPEN), "--region", "tianjin", "--part", "duties", width=160).stdout
    assert "供给台账(目录) · 县(区)" in text
    assert "hardship-after-aid" not in text


def test_a_part_without_a_record_says_so(run: Run, write: Write) -> None:
    result = run("explain", write(DECIDED), "--region", "tianjin", "--part", "referral")
    assert result.exit_code == 0
    assert "个案无此项记录" in result.stdout


def test_a_case_is_chosen_among_several(run: Run, write: Write) -> None:
    path = write([DECIDED, OPEN])
    assert run("explain", path, "-r", "tianjin", "--case", "E-0001").exit_code == 0
    none = run("explain", path, "-r", "tianjin")
    assert (none.exit_code, none.stdout) == (2, "")
    assert "E-0001、E-0007" in none.stderr
    unknown = run("explain", path, "-r", "tianjin", "--case", "X", "--lang", "en")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "no such case" in unknown.stderr


def test_english(run: Run, write: Write) -> None:
    text = run("explain", write(OPEN), "-r", "tianjin", "--lang", "en", width=160).stdout
    assert "received government aid aid.received: yes" in text
    assert "rule  hardship-after-aid  definition · 二(二)3" in text


LATE = {**DECIDED, "aid": {"received": True, "exit_date": "2025-05-02"}}


def test_a_date_after_the_date_of_evaluation_is_told_at_the_answer_and_at_the_fact(run: Run, write: Write) -> None:
    path = write(LATE)
    text = run("explain", path, "-r", "jinhua", "--as-of", "2025-05-01", width=200).stdout
    assert "退出救助范围日期 2025-05-02，晚于判定日 2025-05-01，按当时尚未发生计。" in text
    assert "aid.exit_date：2025-05-02（晚于判定日，按当时尚未发生计）" in text
    on_the_day = run("explain", path, "-r", "jinhua", "--as-of", "2025-05-02", width=200).stdout
    assert "aid.exit_date：2025-05-02" in on_the_day
    assert "晚于判定日" not in on_the_day
    english = run("explain", path, "-r", "jinhua", "--as-of", "2025-05-01", "--lang", "en", width=200).stdout
    assert "after the date of evaluation, 2025-05-01, and counted as not having happened yet." in english
