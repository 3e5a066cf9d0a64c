"""Describe regions and documents as `xianjie regions --json` does: what governs on a day, and all there is."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from xianjie.plugins import Region
from xianjie.policy.model import Clause
from xianjie.policy.prepared import AppliedOverlay, Policy
from xianjie.policy.shape import canonical
from xianjie.policy.timeline import Timeline
from xianjie.vocabulary.topics import TOPICS

Described = dict[str, Any]


def described_region(region: Region, timeline: Timeline, installed: Container[str | None], day: int) -> Described:
    """Describe a region: its place among the regions, what governs on a day, and all its documents."""
    governing = timeline.governing(day)
    document = governing.file.document
    return {
        "id": region.id,
        "zh": region.zh,
        "en": region.en,
        "code": region.code,
        "level": document.level,
        "parent": document.parent,
        "parent_installed": document.parent in installed,
        **described_document(governing, day),
        "documents": [described_document(policy, day) for policy in timeline.all],
    }


def described_document(policy: Policy, day: int) -> Described:
    """Describe a document as it stands on a day."""
    document = policy.file.document
    return {
        "policy": policy.id,
        "title": document.title,
        "number": document.number,
        "standing": document.standing,
        "validity": policy.validity_at(day),
        "text": document.text,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "start": policy.start.isoformat() if policy.start else None,
        "until": policy.last_day.isoformat() if policy.last_day else None,
        "replaces": list(document.replaces),
        "replaced_by": policy.replaced_by,
        "amends": document.amends,
        "rules": len(policy.rules()),
        "silent": len(policy.silent),
    }


def written_policy(policy: Policy) -> Described:
    """Give a document whole, in the canonical form whose hash is its `sha256`: it depends on nothing beside it."""
    return {
        "schema_version": 1,
        "id": policy.id,
        "region": policy.region,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "amendments": [_amendment(overlay) for overlay in policy.overlays],
        "policy": canonical(policy.file),
    }


def _amendment(overlay: AppliedOverlay) -> Described:
    changes = [{"kind": kind, "name": name} for kind, name in overlay.changes]
    return {"id": overlay.id, "sha256": overlay.sha256, "zh": overlay.zh, "en": overlay.en, "changes": changes}


def described_coverage(policy: Policy) -> Described:
    """Give the coverage of a document: its clauses, the topics on which it is silent, and totals."""
    file = policy.file
    clauses = [
        {
            "path": clause.path,
            "title": clause.title,
            "treatment": clause.treatment,
            "rows": list(clause.rows),
            "rules": [{"id": rule.id, "part": rule.part, "rows": list(rule.rows)} for rule in clause.rules],
        }
        for clause in file.clauses
    ]
    silent = [
        {"topics": list(item.topics), "rows": list(item.rows), "zh": item.zh, "en": item.en} for item in file.silent
    ]
    return {
        "region": policy.region,
        "policy": policy.id,
        "clauses": clauses,
        "silent": silent,
        "totals": _totals(policy),
    }


def _totals(policy: Policy) -> dict[str, int]:
    file = policy.file
    rows = {row for clause in file.clauses for row in _rows(clause)} | {
        row for item in file.silent for row in item.rows
    }
    return {
        "clauses": len(file.clauses),
        "clauses_with_rules": sum(clause.treatment == "rules" for clause in file.clauses),
        "rules": len(policy.rules()),
        "rows": len(rows),
        "topics_ruled": len(TOPICS) - len(policy.silent),
        "topics_silent": len(policy.silent),
    }


def _rows(clause: Clause) -> list[str]:
    return [*clause.rows, *(row for rule in clause.rules for row in rule.rows)]
