"""Keyed hashes with the id of their key: for looking up, for credentials, for decisions and for the audit chain."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from xianjie.vault.keyring import Key, Purpose, Ring
from xianjie.vault.suites import framed, mac


def _tagged(key: Key, purpose: Purpose, data: bytes) -> str:
    digest = mac(key.suite, key.subkey(purpose), data)
    return f"{key.id}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """Tag data with the current key of a purpose, as `<key id>.<keyed hash>`, and check tags of all keys."""

    ring: Ring
    purpose: Purpose

    def tag(self, data: bytes) -> str:
        """Hash with the current key."""
        return _tagged(self.ring.using(self.purpose), self.purpose, data)

    def tags(self, data: bytes) -> tuple[str, ...]:
        """Hash with every key, the current one first: under which of them it was kept is not known."""
        return tuple(_tagged(key, self.purpose, data) for key in self.ring.trying(self.purpose))

    def check(self, data: bytes, tag: str) -> bool:
        """Tell, in constant time, whether a tag is of this data; a tag of a key that the ring lacks is not."""
        key = self.ring.keys.get(tag.partition(".")[0])
        if key is None:
            return False
        return hmac.compare_digest(_tagged(key, self.purpose, data).encode(), tag.encode("utf-8", "replace"))

    def is_current(self, tag: str) -> bool:
        """Tell whether a tag was made with the current key."""
        return tag.partition(".")[0] == self.ring.current[self.purpose]


def decision_id(ring: Ring, digest: str, known: str | None = None) -> str:
    """Key the digest of an answer: 32 hexadecimal digits, which cannot be guessed back from the few facts of a case.

    Where the id is `known`, from a record made under a key that may be retired by now, any key that gives it will do.
    """
    made = [_decision_id(key, digest) for key in (ring.trying(Purpose.DECISIONS) if known else ())]
    return known if known is not None and known in made else _decision_id(ring.using(Purpose.DECISIONS), digest)


def _decision_id(key: Key, digest: str) -> str:
    return mac(key.suite, key.subkey(Purpose.DECISIONS), framed("decision", digest)).hex()[:32]


def audit_seals(ring: Ring) -> tuple[tuple[str, Callable[[bytes], str]], ...]:
    """Give, for each key, its id and a keyed hash of 64 hexadecimal digits; new links take the first, the current key.

    An old link is checked with the key that it names: a retired key stays in the ring as long as its links are checked.
    """
    return tuple((key.id, _sealing(key)) for key in ring.trying(Purpose.AUDIT))


def _sealing(key: Key) -> Callable[[bytes], str]:
    return lambda data: mac(key.suite, key.subkey(Purpose.AUDIT), data).hex()
