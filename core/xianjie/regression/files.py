"""Find the files of cases that a person means: one file, or those in a folder by their names."""

from __future__ import annotations

from pathlib import Path

from xianjie.errors import InputError, Place, Problem
from xianjie.regression.model import SUFFIX, TABLES


def case_files_in(path: Path) -> list[Path]:
    """List a folder's files of cases, also those deeper down; a file stands for itself.

    Raises InputError where a folder has none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*.cases.*") if file.name.endswith((SUFFIX, *TABLES)) and file.is_file())
    if not found:
        raise InputError(
            Problem(
                "case-files-none",
                "文件夹里没有个案文件（*.cases.yaml）",
                "the folder holds no files of cases (*.cases.yaml)",
                Place(str(path)),
            )
        )
    return found


def near(file: Path) -> Path:
    """Write a path from the working folder where it lies below it, so that places are short to read."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
