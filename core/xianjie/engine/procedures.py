"""Walk a referral's recorded steps on the region's statechart, and say which steps are open now."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Lock

from xianjie.engine.inquiry import Entry, Inquiry
from xianjie.language.explain import Finding
from xianjie.policy.prepared import ReferralLine, Step
from xianjie.production.chart import Chart, Transition
from xianjie.vocabulary.terms import EVENTS, STEPS, term

_STEP_OF = {"informed": "inform", "consented": "consent"}
"""The step of the contract that an event carries out."""


class Procedures:
    """Keep each policy's statecharts, built when a referral is first walked. Safe to share between threads."""

    def __init__(self) -> None:
        self._charts: dict[tuple[str, str], Chart] = {}
        self._lock = Lock()

    def chart(self, policy_sha256: str, line: ReferralLine) -> Chart:
        """Give the statechart of one direction of one policy."""
        key = (policy_sha256, line.rule.direction)
        with self._lock:
            if key not in self._charts:
                self._charts[key] = Chart(line.rule.id, transitions(line))
            return self._charts[key]

    def close(self) -> None:
        """Free the statecharts."""
        with self._lock:
            while self._charts:
                self._charts.popitem()[1].close()


def transitions(line: ReferralLine) -> list[Transition]:
    """Spell out a procedure's steps as a statechart's transitions; a guard is named by its place in the block."""
    return [
        Transition(state, step.model.on, step.model.to, () if step.guard is None else (f"guard {step.guard}",))
        for step in line.steps
        for state in step.model.leaves
    ]


def walk(inquiry: Inquiry, line: ReferralLine, findings: Sequence[Finding], procedures: Procedures) -> Entry | None:
    """Take the recorded steps one by one; None where the document sets out no procedure.

    A step that the document does not know is passed over and listed. The first step that is out of turn is refused and
    named with what was missing; the walk stops there.
    """
    procedure = line.rule.procedure
    if procedure is None:
        return None
    start = next(iter(procedure.states))
    certain = {f"guard {step.guard}" for step in line.steps if step.guard is not None and findings[step.guard].value}
    known = {step.model.on for step in line.steps}
    state = start
    passed_over: list[str] = []
    refused: Entry | None = None
    for number, event in enumerate(inquiry.case.events):
        if event.event == "identified" and state == start:
            continue  # what the start itself means
        if event.event not in known:
            passed_over.append(event.event)
            continue
        # a state that no step leaves is not on the chart at all where none leads to it either
        leads_on = any(state in step.model.leaves for step in line.steps)
        chart = procedures.chart(inquiry.policy.sha256, line) if leads_on else None
        following = chart.fire(state, event.event, certain) if chart is not None else None
        if following is None:
            refused = _refusal(inquiry, line, findings, state, event.event, number)
            break
        state = following
    return {
        "state": state,
        "name": procedure.states[state],
        "open_events": open_events(line, findings, state),
        "passed_over": passed_over,
        "refused": refused,
    }


def open_events(line: ReferralLine, findings: Sequence[Finding], state: str) -> list[str]:
    """List the steps that may be taken from a state: no guard, or a guard that is certainly true."""
    return list(
        dict.fromkeys(
            step.model.on for step in line.steps if state in step.model.leaves and _holds(step, findings) is True
        )
    )


def _holds(step: Step, findings: Sequence[Finding]) -> bool | None:
    return True if step.guard is None else findings[step.guard].value


def _refusal(
    inquiry: Inquiry, line: ReferralLine, findings: Sequence[Finding], state: str, event: str, number: int
) -> Entry:
    steps = [step for step in line.steps if step.model.on == event]
    here = [step for step in steps if state in step.model.leaves]
    missing_step = _lacking(line, findings, state, event) or next(
        (step.model.missing_step for step in here + steps if step.model.missing_step), None
    )
    unknown = [name for step in here if step.guard is not None for name in findings[step.guard].missing]
    name = term(EVENTS, event, inquiry.lang)
    procedure = line.rule.procedure
    assert procedure is not None
    lacking = (
        inquiry.say(f"，缺少“{term(STEPS, missing_step)}”", f"; missing: {term(STEPS, missing_step, 'en')}")
        if missing_step
        else ""
    )
    text = inquiry.say(
        f"第 {number + 1} 步“{name}”在“{procedure.states[state]}”时不成立{lacking}",
        f"step {number + 1}, {name}, does not follow from {state}{lacking}",
    )
    return {
        "index": number,
        "event": event,
        "missing_step": missing_step,
        "missing": list(dict.fromkeys(unknown)),
        "text": text,
    }


def _lacking(line: ReferralLine, findings: Sequence[Finding], state: str, event: str) -> str | None:
    """Name the step to take first, where the shortest way to a state that lets the event in begins with one.

    The way begins with a step that is open now.
    """
    came: dict[str, str | None] = {state: None}
    queue = deque([state])
    while queue:
        here = queue.popleft()
        if here != state and any(here in step.model.leaves and step.model.on == event for step in line.steps):
            return _STEP_OF.get(came[here] or "")
        for step in line.steps:
            if here not in step.model.leaves or step.model.to in came or step.model.on == "withdrawn":
                continue
            if here != state or _holds(step, findings) is True:
                came[step.model.to] = came[here] or step.model.on
                queue.append(step.model.to)
    return None
