"""Hold a text in Chinese and in English, and join such texts as each language does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xianjie.vocabulary.terms import Terms, term


@dataclass(frozen=True, slots=True)
class Both:
    """The same text in Chinese and in English, on one line each."""

    zh: str
    en: str

    def said(self, lang: str) -> str:
        """Choose the language."""
        return self.zh if lang == "zh" else self.en

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self.zh or self.en)


NOTHING = Both("", "")


def one_line(text: str) -> str:
    """Put a text of several lines, or with stray white space, on one line."""
    return " ".join(text.split())


def of_term(table: Terms, key: str) -> Both:
    """Look up a word's term in both languages."""
    return Both(term(table, key, "zh"), term(table, key, "en"))


def same(text: str) -> Both:
    """Take a text of the document that has one form only, such as an actor's name."""
    return Both(one_line(text), one_line(text))


def joined(texts: Iterable[Both], zh: str, en: str) -> Both:
    """Join texts with a separator for each language, each text once, empty ones left out."""
    kept = list(dict.fromkeys(text for text in texts if text))
    return Both(zh.join(text.zh for text in kept), en.join(text.en for text in kept))


def listed(texts: Iterable[Both]) -> Both:
    """Join texts as a list (、)."""
    return joined(texts, "、", ", ")


def sentences(texts: Iterable[Both]) -> Both:
    """Join texts as parts of one sentence (；)."""
    return joined(texts, "；", "; ")


def either(texts: Sequence[Both]) -> Both:
    """Join texts as alternatives: 甲、乙或丙."""
    if len(texts) < 2:
        return joined(texts, "", "")
    head, last = listed(texts[:-1]), texts[-1]
    return Both(f"{head.zh}或{last.zh}", f"{head.en} or {last.en}")


def clipped(text: Both, zh: int, en: int) -> Both:
    """Cut a text that is longer than so many characters; what is cut off is marked by …."""
    return Both(_cut(text.zh, zh), _cut(text.en, en))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip("，、；：,;: ") + "…"


def fitted(texts: Iterable[Both], separator: Both, counted: Both, zh: int, en: int) -> Both:
    """Join as many texts as fit in so many characters, at least one; `counted` has {} for the number of all of them.

    The same texts are kept in both languages.
    """
    all_ = [clipped(text, zh, en) for text in dict.fromkeys(texts) if text]
    for kept in range(len(all_), 0, -1):
        out = joined(all_[:kept], separator.zh, separator.en)
        if kept == 1 or (len(out.zh) <= zh and len(out.en) <= en):
            if kept == len(all_):
                return out
            return Both(out.zh + counted.zh.format(len(all_)), out.en + counted.en.format(len(all_)))
    return NOTHING
