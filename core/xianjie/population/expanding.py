"""From the packed columns of a row back to the words, ids and clauses that an answer has; done when somebody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.engine.eligibility import MATCH
from xianjie.policy.prepared import GroupLine, Line
from xianjie.population.compiler.eligibility import BITS, STATUSES, EligibilityColumns, default_rule
from xianjie.population.compiler.entitlements import STATUSES as RULED
from xianjie.population.compiler.entitlements import EntitlementColumns
from xianjie.population.compiler.fields import Field, Meaning
from xianjie.population.compiler.policies import Compiled

Entry = dict[str, Any]


def expanded(row: Mapping[str, object], compiled: Compiled) -> dict[str, dict[str, Any]]:
    """Give, by region and dimension, what a row of an answer says, under the names of the engine's answer.

    Reasons in words are not among it. Missing facts stand in the vocabulary's order.
    """
    return {
        region: {dimension: expanded_part(row, compiled, region, dimension) for dimension in parts}
        for region, parts in compiled.parts.items()
    }


def expanded_part(row: Mapping[str, object], compiled: Compiled, region: str, dimension: str) -> Any:
    """Give what a row says of one region in one dimension: an entry for eligibility, else a list of entries."""
    part = compiled.parts[region][dimension]
    if isinstance(part, EligibilityColumns):
        return eligibility_entry(row, part, compiled)
    return entitlement_entries(row, part, compiled)


def eligibility_entry(row: Mapping[str, object], part: EligibilityColumns, compiled: Compiled) -> Entry:
    """Expand a region's eligibility: status, coverage, priority, groups, missing facts, advice."""
    held = {field.name: _held(row, field) for field in part.fields}
    flagged = held[part.flagged.name]
    groups = [_group(line, part, held, compiled) for line in part.policy.groups]
    code = row[part.status.name]
    assert isinstance(code, int)
    return {
        "status": STATUSES[code],
        "coverage": _overall(groups, "coverage", part.policy.silence),
        "priority": _overall(groups, "priority", part.policy.silence),
        "groups": groups,
        "missing": _sorted([str(name) for (name,) in held[part.missing.name]], compiled),
        "flagged": () in flagged,
        "advice": [
            getattr(line.rule, "advice", "") for line in part.policy.advice if (line.rule.id,) in held[part.advice.name]
        ],
    }


def _group(line: GroupLine, part: EligibilityColumns, held: Mapping[str, set[Meaning]], compiled: Compiled) -> Entry:
    name = line.group.id
    rules, lacking = held[part.rules.name], held[part.group_missing.name]
    number = next((at for at, (rule, _, _) in enumerate(line.rules) if (name, rule) in rules), default_rule(line))
    rule_id, rule, clause = line.rules[number]
    return {
        "id": name,
        "gives": line.group.gives,
        "status": _stands(name, held[part.groups.name], line),
        "rule": rule_id,
        "force": rule.force,
        "clause": clause,
        "missing": _sorted([str(one[1]) for one in lacking if one[0] == name], compiled),
        "flagged": (name,) in held[part.flagged.name],
        "readings": [
            {
                "reading": reading.id,
                "recommended": reading.recommended,
                "status": _stands((name, reading.id), held[part.readings.name], line),
            }
            for reading in line.readings.all
            if line.readings.several
        ],
    }


def entitlement_entries(row: Mapping[str, object], part: EntitlementColumns, compiled: Compiled) -> list[Entry]:
    """Expand a region's services or incentives, in the order of the engine's answer."""
    held = {field.name: _held(row, field) for field in part.fields}
    key = "service" if part.dimension == "services" else "instrument"
    return [
        {key: name, **_ruled(line, part, held, compiled)}
        if line is not None
        else {key: name, "status": part.policy.silence, "rule": None, "clause": None, "missing": [], "readings": []}
        for name, line in part.rows
    ]


def _ruled(line: Line, part: EntitlementColumns, held: Mapping[str, set[Meaning]], compiled: Compiled) -> Entry:
    rule = line.rule.id
    return {
        "status": RULED[_code((rule,), held[part.statuses.name])],
        "rule": rule,
        "force": line.rule.force,
        "clause": line.clause,
        "missing": _sorted([str(one[1]) for one in held[part.missing.name] if one[0] == rule], compiled),
        "flagged": (rule,) in held[part.flagged.name],
        "readings": [
            {
                "reading": reading.id,
                "recommended": reading.recommended,
                "status": RULED[_code((rule, reading.id), held[part.readings.name])],
            }
            for reading in line.readings.all
            if line.readings.several
        ],
    }


def _held(row: Mapping[str, object], field: Field) -> set[Meaning]:
    """Read a field off a row; one that was left out of the answer holds nothing."""
    return field.held(row) if all(name in row for name in field.columns) else set()


def _code(of: Meaning, held: set[Meaning]) -> int:
    return sum(1 << bit for bit in range(3) if (*of, bit) in held)


def _stands(of: str | Meaning, held: set[Meaning], line: GroupLine) -> str:
    meaning = (of,) if isinstance(of, str) else of
    bits = tuple(bit for bit in (0, 1) if (*meaning, bit) in held)
    status = next(name for name, wanted in BITS.items() if wanted == bits)
    return MATCH[line.group.gives] if status == "matched" else status


def _overall(groups: Sequence[Entry], gives: str, silence: str) -> str:
    statuses = [group["status"] for group in groups if group["gives"] == gives]
    if not statuses:
        return silence
    return next((one for one in (MATCH[gives], "undetermined", "ambiguous") if one in statuses), "not_matched")


def _sorted(names: Sequence[str], compiled: Compiled) -> list[str]:
    return sorted(names, key=compiled.layout.vocabulary.slot.__getitem__)
