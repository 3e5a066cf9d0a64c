"""Ledgers and duties that nobody keeps, recorded through the interface or through the forms of the pages."""

from __future__ import annotations

from typing import Any

import httpx2
from starlette.testclient import TestClient
from tests.web.reading import Element, read

SUPPLY = {"kind": "supply", "level": "county"}


def ledger(client: TestClient, region: str = "hubei", division: str = "420502", **more: Any) -> str:
    """Record a ledger through the interface; `name` apart, what is given are its facts."""
    body = {"name": more.pop("name", None), "region": region, "division": division, "facts": {**SUPPLY, **more}}
    return _made(client.post("/v1/ledgers", json=body))


def duty(client: TestClient, region: str = "jinhua", division: str = "330702", **more: Any) -> str:
    """Record a counted duty through the interface."""
    facts = {"kind": "consultation", "level": "county", "year": 2025, "count": 0, **more}
    body = {"name": facts.pop("name", None), "region": region, "division": division, "facts": facts}
    return _made(client.post("/v1/duties", json=body))


def updated(client: TestClient, id: str, on: str, what: str = "updated", **more: Any) -> str:
    """Record an update of a ledger through the interface."""
    return _made(client.post(f"/v1/ledgers/{id}/updates", json={"what": what, "on": on, **more}))


def hidden(client: TestClient, path: str) -> dict[str, str]:
    """Open a page with a form that is posted, and give the fields of it that nobody sees."""
    form = read(client.get(path).text).one("form", method="post")
    return {
        one.attributes["name"]: one.attributes["value"]
        for one in form.all("input")
        if one.attributes.get("type") == "hidden"
    }


def opening(client: TestClient, path: str, **typed: str) -> dict[str, str]:
    """Fill in the form of a ledger; a fact is written `facts__kind`."""
    given = {"region": "hubei", "division": "420502", "facts.kind": "supply", "facts.level": "county"}
    return {**hidden(client, path), **given, **{name.replace("__", "."): value for name, value in typed.items()}}


def kept(client: TestClient, what: str = "ledgers") -> int:
    """Count what is kept."""
    return len(client.get(f"/v1/{what}", params={"limit": 200}).json()["items"])


def faults(answer: httpx2.Response) -> dict[str, str]:
    """Give what a form says is wrong, by the id of the field that each leads to; each is told at its field too."""
    page = read(answer.text)
    banner = page.one("div", id="faults")
    assert banner.attributes["role"] == "alert"
    told = {}
    for item in banner.all("li"):
        (link,) = item.all("a")
        id = link.attributes["href"][1:]
        told[id] = item.text.partition("：")[2]
        field = next(one for one in page.walk() if one.attributes.get("id") == id)
        assert field.attributes["aria-invalid"] == "true"
        assert f"{id}-fault" in field.attributes["aria-describedby"].split()
        assert page.one("span", id=f"{id}-fault").text == told[id]
    return told


def state_of(page: Element) -> tuple[str, str]:
    """Give the state that a page tells first, and the whole panel in one line."""
    panel = page.one("section", class_="state-panel")
    return panel.one("p", class_="big-state").all("span", class_="badge")[0].text, panel.text


def _made(answer: httpx2.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
