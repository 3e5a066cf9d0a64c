"""Texts are taken out of files in a process of its own, which tells faults as they are and ends with its time."""

from __future__ import annotations

import pytest

from xianjie.service.extracting import read_apart
from xianjie.sources.extract import Extracted


def test_a_text_comes_back_as_it_is() -> None:
    found = read_apart("一、总体要求\n每年更新。\n".encode(), "修订稿.txt")
    assert isinstance(found, Extracted)
    assert "每年更新" in found.text


@pytest.mark.parametrize(
    ("data", "name"), [(b"\x00\x01\x02", "a.txt"), (b"PK\x03\x04", "a.docx"), (b"%PDF-1.7", "a.pdf")]
)
def test_faults_come_back_as_problems(data: bytes, name: str) -> None:
    found = read_apart(data, name)
    assert not isinstance(found, Extracted)
    assert found
    assert all(problem.zh and problem.en for problem in found)
