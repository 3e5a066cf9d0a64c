"""Read a case file as a test does: one case, or the faults it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianjie.cases import Case
from xianjie.cases.files import read_cases
from xianjie.errors import InputError, Problem
from xianjie.vocabulary import BASE


def faults(path: Path) -> tuple[Problem, ...]:
    """Read a file that must be refused, and give every fault."""
    with pytest.raises(InputError) as caught:
        read_cases(path, BASE)
    return caught.value.problems


def fault(path: Path) -> Problem:
    """Read a file that must be refused for one fault, and give it."""
    (problem,) = faults(path)
    return problem


def one(path: Path) -> Case:
    """Read a file that holds one case."""
    (case,) = read_cases(path, BASE)
    return case
