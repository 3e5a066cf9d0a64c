"""Tell how two policies differ, as plain data: equality said twice, then each class with its case and both clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.proof.difference import ABSENT, Cell, Pairing
from xianjie.proof.duties import duty_cells
from xianjie.proof.points import DIMENSIONS, parts_of
from xianjie.proof.solving import TIMEOUT_MS, Found
from xianjie.proof.witness import told

ALL_DIMENSIONS = (*DIMENSIONS, "duties")

Report = dict[str, Any]


def difference(
    left: Policy,
    right: Policy,
    as_of: int,
    dimensions: Sequence[str] = ALL_DIMENSIONS,
    *,
    complete: bool = False,
    by_rule: bool = False,
    timeout_ms: int = TIMEOUT_MS,
) -> Report:
    """Compare two policies over all cases within the bounds, at one date.

    `complete`: only cases with every fact recorded. `by_rule`: classes told apart by group, rule, force and clause, not
    by status alone. Every witness has been put to the engine; InternalError where it answers otherwise.
    """
    pairing = Pairing(left, right, as_of, [name for name in dimensions if name in DIMENSIONS], timeout_ms=timeout_ms)
    versions = pairing.versions
    equality = pairing.equality()
    points = [
        _point(key, pairing.point(0, key).dimension, _cells(pairing, key, equality.keys, complete, by_rule))
        for key in pairing.shared(detail=versions)
    ]
    duties = duty_cells(left, right, as_of) if "duties" in dimensions else []
    points += _duties(duties, by_rule)
    apart = [cell for cell in duties if (cell.left if versions else cell.left[0][0]) != _other(cell, versions)]
    scope = pairing.scope
    return {
        "as_of": iso(as_of),
        "left": _policy(left),
        "right": _policy(right),
        "scope": {
            "dimensions": list(dimensions),
            "bounds": {name: list(ends) for name, ends in scope.bounds.items()},
            "complete": complete,
        },
        "equality": {
            "complete": _worse(equality.complete, apart).value,
            "with_unknown": _worse(equality.with_unknown, apart).value,
            "points": [*equality.keys, *dict.fromkeys(cell.key for cell in apart)],
        },
        "points": [point for point in points if point["cells"]],
    }


def _cells(pairing: Pairing, key: str, differing: Sequence[str], complete: bool, by_rule: bool) -> list[Cell]:
    """Go through the statuses of a point; where they agree and the rules behind them do not, through the rules."""
    detail, differs, overall = pairing.point(0, key).detail, key in differing, "eligibility" in differing
    if detail and not differs:
        return []
    if key in ("coverage", "priority") and overall:
        return []  # the status that is drawn from them tells it
    if by_rule or detail:
        return pairing.classes(key, complete)
    cells = pairing.cells(key, complete)
    if pairing.versions and differs and not any(cell.found is Found.SOME and cell.differ for cell in cells):
        return [*cells, *pairing.classes(key, complete)]
    return cells


def _other(cell: Cell, versions: bool) -> object:
    return cell.right if versions else cell.right[0][0]


def _worse(found: Found, apart: Sequence[Cell]) -> Found:
    """Join what the solver says of conditions with what going through the duties showed."""
    return Found.SOME if apart else found


def _policy(policy: Policy) -> Report:
    document = policy.file.document
    return {
        "id": policy.id,
        "region": policy.region,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "title": document.title,
        "standing": document.standing,
    }


def _point(key: str, dimension: str, cells: Sequence[Cell]) -> Report:
    return {
        "key": key,
        "dimension": dimension,
        "cells": [_cell(cell) for cell in cells if cell.found is not Found.NONE],
        "proved_empty": sum(cell.found is Found.NONE for cell in cells),
        "not_decided": sum(cell.found is Found.NOT_DECIDED for cell in cells),
    }


def _cell(cell: Cell) -> Report:
    here, there = (_side(cell.key, labels) for labels in (cell.left, cell.right))
    entry: Report = {
        "left": here,
        "right": there,
        "differ": cell.differ,
        "found": cell.found.value,
    }
    if cell.witness is not None:
        case = {name: part for name, part in cell.witness.record.items() if name != "as_of"}
        entry["witness"] = {"case": case, "clauses": [_clause(cell.key, answer) for answer in cell.witness.answers]}
    return entry


def _side(key: str, labels: Sequence[tuple[str, ...]]) -> Report:
    if len(labels) == 1:
        return parts_of(key, labels[0])
    return {"status": labels[0][0]}


def _clause(key: str, answer: Mapping[str, Any]) -> Report:
    """Cite what decides the witness: clause, force, rule and the reason in words."""
    entry = _entry(key, answer)
    if entry is None:
        return {"status": ABSENT[0], "clause": None, "force": None, "rule": None, "text": ""}
    return {
        "status": entry["status"],
        "clause": entry["clause"],
        "force": entry["force"],
        "rule": entry["why"]["rule"] or None,
        "text": entry["why"]["text"],
    }


def _entry(key: str, answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    kind, _, name = key.partition(".")
    found: Mapping[str, Any] | None
    match kind:
        case "eligibility" | "coverage" | "priority":
            found = _overall(answer["eligibility"], "status" if kind == "eligibility" else kind)
        case "group":
            found = next((group for group in answer["eligibility"]["groups"] if group["id"] == name), None)
        case "advice":
            advice = answer["eligibility"]["advice_details"]
            found = next(({"status": "applies", **entry} for entry in advice if entry["why"]["rule"] == name), None)
        case "service" | "instrument":
            found = told(answer, kind, name)
        case "simplification":
            found = answer["referral"]["simplification"]
        case "accompanying":
            found = next((entry for entry in answer["referral"]["accompanying"] if entry["rule"] == name), None)
        case "referral":
            found = answer["referral"]
        case _:
            found = answer["duties"][0]
    return found


def _overall(part: Mapping[str, Any], which: str) -> Mapping[str, Any]:
    status = part[which]
    deciding = [group for group in part["groups"] if group["status"] == status]
    if status == "not_matched" and len(deciding) > 1:
        return _together(deciding)
    return deciding[0] if deciding else _silent(status)


def _together(groups: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Speak for several groups none of which matches: all their clauses, and each reason once."""
    texts = dict.fromkeys(group["why"]["text"] for group in groups)
    return {
        "status": groups[0]["status"],
        "clause": "、".join(dict.fromkeys(group["clause"] for group in groups)),
        "force": groups[0]["force"],
        "why": {"rule": "", "text": "；".join(texts)},
    }


def _silent(status: str) -> Mapping[str, Any]:
    return {"status": status, "clause": None, "force": None, "why": {"rule": "", "text": ""}}


def _duties(cells: Sequence[Cell], by_rule: bool) -> list[Report]:
    out: dict[str, list[Cell]] = {}
    for cell in cells:
        out.setdefault(cell.key, []).append(cell)
    points = []
    for key, found in out.items():
        kept: dict[object, Cell] = {}
        for cell in found:
            kept.setdefault((cell.left, cell.right) if by_rule else (cell.statuses, cell.differ), cell)
        points.append(_point(key, "duties", list(kept.values())))
    return points
