"""Bring people's records to the current keys, and count what still needs each key of the ring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from xianjie.access import NATIONAL, Action, Principal, Resource, Target
from xianjie.records import api_keys, audit, idempotency
from xianjie.records.desk import Desk, Keeping
from xianjie.records.pages import AT_ONCE, every
from xianjie.records.people import persons
from xianjie.vault import is_erased, keys_of, rekeyed
from xianjie.vault.fields import wrapping_key


@dataclass(frozen=True, slots=True)
class Brought:
    """What rekeying came to. `needed` counts, by key id and collection or chain, what needs the key from now on.

    Which key gave a decision its id is not kept: a key that ever did is needed for as long as decisions are read.
    """

    people: int
    changed: int
    erased: int
    needed: Mapping[str, Mapping[str, int]]


def rekey(keeping: Keeping, principal: Principal) -> Brought:
    """Seal people's data keys anew with the current key and make their look-up hashes anew, some at a time.

    It can be broken off and begun again; a second time changes nothing. Raises Denied, VaultError.
    """
    people = changed = erased = 0
    after: str | None = None
    while True:
        with keeping.look(principal) as desk:
            _require(desk)
            found = desk.view.find(persons.COLLECTION, after=after, limit=AT_ONCE)
            old = [one.id for one in found if rekeyed(desk.ring, one.id, one.body).is_changed]
        people += len(found)
        erased += sum(is_erased(one.body) for one in found)
        if old:
            changed += _brought(keeping, principal, old)
        if len(found) < AT_ONCE:
            break
        after = found[-1].id
    with keeping.look(principal) as desk:
        return Brought(people, changed, erased, _needed(desk))


def _brought(keeping: Keeping, principal: Principal, ids: list[str]) -> int:
    """Bring some people to the current keys, as they are by now."""
    count = 0
    with keeping.change(principal) as change:
        _require(change)
        for id in ids:
            record = change.get(persons.COLLECTION, id)
            found = rekeyed(change.ring, id, record.body)
            if found.is_changed:
                change.replace(record, found.body)
                count += 1
        change.note("persons_rekeyed", persons.COLLECTION, None, count=count)
    return count


def _require(desk: Desk) -> None:
    desk.require(Action.MAINTAIN, Target(Resource.OPERATION, NATIONAL))


def _needed(desk: Desk) -> dict[str, dict[str, int]]:
    counted: Counter[tuple[str, str]] = Counter()
    for one in every(desk.view, persons.COLLECTION):
        counted.update((key, persons.COLLECTION) for key in set(keys_of(one.body)))
    for one in every(desk.view, idempotency.COLLECTION):
        counted[wrapping_key(str(one.body["data_key"])), idempotency.COLLECTION] += 1
    now = desk.at.isoformat()
    for one in every(desk.view, api_keys.COLLECTION):
        if one.body["revoked"] is None and one.body["expires"] > now:
            counted[one.body["hash"].partition(".")[0], api_keys.COLLECTION] += 1
    seq = 0
    while entries := desk.view.entries(audit.CHAIN, after=seq, limit=AT_ONCE):
        counted.update((entry.hash.rpartition(":")[0], audit.CHAIN) for entry in entries)
        seq = entries[-1].seq
    needed: dict[str, dict[str, int]] = {}
    for (key, what), count in sorted(counted.items()):
        needed.setdefault(key, {})[what] = count
    return needed
