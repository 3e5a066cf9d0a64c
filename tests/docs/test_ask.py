"""The commands of docs/ask.md run and print what is shown; its Python gives what it says."""

from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.walk import environment, run, shows

PAGE = DOCS / "ask.md"

SHOWN = list(blocks(PAGE))
COMMANDS = [(block, after) for block, after in pairwise(SHOWN) if block.info == "sh"]


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=lambda block: block.where)
def test_a_command_prints_what_is_shown(command: Block, output: Block) -> None:
    assert output.info == "text"
    done = run(command.text.strip(), ROOT, environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)


def test_the_python_gives_what_is_shown() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert found.attempted >= 5
    assert found.failed == 0
