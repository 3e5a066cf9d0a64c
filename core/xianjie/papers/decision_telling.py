"""What one region's answer is told from: the document, its words for readings, rules and duties, and the grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xianjie.engine.wording import (
    duty_name,
    fact_term,
    once,
    only_unrecorded,
    parameter_text,
    reading_name,
    word_of,
)
from xianjie.papers.document import Run, Text
from xianjie.papers.phrasing import Entry, Voice
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy

_ONE_LINE = 90
"""Characters that are not parted into lines."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One region's answer with its document."""

    policy: Policy
    name: str
    answer: Entry
    provenance: Mapping[str, Mapping[str, str]]
    voice: Voice

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

    def lines(self, entry: Entry, rules: Sequence[tuple[str, AnyRule]]) -> Iterator[Text]:
        """Tell an entry: its rules in our summary, a line each; then what it rests on, and what is not known.

        What is short stands in one line.
        """
        told = [self._rule(clause, rule) for clause, rule in rules]
        parts: list[Run | str] = []
        text = entry["why"]["text"]
        if text and not (entry.get("missing") and only_unrecorded(text)):
            head = self.say("依据：", "because: ")
            if entry["status"] == "ambiguous":
                head = self.say("依据（按推荐或采用的读法）：", "because, as recommended or chosen: ")
            behind = self.voice.bracketed(self.voice.joined(self._behind(entry["why"])))
            parts += [Run(head, bold=True), self.voice.dated(text), Run(behind, soft=True)]
        wanted = [*(entry.get("missing") or ()), *(entry.get("compliance_missing") or ())]
        if wanted:
            gap = self.say("　", "  ") if parts else ""
            parts += [Run(gap + self.say("尚不清楚：", "not known: "), bold=True), self.facts(wanted)]
        if (
            len(told) == 1
            and parts
            and _length(told[0]) + _length(parts) <= _ONE_LINE * (1 if self.voice.lang == "zh" else 3)
        ):
            told, parts = [], [*told[0], self.say("　", "  "), *parts]
        yield from told
        if parts:
            yield tuple(parts)

    def _rule(self, clause: str, rule: AnyRule) -> tuple[Run | str, ...]:
        """Tell what a rule says, with its force and clause."""
        source = self.voice.cited({"force": rule.force, "qualifier": rule.qualifier, "clause": clause})
        amended = self.policy.changed_by(rule.id)
        if amended is not None and amended.supposed:
            source += self.say("（假设所改）", " (as supposed)")
        elif amended is not None:
            source += self.say(f"（经 {amended.id} 修改）", f" (amended by {amended.id})")
        summary = " ".join(self.say(rule.zh, rule.en).split())
        return Run(self.say("规定要点：", "rule: "), bold=True), summary, Run(source, soft=True)

    def _behind(self, why: Entry) -> Iterator[str]:
        """Name, of what decides, the figures of the document, and who asserted the facts."""
        lang, vocabulary = self.voice.lang, self.policy.vocabulary
        for ground in _deciding(why):
            if ground.get("parameter"):
                title, value = parameter_text(ground["parameter"], ground["value"], self.policy, lang)
                label = self.say(f"文件数值“{title}”", f"figure of the document “{title}”")
                yield self.voice.labelled(label, value)
            elif source := self.provenance.get(ground["fact"]):
                yield self.voice.labelled(fact_term(ground["fact"], vocabulary, lang), asserted(source, self.voice))


def _length(text: Sequence[Run | str]) -> int:
    return sum(len(part.text if isinstance(part, Run) else part) for part in text)


def _deciding(why: Entry) -> Iterator[Entry]:
    """Pass on the facts and figures that decide a part: of several that could, those that do."""
    op, value = why.get("op"), why.get("value")
    for ground in once(why["because"]):
        beside = (op == "any" and value is True) or (op == "all" and value is False)
        own = ground["value"]
        if beside and isinstance(own, bool) and own is not value:
            continue
        if ground.get("fact") or ground.get("parameter"):
            yield ground
        else:
            yield from _deciding(ground)


def asserted(source: Mapping[str, str], voice: Voice) -> str:
    """Say who asserted a fact, when, and on what."""
    parts = [source.get("by", ""), voice.dated(source["on"]) if source.get("on") else "", source.get("note", "")]
    return voice.say("，", ", ").join(part for part in parts if part)
