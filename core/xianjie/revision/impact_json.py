"""Give an impact as JSON-shaped data: documents, totals, rows with both sides, and the approvals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.errors import Problem
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.revision.approvals import Approval, Judged
from xianjie.revision.impact import Counted, Impact
from xianjie.revision.impact_classes import DIMENSION_OF, Side

SCHEMA_VERSION = 1


def impact_json(found: Impact, judged: Judged, source: Mapping[str, object]) -> dict[str, Any]:
    """Give the whole of it. `source` says where the cases came from: `files`, or `generated` and `seed`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "old": _policy(found.old),
        "new": _policy(found.new),
        "as_of": None if found.as_of is None else iso(found.as_of),
        "new_as_of": None if found.new_as_of is None else iso(found.new_as_of),
        "source": dict(source),
        "cases": found.cases,
        "changed": found.changed,
        "unapproved": judged.unapproved,
        "totals": [
            {"dimension": DIMENSION_OF[total.part], "part": total.part, "entries": total.entries, **total.counts}
            for total in found.totals
        ],
        "rows": [_row(counted, approval) for counted, approval in judged.rows],
        "warnings": [_warning(problem) for problem in judged.warnings],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    document = policy.file.document
    return {
        "region": policy.region,
        "id": policy.id,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "title": document.title,
        "number": document.number,
        "standing": document.standing,
        "validity": document.validity,
        "overlays": [overlay.id for overlay in policy.overlays],
    }


def _row(counted: Counted, approval: Approval | None) -> dict[str, Any]:
    row = counted.row
    return {
        "dimension": row.dimension,
        "part": row.part,
        "name": row.name or None,
        "change": row.change,
        "rule": row.rule,
        "clause": row.clause,
        "before": _side(row.before),
        "after": _side(row.after),
        "entries": counted.entries,
        "cases": counted.cases,
        "examples": list(counted.examples),
        "approval": None
        if approval is None
        else {
            "who": approval.who,
            "why": approval.why,
            "document": approval.document,
            "until": None if approval.until is None else approval.until.isoformat(),
        },
    }


def _side(side: Side) -> dict[str, Any]:
    return side._asdict()


def _warning(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {"code": problem.code, "zh": problem.zh, "en": problem.en, "file": place.file, "line": place.line}
