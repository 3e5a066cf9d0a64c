"""What the tests of papers share: cases and answers, papers made of them, and how a paper is read back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from tests.regions.region_cases import ROOT

from xianjie.api import installed_engine
from xianjie.cases import Case
from xianjie.cases.files import read_cases
from xianjie.cases.read import read_case
from xianjie.papers import decision_paper
from xianjie.plugins import discover
from xianjie.policy.prepared import Policy

REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
CASES = ROOT / "examples" / "cases"
TEMPLATE_MARKS = re.compile(r"\{\{|\{%|%\}|\}\}|\{#")
HOSTILE = (
    "<w:p>&amp;</w:t> {{ title }} {% raw %} {_{ x }_} {# c #} ${x} ]]> \"'",
    "换行\n制表\t响铃\a换页\f空\0删\x7f",
    "长" * 10_000,
    "W" * 10_000,
    "اسم العائلة 12 ثم",
    "\u202eelif.exe\u202c\u2066",
    "😀 \ud800 \ufffe",
)


@dataclass(frozen=True)
class Read:
    """A paper read back: its headings with their levels, its paragraphs, its tables as texts, and all text."""

    headings: list[tuple[int, str]]
    paragraphs: list[str]
    tables: list[list[list[str]]]
    text: str

    def titles(self, level: int) -> list[str]:
        """List the headings of a level."""
        return [text for found, text in self.headings if found == level]


def opened(data: bytes) -> Any:
    """Open a paper with python-docx."""
    return Document(io.BytesIO(data))


def read(data: bytes) -> Read:
    """Read a paper back, and check that nothing of the template language is left in any part but in its texts."""
    document = opened(data)
    paragraphs = list(document.paragraphs)
    headings = [
        (int(style[-1]), one.text)
        for one in paragraphs
        if (style := one.style.name or "").lower().startswith("heading ")
    ]
    tables = [
        [["\n".join(one.text for one in cell.p_lst) for cell in row.tc_lst] for row in table.findall(qn("w:tr"))]
        for table in document.element.body.findall(qn("w:tbl"))
    ]
    whole = "\n".join([*(one.text for one in paragraphs), *(cell for table in tables for row in table for cell in row)])
    return Read(headings, [one.text for one in paragraphs], tables, whole)


def parts(data: bytes) -> dict[str, bytes]:
    """Give a package's parts by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def schema_faults(data: bytes) -> Iterator[str]:
    """Find what Word would not open: parts that are no XML, styles that are not there, rows that fit no grid."""
    found = parts(data)
    for name, part in found.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    document = opened(data)
    styles = {style.style_id for style in document.styles}
    body = document.element.body
    for element in body.iter(qn("w:pStyle"), qn("w:tblStyle")):
        if element.get(qn("w:val")) not in styles:
            yield f"style {element.get(qn('w:val'))}"
    for table in body.iter(qn("w:tbl")):
        grid = [int(column.get(qn("w:w"))) for column in table.find(qn("w:tblGrid"))]
        for row in table.findall(qn("w:tr")):
            spans = [
                int(span.get(qn("w:val"))) if (span := one.find(f".//{qn('w:gridSpan')}")) is not None else 1
                for one in row.findall(qn("w:tc"))
            ]
            if sum(spans) != len(grid):
                yield f"a row of {sum(spans)} in a grid of {len(grid)}"
        if not all(width > 300 for width in grid):
            yield f"a crushed column: {grid}"
        following = table.getnext()
        if following is None or following.tag != qn("w:p"):
            yield "a table without a paragraph behind it"
    for text in body.iter(qn("w:t")):
        if len(text):
            yield "an element within a text"


@lru_cache(maxsize=1)
def by_sha256() -> dict[str, Policy]:
    """Give the documents of the installed regions by their fingerprints."""
    return installed_engine().documents.by_sha256()


def names(lang: str) -> dict[str, str]:
    """Name the regions."""
    return {key: one.zh if lang == "zh" else one.en for key, one in discover().regions.items()}


def example(name: str) -> Case:
    """Read an example of the repository."""
    return read_cases(CASES / f"{name}.yaml", installed_engine().vocabulary)[0]


def case_of(data: dict[str, Any]) -> Case:
    """Read a case from its JSON."""
    return read_case(data, installed_engine().vocabulary)


def answered(case: Case, regions: tuple[str, ...], lang: str = "zh") -> dict[str, Any]:
    """Put a case to regions."""
    return installed_engine().assess(case, list(regions), case.as_of, lang=lang)


def decided(case: Case, *regions: str, lang: str = "zh", home: Path | None = None) -> bytes:
    """Make the decision paper of a case."""
    return decision_paper(answered(case, regions, lang), case, by_sha256(), names(lang), lang, home)
