"""The templates in the package are what the script makes, and hold what every template must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from tests.papers.setting import opened, parts

from xianjie.papers.filling import NEEDED, ours
from xianjie.papers.making import FONTS, NAMES, made, write_templates
from xianjie.papers.writing import STYLES


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_template_holds_what_the_script_makes(name: str) -> None:
    assert parts(ours(name)) == parts(made(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_its_places_its_styles_and_a_page_number(name: str) -> None:
    found = parts(made(name))
    for part in found.values():
        etree.fromstring(part)
    document = opened(made(name))
    text = "\n".join(one.text for one in document.paragraphs)
    assert all(f" {place} }}}}" in text or f" {place} %}}" in text for place in NEEDED)
    assert set(STYLES) <= {
        "heading" + style.name[7:] if style.name[:7] == "Heading" else style.name for style in document.styles
    }
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    for footer in ("word/footer1.xml", "word/footer2.xml"):
        assert b" PAGE " in found[footer]
    fonts = found["word/fontTable.xml"].decode()
    assert all(f'w:name="{font}"><w:altName' in fonts for font in FONTS)


def test_the_same_template_is_made_twice() -> None:
    assert made("decision") == made("decision")


def test_only_a_decision_has_room_for_signatures() -> None:
    assert {name: len(opened(made(name)).tables) for name in NAMES} == {"comparison": 0, "decision": 1, "impact": 0}


def test_an_office_can_have_them_written_into_a_folder(tmp_path: Path) -> None:
    write_templates(tmp_path / "papers")
    assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == sorted(f"{name}.docx" for name in NAMES)
    again = tmp_path / "again"
    subprocess.run([sys.executable, "-m", "xianjie.papers.making", str(again)], check=True, timeout=60)
    assert (again / "impact.docx").read_bytes() == (tmp_path / "papers" / "impact.docx").read_bytes()
