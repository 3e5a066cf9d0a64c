"""Open the store and the keys of a service: those that are named, else this user's own, made at the first start."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from xianjie.errors import InputError, Place, Problem
from xianjie.records.desk import Keeping
from xianjie.service.clock import now, today
from xianjie.store import Seal, open_store
from xianjie.store.opening import DATABASE_URL
from xianjie.vault import Ring, Suite, audit_seals, find_ring, new_ring, own_ring, write_ring
from xianjie.vault.keyfile import OWN, required_ring

STORE = "store"


def store_named(environment: Mapping[str, str], home: Path, given: str | None = None) -> str | Path:
    """Say where the store is: where it is given, else where the environment says, else in this user's own folder."""
    return given or environment.get(DATABASE_URL) or home / STORE


def is_database(where: str | Path) -> bool:
    """Tell whether several processes can share a store."""
    return isinstance(where, str) and "://" in where


def opened_keeping(environment: Mapping[str, str], home: Path, where: str | Path | None = None) -> Keeping:
    """Open the store and the keys; where no keys are named, those in `home`. Keys are never made here.

    Raises StoreError and VaultError; InputError `keys-gone`.
    """
    place = where or store_named(environment, home)
    ring = _ring(environment, home, place)
    seals = [Seal(name, hash) for name, hash in audit_seals(ring)]
    return Keeping(open_store(place, seals=seals), ring, now)


def make_first_keys(environment: Mapping[str, str], home: Path, where: str | Path) -> Problem | None:
    """Make the keys of a store that is yet to be made, and tell of it; None where there are keys, or should be.

    What is kept under keys is lost without them: where a store is there already, none are made.
    """
    file = home / OWN
    if find_ring(environment) is not None or is_database(where) or file.exists() or _is_there(where):
        return None
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(InputError):  # another process was quicker
        write_ring(file, new_ring(Suite.AES, today()))
    return Problem(
        "keys-made",
        "已生成密钥文件；请另存一份在别处，丢失后加密的内容无法恢复",
        "the key file was made; keep a copy elsewhere: without it what is sealed is lost",
        Place(str(file)),
    )


def _ring(environment: Mapping[str, str], home: Path, where: str | Path) -> Ring:
    if is_database(where):
        return required_ring(environment)
    found = own_ring(environment, home)
    if found is None:
        raise InputError(
            Problem(
                "keys-gone",
                "存储在，密钥文件不在：请把它放回，或用 XIANJIE_KEYS_FILE 指明；从未有过的，先用 xianjie keys new 生成",
                "the store is there and its key file is not: put it back, or name it in XIANJIE_KEYS_FILE; "
                "if there never was one, make it with xianjie keys new",
                Place(str(home / OWN)),
            )
        )
    return found


def _is_there(where: str | Path) -> bool:
    folder = Path(where).expanduser()
    return folder.is_dir() and any(folder.iterdir())
