"""NumPy, vectorised by hand: each truth is a pair of arrays, what is certainly true and what is certainly false."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from benchmarks.population.question import (
    AS_OF,
    CODES,
    EXITED,
    FIVE,
    HELPED,
    LINE,
    REFUSED,
    Peer,
    Statuses,
    read_facts,
)

Array = Any


class Truth(NamedTuple):
    """Kleene's truth of many rows; where neither array holds it is unknown."""

    yes: Array
    no: Array

    @property
    def open(self) -> Array:
        """Tell where it is unknown."""
        return ~(self.yes | self.no)


def either(*truths: Truth) -> Truth:
    """Kleene's or."""
    yes, no = truths[0]
    for one in truths[1:]:
        yes, no = yes | one.yes, no & one.no
    return Truth(yes, no)


def both(*truths: Truth) -> Truth:
    """Kleene's and."""
    return opposite(either(*map(opposite, truths)))


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return Truth(truth.no, truth.yes)


class Facts:
    """Facts as arrays, each made once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Take the columns."""
        self.frame = frame
        self._flags: dict[str, Truth] = {}

    def flag(self, name: str) -> Truth:
        """Give a flag."""
        if name not in self._flags:
            column = self.frame[name]
            yes = column.fill_null(False).to_numpy()
            self._flags[name] = Truth(yes, ~column.fill_null(True).to_numpy())
        return self._flags[name]

    def compared(self, decide: Callable[..., Array], *names: str) -> Truth:
        """Compare numbers; unknown where one of them is."""
        known = np.ones(len(self.frame), dtype=bool)
        for name in names:
            known &= self.frame[name].is_not_null().to_numpy()
        holds = decide(*(self.frame[name].fill_null(0).to_numpy() for name in names))
        return Truth(holds & known, ~holds & known)

    def since(self, name: str, first: int) -> Truth:
        """Tell whether a day lies between the first and today."""
        return self.compared(lambda day: (day >= first) & (day <= AS_OF), name)

    def meets(self, *entitled: str) -> Truth:
        """Tell who meets the conditions of aid; those entitled do, where nobody recorded it."""
        recorded, rest = self.flag("aid.meets_conditions"), either(*map(self.flag, entitled))
        return Truth(recorded.yes | (~recorded.no & rest.yes), recorded.no)

    def hardship(self) -> Truth:
        """Tell who is still in difficulty after aid."""
        return both(self.flag("aid.received"), self.flag("aid.still_in_difficulty"))


def jinhua(facts: Facts) -> Array:
    """Decide Jinhua's three groups."""
    flag = facts.flag
    classes = "tekun dibao_recipient expenditure_poverty dibao_marginal_member orphan child_in_difficulty"
    registered = both(
        flag("person.recognised_by_local_civil_affairs"),
        either(*(flag(f"person.{name}") for name in [*classes.split(), "de_facto_unsupported_child"])),
    )
    monitored = either(
        facts.since("aid.exit_date", EXITED),
        both(flag("aid.application_is_new"), facts.since("aid.application_refused", REFUSED)),
        facts.since("aid.temporary_aid_date", HELPED),
        facts.compared(lambda bits: bits != 0, "aid.special_programmes"),
    )
    income, property_, left = "household.annual_income", flag("household.property_within_limits"), "left_behind_child"
    flat = either(both(facts.compared(lambda fen: fen < LINE, income), property_), flag(f"person.{left}"))
    per_head = either(
        both(facts.compared(lambda fen, size: 3 * fen < LINE * size, income, "household.size"), property_),
        flag(f"person.{left}"),
    )
    return np.select(
        [
            registered.yes | monitored.yes | (flat.yes & per_head.yes),
            registered.open | monitored.open | flat.open | per_head.open,
            flat.yes != per_head.yes,
        ],
        [np.uint8(CODES[status]) for status in ("covered", "undetermined", "ambiguous")],
        np.uint8(CODES["not_matched"]),
    )


def hubei(facts: Facts) -> Array:
    """Decide Hubei's seven groups."""
    tekun_class = ("person.tekun", "person.orphan", "person.de_facto_unsupported_child")
    others = "dibao_marginal_member poverty_return_monitored rigid_expenditure_member illness_impoverished_patient"
    named = [*tekun_class, "person.dibao_recipient", *(f"person.{name}" for name in others.split())]
    unmet = opposite(facts.meets("person.dibao_recipient", *tekun_class))
    return _covered(
        either(
            both(either(*map(facts.flag, [*named, "person.other_hardship"])), facts.hardship()),
            both(facts.flag("person.in_low_income_database"), unmet),
        )
    )


def tianjin(facts: Facts) -> Array:
    """Decide Tianjin's three groups."""
    recipients = ("person.dibao_recipient", "person.tekun")
    recognised = map(facts.flag, (*recipients, "person.other_recognised_recipient"))
    return _covered(either(opposite(facts.meets(*recipients)), facts.hardship(), *recognised))


def shanghai(facts: Facts) -> Array:
    """Decide who comes first in Shanghai."""
    names = ("person.tekun", "household.emergency_hardship", "household.illness_impoverished")
    covered = facts.flag("aid.covered_by_existing_policy")
    first = either(*map(facts.flag, names), opposite(covered), facts.hardship())
    return np.where(first.yes, np.uint8(CODES["priority_match"]), np.uint8(CODES["not_stipulated"]))


def shanxi(facts: Facts) -> Array:
    """Say that the digest names no groups."""
    return np.full(facts.frame.height if facts.frame.width > 1 else facts.frame.item(), CODES["not_reported"], np.uint8)


def _covered(truth: Truth) -> Array:
    codes = (CODES[status] for status in ("not_matched", "covered", "undetermined"))
    not_matched, covered, undetermined = map(np.uint8, codes)
    return np.where(truth.yes, covered, np.where(truth.no, not_matched, undetermined))


RULES = {"jinhua": jinhua, "hubei": hubei, "tianjin": tianjin, "shanghai": shanghai, "shanxi": shanxi}


def statuses(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer, whole columns at a time."""
    facts = Facts(read_facts(path, regions))
    return {region: RULES[region](facts) for region in regions}


NUMPY = Peer(
    "NumPy, vectorised by hand",
    FIVE,
    statuses,
    "one core; two bytes for each of Kleene's truths, and each step goes through memory; reads as Polars does",
)
