"""What everything in a population's counts is called, looked up in the policies that answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.plugins import Regions, discover
from xianjie.policy.model import ReadingSet
from xianjie.policy.prepared import Policy, Readings
from xianjie.population.compiler.duties import DutiesColumns
from xianjie.population.compiler.eligibility import EligibilityColumns
from xianjie.population.compiler.entitlements import EntitlementColumns
from xianjie.population.compiler.fields import Part
from xianjie.population.compiler.referral import ReferralColumns
from xianjie.population.job.asked import SUPPOSED, Asked, compiled_for
from xianjie.population.summary.gathered import Pair, Side, Summary
from xianjie.population.summary.tally import Tally


def named(asked_text: str, tally: Tally, rejected: int, regions: Regions | None) -> Summary:
    """Put merged counts together with the names that they are read by; `rejected` rows were put aside."""
    asked = Asked.read(asked_text)
    compiled = compiled_for(asked_text)
    names = (regions or discover()).names
    facts = {spec.name: (spec.zh, spec.en) for spec in compiled.layout.vocabulary.facts}
    missing = _facts(tally)
    return Summary(
        asked.digest,
        dt.date.fromordinal(asked.as_of).isoformat(),
        asked.dimensions,
        asked.mapped.division,
        tuple(_side(name, parts, names, asked.as_of) for name, parts in compiled.parts.items()),
        {name: pair for name, pair in facts.items() if name in missing},
        {"parts": {}, "divisions": {}, "flows": {}, **tally},
        rejected,
    )


def _facts(tally: Tally) -> set[str]:
    """Name the facts that are missing anywhere."""
    out: set[str] = set()
    for parts in tally.get("parts", {}).values():
        for part in parts.values():
            missing = part.get("missing", {})
            out.update(missing.get("lacking", {}))
            for held in missing.values():
                out.update(held if isinstance(held, Mapping) else ())
            for counts in part.get("fields", {}).values():
                out.update(name for meaning in counts for name in meaning.split("/"))
    return out


def _side(name: str, parts: Mapping[str, Part], names: Mapping[str, Pair], as_of: int) -> Side:
    policy = next(iter(parts.values())).policy
    zh, en = names.get(policy.region, (policy.region, policy.region))
    groups = tuple((line.group.id, line.group.gives, line.group.zh, line.group.en) for line in policy.groups)
    rules = {rule.id: (rule.zh, rule.en, clause) for clause, rule in policy.rules()}
    base, supposed = name.removesuffix(SUPPOSED), name.endswith(SUPPOSED)
    readings = {dimension: _readings(part) for dimension, part in parts.items()}
    return Side(name, policy.region, base, supposed, zh, en, _document(policy, as_of), groups, rules, readings)


def _readings(part: Part) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Name the ways in which groups, rules and kinds of records can be read, where there are several."""
    found: dict[str, list[Readings]] = {}
    match part:
        case EligibilityColumns():
            found = {line.group.id: [line.readings] for line in part.policy.groups}
        case EntitlementColumns():
            found = {line.rule.id: [line.readings] for line in part.lines}
        case DutiesColumns():
            for kind in part.kinds:
                found[kind.status.name.rpartition(".")[2]] = [under.readings for under in kind.ruled]
        case ReferralColumns():
            triggers = [line.trigger for line in part.policy.referrals.values() if line.trigger]
            for choice, lines in (("status", triggers), ("simplified", part.policy.simplifications)):
                found[choice] = [line.readings for line in lines]
            for line in (*triggers, *part.policy.simplifications, *part.policy.referral_duties):
                found.setdefault(line.rule.id, []).append(line.readings)
    named = {key: _axes(part.policy, readings) for key, readings in found.items()}
    return {key: axes for key, axes in named.items() if axes}


def _axes(policy: Policy, found: Sequence[Readings]) -> tuple[tuple[str, str, str], ...]:
    axes = dict.fromkeys(axis for readings in found if readings.several for axis in readings.differ)
    return tuple((policy.file.readings[axis].differ, *_options(policy.file.readings[axis])) for axis in axes)


def _options(axis: ReadingSet) -> Pair:
    options = sorted(axis.options, key=lambda option: not option.recommended)
    zh = "，".join(f"“{one.zh}”" + ("（推荐）" if one.recommended else "") for one in options)
    en = ", ".join(f"“{one.en}”" + (" (recommended)" if one.recommended else "") for one in options)
    return zh, en


def _document(policy: Policy, as_of: int) -> dict[str, Any]:
    document = policy.file.document
    return {
        "id": policy.id,
        "title": document.title,
        "number": document.number,
        "standing": document.standing,
        "validity": policy.validity_at(as_of),
        "text": document.text,
        "replaced_by": policy.replaced_by,
        "sha256": policy.sha256,
        "overlays": [[overlay.zh, overlay.en] for overlay in policy.supposed],
    }
