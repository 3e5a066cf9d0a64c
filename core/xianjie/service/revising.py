"""Tell, for a case that was asked about earlier, whose document is another one today, and what that would change.

The documents are silent about cases under way, so it is told and not chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.policy.prepared import Policy

DIMENSIONS = ("eligibility", "services", "referral", "incentives", "duties")
_TOLD_BY = {"services": ("service",), "incentives": ("instrument",)}
_OF_DUTY = ("kind", "level", "item", "year")


def named(policy: Policy) -> dict[str, str]:
    """Name a document: what it is, and its very words."""
    return {"policy": policy.id, "version": policy.file.version, "sha256": policy.sha256}


def revisions(
    engine: Engine,
    case: Case,
    regions: Sequence[str],
    then: int,
    today: int,
    settings: Settings,
    recorded: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """List the regions whose document of today is not that of the day asked about, days as ordinals.

    `recorded` names by region the document that was kept with the case; where its words were replaced since, so that
    the answer rests on others, that is told too. `differs` compares statuses, each dimension by itself.
    """
    documents = engine.documents
    found: list[dict[str, Any]] = []
    for region in dict.fromkeys(regions):
        before, now = documents.answering(region, then), documents.answering(region, today)
        kept = recorded.get(region)
        replaced = None if kept is None or kept["sha256"] == before.sha256 else dict(kept)
        if before.sha256 != now.sha256 or replaced is not None:
            found.append({"region": region, "then": named(before), "today": named(now), "recorded": replaced})
    if not found:
        return []
    asked = [one["region"] for one in found]
    answers = [engine.assess(case, asked, day, settings)["regions"] for day in (then, today)]
    for one in found:
        one["differs"] = differing(*(answer[one["region"]] for answer in answers))
    return found


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, bool]:
    """Tell for each dimension that either answer has whether its statuses differ."""
    return {
        name: statuses(name, one.get(name)) != statuses(name, other.get(name))
        for name in DIMENSIONS
        if name in one or name in other
    }


def statuses(dimension: str, part: Any) -> object:
    """Give what is compared of a dimension's answer; None where it has none."""
    match dimension:
        case _ if part is None:
            return None
        case "eligibility":
            return part["status"], part["coverage"], part["priority"]
        case "referral":
            return part["status"]
        case "duties":
            return _listed(part, _OF_DUTY)
        case _:
            return _listed(part, _TOLD_BY[dimension])


def _listed(entries: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[str, ...]]:
    return sorted((*(str(entry.get(name)) for name in names), str(entry["status"])) for entry in entries)
