"""Link the entries of a chain by hashes, and find the one that was edited, dropped or moved."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from xianjie.errors import Place, Problem
from xianjie.store.interface import Body, Entry
from xianjie.store.refusals import misuse
from xianjie.store.values import canonical


@dataclass(frozen=True, slots=True)
class Seal:
    """Hash the canonical bytes of an entry, as hexadecimal text. An entry's hash is `name:` and that.

    A keyed hash, whose name tells the key's id, makes a chain that nobody without the key can forge.
    """

    name: str
    hash: Callable[[bytes], str]


def plain_seal() -> Seal:
    """Make the seal without a key: SHA-256 (FIPS 180-4)."""
    return Seal("sha256", lambda data: hashlib.sha256(data).hexdigest())


def instant(at: dt.datetime) -> str:
    """Write an instant in UTC to the microsecond."""
    if at.tzinfo is None:
        raise misuse("时间没有时区", "the time has no offset from UTC")
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def linked(chain: str, tip: Entry | None, body: Body, at: str, seal: Seal) -> Entry:
    """Make the entry that follows the tip; before the first stands the empty hash."""
    seq, previous = (1, "") if tip is None else (tip.seq + 1, tip.hash)
    entry = Entry(chain, seq, at, body, previous, "")
    return Entry(chain, seq, at, body, previous, _hash(entry, seal))


def _hash(entry: Entry, seal: Seal) -> str:
    parts = {
        "at": entry.at,
        "body": entry.body,
        "chain": entry.chain,
        "previous": entry.previous,
        "seal": seal.name,
        "seq": entry.seq,
    }
    return f"{seal.name}:{seal.hash(canonical(parts).encode())}"


def follows(entry: Entry, tip: Entry | None) -> bool:
    """Tell whether an entry stands directly behind the tip."""
    return (entry.seq, entry.previous) == ((1, "") if tip is None else (tip.seq + 1, tip.hash))


@dataclass(slots=True)
class Inspection:
    """Go along a chain and note what is wrong; `unchecked` counts the entries sealed by a key that is not at hand."""

    chain: str
    seals: Sequence[Seal]
    problems: list[Problem] = field(default_factory=list)
    unchecked: int = 0
    tip: Entry | None = None

    def see(self, entries: Iterable[Entry]) -> None:
        """Look at the entries that come next."""
        by_name = {seal.name: seal for seal in self.seals}
        for entry in entries:
            seq = 0 if self.tip is None else self.tip.seq
            if entry.seq != seq + 1:
                self._note(entry, "编号不连续，前面有缺", "does not follow: what stood before is gone")
            elif not follows(entry, self.tip):
                self._note(entry, "与前一条对不上", "does not fit the entry before")
            seal = by_name.get(entry.hash.rpartition(":")[0])
            if seal is None:
                self.unchecked += 1
            elif entry.hash != _hash(entry, seal):
                self._note(entry, "内容与哈希不符", "does not agree with its hash")
            self.tip = entry

    def _note(self, entry: Entry, zh: str, en: str) -> None:
        place = Place(path=f"{self.chain}[{entry.seq}]")
        self.problems.append(Problem("chain-broken", f"链的第 {entry.seq} 条{zh}", f"entry {entry.seq} {en}", place))

    def remarks(self) -> list[Problem]:
        """Say what could not be checked."""
        if not self.unchecked:
            return []
        zh = f"有 {self.unchecked} 条由不在手头的密钥封存，只核对了前后相接"
        en = f"{self.unchecked} entries are sealed by a key that is not at hand: only their order was checked"
        return [Problem("chain-unchecked", zh, en, Place(path=self.chain))]
