"""Tests of `xianjie prove`: what is said on the screen, the data behind it, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.policy.base import TEXT, changed

from .conftest import Run

AS_OF = ("--as-of", "2025-05-01")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "old.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def revised(tmp_path: Path, *replacements: tuple[str, str]) -> str:
    path = tmp_path / "new.yaml"
    path.write_text(changed(*replacements), encoding="utf-8")
    return str(path)


def test_two_regions_differ_and_each_class_has_its_case(run: Run) -> None:
    result = run("prove", "hubei", "天津", "-d", "eligibility", *AS_OF, width=100)
    assert result.exit_code == 1
    assert "湖北 ◦ 未列入" in result.stdout
    assert "天津 ✓ 符合" in result.stdout
    assert "证明没有个案" in result.stdout
    assert "二(二)3" in result.stdout


def test_a_policy_against_itself_is_proved_equal(run: Run, file: Path) -> None:
    result = run("prove", str(file), str(file), *AS_OF)
    assert result.exit_code == 0
    assert result.stdout.count("证明没有结论不同的个案") == 2


def test_one_threshold_gives_the_case_on_it(run: Run, file: Path, tmp_path: Path) -> None:
    new = revised(tmp_path, ("household.annual_income < income_line", "household.annual_income <= income_line"))
    result = run("prove", str(file), new, "-d", "eligibility", "--complete", "--json", *AS_OF)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    (point,) = [point for point in report["points"] if point["key"] == "eligibility"]
    differing = [cell for cell in point["cells"] if cell["differ"]]
    assert all(cell["witness"]["case"]["household"]["annual_income"] == 100_000 for cell in differing)
    assert differing


def test_unknown_facts_are_told_apart_from_complete_cases(run: Run, file: Path, tmp_path: Path) -> None:
    tail = "\n        zh: 一\n        en: one\n      - part: advice"
    split = 'when: "(person.tekun and person.minor) or (person.tekun and not person.minor)"'
    new = revised(tmp_path, ("when: person.tekun" + tail, split + tail))
    complete = run("prove", str(file), new, "-d", "eligibility", "--complete", *AS_OF)
    unknown = run("prove", str(file), new, "-d", "eligibility", *AS_OF)
    assert (complete.exit_code, unknown.exit_code) == (0, 1)
    assert "各项都有记录的个案：证明没有结论不同的个案" in unknown.stdout
    assert "含未记录事实的个案：有结论不同的个案" in unknown.stdout


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_screen(run: Run, width: int, lang: str) -> None:
    result = run("prove", "shanghai", "tianjin", "--by-rule", "--lang", lang, *AS_OF, width=width)
    assert result.exit_code == 1
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= width


def test_duties_are_told_by_their_record(run: Run) -> None:
    result = run("prove", "hubei", "tianjin", "-d", "duties", *AS_OF, width=100)
    assert "供给台账" in result.stdout
    assert "台账层级：县(区)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hubei", "tianjing"), "reference-unknown"),
        (("hubei", "nowhere.yaml"), "file-missing"),
        (("hubei", "tianjin", "-d", "eligibilty"), "dimension-unknown"),
        (("hubei", "tianjin", "--as-of", "2025-02-30"), "date-impossible"),
    ],
)
def test_bad_input_is_told_and_nothing_is_printed(run: Run, arguments: tuple[str, ...], code: str) -> None:
    result = run("prove", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert code in result.stderr
