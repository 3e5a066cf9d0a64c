"""docs/impact.md says what is: its commands, its table of changes, its approvals, and the shape of its JSON."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

from tests.docs.fences import DOCS, ROOT, blocks
from tests.docs.walk import environment, run, shows
from tests.engine.asking import day
from tests.regions.region_cases import REGIONS

from xianjie.reference import patched_by, resolve
from xianjie.revision.approvals import NONE, Approval, approvals_in, judge
from xianjie.revision.impact import impact
from xianjie.revision.impact_classes import CHANGE_MEANINGS, CHANGE_SIGNS, CHANGE_TERMS, CHANGES, PARTS
from xianjie.revision.impact_json import impact_json
from xianjie.revision.sampling import sample_cases

PAGE = DOCS / "impact.md"
AS_OF = day("2025-08-01")


def test_the_commands_of_the_page_print_what_is_shown() -> None:
    found = list(blocks(PAGE))
    commands = [(block, after) for block, after in pairwise(found) if block.info == "sh"]
    assert len(commands) == 2
    for command, output in commands:
        done = run(command.text.strip(), ROOT, environment())
        assert (done.returncode, done.stderr) == (0, "")
        assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)


def test_the_table_holds_every_change_with_its_sign_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.) (\S+) \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert [row[0] for row in rows] == list(CHANGES)
    for change, sign, word, zh, en in rows:
        assert sign == CHANGE_SIGNS[change]
        assert word == CHANGE_TERMS[change][0]
        assert (zh, en) == CHANGE_MEANINGS[change]


def test_every_key_of_an_approval_is_told_and_the_example_is_one_of_the_file() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = {
        name
        for cell in re.findall(r"^\| ((?:`\w+`、?)+) \| [^+−?!~^=]", text, re.M)
        for name in re.findall(r"\w+", cell)
    }
    assert set(Approval.model_fields) <= told
    (example,) = blocks(PAGE, "yaml")
    file = (ROOT / "examples/revisions/shanghai.approvals.yaml").read_text(encoding="utf-8")
    assert example.text.strip() in file
    overlay = ROOT / "examples/revisions/shanghai.overlay.yaml"
    old, new = patched_by(overlay, REGIONS), resolve(str(overlay), REGIONS, AS_OF)
    assert old is not None
    assert len(approvals_in(example.text, "page", old, new).all) == 1


def test_the_json_of_the_page_is_what_comes_out() -> None:
    (block,) = blocks(PAGE, "json")
    shown = json.loads(block.text)
    overlay = ROOT / "examples/revisions/hubei.overlay.yaml"
    old, new = patched_by(overlay, REGIONS), resolve(str(overlay), REGIONS, AS_OF)
    assert old is not None
    found = impact(old, new, sample_cases((old, new), 2000, 1, AS_OF), AS_OF)
    real = impact_json(found, judge(found, NONE, AS_OF), {"generated": 2000, "seed": 1})
    assert keys(shown) == keys(real)
    for part in ("as_of", "new_as_of", "source", "cases", "changed", "unapproved", "schema_version"):
        assert shown[part] == real[part]
    assert shown["totals"][0] == real["totals"][0]
    assert shown["rows"][0] == real["rows"][0]


def keys(tree: Any) -> Any:
    """Give the keys of a tree, of a list those of its first entry."""
    match tree:
        case dict():
            return {key: keys(value) for key, value in tree.items()}
        case list():
            return [keys(one) for one in tree[:1]]
        case _:
            return None


def test_every_part_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{part}`" in text for part in PARTS)
