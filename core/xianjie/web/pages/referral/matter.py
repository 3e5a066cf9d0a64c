"""The form in which a referral's facts are written: those alone that its document asks for, each in its own field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.errors import InputError, Place, Problem
from xianjie.language import nodes
from xianjie.policy.prepared import Policy
from xianjie.records.referring.walk import PARTS
from xianjie.vocabulary import FactSpec
from xianjie.web.door.posted import Posted
from xianjie.web.pages.deadlines.fields import Typed, facts_typed, filled

Fields = dict[str, Typed]
"""What stands in the fields, by the name of the fact."""

_TOLD_BY_STEPS: Mapping[str, tuple[str, ...]] = {
    "consented": ("referral.consent_given", "referral.consent_date"),
    "letter_issued": ("referral.letter_issued", "referral.letter_date"),
    "materials_sealed": ("referral.materials_sealed",),
}


def specs_of(policy: Policy, direction: str) -> list[FactSpec]:
    """List the facts that a document asks of a referral, but for those that its steps tell."""
    block = policy.blocks.get(f"referral.{direction}")
    asked: set[str] = {"referral.initiator"}
    seen: set[str] = set()

    def enter(node: nodes.Condition) -> None:
        asked.update(nodes.facts_of(node))
        for name in nodes.definitions_of(node):
            if name in policy.definitions and name not in seen:
                seen.add(name)
                enter(policy.definitions[name])

    for _, node in block.conditions if block is not None else ():
        enter(node)
    line = policy.referrals.get(direction)
    known = {step.model.on for step in line.steps} if line is not None else set()
    told = {fact for event, facts in _TOLD_BY_STEPS.items() if event in known for fact in facts}
    told.add("referral.direction")
    return [spec for spec in policy.vocabulary.facts if spec.name in asked - told and spec.record in PARTS]


def field_name(spec: FactSpec) -> str:
    """Give the name under which a fact's field is posted."""
    return f"facts.{spec.name}"


def of_facts(specs: list[FactSpec], facts: Mapping[str, Any]) -> Fields:
    """Fill the fields from facts."""
    return {spec.name: filled([spec], facts.get(spec.record) or {})[spec.short] for spec in specs}


def of_posted(specs: list[FactSpec], posted: Posted) -> Fields:
    """Fill the fields with what was typed."""
    return {
        spec.name: Typed(posted.text(field_name(spec)), bool(posted.text(f"{field_name(spec)}.never")))
        for spec in specs
    }


def read(specs: list[FactSpec], fields: Fields, before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Read the fields as facts; `before` are facts of which those that no field shows are kept."""
    shown = {spec.name for spec in specs}
    facts: dict[str, Any] = {
        record: {name: value for name, value in given.items() if f"{record}.{name}" not in shown}
        for record, given in before.items()
        if isinstance(given, Mapping)
    }
    problems: list[Problem] = []
    for spec in specs:
        found, wrong = facts_typed([spec], {spec.short: fields[spec.name]})
        facts.setdefault(spec.record, {}).update(found)
        problems += [Problem(one.code, one.zh, one.en, Place(path=field_name(spec))) for one in wrong]
    return {record: given for record, given in facts.items() if given}, problems


def placed(error: InputError) -> list[Problem]:
    """Place the faults of facts at the names of their fields."""
    out = []
    for one in error.problems:
        path = (one.place.path or "").strip("/").replace("/", ".")
        out.append(Problem(one.code, one.zh, one.en, Place(path=path)))
    return out
