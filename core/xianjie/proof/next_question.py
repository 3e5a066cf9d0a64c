"""The best next question: what each answer to it would settle, and how many questions would then be left.

For each question every kind of answer that the conditions can tell apart is tried, each as likely as the others. The
question after which the fewest are left on average comes first; among equals the one that decides more points, then the
one that bears on more of them, then the one that is easier to answer, then the vocabulary's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xianjie.language.evaluate import Value
from xianjie.proof.filling import UNDETERMINED, Asked, with_told
from xianjie.proof.kinds import Kind, kinds
from xianjie.proof.solving import Found
from xianjie.proof.sufficient import Sufficiency, trouble


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one kind of answer leads to: the points that it decides, with their statuses, and the questions then left.

    `left` is the size of the smallest set that is then enough; None where that was not decided.
    """

    kind: Kind
    decides: Mapping[Asked, str]
    left: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """One question with what its answers lead to; `expected_left` is the average, None where not all is known."""

    fact: str
    prospects: tuple[Prospect, ...]
    expected_left: Fraction | None

    @property
    def decided(self) -> Fraction:
        """Give the number of points that an answer decides on average."""
        return Fraction(sum(len(prospect.decides) for prospect in self.prospects), len(self.prospects))


def best_first(sufficiency: Sufficiency, questions: Sequence[str]) -> tuple[Outlook, ...]:
    """Put questions in order, the best first; `questions` is a set that is enough."""
    found = [_outlook(sufficiency, fact, [name for name in questions if name != fact]) for fact in questions]
    vocabulary, bearing = sufficiency.domain.vocabulary, sufficiency.bearing
    unknown = len(questions) + 1
    return tuple(
        sorted(
            found,
            key=lambda one: (
                unknown if one.expected_left is None else one.expected_left,
                -one.decided,
                -len(bearing(one.fact)),
                trouble(vocabulary[one.fact]),
                vocabulary.slot[one.fact],
            ),
        )
    )


def answers_to(sufficiency: Sufficiency, fact: str) -> tuple[Kind, ...]:
    """List the kinds of answer to a question that agree with what is recorded."""
    domain, recorded = sufficiency.domain, sufficiency.recorded
    found = kinds(fact, domain.atoms, domain.vocabulary, domain.as_of, recorded)
    return tuple(kind for kind in found if sufficiency.agrees(fact, kind.value, recorded))


def _outlook(sufficiency: Sufficiency, fact: str, others: Sequence[str]) -> Outlook:
    prospects = tuple(_prospect(sufficiency, fact, kind, others) for kind in answers_to(sufficiency, fact))
    lefts = [prospect.left for prospect in prospects if prospect.left is not None]
    whole = len(lefts) == len(prospects)
    return Outlook(fact, prospects, Fraction(sum(lefts), len(prospects)) if whole else None)


def _prospect(sufficiency: Sufficiency, fact: str, kind: Kind, others: Sequence[str]) -> Prospect:
    answer: dict[str, Value] = {fact: kind.value}
    facts = with_told({**sufficiency.recorded, **answer}, sufficiency.domain.as_of)
    statuses = sufficiency.deciders.statuses(sufficiency.bearing(fact), facts)
    decides = {one: status for one, status in statuses.items() if status != UNDETERMINED}
    rest = sufficiency.smallest(answer, enough=others)
    return Prospect(kind, decides, len(rest.facts) if rest.found is Found.SOME else None)
