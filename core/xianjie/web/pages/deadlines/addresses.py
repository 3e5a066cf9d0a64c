"""Where the pages of ledgers and duties are served, and what their asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Needs
from xianjie.web.door.addresses import At
from xianjie.web.door.ways import to_record
from xianjie.web.pages.deadlines import cadence, lists, month, one, timeline, writing

_READ: Needs = (Resource.LEDGER, Action.READ)
_WRITE: Needs = (Resource.LEDGER, Action.WRITE)
ADDRESSES: Sequence[At] = (
    At("GET", "/ledgers", lists.list_ledgers, _READ),
    At("GET", "/ledgers/new", writing.new_ledger, _WRITE),
    At("POST", "/ledgers/new", writing.record_ledger, _WRITE),
    At("GET", "/ledgers/{id}", one.show_ledger, _READ),
    At("GET", "/ledgers/{id}/edit", writing.edit_ledger, _WRITE),
    At("POST", "/ledgers/{id}/edit", writing.mend_ledger, _WRITE),
    At("GET", "/ledgers/{id}/updates", to_record, _READ),
    At("POST", "/ledgers/{id}/updates", one.add_update, _WRITE),
    At("GET", "/duties", lists.list_duties, _READ),
    At("GET", "/duties/new", writing.new_duty, _WRITE),
    At("POST", "/duties/new", writing.record_duty, _WRITE),
    At("GET", "/duties/{id}", one.show_duty, _READ),
    At("GET", "/duties/{id}/edit", writing.edit_duty, _WRITE),
    At("POST", "/duties/{id}/edit", writing.mend_duty, _WRITE),
    At("GET", "/duties/{id}/events", to_record, _READ),
    At("POST", "/duties/{id}/events", one.add_event, _WRITE),
    At("GET", "/calendar", month.show_calendar, _READ),
    At("GET", "/timeline", timeline.show_timeline, _READ),
    At("GET", "/cadence", cadence.show_cadence),
)
"""A fixed name stands before a parameter in its place."""
