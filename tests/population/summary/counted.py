"""People counted one by one from their expanded answers: what a tally has to come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import polars as pl

from xianjie.population.compiler.policies import Compiled
from xianjie.population.expanding import expanded

STANDING = {"covered": "matched", "priority_match": "matched"}


def counted(answers: pl.DataFrame, compiled: Compiled, division: str | None) -> dict[str, Any]:
    """Count eligibility, services and incentives of rows, slowly."""
    rows = [(expanded(row, compiled), row) for row in answers.iter_rows(named=True)]
    divisions: dict[str, Any] = {}
    if division is not None:
        for name in {str(row[division] or "") for _, row in rows}:
            inside = [said for said, row in rows if str(row[division] or "") == name]
            divisions[name] = {
                "rows": len(inside),
                "parts": {region: {"eligibility": {"status": statuses(inside, region)}} for region in compiled.parts},
            }
    told = [said for said, _ in rows]
    return {
        "rows": len(rows),
        "divisions": divisions,
        "flows": flows(told, sorted(compiled.parts)),
        "parts": {
            region: {
                dimension: {
                    "choices": {"status": statuses(told, region)} if dimension == "eligibility" else {},
                    **(
                        eligibility([said[region][dimension] for said in told], compiled, region)
                        if dimension == "eligibility"
                        else entitlements([said[region][dimension] for said in told])
                    ),
                }
                for dimension in parts
            }
            for region, parts in compiled.parts.items()
        },
    }


def statuses(told: Iterable[Mapping[str, Any]], region: str) -> dict[str, int]:
    return dict(Counter(said[region]["eligibility"]["status"] for said in told))


def flows(told: list[dict[str, Any]], regions: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for one, other in combinations(regions, 2):
        pairs = Counter((said[one]["eligibility"]["status"], said[other]["eligibility"]["status"]) for said in told)
        at: dict[str, dict[str, int]] = {}
        for (here, there), count in pairs.items():
            at.setdefault(here, {})[there] = count
        out.setdefault(one, {})[other] = at
    return out


def eligibility(entries: list[dict[str, Any]], compiled: Compiled, region: str) -> dict[str, Any]:
    lines = compiled.parts[region]["eligibility"].policy.groups
    groups: dict[str, dict[str, int]] = {
        line.group.id: dict.fromkeys(("matched", "undetermined", "ambiguous", "not_matched"), 0) for line in lines
    }
    rules: dict[str, dict[str, int]] = {
        line.group.id: dict.fromkeys((rule for rule, _, _ in line.rules), 0) for line in lines
    }
    flagged = Counter(group["id"] for entry in entries for group in entry["groups"] if group["flagged"])
    for entry in entries:
        for group in entry["groups"]:
            standing = STANDING.get(group["status"], group["status"])
            groups[group["id"]][standing] += 1
            if standing == "matched":
                rules[group["id"]][group["rule"]] += 1
    return {
        "groups": groups,
        "rules": rules,
        "missing": {
            "open": sum(bool(entry["missing"]) for entry in entries),
            "lacking": dict(Counter(fact for entry in entries for fact in entry["missing"])),
            "alone": dict(Counter(entry["missing"][0] for entry in entries if len(entry["missing"]) == 1)),
        },
        "flagged": {"status": sum(entry["flagged"] for entry in entries), "groups": dict(flagged)},
    }


def entitlements(told: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """A rule that offers several services stands in several rows of an answer; it is counted once."""
    people = [{entry["rule"]: entry for entry in entries if entry["rule"] is not None} for entries in told]
    return {
        "statuses": {
            rule: dict(Counter(person[rule]["status"] for person in people)) for rule in (people[0] if people else ())
        },
        "missing": {
            rule: dict(Counter(fact for person in people for fact in person[rule]["missing"]))
            for rule in (people[0] if people else ())
        },
        "flagged": dict(Counter(rule for person in people for rule, entry in person.items() if entry["flagged"])),
    }


def without_zeros(tree: Any) -> Any:
    """Leave out leaves of nothing and what is then empty."""
    if not isinstance(tree, Mapping):
        return tree
    kept = {name: without_zeros(value) for name, value in tree.items()}
    return {name: value for name, value in kept.items() if value not in (0, {})}
