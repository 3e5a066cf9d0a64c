"""One principal at work on one state of the store: what may be seen, what changed, and the note of each change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from xianjie.access import Action, Division, Principal, Reach, Resource, Target, may, reach
from xianjie.language.calendar import BEIJING
from xianjie.records import audit, refusals
from xianjie.records.ids import new_id
from xianjie.store import Record, Store, Transaction, View
from xianjie.store.refusals import misuse
from xianjie.vault import Ring


@dataclass(frozen=True, slots=True)
class Desk:
    """Look at the store as a principal may. `at` is now, with its offset from UTC."""

    principal: Principal
    view: View
    ring: Ring
    at: dt.datetime

    @property
    def today(self) -> dt.date:
        """Give the day it is in Beijing."""
        return self.at.astimezone(BEIJING).date()

    def require(self, action: Action, target: Target, named: str | None = None) -> None:
        """Refuse what the principal may not do: Denied, or Missing where the record itself is not for them.

        `named` is where the asker wrote the place themselves: there is then nothing to hide, and it is Denied there.
        """
        decision = may(self.principal, action, target)
        if not decision.allowed:
            raise refusals.denied(decision, named)

    def may(self, action: Action, target: Target) -> bool:
        """Tell whether the principal may."""
        return may(self.principal, action, target).allowed

    def reaches(self, action: Action, resource: Resource) -> tuple[Reach, ...]:
        """Tell how far the principal reaches."""
        return reach(self.principal, action, resource)

    def get(self, collection: str, id: str) -> Record:
        """Find a record; Missing where there is none. Whether the principal may see it is still to be asked."""
        found = self.view.get(collection, id)
        if found is None:
            raise refusals.missing()
        return found


@dataclass(frozen=True, slots=True)
class Change(Desk):
    """Change the store. What is done is noted in the audit chain, or nothing of it stands.

    The note commits to the records of `lasting` collections, those that only grow, that were added before it: by a
    keyed hash of each, so that one that is edited later is found.
    """

    transaction: Transaction
    lasting: frozenset[str] = frozenset()
    noted: list[str] = field(default_factory=list)
    unnoted: dict[str, dict[str, str]] = field(default_factory=dict)

    def insert(self, collection: str, body: Mapping[str, Any], id: str | None = None) -> Record:
        """Add a record under a new id, or the one given."""
        made = self.transaction.insert(collection, id or new_id(), body)
        if collection in self.lasting:
            self.unnoted.setdefault(collection, {})[made.id] = audit.digest(self.ring, made)
        return made

    def replace(self, record: Record, body: Mapping[str, Any], version: int | None = None) -> Record:
        """Put another body in place; Stale where the record is no longer at the version that was read."""
        if version is not None and version != record.version:
            raise refusals.stale()
        return self.transaction.replace(record.collection, record.id, body, record.version)

    def note(self, event: str, collection: str, id: str | None, **more: Any) -> None:
        """Add an entry to the audit chain: codes, ids and counts alone."""
        if self.unnoted:
            more["digests"] = {name: dict(digests) for name, digests in self.unnoted.items()}
            self.unnoted.clear()
        told = audit.entry(event, self.principal.id, self.principal.holder, collection, id, more)
        self.transaction.append(audit.CHAIN, told, self.at)
        self.noted.append(event)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where records are kept, the keys, and the clock: `instant` gives a time with its offset from UTC."""

    store: Store
    ring: Ring
    instant: Callable[[], dt.datetime]

    @contextmanager
    def look(self, principal: Principal) -> Iterator[Desk]:
        """Look at one state of the store. The block is short, and holds no other."""
        with self.store.read() as view:
            yield Desk(principal, view, self.ring, self.instant())

    @contextmanager
    def changes(self) -> Iterator[Callable[[Principal], Change]]:
        """Change the store for several principals at once: each one's changes are noted, or nothing stands."""
        made: list[Change] = []
        with self.store.transaction() as transaction:
            at = self.instant()

            def change(principal: Principal) -> Change:
                made.append(Change(principal, transaction, self.ring, at, transaction, self.store.layout.lasting))
                return made[-1]

            yield change
            if not all(one.noted and not one.unnoted for one in made):
                raise misuse("改动没有记入审计链", "a change was not noted in the audit chain")

    @contextmanager
    def change(self, principal: Principal) -> Iterator[Change]:
        """Change the store: all of it durably, or nothing. The block is short, and holds no other."""
        with self.changes() as change_by:
            yield change_by(principal)


def offices(principal: Principal) -> tuple[Division, ...]:
    """List the divisions that a principal acts for, in order."""
    return tuple(sorted({grant.division for grant in principal.grants}))
