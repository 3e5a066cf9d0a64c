"""What one region's answer is told from: the document, its words for readings, rules and duties, and the grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from xianjie.engine.wording import (
    JOINTS,
    duty_name,
    fact_term,
    once,
    only_unrecorded,
    parameter_text,
    part_name,
    reading_name,
    shown_value,
    word_of,
)
from xianjie.papers.document import Paragraph, Run, Text
from xianjie.papers.phrasing import Entry, Voice
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary

_VALUES: Mapping[bool | None, tuple[str, str]] = MappingProxyType(
    {True: ("✓ 成立", "✓ holds"), False: ("✗ 不成立", "✗ does not hold"), None: ("? 不清楚", "? not known")}
)
_WORTH_A_REFERENCE = 4
"""Grounds of fewer facts and figures are told anew rather than referred to."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One region's answer with its document. `told` remembers where grounds were told, so as not to tell them again."""

    policy: Policy
    name: str
    answer: Entry
    provenance: Mapping[str, Mapping[str, str]]
    voice: Voice
    told: dict[str, str] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        """Choose the sentence."""
        return self.voice.say(zh, en)

    # -- names ---------------------------------------------------------------------------------------------------

    def rules(self, rule: str | None) -> list[tuple[str, AnyRule]]:
        """Find a rule with its clause."""
        return [(clause, one) for clause, one in self.policy.rules() if one.id == rule]

    def reading(self, rule: str, reading: str) -> str:
        """Name a reading by its options' words; the id itself where the document does not know it."""
        return reading_name(self.policy, rule, reading, self.voice.lang)

    def duty(self, entry: Entry) -> str:
        """Name a duty by its kind and level, or a target by its line."""
        return duty_name(entry, self.policy.vocabulary, self.voice.lang)

    def word(self, fact: str, key: str | None) -> str:
        """Say a word of a fact that has words; nothing where there is none."""
        return word_of(fact, key, self.policy.vocabulary, self.voice.lang)

    def facts(self, names: Sequence[str]) -> str:
        """Name facts by their terms."""
        return self.voice.listed(fact_term(name, self.policy.vocabulary, self.voice.lang) for name in names)

    def note(self, name: str) -> str:
        """Say what an open question of the text asks; nothing where the document does not know it."""
        for item in self.policy.file.ambiguities:
            if item.id == name:
                return self.say(item.zh, item.en)
        return ""

    # -- grounds -------------------------------------------------------------------------------------------------

    def explained(self, title: str, entry: Entry, rules: Sequence[tuple[str, AnyRule]]) -> Iterator[Paragraph]:
        """Explain an entry: its rules in our summary, then what it rests on, ground by ground, numbered."""
        voice, why = self.voice, entry["why"]
        head: Text = (Run(title, bold=True), "　" if voice.lang == "zh" else "  ", voice.status(entry["status"]))
        yield Paragraph(head, "point", keep=True)
        for clause, rule in rules:
            source = voice.cited({"force": rule.force, "qualifier": rule.qualifier, "clause": clause})
            amended = self.policy.changed_by(rule.id)
            if amended is not None:
                source += self.say("（假设所改）", " (as supposed)") if amended.supposed else ""
                source += (
                    "" if amended.supposed else self.say(f"（经 {amended.id} 修改）", f" (amended by {amended.id})")
                )
            summary = " ".join(self.say(rule.zh, rule.en).split())
            yield Paragraph((Run(self.say("规定要点：", "rule: "), bold=True), summary, source), "ground", keep=True)
        if why["because"]:
            where = self._told_at(why, self.say(f"“{title}”", f"“{title}”"))
            head = self.say("依据：", "because: ")
            if entry["status"] == "ambiguous":
                head = self.say("依据（按推荐或采用的读法）：", "because, as recommended or chosen: ")
            words = (Run(head, bold=True), *self._joint(why), self._same(where))
            yield Paragraph(words, "ground", keep=not where)
            if not where:
                yield from self._grounds(why["because"], (), title)
        elif why["text"]:
            yield Paragraph((Run(self.say("依据：", "because: "), bold=True), voice.dated(why["text"])), "ground")
        if entry.get("missing"):
            words = (Run(self.say("尚不清楚：", "not known: "), bold=True), self.facts(entry["missing"]))
            yield Paragraph(words, "ground")

    def _grounds(self, grounds: Sequence[Entry], above: tuple[int, ...], title: str) -> Iterator[Paragraph]:
        for number, ground in enumerate(once(grounds), 1):
            place = (*above, number)
            mark = ".".join(map(str, place)) + "  "
            if ground.get("fact"):
                yield Paragraph((mark, *self._fact(ground)), "ground", len(place))
            elif ground.get("parameter"):
                yield Paragraph((mark, self._parameter(ground)), "ground", len(place))
            else:
                part = ground.get("part")
                named = self.voice.labelled(self._part(part), "") if part else ""
                dotted = ".".join(map(str, place))
                where = self._told_at(ground, self.say(f"“{title}”第 {dotted} 项", f"“{title}”, {dotted}"))
                words = (mark, named, *self._joint(ground), self._same(where))
                yield Paragraph(words, "ground", len(place), keep=not where)
                if not where:
                    yield from self._grounds(ground["because"], place, title)

    def _told_at(self, ground: Entry, here: str) -> str:
        """Say where the same grounds were told before; nothing where they were not, or where they are short."""
        if _size(ground) < _WORTH_A_REFERENCE:
            return ""
        key = repr((ground.get("op"), ground["because"]))
        before = self.told.get(key, "")
        self.told.setdefault(key, here)
        return before

    def _same(self, where: str) -> Run | str:
        return Run(self.say(f"　依据同上文{where}", f"  on the grounds of {where} above"), soft=True) if where else ""

    def _joint(self, part: Entry) -> tuple[Run | str, ...]:
        """Say how the parts of a condition are joined and what came of it, then in a sentence why."""
        joint = JOINTS.get(part.get("op") or "")
        text = self.voice.dated(part["text"])
        if joint is None:
            return (text,)
        words = self.voice.labelled(self.say(*joint), self.say(*_VALUES[part["value"]]))
        if not text or only_unrecorded(text):
            return (words,)  # the grounds below tell which
        return words, Run(self.voice.bracketed(text), soft=True)

    def _part(self, part: str) -> str:
        found = self.rules(part)
        return self.voice.clause(found[0][0]) if found else part_name(part, self.voice.lang)

    def _fact(self, ground: Entry) -> tuple[Run | str, ...]:
        name = ground["fact"]
        words = fact_term(name, self.policy.vocabulary, self.voice.lang) + self.say("：", ": ")
        value = told_value(name, ground["value"], self.policy.vocabulary, self.voice)
        source = self.provenance.get(name)
        said = self.voice.bracketed(asserted(source, self.voice)) if source else ""
        return (words, Run(value, bold=True), Run(said, soft=True)) if said else (words, Run(value, bold=True))

    def _parameter(self, ground: Entry) -> str:
        title, value = parameter_text(ground["parameter"], ground["value"], self.policy, self.voice.lang)
        return self.voice.labelled(self.say(f"文件数值“{title}”", f"figure of the document “{title}”"), value)


def _size(ground: Entry) -> int:
    return sum(_size(one) if one.get("because") else 1 for one in ground["because"])


def told_value(name: str, value: Any, vocabulary: Vocabulary, voice: Voice) -> str:
    """Say a value as it stands in an answer; what is not known stays so."""
    if value is None:
        return voice.say("不清楚", "not known")
    return voice.dated(shown_value(name, value, vocabulary, voice.lang))


def asserted(source: Mapping[str, str], voice: Voice) -> str:
    """Say who asserted a fact, when, and on what."""
    parts = [source.get("by", ""), voice.dated(source["on"]) if source.get("on") else "", source.get("note", "")]
    return voice.say("，", ", ").join(part for part in parts if part)
