"""Say a condition in Chinese or in English: what it asks, and what the recorded facts make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from xianjie.language import nodes
from xianjie.language.calendar import NEVER, iso, parse_period
from xianjie.language.evaluate import Value
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

_LOOSE = re.compile(r" +(?=[，（,)])")

Template = tuple[str | nodes.Fact, ...]
"""Text with holes: a Fact stands for the text of its recorded value."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """An atom's sentence for each outcome."""

    true: Template
    false: Template
    unknown: Template


@dataclass(frozen=True, slots=True)
class Words:
    """The particles of one language."""

    no: str
    unrecorded: str
    never: str
    colon: str
    both: str
    also: str
    amount: Mapping[str, tuple[str, str]]
    days: Mapping[str, str]


_ZH = Words(
    no="：否",
    unrecorded="未记录",
    never="从未发生",
    colon="：",
    both="，且",
    also="；",
    amount={
        "<": ("低于", "不低于"),
        "<=": ("不超过", "超过"),
        ">": ("超过", "不超过"),
        ">=": ("不低于", "低于"),
        "==": ("等于", "不等于"),
        "!=": ("不等于", "等于"),
    },
    days={"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "==": "同于", "!=": "不同于"},
)
_EN = Words(
    no=": no",
    unrecorded="not recorded",
    never="never",
    colon=": ",
    both=", and ",
    also="; ",
    amount={
        "<": ("is below", "is not below"),
        "<=": ("is at most", "is above"),
        ">": ("is above", "is at most"),
        ">=": ("is at least", "is below"),
        "==": ("equals", "does not equal"),
        "!=": ("does not equal", "equals"),
    },
    days={
        "<": "is before",
        "<=": "is not after",
        ">": "is after",
        ">=": "is not before",
        "==": "is",
        "!=": "is not",
    },
)


def words(lang: str) -> Words:
    """Choose the particles of `zh` or `en`."""
    return _ZH if lang == "zh" else _EN


@dataclass(frozen=True, slots=True)
class Speaker:
    """Say atoms of one policy on one date, in one language; parameters are said by their value."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Fraction]
    lang: str

    def term(self, name: str) -> str:
        """Name a fact by its term."""
        spec = self.vocabulary[name]
        return spec.zh if self.lang == "zh" else spec.en

    def phrase(self, atom: nodes.Atom) -> Phrase:
        """Give an atom's three sentences."""
        w = words(self.lang)
        match atom:
            case nodes.Truth():
                if self.lang == "zh":
                    return Phrase(("无附加条件",), ("不面向此类主体",), ())
                return Phrase(("no further condition",), ("not meant for this class",), ())
            case nodes.Fact(name):
                term = self.term(name)
                return Phrase((term,), (term + w.no,), (f"{term}{w.colon}{w.unrecorded}",))
            case nodes.Member(fact, allowed):
                term, listed = self.term(fact.name), self.listed(fact.name, allowed)
                open_ = f"（是否属于{listed}）" if self.lang == "zh" else f" (is it one of {listed})"
                outside = f"，不属于{listed}" if self.lang == "zh" else f", not one of {listed}"
                return Phrase(
                    (f"{term}{w.colon}", fact),
                    (f"{term}{w.colon}", fact, outside),
                    (f"{term}{w.colon}{w.unrecorded}{open_}",),
                )
            case nodes.Contains(fact, word):
                term = self.term(fact.name)
                has, lacks = (
                    (f"含 {word}", f"不含 {word}") if self.lang == "zh" else (f"holds {word}", f"does not hold {word}")
                )
                return Phrase((f"{term} {has}",), (f"{term} {lacks}",), (f"{term}{w.colon}{w.unrecorded}",))
            case nodes.NotEmpty(fact):
                term = self.term(fact.name)
                some, none = ("有", "无") if self.lang == "zh" else ("some", "none")
                return Phrase(
                    (f"{term}{w.colon}{some}",),
                    (f"{term}{w.colon}{none}",),
                    (f"{term}{w.colon}{w.unrecorded}",),
                )
            case nodes.Known(fact):
                term = self.term(fact.name)
                yes, no = ("有记录", w.unrecorded) if self.lang == "zh" else ("recorded", w.unrecorded)
                return Phrase((f"{term}{w.colon}{yes}",), (f"{term}{w.colon}{no}",), ())
            case nodes.Happened(fact):
                term = self.term(fact.name)
                yes, no = ("（已发生）", "（尚未发生）") if self.lang == "zh" else (" (past)", " (not yet)")
                return Phrase((f"{term} ", fact, yes), (f"{term} ", fact, no), (f"{term}{w.colon}{w.unrecorded}",))
            case nodes.Within(fact):
                return self._window(atom)
            case nodes.Compare(op, left, right):
                return self._comparison(op, left, right)
            case _:
                assert_never(atom)

    def listed(self, fact: str, allowed: tuple[str, ...]) -> str:
        """Name the words of an enum fact by their terms."""
        table = self.vocabulary[fact].words
        index = 0 if self.lang == "zh" else 1
        return ("、" if self.lang == "zh" else ", ").join(table[word][index] for word in allowed)

    def _window(self, atom: nodes.Within) -> Phrase:
        w = words(self.lang)
        term = self.term(atom.fact.name)
        amount = number_text(self._number(atom.amount))
        if self.lang == "zh":
            unit = {"years": "年", "months": "个月", "days": "天"}[atom.unit]
            inside = f"{amount} {unit}内" if atom.last_day_inside else f"未满 {amount} {unit}"
            yes, no, asked = f"，在 {inside}", f"，不在 {inside}", f"（是否在 {inside}）"
            if not atom.last_day_inside:
                yes, no, asked = f"，{inside}", f"，并非{inside}", f"（是否{inside}）"
        else:
            inside = f"{'within' if atom.last_day_inside else 'under'} {amount} {atom.unit}"
            yes, no, asked = f", {inside}", f", not {inside}", f" ({inside}?)"
        return Phrase(
            (f"{term} ", atom.fact, yes),
            (f"{term} ", atom.fact, no),
            (f"{term}{w.colon}{w.unrecorded}{asked}",),
        )

    def _number(self, node: nodes.Number | nodes.Parameter) -> Fraction:
        return node.value if isinstance(node, nodes.Number) else self.parameters[node.name]

    def _comparison(self, op: nodes.CompareOp, left: nodes.Quantity, right: nodes.Quantity) -> Phrase:
        w = words(self.lang)
        a, b = self.quantity(left), self.quantity(right)
        if self._is_day(left) or self._is_day(right):
            middle = f" {w.days[op]} "
            return Phrase((*a, middle, *b), (*a, middle, *b, w.no), (*a, middle, *b, f"{w.colon}{w.unrecorded}"))
        yes, no = w.amount[op]
        return Phrase((*a, f" {yes} ", *b), (*a, f" {no} ", *b), (*a, f" {yes} ", *b, f"{w.colon}{w.unrecorded}"))

    def _is_day(self, node: nodes.Quantity) -> bool:
        match node:
            case nodes.Day() | nodes.AsOf():
                return True
            case nodes.Fact(name):
                return self.vocabulary[name].type is FactType.EVENT
            case _:
                return False

    def quantity(self, node: nodes.Quantity, inner: bool = False) -> Template:
        """Say a number, an amount of money or a day."""
        match node:
            case nodes.Number(value, money):
                return (self._amount(value, money),)
            case nodes.Parameter(name, money):
                return (self._amount(self.parameters[name], money),)
            case nodes.Day(ordinal):
                return (iso(ordinal),)
            case nodes.AsOf():
                return ("判定日" if self.lang == "zh" else "the date of evaluation",)
            case nodes.Fact(name):
                return (f"{self.term(name)} ", node)
            case nodes.Arithmetic(op, left, right):
                sign = {"+": " + ", "-": " − ", "*": " × "}[op]
                text = (*self.quantity(left, True), sign, *self.quantity(right, True))
                return ("(", *text, ")") if inner and op != "*" else text
            case _:
                assert_never(node)

    def _amount(self, value: Fraction, money: bool) -> str:
        return yuan_text(value, self.lang) if money else number_text(value)


def yuan_text(fen: Fraction | int, lang: str = "zh") -> str:
    """Write fen as yuan with its unit."""
    amount = number_text(Fraction(fen) / 100)
    return f"{amount} 元" if lang == "zh" else f"{amount} yuan"


def number_text(value: Fraction | int | Decimal) -> str:
    """Write an exact number as a plain decimal, or as a fraction where no decimal is exact."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    rest, powers = exact.denominator, {2: 0, 5: 0}
    for prime in powers:
        while rest % prime == 0:
            rest //= prime
            powers[prime] += 1
    if rest != 1:
        return f"{exact.numerator}/{exact.denominator}"
    places = max(powers.values())
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).zfill(places + 1)
    return f"{'-' if exact < 0 else ''}{digits[:-places]}.{digits[-places:]}"


_USUAL = {
    1: ("每月", "every month"),
    3: ("每季度", "every quarter"),
    6: ("每半年", "every half year"),
    12: ("每年", "every year"),
}


def period_text(period: str, lang: str) -> str:
    """Say an ISO 8601 period as a frequency (P6M: 每半年)."""
    months, days = parse_period(period) or (0, 0)
    zh = lang == "zh"
    if months in _USUAL:
        return _USUAL[months][0 if zh else 1]
    number, unit = (days, ("天", "days")) if days else (months, ("个月", "months"))
    if months and months % 12 == 0:
        number, unit = months // 12, ("年", "years")
    return f"每 {number} {unit[0]}" if zh else f"every {number} {unit[1]}"


def value_text(spec: FactSpec, value: Value, lang: str) -> str:
    """Say a recorded value as a person would read it."""
    zh = lang == "zh"
    match spec.type:
        case FactType.BOOL:
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        case FactType.MONEY:
            assert isinstance(value, int)
            return yuan_text(value, lang)
        case FactType.EVENT:
            assert isinstance(value, int)
            return words(lang).never if value == NEVER else iso(value)
        case FactType.ENUM:
            assert isinstance(value, str)
            return spec.words[value][0 if zh else 1]
        case FactType.SET:
            assert isinstance(value, frozenset)
            return ("、" if zh else ", ").join(sorted(value)) or ("无" if zh else "none")
        case FactType.INT | FactType.NUMBER:
            assert isinstance(value, int)
            return str(value)
        case _:
            assert_never(spec.type)


def condition_text(node: nodes.Condition, speaker: Speaker) -> str:
    """Say what a condition asks, with no facts at hand."""
    zh = speaker.lang == "zh"
    match node:
        case nodes.And(operands):
            return ("，且" if zh else " and ").join(_grouped(operand, speaker) for operand in operands)
        case nodes.Or(operands):
            return ("，或" if zh else " or ").join(_grouped(operand, speaker) for operand in operands)
        case nodes.Not(operand):
            return f"并非（{condition_text(operand, speaker)}）" if zh else f"not ({condition_text(operand, speaker)})"
        case nodes.Definition(name):
            return f"“{name}”"
        case nodes.Member(fact, allowed):
            listed = speaker.listed(fact.name, allowed)
            return f"{speaker.term(fact.name)}属于 {listed}" if zh else f"{speaker.term(fact.name)} is one of {listed}"
        case _:
            parts = speaker.phrase(node).true
            text = "".join(part if isinstance(part, str) else "" for part in parts)
            return _LOOSE.sub("", text.replace("  ", " ")).strip()


def _grouped(node: nodes.Condition, speaker: Speaker) -> str:
    text = condition_text(node, speaker)
    if not isinstance(node, nodes.And | nodes.Or):
        return text
    return f"（{text}）" if speaker.lang == "zh" else f"({text})"
