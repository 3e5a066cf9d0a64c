"""Ledgers and duties for the browser to look at, recorded through the interface: of each state one."""

from __future__ import annotations

from typing import Any

import httpx2
from tests.browser.sites import Site

DAY = "2025-08-01"
_FACTS: dict[str, dict[str, Any]] = {
    "西区慈善资源供给台账": {"region": "hubei", "division": "420502", "last_updated": "2024-08-20"},
    "久未更新的台账": {"region": "hubei", "division": "420503", "last_updated": "2022-08-20"},
    "和平区资源目录": {
        "region": "tianjin",
        "division": "120101",
        "last_updated": "2025-01-20",
        "entered_on_platform": False,
    },
    "草案的台账": {"region": "jinhua", "division": "330702", "last_updated": "2025-01-20"},
    "一项帮扶信息": {"region": "shanxi", "division": "140100", "kind": "assistance_information"},
}


def ledger(site: Site) -> str:
    """Give the page of a ledger whose readings differ, with an update and its correction."""
    path = f"/ledgers/{_recorded(site)['和平区资源目录']}"
    update = httpx2.post(
        f"{site.url}/v1{path}/updates", json={"what": "updated", "on": "2025-02-20", "by": "社会救助科"}
    )
    httpx2.post(f"{site.url}/v1{path}/updates", json={"what": "retracted", "on": DAY, "corrects": update.json()["id"]})
    return f"{path}?as_of={DAY}"


def edit(site: Site) -> str:
    """Give the page that mends a ledger."""
    return f"/ledgers/{_recorded(site)['和平区资源目录']}/edit"


def duty(site: Site) -> str:
    """Give the page of a counted duty."""
    facts = {"kind": "consultation", "level": "county", "year": 2025, "count": 0}
    body = {"name": None, "region": "jinhua", "division": "330702", "facts": facts}
    id = httpx2.post(f"{site.url}/v1/duties", json=body).json()["id"]
    httpx2.post(f"{site.url}/v1/duties/{id}/events", json={"on": "2025-03-20", "charities": True})
    return f"/duties/{id}?as_of={DAY}"


def listed(site: Site) -> str:
    """Give the list of ledgers of all states."""
    _recorded(site)
    return f"/ledgers?as_of={DAY}"


def month(site: Site) -> str:
    """Give a month of the calendar with something due, and a day of it."""
    _recorded(site)
    return "/calendar?month=2025-08&day=2025-08-20"


def timeline(site: Site) -> str:
    """Give the timeline, with another region beside."""
    _recorded(site)
    return f"/timeline?as_of={DAY}&beside=tianjin"


def _recorded(site: Site) -> dict[str, str]:
    """Record the ledgers that are not there yet."""
    found = httpx2.get(f"{site.url}/v1/ledgers", params={"limit": 200}).json()["items"]
    known: dict[str, str] = {one["name"]: one["id"] for one in found if one["name"]}
    for name, given in _FACTS.items():
        if name not in known:
            facts = {"kind": "supply", "level": "county", **given}
            body = {"name": name, "region": facts.pop("region"), "division": facts.pop("division"), "facts": facts}
            answer = httpx2.post(f"{site.url}/v1/ledgers", json=body)
            assert answer.status_code == 201, answer.text
            known[name] = answer.json()["id"]
    return known
