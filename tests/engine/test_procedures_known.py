"""A step is judged by what was known when it was taken: nothing that came later opens or closes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.asking import ask_small, small_policy

from xianjie.engine.answer import ProcedureEntry
from xianjie.errors import InputError

GUARDED = """
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: referral
            id: forward-referral
            direction: forward
            force: may
            zh: 转介。
            en: Referral.
            initiators: [civil_affairs]
            procedure:
              states: {found: 已发现, agreed: 已同意, sent: 已转介}
              steps:
                - {on: informed, leaves: [found], to: found}
                - {on: consented, leaves: [found], to: agreed, when: referral.informed, missing_step: inform}
                - {on: letter_issued, leaves: [found, agreed, sent], to: agreed}
                - on: referred
                  leaves: [agreed]
                  to: sent
                  when: referral.consent_given and (not known(referral.letter_date) or happened(referral.letter_date))
                - {on: materials_sealed, leaves: [agreed, sent], to: sent, when: not known(referral.letter_issued)}
                - {on: withdrawn, leaves: [agreed, sent], to: found}
"""
DAYS = ("2025-06-01", "2025-06-10", "2025-06-20")


def on_guards(events: Sequence[tuple[str, str | None]], **facts: Any) -> ProcedureEntry:
    steps = [{"event": event, "on": on} for event, on in events]
    case = {"referral": {"direction": "forward", "initiator": "civil_affairs", "events": steps, **facts}}
    found = ask_small(case, GUARDED_POLICY).referral
    assert found is not None
    assert found.procedure is not None
    return found.procedure


GUARDED_POLICY = small_policy(GUARDED)


def test_a_withdrawal_does_not_undo_the_steps_before_it() -> None:
    steps = [("informed", None), ("consented", None), ("referred", None), ("withdrawn", None)]
    found = on_guards(steps)
    assert (found.state, found.refused) == ("found", None)


def test_a_letter_that_came_later_closes_nothing_before_it() -> None:
    steps: list[tuple[str, str | None]] = [("informed", None), ("consented", None), ("materials_sealed", None)]
    assert on_guards([*steps, ("letter_issued", None)]).state == "agreed"
    after = on_guards([*steps[:2], ("letter_issued", None), steps[2]])
    assert after.refused is not None
    assert after.refused.index == 3


@pytest.mark.parametrize(("on", "state"), [("2025-06-09", "agreed"), ("2025-06-10", "sent"), ("2025-06-11", "sent")])
def test_a_date_counts_from_its_day_on(on: str, state: str) -> None:
    steps: list[tuple[str, str | None]] = [("letter_issued", None), ("referred", on)]
    facts = {"letter_date": "2025-06-01", "consent_given": True, "consent_date": "2025-06-10"}
    assert on_guards(steps, **facts).state == state


def test_what_only_a_later_step_tells_is_not_missing_any_more() -> None:
    alone = on_guards([("consented", None)])
    assert alone.refused is not None
    assert alone.refused.missing == ["referral.informed"]
    late = on_guards([("consented", None), ("informed", None)])
    assert late.refused is not None
    assert (late.state, late.refused.index, late.refused.missing) == ("found", 0, [])
    assert late.open_events == ["informed", "letter_issued"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["informed", "consented", "letter_issued", "referred", "materials_sealed", "withdrawn"]),
            st.sampled_from(DAYS),
        ),
        max_size=7,
    ).map(lambda some: sorted(some, key=lambda one: one[1])),
    st.booleans(),
    st.fixed_dictionaries(
        {}, optional={"informed": st.just(True), "consent_given": st.just(True), "letter_date": st.sampled_from(DAYS)}
    ),
)
@settings(max_examples=60, deadline=None)
def test_a_step_is_decided_by_those_before_it_alone(
    events: list[tuple[str, str | None]], dated: bool, facts: dict[str, Any]
) -> None:
    steps: list[tuple[str, str | None]] = events if dated else [(event, None) for event, _ in events]
    try:
        parts = [on_guards(steps[:count], **facts) for count in range(len(steps) + 1)]
    except InputError:  # a fact says otherwise than a step
        return
    whole = parts[-1]
    wanted = len(steps) if whole.refused is None else whole.refused.index
    for count, part in enumerate(parts):
        assert (part.refused.index if part.refused else None) == (wanted if count > wanted else None)
    assert (parts[wanted].state, parts[wanted].open_events) == (whole.state, whole.open_events)
