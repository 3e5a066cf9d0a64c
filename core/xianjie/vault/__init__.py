"""Keep names and identity numbers sealed, each in a field of its own, and find them by keyed hashes.

Keys come from a file or the environment and never lie in the store.
"""

from __future__ import annotations

from xianjie.vault.fields import PersonKey, Spot
from xianjie.vault.identity import IdentityNumber, identity_number, person_name
from xianjie.vault.keyfile import find_ring, own_ring, parsed, read_ring, required_ring, write_ring, written
from xianjie.vault.keyring import Key, Purpose, Ring, new_ring, rotated, without
from xianjie.vault.persons import (
    Rekeyed,
    Tally,
    changed_person,
    erased_person,
    is_erased,
    keys_of,
    lookup,
    lookups,
    opened,
    person_key,
    rekey,
    rekeyed,
    renewed,
    sealed_person,
)
from xianjie.vault.refusals import VaultError
from xianjie.vault.secret import Secret
from xianjie.vault.suites import Suite, self_test
from xianjie.vault.tags import Tagger, audit_seals, decision_id

__all__ = [
    "IdentityNumber",
    "Key",
    "PersonKey",
    "Purpose",
    "Rekeyed",
    "Ring",
    "Secret",
    "Spot",
    "Suite",
    "Tagger",
    "Tally",
    "VaultError",
    "audit_seals",
    "changed_person",
    "decision_id",
    "erased_person",
    "find_ring",
    "identity_number",
    "is_erased",
    "keys_of",
    "lookup",
    "lookups",
    "new_ring",
    "opened",
    "own_ring",
    "parsed",
    "person_key",
    "person_name",
    "read_ring",
    "rekey",
    "rekeyed",
    "renewed",
    "required_ring",
    "rotated",
    "sealed_person",
    "self_test",
    "without",
    "write_ring",
    "written",
]
