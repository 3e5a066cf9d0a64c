"""Tests of `xianjie lint`: faults with their place, warnings where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianjie.plugins import discover

from .conftest import Run


@pytest.fixture
def text() -> str:
    return discover().regions["tianjin"].policy_files()[0].read_text(encoding="utf-8")


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_region_is_clean(run: Run) -> None:
    for name in ("tianjin", "天津"):
        result = run("lint", name)
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[-1].startswith("tianjin-2024-22.yaml：无错误")


def test_every_fault_is_told_with_its_place(run: Run, tmp_path: Path, text: str) -> None:
    broken = text.replace("aid.received and aid.still_in_difficulty", "aid.recieved and aid.still_in_difficulty")
    broken = broken.replace("when: organisation.joins_major_events", "when: organisation.joins_major_event")
    path = _file(tmp_path, broken)
    result = run("lint", path)
    assert (result.exit_code, result.stdout) == (2, "")
    line = 1 + broken[: broken.index("aid.recieved")].count("\n")
    assert f"{path}:{line}:" in result.stderr
    english = run("lint", path, "--lang", "en")
    assert "did you mean" in english.stderr


def test_faults_of_all_targets_are_told(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, "schema: 1\n")
    result = run("lint", path, "nowhere", str(tmp_path / "none.yaml"), "tianjin")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[field-missing]" in result.stderr
    assert "[region-unknown]" in result.stderr
    assert "none.yaml" in result.stderr


def test_what_is_unused_or_unfinished_is_a_warning(run: Run, tmp_path: Path, text: str) -> None:
    text = text.replace('        anchor: "78ca105f06a4110e"\n', "", 1)
    text = text.replace("    en: Bases and purpose.\n", "", 1)
    text = text.replace(
        "definitions:\n",
        "parameters:\n  spare: {zh: 备用, en: spare, type: number, values: [{value: 1}]}\n\n"
        "definitions:\n  idle: aid.received\n",
        1,
    )
    text = text.replace(
        "readings:\n",
        "  - {id: A-99, zh: 未用, en: unused, becomes: note}\n\nreadings:\n"
        "  idle-set:\n    differ: recommended\n    options:\n"
        "      - {id: one, recommended: true, zh: 一, en: one}\n      - {id: two, zh: 二, en: two}\n",
        1,
    )
    path = _file(tmp_path, text)
    result = run("lint", path)
    assert result.exit_code == 0, result.output
    for code in (
        "anchor-missing",
        "english-missing",
        "parameter-unused",
        "definition-unused",
        "ambiguity-unused",
        "reading-unused",
    ):
        lines = [line for line in result.stdout.splitlines() if f"[{code}]" in line]
        assert len(lines) == 1, result.stdout
        assert lines[0].startswith(f"{path}:")
    assert result.stdout.splitlines()[-1] == "policy.yaml：无错误，提醒 6 条"
    lines = [int(line.split(":")[1]) for line in result.stdout.splitlines()[:-1]]
    assert lines == sorted(lines)
