"""What came of a revision is weighed, so that memory is bounded by what results hold and not by how many there are."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest
from tests.service.conftest import TODAY

from xianjie.plugins import discover
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.revision.approvals import NONE, judge
from xianjie.revision.diff import diff
from xianjie.revision.impact import impact
from xianjie.revision.sampling import draw_cases
from xianjie.web.pages.revise.outcome import Asked, Outcome

DAY = TODAY.toordinal()


@pytest.mark.parametrize(("count", "line"), [(1, "100000"), (400, "120000")])
def test_what_came_of_a_revision_weighs_about_what_it_holds(count: int, line: str) -> None:
    old = next(policy for policy in discover().load() if policy.id == "jinhua-draft")
    text = f"overlay: 1\nid: x\nbase: jinhua-draft\nzh: 试\nen: a trial\nset: {{income_line: {line}}}\n"
    new = overlaid(old, parse_overlay(text, "x.yaml"))
    drawn = list(draw_cases((old, new), count, 1, DAY))
    cases = [one if one.as_of is not None else replace(one, as_of=DAY) for one in drawn]
    asked = Asked(old, new, text, DAY, DAY, 0, cases)
    moved, found = impact(old, new, cases, DAY, listed=1000), diff(old, new, DAY)
    outcome = Outcome(asked, found, moved, judge(moved, NONE, DAY), {"duties": {"points": ["x" * 999]}}, {}, None, ())
    held: set[int] = set()
    size(old, held)
    holds = size(outcome, held)  # the old document is everybody's
    assert holds / 3 < outcome.weight < 3 * holds
    assert outcome.weight > 1000 * count


def size(root: object, seen: set[int]) -> int:
    """Add up the bytes of all that hangs on something, but for what was seen."""
    total, waiting = 0, [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | MethodType | BuiltinFunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting += gc.get_referents(one)
    return total
