"""Links inside the project lead somewhere: the file is there, and the heading or anchor in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.fences import DOCS, ROOT, outside, pages

LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    broken = []
    for number, line in outside(page):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"https?:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or not file.is_relative_to(ROOT):
                broken.append(f"{number}: {target}")
            elif anchor and f'<a id="{anchor}"></a>' not in file.read_text(encoding="utf-8"):
                broken.append(f"{number}: {target} (no anchor)")
    assert broken == []


def test_every_page_of_the_docs_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = {(DOCS / target).resolve() for target in LINK.findall(index)}
    assert [
        str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page not in linked | {DOCS / "README.md"}
    ] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_path_of_somebodys_machine(page: Path) -> None:
    found = re.findall(r"(?<![\w.<])/(?:home|root|work|tmp|Users|mnt|opt)/\S*", page.read_text(encoding="utf-8"))
    assert found == []
