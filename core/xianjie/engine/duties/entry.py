"""The form that every entry under duties takes, whether a ledger, a count or a target."""

from __future__ import annotations

from xianjie.engine.inquiry import Entry, Inquiry, silent_why
from xianjie.engine.readings import Settled
from xianjie.language.explain import Why
from xianjie.policy.model import Rule

BLANK: Entry = {
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
    return {
        "kind": kind,
        "level": level,
        "status": settled.status,
        **BLANK,
        "force": rule.force,
        "qualifier": rule.qualifier,
        "clause": clause,
        "rule": rule.id,
        "missing": list(settled.missing),
        "readings": settled.readings,
        "flagged": settled.flagged,
        "notes": list(rule.notes),
        "why": settled.main.why,
        **extra,
    }


def without_rule(kind: str | None, level: str | None, status: str, missing: list[str], why: Why, extra: Entry) -> Entry:
    """Make an entry for which no rule of the document stands."""
    return {
        "kind": kind,
        "level": level,
        "status": status,
        **BLANK,
        "force": None,
        "qualifier": None,
        "clause": None,
        "rule": None,
        "missing": missing,
        "readings": [],
        "flagged": False,
        "notes": [],
        "why": why,
        **extra,
    }


def silence(inquiry: Inquiry, kind: str | None, level: str | None, extra: Entry) -> Entry:
    """Make an entry on which the document is silent."""
    return without_rule(kind, level, inquiry.policy.silence, [], silent_why(inquiry), extra)


def wanting(inquiry: Inquiry, kind: str | None, level: str | None, missing: list[str], extra: Entry) -> Entry:
    """Make an entry that cannot be placed for want of a fact of its own."""
    terms = "、".join(inquiry.at.speaker.term(name) for name in missing)
    why: Why = {
        "rule": "",
        "op": "is",
        "value": None,
        "text": inquiry.say(f"{terms}：未记录", f"{terms}: not recorded"),
        "because": [{"fact": name, "value": None} for name in missing],
    }
    return without_rule(kind, level, "undetermined", missing, why, extra)
