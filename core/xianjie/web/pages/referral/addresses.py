"""Where the pages on referrals are served, and what their asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs
from xianjie.web.pages.referral import opening, procedures, records, walk

_READ: Needs = (Resource.REFERRAL, Action.READ)
_CREATE: Needs = (Resource.REFERRAL, Action.CREATE)
_REPORT: Needs = (Resource.REFERRAL, Action.REPORT)
_POLICY: Needs = (Resource.POLICY, Action.READ)
_TRY: Needs = (Resource.ASSESSMENT, Action.RUN)

ADDRESSES: Sequence[tuple[str, str, Endpoint, Needs]] = (
    ("GET", "/referrals", records.show_referrals, _READ),
    ("GET", "/referrals/procedures", procedures.show_procedures, _POLICY),
    ("GET", "/referrals/walk", walk.show_walk, _TRY),
    ("GET", "/referrals/new", opening.show_new, _CREATE),
    ("POST", "/referrals/new", opening.open_referral, _CREATE),
    ("GET", "/referrals/{id}", records.show_referral, _READ),
    ("POST", "/referrals/{id}/steps", records.record_step, _REPORT),
    ("GET", "/referrals/{id}/facts", opening.show_facts, _CREATE),
    ("POST", "/referrals/{id}/facts", opening.mend_facts, _CREATE),
)
"""Method, path, who answers, and what for; a fixed name stands before a parameter in its place."""
