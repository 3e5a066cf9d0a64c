"""A diff as a Markdown report: one row for each change, and nothing that breaks its table."""

from __future__ import annotations

import re

import pytest
from tests.policy.base import TEXT, changed, read
from tests.revision.test_diff import CASES, SIMPLE, pair_of

from xianjie.revision.diff import OTHER_REGION, diff
from xianjie.revision.diff_text import COLUMNS, cells, diff_markdown, kind_words, value_text


def rows_of(report: str) -> list[list[str]]:
    """Cut a report's table into cells."""
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in report.splitlines()
        if line.startswith("|")
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_change_is_one_row_of_the_table(lang: str) -> None:
    for case in CASES:
        found = diff(*pair_of(case))
        titles, rule, *rows = rows_of(diff_markdown(found, lang))
        assert titles == [column.said(lang) for column in COLUMNS]
        assert rule == ["---"] * len(COLUMNS)
        assert len(rows) == len(found.changes)
        assert all(len(row) == len(COLUMNS) for row in rows)
        assert [row[0] for row in rows] == [change.clause for change in found.changes]


def test_the_report_names_both_documents_and_counts() -> None:
    found = diff(read(), read(changed(("id: example-2025", "id: example-2026"))))
    report = diff_markdown(found)
    assert report.startswith("# 结构差异\n")
    assert "- 旧：《虚构的示例文件》，example-2025，版本 1，已印发，现行\n" in report
    assert "- 新：《虚构的示例文件》，example-2026，" in report
    assert "共 1 处改动，其中实质 0、文字 1；文件头 1。" in report
    assert OTHER_REGION.zh not in report
    assert "# Structural diff" in diff_markdown(found, "en")


def test_equal_policies_give_a_report_that_says_so_and_no_table() -> None:
    report = diff_markdown(diff(read(), read()))
    assert "两份政策相同，没有差异。" in report
    assert "|" not in report


def test_documents_of_two_regions_carry_the_warning() -> None:
    other = read(TEXT.replace("region: example", "region: elsewhere"))
    assert OTHER_REGION.en in diff_markdown(diff(read(), other), "en")


def test_marks_of_markdown_in_a_policy_are_written_as_themselves() -> None:
    found = diff(read(), read(changed(("title: 对象", 'title: "a|b *c* <i> [x](y) `z`\\nnext"'))))
    report = diff_markdown(found)
    (row,) = rows_of(report)[2:]
    assert row[5] == r"a\|b \*c\* \<i\> \[x\](y) \`z\` next"
    assert report.count("\n| ") == 2


def test_a_minor_change_is_marked_by_a_word() -> None:
    minor = diff(read(), read(changed(("title: 对象", "title: 另")))).changes[0]
    major = diff(read(), read(changed(("interval: P6M", "interval: P1Y")))).changes[0]
    assert (kind_words(minor, "zh"), kind_words(minor, "en")) == ("~ 修改 · 文字", "~ changed · minor")
    assert kind_words(major, "zh") == "~ 修改"


def test_a_rule_that_moved_shows_both_clauses() -> None:
    moved = SIMPLE.format("simpler")
    ledger = "      - part: ledger\n"
    found = diff(read(), read(changed((moved, ""), (ledger, moved + ledger))))
    assert [cells(change, "zh")[0] for change in found.changes] == ["三 → 二"]


def test_a_condition_is_shown_in_words_and_as_written() -> None:
    by = ("trigger: hardship", "trigger: {by: cycle, readings: {rolling: person.tekun, calendar: aid.received}}")
    (change,) = diff(read(), read(changed(by))).changes
    assert cells(change, "zh")[4:] == [
        "“hardship”\nhardship",
        "“滚动”：特困人员；“自然”：已获政府救助\nrolling: person.tekun\ncalendar: aid.received",
    ]
    assert value_text("", None) == ""
