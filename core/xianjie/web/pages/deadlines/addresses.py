"""Where the pages of ledgers and duties are served, and what their asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs
from xianjie.web.pages.deadlines import cadence, lists, month, one, timeline, writing

_READ: Needs = (Resource.LEDGER, Action.READ)
_WRITE: Needs = (Resource.LEDGER, Action.WRITE)
_POLICY: Needs = (Resource.POLICY, Action.READ)

ADDRESSES: Sequence[tuple[str, str, Endpoint, Needs]] = (
    ("GET", "/ledgers", lists.list_ledgers, _READ),
    ("GET", "/ledgers/new", writing.new_ledger, _WRITE),
    ("POST", "/ledgers/new", writing.record_ledger, _WRITE),
    ("GET", "/ledgers/{id}", one.show_ledger, _READ),
    ("GET", "/ledgers/{id}/edit", writing.edit_ledger, _WRITE),
    ("POST", "/ledgers/{id}/edit", writing.mend_ledger, _WRITE),
    ("GET", "/ledgers/{id}/updates", one.to_record, _READ),
    ("POST", "/ledgers/{id}/updates", one.add_update, _WRITE),
    ("GET", "/duties", lists.list_duties, _READ),
    ("GET", "/duties/new", writing.new_duty, _WRITE),
    ("POST", "/duties/new", writing.record_duty, _WRITE),
    ("GET", "/duties/{id}", one.show_duty, _READ),
    ("GET", "/duties/{id}/edit", writing.edit_duty, _WRITE),
    ("POST", "/duties/{id}/edit", writing.mend_duty, _WRITE),
    ("GET", "/duties/{id}/events", one.to_record, _READ),
    ("POST", "/duties/{id}/events", one.add_event, _WRITE),
    ("GET", "/calendar", month.show_calendar, _READ),
    ("GET", "/timeline", timeline.show_timeline, _READ),
    ("GET", "/cadence", cadence.show_cadence, _POLICY),
)
"""Method, path, who answers, and what for; a fixed name stands before a parameter in its place."""
