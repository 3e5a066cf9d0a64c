"""A referral as columns, of a row without recorded steps: whether it may go ahead, and what step it lacks.

Rows of different directions stand side by side; each is answered by the rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from xianjie.engine.answer import ReferralStatus, SimplifiedStatus
from xianjie.engine.referral import AFTER, PAPERS, accompanying_rows, simplification_rows
from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.policy.prepared import Line, Policy, Reading, Readings, ReferralLine
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.duties import NO_RULE, recorded
from xianjie.population.compiler.fields import NOTHING, Choice, Field, Figure, Meaning, choice_of, coded, field_of
from xianjie.population.compiler.settling import Outcome, Settled, either, settle, where
from xianjie.population.compiler.terms import NO, YES, Terms
from xianjie.vocabulary.terms import STEPS

STATUSES = (NOTHING, *get_args(ReferralStatus))
"""The status by its code."""

SIMPLIFIED = (NOTHING, *get_args(SimplifiedStatus))
"""The status of a simplified procedure by its code; `none` where there is no question of one."""

OWED = ("condition_not_met", "applies", "undetermined", "ambiguous")
"""The status of what somebody owes by its code of two bits, where the direction is that of the rule."""

BITS = 3
"""How many bits the status under a reading takes."""

DIRECTION, INITIATOR, CONSENT_DATE = "referral.direction", "referral.initiator", "referral.consent_date"


@dataclass(frozen=True)
class ReferralColumns:
    """The columns that hold a region's referral. `status` is `none` where the row records nothing of a referral.

    `readings` and `flagged` tell of each rule, be it on the referral, a simplified procedure, or what somebody owes.
    """

    policy: Policy
    status: Choice
    direction: Choice
    rule: Choice
    missing_step: Choice
    next_step: Choice
    simplified: Choice
    missing: Field
    simplified_missing: Field
    accompanying: Field
    accompanying_missing: Field
    readings: Field
    flagged: Field

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""
        return (self.status, self.direction, self.rule, self.missing_step, self.next_step, self.simplified)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """List what is packed bit by bit."""
        return (
            self.missing,
            self.simplified_missing,
            self.accompanying,
            self.accompanying_missing,
            self.readings,
            self.flagged,
        )

    @property
    def figures(self) -> tuple[Figure, ...]:
        """List what is a number."""
        return ()


@dataclass(frozen=True, slots=True)
class _Way:
    """What one rule comes to in the rows that it decides, told by `here`; `words` are its statuses by their codes."""

    rule: str
    here: int
    readings: Readings
    outcomes: Sequence[Outcome]
    settled: Settled
    words: Sequence[str]

    def statuses(self, terms: Terms) -> dict[str, int]:
        """Give the term of each status, in the rows that are decided here."""
        return {status: terms.all_of((self.here, truth)) for status, truth in self.settled.statuses.items()}

    def missing(self, terms: Terms) -> dict[str, int]:
        """Give what is missing, in the rows that are decided here."""
        return where(terms, self.here, self.settled.missing)


class _Steps:
    """Gather, step by step, where it is the one to name."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.found: dict[str, list[int]] = {}

    def add(self, step: str, truth: int) -> None:
        self.found.setdefault(step, []).append(truth)

    def choice(self, name: str) -> Choice:
        cases = {step: self.terms.any_of(truths) for step, truths in self.found.items()}
        return choice_of(name, cases, (NOTHING, *STEPS), NOTHING)


def referral_columns(policy: Policy, conditions: Conditions, chosen: Mapping[str, str], prefix: str) -> ReferralColumns:
    """Compile a policy's referrals in every direction; `prefix` stands before the columns' names."""
    terms = conditions.terms
    words = tuple(policy.vocabulary[DIRECTION].words)
    here = {word: terms.is_one(DIRECTION, (word,)) for word in words}
    missing_step, next_step = _Steps(terms), _Steps(terms)
    ways, simplified, owed = [], [], []
    for word in words:
        block = policy.blocks.get(f"referral.{word}")
        values = _Values(conditions, [node for _, node in block.conditions] if block else [])
        line = policy.referrals.get(word)
        if line is not None and not line.rule.mechanism_only:
            way = _referral(policy, line, here[word], values, chosen)
            ways.append(way)
            _name_steps(line, way, values, missing_step, next_step)
        for beside in simplification_rows(policy, word):
            if beside is not None:
                outcomes = [_simplified(policy, values, places) for places in beside.places]
                simplified.append(_way(terms, beside, here[word], outcomes, chosen, SIMPLIFIED))
        for beside in accompanying_rows(policy, word):
            if beside is not None:
                outcomes = [_owed(values, places) for places in beside.places]
                owed.append(_way(terms, beside, here[word], outcomes, chosen, OWED))
    there = recorded(terms, "referral")
    undirected = terms.all_of((there, terms.unrecorded(DIRECTION)))
    rules = {line.rule.id: here[word] for word, line in policy.referrals.items()}
    simplifying = terms.any_of(here[word] for word in words if simplification_rows(policy, word))
    every = (*ways, *simplified, *owed)
    return ReferralColumns(
        policy,
        _status(terms, policy, f"{prefix}.status", STATUSES, terms.opposite(there), ways, undirected),
        choice_of(f"{prefix}.direction", here, (NOTHING, *words), NOTHING),
        choice_of(f"{prefix}.rule", rules, (NO_RULE, *rules), NO_RULE),
        missing_step.choice(f"{prefix}.missing_step"),
        next_step.choice(f"{prefix}.next_step"),
        _status(terms, policy, f"{prefix}.simplified", SIMPLIFIED, terms.opposite(simplifying), simplified, NO),
        _missing(terms, f"{prefix}.missing", ways, {DIRECTION: undirected}),
        _missing(terms, f"{prefix}.simplified_missing", simplified, {}),
        field_of(
            f"{prefix}.accompanying",
            {
                (way.rule, bit): truth
                for way in owed
                for bit, truth in coded(terms, way.statuses(terms), OWED, 2).items()
            },
        ),
        field_of(
            f"{prefix}.accompanying_missing",
            {(way.rule, name): truth for way in owed for name, truth in way.missing(terms).items()},
        ),
        field_of(f"{prefix}.readings", {key: truth for way in every for key, truth in _readings(terms, way).items()}),
        field_of(f"{prefix}.flagged", {(way.rule,): terms.all_of((way.here, way.settled.flagged)) for way in every}),
    )


class _Values:
    """Read the conditions of one direction's block."""

    def __init__(self, conditions: Conditions, nodes_at: Sequence[nodes.Condition]) -> None:
        self.terms, self._conditions, self._nodes = conditions.terms, conditions, nodes_at

    def value(self, place: int) -> int:
        return self._conditions.value(self._nodes[place])

    def missing(self, place: int) -> Mapping[str, int]:
        return self._conditions.missing(self._nodes[place])


def _way(
    terms: Terms,
    line: Line,
    here: int,
    outcomes: Sequence[Outcome],
    chosen: Mapping[str, str],
    words: Sequence[str],
) -> _Way:
    settled = settle(terms, line.readings, outcomes, chosen)
    return _Way(line.rule.id, here, line.readings, outcomes, settled, words)


def _referral(policy: Policy, line: ReferralLine, here: int, values: _Values, chosen: Mapping[str, str]) -> _Way:
    triggers = [places["trigger"] for places in line.trigger.places] if line.trigger else [None]
    outcomes = [_outcome(policy, line, values, trigger) for trigger in triggers]
    readings = line.trigger.readings if line.trigger else Readings((Reading("", True, {}),), {})
    settled = settle(values.terms, readings, outcomes, chosen)
    return _Way(line.rule.id, here, readings, outcomes, settled, STATUSES)


def _outcome(policy: Policy, line: ReferralLine, values: _Values, trigger: int | None) -> Outcome:
    terms = values.terms
    listed = terms.is_one(INITIATOR, line.rule.initiators)
    foreign = terms.all_of((terms.recorded(INITIATOR), terms.opposite(listed)))
    needed = ([] if trigger is None else [trigger]) + [place for _, place in line.gates]
    untriggered = NO if trigger is None else terms.fails(values.value(trigger))
    closed = terms.any_of(terms.fails(values.value(place)) for _, place in line.gates)
    asked = terms.all_of((terms.opposite(foreign), terms.opposite(untriggered)))
    decided = {
        policy.silence: foreign,
        "not_triggered": terms.all_of((terms.opposite(foreign), untriggered)),
        "refused": terms.all_of((asked, closed)),
        "allowed": terms.all_of((listed, *(terms.holds(values.value(place)) for place in needed))),
    }
    is_open = terms.opposite(terms.any_of(decided.values()))
    unknown = either(terms, [*(values.missing(place) for place in needed), {INITIATOR: terms.unrecorded(INITIATOR)}])
    return Outcome(decided, is_open, where(terms, is_open, unknown))


def _name_steps(line: ReferralLine, way: _Way, values: _Values, missing_step: _Steps, next_step: _Steps) -> None:
    """Say which step is missing, and what comes next: the missing one, one that may be, or what follows the gates."""
    terms = values.terms
    statuses = way.statuses(terms)
    for step, closed in _first(terms, _closed(line, values)):
        truth = terms.all_of((statuses["refused"], closed))
        missing_step.add(step, truth)
        next_step.add(AFTER.get(step, step), truth)
    open_gates = [(gate.step, terms.is_open(values.value(place))) for gate, place in line.gates]
    for step, is_open in _first(terms, open_gates):
        next_step.add(AFTER.get(step, step), terms.all_of((statuses["undetermined"], is_open)))
    lacking = NO
    if line.rule.documents is not None:
        papers = [PAPERS[name] for name in line.rule.documents.any_of]
        lacking = terms.opposite(terms.any_of(terms.holds(terms.atom(ir.Flag(paper))) for paper in papers))
        next_step.add("letter_or_seal", terms.all_of((statuses["allowed"], lacking)))
    if line.rule.next_step is not None:
        next_step.add(line.rule.next_step, terms.all_of((statuses["allowed"], terms.opposite(lacking))))


def _closed(line: ReferralLine, values: _Values) -> list[tuple[str, int]]:
    """Tell of each gate whether it is closed; a letter before a consent that came later is told as the order."""
    terms = values.terms
    fails = [(gate.step, terms.fails(values.value(place))) for gate, place in line.gates]
    order = terms.any_of(failing for step, failing in fails if step == "consent_before_letter")
    later = terms.all_of((order, terms.is_number(CONSENT_DATE, "!=", NEVER)))
    return [
        (step, terms.all_of((failing, terms.opposite(later))) if step == "consent" else failing)
        for step, failing in fails
    ]


def _first(terms: Terms, gates: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Tell of each gate whether it is the first of which something holds."""
    out, before = [], YES
    for step, truth in gates:
        out.append((step, terms.all_of((before, truth))))
        before = terms.all_of((before, terms.opposite(truth)))
    return out


def _simplified(policy: Policy, values: _Values, places: Mapping[str, int]) -> Outcome:
    terms, when = values.terms, values.value(places["when"])
    scope = values.value(places["scope"]) if "scope" in places else YES
    inside = terms.holds(scope)
    decided = {
        policy.silence: terms.fails(scope),
        "available": terms.all_of((inside, terms.holds(when))),
        "not_available": terms.all_of((inside, terms.fails(when))),
    }
    is_open = terms.opposite(terms.any_of(decided.values()))
    unknown = [values.missing(places[name]) for name in ("scope", "when") if name in places]
    return Outcome(decided, is_open, where(terms, is_open, either(terms, unknown)))


def _owed(values: _Values, places: Mapping[str, int]) -> Outcome:
    terms, when = values.terms, values.value(places["when"])
    decided = {"applies": terms.holds(when), "condition_not_met": terms.fails(when)}
    return Outcome(decided, terms.is_open(when), values.missing(places["when"]))


def _status(
    terms: Terms,
    policy: Policy,
    name: str,
    words: Sequence[str],
    nothing: int,
    ways: Sequence[_Way],
    unplaced: int,
) -> Choice:
    found: dict[str, list[int]] = {"undetermined": [unplaced]}
    for way in ways:
        for status, truth in way.statuses(terms).items():
            found.setdefault(status, []).append(truth)
    found.pop(policy.silence, None)
    cases = {NOTHING: nothing, **{status: terms.any_of(truths) for status, truths in found.items()}}
    return choice_of(name, cases, words, policy.silence)


def _missing(terms: Terms, name: str, ways: Sequence[_Way], beside: Mapping[str, int]) -> Field:
    found = either(terms, [beside, *(way.missing(terms) for way in ways)])
    return field_of(name, {(fact,): truth for fact, truth in found.items()})


def _readings(terms: Terms, way: _Way) -> dict[Meaning, int]:
    """Tell by bits how a rule stands under each of its readings, where there are several."""
    if not way.readings.several:
        return {}
    out: dict[Meaning, int] = {}
    for reading, outcome in zip(way.readings.all, way.outcomes, strict=True):
        for bit, truth in coded(terms, outcome.statuses, way.words, BITS).items():
            out[way.rule, reading.id, bit] = terms.all_of((way.here, truth))
    return out
