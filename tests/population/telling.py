"""Bring the engine's answer and an answer in columns to one form, and compare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from tests.population.people import People, case_of

from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.population.compiler.policies import Compiled
from xianjie.population.expanding import expanded_part

Told = tuple[Any, ...]
Answer = Mapping[str, Any]


def eligibility_told(entry: Answer) -> Told:
    """Keep of an eligibility, the engine's or expanded, what both tell; missing facts in any order."""
    return (
        entry["status"],
        entry["coverage"],
        entry["priority"],
        entry["flagged"],
        tuple(entry["advice"]),
        frozenset(entry["missing"]),
        len(entry["missing"]),
        tuple(
            (
                group["id"],
                group["status"],
                group["force"],
                group["clause"],
                group["flagged"],
                frozenset(group["missing"]),
                tuple((reading["reading"], reading["status"]) for reading in group["readings"]),
            )
            for group in entry["groups"]
        ),
    )


def entitlements_told(entries: Sequence[Answer]) -> Told:
    """Keep of services or incentives what both tell."""
    return tuple(
        (
            entry.get("service") or entry.get("instrument"),
            entry["status"],
            entry["rule"],
            entry["clause"],
            entry.get("flagged", False),
            frozenset(entry["missing"]),
            tuple((reading["reading"], reading["status"]) for reading in entry["readings"]),
        )
        for entry in entries
    )


COMMON = ("status", "rule", "force", "clause", "flagged")
LEDGER = ("interval", "cadence", "next_due", "days_left", "days_overdue", "compliance", "condition")
COUNT = ("cadence", "required", "actual", "shortfall", "comparator_source")
TARGET = ("required", "actual", "shortfall")
REFERRAL = (*("direction", "missing_step", "next_step", "documents_any_of", "document_required", "channel", "options"),)


def stated_told(entry: Answer, *names: str) -> Told:
    """Keep of an entry what every entry carries, and what it has under some names."""
    return (
        *(entry[name] for name in (*COMMON, *names)),
        frozenset(entry["missing"]),
        len(entry["missing"]),
        tuple((reading["reading"], reading["recommended"], reading["status"]) for reading in entry["readings"]),
    )


def duties_told(entries: Sequence[Answer]) -> Told:
    """Keep of duties what both tell."""
    out: list[Told] = []
    for entry in entries:
        match entry.get("part") or ("target" if "item" in entry else "count" if "year" in entry else "ledger"):
            case "ledger":
                told = stated_told(entry, "qualifier", *LEDGER)
                out.append((*told, tuple(entry["unmet"]), frozenset(entry["compliance_missing"])))
            case "count":
                out.append(stated_told(entry, "qualifier", *COUNT))
            case _:
                out.append(stated_told(entry, *TARGET))
    return tuple(out)


def referral_told(entry: Answer | None) -> Told:
    """Keep of a referral what both tell."""
    if entry is None:
        return ()
    simple = entry["simplification"]
    return (
        *stated_told(entry, *(name for name in REFERRAL if not isinstance(entry[name], list))),
        *(tuple(entry[name]) for name in REFERRAL if isinstance(entry[name], list)),
        None if simple is None else stated_told(simple),
        tuple(stated_told(one) for one in entry["accompanying"]),
    )


def part_told(part: Any, dimension: str) -> Told:
    """Keep of one part of an answer what both tell; None, where the engine's has no such part."""
    match dimension:
        case "eligibility":
            return eligibility_told(part)
        case "duties":
            return duties_told(part or ())
        case "referral":
            return referral_told(part)
        case _:
            return entitlements_told(part)


def differing(
    engine: Engine,
    compiled: Compiled,
    people: People,
    settings: Settings | None = None,
    records: frozenset[str] | None = None,
) -> tuple[int, list[str]]:
    """Put rows to the engine, each by itself, and in columns; count case and region together, and tell differences.

    What a region says of a row is told once for each different pattern of its columns.
    """
    frame = compiled.answer(people.frame.lazy()).collect(engine="streaming")
    columns = frame.columns
    parts = {
        (region, dimension): [at for at, name in enumerate(columns) if name.startswith(f"{region}.{dimension}.")]
        for region, found in compiled.parts.items()
        for dimension in found
    }
    seen: dict[tuple[Any, ...], Told] = {}
    count, faults = 0, []
    for number, (facts, row) in enumerate(zip(people.facts(), frame.iter_rows(), strict=True)):
        case = case_of(facts) if records is None else case_of(facts, None, records)
        answer = orjson.loads(engine.written(case, list(compiled.parts), compiled.as_of, settings).line)
        for (region, dimension), places in parts.items():
            key = (region, dimension, *[row[at] for at in places])
            if key not in seen:
                named = dict(zip(columns, row, strict=True))
                seen[key] = part_told(expanded_part(named, compiled, region, dimension), dimension)
            if part_told(answer["regions"][region].get(dimension), dimension) != seen[key]:
                faults.append(f"row {number} {region} {dimension}")
        count += len(compiled.parts)
    return count, faults
