"""The form that every entry under duties takes, whether a ledger, a count or a target."""

from __future__ import annotations

from xianjie.engine import stated
from xianjie.engine.inquiry import Entry, Inquiry
from xianjie.engine.readings import Settled
from xianjie.policy.model import Rule

BLANK: Entry = {
    "qualifier": None,
    "interval": None,
    "cadence": None,
    "next_due": None,
    "days_left": None,
    "days_overdue": None,
    "compliance": "unknown",
    "unmet": [],
    "compliance_missing": [],
    "condition": None,
}


def entry(kind: str | None, level: str | None, settled: Settled, rule: Rule, clause: str, extra: Entry) -> Entry:
    """Make an entry from what was settled under a rule."""
    carried = stated.stated(rule, clause, settled)
    return {"kind": kind, "level": level, **BLANK, "qualifier": rule.qualifier, **carried, **extra}


def silence(inquiry: Inquiry, kind: str | None, level: str | None, extra: Entry) -> Entry:
    """Make an entry on which the document is silent."""
    return {"kind": kind, "level": level, **BLANK, **stated.silence(inquiry), **extra}


def wanting(inquiry: Inquiry, kind: str | None, level: str | None, missing: list[str], extra: Entry) -> Entry:
    """Make an entry that cannot be placed for want of a fact of its own."""
    return {"kind": kind, "level": level, **BLANK, **stated.unrecorded(inquiry, missing), **extra}
