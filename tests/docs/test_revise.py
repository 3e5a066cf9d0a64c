"""The commands and the Python of docs/revise.md give what is shown, and every kind of change stands in its table."""

from __future__ import annotations

import doctest

import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.walk import environment, run, shows

from xianjie.revision.diff_change import KINDS

PAGE = DOCS / "revise.md"
SHOWN = list(blocks(PAGE))


@pytest.mark.parametrize("block", [block for block in SHOWN if block.info == "sh"], ids=lambda block: block.where)
def test_a_command_prints_what_is_shown(block: Block) -> None:
    done = run(block.text.strip(), ROOT, environment())
    assert (done.returncode, done.stderr) == (0, "")
    output = SHOWN[SHOWN.index(block) + 1]
    assert output.info == "text"
    assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)


def test_the_python_of_the_page_gives_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for block in blocks(PAGE, "python"):
        parsed = doctest.DocTestParser().get_doctest(block.text, {}, block.where, str(PAGE), block.line)
        assert parsed.examples
        assert doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE).run(parsed).failed == 0


def test_every_kind_of_change_stands_in_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for sign, word in KINDS.values():
        assert any(f"`{sign}`" in row and word.zh in row for row in rows), word.zh
