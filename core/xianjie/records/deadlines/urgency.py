"""Ledgers and duties with the most urgent first: overdue longest, then due soon, then due later, then the rest.

What may be overdue, where the text can be read in several ways, comes right behind what is. Behind all days comes what
cannot be told as facts are wanting, then what the text gives no day for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xianjie.access import Action, Principal, Resource
from xianjie.records.deadlines.calendar import dues
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing, listed_by_state
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked, page
from xianjie.records.urgency import DAYLESS, MOST_IN_ORDER, Rank, Urgent, by_id, from_place

_OVERDUE, _MAYBE, _SOON, _LATER, _UNKNOWN, _OPEN, _SILENT, _GONE = range(8)
RANKS: Mapping[str, int] = MappingProxyType(
    {
        "overdue": _OVERDUE,
        "not_met": _OVERDUE,
        "due_today": _SOON,
        "due_soon": _SOON,
        "in_progress": _SOON,
        "fresh": _LATER,
        "met": _LATER,
        "undetermined": _UNKNOWN,
        "no_fixed_interval": _OPEN,
        "not_stipulated": _SILENT,
        "not_reported": _SILENT,
    }
)
"""How urgent each status is. `ambiguous` is as urgent as the most urgent of its readings, but never surely overdue."""


def listed_by_urgency(
    keeping: Keeping,
    principal: Principal,
    kind: Kind,
    asked: Asked,
    statuses: frozenset[str],
    reckoning: Reckoning,
    most: int = MOST_IN_ORDER,
) -> Urgent[Standing]:
    """List records with their states, the most urgent first; with `statuses`, only those in one of them.

    Where more than `most` are asked for they are in the order of ids, and only those of the page are judged.
    """
    with keeping.look(principal) as desk:
        every = Asked(asked.where, asked.division, None, most)
        found = page(desk, Action.READ, Resource.LEDGER, kind.collection, every)
        items = reckoning.gathered(desk, kind, found.records) if found.after is None else []
    if found.after is not None:
        listed = listed_by_state(keeping, principal, kind, by_id(asked), statuses, reckoning)
        return Urgent(listed.standings, listed.after, in_order=False)
    standings = reckoning.standings(kind, items)
    wanted = [one for one in standings if not statuses or one.status in statuses]
    return from_place(
        wanted, lambda one: rank(kind, one, reckoning), lambda one: one.item.record, asked.after, asked.limit
    )


def rank(kind: Kind, standing: Standing, reckoning: Reckoning) -> Rank:
    """Say how urgent a record is, and by its earliest day."""
    state = standing.state
    if state is None:
        return _GONE, DAYLESS
    status = state["status"]
    days = [(due.day, due.status) for due in dues(kind, standing, reckoning.engine, reckoning.day)]
    if status != "ambiguous":
        earliest = state.get("next_due") or min((day for day, _ in days), default=DAYLESS)
        return RANKS[status], earliest
    readings = [one for one in state["readings"] if one.get("chosen")] or state["readings"]
    worst = min((RANKS.get(one["status"], _UNKNOWN) for one in readings), default=_UNKNOWN)
    told = [one["next_due"] for one in readings if one.get("next_due") and RANKS.get(one["status"]) == worst]
    earliest = min(told or [day for day, _ in days], default=DAYLESS)
    return max(worst, _MAYBE), earliest
