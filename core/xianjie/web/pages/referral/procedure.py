"""A region's procedure of referral as a page tells it: states, steps with their conditions, and what stands before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xianjie.compare.bilingual import Both
from xianjie.policy.conditions import Conditions
from xianjie.policy.model import ReferralDutyRule, ReferralRule
from xianjie.policy.prepared import Policy

Kind = Literal["steps", "conditions", "mechanism", "silent"]
"""What a document has on a direction: steps; conditions and no steps; a mechanism by name alone; nothing."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of a procedure, with what a document calls it."""

    id: str
    name: Both
    is_start: bool
    is_end: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A step out of one state. `when`: the condition in words, None where there is none; `number` counts from 1."""

    number: int
    source: str
    event: str
    target: str
    when: str | None
    missing_step: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A condition in words, with the reading under which it is so; empty where there is one reading only."""

    reading: str
    words: str


@dataclass(frozen=True, slots=True)
class Around:
    """A rule beside the procedure: a duty around it, or when it may be simplified."""

    rule: str
    clause: str
    force: str
    qualifier: str | None
    actor: str | None
    text: Both
    when: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Procedure:
    """What one document says of one direction of referral, in one language."""

    policy: Policy
    direction: str
    kind: Kind
    rule: ReferralRule | None
    clause: str | None
    trigger: Sequence[Told]
    gates: Sequence[tuple[str, Sequence[Told]]]
    states: Sequence[State]
    moves: Sequence[Move]
    around: Sequence[Around]

    def leaving(self, state: str) -> list[Move]:
        """List the steps out of a state."""
        return [move for move in self.moves if move.source == state]

    def state(self, id: str) -> State:
        """Find a state."""
        return next(state for state in self.states if state.id == id)

    @property
    def open_ends(self) -> list[State]:
        """List the states where it stops without an end: the document tells of none, and only what leads back to them.

        Empty where some state is an end, and where there are no steps.
        """
        if any(state.is_end for state in self.states):
            return []
        return [one for one in self.states if all(move.target == one.id for move in self.leaving(one.id))]

    @property
    def events(self) -> tuple[str, ...]:
        """Name the steps that the procedure knows, in its own order."""
        return tuple(dict.fromkeys(move.event for move in self.moves))


def procedure_of(policy: Policy, direction: str, lang: str, day: int) -> Procedure:
    """Read one direction off a document, its conditions said with the values of a day (an ordinal)."""
    said = Conditions(policy, lang, day)
    line = policy.referrals.get(direction)
    around = _around(policy, direction, said)
    if line is None:
        return Procedure(policy, direction, "silent", None, None, (), (), (), (), around)
    rule = line.rule
    trigger = () if rule.trigger is None else _told(said, rule.trigger)
    gates = [(gate.step, _told(said, gate.when)) for gate in rule.gates]
    if rule.procedure is None:
        kind: Kind = "mechanism" if rule.mechanism_only else "conditions"
        return Procedure(policy, direction, kind, rule, line.clause, trigger, gates, (), (), around)
    written = rule.procedure
    left = {state for step in written.steps for state in step.leaves}
    states = [
        State(id, Both(name, id.replace("_", " ")), number == 0, id not in left)
        for number, (id, name) in enumerate(written.states.items())
    ]
    steps = [(state, step) for state in written.states for step in written.steps if state in step.leaves]
    moves = [
        Move(
            number,
            state,
            step.on,
            step.to,
            None if step.when is None else said.words(step.when),
            step.missing_step,
        )
        for number, (state, step) in enumerate(steps, 1)
    ]
    return Procedure(policy, direction, "steps", rule, line.clause, trigger, gates, states, moves, around)


def _told(said: Conditions, model: object) -> list[Told]:
    return [Told(said.reading_name(one), one.words) for one in said.told("", model)]  # type: ignore[arg-type]


def _around(policy: Policy, direction: str, said: Conditions) -> list[Around]:
    lines = [*(policy.simplifications if direction == "forward" else ()), *policy.referral_duties]
    out = []
    for line in lines:
        rule = line.rule
        if isinstance(rule, ReferralDutyRule) and rule.direction != direction:
            continue
        when = getattr(rule, "when", "True")
        out.append(
            Around(
                rule.id,
                line.clause,
                rule.force,
                rule.qualifier,
                rule.actor,
                Both(rule.zh, rule.en),
                () if when == "True" else _told(said, when),
            )
        )
    return out
