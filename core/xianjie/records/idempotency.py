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
from xianjie.records.sweeping import sweep
from xianjie.vault.fields import Spot, new_person_key, unwrapped, wrapped

COLLECTION = "idempotency_keys"
KEPT = dt.timedelta(days=1)
_PIECE = 15_000
"""Characters sealed at a time: at most four bytes each, which the vault takes."""
_SWEPT_DAYS = range(1, 8)
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
    key = unwrapped(change.ring, id, found.body["data_key"])
    if not key.is_committed(asked.fingerprint.encode(), found.body["fingerprint"]):
        return Answered(False, None)
    pieces = (key.open(_spot(id, number), sealed) for number, sealed in enumerate(found.body["answer"]))
    return Answered(True, json.loads("".join(pieces)))


def remember(change: Change, asked: Asked, answer: Any) -> None:
    """Keep an answer, which is JSON, and sweep some of those that have expired."""
    id = _id(change, asked)
    key = new_person_key(change.ring, id)
    text = json.dumps(answer, ensure_ascii=False)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    body = {
        # keyed: from a bare hash of a body a person's number could be found by trying all there are
        "fingerprint": key.commitment(asked.fingerprint.encode()),
        "expires": (change.today + KEPT).isoformat(),
        "data_key": wrapped(change.ring, key),
        "answer": [key.seal(_spot(id, number), piece) for number, piece in enumerate(pieces)],
    }
    change.transaction.insert(COLLECTION, id, body)
    sweep(change, COLLECTION, "expires", _SWEPT_DAYS, _SWEPT)


def _spot(id: str, number: int) -> Spot:
    return Spot(COLLECTION, id, f"answer.{number}")


def _id(change: Change, asked: Asked) -> str:
    """Make the record's id: the same key of another principal is another."""
    digest = hashlib.sha256(f"{len(change.principal.id)}:{change.principal.id}{asked.key}".encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
