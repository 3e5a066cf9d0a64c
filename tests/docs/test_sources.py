"""The commands of docs/sources.md run, one after another over one shelf, and print what is shown."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.docs.fences import DOCS, ROOT, blocks
from tests.docs.walk import environment, run, shows

PAGE = DOCS / "sources.md"


def test_the_commands_of_the_page_print_what_is_shown(tmp_path: Path) -> None:
    commands = [(block, after) for block, after in pairwise(blocks(PAGE)) if block.info == "sh"]
    assert len(commands) == 4
    for command, output in commands:
        done = run(command.text.strip(), ROOT, environment(XIANJIE_HOME=str(tmp_path)))
        assert done.stderr == "", command.where
        assert done.returncode == (1 if "xianjie drift" in command.text else 0), command.where
        assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)
