"""Tests of line breaking in mixed Chinese and Latin text."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text

from xianjie.cli.typeset import longest_word, wrapped


def _lines(text: str, width: int) -> list[str]:
    return [line.plain for line in wrapped(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("政府救助后仍有困难", 8, ["政府救助", "后仍有困", "难"]),
        ("符合，且属实", 4, ["符", "合，", "且属", "实"]),  # no line begins with a comma
        ("他（甲）说", 6, ["他", "（甲）", "说"]),  # no line ends with an opening bracket
        ("aid.received 未记录", 12, ["aid.received", "未记录"]),
        ("应当(无情态) 二(二)3", 12, ["应当(无情态)", "二(二)3"]),
        ("一行\n另一行", 20, ["一行", "另一行"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),  # a word longer than a line is cut
        ("", 10, [""]),
    ],
)
def test_lines_break_where_they_may(text: str, width: int, lines: list[str]) -> None:
    assert _lines(text, width) == lines


@pytest.mark.parametrize("width", range(2, 40))
def test_nothing_is_lost_and_nothing_stands_out(width: int) -> None:
    text = "《意见》（2024）22 号：household.annual_income 低于 100000 元，且“财产符合条件”；见 二(二)3。"
    lines = _lines(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_styles_survive() -> None:
    text = Text("甲乙丙丁", "bold").append("戊己", "dim")
    lines = wrapped(text, 6)
    assert [line.plain for line in lines] == ["甲乙丙", "丁戊己"]
    assert any(span.style == "dim" for span in lines[1].spans)


def test_the_longest_word_is_measured() -> None:
    assert longest_word("aid.received 未记录") == 12
    assert longest_word("应当(无情态)") == 5  # 当(无
