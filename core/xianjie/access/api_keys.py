"""API keys: drawn once, shown once, kept as a keyed hash over the secret and all that the key is good for.

    xjk_<id, 10>_<secret, 52>_<checksum, 7>        letters and 2-7 alone (base32); 256 random bits

The hash is an HMAC under a key outside the store, and not a slow one: a secret of 256 random bits cannot be guessed,
slow hashing would only make each request dear, and without the HMAC's key nobody who can write to the store can enter a
key of their own, or widen the roles, divisions or time of one.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol, SupportsIndex

from xianjie.access import refusals
from xianjie.access.divisions import division
from xianjie.access.principal import Grant, Principal, Role, checked_grants

PREFIX = "xjk"
LONGEST = dt.timedelta(days=366)
SKEW = dt.timedelta(minutes=5)
"""How far the clock of the process that issued a key may be ahead."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_TEXT = re.compile(r"xjk_([a-z2-7]{10})_([a-z2-7]{52})_([a-z2-7]{7})")
_NUMBER = re.compile(r"[0-9０-９]{15}")


class Hashing(Protocol):
    """A keyed hash whose tags name their key: the vault's, for the purpose of access."""

    def tag(self, data: bytes) -> str:
        """Hash with the current key."""

    def check(self, data: bytes, tag: str) -> bool:
        """Compare in constant time, with the key that the tag names."""

    def is_current(self, tag: str) -> bool:
        """Tell whether a tag was made with the current key."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the store keeps of a key. Nothing but `revoked` and `hash` ever changes: the hash covers the rest."""

    id: str
    label: str
    holder: str
    grants: frozenset[Grant]
    organisation: str | None
    created: dt.datetime
    expires: dt.datetime
    hash: str
    revoked: dt.datetime | None = None

    def body(self) -> dict[str, Any]:
        """Give the record as JSON."""
        return {
            **_scope(self),
            "revoked": None if self.revoked is None else _instant(self.revoked),
            "hash": self.hash,
        }


def _scope(record: KeyRecord) -> dict[str, Any]:
    """Give what the hash covers beside the secret."""
    return {
        "id": record.id,
        "label": record.label,
        "holder": record.holder,
        "grants": sorted([grant.role.value, str(grant.division)] for grant in record.grants),
        "organisation": record.organisation,
        "created": _instant(record.created),
        "expires": _instant(record.expires),
    }


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()


def record_from(body: Mapping[str, Any]) -> KeyRecord:
    """Read a record back from JSON; AccessError `api-key-record` where it is none."""
    try:
        return KeyRecord(
            id=str(body["id"]),
            label=str(body["label"]),
            holder=str(body["holder"]),
            grants=frozenset(Grant(Role(role), division(str(code))) for role, code in body["grants"]),
            organisation=body["organisation"],
            created=_read_instant(body["created"]),
            expires=_read_instant(body["expires"]),
            hash=str(body["hash"]),
            revoked=None if body["revoked"] is None else _read_instant(body["revoked"]),
        )
    except (KeyError, TypeError, ValueError, refusals.AccessError):
        pass
    raise refusals.record_broken()


def _read_instant(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at


@dataclass(frozen=True, slots=True, eq=False)
class IssuedKey:
    """A new key: `text` is shown once and kept nowhere, `record` goes into the store."""

    record: KeyRecord
    text: str = field(repr=False)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse: neither pickles nor copies are made of a key."""
        raise TypeError("a key is neither pickled nor copied")


def issue(
    hashing: Hashing,
    *,
    label: str,
    holder: str,
    grants: Iterable[Grant],
    organisation: str | None,
    at: dt.datetime,
    expires: dt.datetime,
) -> IssuedKey:
    """Draw a new key; whether the issuer may is decided by `may_issue`. Times carry their offset from UTC.

    Raises AccessError: `grants-none`, `roles-mixed`, `organisation-needed`, `api-key-lifetime`, `citizen-number`.
    """
    if not at < expires <= at + LONGEST:
        raise refusals.lifetime()
    if _NUMBER.search(label) or _NUMBER.search(holder):
        raise refusals.label_number()
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    secret = base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()
    bare = KeyRecord(key_id, label, holder, checked_grants(grants, organisation), organisation, at, expires, "")
    text = f"{PREFIX}_{key_id}_{secret}"
    return IssuedKey(replace(bare, hash=hashing.tag(_hashed(bare, secret))), f"{text}_{_checksum(text)}")


def _hashed(record: KeyRecord, secret: str) -> bytes:
    return json.dumps(["api key", secret, _scope(record)], sort_keys=True, separators=(",", ":")).encode()


def _checksum(text: str) -> str:
    """Compute CRC-32: it finds slips of the hand and keeps no secret."""
    return base64.b32encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode().rstrip("=").lower()


def key_id(text: str) -> str:
    """Read the id under which a key's record is kept, before anything is looked up.

    Raises AccessError: `api-key-malformed`, or `api-key-mistyped` where the checksum tells that it was copied wrongly.
    """
    return _parts(text)[0]


def _parts(text: str) -> tuple[str, str]:
    found = _TEXT.fullmatch(text.strip()) if len(text) < 200 else None
    if found is None:
        raise refusals.key_malformed()
    if _checksum(text.strip().rpartition("_")[0]) != found[3]:
        raise refusals.key_mistyped()
    return found[1], found[2]


def verified(hashing: Hashing, text: str, record: KeyRecord | None, at: dt.datetime) -> Principal:
    """Let a key in at a time, given the record kept under its id, or None where there is none.

    Raises AccessError: `api-key-malformed`, `api-key-mistyped`; `api-key-refused` where there is no such key, its
    secret is another, or its record was altered; and to who holds it, `api-key-revoked`, `api-key-expired`,
    `api-key-early`.
    """
    found_id, secret = _parts(text)
    if record is None or record.id != found_id:
        hashing.tag(_hashed(_NOBODY, secret))  # as much work as for a known id, so that the time does not tell
        raise refusals.key_refused()
    if not hashing.check(_hashed(record, secret), record.hash):
        raise refusals.key_refused()
    if record.revoked is not None:
        raise refusals.key_revoked()
    if at >= record.expires:
        raise refusals.key_expired()
    if at < record.created - SKEW:
        raise refusals.key_early()
    return Principal(f"key:{record.id}", record.holder, record.grants, record.organisation)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NOBODY = KeyRecord("", "", "", frozenset(), None, _EPOCH, _EPOCH, "")


def revoked(record: KeyRecord, at: dt.datetime) -> KeyRecord:
    """Revoke a key; one that is revoked already keeps its time."""
    return record if record.revoked is not None else replace(record, revoked=at)


def rehashed(hashing: Hashing, text: str, record: KeyRecord) -> KeyRecord:
    """Hash a key that was just verified with the current key; the same record where it is already."""
    if hashing.is_current(record.hash):
        return record
    return replace(record, hash=hashing.tag(_hashed(record, _parts(text)[1])))
