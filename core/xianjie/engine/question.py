"""Spell a question out in one form, and digest it: the same question has the same id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from xianjie.cases import Case


def decision_id(
    case: Case, policies: Mapping[str, str], as_of: str, settings: Mapping[str, object], engine: str
) -> str:
    """Digest a question: the same policies, case, date, settings and engine version give the same id.

    `policies` gives each policy's fingerprint by the name it is asked under.
    """
    question = {
        "policies": policies,
        "case": canonical(case),
        "as_of": as_of,
        "settings": settings,
        "engine": engine,
    }
    spelled = orjson.dumps(question, _plain, orjson.OPT_SORT_KEYS)
    return hashlib.sha256(spelled).hexdigest()[:32]


def canonical(case: Case) -> Mapping[str, object]:
    """Spell a case out in a form that is the same for the same records."""
    return {
        "case": case.label,
        "household_ref": case.household_ref,
        "facts": case.given,
        "records": sorted(case.records),
        "ledgers": [ledger.facts for ledger in case.ledgers],
        "duties": [[duty.facts, duty.meetings] for duty in case.duties],
        "targets": [
            [
                target.item,
                target.year,
                _figure(target.value),
                _figure(target.value_in_year),
                {str(year): _figure(value) for year, value in target.additions.items()},
            ]
            for target in case.targets
        ],
        "events": [[event.event, event.on, event.by] for event in case.events],
        "provenance": case.provenance,
    }


def _figure(value: Any) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
