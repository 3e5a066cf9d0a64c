"""A report is written whole or not at all, and never over another file unless asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianjie.cli.reports import refuse_existing, write_report
from xianjie.errors import InputError


def test_a_report_is_written_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_report(path, "虚构".encode(), "--markdown")
    assert path.read_text(encoding="utf-8") == "虚构"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_refused_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    refuse_existing(path, "--markdown", overwrite=False)
    path.write_text("old", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        refuse_existing(path, "--markdown", overwrite=False)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.path) == ("file-exists", str(path), "--markdown")
    refuse_existing(path, "--markdown", overwrite=True)


def test_a_folder_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        refuse_existing(tmp_path, "--xlsx", overwrite=True)


def test_where_nothing_can_be_written_the_old_file_stays(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_report(tmp_path / "nowhere" / "report.md", b"new", "--markdown")
    assert [problem.code for problem in caught.value.problems] == ["file-unwritable"]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "kept").write_text("kept", encoding="utf-8")
    with pytest.raises(InputError):
        write_report(folder, b"new", "--markdown")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
    assert (folder / "kept").read_text(encoding="utf-8") == "kept"
