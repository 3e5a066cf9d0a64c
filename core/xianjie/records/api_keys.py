"""API keys as records: issued within one's own divisions, seen without their hash, revoked for good.

A key belongs to the smallest division around all that its roles are for: who may not act there neither issues nor
revokes it, nor knows of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from xianjie.access import (
    NATIONAL,
    Action,
    Division,
    Grant,
    IssuedKey,
    KeyRecord,
    Resource,
    Target,
    issue,
    may_issue,
    record_from,
    revoked,
)
from xianjie.access.deciding import OWN_HAND
from xianjie.errors import InputError, Place, Problem
from xianjie.records import organisations, refusals
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked, Page, page
from xianjie.records.placing import place_of, placed
from xianjie.records.references import referred
from xianjie.store import Record
from xianjie.vault import Purpose, Tagger

COLLECTION = "api_keys"
LONGEST_LABEL = 100
HOLDER = "[A-Za-z][A-Za-z0-9._@-]{0,79}"
_HOLDER = re.compile(HOLDER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key to be issued: for `days` from now. `holder` is a label of the office's own, never a name."""

    label: str
    holder: str
    grants: frozenset[Grant]
    organisation: str | None
    days: int


def issue_key(change: Change, wanted: Wanted) -> tuple[Record, IssuedKey]:
    """Draw a key and enter it; its text is in what is given back and nowhere else.

    Raises Denied, Missing, AccessError of `issue`; Missing where the organisation is not there.
    """
    _check_labels(wanted)
    home = around(grant.division for grant in wanted.grants)
    decision = may_issue(change.principal, wanted.holder, wanted.grants)
    if decision.code == OWN_HAND.code:  # it is the holder that is wrong: to another the key could be issued
        raise InputError(Problem(decision.code, decision.zh, decision.en, Place(path="holder")))
    if not decision.allowed:
        raise refusals.denied(decision, named="grants")
    change.require(Action.ISSUE, Target(Resource.API_KEY, home), named="grants")
    issued = issue(
        Tagger(change.ring, Purpose.ACCESS),
        label=wanted.label,
        holder=wanted.holder,
        grants=wanted.grants,
        organisation=wanted.organisation,
        at=change.at,
        expires=change.at + dt.timedelta(days=wanted.days),
    )
    if wanted.organisation is not None:
        referred(change, organisations.COLLECTION, wanted.organisation, "organisation", Action.READ, _organisation)
    record = change.insert(COLLECTION, {**issued.record.body(), **placed(home)}, issued.record.id)
    scope = issued.record.body()
    change.note(
        "api_key_issued",
        COLLECTION,
        record.id,
        grants=scope["grants"],
        organisation=wanted.organisation,
        expires=scope["expires"],
    )
    return record, issued


def _check_labels(wanted: Wanted) -> None:
    if not _HOLDER.fullmatch(wanted.holder):
        raise InputError(
            Problem(
                "holder-form",
                "持有人须写代号（字母开头，字母、数字和 . _ @ -，至多 80 个），不写姓名",
                "a holder is a label that begins with a letter (letters, digits and . _ @ -, 80 at most), not a name",
                Place(path="holder"),
            )
        )
    if not 0 < len(wanted.label) <= LONGEST_LABEL:
        zh, en = f"用途须有 1 至 {LONGEST_LABEL} 个字", f"what it is for takes 1 to {LONGEST_LABEL} characters"
        raise InputError(Problem("label-form", zh, en, Place(path="label")))


def _organisation(record: Record) -> Target:
    return Target(Resource.ORGANISATION, place_of(record.body))


def revoke_key(change: Change, id: str) -> Record:
    """Revoke a key; one that is revoked already keeps its time, and that it was asked for again is noted as well."""
    found = change.get(COLLECTION, id)
    change.require(Action.REVOKE, Target(Resource.API_KEY, place_of(found.body)))
    before = record_from(found.body)
    after = revoked(before, change.at)
    if after is not before:
        found = change.replace(found, _body(found, after))
    change.note("api_key_revoked", COLLECTION, id, version=found.version)
    return found


def rehash_key(change: Change, found: Record, after: KeyRecord) -> None:
    """Put a hash by the current key in place of one by an older key; nothing that the key is good for changes."""
    now = change.view.get(COLLECTION, found.id)
    if now is None or now.version != found.version:  # revoked meanwhile, or another worker was first
        change.note("api_key_rehashed", COLLECTION, found.id)
        return
    change.replace(now, _body(now, after))
    change.note("api_key_rehashed", COLLECTION, found.id)


def _body(record: Record, key: KeyRecord) -> dict[str, object]:
    return {**record.body, **key.body()}


def key(desk: Desk, id: str) -> Record:
    """Find a key."""
    found = desk.get(COLLECTION, id)
    desk.require(Action.READ, Target(Resource.API_KEY, place_of(found.body)))
    return found


def keys(desk: Desk, asked: Asked) -> Page:
    """List keys."""
    return page(desk, Action.READ, Resource.API_KEY, COLLECTION, asked)


def around(divisions: Iterable[Division]) -> Division:
    """Find the smallest division that holds all of these; the whole country where no other does."""
    codes = [division.code for division in divisions]
    for length in (12, 9, 6, 4, 2):
        inside = {code[:length] for code in codes}
        if len(inside) == 1 and len(min(codes, key=len)) >= length:
            return Division(inside.pop())
    return NATIONAL
