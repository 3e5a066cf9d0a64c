"""Open the store and the keys of a service: those that the environment names, else this user's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xianjie.records.desk import Keeping
from xianjie.service.clock import now, today
from xianjie.store import Seal, open_store
from xianjie.store.opening import DATABASE_URL
from xianjie.vault import Ring, Suite, audit_seals, find_ring, new_ring, read_ring, write_ring


def opened_keeping(environment: Mapping[str, str], home: Path) -> Keeping:
    """Open the store and the keys; where neither is named, those in `home` are made at the first time.

    Raises StoreError and VaultError.
    """
    ring = _ring(environment, home)
    seals = [Seal(name, hash) for name, hash in audit_seals(ring)]
    return Keeping(open_store(environment.get(DATABASE_URL) or home / "store", seals=seals), ring, now)


def _ring(environment: Mapping[str, str], home: Path) -> Ring:
    found = find_ring(environment)
    if found is not None:
        return found
    file = home / "keys.json"
    if not file.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_ring(file, new_ring(Suite.AES, today()))
    return read_ring(file)
