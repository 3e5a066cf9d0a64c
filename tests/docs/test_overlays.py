"""Every overlay of docs/overlays.md is put on its policy, and what follows it on the page is what comes out."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Any

import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks, outside
from tests.docs.test_semantics import pick
from tests.docs.walk import environment, run, shows

from xianjie import Engine, assess
from xianjie.engine.answer import PolicyEntry
from xianjie.engine.choice import supposing
from xianjie.errors import PolicyError
from xianjie.plugins import discover
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.overlay_model import Overlay, OverlayFile
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import Timeline
from xianjie.policy.yaml_tree import YamlTree

PAGE = DOCS / "overlays.md"
BLOCKS = list(blocks(PAGE))
REGIONS = discover()


def read(block: Block) -> dict[str, Any]:
    """Read what a page expects; dates stay strings."""
    found = YamlTree(block.text, block.where, PolicyError, dates=False).value
    assert isinstance(found, dict)
    return found


def of_kind(kind: str) -> list[Any]:
    """List the overlays that are followed by a block of a kind, each with that block."""
    found = [(one, after) for one, after in pairwise(BLOCKS) if one.text.startswith("overlay:")]
    return [pytest.param(one, after, id=one.where) for one, after in found if re.search(kind, after.text, re.M)]


SUPPOSED, AMENDING, FAULTY = of_kind("^expect:"), of_kind("^governs:"), of_kind(r"^with-faults\.yaml:")


def base(overlay: Overlay) -> Policy:
    """Find the policy that an overlay is for."""
    return next(policy for policy in REGIONS.load() if policy.id == overlay.base)


@pytest.mark.parametrize(("block", "after"), SUPPOSED)
def test_a_supposition_gives_what_the_page_says_and_something_else_than_the_document(
    block: Block, after: Block
) -> None:
    overlay, wanted = parse_overlay(block.text, block.where), read(after)
    plain = Engine([base(overlay)], REGIONS.vocabulary)
    engine = plain.under(supposing(plain.documents.timelines, [overlay]))
    told, before = (
        assess(wanted["case"], [wanted["region"]], wanted["as_of"], engine=one).to_json()["regions"][wanted["region"]]
        for one in (engine, plain)
    )
    engine.close()
    plain.close()
    assert {path: pick(told, path) for path in wanted["expect"]} == wanted["expect"]
    changed = [path for path in wanted["expect"] if "policy" not in path and pick(before, path) != pick(told, path)]
    assert changed
    assert before["policy"]["overlay"] is None


@pytest.mark.parametrize(("block", "after"), AMENDING)
def test_an_amendment_governs_from_its_day_on(block: Block, after: Block) -> None:
    overlay, wanted = parse_overlay(block.text, block.where), read(after)
    timeline = Timeline([base(overlay), overlaid(base(overlay), overlay, supposed=False)])
    days = {day: dt.date.fromisoformat(day).toordinal() for day in wanted["governs"]}
    found = {day: timeline.governing(on) for day, on in days.items()}
    assert {day: [one.id, one.validity_at(days[day])] for day, one in found.items()} == wanted["governs"]
    for name, (day, validity) in wanted["named"].items():
        assert timeline.named(name).validity_at(dt.date.fromisoformat(day).toordinal()) == validity


@pytest.mark.parametrize(("block", "after"), FAULTY)
def test_faults_are_told_as_shown(block: Block, after: Block) -> None:
    overlay = parse_overlay(block.text, "with-faults.yaml")
    policy = base(overlay)
    with pytest.raises(PolicyError) as raised:
        overlaid(policy, overlay)
    told = sorted(raised.value.problems, key=lambda problem: problem.place.line or 0)
    assert [problem.text() for problem in told] == after.text.splitlines()


def test_each_overlay_of_the_page_is_tried() -> None:
    tried = [len(kind) for kind in (SUPPOSED, AMENDING, FAULTY)]
    assert min(tried) >= 1
    assert sum(tried) == sum("overlay: 1" in block.text for block in BLOCKS)


def test_the_command_shows_the_supposition() -> None:
    (command,) = [block for block in BLOCKS if block.info == "sh"]
    shown = BLOCKS[BLOCKS.index(command) + 1]
    done = run(command.text, ROOT, environment())
    assert done.returncode in (0, 4), done.stderr
    assert shows(shown.text, done.stdout) is None


def test_every_key_of_the_form_is_in_the_table() -> None:
    cells = "".join(line.split(" | ")[0] for _, line in outside(PAGE) if line.startswith("| `"))
    assert [name for name in OverlayFile.model_fields if f"`{name}`" not in cells] == []


def test_the_new_parts_of_an_answer_are_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ("overlay", "amendments", "replaces", "replaced_by", "until", "parent"):
        assert name in PolicyEntry.model_fields
        assert f"`policy.{name}`" in text or f"`{name}`" in text
