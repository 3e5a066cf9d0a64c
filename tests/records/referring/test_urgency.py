"""Referrals by urgency: those that go on first, the longest open before the others."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.records.referring.opened import ENGINE, OFFICER, TODAY, opened, policy_of, step

from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.referring.referrals import referrals
from xianjie.records.referring.urgency import goes_on, listed_by_urgency
from xianjie.records.urgency import MOST_IN_ORDER

DAY = dt.timedelta(1)


def listed(
    keeping: Keeping, after: str | None = None, limit: int = 50, most: int = MOST_IN_ORDER, engine: Engine = ENGINE
) -> tuple[list[str], str | None, bool]:
    with keeping.look(OFFICER) as desk:
        found = listed_by_urgency(desk, engine, Asked({}, None, after, limit), most)
    return [record.id for record in found.items], found.after, found.in_order


def test_what_goes_on_is_first_and_what_was_withdrawn_last(keeping: Keeping) -> None:
    withdrawn = opened(keeping, "shanghai", "reverse", as_of=TODAY - 9 * DAY)
    step(keeping, withdrawn.id, "withdrawn")
    stateless = opened(keeping, "shanghai", "reverse", as_of=TODAY - 8 * DAY)
    assert stateless.body["state"] is None
    new, old = opened(keeping, as_of=TODAY), opened(keeping, as_of=TODAY - DAY)
    same = opened(keeping, as_of=TODAY - DAY)
    expected = [*sorted([old.id, same.id]), new.id, stateless.id, withdrawn.id]
    assert listed(keeping) == (expected, None, True)
    seen: list[str] = []
    after: str | None = None
    for _ in expected:
        part, after, _ = listed(keeping, after, 1)
        seen += part
    assert (seen, after) == (expected, None)
    with keeping.look(OFFICER) as desk:
        assert sorted(expected) == [one.id for one in referrals(desk, Asked({})).records]


def test_what_is_done_comes_behind_what_goes_on(keeping: Keeping) -> None:
    policy = policy_of("tianjin")
    line = policy.referrals["forward"]
    procedure = line.rule.procedure
    assert procedure is not None
    left = {state for one in line.steps for state in one.model.leaves}
    assert left
    for state in procedure.states:
        assert goes_on(policy, "forward", state) is (state in left)
    assert goes_on(policy, "forward", None) is None
    assert goes_on(None, "forward", "anything") is None


def test_without_its_document_nobody_can_tell_whether_it_goes_on(keeping: Keeping) -> None:
    gone = opened(keeping, as_of=TODAY - 9 * DAY)
    there = opened(keeping, "hubei")
    regions = discover()
    few = Engine(regions.load(["hubei"]), regions.vocabulary)
    assert listed(keeping, engine=few)[0] == [there.id, gone.id]


@pytest.mark.parametrize(("most", "in_order"), [(2, False), (3, True), (4, True)])
def test_more_than_can_be_put_in_order_stays_by_id(keeping: Keeping, most: int, in_order: bool) -> None:
    made = [opened(keeping, as_of=TODAY - number * DAY).id for number in range(3)]
    found, after, ordered = listed(keeping, limit=2, most=most)
    assert ordered is in_order
    assert found == (made[::-1][:2] if in_order else sorted(made)[:2])
    assert listed(keeping, after, 2, most)[0] == (made[:1] if in_order else sorted(made)[2:])
