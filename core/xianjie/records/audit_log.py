"""Read the audit chain, and examine whether it is whole and all that it speaks of is still there as it was.

An entry says which record was changed and not where that belongs: the record itself tells. Who reads for the whole
country reads all entries; who reads for a division, those whose record lies in it. Of a record that is gone or has no
place, and of several records at once, the whole country alone is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from xianjie.access import NATIONAL, Action, Division, Resource, Target
from xianjie.errors import InputError, Place, Problem
from xianjie.records import audit
from xianjie.records.desk import Desk
from xianjie.records.placing import place_of
from xianjie.store import Entry, Record, Seal, Store, View
from xianjie.store.chains import Inspection
from xianjie.vault import Ring, audit_seals

MOST = 500
MOST_PASSED = 2000
"""So many entries are looked at for one page."""
_AT_ONCE = 500

_PARENTS: Mapping[str, tuple[str | None, str]] = MappingProxyType(
    {
        "consent_withdrawals": (None, "consents"),
        "duty_events": ("duty", "duties"),
        "ledger_updates": ("ledger", "ledgers"),
        "referral_events": ("referral", "referrals"),
    }
)
"""Records without a place of their own: where the id of the record stands to which they belong (None: it
is their own), and among which it is."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries that may be read; `after` goes on behind the last one that was looked at, None at the chain's end."""

    entries: Sequence[Entry]
    after: int | None


def entries(desk: Desk, after: int, limit: int) -> Entries:
    """List entries after a number, `limit` of them at most; fewer where many in between are not for the reader."""
    reaches = [one.division for one in desk.reaches(Action.READ, Resource.AUDIT)]
    found: list[Entry] = []
    passed = 0
    while passed < MOST_PASSED:
        several = desk.view.entries(audit.CHAIN, after=after, limit=min(_AT_ONCE, MOST_PASSED - passed))
        if not several:
            return Entries(found, None)
        for entry in several:
            if NATIONAL in reaches or desk.may(Action.READ, Target(Resource.AUDIT, _place(desk.view, entry))):
                if len(found) == limit:
                    return Entries(found, after)
                found.append(entry)
            after = entry.seq
            passed += 1
    tip = desk.view.tip(audit.CHAIN)
    return Entries(found, None if tip is None or tip.seq <= after else after)


def _place(view: View, entry: Entry) -> Division | None:
    """Find where the record of an entry belongs; None where that cannot be told."""
    collection, id = entry.body.get("collection"), entry.body.get("id")
    for _ in range(2):
        if not isinstance(collection, str) or not isinstance(id, str):
            return None
        record = view.get(collection, id)
        if record is None:
            return None
        if "division" in record.body:
            return place_of(record.body)
        if collection not in _PARENTS:
            return None
        member, collection = _PARENTS[collection]
        id = record.body.get(member) if member is not None else id
    return None


# -- examining ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry that was noted down elsewhere: its number and its hash. What was cut off behind it can be told by it."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """Write it as it is given to `--anchor`."""
        return f"{self.seq}:{self.hash}"


def anchor(text: str) -> Anchor:
    """Read an anchor, `number:hash`; InputError `anchor-form`."""
    number, _, hash = text.strip().partition(":")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 16 and hash):
        zh, en = "锚须是 编号:哈希，照原样抄写", "an anchor is NUMBER:HASH, copied as it was written"
        raise InputError(Problem("anchor-form", zh, en, Place(path="--anchor")))
    return Anchor(int(number), hash)


@dataclass(frozen=True, slots=True)
class Examined:
    """How many entries there are, the last one as an anchor, and everything that is wrong."""

    entries: int
    tip: Anchor | None
    problems: tuple[Problem, ...]


def examine(store: Store, ring: Ring, noted: Anchor | None = None, records: bool = False) -> Examined:
    """Go through the whole chain, and look whether the records that only grow are there as the chain says.

    `noted`: an anchor that the chain must still hold. `records`: also name records of which no entry tells. Others may
    write meanwhile: what comes after the start is not looked at.
    """
    kept = _kept(store) if records else set()
    with store.read() as view:
        tip = view.tip(audit.CHAIN)
    looking = _Looking(store, ring, noted, kept)
    seq = 0
    while tip is not None and seq < tip.seq:
        with store.read() as view:
            several = [one for one in view.entries(audit.CHAIN, after=seq, limit=_AT_ONCE) if one.seq <= tip.seq]
            if not several:
                break
            looking.see(view, several)
            seq = several[-1].seq
    return looking.examined(tip)


def _kept(store: Store) -> set[tuple[str, str]]:
    """List the records that only grow."""
    found: set[tuple[str, str]] = set()
    for collection in store.layout.lasting:
        after: str | None = None
        while True:
            with store.read() as view:
                records = view.find(collection, after=after, limit=_AT_ONCE)
            found.update((collection, one.id) for one in records)
            if len(records) < _AT_ONCE:
                break
            after = records[-1].id
    return found


@dataclass(slots=True)
class _Looking:
    store: Store
    ring: Ring
    noted: Anchor | None
    kept: set[tuple[str, str]]
    problems: list[Problem] = field(default_factory=list)
    inspection: Inspection = field(init=False)
    known: frozenset[str] = field(init=False)
    lasting: frozenset[str] = field(init=False)
    anchored: str | None = None
    count: int = 0

    def __post_init__(self) -> None:
        seals = [Seal(name, hash) for name, hash in audit_seals(self.ring)]
        self.inspection = Inspection(audit.CHAIN, seals, self.problems)
        self.known = frozenset(seal.name for seal in seals)
        self.lasting = self.store.layout.lasting

    def see(self, view: View, several: Sequence[Entry]) -> None:
        for entry in several:
            self.count += 1
            self.inspection.see([entry])
            if entry.hash.rpartition(":")[0] not in self.known:
                self._blame(entry, "由没有的密钥封存，无法核对内容", "is sealed by a key that the key file lacks")
            if self.noted is not None and entry.seq == self.noted.seq:
                self.anchored = entry.hash
            for collection, id, digest in _named(entry.body, self.lasting):
                self.kept.discard((collection, id))
                self._compare(entry, view.get(collection, id), collection, id, digest)

    def _compare(self, entry: Entry, record: Record | None, collection: str, id: str, digest: str | None) -> None:
        if record is None:
            zh, en = f"第 {entry.seq} 条所说的记录不在了", f"entry {entry.seq} tells of this record, which is gone"
            self.problems.append(Problem("audit-record-gone", zh, en, Place(path=f"{collection}/{id}")))
        elif digest is not None and not audit.agrees(self.ring, record, digest):
            zh, en = f"与第 {entry.seq} 条所记的不符，已被改动", f"is not what entry {entry.seq} tells: it was edited"
            self.problems.append(Problem("audit-record-edited", zh, en, Place(path=f"{collection}/{id}")))

    def _blame(self, entry: Entry, zh: str, en: str) -> None:
        place = Place(path=f"{audit.CHAIN}[{entry.seq}]")
        self.problems.append(Problem("audit-seal-unknown", f"第 {entry.seq} 条{zh}", f"entry {entry.seq} {en}", place))

    def examined(self, tip: Entry | None) -> Examined:
        for collection, id in sorted(self.kept):
            zh, en = "审计链里没有这条记录", "no entry tells of this record"
            self.problems.append(Problem("audit-record-unnoted", zh, en, Place(path=f"{collection}/{id}")))
        if self.noted is not None and self.anchored != self.noted.hash:
            zh, en = (
                "锚所记的一条不在链里：末尾被截去，或整条链被换过",
                "the anchor's entry is not in the chain: its end was cut off, or another was put in its place",
            )
            self.problems.append(Problem("audit-anchor-lost", zh, en, Place(path=f"{audit.CHAIN}[{self.noted.seq}]")))
        last = None if tip is None else Anchor(tip.seq, tip.hash)
        return Examined(self.count, last, tuple(self.problems))


def _named(body: Mapping[str, Any], lasting: frozenset[str]) -> Iterator[tuple[str, str, str | None]]:
    """List the records that only grow of which an entry tells, each with its digest where the entry has one."""
    digests = body.get("digests")
    told: set[tuple[str, str]] = set()
    if isinstance(digests, dict):
        for collection, several in digests.items():
            if isinstance(several, dict) and collection in lasting:
                for id, digest in several.items():
                    told.add((collection, id))
                    yield collection, id, digest if isinstance(digest, str) else ""
    collection, several = body.get("collection"), body.get("ids", [body.get("id")])
    if collection in lasting and isinstance(several, list):
        for id in several:
            if isinstance(id, str) and (collection, id) not in told:
                yield str(collection), id, None
