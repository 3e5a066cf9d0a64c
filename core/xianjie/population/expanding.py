"""From the packed columns of a row back to the words, ids and clauses that an answer has; done when somebody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.engine.eligibility import MATCH
from xianjie.policy.prepared import GroupLine, Line
from xianjie.population.compiler.duties import DutiesColumns
from xianjie.population.compiler.eligibility import BITS, EligibilityColumns, default_rule
from xianjie.population.compiler.entitlements import STATUSES as RULED
from xianjie.population.compiler.entitlements import EntitlementColumns
from xianjie.population.compiler.fields import Meaning
from xianjie.population.compiler.policies import Compiled
from xianjie.population.compiler.referral import ReferralColumns
from xianjie.population.expanding_records import duty_entries, referral_entry
from xianjie.population.unpacking import Entry, code_of, held, in_order, read_under


def expanded(row: Mapping[str, object], compiled: Compiled) -> dict[str, dict[str, Any]]:
    """Give, by region and dimension, what a row of an answer says, under the names of the engine's answer.

    Reasons in words are not among it. Missing facts stand in the vocabulary's order.
    """
    return {
        region: {dimension: expanded_part(row, compiled, region, dimension) for dimension in parts}
        for region, parts in compiled.parts.items()
    }


def expanded_part(row: Mapping[str, object], compiled: Compiled, region: str, dimension: str) -> Any:
    """Give what a row says of one region in one dimension: an entry, or a list of entries, as the engine does.

    None for a referral of which the row records nothing.
    """
    part = compiled.parts[region][dimension]
    match part:
        case EligibilityColumns():
            return eligibility_entry(row, part, compiled)
        case EntitlementColumns():
            return entitlement_entries(row, part, compiled)
        case DutiesColumns():
            return duty_entries(row, part, compiled)
        case ReferralColumns():
            return referral_entry(row, part, compiled)
        case _:
            raise AssertionError(dimension)


def eligibility_entry(row: Mapping[str, object], part: EligibilityColumns, compiled: Compiled) -> Entry:
    """Expand a region's eligibility: status, coverage, priority, groups, missing facts, advice."""
    found = {field.name: held(row, field) for field in part.fields}
    flagged = found[part.flagged.name]
    groups = [_group(line, part, found, compiled) for line in part.policy.groups]
    return {
        "status": part.status.word(row),
        "coverage": _overall(groups, "coverage", part.policy.silence),
        "priority": _overall(groups, "priority", part.policy.silence),
        "groups": groups,
        "missing": in_order((name for (name,) in found[part.missing.name]), compiled.layout.vocabulary),
        "flagged": () in flagged,
        "advice": [
            getattr(line.rule, "advice", "")
            for line in part.policy.advice
            if (line.rule.id,) in found[part.advice.name]
        ],
    }


def _group(line: GroupLine, part: EligibilityColumns, found: Mapping[str, set[Meaning]], compiled: Compiled) -> Entry:
    name = line.group.id
    rules, lacking = found[part.rules.name], found[part.group_missing.name]
    number = next((at for at, (rule, _, _) in enumerate(line.rules) if (name, rule) in rules), default_rule(line))
    rule_id, rule, clause = line.rules[number]
    return {
        "id": name,
        "gives": line.group.gives,
        "status": _stands(name, found[part.groups.name], line),
        "rule": rule_id,
        "force": rule.force,
        "clause": clause,
        "missing": in_order((one[1] for one in lacking if one[0] == name), compiled.layout.vocabulary),
        "flagged": (name,) in found[part.flagged.name],
        "readings": [
            {
                "reading": reading.id,
                "recommended": reading.recommended,
                "status": _stands((name, reading.id), found[part.readings.name], line),
            }
            for reading in line.readings.all
            if line.readings.several
        ],
    }


def entitlement_entries(row: Mapping[str, object], part: EntitlementColumns, compiled: Compiled) -> list[Entry]:
    """Expand a region's services or incentives, in the order of the engine's answer."""
    found = {field.name: held(row, field) for field in part.fields}
    key = "service" if part.dimension == "services" else "instrument"
    return [
        {key: name, **_ruled(line, part, found, compiled)}
        if line is not None
        else {key: name, "status": part.policy.silence, "rule": None, "clause": None, "missing": [], "readings": []}
        for name, line in part.rows
    ]


def _ruled(line: Line, part: EntitlementColumns, found: Mapping[str, set[Meaning]], compiled: Compiled) -> Entry:
    rule = line.rule.id
    return {
        "status": RULED[code_of((rule,), found[part.statuses.name], 3)],
        "rule": rule,
        "force": line.rule.force,
        "clause": line.clause,
        "missing": in_order((one[1] for one in found[part.missing.name] if one[0] == rule), compiled.layout.vocabulary),
        "flagged": (rule,) in found[part.flagged.name],
        "readings": read_under(line.readings, rule, found[part.readings.name], RULED, 2),
    }


def _stands(of: str | Meaning, found: set[Meaning], line: GroupLine) -> str:
    meaning = (of,) if isinstance(of, str) else of
    bits = tuple(bit for bit in (0, 1) if (*meaning, bit) in found)
    status = next(name for name, wanted in BITS.items() if wanted == bits)
    return MATCH[line.group.gives] if status == "matched" else status


def _overall(groups: Sequence[Entry], gives: str, silence: str) -> str:
    statuses = [group["status"] for group in groups if group["gives"] == gives]
    if not statuses:
        return silence
    return next((one for one in (MATCH[gives], "undetermined", "ambiguous") if one in statuses), "not_matched")
