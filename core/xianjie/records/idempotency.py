"""Remember what a write answered under its idempotency key, so that a second try gets the same and changes nothing.

The answer is sealed, for it may hold what the record itself keeps sealed, and forgotten after a day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from xianjie.records.desk import Change
from xianjie.vault.fields import Spot, new_person_key, unwrapped, wrapped

COLLECTION = "idempotency_keys"
KEPT = dt.timedelta(days=1)
LONGEST_ANSWER = 60 * 1024
_SWEPT_DAYS = 7
_SWEPT = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A write under a key: `fingerprint` is a hash of method, path and body."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered; `same` tells whether it was the same request."""

    same: bool
    answer: Any


def earlier(change: Change, asked: Asked) -> Answered | None:
    """Find what was answered under a key; None where it is new, or forgotten."""
    id = _id(change, asked)
    found = change.view.get(COLLECTION, id)
    if found is None:
        return None
    if found.body["expires"] < change.today.isoformat():
        change.transaction.delete(COLLECTION, id, found.version)
        return None
    if found.body["fingerprint"] != asked.fingerprint:
        return Answered(False, None)
    key = unwrapped(change.ring, id, found.body["data_key"])
    return Answered(True, json.loads(key.open(Spot(COLLECTION, id, "answer"), found.body["answer"])))


def remember(change: Change, asked: Asked, answer: Any) -> None:
    """Keep an answer, JSON of LONGEST_ANSWER bytes at most, and sweep some of those that have expired."""
    id = _id(change, asked)
    key = new_person_key(change.ring, id)
    body = {
        "fingerprint": asked.fingerprint,
        "expires": (change.today + KEPT).isoformat(),
        "data_key": wrapped(change.ring, key),
        "answer": key.seal(Spot(COLLECTION, id, "answer"), json.dumps(answer, ensure_ascii=False)),
    }
    change.transaction.insert(COLLECTION, id, body)
    for days in range(1, _SWEPT_DAYS + 1):
        gone = {"expires": (change.today - dt.timedelta(days=days)).isoformat()}
        for record in change.view.find(COLLECTION, gone, limit=_SWEPT):
            change.transaction.delete(COLLECTION, record.id, record.version)


def _id(change: Change, asked: Asked) -> str:
    """Make the record's id: the same key of another principal is another."""
    digest = hashlib.sha256(f"{len(change.principal.id)}:{change.principal.id}{asked.key}".encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
