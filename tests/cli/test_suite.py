"""Tests of `xianjie suite`: what is written and where, the scores, exit statuses, JSON, and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.suite.setting import EVERYTHING

from xianjie.errors import PolicyError
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import PolicyFile
from xianjie.policy.yaml_tree import YamlTree
from xianjie.vocabulary.topics import TOPICS

from .conftest import Run

DAY = ("--as-of", "2025-08-01")

ONE_CASE = """
- name: 启动阶段的慈善组织
  region: shanxi
  as_of: 2025-08-01
  case: {organisation: {charitable: true, stage: founding}}
  expect: {"incentives[premises].status": applies}
"""


def test_a_suite_goes_to_the_screen_as_a_file_of_cases(run: Run) -> None:
    done = run("suite", "山西", *DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("# 由 xianjie suite 生成")
    assert "\ndefaults:\n  as_of: 2025-08-01\n  regions: [shanxi]\ncases:\n  - name: " in done.stdout
    assert done.stdout == run("suite", "shanxi", *DAY).stdout


def test_a_suite_is_written_to_a_file_that_then_holds(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "shanxi.cases.yaml"
    done = run("suite", "shanxi", "-o", str(path), *DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{path}：个案 ")
    assert run("suite", "shanxi", *DAY).stdout == path.read_text(encoding="utf-8")
    held = run("check", str(path))
    assert held.exit_code == 0
    assert "个个案全部符合" in held.stdout
    assert "cases; " in run("suite", "shanxi", "-o", str(path), "--overwrite", "--lang", "en", *DAY).stdout


def test_no_file_is_written_over_unless_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.cases.yaml"
    path.write_text("mine", encoding="utf-8")
    done = run("suite", "shanxi", "-o", str(path), *DAY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[file-exists]" in done.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_suite_of_a_policy_file_refers_to_it_from_where_it_lies(run: Run, tmp_path: Path) -> None:
    policy = written(tmp_path / "policies" / "small.yaml")
    path = tmp_path / "cases" / "small.cases.yaml"
    path.parent.mkdir()
    assert run("suite", str(policy), "-o", str(path), *DAY).exit_code == 0
    assert 'regions: ["../policies/small.yaml"]' in path.read_text(encoding="utf-8")
    assert run("check", str(path)).exit_code == 0


def written(path: Path) -> Path:
    """Write the invented policy to a file of its own."""
    import textwrap

    from tests.engine.asking import HEAD

    whole = HEAD.format(region="small", text="full") + textwrap.dedent(EVERYTHING)
    file = PolicyFile.model_validate(YamlTree(whole, "small.yaml", PolicyError).value)
    ruled = {name for clause in file.clauses for rule in clause.rules for name in topics_of(rule, file)}
    silent = ", ".join(topic.id for topic in TOPICS if topic.id not in ruled)
    path.parent.mkdir()
    path.write_text(f"{whole}\nsilent:\n  - topics: [{silent}]\n", encoding="utf-8")
    return path


def test_a_supposed_change_is_said_to_be_one(run: Run) -> None:
    overlay = str(Path(__file__).parents[2] / "examples" / "revisions" / "shanxi.overlay.yaml")
    assert "# 连同设想的改动 " in run("suite", overlay, *DAY).stdout
    done = run("suite", overlay, "--score", *DAY)
    assert done.exit_code == 0
    assert "山西（设想）" in done.stdout


def test_a_suite_as_data(run: Run) -> None:
    done = json.loads(run("suite", "shanxi", "--json", *DAY).stdout)
    assert (done["region"], done["as_of"]) == ("shanxi", "2025-08-01")
    assert done["sought"] > len(done["cases"]) > 30
    first = next(case for case in done["cases"] if case["case"].get("organisation"))
    assert set(first) == {"name", "as_of", "rows", "note", "tags", "case", "expect", "serves"}


def test_the_score_of_a_region_kind_by_kind(run: Run) -> None:
    done = run("suite", "shanxi", "--score", *DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["地区", "个案", "改错", "发现", "等价", "未判定", "漏过", "得分"] in lines
    region = next(line for line in lines if line[:1] == ["山西"])
    assert region[-1] == "100.00%"
    assert region[-2] == "0"
    force = next(line for line in lines if line[:1] == ["力度"])
    assert force[1] == force[2] != "0"
    english = run("suite", "shanxi", "--score", "--lang", "en", *DAY).stdout
    assert "Shanxi" in english
    assert "noticed" in english


def test_cases_that_notice_little_are_below_the_least_share(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "few.cases.yaml"
    path.write_text(ONE_CASE, encoding="utf-8")
    done = run("suite", "shanxi", "--cases", str(path), *DAY)
    assert done.exit_code == 1
    assert "没有发现的" in done.stdout
    assert "✗ " in done.stdout
    assert "能发现的个案" in done.stdout
    assert run("suite", "shanxi", "--cases", str(path), "--least", "0", *DAY).exit_code == 0
    data = json.loads(run("suite", "shanxi", "--cases", str(path), "--json", *DAY).stdout)
    (score,) = data["scores"]
    assert score["cases"] == 1
    assert score["killed"] + score["equivalent"] + score["not_decided"] + score["survivor"] == score["mutants"]
    assert len(score["survivors"]) == score["survivor"] > 0
    assert score["share"] < 0.5
    assert {"id", "kind", "rule", "clause", "change", "why", "case"} == set(score["survivors"][0])
    assert sum(kind["killed"] for kind in score["kinds"].values()) == score["killed"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "suite-reference"),
        (("--score",), "suite-reference"),
        (("shanxi", "--all"), "suite-reference"),
        (("shanxi", "-o", "a.yaml"), "suite-suffix"),
        (("shanxi", "-o", "a.txt"), "suite-suffix"),
        (("shanxi", "--score", "-o", "a.cases.yaml"), "suite-output"),
        (("--all", "-o", "a.cases.yaml"), "suite-output"),
        (("shanxii",), "reference-unknown"),
        (("shanxi@nothing",), "document-unknown"),
        (("missing.yaml",), "file-missing"),
        (("shanxi", "--as-of", "2025-02-30"), "date-impossible"),
        (("shanxi", "--cases", "missing.cases.yaml"), "file-missing"),
        (("shanxi", "-o", "no/such/folder/a.cases.yaml"), "file-unwritable"),
    ],
)
def test_bad_input(
    run: Run, arguments: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("suite", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"[{code}]" in done.stderr


def test_cases_that_are_about_another_policy_or_do_not_hold_measure_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "few.cases.yaml"
    path.write_text(ONE_CASE, encoding="utf-8")
    other = run("suite", "tianjin", "--cases", str(path), *DAY)
    assert (other.exit_code, other.stdout) == (2, "")
    assert "[suite-cases-none]" in other.stderr
    path.write_text(ONE_CASE.replace("applies", "does_not_apply"), encoding="utf-8")
    broken = run("suite", "shanxi", "--cases", str(path), *DAY)
    assert (broken.exit_code, broken.stdout) == (2, "")
    assert "[suite-case-broken]" in broken.stderr
    path.write_text(ONE_CASE + "  overlay: {parameters: {}}\n", encoding="utf-8")
    assert run("suite", "shanxi", "--cases", str(path), *DAY).exit_code == 2


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_screen(run: Run, width: int, tmp_path: Path) -> None:
    from rich.cells import cell_len

    path = tmp_path / "few.cases.yaml"
    path.write_text(ONE_CASE, encoding="utf-8")
    done = run("suite", "shanxi", "--cases", str(path), *DAY, width=width)
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= width
