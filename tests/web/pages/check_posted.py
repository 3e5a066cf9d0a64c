"""What the tests of the form share: what is typed, what a page says of it, and what a browser would send again."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient
from tests.web.conftest import token
from tests.web.reading import Element, read

Data = dict[str, Any]
PART = {"hx-request": "true", "hx-target": "live"}
FILLED = {
    "m0.person.tekun": "true",
    "m0.person.elderly": "false",
    "m0.aid.received": "true",
    "m0.aid.exit_date.never": "1",
    "household.size": "3",
    "household.annual_income": "8万元",
    "household.property_within_limits": "true",
    "said_by": "本次谈话",
    "said_on": "2025-08-01",
    "as_of": "2025-05-01",
}


def form(client: TestClient, **more: Any) -> Data:
    return {**token(client, "/check"), **FILLED, **more}


def preview(client: TestClient, **more: Any) -> Element:
    answer = client.post("/check", data=form(client, **more))
    assert answer.status_code == 200
    return read(answer.text)


def statuses(page: Element) -> list[tuple[str, str]]:
    return [
        (one.one("h3").text, one.one("p", class_="answer-status").all("span", class_="status-chip")[0].text)
        for one in page.all("article", class_="answer")
    ]


def state_of(page: Element, field: str) -> str:
    (one,) = [one for one in page.all("div", class_="question") if one.attributes["data-field"] == field]
    return one.attributes["class"].split()[1].removeprefix("is-")


def notes(page: Element) -> str:
    return " ".join(one.text for one in page.all("p", role="note"))


def values_of(page: Element) -> Data:
    """Give what a browser would send of the form."""
    out: Data = {}
    for one in page.one("form", id="check-form").walk():
        name = one.attributes.get("name")
        if not name or one.tag not in {"input", "select", "textarea"} or name == "form_token":
            continue
        if one.tag == "select":
            chosen = [o.attributes["value"] for o in one.all("option") if "selected" in o.attributes]
            out[name] = chosen[0] if chosen else ""
        elif one.tag == "textarea":
            out[name] = "".join(str(child) for child in one.children).removeprefix("\n")
        elif one.attributes["type"] not in {"radio", "checkbox"}:
            out[name] = one.attributes["value"]
        elif "checked" in one.attributes:
            out[name] = (
                [*out.get(name, []), one.attributes["value"]]
                if name in {"regions", "dimension"}
                else one.attributes["value"]
            )
    return out
