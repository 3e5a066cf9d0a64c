"""Logins as records: a key of a few hours which a browser keeps in a cookie, and which is no key for the interface.

A login by an API key ends with that key. What a login is good for is hashed under a key outside the store, as with API
keys: nobody who can write to the store can enter a login of their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from xianjie.access import AccessError, Hashing, Principal, issue, key_id, record_from, revoked, verified
from xianjie.errors import Problem
from xianjie.records import api_keys
from xianjie.records.desk import Change
from xianjie.records.sweeping import sweep
from xianjie.store import View
from xianjie.vault import Purpose, Tagger

COLLECTION = "sessions"
LASTS = dt.timedelta(hours=8)
"""A working day: who comes back the next morning logs in again."""
_SWEPT_DAYS = range(2, 9)
_SWEPT = 20


def begin(change: Change, ends: dt.datetime, origin: str | None) -> tuple[str, dt.datetime]:
    """Begin a login of who makes the change, and give the text that the browser keeps, and when it ends.

    It ends with the working day, or at `ends`, when what was shown at the door ends. `origin` is the id of the API key
    that was shown there; None where it was something else.
    """
    expires = min(change.at + LASTS, ends)
    asker = change.principal
    issued = issue(
        Tagger(change.ring, Purpose.ACCESS),
        label="login",
        holder=asker.holder,
        grants=asker.grants,
        organisation=asker.organisation,
        at=change.at,
        expires=expires,
    )
    body = {**issued.record.body(), "origin": origin, "until": expires.date().isoformat()}
    change.insert(COLLECTION, body, issued.record.id)
    change.note("logged_in", COLLECTION, issued.record.id)
    sweep(change, COLLECTION, "until", _SWEPT_DAYS, _SWEPT)
    return issued.text, expires


def end(change: Change, id: str) -> None:
    """End a login for good; one that is gone already stays so."""
    found = change.view.get(COLLECTION, id)
    if found is not None:
        change.replace(found, {**found.body, **revoked(record_from(found.body), change.at).body()})
    change.note("logged_out", COLLECTION, id)


def displaced(change: Change, text: str) -> str | None:
    """End the login that a browser brings to the next one, and give its id; None where what it brings is none."""
    hashing = Tagger(change.ring, Purpose.ACCESS)
    try:
        principal, _ = living(change.view, hashing, text, change.at)
    except AccessError:
        return None
    id = principal.id.removeprefix("session:")
    end(change, id)
    return id


def living(view: View, hashing: Hashing, text: str, at: dt.datetime) -> tuple[Principal, dt.datetime]:
    """Give who logged in with this text, and when it ends; AccessError `login-ended` where it did, or never was."""
    try:
        found = view.get(COLLECTION, key_id(text))
        record = None if found is None else record_from(found.body)
        principal = verified(hashing, text, record, at)
    except AccessError:
        raise _ended() from None
    assert found is not None
    assert record is not None
    if found.body["origin"] is not None:
        shown = view.get(api_keys.COLLECTION, found.body["origin"])
        if shown is None or record_from(shown.body).revoked is not None:
            raise _ended()
    return replace(principal, id=f"session:{record.id}"), record.expires


def _ended() -> AccessError:
    return AccessError(Problem("login-ended", "登录已结束，请重新登录", "the login has ended: log in again"))
