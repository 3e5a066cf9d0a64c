"""What may come next: just what recording would do, for every step, and steps retraced as they were taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.referring.opened import (
    ENGINE,
    EVENTS,
    FACTS,
    LINES,
    OFFICER,
    REGIONS,
    TODAY,
    opened,
    policy_of,
    refused,
    step,
)
from tests.records.setting import kept

from xianjie.records.desk import Keeping
from xianjie.records.referring.prospects import Outlook, outlook, prospects, retrace
from xianjie.records.referring.walk import Path, Taken


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept(tmp_path_factory.mktemp("prospects") / "kept") as made:
        yield made


def seen(keeping: Keeping, id: str) -> Outlook:
    with keeping.change(OFFICER) as change:
        return outlook(change, ENGINE, id)


@given(st.sampled_from(LINES), st.lists(st.sampled_from(EVENTS), max_size=4))
@settings(max_examples=5, deadline=None)
def test_each_prospect_is_what_recording_does(keeping: Keeping, line: tuple[str, str], events: list[str]) -> None:
    region, direction = line
    id = opened(keeping, region, direction).id
    for event in events:
        refused(keeping, id, event)
    found = seen(keeping, id)
    assert found.standing is not None
    assert [one.event for one in found.prospects] == ([] if found.standing.ended else list(EVENTS))
    for one in found.prospects:
        again = opened(keeping, region, direction).id
        for past in found.standing.steps:
            step(keeping, again, past.event)
        clash = refused(keeping, again, one.event)
        assert one.open == (clash is None)
        if clash is None:
            after = seen(keeping, again).standing
            assert after is not None
            assert after.steps[-1].decided == one.outcome
            assert after.walked.state == one.state
        elif one.outcome == "out_of_turn":
            assert (clash.members["missing_step"] or {}).get("id") == one.missing_step
            assert clash.members["missing"] == list(one.missing)
        else:
            assert clash.problems[0].code == "referral-facts"


@pytest.mark.parametrize("direction", list(FACTS))
@pytest.mark.parametrize("region", REGIONS)
def test_without_a_procedure_all_steps_are_open_and_move_nothing(region: str, direction: str) -> None:
    path = Path(ENGINE, policy_of(region), direction, FACTS[direction], TODAY, {})
    if path.walk(()).has_procedure:
        return
    found = prospects(path, (), TODAY)
    assert {(one.outcome, one.state, one.open) for one in found} == {("no_procedure", None, True)}


def test_a_step_that_a_fact_contradicts_names_the_fact() -> None:
    path = Path(ENGINE, policy_of("hubei"), "forward", {"referral": {"informed": False}}, TODAY, {})
    found = {one.event: one for one in prospects(path, (), TODAY)}
    assert found["informed"].outcome == "contradicts"
    assert found["informed"].missing == ("referral.informed",)
    assert not found["informed"].open


def test_steps_are_retraced_to_the_first_that_is_out_of_turn() -> None:
    path = Path(ENGINE, policy_of("tianjin"), "forward", FACTS["forward"], TODAY, {})
    steps = [Taken(event, TODAY) for event in ("consented", "letter_issued", "delivered", "referred")]
    trail = retrace(path, steps)
    assert [(one.event, found.outcome, found.state) for one, found in trail] == [
        ("consented", "in_turn", "consented"),
        ("letter_issued", "passed_over", "consented"),
        ("delivered", "out_of_turn", None),
    ]
    assert trail[-1][1].text is not None


def test_a_referral_whose_document_is_gone_has_no_outlook(keeping: Keeping) -> None:
    id = opened(keeping, "tianjin").id
    others = type(ENGINE)([policy_of("hubei")], ENGINE.vocabulary)
    try:
        with keeping.change(OFFICER) as change:
            found = outlook(change, others, id)
    finally:
        others.close()
    assert (found.path, found.standing, found.prospects) == (None, None, ())
