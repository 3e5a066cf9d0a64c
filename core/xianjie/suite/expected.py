"""Read off an answer what a case must hold of it: status, rule, force, clause, what is missing, and the readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Expected = dict[str, Any]

_PARTS = {"service": "services", "instrument": "incentives"}


def expected(answer: Mapping[str, Any], keys: Iterable[str]) -> Expected:
    """Give paths into a region's answer with their values: the first point in full, what others share in short."""
    out: Expected = {}
    for number, key in enumerate(dict.fromkeys(keys)):
        for path, value in _of(answer, key, full=number == 0):
            out.setdefault(path, value)
    return out


def entry_of(answer: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give the part of an answer that a point stands for."""
    kind, _, name = key.partition(".")
    match kind:
        case "eligibility" | "coverage" | "priority" | "advice":
            found: Mapping[str, Any] = answer["eligibility"]
        case "group":
            found = next(group for group in answer["eligibility"]["groups"] if group["id"] == name)
        case "service" | "instrument":
            name, _, rule = name.partition("/")
            entries = [entry for entry in answer[_PARTS[kind]] if entry[kind] == name]
            found = next(entry for entry in entries if not rule or entry["rule"] == rule)
        case "referral":
            found = answer["referral"]
        case "simplification":
            found = answer["referral"]["simplification"]
        case "accompanying":
            found = next(entry for entry in answer["referral"]["accompanying"] if entry["rule"] == name)
        case "ledger":
            found = answer["duties"][0]
        case _:
            raise LookupError(key)
    return found


def _of(answer: Mapping[str, Any], key: str, full: bool) -> Iterator[tuple[str, Any]]:
    entry = entry_of(answer, key)
    kind, _, name = key.partition(".")
    match kind:
        case "eligibility" | "coverage" | "priority":
            yield from _overall(entry)
        case "group":
            here = f"eligibility.groups[{name}]"
            yield "eligibility.status", answer["eligibility"]["status"]
            yield f"{here}.status", entry["status"]
            yield f"{here}.why.rule", entry["why"]["rule"]
            yield from _stated(entry, here, full)
        case "advice":
            yield from _advised(entry, name)
        case "service" | "instrument":
            yield from _entitled(answer, entry, kind, full)
        case "referral":
            step = name.partition("/")[2]
            yield from _referred(entry, full and not step)
            if step:
                yield from procedure(entry)
        case "simplification":
            yield from _entry(entry, "referral.simplification", full)
        case "accompanying":
            here = f"referral.accompanying[{name}]"
            yield f"{here}.status", entry["status"]
            yield from _stated(entry, here, full)
        case "ledger":
            yield from of_duty(entry, "duties[0]", full=True)
        case _:
            raise LookupError(key)


def _entitled(answer: Mapping[str, Any], entry: Mapping[str, Any], kind: str, full: bool) -> Iterator[tuple[str, Any]]:
    part = _PARTS[kind]
    here = f"{part}[{entry[kind]}]"
    if sum(other[kind] == entry[kind] for other in answer[part]) > 1:
        here += f"[{entry['rule']}]"
        yield f"{here}.status", entry["status"]
    else:
        yield f"{here}.status", entry["status"]
        yield f"{here}.rule", entry["rule"]
    if entry["rule"] is None:
        return
    if full and entry["qualifier"] is not None:
        yield f"{here}.qualifier", entry["qualifier"]
    yield from _stated(entry, here, full)


def _overall(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("status", "coverage", "priority", "missing"):
        yield f"eligibility.{name}", found[name]


def _advised(found: Mapping[str, Any], rule: str) -> Iterator[tuple[str, Any]]:
    yield "eligibility.advice", found["advice"]
    for number, entry in enumerate(found["advice_details"]):
        if entry["why"]["rule"] == rule:
            here = f"eligibility.advice_details[{number}]"
            yield f"{here}.why.rule", rule
            yield f"{here}.force", entry["force"]
            yield f"{here}.clause", entry["clause"]


def _entry(entry: Mapping[str, Any], here: str, full: bool) -> Iterator[tuple[str, Any]]:
    yield f"{here}.status", entry["status"]
    yield f"{here}.rule", entry["rule"]
    yield from _stated(entry, here, full)


def _stated(entry: Mapping[str, Any], here: str, full: bool) -> Iterator[tuple[str, Any]]:
    yield f"{here}.force", entry["force"]
    yield f"{here}.clause", entry["clause"]
    if full or entry["missing"]:
        yield f"{here}.missing", entry["missing"]
    if full or any(reading["status"] != entry["status"] for reading in entry["readings"]):
        yield from _readings(entry, here, full)


def _readings(entry: Mapping[str, Any], here: str, full: bool) -> Iterator[tuple[str, Any]]:
    for number, reading in enumerate(entry["readings"]):
        name = number if "+" in reading["reading"] else reading["reading"]
        yield f"{here}.readings[{name}].status", reading["status"]
        if reading.get("next_due") is not None:
            yield f"{here}.readings[{name}].next_due", reading["next_due"]
        if reading["recommended"] and full:
            yield f"{here}.readings[{name}].recommended", True
    if entry["readings"]:
        yield f"{here}.flagged", entry["flagged"]


def _referred(entry: Mapping[str, Any], full: bool) -> Iterator[tuple[str, Any]]:
    yield from _entry(entry, "referral", full)
    yield "referral.missing_step", entry["missing_step"]
    if full:
        yield "referral.next_step", entry["next_step"]
        if entry["rule"] is not None:
            yield "referral.document_required", entry["document_required"]
            yield "referral.documents_any_of", entry["documents_any_of"]
            yield "referral.options", entry["options"]


def procedure(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give where a referral's procedure must stand."""
    found = entry["procedure"]
    if found is None:
        return
    yield "referral.procedure.state", found["state"]
    yield "referral.procedure.open_events", found["open_events"]
    if found["passed_over"]:
        yield "referral.procedure.passed_over", found["passed_over"]
    refused = found["refused"]
    if refused is not None:
        yield "referral.procedure.refused.event", refused["event"]
        yield "referral.procedure.refused.missing_step", refused["missing_step"]
        yield "referral.procedure.refused.missing", refused["missing"]


_DUTY = ("interval", "cadence", "next_due", "days_left", "days_overdue", "condition", "required", "actual", "shortfall")


def of_duty(entry: Mapping[str, Any], here: str, full: bool) -> Iterator[tuple[str, Any]]:
    """Give what must hold of one duty; `full` tells whether what is missing is stated where nothing is."""
    yield from _entry(entry, here, full)
    if entry["qualifier"] is not None:
        yield f"{here}.qualifier", entry["qualifier"]
    if entry["compliance"] != "unknown" or entry["compliance_missing"]:
        yield f"{here}.compliance", entry["compliance"]
        yield f"{here}.unmet", entry["unmet"]
        yield f"{here}.compliance_missing", entry["compliance_missing"]
    for name in _DUTY:
        if entry.get(name) is not None:
            yield f"{here}.{name}", entry[name]
    if entry.get("comparator_source") is not None:
        yield f"{here}.comparator_source", entry["comparator_source"]
    if entry.get("warnings"):
        yield f"{here}.warnings", entry["warnings"]
