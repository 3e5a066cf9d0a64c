"""Fill in forms as a browser would, and wait for the work that they begin."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.testclient import TestClient
from tests.web.reading import Element, read

PATIENCE = 60


def posted_in(page: Element, form: str) -> dict[str, str]:
    """Give what a browser would send of a form: its fields as they are shown."""
    out: dict[str, str] = {}
    for one in page.one("form", id=form).walk():
        name = one.attributes.get("name")
        if not name or "disabled" in one.attributes:
            continue
        match one.tag:
            case "input" if one.attributes.get("type") not in ("file", "submit"):
                if one.attributes.get("type") not in ("checkbox", "radio") or "checked" in one.attributes:
                    out[name] = one.attributes.get("value", "")
            case "textarea":
                out[name] = "".join(child for child in one.children if isinstance(child, str)).removeprefix("\n")
            case "select":
                options = one.all("option")
                chosen = next((each for each in options if "selected" in each.attributes), options[0])
                out[name] = chosen.attributes["value"]
    return out


def pressed(
    client: TestClient, typed: Mapping[str, str], do: str, files: Mapping[str, tuple[str, bytes]] | None = None
) -> Any:
    """Send the form of revising by one of its buttons."""
    chosen = {name: (file, data, "application/octet-stream") for name, (file, data) in (files or {}).items()}
    return client.post(
        "/revise/edit",
        data={**typed, "do": do},
        files=chosen or {"cases": ("", b"", "application/octet-stream")},
        follow_redirects=False,
    )


def begun(answer: Any) -> str:
    """Give where the work is told of that a form began."""
    assert answer.status_code == 303, answer.text[:2000]
    at = str(answer.headers["location"])
    assert at.startswith("/jobs/")
    return at


def finished(client: TestClient, at: str) -> str:
    """Wait for work to end well, and give where its result is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = client.get(at, follow_redirects=False)
        if answer.status_code == 303:
            return str(answer.headers["location"])
        section = read(answer.text).one("section", id="job")
        assert section.all("progress"), section.text
        time.sleep(0.1)
    raise AssertionError("the work does not end")
