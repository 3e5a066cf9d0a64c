"""Referrals for the browser to look at, made through the interface."""

from __future__ import annotations

from typing import Any

import httpx2
from tests.browser.sites import Site

FACTS: dict[str, Any] = {
    "aid": {"meets_conditions": False},
    "referral": {"initiator": "civil_affairs", "matches_project_conditions": True},
}


def opened(site: Site, region: str = "hubei", steps: tuple[str, ...] = (), **more: Any) -> str:
    """Open a referral and take steps on the day it was asked for; give its id."""
    body = {"region": region, "direction": "forward", "division": "420502", "as_of": "2025-08-01", "facts": FACTS}
    answer = httpx2.post(f"{site.url}/v1/referrals", json={**body, **more}, timeout=60)
    assert answer.status_code == 201, answer.text
    id = str(answer.json()["id"])
    for event in steps:
        asked = {"event": event, "on": "2025-08-01", "by": "街道经办人"}
        moved = httpx2.post(f"{site.url}/v1/referrals/{id}/events", json=asked, timeout=60)
        assert moved.status_code == 201, moved.text
    return id


def referral(site: Site) -> str:
    """Give the page of a referral that is under way, with its steps taken under another region as well."""
    return f"/referrals/{opened(site, steps=('informed', 'consented'))}?under=tianjin"


def facts(site: Site) -> str:
    """Give the page on which a referral's facts are mended."""
    return f"/referrals/{opened(site)}/facts"


def organisation(site: Site) -> str:
    """Give the page of what is on offer to an organisation that is recorded."""
    facts = {"charitable": True, "field": "social_assistance"}
    body = {"name": "示例慈善会", "division": "420502", "facts": facts}
    answer = httpx2.post(f"{site.url}/v1/organisations", json=body, timeout=60)
    assert answer.status_code == 201, answer.text
    return f"/incentives?as_of=2025-08-01&organisation={answer.json()['id']}"
