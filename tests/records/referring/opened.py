"""Open referrals and take their steps, as tests of the records do, and ask `xianjie.assess` about the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from tests.records.setting import NOW, someone

import xianjie
from xianjie.access import Division, Principal, Role
from xianjie.api import installed_engine
from xianjie.engine.answer import Referral
from xianjie.engine.assess import Engine
from xianjie.policy.model import Event
from xianjie.policy.prepared import Policy
from xianjie.records.desk import Keeping
from xianjie.records.referring import events as referral_events
from xianjie.records.referring import referrals
from xianjie.records.referring.events import Report
from xianjie.records.referring.log import Standing
from xianjie.records.refusals import Clash
from xianjie.store import Record

TODAY = NOW.date()
EVENTS: tuple[str, ...] = get_args(Event)
OFFICER = someone(Role.REFERRAL_OFFICER, "8801", id="key-o")
WORKER = someone(Role.CASE_WORKER, "8801", id="key-w")
ENGINE = installed_engine()
REGIONS = tuple(ENGINE.policies)
LINES = [
    (region, direction)
    for region in REGIONS
    for direction, line in ENGINE.policies[region].referrals.items()
    if line.rule.procedure is not None
]
FORWARD: Mapping[str, Any] = {
    "aid": {"meets_conditions": False},
    "person": {"in_low_income_database": True},
    "referral": {
        "initiator": "civil_affairs",
        "matches_project_conditions": True,
        "handled_during_acceptance": True,
    },
}
REVERSE: Mapping[str, Any] = {"aid": {"received": False}, "referral": {"possibly_meets_aid_conditions": True}}
FACTS = {"forward": FORWARD, "reverse": REVERSE, "community_report": {"referral": {"initiator": "committee"}}}


def opened(
    keeping: Keeping,
    region: str = "tianjin",
    direction: str = "forward",
    facts: Mapping[str, Any] | None = None,
    by: Principal = WORKER,
    engine: Engine = ENGINE,
    **more: Any,
) -> Record:
    """Open a referral."""
    as_of = more.pop("as_of", None)
    place = more.pop("place", "880101")
    matter = referrals.Matter(FACTS[direction] if facts is None else facts, **more)
    with keeping.change(by) as change:
        return referrals.open_referral(
            change, engine, referrals.Opening(region, direction, Division(place), matter, as_of)
        )


def step(
    keeping: Keeping,
    referral: str,
    event: str,
    on: dt.date = TODAY,
    by: Principal = OFFICER,
    engine: Engine = ENGINE,
    version: int | None = None,
    says: str | None = None,
    consent: str | None = None,
) -> tuple[Record, Standing]:
    """Take a step."""
    with keeping.change(by) as change:
        return referral_events.take_step(change, engine, referral, Report(event, on, says, consent), version)


def refused(keeping: Keeping, referral: str, event: str, **more: Any) -> Clash | None:
    """Take a step; give the refusal, or None where it was taken."""
    try:
        step(keeping, referral, event, **more)
    except Clash as clash:
        return clash
    return None


def read(keeping: Keeping, referral: str, by: Principal = OFFICER, engine: Engine = ENGINE) -> dict[str, Any]:
    """Read a referral whole."""
    with keeping.change(by) as change:
        return referrals.whole(change, engine, referral)[1]


def assessed(region: str, direction: str, facts: Mapping[str, Any], events: Sequence[tuple[str, dt.date]]) -> Referral:
    """Ask `assess` about the same referral with the same steps."""
    steps = [{"event": event, "on": on.isoformat()} for event, on in events]
    recorded = {**facts.get("referral", {}), "direction": direction, "events": steps}
    answer = xianjie.assess({**facts, "referral": recorded}, [region], TODAY, engine=ENGINE)
    found = answer.regions[region].referral
    assert found is not None
    return found


def policy_of(region: str) -> Policy:
    """Give a region's document."""
    return ENGINE.policies[region]
