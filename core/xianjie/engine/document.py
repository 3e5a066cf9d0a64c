"""Say which document answered: its standing, its place in time, what amended it, and what is only supposed of it."""

from __future__ import annotations

import datetime as dt
import hashlib

from xianjie.engine.inquiry import Entry, Inquiry
from xianjie.policy.prepared import AppliedOverlay, Policy


def document_entry(inquiry: Inquiry) -> Entry:
    """Describe the document that is asked, as it stands on the date of evaluation."""
    policy = inquiry.policy
    document = policy.file.document
    return {
        "id": policy.id,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "title": document.title,
        "standing": document.standing,
        "validity": policy.validity_at(inquiry.at.as_of),
        "text": document.text,
        "replaces": list(document.replaces),
        "replaced_by": policy.replaced_by,
        "until": _iso(policy.last_day),
        "parent": document.parent,
        "amendments": [_amendment(inquiry, overlay) for overlay in policy.overlays if not overlay.supposed],
        "overlay": _overlay(inquiry),
    }


def overlay_id(policy: Policy) -> str:
    """Name the suppositions that a policy stands under, joined by `+`."""
    return "+".join(overlay.id for overlay in policy.supposed)


def _overlay(inquiry: Inquiry) -> Entry | None:
    supposed = inquiry.policy.supposed
    if not supposed:
        return None
    sha256 = supposed[0].sha256
    if len(supposed) > 1:
        sha256 = hashlib.sha256("+".join(one.sha256 for one in supposed).encode()).hexdigest()
    return {
        "id": overlay_id(inquiry.policy),
        "sha256": sha256,
        "text": inquiry.say("；", "; ").join(inquiry.say(one.zh, one.en) for one in supposed),
        "changes": _changes(*supposed),
    }


def _amendment(inquiry: Inquiry, overlay: AppliedOverlay) -> Entry:
    document = overlay.document
    assert document is not None
    return {
        "id": overlay.id,
        "sha256": overlay.sha256,
        "title": document.title,
        "number": document.number,
        "start": _iso(document.effective or document.issued or document.adopted),
        "text": inquiry.say(overlay.zh, overlay.en),
        "changes": _changes(overlay),
    }


def _changes(*overlays: AppliedOverlay) -> list[Entry]:
    found = dict.fromkeys(change for overlay in overlays for change in overlay.changes)
    return [{"kind": kind, "name": name} for kind, name in found]


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
