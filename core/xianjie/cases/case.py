"""A case as the engine takes it: flat facts by name, and the records of which there can be several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from xianjie.language.evaluate import Value

Facts = Mapping[str, Value]
"""Recorded facts by name. Money is in fen, a date an ordinal, 0 means never; unknown facts are absent."""


@dataclass(frozen=True, slots=True)
class ReferralEvent:
    """A step of a referral that took place. `on` is an ordinal; None where the day was not recorded."""

    event: str
    on: int | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger's recorded facts."""

    facts: Facts


@dataclass(frozen=True, slots=True)
class RecordedDuty:
    """One counted duty's recorded facts, and its meetings: who was present (absent: unknown)."""

    facts: Facts
    meetings: tuple[Mapping[str, bool], ...] | None


@dataclass(frozen=True, slots=True)
class RecordedTarget:
    """One yearly target's recorded figures, exact. `additions` holds what each year added."""

    item: int | None
    year: int | None
    value: Decimal | None
    value_in_year: Decimal | None
    additions: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Case:
    """One person in one household, with referral, organisation, ledgers, duties and targets put beside it.

    `given` holds the facts as recorded, `facts` also those that dates and steps tell. `records` names the records that
    the case holds at all, be they empty. `as_of` is an ordinal, or None.
    """

    label: str | None
    household_ref: str | None
    as_of: int | None
    given: Facts
    facts: Facts
    records: frozenset[str]
    ledgers: tuple[Ledger, ...]
    duties: tuple[RecordedDuty, ...]
    targets: tuple[RecordedTarget, ...]
    events: tuple[ReferralEvent, ...]
    provenance: Mapping[str, Mapping[str, str]]
