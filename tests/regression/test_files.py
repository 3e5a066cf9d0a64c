"""Which files of a folder are files of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianjie.errors import InputError
from xianjie.regression.files import case_files_in, near


def test_a_folder_stands_for_its_files_of_cases_also_deeper_down(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "folder.cases.yaml").mkdir()
    for name in ("b.cases.yaml", "a.cases.xlsx", "deeper/c.cases.csv", "plain.yaml", "a.cases.json", "cases.yaml"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [str(file.relative_to(tmp_path)) for file in case_files_in(tmp_path)] == [
        "a.cases.xlsx",
        "b.cases.yaml",
        "deeper/c.cases.csv",
    ]


def test_a_file_stands_for_itself_whatever_its_name(tmp_path: Path) -> None:
    assert case_files_in(tmp_path / "any.yaml") == [tmp_path / "any.yaml"]


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="case-files-none"):
        case_files_in(tmp_path)


def test_a_path_below_the_working_folder_is_written_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(Path.cwd() / "a" / "b.yaml") == Path("a/b.yaml")
    assert near(Path("a/b.yaml")) == Path("a/b.yaml")
    assert near(tmp_path.parent / "b.yaml") == tmp_path.parent / "b.yaml"
