"""Read the fenced blocks of a Markdown page, with the line on which each begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`]*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: the page, the line of its fence, the word after the fence, and its text."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def where(self) -> str:
        """Name the block for a test's id and for a failure."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, info: str | None = None) -> Iterator[Block]:
    """Give the fenced blocks of a page in order, or those with the given word after the fence."""
    opened: tuple[int, str, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened, lines = (number, fence["ticks"], fence["info"].strip()), []
        elif fence and fence["ticks"] == opened[1] and not fence["info"].strip():
            if info is None or info == opened[2]:
                yield Block(page, opened[0], opened[2], "\n".join(lines) + "\n")
            opened = None
        else:
            lines.append(line)
    assert opened is None, f"{page.relative_to(ROOT)}:{opened[0] if opened else 0}: a fence is not closed"


def outside(page: Path) -> Iterator[tuple[int, str]]:
    """Give the lines of a page that stand in no fenced block, with their numbers."""
    inside = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and (not inside or fence["ticks"] == inside):
            inside = "" if inside else fence["ticks"]
        elif not inside:
            yield number, line


def pages() -> list[Path]:
    """List the Markdown pages that the project keeps."""
    places = [ROOT, DOCS, ROOT / "benchmarks", *(ROOT / "plugins").iterdir(), *(ROOT / "examples").iterdir()]
    found = [page for place in places if place.is_dir() for page in place.glob("*.md")]
    return sorted({*found, *DOCS.rglob("*.md")})
