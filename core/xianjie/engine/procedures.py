"""Walk a referral's recorded steps on the region's statechart, and say which steps are open now."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from xianjie.cases.case import ReferralEvent
from xianjie.cases.steps import after_steps
from xianjie.engine.inquiry import Entry, Inquiry
from xianjie.language.evaluate import World, evaluate, missing
from xianjie.language.nodes import Condition
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


def walk(inquiry: Inquiry, line: ReferralLine, procedures: Procedures) -> Entry | None:
    """Take the recorded steps one by one; None where the document sets out no procedure.

    Each step is judged by what was known when it was taken, on its day: the steps up to it, itself among them. A step
    that the document does not know is passed over and listed. The first step that is out of turn is refused and named
    with what was missing; the walk stops there, and that step and all after it are as not taken.
    """
    procedure = line.rule.procedure
    if procedure is None:
        return None
    start = next(iter(procedure.states))
    known = {step.model.on for step in line.steps}
    state = start
    passed_over: list[str] = []
    refused: Entry | None = None
    now = Guards(inquiry, line, len(inquiry.case.events))
    for number, event in enumerate(inquiry.case.events):
        if event.event == "identified" and state == start:
            continue  # what the start itself means
        if event.event not in known:
            passed_over.append(event.event)
            continue
        then = Guards(inquiry, line, number + 1, event.on)
        # a state that no step leaves is not on the chart at all where none leads to it either
        leads_on = any(state in step.model.leaves for step in line.steps)
        chart = procedures.chart(inquiry.policy.sha256, line) if leads_on else None
        following = chart.fire(state, event.event, then.certain(state, event.event)) if chart is not None else None
        if following is None:
            now = Guards(inquiry, line, number)
            refused = _refusal(inquiry, line, then, now, state, number)
            break
        state = following
    return {
        "state": state,
        "name": procedure.states[state],
        "open_events": open_events(line, now.holds, state),
        "passed_over": passed_over,
        "refused": refused,
    }


class Guards:
    """Decide the guards of a procedure's steps by what was known after some of a referral's steps."""

    def __init__(self, inquiry: Inquiry, line: ReferralLine, count: int, on: int | None = None) -> None:
        """Take how many steps had been taken, and the day, None for that which is asked about."""
        self._inquiry, self._line, self._count = inquiry, line, count
        self._day = inquiry.at.as_of if on is None else on
        self._world: World | None = None

    def holds(self, step: Step) -> bool | None:
        """Tell whether a step may be taken; None where that is not known."""
        return True if step.guard is None else evaluate(self._condition(step.guard), self._known())

    def certain(self, state: str, event: str) -> set[str]:
        """Name the guards that certainly hold, of the steps that an event takes from a state."""
        steps = [step for step in self._line.steps if step.model.on == event and state in step.model.leaves]
        return {f"guard {step.guard}" for step in steps if step.guard is not None and self.holds(step) is True}

    def missing(self, step: Step) -> tuple[str, ...]:
        """Name the facts that a step's guard wanted and that are still not recorded."""
        if step.guard is None:
            return ()
        wanted = missing(self._condition(step.guard), self._known())
        return tuple(name for name in wanted if name not in self._inquiry.case.facts)

    def _condition(self, guard: int) -> Condition:
        return self._inquiry.policy.blocks[f"referral.{self._line.rule.direction}"].conditions[guard][1]

    def _known(self) -> World:
        if self._world is None:
            at, policy = self._inquiry.at, self._inquiry.policy
            facts = after_steps(self._inquiry.case, self._count, self._day).facts
            self._world = World(facts, self._day, at.parameters, policy.definitions, policy.vocabulary.events)
        return self._world


def open_events(line: ReferralLine, holds: Callable[[Step], bool | None], state: str) -> list[str]:
    """List the steps that may be taken from a state: no guard, or a guard that is certainly true."""
    return list(
        dict.fromkeys(step.model.on for step in line.steps if state in step.model.leaves and holds(step) is True)
    )


def _refusal(inquiry: Inquiry, line: ReferralLine, then: Guards, now: Guards, state: str, number: int) -> Entry:
    """Tell of a step that is out of turn: `then` decides it, `now` what could be taken instead of it."""
    event = inquiry.case.events[number].event
    steps = [step for step in line.steps if step.model.on == event]
    here = [step for step in steps if state in step.model.leaves]
    taken = {_STEP_OF.get(one) for one in (event, *_since_withdrawal(inquiry.case.events[:number]))}
    named = (step.model.missing_step for step in here + steps)
    missing_step = _lacking(line, now.holds, state, event) or next(
        (name for name in named if name is not None and name not in taken), None
    )
    unknown = [name for step in here for name in then.missing(step)]
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


def _since_withdrawal(events: Sequence[ReferralEvent]) -> list[str]:
    """Name the steps that still stand: those taken since the last withdrawal."""
    names = [event.event for event in events]
    return names[len(names) - names[::-1].index("withdrawn") :] if "withdrawn" in names else names


def _lacking(line: ReferralLine, holds: Callable[[Step], bool | None], state: str, event: str) -> str | None:
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
            if here != state or holds(step) is True:
                came[step.model.to] = came[here] or step.model.on
                queue.append(step.model.to)
    return None
