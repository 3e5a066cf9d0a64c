"""The key ring: several keys with ids, one of them current for each purpose, and a subkey of each for each purpose.

The other keys still open what they sealed. A purpose's subkey is derived by HKDF, so that what is learnt under one
purpose is of no use under another.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from xianjie.vault import refusals
from xianjie.vault.secret import Secret
from xianjie.vault.suites import ROOT, Suite, derive, framed, self_test

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_SALT = b"xianjie vault 1"
KEY_ID = re.compile(r"(?!.*\d{9})[a-z][a-z0-9-]{0,31}")
"""Begins with a letter, and has no long run of digits: nobody's number."""


class Purpose(StrEnum):
    """What a key is used for."""

    ENCRYPT = "encrypt"
    LOOKUP = "lookup"
    DECISIONS = "decisions"
    AUDIT = "audit"
    ACCESS = "access"


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One key: `secret` is 32 random bytes, from which the subkeys are derived."""

    id: str
    suite: Suite
    created: dt.date
    secret: Secret
    subkeys: Mapping[Purpose, Secret]

    def subkey(self, purpose: Purpose) -> bytes:
        """Give the 32 bytes for a purpose."""
        return self.subkeys[purpose].reveal()


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The keys by id, and which is current for each purpose."""

    keys: Mapping[str, Key]
    current: Mapping[Purpose, str]

    def using(self, purpose: Purpose) -> Key:
        """Give the current key of a purpose."""
        return self.keys[self.current[purpose]]

    def named(self, key_id: str) -> Key:
        """Give the key of this id; `key-unknown` where the ring lacks it."""
        key = self.keys.get(key_id)
        if key is None:
            raise refusals.key_unknown(key_id if KEY_ID.fullmatch(key_id) else "…")
        return key

    def trying(self, purpose: Purpose) -> tuple[Key, ...]:
        """List all keys, the current one of the purpose first, then the younger before the older."""
        first = self.current[purpose]
        rest = sorted((key for key in self.keys.values() if key.id != first), key=_age, reverse=True)
        return (self.keys[first], *rest)


def _age(key: Key) -> tuple[dt.date, str]:
    return key.created, key.id


def make_key(key_id: str, suite: Suite, created: dt.date, secret: Secret) -> Key:
    """Derive a key's subkeys."""
    subkeys = {
        purpose: Secret(derive(suite, secret.reveal(), _SALT, framed("subkey", purpose, suite, key_id), ROOT))
        for purpose in Purpose
    }
    return Key(key_id, suite, created, secret, MappingProxyType(subkeys))


def make_ring(keys: Iterable[Key], current: Mapping[Purpose, str]) -> Ring:
    """Join keys to a ring, once each suite among them has passed its self-test."""
    by_id = {key.id: key for key in keys}
    for suite in sorted({key.suite for key in by_id.values()}):
        self_test(suite)
    assert set(current) == set(Purpose)
    assert set(current.values()) <= set(by_id)
    return Ring(MappingProxyType(by_id), MappingProxyType(dict(current)))


def new_key(suite: Suite, created: dt.date, taken: Collection[str] = ()) -> Key:
    """Draw a new key from the system's random numbers; `suite-unavailable` before anything is sealed with it."""
    self_test(suite)
    key_id = ""
    while not key_id or key_id in taken:
        key_id = "k-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    return make_key(key_id, suite, created, Secret(os.urandom(ROOT)))


def new_ring(suite: Suite, created: dt.date) -> Ring:
    """Make a ring of one new key, current for everything."""
    key = new_key(suite, created)
    return make_ring([key], dict.fromkeys(Purpose, key.id))


def rotated(ring: Ring, suite: Suite, created: dt.date, purposes: Collection[Purpose] = tuple(Purpose)) -> Ring:
    """Add a new key and make it current for the purposes; the others stay, to open what they sealed."""
    key = new_key(suite, created, ring.keys)
    return make_ring([*ring.keys.values(), key], {**ring.current, **dict.fromkeys(purposes, key.id)})


def without(ring: Ring, key_id: str) -> Ring:
    """Take a retired key out; `key-unknown`, `key-in-use`. What it alone opens can then be read by nobody."""
    ring.named(key_id)
    if key_id in ring.current.values():
        raise refusals.key_in_use(key_id)
    return make_ring([key for key in ring.keys.values() if key.id != key_id], ring.current)
