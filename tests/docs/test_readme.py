"""README.md shows real results: its commands, its Python, its JSON, and its table of regions."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.docs.fences import ROOT, Block, blocks
from tests.docs.walk import environment, run, shows

from xianjie.api import assess
from xianjie.plugins import discover

PAGE = ROOT / "README.md"
NOT_RUN = {
    "make demo": "makes an environment and downloads; CI runs it",
    "make test": "this very run",
    "sudo apt-get install make gcc python3 python3-dev python3-venv": "changes the system",
}
"""The commands of the page that are not run here, and why."""

SHOWN = list(blocks(PAGE))
COMMANDS = [block for block in SHOWN if block.info == "sh"]


def following(block: Block) -> Block | None:
    """Give the output that the page shows for a command: the next block, where it is text or JSON."""
    after = SHOWN[SHOWN.index(block) + 1]
    return after if after.info in ("text", "json") else None


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.where)
def test_a_command_runs_and_prints_what_is_shown(block: Block) -> None:
    command = block.text.strip()
    if command in NOT_RUN:
        return
    done = run(command, ROOT, environment())
    assert done.returncode in (0, 4), done.stderr
    assert done.stderr == ""
    output = following(block)
    assert output is not None, f"{block.where}: no output is shown"
    if output.info == "json":
        assert holds(json.loads(done.stdout), json.loads(output.text))
    else:
        assert shows(output.text, done.stdout) is None, f"{output.where}: {shows(output.text, done.stdout)}"


def holds(real: Any, shown: Any) -> bool:
    """Tell whether real JSON holds all that is shown, in the same order; the rest may be left out."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and holds(real[key], value) for key, value in shown.items())
    if isinstance(shown, list):
        rest = iter(real if isinstance(real, list) else [])
        return all(any(holds(item, wanted) for item in rest) for wanted in shown)
    return bool(real == shown)


def test_the_commands_left_out_still_stand_on_the_page() -> None:
    assert set(NOT_RUN) - {block.text.strip() for block in COMMANDS} == set()


def test_the_python_of_the_page_gives_what_is_shown() -> None:
    for block in blocks(PAGE, "python"):
        parsed = doctest.DocTestParser().get_doctest(block.text, {}, block.where, str(PAGE), block.line)
        assert parsed.examples
        assert doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE).run(parsed).failed == 0


def test_json_from_python_is_that_of_the_command_line(tmp_path: Path) -> None:
    case = {"person": {"dibao_recipient": True}, "referral": {"direction": "forward"}}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    made = assess(case, regions=["hubei", "shanxi"], as_of="2025-08-01").to_json()
    done = run("xianjie assess case.json -r hubei -r shanxi --as-of 2025-08-01 --json || true", tmp_path, environment())
    assert json.loads(done.stdout) == made


def test_the_table_of_regions_says_what_the_policies_say() -> None:
    rows = {
        found[1]: line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if (found := re.match(r"\| \[[^\]]+\]\([^)]+\) `([a-z]+)` \|", line))
    }
    regions = discover()
    ours = [key for key, region in regions.regions.items() if region.folder.is_relative_to(ROOT / "plugins")]
    assert sorted(rows) == sorted(ours)
    for policy in regions.load(ours):
        document = policy.file.document
        cells = [cell.strip() for cell in rows[policy.region].strip("|").split("|")]
        assert cells[3:6] == [f"`{document.standing}`", f"`{document.validity}`", f"`{document.text}`"], policy.region
        assert (document.number or "") in cells[2]
        assert (document.number is None) == bool(re.search("没有|无", cells[2]))
        assert document.issued is None or document.issued.isoformat() in cells[1]


def test_the_page_promises_no_command_that_is_not_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"xianjie ([a-z][a-z-]+)", text)) - {"assess"}
    listed = run("xianjie --help", ROOT, environment()).stdout
    known = set(re.findall(r"^│ ([a-z][a-z-]+)  ", listed, re.M))
    named = set(re.findall(r"`(explain|regions|rules|coverage|lint|schema|new-region)`", text)) | told
    assert named - known == set()
