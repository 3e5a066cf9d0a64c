"""Say days, lists, statuses and documents as a paper says them, in Chinese or in English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.engine.wording import KINDS, force_words, standing_words
from xianjie.language.calendar import day_text, with_days
from xianjie.papers.document import Paragraph, Run
from xianjie.version import __version__
from xianjie.vocabulary.terms import STATUSES, term

Entry = Mapping[str, Any]

_SIGNS: Mapping[str, str] = {"good": "✓", "bad": "✗", "care": "!", "open": "?", "ambiguous": "?", "silent": "—"}


@dataclass(frozen=True, slots=True)
class Voice:
    """Say things in one language."""

    lang: str

    def say(self, zh: str, en: str) -> str:
        """Choose the sentence."""
        return zh if self.lang == "zh" else en

    def listed(self, items: Iterable[str]) -> str:
        """Join a list, each item once."""
        return self.say("、", ", ").join(dict.fromkeys(items))

    def joined(self, items: Iterable[str]) -> str:
        """Join what is separate, as parts of a sentence."""
        return self.say("；", "; ").join(dict.fromkeys(item for item in items if item))

    def bracketed(self, text: str) -> str:
        """Put a text in brackets; nothing where there is none."""
        return self.say(f"（{text}）", f" ({text})") if text else ""

    def labelled(self, label: str, text: str) -> str:
        """Set a label before a text."""
        return f"{label}{self.say('：', ': ')}{text}"

    def day(self, value: dt.date | str | int | None) -> str:
        """Write a day, given as a date, in ISO 8601, or as an ordinal; a dash for None."""
        return "—" if value is None else day_text(value, self.lang)

    def dated(self, text: str) -> str:
        """Write the days within a sentence of ours as the language does."""
        return with_days(text, self.lang)

    def status(self, status: str) -> str:
        """Say a status, its sign before its words."""
        sign = _SIGNS.get(KINDS.get(status, ""), "")
        return f"{sign} {term(STATUSES, status, self.lang)}".lstrip()

    def word(self, status: str) -> str:
        """Say a status in words alone."""
        return term(STATUSES, status, self.lang)

    def force(self, entry: Entry) -> str:
        """Say the force of an entry, with what qualifies it; nothing where it has none."""
        return force_words(entry, self.lang)

    def cited(self, entry: Entry) -> str:
        """Cite force and clause in brackets; nothing where the document is silent."""
        parts = [part for part in (self.force(entry), self.clause(entry.get("clause") or "")) if part]
        return self.bracketed(self.say("，", ", ").join(parts))

    def clause(self, clause: str) -> str:
        """Name a clause; nothing where there is none."""
        return self.say(f"条款 {clause}", f"clause {clause}") if clause else ""

    def standing(self, standing: str, validity: str) -> str:
        """Say how far a document can be relied on: in force, or what stands against it."""
        words = standing_words({"standing": standing, "validity": validity}, self.lang)
        return self.listed(words) or self.say("已印发，现行", "issued, in force")

    def made_by(self) -> str:
        """Say what worked the paper out."""
        return self.say(
            f"本文件由“衔接”规则引擎 {__version__} 版按上列文件的结构化内容计算、编排。",
            f"Worked out and laid out by the rules engine xianjie, version {__version__}, from the documents above "
            "as they are encoded.",
        )


DRAFT = (
    "{}为征求意见稿，未生效，不得当作现行规定。",
    "{}: a draft, not in force, and no rule in force.",
)
UNVERIFIED = (
    "{}的效力未经核实，引用前须核对是否仍然有效。",
    "{}: whether it is in force has not been verified; check before relying on it.",
)
LAPSED = ("{}在该日不具效力。", "{}: not in force on that day.")
PRESS = ("{}出自新闻报道，不是文件原文。", "{}: known from a press report, not from the document itself.")
DIGEST = (
    "{}只有摘要：“摘要未载”只说摘要没有写到，不等于没有规定。",
    "{}: only a digest is at hand; “not reported” says that the digest does not mention it, not that there is no rule.",
)
SUPPOSED = (
    "{}按设想的改动计算，不是现有的规定。",
    "{}: reckoned under a change that is only supposed, no rule as it is.",
)


def standing_lines(voice: Voice, documents: Sequence[tuple[str, str, str, str, bool]]) -> list[str]:
    """Say what must be known before a paper is relied on.

    Each document is its name, standing, validity, text (`full` or `digest`), and whether something is supposed of it.
    """

    def those(template: tuple[str, str], wanted: Iterable[bool]) -> list[str]:
        names = [one[0] for one, is_so in zip(documents, wanted, strict=True) if is_so]
        return [voice.say(*template).format(voice.listed(names))] if names else []

    return [
        *those(SUPPOSED, (one[4] for one in documents)),
        *those(DRAFT, (one[1] == "draft" for one in documents)),
        *those(PRESS, (one[1] == "press_report" for one in documents)),
        *those(UNVERIFIED, (one[2] == "unverified" for one in documents)),
        *those(LAPSED, (one[2] == "lapsed" or (one[2] == "not_in_force" and one[1] != "draft") for one in documents)),
        *those(DIGEST, (one[3] == "digest" and one[1] != "press_report" for one in documents)),
    ]


def point(label: str, text: str, voice: Voice, level: int = 0) -> Paragraph:
    """Write a labelled point."""
    return Paragraph((Run(label + voice.say("：", ": "), bold=True), text), "point", level)


def remark(label: str, text: str, voice: Voice) -> Paragraph:
    """Write a labelled note, as at the end of a paper."""
    return Paragraph((Run(label + voice.say("：", ": "), bold=True), text), "note")
