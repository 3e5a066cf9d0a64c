"""What the tests of the command line share: a runner, and small cases of Tianjin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.main import get_command
from typer.testing import CliRunner

from xianjie.cli import create_app

Run = Callable[..., Any]
Write = Callable[[object], str]

DECIDED: dict[str, Any] = {
    "case": "E-0001",
    "as_of": "2025-05-01",
    "aid": {"received": True, "still_in_difficulty": True, "meets_conditions": True},
    "person": {"dibao_recipient": True},
    "ledgers": [
        {
            "kind": "supply",
            "level": "county",
            "last_updated": "2025-03-10",
            "entered_on_platform": True,
            "provided_to_service_window": True,
        }
    ],
}
"""A case in which Tianjin's document leaves nothing open."""

OPEN: dict[str, Any] = {
    "case": "E-0007",
    "household_ref": "H-12",
    "as_of": "2025-05-01",
    "person": {"dibao_recipient": True},
    "aid": {"received": True},
    "referral": {
        "direction": "forward",
        "initiator": "civil_affairs",
        "events": [{"event": "consented", "on": "2025-04-01"}],
    },
    "organisation": {"charitable": True, "field": "education", "stage": "early"},
    "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-10-10"}],
    "duties": [{"kind": "charity_training", "level": "county", "year": 2025, "count": 1}],
    "targets": [{"item": 15, "year": 2025, "value": 79.9}],
    "provenance": {"aid.received": {"by": "街道干部", "on": "2025-04-20", "note": "入户走访"}},
}
"""A case with every part, and something open in most of them."""


@pytest.fixture(scope="session", autouse=True)
def commands_made_once() -> Iterator[None]:
    """Let the library make the application's commands once, which takes longer than most of them run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield


@cache
def application() -> Typer:
    """Give the application; what a command answers it keeps nothing of."""
    return create_app()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the application on a screen of a given width, with no colour."""
    monkeypatch.delenv("XIANJIE_LANG", raising=False)

    def invoke(*args: str, width: int = 80, env: dict[str, str] | None = None) -> Any:
        return CliRunner().invoke(application(), list(args), env={"COLUMNS": str(width), **(env or {})})

    return invoke


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a case, or a list of cases, and give the file's name."""
    made = 0

    def to_file(data: object) -> str:
        nonlocal made
        made += 1
        path = tmp_path / f"cases-{made}.json"
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return to_file
