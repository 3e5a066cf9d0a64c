"""What every part of an answer carries beside its own: force, clause, rule, what it wants, its readings, and why."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.engine.inquiry import Entry, Inquiry, silent_why
from xianjie.engine.readings import Settled
from xianjie.language.explain import Why
from xianjie.policy.model import Rule


def stated(rule: Rule, clause: str, settled: Settled) -> Entry:
    """Give what a rule's part carries, its status among it."""
    return {
        "status": settled.status,
        "force": rule.force,
        "clause": clause,
        "rule": rule.id,
        "missing": list(settled.missing),
        "readings": settled.readings,
        "flagged": settled.flagged,
        "notes": list(rule.notes),
        "why": settled.main.why,
    }


def without_rule(status: str, why: Why, missing: Sequence[str] = ()) -> Entry:
    """Give what a part carries for which no rule of the document stands."""
    return {
        "status": status,
        "force": None,
        "clause": None,
        "rule": None,
        "missing": list(missing),
        "readings": [],
        "flagged": False,
        "notes": [],
        "why": why,
    }


def silence(inquiry: Inquiry) -> Entry:
    """Give what a part carries on which the document is silent."""
    return without_rule(inquiry.policy.silence, silent_why(inquiry))


def unrecorded(inquiry: Inquiry, missing: Sequence[str]) -> Entry:
    """Give what a part carries that cannot be placed for want of a fact of its own."""
    terms = inquiry.say("、", ", ").join(inquiry.at.speaker.term(name) for name in missing)
    why: Why = {
        "rule": "",
        "op": "is",
        "value": None,
        "text": inquiry.say(f"{terms}：未记录", f"{terms}: not recorded"),
        "because": [{"fact": name, "value": None} for name in missing],
    }
    return without_rule("undetermined", why, missing)
