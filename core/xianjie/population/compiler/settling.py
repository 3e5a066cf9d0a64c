"""What follows column-wise where a rule can be read in several ways: as `engine.readings` settles one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xianjie.engine.readings import standing_readings
from xianjie.policy.prepared import Readings
from xianjie.population.compiler.terms import NO, Terms


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reading comes to: the terms of its decided statuses, of its being open, and of what is missing.

    Of the decided statuses and `open` exactly one holds.
    """

    decided: Mapping[str, int]
    open: int
    missing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Settled:
    """The status after all readings were looked at, each by its term; `main` is the reading that comes first."""

    decided: Mapping[str, int]
    undetermined: int
    ambiguous: int
    flagged: int
    missing: Mapping[str, int]
    main: int
    standing: tuple[int, ...]


def settle(terms: Terms, readings: Readings, outcomes: Sequence[Outcome], chosen: Mapping[str, str]) -> Settled:
    """Draw one status from a rule's readings; one that is open for want of a fact leaves the status undetermined."""
    candidates, standing = standing_readings(readings, chosen) if readings.several else ((0,), (0,))
    taking_part = [outcomes[number] for number in standing]
    decided = {
        status: terms.all_of(outcome.decided[status] for outcome in taking_part) for status in outcomes[0].decided
    }
    undetermined = terms.any_of(outcome.open for outcome in taking_part)
    agreed = terms.any_of((undetermined, *decided.values()))
    others = [outcomes[number] for number in candidates if number not in standing]
    flagged = [
        terms.all_of((agreed_on, terms.opposite(other.open), terms.opposite(other.decided[status])))
        for status, agreed_on in decided.items()
        for other in others
    ]
    return Settled(
        decided,
        undetermined,
        NO if len(standing) == 1 else terms.opposite(agreed),
        terms.any_of(flagged),
        either(terms, [outcome.missing for outcome in taking_part]),
        candidates[0],
        standing,
    )


def either(terms: Terms, missing: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Lay what is missing for several together: a fact is where it is for any of them."""
    names = dict.fromkeys(name for one in missing for name in one)
    return {name: terms.any_of(one.get(name, NO) for one in missing) for name in names}


def where(terms: Terms, condition: int, missing: Mapping[str, int]) -> dict[str, int]:
    """Keep what is missing only where a condition holds."""
    return {name: terms.all_of((condition, truth)) for name, truth in missing.items()}
