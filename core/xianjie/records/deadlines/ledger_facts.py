"""What is known of a ledger on a day: its opening with what was done to it since, laid over each other.

Days go forward: the latest up to the day counts. What was said of a ledger, as that it was entered on a platform, was
said of the version that there was; after a newer one it is unknown again until it is said anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.vocabulary import FactSpec, FactType, Vocabulary

_UPDATED = "updated"
_LAST_UPDATED = "last_updated"
_ESTABLISHED = "established"
_NEVER = "never"
_RENEWING = (_LAST_UPDATED, "assistance_given")
"""The days that begin a new version, of which nothing was said yet."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one update tells: on a day (ISO 8601), of a fact. `done` is None where the fact is the day itself."""

    fact: str
    on: str
    done: bool | None


def acts(vocabulary: Vocabulary) -> Mapping[str, FactSpec]:
    """Name what can be done to a ledger, with the fact that it tells: each fact that is a day, or true or false."""
    told = (spec for spec in vocabulary.of_record("ledger") if spec.type in (FactType.EVENT, FactType.BOOL))
    return {_UPDATED if spec.short == _LAST_UPDATED else spec.short: spec for spec in told}


def newest(told: Sequence[Told]) -> list[Told]:
    """Keep, of updates in the order in which they were recorded, those that tell where things stand at the end."""
    kept: dict[str, Told] = {}
    for one in told:
        before = kept.get(one.fact)
        if before is None or one.on >= before.on:
            kept[one.fact] = one
    return list(kept.values())


def facts_on(opening: Mapping[str, Any], told: Iterable[Told], day: str) -> dict[str, Any]:
    """Give a ledger's facts as they were on a day, in the shape of a case.

    A fact of which only later days are known keeps the earliest of them: it had not happened by then.
    """
    facts = dict(opening)
    days: dict[str, list[str]] = {}
    said: dict[str, Told] = {}
    for one in told:
        if one.done is None:
            days.setdefault(one.fact, []).append(one.on)
        elif one.on <= day and (one.fact not in said or one.on >= said[one.fact].on):
            said[one.fact] = one
    for fact, found in days.items():
        given = opening.get(fact)
        facts[fact] = _day_of([*found, *([] if given in (None, _NEVER) else [given])], day)
    _renew(facts, opening, said, day)
    _establish(facts, said, day)
    return facts


def _day_of(days: Sequence[str], day: str) -> str:
    past = [one for one in days if one <= day]
    return max(past) if past else min(days)


def _renew(facts: dict[str, Any], opening: Mapping[str, Any], said: Mapping[str, Told], day: str) -> None:
    """Let what was said of an older version be unknown, and put in what was said of this one."""
    begun = _begun(facts, day)
    if begun > _begun(opening, day):
        for fact, value in opening.items():
            if isinstance(value, bool) and fact != _ESTABLISHED:
                del facts[fact]
    for fact, one in said.items():
        if fact != _ESTABLISHED and one.on >= begun:
            facts[fact] = one.done


def _begun(facts: Mapping[str, Any], day: str) -> str:
    """Give the day on which the version began; "" where none is known."""
    known = (facts.get(fact) for fact in _RENEWING)
    return max((one for one in known if one not in (None, _NEVER) and one <= day), default="")


def _establish(facts: dict[str, Any], said: Mapping[str, Told], day: str) -> None:
    """Keep "never established" and a day of update apart: a ledger that is updated is there."""
    updated = facts.get(_LAST_UPDATED)
    if _ESTABLISHED in said or (facts.get(_ESTABLISHED) is False and updated not in (None, _NEVER) and updated <= day):
        facts[_ESTABLISHED] = True
    elif facts.get(_ESTABLISHED) is False and updated is not None:
        facts[_LAST_UPDATED] = _NEVER
