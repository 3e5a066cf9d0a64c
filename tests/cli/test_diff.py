"""`xianjie diff`: references, what is shown, the reports beside it, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len
from tests.policy.base import TEXT, changed

from .conftest import Run

OVERLAY = """\
overlay: 1
id: invented-trial
base: example-2025
zh: 虚构的修订。
en: An invented revision.
rules:
  schooling: {force: must}
"""


@pytest.fixture
def old(tmp_path: Path) -> str:
    path = tmp_path / "old.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


@pytest.fixture
def new(tmp_path: Path) -> str:
    path = tmp_path / "new.yaml"
    text = changed(
        ("service: education\n        force: may", "service: education\n        force: must"),
        ("when: hardship and not person.other_hardship", "when: hardship"),
        ("title: 虚构的示例文件", "title: 虚构的另一文件"),
        ("id: example-2025", "id: example-2026"),
    )
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_equal_policies_are_said_to_be_so_with_status_0(run: Run, old: str) -> None:
    result = run("diff", old, old)
    assert result.exit_code == 0
    assert "两份政策相同，没有差异。" in result.stdout
    assert "no difference" in run("diff", old, old, "--lang", "en").stdout
    for region in ("tianjin", "天津", "tianjin@tianjin-2024-22"):
        assert run("diff", region, "tianjin").exit_code == 0


def test_differences_are_shown_in_the_documents_order_with_status_1(run: Run, old: str, new: str) -> None:
    result = run("diff", old, new, width=100)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "共 4 处改动，其中实质 2、文字 2；规则 修改 2；力度增强 1；文件头 1。" in lines
    shown = [
        "~ 修改 · 文字   文件编号由“example-2025”改为“example-2026”",
        "规则 poor-people",
        "~ 修改          条件：去掉并列条件“并非（其他困难人员）”",
        "旧  “hardship”，且并非（其他困难人员）",
        "hardship and not person.other_hardship",
        "规则 schooling",
        "▲ 力度增强      力度由“可以”改为“应当”，增强",
    ]
    places = [lines.index(line) for line in shown]
    assert places == sorted(places)
    assert any(line.startswith("一  对象 ─") for line in lines)


def test_english_is_said_on_request(run: Run, old: str, new: str) -> None:
    shown = run("diff", old, new, "--lang", "en", width=100).stdout
    assert "▲ stronger            force from “may” to “must”; stronger" in shown
    assert "4 changes, 2 major, 2 minor; rules: changed 2; stronger 1; head 1." in shown


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_runs_over_the_screen(run: Run, width: int, lang: str) -> None:
    shown = run("diff", "hubei", "tianjin", "--lang", lang, width=width).stdout
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert not any(line != line.rstrip() for line in shown.splitlines())


def test_changes_of_words_can_be_left_out(run: Run, old: str, new: str, tmp_path: Path) -> None:
    result = run("diff", old, new, "--no-minor")
    assert result.exit_code == 1
    assert "未列出 2" in result.stdout
    assert "标题" not in result.stdout
    words = tmp_path / "words.yaml"
    words.write_text(changed(("title: 虚构的示例文件", "title: 虚构的另一文件")), encoding="utf-8")
    assert run("diff", old, str(words)).exit_code == 1
    hidden = run("diff", old, str(words), "--no-minor")
    assert hidden.exit_code == 0
    assert "未列出 1" in hidden.stdout
    assert "没有差异" not in hidden.stdout


def test_json_is_the_whole_diff(run: Run, old: str, new: str) -> None:
    result = run("diff", old, new, "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert [change["path"] for change in data["changes"]] == [
        "header/id",
        "header/title",
        "rules/poor-people/when",
        "rules/schooling/force",
    ]
    assert (data["equal"], data["old"]["id"], data["new"]["id"]) == (False, "example-2025", "example-2026")
    assert data["totals"]["force"]["stronger"] == 1
    english = json.loads(run("diff", old, new, "--json", "--lang", "en").stdout)
    assert english["changes"][3]["sentence"] == "rule schooling: force from “may” to “must”; stronger"


def test_an_overlay_alone_is_compared_with_what_it_patches(run: Run, old: str, tmp_path: Path) -> None:
    overlay = tmp_path / "trial.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    data = json.loads(run("diff", str(overlay), "--json").stdout)
    assert [change["path"] for change in data["changes"]] == ["rules/schooling/force"]
    assert (data["old"]["overlays"], data["new"]["overlays"]) == ([], ["invented-trial"])
    assert data == json.loads(run("diff", old, str(overlay), "--json").stdout)
    assert "改动 invented-trial" in run("diff", str(overlay)).stdout.replace("\n     ", " ")


def test_one_policy_alone_is_not_enough(run: Run, old: str) -> None:
    for reference in (old, "tianjin"):
        result = run("diff", reference)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "[diff-second-missing]" in result.stderr


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("nowhere", "reference-unknown"),
        ("tianjin@tianjin-2025", "document-unknown"),
        ("missing.yaml", "file-missing"),
    ],
)
def test_bad_references_are_refused(run: Run, reference: str, code: str) -> None:
    for arguments in ((reference, "tianjin"), ("tianjin", reference)):
        result = run("diff", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"[{code}]" in result.stderr


def test_a_faulty_policy_is_told_with_its_place(run: Run, old: str, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(changed(("person.student", "person.studnet")), encoding="utf-8")
    result = run("diff", old, str(faulty))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{faulty}:" in result.stderr
    assert "[unknown-name]" in result.stderr


def test_reports_are_written_beside_what_is_shown(run: Run, old: str, new: str, tmp_path: Path) -> None:
    markdown, book = tmp_path / "diff.md", tmp_path / "diff.xlsx"
    result = run("diff", old, new, "--markdown", str(markdown), "--xlsx", str(book), "--no-minor")
    assert result.exit_code == 1
    assert "▲ 力度增强" in result.stdout
    text = markdown.read_text(encoding="utf-8")
    assert "| 一 | 规则 schooling | ▲ 力度增强 |" in text
    assert "标题" not in text
    assert openpyxl.load_workbook(book).worksheets[0].max_row == 3


def test_a_report_is_not_written_over_unasked(run: Run, old: str, new: str, tmp_path: Path) -> None:
    there = tmp_path / "diff.md"
    there.write_text("mine", encoding="utf-8")
    result = run("diff", old, new, "--markdown", str(there))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[file-exists]" in result.stderr
    assert there.read_text(encoding="utf-8") == "mine"
    assert run("diff", old, new, "--markdown", str(there), "--overwrite").exit_code == 1
    assert there.read_text(encoding="utf-8").startswith("# 结构差异")


def test_documents_of_two_regions_are_compared_with_a_warning(run: Run) -> None:
    result = run("diff", "hubei", "tianjin")
    assert result.exit_code == 1
    assert "按议题比较各地，请用 xianjie compare" in result.stdout


def test_the_day_of_the_documents_must_be_a_day(run: Run) -> None:
    result = run("diff", "hubei", "tianjin", "--as-of", "2025-02-30")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[date-impossible]" in result.stderr
