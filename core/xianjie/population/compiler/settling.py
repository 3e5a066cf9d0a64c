"""What follows column-wise where a rule can be read in several ways: as `engine.readings` settles one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    @property
    def statuses(self) -> dict[str, int]:
        """Give the term of every status that there can be."""
        return {**self.decided, "undetermined": self.open}


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

    @property
    def statuses(self) -> dict[str, int]:
        """Give the term of every status that there can be."""
        return {**self.decided, "undetermined": self.undetermined, "ambiguous": self.ambiguous}


def settle(
    terms: Terms,
    readings: Readings,
    outcomes: Sequence[Outcome],
    chosen: Mapping[str, str],
    sense: Callable[[str], object] = lambda status: status,
) -> Settled:
    """Draw one status from a rule's readings; one that is open for want of a fact leaves the status undetermined.

    `sense` says of a decided status in what readings must agree; where it is given, all are open together or none is.
    """
    candidates, standing = standing_readings(readings, chosen) if readings.several else ((0,), (0,))
    taking_part = [outcomes[number] for number in standing]
    main = outcomes[candidates[0]]

    def alike(outcome: Outcome, status: str) -> int:
        return terms.any_of(truth for name, truth in outcome.decided.items() if sense(name) == sense(status))

    decided = {
        status: terms.all_of((truth, *(alike(outcome, status) for outcome in taking_part if outcome is not main)))
        for status, truth in main.decided.items()
    }
    agreed = terms.any_of(decided.values())
    is_open = terms.any_of(outcome.open for outcome in taking_part)
    others = [outcomes[number] for number in candidates if number not in standing]
    flagged = [
        terms.all_of((agreed_on, terms.opposite(other.open), terms.opposite(alike(other, status))))
        for status, agreed_on in decided.items()
        for other in others
    ]
    return Settled(
        decided,
        is_open,
        NO if len(standing) == 1 else terms.opposite(terms.any_of((is_open, agreed))),
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
