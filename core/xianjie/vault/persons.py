"""A person's record in the store: sealed fields, keyed hashes to look up by, and the sealed data key that opens them.

    {"data_key": "w1.…", "name": "f1.…", "number": "f1.…", "name_hmac": "k-….…", "number_hmac": "k-….…"}

Other records refer to the person by the record's id, which says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from xianjie.vault import refusals
from xianjie.vault.fields import PersonKey, Spot, field_suite, new_person_key, unwrapped, wrapped, wrapping_key
from xianjie.vault.identity import identity_number, person_name
from xianjie.vault.keyring import Purpose, Ring
from xianjie.vault.suites import framed
from xianjie.vault.tags import Tagger

COLLECTION = "persons"
DATA_KEY = "data_key"
ERASED = "erased"

Body: TypeAlias = Mapping[str, Any]

_FOR_LOOKUP: Mapping[str, Callable[[str], str]] = {
    "name": person_name,
    "number": lambda text: identity_number(text).text,
}
"""The fields that are looked up, and how each is written for that."""


def sealed_person(ring: Ring, person: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Seal a new person's fields, each with its own nonce; `name` and `number` can be looked up.

    Raises InputError where a field is empty after normalising, too long, or no valid text.
    """
    key = new_person_key(ring, person)
    return {DATA_KEY: wrapped(ring, key), **_sealed(ring, key, fields)}


def changed_person(ring: Ring, person: str, body: Body, fields: Mapping[str, str]) -> dict[str, Any]:
    """Seal other texts in the place of some fields, with the person's own key; `person-erased`."""
    return {**body, **_sealed(ring, person_key(ring, person, body), fields)}


def _sealed(ring: Ring, key: PersonKey, fields: Mapping[str, str]) -> dict[str, str]:
    out = {}
    for name, text in fields.items():
        if name in _FOR_LOOKUP:
            out[_hmac_of(name)] = lookup(ring, name, text)
        out[name] = key.seal(Spot(COLLECTION, key.person, name), text)
    return out


def _hmac_of(name: str) -> str:
    return f"{name}_hmac"


def person_key(ring: Ring, person: str, body: Body) -> PersonKey:
    """Open a person's data key, to use it elsewhere too; `person-erased`, `key-unknown`, `cipher-broken`."""
    if is_erased(body):
        raise refusals.erased()
    return unwrapped(ring, person, str(body.get(DATA_KEY, "")))


def opened(ring: Ring, person: str, body: Body, name: str) -> str | None:
    """Open one field of a person's record; None where it was not recorded. `person-erased`, `cipher-broken`."""
    key = person_key(ring, person, body)
    return key.open(Spot(COLLECTION, person, name), str(body[name])) if name in body else None


def lookup(ring: Ring, name: str, text: str) -> str:
    """Hash a name or a number with the current key, as the record holds it."""
    return Tagger(ring, Purpose.LOOKUP).tag(_lookup_data(name, text))


def lookups(ring: Ring, name: str, text: str) -> tuple[str, ...]:
    """Hash a name or a number with every key, the current one first: until all is rekeyed, any may find the record.

    Look for all of them in the transaction that inserts a person: a unique path tells same hashes, not same people.
    """
    return Tagger(ring, Purpose.LOOKUP).tags(_lookup_data(name, text))


def _lookup_data(name: str, text: str) -> bytes:
    return framed("lookup", name, _FOR_LOOKUP[name](text))


def erased_person(on: dt.date) -> dict[str, str]:
    """Give what is left of a person: that there was one, and since when no more.

    Data key, ciphertexts and keyed hashes go. What was sealed for the person in other records stays there and can be
    read by nobody; references and the audit chain stay whole.
    """
    return {ERASED: on.isoformat()}


def is_erased(body: Body) -> bool:
    """Tell whether a person was erased."""
    return DATA_KEY not in body


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A record after rekeying, and what was made anew in it; `body` is the same object where nothing was."""

    body: Body
    data_keys: int = 0
    fields: int = 0
    lookups: int = 0

    @property
    def is_changed(self) -> bool:
        """Tell whether anything was made anew."""
        return bool(self.data_keys or self.fields or self.lookups)


def rekeyed(ring: Ring, person: str, body: Body) -> Rekeyed:
    """Bring a record to the current keys: the data key is sealed anew, keyed hashes are made anew from the fields.

    Fields are sealed anew where their suite is no longer the one in use. A second time changes nothing.
    """
    if is_erased(body):
        return Rekeyed(body)
    key, new = person_key(ring, person, body), dict(body)
    tagger = Tagger(ring, Purpose.LOOKUP)
    data_keys = int(wrapping_key(str(body[DATA_KEY])) != ring.current[Purpose.ENCRYPT])
    if data_keys:
        new[DATA_KEY] = wrapped(ring, key)
    fields = hashes = 0
    for name in _sealed_names(body):
        spot = Spot(COLLECTION, person, name)
        if field_suite(str(body[name])) is not key.suite:
            new[name] = key.seal(spot, key.open(spot, str(body[name])))
            fields += 1
        if name in _FOR_LOOKUP and not tagger.is_current(str(body.get(_hmac_of(name), ""))):
            new[_hmac_of(name)] = lookup(ring, name, key.open(spot, str(body[name])))
            hashes += 1
    found = Rekeyed(new, data_keys, fields, hashes)
    return found if found.is_changed else Rekeyed(body)


def _sealed_names(body: Body) -> Iterator[str]:
    return (name for name, value in body.items() if isinstance(value, str) and value.startswith("f1."))


@dataclass(slots=True)
class Tally:
    """What rekeying all people came to. `keys` counts by key id what is sealed or hashed with it afterwards."""

    seen: int = 0
    changed: int = 0
    erased: int = 0
    data_keys: int = 0
    fields: int = 0
    lookups: int = 0
    keys: Counter[str] = field(default_factory=Counter)


def rekey(ring: Ring, people: Iterable[tuple[str, Body]], put: Callable[[str, Body], None]) -> Tally:
    """Bring people's records to the current keys, handing each changed one to `put`, and count.

    A key may be dropped from the ring once `keys` no longer names it, in every copy that is still to be read.
    """
    tally = Tally()
    for person, body in people:
        found = rekeyed(ring, person, body)
        if found.is_changed:
            put(person, found.body)
        tally.seen += 1
        tally.changed += found.is_changed
        tally.erased += is_erased(body)
        tally.data_keys += found.data_keys
        tally.fields += found.fields
        tally.lookups += found.lookups
        tally.keys.update(keys_of(found.body))
    return tally


def keys_of(body: Body) -> tuple[str, ...]:
    """Name the keys of the ring that a record needs."""
    if is_erased(body):
        return ()
    tags = (str(body[_hmac_of(name)]) for name in _FOR_LOOKUP if _hmac_of(name) in body)
    return (wrapping_key(str(body[DATA_KEY])), *(tag.partition(".")[0] for tag in tags))


def renewed(
    ring: Ring, person: str, body: Body, elsewhere: Mapping[Spot, str] | None = None
) -> tuple[dict[str, Any], dict[Spot, str]]:
    """Draw a new data key and seal everything anew, also what stands `elsewhere`: after a key was exposed.

    Raises `person-erased`, `cipher-broken`.
    """
    old, new = person_key(ring, person, body), new_person_key(ring, person)

    def again(spot: Spot, sealed: str) -> str:
        return new.seal(spot, old.open(spot, sealed))

    own = {name: again(Spot(COLLECTION, person, name), str(body[name])) for name in _sealed_names(body)}
    out = {**body, **own, DATA_KEY: wrapped(ring, new)}
    return dict(rekeyed(ring, person, out).body), {spot: again(spot, text) for spot, text in (elsewhere or {}).items()}
