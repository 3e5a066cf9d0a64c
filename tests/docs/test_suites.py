"""The commands of docs/suites.md run and print what is shown."""

from __future__ import annotations

from itertools import pairwise

from tests.docs.fences import DOCS, ROOT, blocks
from tests.docs.walk import environment, run, shows

PAGE = DOCS / "suites.md"


def test_the_commands_of_the_page_print_what_is_shown() -> None:
    found = list(blocks(PAGE))
    commands = [(block, after) for block, after in pairwise(found) if block.info == "sh"]
    assert len(commands) == 2
    for command, output in commands:
        done = run(command.text.strip(), ROOT, environment())
        assert (done.returncode, done.stderr) == (0, "")
        assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)
