"""What of a policy can be changed in a form: numbers, periods, days, forces and conditions, each with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from xianjie.compare.bilingual import NOTHING, Both, of_term
from xianjie.policy.model import (
    AnyRule,
    ByReading,
    CountRule,
    LeastByReading,
    LedgerRule,
    ReferralRule,
    SimplificationRule,
    TargetRule,
)
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import Path
from xianjie.revision.diff_head import unit_words
from xianjie.vocabulary.terms import EVENTS, STEPS, Terms

Kind = Literal["amount", "period", "count", "year", "day", "force", "condition"]

REQUIRES: Terms = MappingProxyType(
    {
        "hand_over": ("提供给乡镇（街道）", "handed over to the townships"),
        "platform": ("录入平台", "entered on the platform"),
        "window": ("提供给服务窗口", "provided to the service window"),
        "push": ("推送同级民政部门", "pushed to civil affairs"),
        "filing": ("备案", "filed"),
    }
)
_CONDITIONS: Mapping[str, Both] = MappingProxyType(
    {
        "scope": Both("适用范围", "scope"),
        "trigger": Both("情形", "situation"),
        "beneficiary": Both("主体", "for whom"),
        "when": Both("条件", "condition"),
    }
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One value that can be changed.

    `path` leads to it in the policy's plain values, a rule standing under `rules` by its id. `text` is how the policy
    has it; of a slot that is `optional` the empty text takes it away. `decimal` numbers need not be whole, and those
    that are `signed` may be below zero.
    """

    path: Path
    kind: Kind
    label: Both
    text: str
    unit: Both = NOTHING
    optional: bool = False
    decimal: bool = True
    signed: bool = False

    @property
    def id(self) -> str:
        """Name the slot, as a field of a form."""
        return "/".join(str(step) for step in self.path)

    @property
    def piece(self) -> Path:
        """Name what an overlay replaces as a whole where this changes: a parameter, a definition, a rule's field."""
        return self.path[: 3 if self.path[0] == "rules" else 2]


def slots_of(policy: Policy, more: Mapping[str, int] | None = None) -> list[Slot]:
    """List what can be changed; `more` tells how many values a parameter has that were added to those it has."""
    return [*parameter_slots(policy, more or {}), *definition_slots(policy), *rule_slots(policy)]


def parameter_slots(policy: Policy, more: Mapping[str, int]) -> Iterator[Slot]:
    """List the values of parameters, each with its day; behind them there is room for one more."""
    for name, model in policy.file.parameters.items():
        unit = unit_words(model)
        decimal = model.type == "money" or model.unit is None
        for number in range(len(model.values) + more.get(name, 0) + 1):
            entry = model.values[number] if number < len(model.values) else None
            head: Path = ("parameters", name, "values", number)
            label = Both(model.zh, model.en)
            text = f"{entry.value:f}" if entry else ""
            yield Slot((*head, "value"), "amount", label, text, unit, bool(number), decimal)
            if number:
                day = entry.since.isoformat() if entry and entry.since else ""
                since = Both(f"{model.zh}：起始日", f"{model.en}: from")
                yield Slot((*head, "since"), "day", since, day, optional=True)


def definition_slots(policy: Policy) -> Iterator[Slot]:
    """List the definitions."""
    for name, model in policy.file.definitions.items():
        yield from _condition(policy, ("definitions", name), Both(f"定义 {name}", f"definition {name}"), model)


def rule_slots(policy: Policy) -> Iterator[Slot]:
    """List what can be changed of each rule, in the document's order."""
    for _, rule in policy.rules():
        yield from _of_rule(policy, rule)


def _of_rule(policy: Policy, rule: AnyRule) -> Iterator[Slot]:
    head: Path = ("rules", rule.id)
    yield Slot((*head, "force"), "force", Both("力度", "force"), rule.force)
    for name, label in _CONDITIONS.items():
        if name in type(rule).model_fields:
            optional = name == "trigger" or (name == "scope" and isinstance(rule, SimplificationRule))
            yield from _condition(policy, (*head, name), label, getattr(rule, name), optional)
    match rule:
        case LedgerRule():
            if rule.interval is not None:
                yield Slot((*head, "interval"), "period", Both("更新周期", "interval"), rule.interval)
            for key, text in rule.requires.items():
                yield from _condition(policy, (*head, "requires", key), of_term(REQUIRES, key), text)
        case CountRule():
            yield from _counted(policy, rule, head)
        case TargetRule():
            for number, item in enumerate(rule.items):
                for year, value in item.values.items():
                    label, unit = Both(f"{item.zh} {year} 年", f"{item.en} {year}"), Both(item.unit, item.unit)
                    path = (*head, "items", number, "values", year)
                    yield Slot(path, "amount", label, f"{value:f}", unit, signed=True)
        case ReferralRule():
            for number, gate in enumerate(rule.gates):
                step = of_term(STEPS, gate.step)
                label = Both(f"步骤“{step.zh}”", f"step “{step.en}”")
                yield from _condition(policy, (*head, "gates", number, "when"), label, gate.when)
            for number, step_model in enumerate(rule.procedure.steps if rule.procedure else ()):
                if step_model.when is not None:
                    event = of_term(EVENTS, step_model.on)
                    label = Both(f"程序“{event.zh}”", f"procedure “{event.en}”")
                    path = (*head, "procedure", "steps", number, "when")
                    yield from _condition(policy, path, label, step_model.when)
        case _:
            pass


def _counted(policy: Policy, rule: CountRule, head: Path) -> Iterator[Slot]:
    times, label = Both("次", "times"), Both("每年至少", "at least a year")
    if isinstance(rule.at_least, LeastByReading):
        for option, least in rule.at_least.readings.items():
            name = reading_label(policy, label, rule.at_least.by, option)
            path = (*head, "at_least", "readings", option)
            yield Slot(path, "count", name, str(least), times, decimal=False)
    elif rule.at_least is not None:
        yield Slot((*head, "at_least"), "count", label, str(rule.at_least), times, decimal=False)
    for field, name in (("first_year", Both("起始年", "first year")), ("last_year", Both("截止年", "last year"))):
        year = getattr(rule, field)
        if year is not None:
            yield Slot((*head, field), "year", name, str(year), optional=True, decimal=False)
    if rule.deadline is not None:
        yield Slot((*head, "deadline"), "day", Both("期限", "deadline"), rule.deadline.isoformat(), optional=True)


def _condition(policy: Policy, path: Path, label: Both, model: Any, optional: bool = False) -> Iterator[Slot]:
    if isinstance(model, ByReading):
        for option, text in model.readings.items():
            name = reading_label(policy, label, model.by, option)
            yield Slot((*path, "readings", option), "condition", name, plain(text))
    elif model is not None or optional:
        yield Slot(path, "condition", label, plain(model or ""), optional=optional)


def reading_label(policy: Policy, label: Both, axis: str, option: str) -> Both:
    """Name a value under one of the ways to read the text."""
    found = next(one for one in policy.file.readings[axis].options if one.id == option)
    return Both(f"{label.zh}（读法：{found.zh}）", f"{label.en} (reading: {found.en})")


def plain(text: str) -> str:
    """Take the line breaks and doubled blanks out of a condition."""
    return " ".join(text.split())


def text_in(value: Any, kind: Kind) -> str | None:
    """Write a plain value as a form shows it; None where it is of another shape."""
    match value:
        case None:
            return ""
        case bool():
            return None
        case Decimal() if kind == "amount":
            return f"{value:f}"
        case int() if kind in ("amount", "count", "year"):
            return str(value)
        case dt.date() if kind == "day":
            return value.isoformat()
        case str() if kind == "condition":
            return plain(value)
        case str() if kind in ("force", "period"):
            return value
        case _:
            return None
