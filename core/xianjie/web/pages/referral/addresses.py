"""Where the pages on referrals are served, and what their asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Needs
from xianjie.web.door.addresses import At
from xianjie.web.door.ways import to_record
from xianjie.web.pages.referral import opening, procedures, records, walk

_READ: Needs = (Resource.REFERRAL, Action.READ)
_CREATE: Needs = (Resource.REFERRAL, Action.CREATE)
_TRY: Needs = (Resource.ASSESSMENT, Action.RUN)

ADDRESSES: Sequence[At] = (
    At("GET", "/referrals", records.show_referrals, _READ),
    At("GET", "/referrals/procedures", procedures.show_procedures),
    At("GET", "/referrals/walk", walk.show_walk, _TRY),
    At("GET", "/referrals/new", opening.show_new, _CREATE),
    At("POST", "/referrals/new", opening.open_referral, _CREATE),
    At("GET", "/referrals/{id}", records.show_referral, _READ),
    # whoever takes part in referrals; which step it is says what it takes
    At("POST", "/referrals/{id}/steps", records.record_step, _CREATE),
    At("GET", "/referrals/{id}/steps", to_record, _READ),
    At("GET", "/referrals/{id}/facts", opening.show_facts, _CREATE),
    At("POST", "/referrals/{id}/facts", opening.mend_facts, _CREATE),
)
"""A fixed name stands before a parameter in its place."""
