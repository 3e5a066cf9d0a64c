"""Put a referral's facts and steps to the document it stands under, on the statechart that `assess` walks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Place, Problem, nearest, written_path
from xianjie.policy.prepared import Policy

PARTS = ("person", "household", "aid", "referral", "organisation", "area")
"""The records of a case that a referral's facts may hold."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that took place: an event of the vocabulary, and its day."""

    event: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that is out of turn: the step that comes first (`missing_step`), and facts that are not recorded."""

    missing_step: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a referral stands after its steps. `answer` is the engine's whole answer on the referral.

    `has_procedure`: the document sets out steps for such a referral; without, there is no state. `passed_over` counts
    the steps that it does not know.
    """

    answer: Mapping[str, Any]
    has_procedure: bool = False
    state: str | None = None
    name: str | None = None
    open_events: tuple[str, ...] = ()
    passed_over: int = 0
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """The way that a referral goes: its document, direction and facts, the day it is asked, and settled readings."""

    engine: Engine
    policy: Policy
    direction: str
    facts: Facts
    day: dt.date
    readings: Mapping[str, str]

    def walk(self, steps: Sequence[Taken], lang: str = "zh") -> Walked:
        """Walk the steps; InputError `facts-contradict` where the facts say otherwise than they."""
        reference = f"{self.policy.region}@{self.policy.id}"
        case = _case(self.engine, self.direction, self.facts, steps)
        answer = self.engine.assess(
            case, [reference], self.day.toordinal(), Settings(readings=dict(self.readings)), lang
        )
        return _walked(answer["regions"][reference]["referral"])


def _walked(answer: Mapping[str, Any]) -> Walked:
    procedure = answer["procedure"]
    if procedure is None:
        return Walked(answer)
    refused = procedure["refused"]
    return Walked(
        answer,
        True,
        procedure["state"],
        procedure["name"],
        tuple(procedure["open_events"]),
        len(procedure["passed_over"]),
        None if refused is None else Refusal(refused["missing_step"], tuple(refused["missing"])),
    )


def _case(engine: Engine, direction: str, facts: Facts, steps: Sequence[Taken]) -> Case:
    events = [{"event": step.event, "on": step.on.isoformat()} for step in steps]
    referral = {**(facts.get("referral") or {}), "direction": direction, "events": events}
    return read_case({**facts, "referral": referral}, engine.vocabulary, _place)


def check_facts(engine: Engine, direction: str, facts: Facts, person: bool) -> None:
    """Check facts before they are kept; InputError with paths below `facts`.

    The direction is the record's, and steps are recorded as steps. Where the referral is of a `person`, consent is told
    by a record of consent and by its step, never as a bare fact.
    """
    recorded = facts.get("referral")
    given = recorded if isinstance(recorded, Mapping) else {}
    problems = []
    for name in ("direction", "events"):
        if given.get(name) is not None:
            zh, en = (
                "方向写在转介上，步骤逐步记录",
                "the direction stands with the referral, and steps are recorded one by one",
            )
            problems.append(Problem("facts-apart", zh, en, _place(("referral", name))))
    for name in ("consent_given", "consent_date"):
        if person and given.get(name) is not None:
            zh, en = (
                "写明了个人的，同意须登记为同意书，不写在事实里",
                "of a named person, consent is recorded as a consent",
            )
            problems.append(Problem("facts-consent", zh, en, _place(("referral", name))))
    if problems:
        raise InputError(problems)
    if recorded is not None and not isinstance(recorded, Mapping):
        read_case(facts, engine.vocabulary, _place)  # says what is wrong with it
    _case(engine, direction, facts, ())


def _place(path: Sequence[str | int]) -> Place:
    return Place(path=written_path(("facts", *path)))


def governing(engine: Engine, region: str, day: dt.date) -> Policy:
    """Give the document that governs a region on a day; InputError `region-unknown`."""
    timelines = engine.documents.timelines
    if region not in timelines:
        near = nearest(region, tuple(timelines))
        zh = "没有这个地区" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(timelines)}")
        en = "no such region" + (f"; did you mean {near}?" if near else f"; known: {', '.join(timelines)}")
        raise InputError(Problem("region-unknown", zh, en, Place(path="region")))
    return engine.documents.answering(region, day.toordinal())


def kept(engine: Engine, region: str, policy: str) -> Policy | None:
    """Give the document that a referral was opened under; None where it is no longer installed."""
    timeline = engine.documents.timelines.get(region)
    return None if timeline is None else next((one for one in timeline.all if one.id == policy), None)


def written(policy: Policy) -> dict[str, str]:
    """Name a document: its id, version and fingerprint."""
    return {"id": policy.id, "version": policy.file.version, "sha256": policy.sha256}
