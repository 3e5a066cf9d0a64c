"""Suites and scores as JSON-shaped data."""

from __future__ import annotations

from typing import Any

from xianjie.language.calendar import iso
from xianjie.suite.model import Suite
from xianjie.suite.mutants import KINDS
from xianjie.suite.score import VERDICTS, Judged, Score


def suite_json(suite: Suite) -> dict[str, Any]:
    """Give a suite: its cases as a file would hold them, and what no case can show."""
    return {
        "policy": suite.policy,
        "region": suite.region,
        "sha256": suite.sha256,
        "supposed": list(suite.supposed),
        "as_of": iso(suite.as_of),
        "sought": suite.sought,
        "cases": [
            {
                "name": entry.name,
                "as_of": iso(entry.as_of),
                "rows": list(entry.rows),
                "note": entry.note,
                "tags": list(entry.tags),
                "case": entry.record,
                "expect": entry.expect,
                "serves": list(entry.serves),
            }
            for entry in suite.entries
        ],
        "unmet": [
            {"rule": one.rule, "clause": one.clause, "what": one.what, "why": one.why, "proved": one.proved}
            for one in suite.unmet
        ],
    }


def score_json(score: Score, lang: str) -> dict[str, Any]:
    """Give a score: the counts, kind by kind, and every mutant that was not killed."""
    return {
        "policy": score.policy,
        "region": score.region,
        "sha256": score.sha256,
        "supposed": list(score.supposed),
        "as_of": iso(score.as_of),
        "cases": score.cases,
        "share": round(score.share, 6),
        "mutants": len(score.judged),
        **{verdict: score.count(verdict) for verdict in VERDICTS},
        "kinds": {
            kind: {
                "name": KINDS[kind][0 if lang == "zh" else 1],
                **{verdict: score.count(verdict, kind) for verdict in VERDICTS},
            }
            for kind in score.kinds
        },
        "survivors": [_judged(one, lang) for one in score.of("survivor")],
        "undecided": [_judged(one, lang) for one in score.of("not_decided")],
        "equal": [_judged(one, lang) for one in score.of("equivalent")],
    }


def _judged(one: Judged, lang: str) -> dict[str, Any]:
    number = 0 if lang == "zh" else 1
    return {
        "id": one.id,
        "kind": one.kind,
        "rule": one.rule,
        "clause": one.clause,
        "change": (one.zh, one.en)[number],
        "why": one.why[number],
        "case": one.record,
    }
