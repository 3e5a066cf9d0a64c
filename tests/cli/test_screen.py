"""Tests of the screen: widths, whole words, households, many cases, standing, colour."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from .conftest import DECIDED, OPEN, Run, Write


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_screen_or_cut(run: Run, write: Write, width: int, lang: str) -> None:
    path = write([OPEN, {**DECIDED, "household_ref": "H-12"}, {**OPEN, "case": "E-2", "household_ref": "H-2"}])
    commands = (
        ("assess", path, "-r", "tianjin", "-r", "jinhua"),
        ("explain", path, "-r", "tianjin", "--case", "E-0007"),
        ("coverage", "tianjin"),
        ("rules", "jinhua"),
        ("regions",),
    )
    for command in commands:
        result = run(*command, "--lang", lang, width=width)
        assert result.exit_code in (0, 4), result.output
        for line in result.stdout.splitlines():
            # a fact's name is not broken, so on a very narrow screen it may stand out
            room = max(width, 60) if width < 60 else width
            assert cell_len(line) <= room, line
            assert line == line.rstrip(), repr(line)
        assert "…" not in result.stdout.replace("（将…）", "")


def test_the_matrix_is_a_table_where_it_fits_and_a_list_where_not(run: Run, write: Write) -> None:
    path = write(DECIDED)
    wide = run("assess", path, "-r", "tianjin", width=80).stdout.splitlines()
    assert any(line.split()[:3] == ["地区", "对象", "帮扶服务"] for line in wide)
    narrow = run("assess", path, "-r", "tianjin", width=40).stdout.splitlines()
    assert "  对象        ✓ 符合  界定 二(二)3" in narrow


def test_columns_stand_under_their_titles(run: Run, write: Write) -> None:
    lines = run("assess", write(OPEN), "-r", "tianjin", width=120).stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("地区"))
    for title, status in (("对象", "✓ 符合"), ("转介", "? 无法判定")):
        above = cell_len(lines[head][: lines[head].index(title)])
        below = cell_len(lines[head + 2][: lines[head + 2].index(status)])
        assert above == below


def test_a_draft_says_so(run: Run, write: Write) -> None:
    result = run("assess", write(DECIDED), "-r", "jinhua")
    assert result.stdout.count("征求意见稿") >= 2


def test_members_of_a_household_stand_together(run: Run, write: Write) -> None:
    cases = [
        {**DECIDED, "case": "A", "household_ref": "H-1"},
        {**DECIDED, "case": "B"},
        {**DECIDED, "case": "C", "household_ref": "H-1"},
    ]
    text = run("assess", write(cases), "-r", "tianjin").stdout
    assert "家庭 H-1 · 2 人" in text
    assert text.index("家庭 H-1") < text.index("个案 A") < text.index("个案 C") < text.index("个案 B")


def test_many_cases_get_a_line_each_unless_all_is_asked_for(run: Run, write: Write) -> None:
    path = write([{**DECIDED, "case": f"E-{number:03}"} for number in range(21)])
    brief = run("assess", path, "-r", "tianjin")
    assert brief.exit_code == 0
    assert sum(line.startswith("E-0") for line in brief.stdout.splitlines()) == 21
    assert "--full" in brief.stdout
    full = run("assess", path, "-r", "tianjin", "--full").stdout
    assert full.count("《市民政局") == 21


def test_a_long_list_of_missing_facts_is_cut_with_a_count(run: Run, write: Write) -> None:
    path = write({"as_of": "2025-05-01", "person": {}})
    short = run("assess", path, "-r", "jinhua").stdout
    assert "--full 全部列出" in short
    full = run("assess", path, "-r", "jinhua", "--full").stdout
    assert "--full" not in full
    assert "household.annual_income" in full


def test_colour_is_never_the_only_sign(run: Run, write: Write) -> None:
    plain = run("assess", write(OPEN), "-r", "tianjin").stdout
    assert "\x1b" not in plain
    for sign in ("✓ ", "? ", "⇄ ", "◦ ", "- 未规定"):
        assert sign in plain


def test_no_colour_where_none_is_wanted(run: Run, write: Write) -> None:
    path = write(OPEN)
    colour = run("assess", path, "-r", "tianjin", env={"FORCE_COLOR": "1", "TERM": "xterm-256color"}).stdout
    assert "\x1b[32m" in colour
    env = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm-256color"}
    assert "\x1b[32m" not in run("assess", path, "-r", "tianjin", env=env).stdout


def test_a_date_after_the_date_of_evaluation_is_told(run: Run, write: Write) -> None:
    late = {**DECIDED, "aid": {"received": True, "exit_date": "2025-05-02"}}
    told = "退出救助范围日期 2025-05-02，晚于判定日 2025-05-01，按当时尚未发生计。"
    assert told in run("assess", write(late), "-r", "hubei", "--as-of", "2025-05-01", width=120).stdout
    assert "晚于判定日" not in run("assess", write(late), "-r", "hubei", "--as-of", "2025-05-02", width=120).stdout
    many = [{**(late if number < 2 else DECIDED), "case": f"E-{number}"} for number in range(40)]
    brief = run("assess", write(many), "-r", "hubei", "--as-of", "2025-05-01", width=120).stdout
    assert "2 案有日期晚于判定日，按当时尚未发生计" in brief
    assert told not in brief
