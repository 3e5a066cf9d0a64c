"""Find where answers on duties turn: days, years, items and figures that rules on them compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xianjie.engine.duties.cadence import due_date
from xianjie.engine.inquiry import Settings
from xianjie.policy.model import LedgerRule
from xianjie.policy.prepared import Policy


def numbers_of(fact: str, policy: Policy, as_of: int) -> Iterator[int]:
    """Find the numbers that a fact of a duty is compared with: years, items, days at which a status turns."""
    years = [dt.date.fromordinal(as_of).year]
    match fact:
        case "ledger.last_updated":
            for line in policy.ledgers:
                if isinstance(line.rule, LedgerRule) and line.rule.interval is not None:
                    for cycle in ("rolling", "calendar"):
                        yield from turns(line.rule.interval, cycle, as_of)
        case "duty.year" | "target.year":
            yield from years
            for rule, _, _ in policy.counts:
                yield from (year for year in (rule.first_year, rule.last_year) if year is not None)
            for target, _, _ in policy.targets:
                yield from (year for item in target.items for year in item.values)
        case "duty.last_done":
            yield from (rule.deadline.toordinal() for rule, _, _ in policy.counts if rule.deadline is not None)
            yield dt.date(years[0], 1, 1).toordinal()
        case "target.item":
            yield from (item.item for target, _, _ in policy.targets for item in target.items)


def turns(period: str, cycle: str, as_of: int) -> list[int]:
    """Find the days of a last update after which a status is another one, within three years."""

    def status(day: int) -> int:
        left = due_date(day, period, cycle) - as_of
        return (left >= 0) + (left > 0) + (left > Settings().due_soon_days)

    return [day for day in range(as_of - 1_100, as_of) if status(day) != status(day + 1)]


def goals(policies: Sequence[Policy]) -> list[Decimal]:
    """List the figures of all targets, each exactly and by a billionth more and less; and figures below zero."""
    found = {
        goal
        for policy in policies
        for rule, _, _ in policy.targets
        for item in rule.items
        for goal in item.values.values()
    }
    finest = Decimal("0.000000001")
    return sorted({goal + step for goal in found for step in (-finest, Decimal(0), finest)} | {Decimal(-1), Decimal(0)})
