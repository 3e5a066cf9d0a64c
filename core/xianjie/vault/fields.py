"""Seal single fields of a person with a data key of that person, and the data key with the ring.

The associated data name the person, the record and the field, so that a ciphertext opens in its own place alone. Once
the sealed data key is erased, nothing that was sealed with it can be read by anybody, with all keys of the ring.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from dataclasses import dataclass

from xianjie.vault import refusals
from xianjie.vault.identity import writable
from xianjie.vault.keyring import KEY_ID, Purpose, Ring
from xianjie.vault.secret import Secret
from xianjie.vault.suites import ROOT, Suite, derive, framed, key_size, mac, seal, unseal

BLOCK = 32
"""Plaintexts are filled up to a multiple of these bytes, so that a length does not tell a name."""

_SALT = b"xianjie field 1"
_FIELD = re.compile(r"f1\.(aes|sm)\.([A-Za-z0-9_-]+)")
_WRAPPED = re.compile(rf"w1\.(aes|sm)\.({KEY_ID.pattern.replace('(?!.*', '(?![^.]*')})\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a sealed text stands: collection, id of the record, field."""

    collection: str
    record: str
    field: str


@dataclass(frozen=True, slots=True, eq=False)
class PersonKey:
    """The data key of one person, open. `suite` is what new texts are sealed with."""

    person: str
    suite: Suite
    root: Secret

    def seal(self, spot: Spot, text: str) -> str:
        """Seal a text for its place; InputError where it is too long or no valid text."""
        data = writable(text, spot.field) + b"\x80"
        data += bytes(-len(data) % BLOCK)
        return f"f1.{self.suite}.{_text(seal(self.suite, self._key(self.suite), data, self._associated(spot)))}"

    def open(self, spot: Spot, sealed: str) -> str:
        """Open what was sealed for this place; `cipher-broken` where it was not."""
        found = _FIELD.fullmatch(sealed)
        if found is None:
            raise refusals.broken()
        suite = Suite(found[1])
        data = unseal(suite, self._key(suite), _bytes(found[2]), self._associated(spot))
        return data[: data.rindex(b"\x80")].decode()

    def commitment(self, data: bytes) -> str:
        """Hash data so that the audit chain can hold it, as `c1.<suite>.<hex>`, which nobody can test once erased."""
        return self._committed(self.suite, data)

    def is_committed(self, data: bytes, commitment: str) -> bool:
        """Tell, in constant time, whether this data was committed to so, whichever suite was in use then."""
        given = commitment.encode("utf-8", "replace")
        return any(hmac.compare_digest(self._committed(suite, data).encode(), given) for suite in Suite)

    def _committed(self, suite: Suite, data: bytes) -> str:
        key = derive(suite, self.root.reveal(), _SALT, framed("commit", suite), ROOT)
        return f"c1.{suite}.{mac(suite, key, data).hex()}"

    def _key(self, suite: Suite) -> bytes:
        return derive(suite, self.root.reveal(), _SALT, framed("field", suite), key_size(suite))

    def _associated(self, spot: Spot) -> bytes:
        return framed("field", self.person, spot.collection, spot.record, spot.field)


def new_person_key(ring: Ring, person: str) -> PersonKey:
    """Draw a data key for a person."""
    return PersonKey(person, ring.using(Purpose.ENCRYPT).suite, Secret(os.urandom(ROOT)))


def wrapped(ring: Ring, key: PersonKey) -> str:
    """Seal a data key with the ring's current key, for its person alone."""
    by = ring.using(Purpose.ENCRYPT)
    sealed = seal(by.suite, _wrapping(ring, by.id, key.person), key.root.reveal(), _for(by.suite, by.id, key.person))
    return f"w1.{by.suite}.{by.id}.{_text(sealed)}"


def unwrapped(ring: Ring, person: str, sealed: str) -> PersonKey:
    """Open a person's data key; `key-unknown` where the ring lacks the key it names, `cipher-broken`."""
    suite, key_id, data = _parts(sealed)
    key = ring.named(key_id)
    if key.suite is not suite:
        raise refusals.broken()
    root = unseal(suite, _wrapping(ring, key_id, person), data, _for(suite, key_id, person))
    return PersonKey(person, ring.using(Purpose.ENCRYPT).suite, Secret(root))


def wrapping_key(sealed: str) -> str:
    """Read which key of the ring sealed a data key; `cipher-broken`."""
    return _parts(sealed)[1]


def field_suite(sealed: str) -> Suite:
    """Read which suite sealed a field; `cipher-broken`."""
    found = _FIELD.fullmatch(sealed)
    if found is None:
        raise refusals.broken()
    return Suite(found[1])


def _parts(sealed: str) -> tuple[Suite, str, bytes]:
    found = _WRAPPED.fullmatch(sealed)
    if found is None:
        raise refusals.broken()
    return Suite(found[1]), found[2], _bytes(found[3])


def _wrapping(ring: Ring, key_id: str, person: str) -> bytes:
    """Derive the wrapping key of one person: few nonces are ever drawn under it."""
    key = ring.named(key_id)
    return derive(key.suite, key.subkey(Purpose.ENCRYPT), _SALT, framed("wrap", person), key_size(key.suite))


def _for(suite: Suite, key_id: str, person: str) -> bytes:
    return framed("data key", suite, key_id, person)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Decode; `cipher-broken` where the text is not the one way in which these bytes are written."""
    data = None
    if len(text) % 4 != 1:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if data is None or _text(data) != text:
        raise refusals.broken()
    return data
