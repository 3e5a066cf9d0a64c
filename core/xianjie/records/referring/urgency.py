"""Referrals with those that still go on first, the longest open before the others.

No document gives a number of days for a step, so none is overdue; how long it has been is all that tells of urgency.
"""

from __future__ import annotations

from xianjie.engine.assess import Engine
from xianjie.policy.prepared import Policy
from xianjie.records.desk import Desk
from xianjie.records.pages import Asked
from xianjie.records.referring.referrals import referrals
from xianjie.records.referring.walk import kept
from xianjie.records.urgency import MOST_IN_ORDER, Rank, Urgent, by_id, from_place
from xianjie.store import Record

_GOES_ON, _STATELESS, _DONE, _WITHDRAWN = range(4)


def listed_by_urgency(desk: Desk, engine: Engine, asked: Asked, most: int = MOST_IN_ORDER) -> Urgent[Record]:
    """List referrals, the most urgent first; where more than `most` are asked for, in the order of ids."""
    found = referrals(desk, Asked(asked.where, asked.division, None, most))
    if found.after is not None:
        listed = referrals(desk, by_id(asked))
        return Urgent(listed.records, listed.after, in_order=False)
    return from_place(found.records, lambda one: _rank(engine, one), lambda one: one, asked.after, asked.limit)


def _rank(engine: Engine, record: Record) -> Rank:
    body = record.body
    if body["ended"]:
        return _WITHDRAWN, body["as_of"]
    going = goes_on(kept(engine, body["region"], body["policy"]["id"]), body["direction"], body["state"])
    return (_STATELESS if going is None else _GOES_ON if going else _DONE), body["as_of"]


def goes_on(policy: Policy | None, direction: str, state: str | None) -> bool | None:
    """Tell whether a step leads on from a state; None where its document sets out no steps, or is there no more."""
    line = None if policy is None else policy.referrals.get(direction)
    if state is None or line is None or line.rule.procedure is None:
        return None
    return any(state in step.model.leaves for step in line.steps)
