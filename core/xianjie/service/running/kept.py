"""Open the store and the keys of a service: those that are named, else this user's own, made at the first start."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from xianjie.errors import InputError, Place, Problem
from xianjie.records.audit import CHAIN
from xianjie.records.desk import Keeping
from xianjie.service.clock import now, today
from xianjie.store import Seal, Store, open_store, plain_seal
from xianjie.store.opening import DATABASE_URL
from xianjie.vault import Ring, Suite, audit_seals, find_ring, new_ring, own_ring, write_ring
from xianjie.vault.keyfile import FILE, INLINE, OWN, required_ring

STORE = "store"


def store_named(environment: Mapping[str, str], home: Path, given: str | None = None) -> str | Path:
    """Say where the store is: where it is given, else where the environment says, else in this user's own folder."""
    return given or environment.get(DATABASE_URL) or home / STORE


def is_database(where: str | Path) -> bool:
    """Tell whether several processes can share a store."""
    return isinstance(where, str) and "://" in where


def opened_keeping(
    environment: Mapping[str, str], home: Path, where: str | Path | None = None, examining: bool = False
) -> Keeping:
    """Open the store and the keys; where no keys are named, those in `home`. Keys are never made here.

    Keys that lack the one in use last are refused, but for `examining`: under others nothing could be read, and what
    was written would be lost once the right ones are back.
    Raises StoreError and VaultError; InputError `keys-gone`, `keys-other`.
    """
    place = where or store_named(environment, home)
    ring = _ring(environment, home, place)
    seals = [Seal(name, hash) for name, hash in audit_seals(ring)]
    store = open_store(place, seals=seals)
    with ExitStack() as opened:
        opened.callback(store.close)
        if not examining:
            _check_keys(store, ring, environment.get(FILE) or (INLINE if environment.get(INLINE) else str(home / OWN)))
        opened.pop_all()
    return Keeping(store, ring, now)


def _check_keys(store: Store, ring: Ring, file: str) -> None:
    with store.read() as view:
        last = view.tip(CHAIN)
    if last is None:
        return
    key = last.hash.rpartition(":")[0]
    if key not in ring.keys and key != plain_seal().name:
        raise InputError(
            Problem(
                "keys-other",
                "这不是这个存储的密钥，或是换密钥之前的副本：缺少最近使用的那一个；请用原来的密钥文件",
                "these are not this store's keys, or a copy from before they were changed: the one in use last is "
                "wanting; take the right key file",
                Place(file),
            )
        )


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
