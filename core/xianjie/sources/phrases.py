"""Say what became of sentences and of the rules that hang on them, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xianjie.sources.drift import Entry
from xianjie.sources.modals import FORCES_TOLD, Modal
from xianjie.sources.numerals import Number
from xianjie.vocabulary.terms import FORCES, Terms, term

KINDS: Terms = MappingProxyType(
    {
        "unchanged": ("未变", "unchanged"),
        "changed": ("改动", "changed"),
        "vanished": ("消失", "vanished"),
        "appeared": ("新增", "appeared"),
        "moved": ("移动", "moved"),
    }
)
STATES: Terms = MappingProxyType(
    {
        "same": ("原句仍在", "there"),
        "numbers": ("仅数字写法不同", "numbers written otherwise"),
        "moved": ("移到别处", "moved"),
        "nearest": ("原句不在", "not there"),
        "gone": ("原句不在，也无相近", "not there, nor the like"),
        "unanchored": ("规则无指纹", "no anchor"),
    }
)
SIGNS: Mapping[str, str] = MappingProxyType({"changed": "~", "vanished": "−", "appeared": "+", "moved": "→"})


def modal_text(modal: Modal | None, lang: str) -> str:
    """Say a modal word with its force."""
    if modal is None:
        return "无" if lang == "zh" else "none"
    told = FORCES_TOLD.get(modal.force)
    force = (told[0] if lang == "zh" else told[1]) if told else term(FORCES, modal.force, lang)
    if modal.word == force:
        return modal.word
    return f"{modal.word}（{force}）" if lang == "zh" else f"{modal.word} ({force})"


def clauses_text(entry: Entry) -> str:
    """Name the clause of a sentence, or both where it went from one to another."""
    old, new = entry.old, entry.new
    if old is None or new is None:
        sentence = old or new
        return sentence.clause if sentence is not None else ""
    return old.clause if old.clause == new.clause else f"{old.clause} → {new.clause}"


def number_text(text: str, number: Number | None, lang: str) -> str:
    """Write a number as it stands, and its value where the writing does not show it."""
    if number is None:
        return "无" if lang == "zh" else "none"
    if text.replace(",", "").replace("，", "").startswith(number.value):
        return text
    unit = "" if number.kind != "money" else " 元" if lang == "zh" else " yuan"
    value = number.value + unit
    return f"{text}（{value}）" if lang == "zh" else f"{text} ({value})"
