"""`xianjie impact`: exit statuses, what stands on the screen, the files it writes, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.cli.conftest import DECIDED, Run, Write
from tests.regions.region_cases import ROOT

EXAMPLES = ROOT / "examples" / "revisions"
SHANGHAI, HUBEI = str(EXAMPLES / "shanghai.overlay.yaml"), str(EXAMPLES / "hubei.overlay.yaml")
ALL_APPROVED, SOME_APPROVED = str(EXAMPLES / "shanghai.approvals.yaml"), str(EXAMPLES / "hubei.approvals.yaml")
DAY = ("--as-of", "2025-08-01")

OVERLAY = """
overlay: 1
id: as-in-the-test
base: tianjin-2024-22
zh: 试验
en: a trial
rules:
  hardship-after-aid: {force: may}
"""


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    path = tmp_path / "trial.overlay.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    return str(path)


def test_nothing_changes_between_a_policy_and_itself(run: Run, write: Write) -> None:
    result = run("impact", "tianjin", "天津", "--cases", write(DECIDED))
    assert result.exit_code == 0
    assert "1 案，答案都没有变化。" in result.stdout


def test_an_overlay_alone_is_compared_with_its_base(run: Run, write: Write, overlay: str) -> None:
    alone = run("impact", overlay, "--cases", write(DECIDED))
    beside = run("impact", "tianjin", overlay, "--cases", write(DECIDED))
    assert alone.exit_code == beside.exit_code == 1
    assert "^ 力度变化" in alone.stdout
    assert "界定 → 可以" in alone.stdout
    assert "二(二)3 · hardship-after-aid" in alone.stdout
    assert "例 E-0001" in alone.stdout


def test_all_approved_is_exit_status_0_and_less_is_1(run: Run) -> None:
    approved = run("impact", SHANGHAI, "--generate", "60", *DAY, "--approvals", ALL_APPROVED)
    assert approved.exit_code == 0
    assert "✓ 都已批准。" in approved.stdout
    assert "✓ 虚构文号〔2025〕1号" in approved.stdout
    partly = run("impact", HUBEI, "--generate", "60", *DAY, "--approvals", SOME_APPROVED)
    assert partly.exit_code == 1
    assert "种没有批准。" in partly.stdout


def test_approvals_that_cover_nothing_are_told_on_stderr(run: Run, overlay: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    said = "rule: hardship-after-aid, who: 甲, why: 乙, document: 丙"
    path.write_text(
        f"- {{change: lost, dimension: eligibility, {said}}}\n"
        f"- {{change: force_changed, dimension: eligibility, {said}}}\n"
        f"- {{change: force_changed, dimension: eligibility, until: 2020-01-01, {said}}}\n",
        encoding="utf-8",
    )
    result = run("impact", overlay, "--generate", "100", *DAY, "--approvals", str(path))
    assert result.exit_code == 0
    assert "[approval-unused]" in result.stderr.splitlines()[0]
    assert "[approval-expired]" in result.stderr.splitlines()[1]
    assert ":1:3" in result.stderr.splitlines()[0]


@pytest.mark.parametrize(("width", "lang"), [(80, "zh"), (80, "en"), (120, "zh")])
def test_no_line_is_wider_than_the_screen(run: Run, width: int, lang: str) -> None:
    result = run("impact", HUBEI, "--generate", "60", *DAY, "--lang", lang, width=width)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_a_long_list_is_cut_unless_all_is_asked_for(run: Run) -> None:
    jinhua = str(EXAMPLES / "jinhua.overlay.yaml")
    short = run("impact", jinhua, "--generate", "200", *DAY)
    whole = run("impact", jinhua, "--generate", "200", *DAY, "--full")
    assert "种，见 --full" in short.stdout
    assert "种，见 --full" not in whole.stdout
    assert len(whole.stdout.splitlines()) > len(short.stdout.splitlines()) + 20


def test_json_is_one_document_and_repeats_the_question(run: Run) -> None:
    args = ("impact", SHANGHAI, "--generate", "100", "--seed", "4", *DAY, "--json")
    tree = json.loads(run(*args).stdout)
    assert (tree["as_of"], tree["source"], tree["cases"]) == ("2025-08-01", {"generated": 100, "seed": 4}, 100)
    assert tree["new"]["overlays"] == ["shanghai-invented-revision"]
    assert tree["unapproved"] == len(tree["rows"]) > 5
    assert run(*args).stdout == run(*args).stdout


def test_another_date_for_the_revision(run: Run, write: Write) -> None:
    ledger = {"kind": "supply", "level": "county", "last_updated": "2025-03-10"}
    case = write({**DECIDED, "ledgers": [ledger]})
    assert run("impact", "tianjin", "tianjin", "--cases", case, *DAY).exit_code == 0
    later = run("impact", "tianjin", "tianjin", "--cases", case, *DAY, "--new-as-of", "2025-09-11")
    assert later.exit_code == 1
    assert "2025-08-01 → 2025-09-11" in later.stdout
    assert "在有效期内 → 文本有歧义" in later.stdout  # rolling it is overdue, by the calendar not yet


def test_reports_are_written_and_not_over_others(run: Run, tmp_path: Path) -> None:
    page, book = tmp_path / "impact.html", tmp_path / "impact.xlsx"
    args = ("impact", SHANGHAI, "--generate", "50", *DAY, "--html", str(page), "--xlsx", str(book))
    assert run(*args).exit_code == 1
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert book.read_bytes().startswith(b"PK")
    page.write_text("mine", encoding="utf-8")
    again = run(*args)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "[file-exists]" in again.stderr
    assert page.read_text(encoding="utf-8") == "mine"
    assert run(*args, "--overwrite").exit_code == 1
    assert page.read_text(encoding="utf-8") != "mine"


def test_regression_cases_are_read_by_their_names(run: Run, overlay: str) -> None:
    folder = ROOT / "plugins" / "tianjin" / "xianjie_tianjin" / "cases"
    (file, *_) = sorted(folder.glob("*eligibility*"))
    one = run("impact", overlay, "--cases", str(file), "--json")
    every = run("impact", overlay, "--cases", str(folder), "--json")
    assert one.exit_code == every.exit_code == 1
    few, many = json.loads(one.stdout), json.loads(every.stdout)
    assert 10 < few["cases"] < many["cases"]
    assert few["as_of"] is None
    assert {"dimension": "eligibility", "part": "group"}.items() <= few["rows"][-1].items()


def test_a_case_without_a_date_is_put_to_today(run: Run, write: Write, overlay: str) -> None:
    case = {key: value for key, value in DECIDED.items() if key != "as_of"}
    assert run("impact", overlay, "--cases", write(case)).exit_code == 1


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("tianjin",), "impact-second-missing"),
        (("tianjin", "nowhere"), "reference-unknown"),
        (("tianjin", "no-such.overlay.yaml"), "file-missing"),
        (("tianjin", "tianjin"), "impact-cases"),
        (("tianjin", "tianjin", "--generate", "5", "--cases", "x.yaml"), "impact-cases"),
        (("tianjin", "tianjin", "--generate", "0"), "generate-range"),
        (("tianjin", "tianjin", "--generate", "200001"), "generate-range"),
        (("tianjin", "tianjin", "--cases", "no-such.yaml"), "file-missing"),
        (("tianjin", "tianjin", "--cases", "no-such.cases.yaml"), "file-missing"),
        (("tianjin", "tianjin", "--generate", "5", "--as-of", "2025-02-30"), "date-impossible"),
        (("tianjin", "tianjin", "--generate", "5", "--approvals", "no-such.yaml"), "file-missing"),
        (("tianjin", "tianjin", "--generate", "5", "--html", "no-such-folder/x.html"), "file-unwritable"),
    ],
)
def test_bad_input_is_exit_status_2_with_an_empty_stdout(run: Run, args: tuple[str, ...], code: str) -> None:
    result = run("impact", *args, "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"[{code}]" in result.stderr


def test_every_faulty_file_is_told(run: Run, write: Write) -> None:
    bad = [write({"person": {"tekunn": True}}) for _ in range(2)]
    result = run("impact", "tianjin", "tianjin", "--cases", bad[0], "--cases", bad[1])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_an_approvals_file_that_names_a_missing_rule(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "- change: lost\n  dimension: incentives\n  rule: media-featur\n  who: 甲\n  why: 乙\n  document: 丙\n",
        encoding="utf-8",
    )
    overlay = str(EXAMPLES / "jinhua.overlay.yaml")
    result = run("impact", overlay, "--generate", "5", *DAY, "--approvals", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}:3:3 [0].rule: ")
    assert "是否为 media-feature？ [approval-rule-unknown]" in result.stderr
