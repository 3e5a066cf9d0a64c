"""Look over an answer: which facts could still change it, and which of several statuses must be seen first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xianjie.engine.wording import ORDER, SILENT

Entry = Mapping[str, Any]


def missing_facts(answer: Entry) -> dict[str, list[str]]:
    """List every fact that can still change a status of an answer, with the regions that want it."""
    found: dict[str, list[str]] = {}
    for region, entry in answer["regions"].items():
        for part in _entries(entry):
            for name in (*part["missing"], *part.get("compliance_missing", ())):
                regions = found.setdefault(name, [])
                if region not in regions:
                    regions.append(region)
    return found


def _entries(entry: Entry) -> Iterator[Entry]:
    yield entry["eligibility"]
    for dimension in ("services", "duties", "incentives"):
        yield from entry.get(dimension) or ()
    referral = entry.get("referral")
    if referral is not None:
        yield referral
        if referral["simplification"] is not None:
            yield referral["simplification"]
        yield from referral["accompanying"]


def first_status(part: Entry | Sequence[Entry] | None) -> str:
    """Choose the status of a part of an answer that a reader must see first; empty where there is none."""
    if part is None:
        return ""
    if isinstance(part, Mapping):
        return str(part["status"])
    found = sorted({str(one["status"]) for one in part}, key=ORDER.index)
    return next((one for one in found if one not in (*SILENT, "does_not_apply")), found[0] if found else "")
