"""Duties as columns: a ledger, a counted duty and a target, one of each in a row, with what a rule makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xianjie.policy.model import Rule
from xianjie.policy.prepared import Policy, Readings
from xianjie.population.compiler.fields import NOTHING, Choice, Field, Figure, Meaning, choice_of, coded, field_of
from xianjie.population.compiler.settling import Outcome, Settled, either, where
from xianjie.population.compiler.terms import NO, Terms

NO_RULE = "-"
"""The word for no rule, which no rule is called."""

BITS = 4
"""How many bits the status under a reading takes; no bit: the reading was not asked."""


@dataclass(frozen=True, slots=True)
class Under:
    """A rule (for a target, some of its items) and what it comes to in the rows that it decides, told by `here`."""

    rule: Rule
    clause: str
    readings: Readings
    here: int
    outcomes: Sequence[Outcome]
    settled: Settled


@dataclass(frozen=True)
class DutyColumns:
    """The columns of one kind of duty. `status` is `none` where the row records nothing of the kind.

    Missing facts, readings and the flag are those of the rule that decides the row, which `rule` names. `ruled` lists
    what stands under rules, in the document's order. `there`: some row may record something of the kind.
    """

    ruled: tuple[Under, ...]
    status: Choice
    rule: Choice
    missing: Field
    readings: Field
    flagged: Field
    choices_beside: tuple[Choice, ...]
    fields_beside: tuple[Field, ...]
    figures: tuple[Figure, ...]
    there: bool

    @property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""
        return (self.status, self.rule, *self.choices_beside)

    @property
    def fields(self) -> tuple[Field, ...]:
        """List what is packed bit by bit."""
        return (self.missing, self.readings, self.flagged, *self.fields_beside)


@dataclass(frozen=True)
class DutiesColumns:
    """The columns that hold a region's duties, in the order of the engine's answer."""

    policy: Policy
    ledger: DutyColumns
    count: DutyColumns
    target: DutyColumns

    @property
    def kinds(self) -> tuple[DutyColumns, ...]:
        """List the kinds of duty that any row may record; the others have no columns."""
        return tuple(kind for kind in (self.ledger, self.count, self.target) if kind.there)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """List what is one word of several."""
        return tuple(item for kind in self.kinds for item in kind.choices)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """List what is packed bit by bit."""
        return tuple(item for kind in self.kinds for item in kind.fields)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """List what is a number or a day."""
        return tuple(item for kind in self.kinds for item in kind.figures)


@dataclass(frozen=True, slots=True)
class Placed:
    """Which of several lines a row stands under: for each a term; and which facts it lacks to be placed."""

    here: tuple[int, ...]
    lacking: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """What places a rule: the kinds and levels it is for (None: every level), and whether it gives a time or number."""

    kinds: Sequence[str]
    levels: Sequence[str] | None
    tells: bool


def recorded(terms: Terms, record: str) -> int:
    """Tell whether a row records anything of a record."""
    return terms.any_of(terms.recorded(spec.name) for spec in terms.layout.vocabulary.of_record(record))


def placed(terms: Terms, record: str, lines: Sequence[Line]) -> Placed:
    """Place the rows of a record under lines by kind and level: the first that is for both.

    The level is wanted where a line of the kind turns on it and any of them gives a time or a number.
    """
    kind, level = f"{record}.kind", f"{record}.level"
    vocabulary = terms.layout.vocabulary
    alike: dict[tuple[int, ...], list[str]] = {}
    for word in vocabulary[kind].words:
        numbers = tuple(number for number, line in enumerate(lines) if word in line.kinds)
        if numbers:
            alike.setdefault(numbers, []).append(word)
    here: list[list[int]] = [[] for _ in lines]
    unlevelled: list[int] = []
    for numbers, words in alike.items():
        is_one = terms.is_one(kind, words)
        if all(lines[number].levels is None for number in numbers):
            here[numbers[0]].append(is_one)
            continue
        if any(lines[number].tells for number in numbers):
            unlevelled.append(terms.all_of((is_one, terms.unrecorded(level))))
        first: dict[int, list[str]] = {}
        for word in vocabulary[level].words:
            found = next((n for n in numbers if (levels := lines[n].levels) is None or word in levels), None)
            if found is not None:
                first.setdefault(found, []).append(word)
        for number, levels in first.items():
            here[number].append(terms.all_of((is_one, terms.is_one(level, levels))))
    lacking = {
        kind: terms.all_of((recorded(terms, record), terms.unrecorded(kind))),
        level: terms.any_of(unlevelled),
    }
    return Placed(tuple(terms.any_of(places) for places in here), lacking)


def duty_columns(
    terms: Terms,
    policy: Policy,
    record: str,
    prefix: str,
    words: Sequence[str],
    lacking: Mapping[str, int],
    ruled: Sequence[Under],
    choices: Iterable[Choice] = (),
    fields: Iterable[Field] = (),
    figures: Iterable[Figure] = (),
) -> DutyColumns:
    """Put together the columns of one kind of duty, of whose statuses `words` lists all."""
    there = recorded(terms, record)
    statuses: dict[str, list[int]] = {"undetermined": list(lacking.values())}
    rules: dict[str, list[int]] = {}
    readings: dict[Meaning, list[int]] = {}
    for under in ruled:
        rules.setdefault(under.rule.id, []).append(under.here)
        for status, truth in under.settled.statuses.items():
            statuses.setdefault(status, []).append(terms.all_of((under.here, truth)))
        for meaning, truth in read_statuses(terms, under, words).items():
            readings.setdefault((under.rule.id, *meaning), []).append(terms.all_of((under.here, truth)))
    statuses.pop(policy.silence, None)
    flagged = terms.any_of(terms.all_of((under.here, under.settled.flagged)) for under in ruled)
    missing = either(terms, [lacking, *(where(terms, under.here, under.settled.missing) for under in ruled)])
    cases = {NOTHING: terms.opposite(there), **{name: terms.any_of(truths) for name, truths in statuses.items()}}
    return DutyColumns(
        tuple(ruled),
        choice_of(prefix, cases, words, policy.silence),
        choice_of(
            f"{prefix}_rule",
            {rule: terms.any_of(places) for rule, places in rules.items()},
            (NO_RULE, *rules),
            NO_RULE,
        ),
        field_of(f"{prefix}_missing", {(name,): truth for name, truth in missing.items()}),
        field_of(f"{prefix}_readings", {meaning: terms.any_of(truths) for meaning, truths in readings.items()}),
        field_of(f"{prefix}_flagged", {(): flagged}),
        tuple(choices),
        tuple(fields),
        tuple(figures),
        there != NO,
    )


def read_statuses(terms: Terms, under: Under, words: Sequence[str]) -> dict[Meaning, int]:
    """Tell by bits how a rule stands under each of its readings, where there are several."""
    out: dict[Meaning, int] = {}
    if not under.readings.several:
        return out
    for reading, outcome in zip(under.readings.all, under.outcomes, strict=True):
        for bit, truth in coded(terms, outcome.statuses, words, BITS).items():
            out[reading.id, bit] = truth
    return out
