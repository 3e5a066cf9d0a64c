"""Steps of referrals: what `assess` walks is taken, what it refuses is refused with what is missing, and no more."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.referring.opened import (
    EVENTS,
    FACTS,
    FORWARD,
    LINES,
    OFFICER,
    REGIONS,
    TODAY,
    WORKER,
    assessed,
    opened,
    policy_of,
    read,
    refused,
    step,
)
from tests.records.setting import kept, someone
from tests.regions.region_cases import IN_TREE
from tests.store.server import programs, running

from xianjie.access import Role
from xianjie.errors import InputError
from xianjie.policy.yaml_tree import YamlTree
from xianjie.records.desk import Keeping
from xianjie.records.referring.log import MOST
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.vocabulary.terms import STEPS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    """Keep the many referrals of this module in one store."""
    with kept(tmp_path_factory.mktemp("walks") / "kept") as made:
        yield made


def ways(region: str, direction: str) -> dict[str, list[str]]:
    """Find for each state of a procedure the shortest way there, by the policy file's table."""
    procedure = policy_of(region).referrals[direction].rule.procedure
    assert procedure is not None
    found: dict[str, list[str]] = {next(iter(procedure.states)): []}
    waiting = deque(found)
    while waiting:
        state = waiting.popleft()
        for arrow in procedure.steps:
            if state in arrow.leaves and arrow.to not in found and arrow.when is None:
                found[arrow.to] = [*found[state], arrow.on]
                waiting.append(arrow.to)
    return found


# -- what the documents' own statecharts take -------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "direction"), LINES)
def test_in_every_state_every_step_is_decided_as_assess_decides_it(
    region: str, direction: str, shared: Keeping
) -> None:
    facts = FACTS[direction]
    procedure = policy_of(region).referrals[direction].rule.procedure
    assert procedure is not None
    reached = ways(region, direction)
    guarded = {arrow.to for arrow in procedure.steps if arrow.when is not None}
    assert set(procedure.states) - set(reached) <= guarded
    for state, way in reached.items():
        record = opened(shared, region, direction)
        for event in way:
            step(shared, record.id, event)
        assert read(shared, record.id)["state"] == state
        taken = []
        for event in EVENTS:
            wanted = assessed(region, direction, facts, [(one, TODAY) for one in (*way, event)]).procedure
            assert wanted is not None
            if wanted.refused is None:
                taken.append((event, wanted.state, wanted.open_events))
                continue
            clash = refused(shared, record.id, event)
            assert clash is not None
            assert clash.code == "referral-step", (state, event)
            first = wanted.refused.missing_step
            told = {"id": first, "zh": STEPS[first][0], "en": STEPS[first][1]} if first else None
            assert clash.members == {
                "missing_step": told,
                "missing": wanted.refused.missing,
                "state": state,
                "open_events": wanted.open_events,
            }
        assert read(shared, record.id)["steps"] == len(way)
        for event, following, open_ in taken:
            another = opened(shared, region, direction)
            for one in way:
                step(shared, another.id, one)
            moved, standing = step(shared, another.id, event)
            at_start = event == "identified" and not way
            passed_over = not at_start and not any(arrow.on == event for arrow in procedure.steps)
            ends = event == "withdrawn" and passed_over
            assert standing.steps[-1].decided == ("passed_over" if passed_over else "in_turn")
            assert moved.body["state"] == ("withdrawn" if ends else following)
            if not ends:
                assert list(standing.walked.open_events) == open_


TO_THE_END = [
    ("hubei", "forward", "informed consented letter_issued referred reviewed delivered", "delivered"),
    ("hubei", "forward", "informed consented referred materials_sealed delivered", "delivered"),
    ("hubei", "reverse", "notified aid_reviewed aid_given", "aid_given"),
    ("hubei", "reverse", "application_assisted aid_reviewed aid_given", "aid_given"),
    ("tianjin", "forward", "consented referred delivered fed_back", "closed"),
    ("tianjin", "reverse", "notified application_assisted", "passed_on"),
    ("jinhua", "forward", "identified consented referred delivered", "delivered"),
    ("jinhua", "reverse", "identified application_assisted", "passed_on"),
    ("shanghai", "community_report", "notified notified", "reported"),
]


@pytest.mark.parametrize(("region", "direction", "events", "end"), TO_THE_END)
def test_a_referral_goes_to_its_end(region: str, direction: str, events: str, end: str, keeping: Keeping) -> None:
    record = opened(keeping, region, direction)
    for event in events.split():
        step(keeping, record.id, event)
    whole = read(keeping, record.id)
    assert (whole["state"], whole["steps"]) == (end, len(events.split()))
    assert [one["event"] for one in whole["events"]] == events.split()
    assert [one["number"] for one in whole["events"]] == [*range(1, len(events.split()) + 1)]
    assert whole["answer"]["status"] in ("allowed", "undetermined")


@pytest.mark.parametrize(
    ("region", "direction", "before", "event", "missing"),
    [
        ("hubei", "forward", "", "consented", "inform"),
        ("hubei", "forward", "", "letter_issued", "inform"),
        ("hubei", "forward", "", "referred", "inform"),
        ("hubei", "forward", "informed", "referred", "consent"),
        ("hubei", "forward", "informed", "materials_sealed", "consent"),
        ("hubei", "forward", "informed consented", "delivered", None),
        ("hubei", "forward", "informed consented", "reviewed", None),
        ("hubei", "forward", "informed consented withdrawn", "letter_issued", "consent"),
        ("hubei", "reverse", "", "aid_given", None),
        ("hubei", "reverse", "notified", "aid_given", None),
        ("tianjin", "forward", "", "referred", "consent"),
        ("tianjin", "forward", "", "delivered", "consent"),
        ("tianjin", "forward", "consented", "delivered", None),
        ("tianjin", "forward", "consented withdrawn", "referred", "consent"),
        ("tianjin", "forward", "consented referred", "fed_back", None),
        ("tianjin", "reverse", "application_assisted", "notified", None),
        ("jinhua", "forward", "", "referred", "consent"),
        ("jinhua", "forward", "consented referred withdrawn", "delivered", "consent"),
    ],
)
def test_a_step_out_of_turn_is_refused_with_the_step_that_is_missing(
    region: str, direction: str, before: str, event: str, missing: str | None, keeping: Keeping
) -> None:
    record = opened(keeping, region, direction)
    for one in before.split():
        record, _ = step(keeping, record.id, one)
    clash = refused(keeping, record.id, event)
    assert clash is not None
    assert clash.code == "referral-step"
    told = clash.members["missing_step"]
    assert (None if told is None else told["id"]) == missing
    if missing is not None:
        assert STEPS[missing][0] in clash.problems[0].zh
    with keeping.look(OFFICER) as desk:
        assert desk.get("referrals", record.id) == record
        assert desk.view.count("referral_events") == len(before.split())


def test_a_guard_that_is_not_known_names_the_fact(keeping: Keeping) -> None:
    record = opened(keeping, "hubei")
    clash = refused(keeping, record.id, "consented")
    assert clash is not None
    assert clash.members["missing"] == ["referral.informed"]
    informed = {**FORWARD, "referral": {**FORWARD["referral"], "informed": True}}
    assert refused(keeping, opened(keeping, "hubei", facts=informed).id, "consented") is None


def test_a_step_that_contradicts_a_recorded_fact_names_the_fact(keeping: Keeping) -> None:
    facts = {**FORWARD, "referral": {**FORWARD["referral"], "informed": False}}
    clash = refused(keeping, opened(keeping, "hubei", facts=facts).id, "informed")
    assert clash is not None
    assert (clash.code, clash.problems[0].zh) == ("referral-facts", "与已记录的事实相矛盾（充分知情），请先更正事实")


# -- the regions' own examples -----------------------------------------------------------------------------------------


def examples() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Give the examples of the regions that hold steps."""
    for region in IN_TREE:
        for path in region.case_files():
            items: Any = YamlTree(path.read_text("utf-8"), path.name, InputError).value
            for item in items:
                if (item["case"].get("referral") or {}).get("events"):
                    yield region.id, item["name"], item["case"]


EXAMPLES = list(examples())


@pytest.mark.parametrize(("region", "name", "case"), EXAMPLES, ids=[name for _, name, _ in EXAMPLES])
def test_the_regions_own_examples_run_step_by_step(
    region: str, name: str, case: Mapping[str, Any], shared: Keeping
) -> None:
    apart = ("direction", "events")
    own = {key: value for key, value in case["referral"].items() if key not in apart}
    parts = ("person", "household", "aid", "area", "organisation")
    facts = {**{part: dict(case[part]) for part in parts if part in case}, "referral": own}
    direction = case["referral"]["direction"]
    record = opened(shared, region, direction, facts)
    taken: list[tuple[str, dt.date]] = []
    for given_ in case["referral"]["events"]:
        on = dt.date.fromisoformat(str(given_["on"])) if given_.get("on") else TODAY
        taken.append((given_["event"], on))
        wanted = assessed(region, direction, facts, taken).procedure
        clash = refused(shared, record.id, given_["event"], on=on)
        if wanted is None or wanted.refused is None:
            assert clash is None
            assert read(shared, record.id)["state"] == (None if wanted is None else wanted.state)
        else:
            assert clash is not None
            told = clash.members["missing_step"]
            assert (told and told["id"]) == wanted.refused.missing_step
            break


def test_examples_with_steps_were_found() -> None:
    assert {region for region, _, _ in EXAMPLES} >= {"hubei", "tianjin", "jinhua"}
    assert len(EXAMPLES) >= 10


# -- any sequence ------------------------------------------------------------------------------------------------------

MAYBE = st.sampled_from([None, True, False])
BY_DIRECTION = {
    "forward": [event for event in EVENTS if event not in ("aid_reviewed", "aid_given", "notified")],
    "reverse": ["identified", "notified", "application_assisted", "aid_reviewed", "aid_given", "closed", "withdrawn"],
    "community_report": ["identified", "notified", "fed_back", "withdrawn"],
}


@st.composite
def walks(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], list[tuple[str, dt.date]]]:
    region = draw(st.sampled_from(REGIONS))
    direction = draw(st.sampled_from(["forward", "forward", "reverse", "community_report"]))
    facts = {part: dict(found) for part, found in FACTS[direction].items()}
    own = {
        "initiator": draw(st.sampled_from([None, "civil_affairs", "township", "charity", "charity_member"])),
        "informed": draw(MAYBE),
        "review_passed": draw(MAYBE),
        "matches_project_conditions": draw(MAYBE),
        "letter_issued": draw(MAYBE),
    }
    facts["referral"] = {name: value for name, value in own.items() if value is not None}
    events = draw(st.lists(st.sampled_from(BY_DIRECTION[direction]), min_size=3, max_size=9))
    if direction == "forward" and draw(st.booleans()):
        events = ["informed", "consented", *events]
    days = sorted(draw(st.lists(st.integers(0, 40), min_size=len(events), max_size=len(events))))
    return (
        region,
        direction,
        facts,
        [(event, TODAY - dt.timedelta(40 - day)) for event, day in zip(events, days, strict=True)],
    )


@settings(max_examples=60, deadline=None)
@given(walks())
def test_a_step_is_taken_if_and_only_if_assess_walks_it(
    shared: Keeping, drawn: tuple[str, str, dict[str, Any], list[tuple[str, dt.date]]]
) -> None:
    region, direction, facts, events = drawn
    record = opened(shared, region, direction, facts)
    taken: list[tuple[str, dt.date]] = []
    ended = False
    for event, on in events:
        clash = refused(shared, record.id, event, on=on)
        if ended:
            assert clash is not None
            assert clash.code == "referral-ended"
            continue
        try:
            wanted = assessed(region, direction, facts, [*taken, (event, on)])
        except InputError:
            assert clash is not None
            assert clash.code == "referral-facts"
            continue
        walk = wanted.procedure
        if walk is not None and walk.refused is not None:
            assert clash is not None
            assert clash.code == "referral-step"
            assert clash.members["missing"] == walk.refused.missing
            continue
        assert clash is None
        taken.append((event, on))
        line = policy_of(region).referrals.get(direction)
        known = walk is not None and line is not None and any(one.model.on == event for one in line.steps)
        ended = event == "withdrawn" and not known
    whole = read(shared, record.id)
    assert [(one["event"], dt.date.fromisoformat(one["on"])) for one in whole["events"]] == taken
    last = assessed(region, direction, facts, taken)
    assert whole["answer"] == last.model_dump(exclude_unset=True)
    assert whole["state"] == ("withdrawn" if ended else last.procedure and last.procedure.state)
    assert whole["open_events"] == ([] if ended or last.procedure is None else last.procedure.open_events)


# -- silence -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "direction", "status"),
    [
        ("shanxi", "forward", "not_reported"),
        ("shanxi", "reverse", "not_reported"),
        ("shanghai", "forward", "not_stipulated"),
        ("shanghai", "reverse", "not_stipulated"),
        ("tianjin", "community_report", "not_stipulated"),
    ],
)
def test_where_the_document_sets_out_no_steps_they_are_kept_and_it_says_so(
    region: str, direction: str, status: str, keeping: Keeping
) -> None:
    record = opened(keeping, region, direction)
    assert record.body["state"] is None
    for event in ("delivered", "referred"):
        _, standing = step(keeping, record.id, event)
        assert standing.steps[-1].decided == "no_procedure"
    whole = read(keeping, record.id)
    assert (whole["state"], whole["name"], whole["open_events"], whole["steps"]) == (None, None, [], 2)
    assert (whole["answer"]["status"], whole["answer"]["procedure"]) == (status, None)


def test_who_may_not_begin_has_no_procedure_either(keeping: Keeping) -> None:
    facts = {**FORWARD, "referral": {**FORWARD["referral"], "initiator": "township"}}
    record = opened(keeping, "jinhua", facts=facts)
    _, standing = step(keeping, record.id, "referred")
    assert (standing.steps[-1].decided, standing.walked.answer["status"]) == ("no_procedure", "not_stipulated")


@pytest.mark.parametrize(
    ("region", "direction"), [("hubei", "reverse"), ("shanxi", "forward"), ("shanghai", "community_report")]
)
def test_a_withdrawal_ends_what_the_document_does_not_know_how_to_go_on_with(
    region: str, direction: str, keeping: Keeping
) -> None:
    record = opened(keeping, region, direction)
    step(keeping, record.id, "notified")
    moved, standing = step(keeping, record.id, "withdrawn")
    assert (moved.body["state"], moved.body["ended"], standing.ended) == ("withdrawn", True, True)
    clash = refused(keeping, record.id, "notified")
    assert clash is not None
    assert clash.code == "referral-ended"
    assert read(keeping, record.id)["open_events"] == []


# -- days --------------------------------------------------------------------------------------------------------------


def test_a_step_has_its_day_not_before_the_one_before_and_not_later_than_today(keeping: Keeping) -> None:
    record = opened(keeping)
    day = dt.timedelta(1)
    step(keeping, record.id, "consented", on=TODAY - day)
    for on, code in ((TODAY + day, "day-future"), (TODAY - 2 * day, "events-order")):
        with pytest.raises(InputError) as raised:
            step(keeping, record.id, "referred", on=on)
        assert [(one.code, one.place.path) for one in raised.value.problems] == [(code, "on")]
    step(keeping, record.id, "referred", on=TODAY - day)


def test_a_log_is_bounded_but_for_a_withdrawal(keeping: Keeping) -> None:
    record = opened(keeping, "hubei")
    for _ in range(MOST):
        step(keeping, record.id, "informed")
    clash = refused(keeping, record.id, "informed")
    assert clash is not None
    assert clash.code == "referral-full"
    moved, _ = step(keeping, record.id, "withdrawn")
    assert (moved.body["state"], moved.body["steps"]) == ("withdrawn", MOST + 1)
    assert len(read(keeping, record.id)["events"]) == MOST + 1


# -- at the same time --------------------------------------------------------------------------------------------------


def together(keeping: Keeping, referral: str, event: str, version: int | None = None) -> list[str]:
    """Take the same step from eight threads; list what each was told."""

    def one(_: int) -> str:
        try:
            step(keeping, referral, event, version=version)
        except Clash as clash:
            return clash.code
        except Stale:
            return "stale"
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(one, range(8)))


@pytest.fixture(params=["embedded", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeping]:
    """Keep records in a store of each kind."""
    if request.param == "embedded":
        with kept(tmp_path / "kept") as made:
            yield made
        return
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL")
    with running(found) as url, kept(url) as made:
        yield made


def test_of_eight_at_once_one_wins(either: Keeping) -> None:
    keeping, record = either, opened(either)
    assert together(keeping, record.id, "consented") == ["referral-step"] * 7 + ["taken"]
    assert together(keeping, record.id, "referred") == ["referral-step"] * 7 + ["taken"]
    whole = read(keeping, record.id)
    assert ([one["event"] for one in whole["events"]], whole["version"]) == (["consented", "referred"], 3)


def test_a_step_of_a_version_is_taken_once_and_without_one_all_are(either: Keeping) -> None:
    keeping, record = either, opened(either, "hubei")
    assert together(keeping, record.id, "informed", record.version) == ["stale"] * 7 + ["taken"]
    assert together(keeping, record.id, "informed") == ["taken"] * 8
    assert [one["number"] for one in read(keeping, record.id)["events"]] == [*range(1, 10)]
    assert keeping.store.verify().problems == ()


# -- who ---------------------------------------------------------------------------------------------------------------


def test_steps_are_the_officers_of_that_division(keeping: Keeping) -> None:
    record = opened(keeping)
    for other in (WORKER, someone(Role.AUDITOR, "8801")):
        with pytest.raises(Denied):
            step(keeping, record.id, "consented", by=other)
    for other in (someone(Role.REFERRAL_OFFICER, "8802"), someone(Role.CASE_WORKER, "8802")):
        with pytest.raises(Missing):
            step(keeping, record.id, "consented", by=other)
    with pytest.raises(Missing):
        step(keeping, "nosuchreferral", "consented")
    step(keeping, record.id, "consented")


def test_a_step_is_noted_with_codes_alone(keeping: Keeping) -> None:
    record = opened(keeping)
    step(keeping, record.id, "consented", says="街镇经办人")
    with keeping.store.read() as view:
        tip = view.tip("audit")
        assert tip is not None
        assert {name: value for name, value in tip.body.items() if name not in ("by", "holder", "digests")} == {
            "event": "referral_step",
            "collection": "referral_events",
            "id": f"{record.id}-001",
            "step": "consented",
            "number": 1,
            "on": TODAY.isoformat(),
            "decided": "in_turn",
            "origin": "recorded",
        }
