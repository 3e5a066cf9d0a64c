"""Record the steps of a referral, each decided by the region's statechart; a step out of turn is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Place, Problem
from xianjie.records.desk import Change
from xianjie.records.people import consents
from xianjie.records.references import check_not_later
from xianjie.records.referring import referrals
from xianjie.records.referring.log import COLLECTION, MOST, Decided, Standing, Step, id_of, log, now_standing
from xianjie.records.referring.walk import Path, Taken, Walked
from xianjie.records.refusals import Clash, clash, stale
from xianjie.store import Record
from xianjie.vocabulary.terms import EVENTS, STEPS

REPORTED = frozenset({"accepted", "reviewed", "delivered", "fed_back"})
"""The steps of who receives: their own to report, or the officer's to enter for them."""


@dataclass(frozen=True, slots=True)
class Report:
    """A step that is reported: which one, on what day, by whom (a role), and on which consent it rests."""

    event: str
    on: dt.date
    by: str | None = None
    consent: str | None = None


def action_of(event: str) -> Action:
    """Say what it takes to record a step."""
    if event == "withdrawn":
        return Action.WITHDRAW
    return Action.REPORT if event in REPORTED else Action.ADVANCE


def take_step(
    change: Change, engine: Engine, id: str, report: Report, version: int | None = None
) -> tuple[Record, Standing]:
    """Record a step where the statechart takes it, and move the referral on.

    Raises Clash: `referral-step` with what is missing, `referral-consent`, `referral-ended`, `referral-facts`,
    `referral-full`, `referral-document`; Stale where the referral is not at `version` any more; InputError:
    `day-future`, `events-order`, `consent-idle`.
    """
    record = referrals.found(change, id)
    change.require(action_of(report.event), referrals.target(change, record))
    if version is not None and version != record.version:
        raise stale()
    check_not_later(report.on, change.today, "on")
    if record.body["ended"]:
        raise referrals.ended()
    path = referrals.path_of(change, engine, record)
    recorded = log(change.view, id)
    if len(recorded) >= MOST and report.event != "withdrawn":
        raise clash("referral-full", f"一次转介至多记录 {MOST} 步", f"a referral has {MOST} steps at most")
    before = now_standing(change, path, recorded, report.on)
    if before.steps and report.on < before.steps[-1].on:
        zh, en = "步骤须按发生的先后记录", "steps are recorded in the order in which they took place"
        raise InputError(Problem("events-order", zh, en, Place(path="on")))
    _check_consent(change, record, report, before)
    walked = _walked(engine, path, [*(step.taken for step in before.steps), Taken(report.event, report.on)])
    if walked.refused is not None:
        raise out_of_turn(walked, report.event)
    decided = _decided(before.walked, walked)
    step = Step(None, report.event, report.on, report.by, report.consent, decided, walked.state, None)
    added = [*before.steps[len(recorded) :], step]
    kept = [_keep(change, record, one, len(recorded) + place) for place, one in enumerate(added, 1)]
    after = Standing([*recorded, *kept], walked, step.ends)
    body = {**record.body, "state": after.name, "ended": after.ended, "steps": len(after.steps)}
    return change.replace(record, body), after


def _keep(change: Change, record: Record, step: Step, number: int) -> Step:
    """Write a step down, and note it."""
    at = change.at.isoformat(timespec="seconds")
    body: dict[str, Any] = {**step.shown(), "number": number, "recorded": at}
    made = change.insert(
        COLLECTION, {**body, "referral": record.id, "recorded_by": change.principal.id}, id_of(record.id, number)
    )
    told = {name: body[name] for name in ("number", "on", "decided", "consent", "origin") if body[name] is not None}
    change.note("referral_step", COLLECTION, made.id, step=step.event, **told)
    return Step(number, step.event, step.on, step.by, step.consent, step.decided, step.state, at, step.origin)


def _decided(before: Walked, after: Walked) -> Decided:
    if not after.has_procedure:
        return "no_procedure"
    return "passed_over" if after.passed_over > before.passed_over else "in_turn"


def _walked(engine: Engine, path: Path, steps: Sequence[Taken]) -> Walked:
    """Walk, and tell where a recorded fact contradicts the new step: the fact is to be mended first."""
    try:
        return path.walk(steps)
    except InputError as error:
        names = [(problem.place.path or "").removeprefix("facts.") for problem in error.problems]
        known = [engine.vocabulary[name] for name in names if name in engine.vocabulary]
        zh = f"与已记录的事实相矛盾（{'、'.join(one.zh for one in known)}），请先更正事实"
        en = f"contradicts a recorded fact ({', '.join(one.en for one in known)}): mend the fact first"
        raise clash("referral-facts", zh, en) from None


def _check_consent(change: Change, record: Record, report: Report, before: Standing) -> None:
    """Check what a consent rests on: of a person who is named, on a record of theirs that stands on that day.

    After a withdrawal it is another record than before, given since.
    """
    if report.event != "consented":
        if report.consent is not None:
            zh, en = "只有“已同意”一步写同意书的编号", "only the step `consented` names a consent"
            raise InputError(Problem("consent-idle", zh, en, Place(path="consent")))
        return
    person = record.body["person"]
    if report.consent is None and person is None:
        return
    found = None if report.consent is None else change.view.get(consents.COLLECTION, report.consent)
    fits = (
        found is not None
        and found.body["person"] == person
        and found.body["referral"] in (None, record.id)
        and record.body["organisation"] in (None, found.body["recipient"])
        and consents.is_standing(change.view, found.id, report.on)
        and _is_new(found, before.steps)
    )
    if not fits:
        raise _refused(
            "referral-consent",
            "须写明本人就这次转介给出、当日有效的同意书",
            "name a consent of this person to this referral that stood on that day",
            before.walked,
            {"missing_step": _term("consent"), "missing": []},
        )


def _is_new(consent: Record, steps: Sequence[Step]) -> bool:
    """Tell whether a consent was given since the last withdrawal, where there was one."""
    last = max((place for place, step in enumerate(steps) if step.event == "withdrawn"), default=None)
    if last is None:
        return True
    used = {step.consent for step in steps[:last]}
    return consent.id not in used and str(consent.body["on"]) >= steps[last].on.isoformat()


def out_of_turn(walked: Walked, event: str) -> Clash:
    """Tell that a step is out of turn: where the referral stands, what is missing, and what may be done instead."""
    assert walked.refused is not None
    missing_step, missing = walked.refused.missing_step, list(walked.refused.missing)
    zh = f"转介现在是“{walked.name}”，从这里不能记“{EVENTS[event][0]}”"
    en = f"the referral stands at {str(walked.state).replace('_', ' ')}, from where {EVENTS[event][1]} does not follow"
    if missing_step is not None:
        zh, en = zh + f"；缺少“{STEPS[missing_step][0]}”", en + f"; missing: {STEPS[missing_step][1]}"
    if walked.open_events:
        zh += f"；现在可以记：{'、'.join(EVENTS[event][0] for event in walked.open_events)}"
        en += f"; open now: {', '.join(EVENTS[event][1] for event in walked.open_events)}"
    else:
        zh, en = zh + "；文件没有写以后的步骤", en + "; the document writes no further step"
    members = {"missing_step": None if missing_step is None else _term(missing_step), "missing": missing}
    return _refused("referral-step", zh, en, walked, members)


def _refused(code: str, zh: str, en: str, walked: Walked, members: dict[str, Any]) -> Clash:
    told = {**members, "state": walked.state, "open_events": list(walked.open_events)}
    return Clash(Problem(code, zh, en), told)


def _term(step: str) -> dict[str, str]:
    zh, en = STEPS[step]
    return {"id": step, "zh": zh, "en": en}
