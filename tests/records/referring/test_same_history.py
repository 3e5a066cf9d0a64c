"""One history has one verdict: steps recorded one by one, and the same steps put to `assess` all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from operator import itemgetter
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.asking import joined
from tests.engine.test_procedures import line_of
from tests.records.referring.opened import (
    ENGINE,
    EVENTS,
    FACTS,
    LINES,
    REGIONS,
    TODAY,
    assessed,
    opened,
    read,
    step,
)
from tests.records.setting import kept

from xianjie.errors import InputError
from xianjie.records.desk import Keeping
from xianjie.records.refusals import Clash

WAYS = [(region, direction) for region in REGIONS for direction in FACTS]
LATE = dt.date(2025, 7, 20)


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept(tmp_path_factory.mktemp("history") / "kept") as made:
        yield made


Steps = list[tuple[str, dt.date]]
Way = tuple[str, str]


class Outcome(NamedTuple):
    """Which step was refused and what comes before it, where the referral stands, and what is open then."""

    refused: int | None
    missing_step: str | None
    state: str | None
    open_events: tuple[str, ...]


def recorded(keeping: Keeping, way: Way, facts: Mapping[str, Any], events: Steps) -> tuple[int, Outcome | None]:
    """Record steps one by one up to the first that is refused; first, how many the document was asked about at all.

    None where the office ends by itself what the document does not: after a withdrawal that it does not know.
    """
    id = opened(keeping, *way, facts=facts).id
    index, missing_step, put = None, None, len(events)
    for number, (event, on) in enumerate(events):
        try:
            step(keeping, id, event, on)
        except Clash as clash:
            if clash.code == "referral-step":
                index, missing_step = number, (clash.members["missing_step"] or {}).get("id")
            elif clash.code in ("referral-facts", "referral-ended"):
                put = number
            else:
                raise
            break
    whole = read(keeping, id)
    if whole["ended"]:
        return put, None
    return put, Outcome(index, missing_step, whole["state"], tuple(whole["open_events"]))


def at_once(way: Way, facts: Mapping[str, Any], events: Steps) -> Outcome:
    """Ask `assess` about all of them."""
    found = assessed(*way, facts, events).procedure
    if found is None:
        return Outcome(None, None, None, ())
    refused = found.refused
    index, missing_step = (None, None) if refused is None else (refused.index, refused.missing_step)
    return Outcome(index, missing_step, found.state, tuple(found.open_events))


def alike(keeping: Keeping, way: Way, facts: Mapping[str, Any], events: Steps) -> None:
    put, record = recorded(keeping, way, facts, events)
    whole = at_once(way, facts, events[:put])
    if record is not None:
        assert whole == record
        return
    assert events[put - 1][0] == "withdrawn"
    assert whole.refused is None
    procedure = assessed(*way, facts, events[:put]).procedure
    assert procedure is None or "withdrawn" in procedure.passed_over


def known(way: Way) -> list[str]:
    """List the steps that a document knows, and those that tell facts."""
    found = ENGINE.policies[way[0]].referrals.get(way[1])
    return ["informed", "consented", *(one.model.on for one in (found.steps if found is not None else ()))]


DAYS = st.integers(0, 3).map(lambda number: LATE + dt.timedelta(4 * number))
EXTRA: Any = st.fixed_dictionaries(
    {},
    optional={
        "informed": st.just(True),
        "consent_given": st.just(True),
        "consent_date": DAYS.map(str),
        "letter_date": DAYS.map(str),
        "letter_issued": st.just(True),
        "review_passed": st.booleans(),
        "initiator": st.sampled_from(["charity", "township", "charity_member"]),
    },
)


GUARDED = [way for way in LINES if any(step.guard is not None for step in line_of(*way).steps)]


@given(st.data(), st.one_of(*map(st.sampled_from, (GUARDED[:1], GUARDED, LINES, WAYS))), EXTRA)
@settings(max_examples=100, deadline=None)
def test_steps_one_by_one_and_all_at_once_come_to_the_same(
    keeping: Keeping, data: st.DataObject, way: Way, extra: dict[str, Any]
) -> None:
    event = st.one_of(*map(st.sampled_from, (known(way)[:3], known(way), EVENTS)))
    events = data.draw(st.lists(st.tuples(event, DAYS), max_size=6).map(lambda some: sorted(some, key=itemgetter(1))))
    with suppress(InputError):  # facts that contradict each other open no referral
        alike(keeping, way, joined(FACTS[way[1]], {"referral": extra}), events)


@pytest.mark.parametrize(
    ("events", "index", "missing_step", "state"),
    [
        ("consented informed", 0, "inform", "identified"),
        ("consented", 0, "inform", "identified"),
        ("informed consented", None, None, "consented"),
        ("letter_issued informed consented", 0, "inform", "identified"),
        ("informed letter_issued consented", 1, "consent", "informed"),
        ("informed consented withdrawn referred consented", 3, "consent", "withdrawn"),
    ],
)
def test_what_came_later_is_no_reason_for_a_step_before_it(
    keeping: Keeping, events: str, index: int | None, missing_step: str | None, state: str
) -> None:
    way, steps = ("hubei", "forward"), [(event, TODAY) for event in events.split()]
    put, record = recorded(keeping, way, FACTS["forward"], steps)
    assert put == len(steps)
    assert record is not None
    assert record[:3] == (index, missing_step, state)
    assert at_once(way, FACTS["forward"], steps) == record
