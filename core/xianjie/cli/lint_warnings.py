"""Find in a policy that loads what is left unused or unfinished, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xianjie.errors import Problem
from xianjie.language import nodes
from xianjie.language.parse import parse_condition
from xianjie.policy.conditions import scope_of, written_conditions
from xianjie.policy.model import AnyRule, ByReading, ConditionModel, CountRule, LeastByReading, LedgerRule, TargetRule
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import Key

Finding = tuple[Sequence[Key], str, str, str]
"""Path, code, Chinese, English."""


def warnings_of(policy: Policy) -> list[Problem]:
    """List what a careful author would still mend, in the order of the file."""
    found = [Problem(code, zh, en, policy.origin.place(path)) for path, code, zh, en in _findings(policy)]
    return sorted(found, key=lambda problem: (problem.place.line or 0, problem.place.column or 0))


def _findings(policy: Policy) -> Iterator[Finding]:
    yield from _unused(policy)
    yield from _unfinished(policy)


def _unused(policy: Policy) -> Iterator[Finding]:
    file = policy.file
    parameters: set[str] = set()
    definitions: set[str] = set()
    axes: set[str] = set()
    models: list[ConditionModel] = list(file.definitions.values())
    for _, rule in policy.rules():
        models += [model for _, model in written_conditions(rule, "zh")]
        axes.update(_own_axes(rule))
    scope = scope_of(policy)
    for model in models:
        if isinstance(model, ByReading):
            axes.add(model.by)
        for text in model.readings.values() if isinstance(model, ByReading) else [model]:
            node = parse_condition(text, scope)
            parameters.update(nodes.parameters_of(node))
            definitions.update(nodes.definitions_of(node))
    notes = {note for _, rule in policy.rules() for note in rule.notes}
    for _, rule in policy.rules():
        if isinstance(rule, TargetRule):
            notes.update(note for item in rule.items for note in item.notes)
    notes |= {model.ambiguity for model in file.readings.values() if model.ambiguity}
    for name in file.parameters:
        if name not in parameters:
            path = ("parameters", name)
            yield path, "parameter-unused", "没有条件用到这个数值", "no condition uses this parameter"
    for name in file.definitions:
        if name not in definitions:
            yield (
                ("definitions", name),
                "definition-unused",
                "没有条件用到这个定义",
                "no condition uses this definition",
            )
    for name in file.readings:
        if name not in axes:
            yield ("readings", name), "reading-unused", "没有规则用到这组读法", "no rule uses this set of readings"
    for number, item in enumerate(file.ambiguities):
        if item.id not in notes and item.becomes != "input":
            zh, en = "没有规则或读法指向这个疑点", "no rule and no set of readings points to it"
            yield ("ambiguities", number, "id"), "ambiguity-unused", zh, en


def _own_axes(rule: AnyRule) -> Iterator[str]:
    """Name the sets of readings that a rule uses outside its conditions."""
    if isinstance(rule, LedgerRule) and rule.counting:
        yield rule.counting
    if isinstance(rule, CountRule):
        if rule.parties:
            yield rule.parties
        if isinstance(rule.at_least, LeastByReading):
            yield rule.at_least.by
    if isinstance(rule, TargetRule):
        yield from (item.running for item in rule.items if item.running)


def _unfinished(policy: Policy) -> Iterator[Finding]:
    file = policy.file
    for c, clause in enumerate(file.clauses):
        if clause.zh and not clause.en:
            yield ("clauses", c), "english-missing", "概要没有英文（en）", "the summary has no English (en)"
        for r, rule in enumerate(clause.rules):
            path = ("clauses", c, "rules", r)
            if rule.anchor is None:
                yield (*path, "id"), "anchor-missing", "规则没有原文指纹（anchor）", "the rule has no anchor"
            if rule.en == rule.zh:
                yield (*path, "en"), "english-missing", "英文概要与中文相同", "the English summary is the Chinese one"
    for number, item in enumerate(file.silent):
        if item.zh and not item.en:
            yield ("silent", number), "english-missing", "说明没有英文（en）", "the note has no English (en)"
    for number, group in enumerate(file.groups):
        if group.en == group.zh:
            yield ("groups", number), "english-missing", "英文名称与中文相同", "the English name is the Chinese one"
