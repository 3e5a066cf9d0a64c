"""docs/compare.md shows real comparisons: its commands are run, and what it shows is what they print."""

from __future__ import annotations

import json
import re

import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks
from tests.docs.test_readme import holds
from tests.docs.walk import environment, run, shows

from xianjie.compare.difference import VERDICTS
from xianjie.compare.measure import FORCE_RANK
from xianjie.vocabulary.terms import FORCES

PAGE = DOCS / "compare.md"
SHOWN = list(blocks(PAGE))
COMMANDS = [block for block in SHOWN if block.info == "sh"]


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.where)
def test_a_command_prints_what_is_shown(block: Block) -> None:
    done = run(block.text.strip(), ROOT, environment())
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    output = SHOWN[SHOWN.index(block) + 1]
    if output.info == "json":
        assert holds(json.loads(done.stdout), json.loads(output.text))
    else:
        assert shows(output.text, done.stdout) is None, f"{output.where}: {shows(output.text, done.stdout)}"


def test_the_page_explains_every_verdict_and_ranks_the_forces_as_the_engine_does() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for words in VERDICTS.values():
        assert re.search(rf"^\| `. {words.zh}` \|", text, re.M)
    ranked = sorted(FORCE_RANK, key=lambda force: -FORCE_RANK[force])
    assert "＞".join(FORCES[force][0] for force in ranked) in text
    assert " > ".join(FORCES[force][0] for force in ranked) in text


def test_every_option_of_the_page_exists() -> None:
    told = set(re.findall(r"--[a-z][a-z-]+", PAGE.read_text(encoding="utf-8")))
    help_text = run("xianjie compare --help", ROOT, environment()).stdout
    assert {option for option in told if option not in help_text} == set()
