"""Say the conditions of a policy's rules in words, beside the way they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.language import nodes
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.prose import Speaker, condition_text, period_text
from xianjie.policy.model import (
    AnyRule,
    ByReading,
    ConditionModel,
    LedgerRule,
    Provision,
    ReferralRule,
    TargetRule,
)
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DOCUMENTS, INSTRUMENTS, SERVICES, STEPS, term

DIMENSION: Mapping[str, str] = {
    "group": "eligibility",
    "advice": "eligibility",
    "service": "services",
    "ledger": "duties",
    "count": "duties",
    "target": "duties",
    "referral": "referral",
    "simplification": "referral",
    "referral_duty": "referral",
    "incentive": "incentives",
}
"""The dimension of each kind of rule; a provision names its own."""

PARTS: Mapping[str, tuple[str, str]] = {
    "group": ("对象类别", "group"),
    "advice": ("指引", "advice"),
    "service": ("帮扶服务", "service"),
    "ledger": ("台账", "ledger"),
    "count": ("次数或期限", "count"),
    "target": ("年度目标", "targets"),
    "referral": ("转介", "referral"),
    "simplification": ("简化程序", "simplification"),
    "referral_duty": ("转介职责", "duty around a referral"),
    "incentive": ("激励", "incentive"),
    "provision": ("其他规定", "provision"),
}

_SLOTS: Mapping[str, tuple[str, str]] = {
    "scope": ("范围", "scope"),
    "trigger": ("情形", "situation"),
    "beneficiary": ("主体", "for whom"),
    "when": ("条件", "condition"),
}


def dimension_of(rule: AnyRule) -> str:
    """Name a rule's dimension."""
    return rule.dimension if isinstance(rule, Provision) else DIMENSION[rule.part]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule under one reading (None: under all), in words and as written."""

    slot: str
    reading: str | None
    words: str
    written: str

    def as_json(self) -> dict[str, Any]:
        """Give the condition as JSON-shaped data."""
        return {"slot": self.slot, "reading": self.reading, "words": self.words, "written": self.written}


def written_conditions(rule: AnyRule, lang: str) -> Iterator[tuple[str, ConditionModel]]:
    """List a rule's conditions as the file holds them, each with what it is for."""
    for key, words in _SLOTS.items():
        model = getattr(rule, key, None)
        if model is not None and model != "True":
            yield say(lang, *words), model
    if isinstance(rule, ReferralRule):
        for gate in rule.gates:
            yield say(lang, "步骤“", "step “") + term(STEPS, gate.step, lang) + "”", gate.when
        for step in rule.procedure.steps if rule.procedure else ():
            if step.when is not None:
                yield say(lang, f"程序 {step.on}", f"procedure {step.on}"), step.when
    if isinstance(rule, LedgerRule):
        for model in rule.requires.values():
            yield say(lang, "配套", "with it"), model


class Conditions:
    """Parse and say the conditions of one policy, its parameters as they are on a day (an ordinal)."""

    def __init__(self, policy: Policy, lang: str, as_of: int) -> None:
        file = policy.file
        self.policy, self.lang = policy, lang
        self.scope = scope_of(policy)
        self.speaker = Speaker(policy.vocabulary, policy.parameters_at(as_of), lang)
        self.definitions = {
            name: self.parsed(model) for name, model in file.definitions.items() if isinstance(model, str)
        }

    def parsed(self, text: str) -> nodes.Condition:
        """Parse a condition of a policy that loaded."""
        return parse_condition(text, self.scope)

    def words(self, text: str) -> str:
        """Say a condition, its definitions opened; one that turns on a reading stays by its name."""
        return condition_text(self._opened(self.parsed(text)), self.speaker)

    def of(self, rule: AnyRule) -> list[Condition]:
        """List a rule's conditions."""
        return [one for slot, model in written_conditions(rule, self.lang) for one in self.told(slot, model)]

    def told(self, slot: str, model: ConditionModel) -> list[Condition]:
        """Say one condition, for each reading where it turns on one."""
        if isinstance(model, ByReading):
            return [
                Condition(slot, f"{model.by}={option}", self.words(text), _plain(text))
                for option, text in model.readings.items()
            ]
        return [Condition(slot, None, self.words(model), _plain(model))]

    def defined(self) -> list[Condition]:
        """Say the policy's definitions."""
        return [one for name, model in self.policy.file.definitions.items() for one in self.told(name, model)]

    def reading_name(self, condition: Condition) -> str:
        """Name the reading under which a condition stands; empty where it stands under all."""
        if condition.reading is None:
            return ""
        axis, _, chosen = condition.reading.partition("=")
        option = next(item for item in self.policy.file.readings[axis].options if item.id == chosen)
        return say(self.lang, option.zh, option.en)

    def _opened(self, node: nodes.Condition) -> nodes.Condition:
        match node:
            case nodes.Definition(name) if name in self.definitions:
                return self._opened(self.definitions[name])
            case nodes.Not(operand):
                return nodes.Not(self._opened(operand))
            case nodes.And(operands):
                return nodes.And(tuple(self._opened(operand) for operand in operands))
            case nodes.Or(operands):
                return nodes.Or(tuple(self._opened(operand) for operand in operands))
            case _:
                return node


def scope_of(policy: Policy) -> Scope:
    """Give the names that a policy's conditions may use."""
    file = policy.file
    parameters = {name: ParameterType(model.type == "money", model.unit) for name, model in file.parameters.items()}
    return Scope(policy.vocabulary, parameters, frozenset(file.definitions))


def _plain(text: str) -> str:
    return " ".join(text.split())


def particulars(rule: AnyRule, policy: Policy, lang: str) -> list[str]:
    """Say what a rule fixes beside its conditions: kinds, levels, periods, numbers, days."""
    vocabulary = policy.vocabulary

    def listed(items: Sequence[str]) -> str:
        return say(lang, "、", ", ").join(items)

    def words(fact: str, keys: Sequence[str]) -> str:
        table = vocabulary[fact].words
        return listed([say(lang, *table[key]) if key in table else key for key in keys])

    out: list[str] = []
    given: Any = rule
    match rule.part:
        case "group":
            group = next(item for item in policy.file.groups if item.id == given.group)
            out.append(say(lang, group.zh, group.en))
        case "service":
            out.append(term(SERVICES, given.service, lang))
        case "incentive":
            out.append(listed([term(INSTRUMENTS, key, lang) for key in given.instruments]))
        case "ledger":
            out.append(words("ledger.kind", given.ledgers))
        case "count":
            out.append(words("duty.kind", [given.duty]))
        case "referral" | "referral_duty":
            out.append(words("referral.direction", [given.direction]))
            out += [words("referral.initiator", given.initiators)] if getattr(given, "initiators", None) else []
        case _:
            pass
    if getattr(rule, "levels", None):
        out.append(words("ledger.level", given.levels))
    if getattr(rule, "interval", None):
        out.append(period_text(given.interval, lang))
    if getattr(rule, "cadence", None):
        out.append(f"“{given.cadence}”")
    least = getattr(rule, "at_least", None)
    if isinstance(least, int):
        out.append(say(lang, f"不少于 {least} 次", f"at least {least}"))
    elif least is not None:
        out.append(say(lang, "次数随读法而定", "the number turns on a reading"))
    if getattr(rule, "deadline", None):
        out.append(say(lang, f"期限 {given.deadline}", f"by {given.deadline}"))
    if isinstance(rule, ReferralRule) and rule.documents:
        out.append(say(lang, "，或", ", or ").join(term(DOCUMENTS, key, lang) for key in rule.documents.any_of))
    if isinstance(rule, TargetRule):
        out.append(say(lang, f"{len(rule.items)} 项目标", f"{len(rule.items)} targets"))
    return out


def say(lang: str, zh: str, en: str) -> str:
    """Choose by language."""
    return zh if lang == "zh" else en
