"""The days on which ledgers are due and counted periods end, out of their states, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xianjie.access import Division, Principal
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Problem
from xianjie.records.deadlines import duties, ledgers
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing, standings
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked

LEDGERS = Kind(ledgers.COLLECTION, "ledgers", ledgers.facts_of)
DUTIES = Kind(duties.COLLECTION, "duties", duties.facts_of)
MOST_RECORDS = 10_000
"""How many ledgers and duties one calendar is drawn from."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day (ISO 8601) of a ledger or a duty.

    `readings` names the readings of the text that give this day, where not all of them do and the office has settled
    on none; `status` is then theirs. `recommended`: the one that the policy file recommends is among them.
    """

    day: str
    kind: Kind
    standing: Standing
    status: str
    readings: tuple[str, ...] = ()
    recommended: bool = True

    @property
    def marked(self) -> bool:
        """Tell whether the text can be read so that another day results."""
        return bool(self.readings)


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included (ISO 8601), of a region and within a division."""

    first: str
    last: str
    region: str | None = None
    division: Division | None = None


def calendar(keeping: Keeping, principal: Principal, span: Span, reckoning: Reckoning) -> list[Due]:
    """List the days of a span; InputError `calendar-too-many` where more is kept than one calendar holds."""
    where: Mapping[str, Any] = {} if span.region is None else {"region": span.region}
    found: list[Due] = []
    seen = 0
    for kind in (LEDGERS, DUTIES):
        for batch, _ in standings(keeping, principal, kind, Asked(where, span.division), reckoning):
            seen += len(batch)
            if seen > MOST_RECORDS:
                zh = f"台账和职责超过 {MOST_RECORDS} 条，请写明地区或区划"
                en = f"more than {MOST_RECORDS} ledgers and duties: name a region or a division"
                raise InputError(Problem("calendar-too-many", zh, en))
            found += (due for one in batch for due in dues(kind, one, reckoning.engine, reckoning.day))
    within = [due for due in found if span.first <= due.day <= span.last]
    return sorted(within, key=lambda due: (due.day, due.kind.collection, due.standing.item.record.id))


def dues(kind: Kind, standing: Standing, engine: Engine, day: int) -> Iterator[Due]:
    """Give the days of one ledger or duty; none where the text gives none, as where it only says *regularly*."""
    if standing.state is None:
        return
    if kind is DUTIES:
        end = _period_end(standing, engine, day)
        if end is not None:
            yield Due(end, kind, standing, standing.state["status"])
    else:
        yield from _update_days(kind, standing)


def _update_days(kind: Kind, standing: Standing) -> Iterator[Due]:
    state = standing.state
    assert state is not None
    told = [one for one in state["readings"] if one.get("next_due") is not None]
    told = [one for one in told if one.get("chosen")] or told
    days = sorted({one["next_due"] for one in told})
    if len(days) < 2:
        due = days[0] if days else state["next_due"]
        if due is not None:
            yield Due(due, kind, standing, state["status"])
        return
    for due in days:
        by = [one for one in told if one["next_due"] == due]
        readings = tuple(one["reading"] for one in by)
        yield Due(due, kind, standing, by[0]["status"], readings, any(one["recommended"] for one in by))


def _period_end(standing: Standing, engine: Engine, day: int) -> str | None:
    """Give the last day of the period that is counted: the rule's own deadline, else the year's end."""
    state = standing.state
    assert state is not None
    for rule, _, _ in engine.documents.answering(standing.item.region, day).counts:
        if rule.id == state["rule"] and rule.at_least is not None:
            if rule.deadline is not None:
                return rule.deadline.isoformat()
            year = state["year"]
            return dt.date(year, 12, 31).isoformat() if year is not None and year <= dt.MAXYEAR else None
    return None
