"""Credentials for the tests: keys issued by this machine's user, and a clock that a test turns."""

from __future__ import annotations

from typing import Any, cast

from fastapi import FastAPI
from starlette.testclient import TestClient

from xianjie.access import Grant, Role, division, loopback
from xianjie.records.api_keys import Wanted, issue_key
from xianjie.records.desk import Keeping
from xianjie.service.door.credentials import Credentials, door_of
from xianjie.service.state import Service

SECOND = 1_000_000_000


class Ticks:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)


def service_behind(client: TestClient) -> Service:
    return cast(Service, cast(FastAPI, client.app).state.service)


def guarded(client: TestClient, ticks: Ticks) -> Credentials:
    """Put a door in front of an application."""
    service = service_behind(client)
    door = door_of(service.keeping, service.settings, ticks)
    service.door = door
    return door


def key_of(
    keeping: Keeping,
    *grants: tuple[str, str],
    organisation: str | None = None,
    days: int = 30,
    holder: str = "somebody",
) -> str:
    """Issue a key with roles, each for a division, and give its text."""
    chosen = frozenset(Grant(Role(role), division(code)) for role, code in grants)
    with keeping.change(loopback()) as change:
        _, issued = issue_key(change, Wanted("a test", holder, chosen, organisation, days))
    return issued.text


def bearing(key: str) -> dict[str, str]:
    """Give the header that carries a key."""
    return {"authorization": f"Bearer {key}"}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
