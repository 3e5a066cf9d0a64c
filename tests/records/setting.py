"""Who works at the records in these tests: invented offices, each with a role for a division."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xianjie.access import Division, Grant, Principal, Role, division
from xianjie.records.desk import Keeping
from xianjie.records.organisations import Organisation
from xianjie.store import Seal, open_store
from xianjie.vault import Suite, audit_seals, new_ring

NOW = dt.datetime(2025, 8, 1, 1, 30, tzinfo=dt.UTC)


@contextmanager
def kept(folder: Path | str) -> Iterator[Keeping]:
    """Keep records in a store, without a service over it; the clock stands still."""
    ring = new_ring(Suite.AES, NOW.date())
    seals = [Seal(name, hash) for name, hash in audit_seals(ring)]
    with open_store(folder, seals=seals) as store:
        yield Keeping(store, ring, lambda: NOW)


def someone(role: Role, *divisions: str, id: str = "key-a", organisation: str | None = None) -> Principal:
    """Make somebody with one role in some divisions."""
    return Principal(id, f"holder-of-{id}", frozenset(Grant(role, division(one)) for one in divisions), organisation)


def charity(name: str = "示例慈善会", place: str = "4205", code: str | None = None, **facts: Any) -> Organisation:
    """Invent an organisation."""
    return Organisation(name, code, Division(place), facts)


OFFICER = someone(Role.REFERRAL_OFFICER, "42")
READER = someone(Role.READER, "42", id="key-r")
