"""Hold one of two policies ready to be laid beside the other: its conditions parsed and said, its names followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import NamedTuple

from xianjie.compare.bilingual import Both
from xianjie.language import nodes
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.prose import Speaker, condition_text
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import (
    AnyRule,
    ByReading,
    ConditionModel,
    CountRule,
    GroupRule,
    LeastByReading,
    LedgerRule,
    PolicyFile,
    ReferralRule,
    TargetRule,
)
from xianjie.policy.prepared import Policy

WIDEST = 300
"""How many nodes a condition may have once its definitions are opened; a larger one is left closed."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies. `plain` holds the definitions that do not turn on a reading.

    `uses` tells for each rule what its meaning rests on, directly or through definitions, as paths
    (`parameters/income_line`); `names` the same for each definition.
    """

    policy: Policy
    scope: Scope
    zh: Speaker
    en: Speaker
    plain: Mapping[str, nodes.Condition]
    names: Mapping[str, frozenset[str]]
    direct: Mapping[str, frozenset[str]]
    uses: Mapping[str, frozenset[str]]
    clauses: Mapping[str, str]

    @property
    def file(self) -> PolicyFile:
        """Give the policy's file."""
        return self.policy.file

    def parsed(self, text: str) -> nodes.Condition:
        """Parse a condition of the policy."""
        return parse_condition(text, self.scope)

    def words(self, node: nodes.Condition) -> Both:
        """Say a condition, its definitions opened."""
        whole = self.opened(node)
        return Both(condition_text(whole, self.zh), condition_text(whole, self.en))

    def opened(self, node: nodes.Condition) -> nodes.Condition:
        """Put definitions in place of their names; one that turns on a reading keeps its name."""
        return self._open(node) if self._size(node) <= WIDEST else node

    def topics(self, rule_ids: frozenset[str]) -> tuple[str, ...]:
        """List the topics that rules answer, in the document's order."""
        found = [
            topic for _, rule in self.policy.rules() if rule.id in rule_ids for topic in topics_of(rule, self.file)
        ]
        return tuple(dict.fromkeys(found))

    def users(self, path: str) -> frozenset[str]:
        """Name the rules whose meaning rests on a parameter, a definition, a set of readings or a group."""
        return frozenset(rule for rule, used in self.uses.items() if path in used)

    def _open(self, node: nodes.Condition) -> nodes.Condition:
        match node:
            case nodes.Definition(name) if name in self.plain:
                return self._open(self.plain[name])
            case nodes.Not(operand):
                return nodes.Not(self._open(operand))
            case nodes.And(operands):
                return nodes.And(tuple(self._open(operand) for operand in operands))
            case nodes.Or(operands):
                return nodes.Or(tuple(self._open(operand) for operand in operands))
            case _:
                return node

    def _size(self, node: nodes.Condition) -> int:
        """Count the nodes of an opened condition, no further than is asked."""
        count, waiting = 0, [node]
        while waiting and count <= WIDEST:
            count += 1
            match waiting.pop():
                case nodes.Definition(name) if name in self.plain:
                    waiting.append(self.plain[name])
                case nodes.Not(operand):
                    waiting.append(operand)
                case nodes.And(operands) | nodes.Or(operands):
                    waiting += operands
                case _:
                    pass
        return count


class Pair(NamedTuple):
    """The two policies, old and new."""

    old: Side
    new: Side


def side_of(policy: Policy, as_of: int | None = None) -> Side:
    """Make a policy ready. Parameters are said as of a day (an ordinal), or by their last value where there is none."""
    file = policy.file
    parameters = {name: ParameterType(model.type == "money", model.unit) for name, model in file.parameters.items()}
    scope = Scope(policy.vocabulary, parameters, frozenset(file.definitions))
    values = policy.parameters_at(dt.date.max.toordinal() if as_of is None else as_of)
    direct_names = {name: frozenset(_names(model, scope)) for name, model in file.definitions.items()}
    names = _followed(direct_names)
    direct = {
        rule.id: frozenset(name for model in conditions_in(rule) for name in _names(model, scope)) | _fixed_names(rule)
        for _, rule in policy.rules()
    }
    return Side(
        policy,
        scope,
        Speaker(policy.vocabulary, values, "zh"),
        Speaker(policy.vocabulary, values, "en"),
        {name: parse_condition(model, scope) for name, model in file.definitions.items() if isinstance(model, str)},
        names,
        direct,
        {rule: found | _behind(found, names) for rule, found in direct.items()},
        {rule.id: clause for clause, rule in policy.rules()},
    )


def conditions_in(rule: AnyRule) -> Iterator[ConditionModel]:
    """Walk the conditions of a rule as the file holds them."""
    for name in ("scope", "trigger", "beneficiary", "when"):
        model: ConditionModel | None = getattr(rule, name, None)
        if model is not None:
            yield model
    if isinstance(rule, LedgerRule):
        yield from rule.requires.values()
    if isinstance(rule, ReferralRule):
        yield from (gate.when for gate in rule.gates)
        steps = rule.procedure.steps if rule.procedure else ()
        yield from (step.when for step in steps if step.when is not None)


def _names(model: ConditionModel, scope: Scope) -> Iterator[str]:
    if isinstance(model, ByReading):
        yield f"readings/{model.by}"
    for text in model.readings.values() if isinstance(model, ByReading) else (model,):
        node = parse_condition(text, scope)
        yield from (f"definitions/{name}" for name in nodes.definitions_of(node))
        yield from (f"parameters/{name}" for name in nodes.parameters_of(node))


def _fixed_names(rule: AnyRule) -> frozenset[str]:
    """Name what a rule rests on beside its conditions: its group, and the sets of readings it counts by."""
    match rule:
        case GroupRule():
            return frozenset({f"groups/{rule.group}"})
        case LedgerRule():
            axes = [rule.counting]
        case CountRule():
            axes = [rule.parties, rule.at_least.by if isinstance(rule.at_least, LeastByReading) else None]
        case TargetRule():
            axes = [item.running for item in rule.items]
        case _:
            axes = []
    return frozenset(f"readings/{axis}" for axis in axes if axis)


def _followed(direct: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Follow definitions through definitions; the policy has been checked to have no circles."""
    needs = {
        name: [used.partition("/")[2] for used in found if used.startswith("definitions/")]
        for name, found in direct.items()
    }
    out: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(needs).static_order():
        out[name] = direct[name] | _behind(direct[name], out)
    return out


def _behind(found: frozenset[str], names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Gather what the definitions among some names rest on."""
    empty: frozenset[str] = frozenset()
    return empty.union(*(names[name] for name in _definitions(found)))


def _definitions(found: frozenset[str]) -> list[str]:
    """Name the definitions among some paths."""
    return [path.partition("/")[2] for path in sorted(found) if path.startswith("definitions/")]
