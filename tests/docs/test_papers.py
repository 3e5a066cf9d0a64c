"""docs/papers.md: its commands write what it says, and every mark, style and paper that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx import Document
from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.walk import environment, run, shows

from xianjie.papers.filling import NEEDED
from xianjie.papers.making import NAMES, write_templates
from xianjie.papers.writing import STYLES

PAGE = DOCS / "papers.md"
SHOWN = list(blocks(PAGE))
COMMANDS = [block for block in SHOWN if block.info == "sh"]
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of one's own, with the examples in it."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.where)
def test_a_command_writes_what_is_shown(block: Block, folder: Path) -> None:
    done = run(block.text.strip(), folder, environment(XIANJIE_HOME=str(folder / "home")))
    assert done.returncode == 0, done.stderr
    shown = SHOWN[SHOWN.index(block) + 1].text
    assert shows(shown, done.stdout + done.stderr) is None
    for name in re.findall(r"--docx (\S+)", block.text):
        assert Document(str(folder / name)).paragraphs[0].text in TEXT


def test_the_python_of_the_page_writes_a_paper(folder: Path) -> None:
    (block,) = blocks(PAGE, "python")
    (folder / "script.py").write_text(block.text, encoding="utf-8")
    done = run("python script.py", folder, environment())
    assert done.returncode == 0, done.stderr
    assert Document(str(folder / "paper.docx")).paragraphs[0].text == "Comparison of Regional Policies"


def test_every_mark_and_style_of_the_templates_is_told(tmp_path: Path) -> None:
    write_templates(tmp_path)
    marks = set()
    for name in NAMES:
        document = Document(str(tmp_path / f"{name}.docx"))
        texts = [one.text for one in document.paragraphs]
        texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        texts += [one.text for one in document.sections[0].footer.paragraphs]
        marks |= {found for text in texts for found in re.findall(r"\{[{%].*?[%}]\}", text)}
    assert {mark for mark in marks if f"`{mark}`" not in TEXT} == set()
    assert all(style in TEXT for style in STYLES if not style.startswith("heading"))
    for place in NEEDED:
        assert re.search(rf"^\| `\{{.*\b{place}\b.*必须有", TEXT, re.M)
