"""The pictures of the docs: each that is named is there, small, and of a page that the list makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from tests.browser.pictures import LARGEST, PICTURES, Picture

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("one", PICTURES, ids=lambda one: one.name)
def test_it_is_there_and_of_its_window(one: Picture) -> None:
    file = DOCS / "pictures" / f"{one.name}.png"
    assert file.stat().st_size <= LARGEST
    with Image.open(file) as image:
        assert image.size == (one.width, one.height)


def test_what_the_docs_show_is_made() -> None:
    named = set()
    for file in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        named |= set(re.findall(r"pictures/([\w-]+)\.png", file.read_text(encoding="utf-8")))
    assert named <= {one.name for one in PICTURES}
