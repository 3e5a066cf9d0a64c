"""Procedures: the statechart moves as the policy file's table says, and a refusal names what comes first."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from typing import Any, get_args

import pytest
from tests.engine.asking import REGIONS, ask_small, joined, referral, small_policy

from xianjie.api import installed_engine
from xianjie.engine.answer import ProcedureEntry, Referral
from xianjie.engine.procedures import Procedures, open_events
from xianjie.policy.model import Event, Procedure
from xianjie.policy.prepared import ReferralLine, Step

EVENTS: tuple[str, ...] = get_args(Event)
LINES: list[tuple[str, str]] = [
    (region, direction)
    for region in REGIONS
    for direction, line in installed_engine().policies[region].referrals.items()
    if line.rule.procedure is not None
]


def line_of(region: str, direction: str) -> ReferralLine:
    return installed_engine().policies[region].referrals[direction]


def table_of(line: ReferralLine) -> Procedure:
    assert line.rule.procedure is not None
    return line.rule.procedure


@pytest.fixture(scope="module")
def procedures() -> Iterator[Procedures]:
    held = Procedures()
    yield held
    held.close()


def by_table(table: Procedure, state: str, event: str, holds: Collection[str]) -> str | None:
    """Read the next state off the policy file's table; `holds` has the guards' own words."""
    for step in table.steps:
        if step.on == event and state in step.leaves and (step.when is None or step.when in holds):
            return step.to
    return None


def holding(known: Mapping[str, bool | None]) -> Callable[[Step], bool | None]:
    """Decide steps by what is said of their guards' words."""
    return lambda step: True if step.model.when is None else known[step.model.when]


def test_five_documents_set_out_seven_procedures() -> None:
    assert LINES == [
        ("hubei", "forward"),
        ("hubei", "reverse"),
        ("jinhua", "forward"),
        ("jinhua", "reverse"),
        ("shanghai", "community_report"),
        ("tianjin", "forward"),
        ("tianjin", "reverse"),
    ]


@pytest.mark.parametrize(("region", "direction"), LINES)
def test_every_state_and_event_moves_as_the_table_says(region: str, direction: str, procedures: Procedures) -> None:
    line = line_of(region, direction)
    table = table_of(line)
    chart = procedures.chart(installed_engine().policies[region].sha256, line)
    guards = {step.model.when: step.guard for step in line.steps if step.model.when is not None}
    for values in product((True, False, None), repeat=len(guards)):
        known = dict(zip(guards, values, strict=True))
        holds = {words for words, value in known.items() if value is True}
        certain = {f"guard {guards[words]}" for words in holds}
        for state in table.states:
            wanted = {event: by_table(table, state, event, holds) for event in EVENTS}
            assert {event: chart.fire(state, event, certain) for event in EVENTS} == wanted
            listed = open_events(line, holding(known), state)
            assert len(set(listed)) == len(listed)
            assert set(listed) == {event for event, to in wanted.items() if to is not None}


@pytest.mark.parametrize(("region", "direction"), LINES)
def test_every_state_can_be_reached_and_nothing_follows_an_end(region: str, direction: str) -> None:
    table = table_of(line_of(region, direction))
    everything = {step.when for step in table.steps if step.when}
    reached, fresh = set(), [next(iter(table.states))]
    while fresh:
        state = fresh.pop()
        reached.add(state)
        following = {by_table(table, state, event, everything) for event in EVENTS} - {None}
        fresh += [found for found in following if found is not None and found not in reached]
    assert reached == set(table.states)


# -- walks -----------------------------------------------------------------------------------------------------------

FORWARD: dict[str, Any] = {
    "aid": {"meets_conditions": False},
    "person": {"in_low_income_database": True},
    "referral": {
        "direction": "forward",
        "initiator": "civil_affairs",
        "matches_project_conditions": True,
        "handled_during_acceptance": True,
    },
}


def walked(region: str, *events: str, **facts: Any) -> Referral:
    steps = [{"event": event} for event in events]
    return referral(joined(FORWARD, {"referral": {"events": steps, **facts}}), region)


def procedure(region: str, *events: str, **facts: Any) -> ProcedureEntry:
    found = walked(region, *events, **facts).procedure
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("events", "state", "open_"),
    [
        ("", "identified", ["informed"]),
        ("identified", "identified", ["informed"]),
        ("informed", "informed", ["informed", "consented", "withdrawn"]),
        ("informed consented", "consented", ["letter_issued", "materials_sealed", "referred", "withdrawn"]),
        (
            "informed consented letter_issued",
            "documented",
            ["letter_issued", "materials_sealed", "referred", "reviewed", "delivered", "withdrawn"],
        ),
        (
            "informed consented materials_sealed letter_issued referred",
            "referred",
            ["letter_issued", "materials_sealed", "reviewed", "delivered", "withdrawn"],
        ),
        ("informed consented referred letter_issued reviewed", "reviewed", ["delivered", "withdrawn"]),
        ("informed consented letter_issued referred reviewed delivered", "delivered", []),
        ("informed consented withdrawn", "withdrawn", ["informed", "consented"]),
        (
            "informed consented withdrawn consented",
            "consented",
            ["letter_issued", "materials_sealed", "referred", "withdrawn"],
        ),
    ],
)
def test_hubeis_steps_one_by_one(events: str, state: str, open_: list[str]) -> None:
    found = procedure("hubei", *events.split())
    assert (found.state, found.open_events, found.refused, found.passed_over) == (state, open_, None, [])
    assert found.name == table_of(line_of("hubei", "forward")).states[state]


@pytest.mark.parametrize(
    ("region", "events", "index", "step", "next_step"),
    [
        ("hubei", "informed letter_issued", 1, "consent", "consent"),
        ("hubei", "informed referred", 1, "consent", "consent"),
        ("hubei", "letter_issued", 0, "inform", "inform"),
        ("hubei", "referred", 0, "inform", "inform"),
        ("hubei", "informed materials_sealed consented", 1, "consent", "consent"),
        ("hubei", "informed consented withdrawn referred", 3, "consent", "consent"),
        ("tianjin", "referred", 0, "consent", "consent"),
        ("tianjin", "delivered", 0, "consent", "consent"),
        ("jinhua", "referred", 0, "consent", "consent"),
        ("jinhua", "delivered", 0, "consent", "consent"),
        ("jinhua", "consented withdrawn referred", 2, "consent", "consent"),
    ],
)
def test_a_step_out_of_turn_is_refused_with_the_step_that_comes_first(
    region: str, events: str, index: int, step: str, next_step: str
) -> None:
    found = walked(region, *events.split())
    assert (found.status, found.missing_step, found.next_step, found.missing) == ("refused", step, next_step, [])
    assert found.procedure is not None
    assert found.procedure.refused is not None
    refused = found.procedure.refused
    assert (refused.index, refused.event, refused.missing_step) == (index, events.split()[index], step)
    assert found.why.text == refused.text
    assert found.why.value is False


def test_the_walk_stops_at_the_step_that_is_refused() -> None:
    found = procedure("tianjin", "consented", "delivered", "referred", "delivered")
    assert (found.state, found.open_events) == ("consented", ["referred", "withdrawn"])
    assert found.refused is not None
    assert (found.refused.index, found.refused.missing_step) == (1, None)


@pytest.mark.parametrize(
    ("region", "events", "state"),
    [
        ("hubei", "informed consented informed", "consented"),
        ("hubei", "informed consented letter_issued reviewed letter_issued", "reviewed"),
        ("hubei", "informed consented letter_issued reviewed materials_sealed", "reviewed"),
        ("hubei", "informed consented referred reviewed referred", "reviewed"),
        ("tianjin", "consented referred delivered referred", "delivered"),
        ("jinhua", "consented withdrawn consented referred referred", "referred"),
    ],
)
def test_a_step_that_is_past_lacks_none_that_was_taken(region: str, events: str, state: str) -> None:
    found = walked(region, *events.split())
    assert found.procedure is not None
    assert found.procedure.refused is not None
    assert found.procedure.state == state
    assert (found.status, found.missing_step, found.procedure.refused.missing_step) == ("refused", None, None)
    assert "缺少" not in found.procedure.refused.text


def test_consent_before_the_information_is_refused_and_wants_that_fact() -> None:
    late = walked("hubei", "consented", "informed")
    assert (late.status, late.missing_step) == ("refused", "inform")
    alone = procedure("hubei", "consented")
    assert alone.refused is not None
    assert alone.refused.missing == ["referral.informed"]
    # recorded otherwise than as a step, the information came first
    assert procedure("hubei", "consented", informed=True).state == "consented"
    never = procedure("hubei", "consented", informed=False)
    assert never.refused is not None
    assert never.refused.missing == []


@pytest.mark.parametrize("region", ["tianjin", "jinhua"])
def test_steps_that_a_document_does_not_know_are_passed_over(region: str) -> None:
    found = walked(region, "informed", "consented", "letter_issued", "materials_sealed", "referred")
    assert found.status == "allowed"
    assert found.procedure is not None
    assert found.procedure.state == "referred"
    assert found.procedure.passed_over == ["informed", "letter_issued", "materials_sealed"]


def test_a_step_of_another_direction_is_passed_over() -> None:
    found = procedure("hubei", "informed", "notified", "consented", "closed")
    assert (found.state, found.passed_over, found.refused) == ("consented", ["notified", "closed"], None)


def test_feedback_closes_a_referral_in_tianjin_only() -> None:
    steps = ("consented", "referred", "delivered", "fed_back")
    assert procedure("tianjin", *steps).state == "closed"
    assert procedure("jinhua", *steps).passed_over == ["fed_back"]


@pytest.mark.parametrize("region", ["hubei", "tianjin", "jinhua"])
def test_withdrawal_takes_the_consent_away_until_it_is_given_again(region: str) -> None:
    gone = walked(region, "informed", "consented", "withdrawn")
    assert (gone.status, gone.missing_step, gone.next_step) == ("refused", "consent", "consent")
    assert gone.procedure is not None
    assert (gone.procedure.state, gone.procedure.refused) == ("withdrawn", None)
    again = walked(region, "informed", "consented", "withdrawn", "consented")
    assert again.status == "allowed"
    assert again.procedure is not None
    assert again.procedure.state == "consented"


def test_hubeis_reverse_route_ends_with_the_aid() -> None:
    base: dict[str, Any] = {
        "aid": {"received": False},
        "referral": {"direction": "reverse", "initiator": "charity", "possibly_meets_aid_conditions": True},
    }

    def ends(passed: bool | None, *events: str) -> ProcedureEntry:
        steps = {"referral": {"review_passed": passed, "events": [{"event": event} for event in events]}}
        found = referral(joined(base, steps), "hubei").procedure
        assert found is not None
        return found

    steps = ("notified", "aid_reviewed", "aid_given")
    assert ends(True, *steps).state == "aid_given"
    assert ends(None, *steps).state == "aid_given"
    failed = ends(False, *steps)
    assert (failed.state, failed.open_events) == ("aid_reviewed", [])
    assert failed.refused is not None
    assert failed.refused.index == 2
    skipped = ends(True, "aid_given")
    assert skipped.refused is not None


def test_the_committees_report_is_made_once_told() -> None:
    steps = [{"event": "notified", "on": "2025-07-01", "by": "居委会"}]
    case = {"referral": {"direction": "community_report", "initiator": "committee", "events": steps}}
    found = referral(case, "shanghai").procedure
    assert found is not None
    assert (found.state, found.refused) == ("reported", None)


@pytest.mark.parametrize(("region", "direction"), [pair for pair in LINES if pair[1] == "forward"])
def test_random_walks_end_where_the_table_leads(region: str, direction: str) -> None:
    chance = random.Random(region)
    table = table_of(line_of(region, direction))
    known = {step.on for step in table.steps}
    refusals = 0
    for _ in range(150):
        events = [chance.choice(EVENTS[:11]) for _ in range(chance.randrange(1, 7))]
        if chance.random() < 0.6:
            events = ["informed", "consented", *events]
        found = procedure(region, *events)
        state = start = next(iter(table.states))
        passed, refused = [], None
        for number, event in enumerate(events):
            if event == "identified" and state == start:
                continue
            if event not in known:
                passed.append(event)
                continue
            told = {"referral.informed"} if "informed" in events[:number] else set()
            following = by_table(table, state, event, told)
            if following is None:
                refused = number
                break
            state = following
        refusals += refused is not None
        assert (found.state, found.passed_over) == (state, passed)
        assert (found.refused.index if found.refused else None) == refused
    assert 30 < refusals < 150


@pytest.mark.parametrize("event", ["letter_issued", "referred"])
@pytest.mark.parametrize(("informed", "step"), [(None, "inform"), (False, "inform"), (True, "consent")])
def test_the_step_that_comes_first_is_one_that_can_be_taken_now(event: str, informed: bool | None, step: str) -> None:
    found = walked("hubei", event, informed=informed)
    assert found.procedure is not None
    assert (found.missing_step, found.next_step) == (step, step)
    assert ({"inform": "informed", "consent": "consented"})[step] in found.procedure.open_events


# -- small procedures ------------------------------------------------------------------------------------------------

DIGEST = """
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
                - {on: consented, leaves: [found], to: agreed}
                - {on: referred, leaves: [agreed], to: sent, when: referral.letter_issued, missing_step: inform}
                - {on: referred, leaves: [agreed], to: agreed, when: referral.materials_sealed}
"""


@pytest.mark.parametrize("text", ["full", "digest"])
def test_a_step_out_of_turn_does_not_break_the_silence_on_an_initiator(text: str) -> None:
    policy = small_policy(DIGEST, text=text)
    steps = [{"event": "referred"}]
    case = {"referral": {"direction": "forward", "initiator": "charity", "events": steps}}
    found = ask_small(case, policy).referral
    assert found is not None
    assert found.status == ("not_stipulated" if text == "full" else "not_reported")
    ruled = ask_small(joined(case, {"referral": {"initiator": "civil_affairs"}}), policy).referral
    assert ruled is not None
    assert ruled.status == "refused"


def test_of_two_steps_that_both_hold_the_first_written_is_taken() -> None:
    policy = small_policy(DIGEST)

    def ends(**facts: bool) -> ProcedureEntry:
        steps = [{"event": "consented"}, {"event": "referred"}]
        case = {"referral": {"direction": "forward", "initiator": "civil_affairs", "events": steps, **facts}}
        found = ask_small(case, policy).referral
        assert found is not None
        assert found.procedure is not None
        return found.procedure

    assert ends(letter_issued=True, materials_sealed=True).state == "sent"
    assert ends(letter_issued=False, materials_sealed=True).state == "agreed"
    neither = ends(letter_issued=False)
    assert neither.refused is not None
    assert (neither.refused.missing_step, neither.refused.missing) == ("inform", ["referral.materials_sealed"])


def test_a_step_whose_condition_nobody_recorded_is_refused_on_the_chart_and_leaves_the_referral_open() -> None:
    found = walked("hubei", "consented")
    assert (found.status, found.missing_step, found.next_step) == ("undetermined", None, "inform")
    assert found.missing == ["referral.informed"]
    assert found.procedure is not None
    assert found.procedure.refused is not None
    assert (found.procedure.refused.missing_step, found.procedure.refused.missing) == ("inform", ["referral.informed"])


STRANDED = """
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: referral
            id: a
            direction: forward
            force: may
            zh: 一
            en: one
            initiators: [civil_affairs]
            procedure:
              states: {found: 已发现, agreed: 已同意, sent: 已转介}
              steps:
                - {on: referred, leaves: [agreed], to: sent}
"""


def test_from_a_start_that_no_step_leaves_every_step_is_out_of_turn() -> None:
    case = {"referral": {"direction": "forward", "initiator": "civil_affairs", "events": [{"event": "referred"}]}}
    found = ask_small(case, small_policy(STRANDED)).referral
    assert found is not None
    assert found.procedure is not None
    assert (found.status, found.procedure.state, found.procedure.open_events) == ("refused", "found", [])
    assert found.procedure.refused is not None
    assert found.procedure.refused.event == "referred"
