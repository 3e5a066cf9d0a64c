"""Say a condition shortly, in Chinese and in English, as a cell of a table needs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xianjie.compare.bilingual import Both, either, joined, listed, one_line
from xianjie.compare.conditions import Found, conditions_of, covered_by, figure, key
from xianjie.language import nodes
from xianjie.language.prose import Speaker, condition_text, number_text
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy

FEW = 5
"""A class may be one of this many and all are named; of more, the first are."""
NAMED = 3

_GAP = re.compile(r"(?<=[\u3000-\uffef]) (?=[\u3000-\uffef])")
"""A space between two Chinese characters, which a sentence with holes leaves where a value would stand."""

_NEGATED = (("已", "未"), ("符合", "不符合"), ("能", "不能"), ("具备", "不具备"))
"""How a term that opens with a verb is denied; another is followed by a colon and 否."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the cells of one policy are told from: its rules' conditions on one date, and names for some of them.

    `answers` gives by topic the rules that answer it, with their clauses. `names` gives by dimension the conditions
    that go by a name there, by their key; `aliases` those in use. `keys` holds what was written so already.
    """

    policy: Policy
    conditions: Mapping[str, Found]
    speakers: tuple[Speaker, Speaker]
    answers: Mapping[str, Sequence[tuple[str, AnyRule]]]
    names: Mapping[str, Mapping[str, Both]]
    aliases: Mapping[str, Both] = field(default_factory=dict)
    keys: dict[nodes.Condition, str] = field(default_factory=dict)

    def among(self, dimension: str) -> Voice:
        """Take up the names that go without saying in one dimension, and no others."""
        return replace(self, aliases=self.names.get(dimension, {}))

    def found(self, rule: AnyRule) -> Found:
        """Give a rule's conditions; a provision has none."""
        return self.conditions.get(rule.id, Found((), ({},), ()))

    @property
    def parameters(self) -> Mapping[str, Fraction]:
        """Give the policy's parameters on the date, money in fen."""
        return self.speakers[0].parameters

    def key(self, node: nodes.Condition) -> str:
        """Write a settled condition so that documents that ask the same give the same text."""
        if node not in self.keys:
            self.keys[node] = key(node, self.parameters)
        return self.keys[node]

    def words(self, node: nodes.Condition, whole: bool = False, named: bool = True) -> Both:
        """Say a settled condition; `whole` names all the classes of a long list.

        Unless `named`, a condition that has a name of its own is said by its parts.
        """
        return (self.aliases.get(self.key(node)) if named else None) or _spelt(node, self, whole)

    def term(self, fact: str) -> Both:
        """Name a fact by its term."""
        return self.both(lambda speaker: speaker.term(fact))

    def both(self, text: Callable[[Speaker], str]) -> Both:
        """Make a text with the Chinese and with the English speaker."""
        zh, en = self.speakers
        return Both(one_line(text(zh)), one_line(text(en)))


def voice(policy: Policy, as_of: int) -> Voice:
    """Take up a policy on one date (an ordinal)."""
    parameters = policy.parameters_at(as_of)
    found = conditions_of(policy)
    speakers = (Speaker(policy.vocabulary, parameters, "zh"), Speaker(policy.vocabulary, parameters, "en"))
    return Voice(policy, found, speakers, _answers(policy), _names(policy, found, parameters))


def _answers(policy: Policy) -> Mapping[str, Sequence[tuple[str, AnyRule]]]:
    out: dict[str, list[tuple[str, AnyRule]]] = {}
    for clause, rule in policy.rules():
        for topic in topics_of(rule, policy.file):
            out.setdefault(topic, []).append((clause, rule))
    return out


def _names(
    policy: Policy, found: Mapping[str, Found], parameters: Mapping[str, Fraction]
) -> Mapping[str, Mapping[str, Both]]:
    referral: dict[str, Both] = {}
    line = policy.referrals.get("forward")
    known = (
        ("gate.consent_before_letter", Both("先同意后出函", "consent before the letter")),
        ("trigger", Both("属民政→慈善转介情形", "a situation for forward referral")),
    )
    for slots in () if line is None else found[line.rule.id].slots:
        for slot, name in known:
            if isinstance(slots.get(slot), nodes.And | nodes.Or):
                referral[key(slots[slot], parameters)] = name
    name = Both("属本文件覆盖对象", "covered by this document")
    covered = {
        key(node, parameters): name for node in covered_by(policy, found) if isinstance(node, nodes.And | nodes.Or)
    }
    return {"referral": referral, "services": covered, "incentives": covered}


def _spelt(node: nodes.Condition, voice: Voice, whole: bool) -> Both:
    match node:
        case nodes.And(operands):
            return joined([_part(one, voice, whole) for one in operands], "，且", " and ")
        case nodes.Or(operands) if all(isinstance(one, nodes.Fact) for one in operands):
            names = [voice.words(one) for one in operands]
            if whole or len(names) <= FEW:
                return either(names)
            head, many = listed(names[:NAMED]), len(names)
            return Both(f"{head.zh}等 {many} 类之一", f"{head.en} or another of {many} classes")
        case nodes.Or(operands):
            return joined([_part(one, voice, whole) for one in operands], "，或", " or ")
        case nodes.Not(operand):
            return _denied(operand, voice, whole)
        case nodes.Member(fact, words):
            return _member(fact.name, words, voice, Both("为", ":"))
        case nodes.Within(fact, amount, unit, last_day_inside):
            length = number_text(figure(amount, voice.parameters).value)
            return window_text(voice.term(fact.name), length, unit, last_day_inside)
        case _:
            text = voice.both(lambda speaker: condition_text(node, speaker))
            return Both(_GAP.sub("", text.zh), text.en)


def _part(node: nodes.Condition, voice: Voice, whole: bool) -> Both:
    text = voice.words(node, whole)
    if not isinstance(node, nodes.And | nodes.Or) or voice.key(node) in voice.aliases:
        return text
    if isinstance(node, nodes.Or) and all(isinstance(one, nodes.Fact) for one in node.operands):
        if not whole and len(node.operands) > FEW:
            return text
        names = listed([voice.words(one) for one in node.operands])
        return Both(f"{names.zh}之一", f"one of {names.en}")
    return Both(f"（{text.zh}）", f"({text.en})")


def _denied(operand: nodes.Condition, voice: Voice, whole: bool) -> Both:
    text = voice.words(operand, whole)
    match operand:
        case nodes.Fact():
            for start, denied in _NEGATED:
                if text.zh.startswith(start):
                    return Both(denied + text.zh.removeprefix(start), f"not “{text.en}”")
            return Both(f"{text.zh}：否", f"not “{text.en}”")
        case nodes.Member(fact, words):
            return _member(fact.name, words, voice, Both("不属", ": not"))
        case _:
            return Both(f"并非（{text.zh}）", f"not ({text.en})")


def _member(fact: str, words: Sequence[str], voice: Voice, verb: Both) -> Both:
    table = voice.policy.vocabulary[fact].words
    names, term = either([Both(*table[word]) for word in words]), voice.term(fact)
    return Both(f"{term.zh}{verb.zh}{names.zh}", f"{term.en}{verb.en} {names.en}")


def window_text(term: Both, amount: str, unit: nodes.Unit, last_day_inside: bool) -> Both:
    """Say a look-back window."""
    zh = {"years": "年", "months": "个月", "days": "天"}[unit]
    en = unit.removesuffix("s") if amount == "1" else unit
    if last_day_inside:
        return Both(f"{term.zh} {amount} {zh}内", f"{term.en} within {amount} {en}")
    return Both(f"{term.zh}未满 {amount} {zh}", f"{term.en} under {amount} {en}")
