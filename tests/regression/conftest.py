"""What the tests of regression cases share: files written into a folder, and the faults of those that are refused."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.regions.region_cases import REGIONS

from xianjie.errors import InputError, Problem
from xianjie.regression.model import RegressionCase
from xianjie.regression.read import read_cases_file
from xianjie.vocabulary import BASE

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text, its indent taken off, and give the file."""

    def to_file(text: str, name: str = "a.cases.yaml") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return to_file


def read(path: Path) -> list[RegressionCase]:
    """Read a file of cases with the regions of the tree."""
    return read_cases_file(path, BASE, REGIONS)


def faults(path: Path) -> list[Problem]:
    """Read a file that must be refused, and give every fault."""
    with pytest.raises(InputError) as caught:
        read(path)
    return list(caught.value.problems)
