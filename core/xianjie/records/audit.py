"""What the audit chain tells: who did what to which record, and when; no names, no facts of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

CHAIN = "audit"

EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "decided": ("作出判定", "decisions made"),
        "decision_read": ("查看决定", "a decision read"),
        "organisation_recorded": ("登记组织", "an organisation recorded"),
        "organisation_changed": ("更正组织", "an organisation changed"),
    }
)
"""Every event there is, with its words. A change that notes none does not happen."""


def entry(event: str, by: str, holder: str, collection: str, id: str | None, more: Mapping[str, Any]) -> dict[str, Any]:
    """Make the body of an entry. `by` is the credential's id, `holder` who holds it; `id` None: of several records."""
    assert event in EVENTS, event
    out: dict[str, Any] = {"event": event, "by": by, "holder": holder, "collection": collection}
    if id is not None:
        out["id"] = id
    return {**out, **more}
